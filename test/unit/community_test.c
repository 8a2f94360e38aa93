/*
 * What is published of a week, for every week that one person could have had beside others who are
 * known: how many answers there are to tell the one from the other by.
 */
#include "game/community.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>

#include "check.h"
#include "game/account.h"
#include "game/device.h"
#include "game/period.h"
#include "temp_store.h"

enum { WEEK = 2900, OTHERS = 12, PEOPLE = OTHERS + 1, VICTIM = PEOPLE };

static struct temp_store temp;
static sqlite3 *raw;

static enum problem open_people(struct db *db, void *argument)
{
	enum problem problem = PROBLEM_NONE;

	(void)argument;
	for (int i = 0; problem == PROBLEM_NONE && i < PEOPLE; i++) {
		char recovery_code[RECOVERY_TEXT_B];
		struct account account;
		struct device_made made;

		problem = account_open(db, 1000, &account, recovery_code);
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

/* Account and device have the same number, since each has one. */
static void practise(int account, int days, int value)
{
	run("DELETE FROM day WHERE account = %d", account);
	for (int i = 0; i < days; i++)
		run("INSERT INTO day (account, day, device, xp, minutes, sessions, cycles)"
		    " VALUES (%d, %d, %d, %d, %d, %d, 1)",
		    account, period_first_day(PERIOD_WEEK, WEEK) + i, account, value,
		    value < 1440 ? value : 1440, value < 1440 ? value : 1440);
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

static void nobody(void)
{
	run("DELETE FROM day");
}

static void four_are_nobody_and_five_are_five(void)
{
	nobody();
	for (int people = 1; people <= 11; people++) {
		struct community_week week;

		practise(people, 3, 100);
		week = measure();
		CHECK_INT_EQ(week.people, people < 5 ? 0 : people - people % 5);
		if (people < 5)
			CHECK_INT_EQ(week.days + week.xp + week.minutes + week.sessions, 0);
		else
			CHECK(
			    week.days > 0 && week.xp > 0 && week.minutes > 0 && week.sessions > 0);
	}
}

static void who_has_fewer_days_adds_nothing(void)
{
	struct community_week before, after;

	nobody();
	for (int i = 1; i <= 6; i++)
		practise(i, 3, 130);
	before = measure();
	practise(VICTIM, 2, 100000);
	after = measure();
	CHECK_INT_EQ(after.people, before.people);
	CHECK_INT_EQ(after.days, before.days);
	CHECK_INT_EQ(after.xp, before.xp);
	CHECK_INT_EQ(after.minutes, before.minutes);
	CHECK_INT_EQ(after.sessions, before.sessions);
}

/* A change of what may be published counts as an answer more. */
static int answers_of(int64_t figure, int64_t *seen, int count)
{
	for (int i = 0; i < count; i++)
		if (seen[i] == figure)
			return count;
	seen[count] = figure;
	return count + 1;
}

/*
 * Whatever the others do, known to the last breath: from nothing at all to breathing without end, one
 * person's week has three answers at most.
 */
static void one_person_makes_three_answers_at_most(void)
{
	for (int others = 4; others <= OTHERS; others += 4) {
		for (int each = 10; each <= 150; each += 35) {
			int64_t xp[8], minutes[8], sessions[8], days[8];
			int xps = 0, minute_count = 0, session_count = 0, day_count = 0;

			nobody();
			for (int i = 1; i <= others; i++)
				practise(i, 3, each);
			for (int value = 1; value <= 100000; value += 1 + value / 16) {
				struct community_week week;

				practise(VICTIM, 3, value);
				week = measure();
				xps = answers_of(week.xp, xp, xps);
				minute_count = answers_of(week.minutes, minutes, minute_count);
				session_count = answers_of(week.sessions, sessions, session_count);
				REQUIRE(xps <= 3 && minute_count <= 3 && session_count <= 3);
			}
			/* It is in there: none of this holds because nothing is counted. */
			CHECK(xps >= 2 && minute_count >= 2 && session_count >= 2);
			for (int n = 3; n <= 7; n++) {
				practise(VICTIM, n, 10);
				day_count = answers_of(measure().days, days, day_count);
			}
			CHECK(day_count <= 2);
		}
	}
}

int main(void)
{
	temp_store_open(&temp);
	temp_store_must(store_write(temp.store, open_people, NULL), "people");
	if (sqlite3_open(temp.path, &raw) != SQLITE_OK)
		temp_store_must(PROBLEM_INTERNAL, "open");
	run("PRAGMA synchronous = OFF");
	run("UPDATE account SET used_day = %d", period_first_day(PERIOD_WEEK, WEEK + 1));
	CASE(four_are_nobody_and_five_are_five);
	CASE(who_has_fewer_days_adds_nothing);
	CASE(one_person_makes_three_answers_at_most);
	sqlite3_close(raw);
	temp_store_close(&temp);
	return check_end();
}
