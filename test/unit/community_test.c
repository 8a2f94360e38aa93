/*
 * What is published of everybody's week, as the API tells it, and those who would like to know what one of
 * them did.
 */
#include "game/community.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>

#include "check.h"
#include "family/render_stats.h"
#include "game/account.h"
#include "game/device.h"
#include "game/period.h"
#include "game/quota.h"
#include "temp_store.h"

enum { WEEK = 2900, PEOPLE = 24, DAYS = 7, REPLY_B = 512 };

static struct temp_store temp;
static sqlite3 *raw;
static unsigned seed;

static int below(int bound)
{
	return rand_r(&seed) % bound;
}

static enum problem open_people(struct db *db, void *argument)
{
	enum problem problem = PROBLEM_NONE;

	(void)argument;
	for (int i = 0; problem == PROBLEM_NONE && i < PEOPLE; i++) {
		char recovery_code[RECOVERY_TEXT_B];
		struct account account;
		struct device_made made;

		problem = account_open(db, 1000, QUOTA_SLOT_NONE, &account, recovery_code);
		if (problem == PROBLEM_NONE)
			problem = device_add(db, account.id, DEVICE_CLI, 10, &made);
	}
	return problem;
}

__attribute__((format(printf, 1, 2))) static void run(const char *format, ...)
{
	va_list args;
	char *sql;

	va_start(args, format);
	sql = sqlite3_vmprintf(format, args);
	va_end(args);
	if (sqlite3_exec(raw, sql, NULL, NULL, NULL) != SQLITE_OK)
		temp_store_must(PROBLEM_INTERNAL, sqlite3_errmsg(raw));
	sqlite3_free(sql);
}

/* One day of one device; account and device have the same number where nothing else is said. */
static void practise_on(int account, int device, day_t day, int minutes)
{
	run("INSERT INTO day (account, day, device, xp, minutes, sessions, cycles)"
	    " VALUES (%d, %d, %d, 1, %d, 1, 1)",
	    account, day, device, minutes);
}

/* A week of so many days, from Monday on, which share the minutes; what the account had of it goes. */
static void practise(int account, int32_t week, int days, int minutes)
{
	day_t monday = period_first_day(PERIOD_WEEK, week);

	run("DELETE FROM day WHERE account = %d AND day BETWEEN %d AND %d", account, monday,
	    monday + DAYS - 1);
	for (int i = 0; i < days; i++)
		practise_on(account, account, monday + i, minutes / days + (i < minutes % days));
}

static void nobody(void)
{
	run("DELETE FROM day");
}

static enum problem measure_job(struct db *db, void *argument)
{
	return community_measure(db, WEEK, argument);
}

static struct community_week measure(void)
{
	struct community_week week;

	temp_store_must(store_read(temp.store, measure_job, &week), "measure");
	return week;
}

/* What everybody may read of the week. */
static void read_reply(char reply[REPLY_B])
{
	struct community_week week = measure();
	struct json_object *json = render_community(&week, week.published);

	snprintf(reply, REPLY_B, "%s", json_object_to_json_string(json));
	json_object_put(json);
}

/* ----- what counts ----- */

static void seven_counted_and_five_contributing_make_a_figure(void)
{
	nobody();
	for (int people = 1; people <= 11; people++) {
		practise(people, WEEK, 3, 60);
		CHECK_INT_EQ(measure().published, people >= 7);
	}
	/* Of seven who contributed last week, so many do now. */
	nobody();
	for (int person = 1; person <= 7; person++)
		practise(person, WEEK - 1, 3, 60);
	for (int people = 1; people <= 7; people++) {
		practise(people, WEEK, 3, 60);
		CHECK_INT_EQ(measure().published, people >= 5);
	}
}

static void a_person_counts_for_five_weeks_after_contributing(void)
{
	for (int ago = 1; ago <= 6; ago++) {
		nobody();
		for (int person = 1; person <= 10; person++)
			practise(person, WEEK, 3, 60);
		for (int person = 11; person <= 20; person++)
			practise(person, WEEK - ago, 3, 60);
		CHECK_INT_EQ(measure().figures.participation, ago <= 4 ? 1 : -1);
	}
}

static void who_has_fewer_days_is_not_counted(void)
{
	char before[REPLY_B], after[REPLY_B];

	nobody();
	for (int person = 1; person <= 19; person++)
		practise(person, WEEK, 3, 130);
	read_reply(before);
	for (int person = 20; person <= PEOPLE; person++)
		practise(person, WEEK, 2, 120);
	read_reply(after);
	CHECK_STR_EQ(after, before);
}

static void imports_are_in_nobodys_week(void)
{
	day_t monday = period_first_day(PERIOD_WEEK, WEEK);

	nobody();
	for (int person = 1; person <= 6; person++)
		practise(person, WEEK, 3, 60);
	practise(7, WEEK, 2, 60);
	run("INSERT INTO device (device, account, uid, kind, created_day)"
	    " VALUES (1000, 7, randomblob(16), 0, 0)");
	practise_on(7, 1000, monday + 3, 60);
	CHECK(!measure().published);
	run("UPDATE device SET kind = 1 WHERE device = 1000");
	CHECK(measure().published);
	/* A day on two devices is one day. */
	run("UPDATE day SET day = %d WHERE device = 1000", monday);
	CHECK(!measure().published);
	run("DELETE FROM device WHERE device = 1000");
}

static void who_practises_without_end_has_a_long_week(void)
{
	char hour[REPLY_B], endless[REPLY_B];

	nobody();
	for (int person = 1; person <= 8; person++)
		practise(person, WEEK, 3, 60);
	read_reply(hour);
	for (int person = 1; person <= 8; person++)
		practise(person, WEEK, 7, 7 * 1440);
	read_reply(endless);
	CHECK_STR_EQ(endless, hour);
}

/* ----- what an attacker would try ----- */

enum { KNOWN = 6, VICTIM = KNOWN + 1, MINUTES_MAX = 180, WEEKS_WATCHED = 8 };

/* What the attackers do in one of the weeks: each has short or long ones as it suits, and minutes that tip a sum. */
static void vary(int turn, int guess)
{
	for (int person = 1; person < KNOWN; person++)
		practise(person, WEEK, 3, (turn >> person & 1) != 0 ? 30 : 100);
	practise(KNOWN, WEEK, 3, 10 + (1040 + turn % 2 * 60 - guess) % 120);
}

/* How many weeks' minutes fit all that is published, of a person who practises alike each week. */
static int count_candidates(int secret)
{
	int left[MINUTES_MAX], count = 0;

	for (int minutes = 3; minutes <= MINUTES_MAX; minutes++)
		left[count++] = minutes;
	for (int turn = 0; turn < WEEKS_WATCHED; turn++) {
		char seen[REPLY_B];
		int kept = 0;

		vary(turn, left[count / 2]);
		practise(VICTIM, WEEK, 3, secret);
		read_reply(seen);
		for (int i = 0; i < count; i++) {
			char reply[REPLY_B];

			practise(VICTIM, WEEK, 3, left[i]);
			read_reply(reply);
			if (strcmp(reply, seen) == 0)
				left[kept++] = left[i];
		}
		count = kept;
	}
	return count;
}

static void who_knows_all_others_learns_a_steady_week_as_short_or_long_and_no_closer(void)
{
	nobody();
	/* Everything from 3 to 59 minutes fits a short week, everything from 60 on a long one. */
	CHECK_INT_EQ(count_candidates(37), 57);
	CHECK_INT_EQ(count_candidates(59), 57);
	CHECK_INT_EQ(count_candidates(60), MINUTES_MAX - 59);
	CHECK_INT_EQ(count_candidates(121), MINUTES_MAX - 59);
}

enum { WORLDS = 300, LOOKED_BACK = COMMUNITY_LOOKBACK_WEEKS + 1 };

/* Any week of a class. */
static void practise_some(int account, int32_t week, enum practice_class class)
{
	int days = 3 + below(5);

	switch (class) {
	case CLASS_NONE:
		days = below(3);
		practise(account, week, days, days == 0 ? 0 : below(300));
		break;
	case CLASS_SHORT:
		practise(account, week, days, below(60));
		break;
	default:
		practise(account, week, days, 60 + below(days * 60 - 59));
	}
}

/*
 * Whatever the others do: another week of the same class, in the week itself or in one that is looked back on,
 * changes not a byte.
 */
static void weeks_of_the_same_class_are_told_alike(void)
{
	int told = 0;

	for (unsigned world = 1; world <= WORLDS; world++) {
		enum practice_class classes[LOOKED_BACK];
		char before[REPLY_B], after[REPLY_B];
		int people = 5 + below(PEOPLE - 5);

		seed = world;
		nobody();
		for (int person = 2; person <= people; person++)
			for (int ago = 0; ago < LOOKED_BACK; ago++)
				practise_some(
				    person, WEEK - ago, (enum practice_class)below(CLASSES));
		for (int ago = 0; ago < LOOKED_BACK; ago++) {
			classes[ago] = (enum practice_class)below(CLASSES);
			practise_some(1, WEEK - ago, classes[ago]);
		}
		read_reply(before);
		for (int ago = 0; ago < LOOKED_BACK; ago++)
			practise_some(1, WEEK - ago, classes[ago]);
		read_reply(after);
		if (!CHECK_STR_EQ(after, before))
			printf("# seed %u\n", world);
		told += strcmp(before, "[ ]") != 0;
	}
	/* None of this holds because nothing is told. */
	CHECK(told > WORLDS / 2);
}

int main(void)
{
	temp_store_open(&temp);
	temp_store_must(store_write(temp.store, open_people, NULL), "people");
	if (sqlite3_open(temp.path, &raw) != SQLITE_OK)
		temp_store_must(PROBLEM_INTERNAL, "open");
	run("PRAGMA synchronous = OFF");
	run("UPDATE account SET used_day = %d", period_first_day(PERIOD_WEEK, WEEK + 1));
	CASE(seven_counted_and_five_contributing_make_a_figure);
	CASE(a_person_counts_for_five_weeks_after_contributing);
	CASE(who_has_fewer_days_is_not_counted);
	CASE(imports_are_in_nobodys_week);
	CASE(who_practises_without_end_has_a_long_week);
	CASE(who_knows_all_others_learns_a_steady_week_as_short_or_long_and_no_closer);
	CASE(weeks_of_the_same_class_are_told_alike);
	sqlite3_close(raw);
	temp_store_close(&temp);
	return check_end();
}
