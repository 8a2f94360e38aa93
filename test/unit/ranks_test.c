/*
 * Boards are exact: for people chosen at random, on every board, value, rank, percentile, what is
 * missing to the next and the neighbours are what plain SQL over the days says, with window
 * functions and no histogram. Before and after thousands of pushes, departures, returns, changes of
 * pseudonym, moderations, merges and erasures, some of which are undone.
 *
 *	ranks_test [PEOPLE [CHANGES]]
 */
#include <sqlite3.h>
#include <stdlib.h>

#include "check.h"
#include "core/clock.h"
#include "game/account.h"
#include "game/board.h"
#include "game/board_care.h"
#include "game/check.h"
#include "game/device.h"
#include "game/member.h"
#include "game/merge.h"
#include "game/push.h"
#include "game/quota.h"
#include "game/ranking.h"
#include "temp_store.h"

enum {
	CHOSEN = 300,
	AROUND = 3,
	CHUNK = 250, /* people, or changes, a job */
	PAST_DAYS = 70,
	BEST_XP = 700,
};

struct person {
	struct caller caller; /* account 0: gone */
	char handle[HANDLE_TEXT_B];
	uint8_t last_push[PUSH_ID_B];
	bool has_pushed, withheld;
};

static struct temp_store temp;
static sqlite3 *raw;
static struct arena *arena;
static int people = 10000, changes = 3000;
static struct person *persons;
static unsigned seed = 1;
static int opened, changed, findings;

static int below(int bound)
{
	return rand_r(&seed) % bound;
}

/* Many small numbers and few large ones, from 1 to most. */
static int skewed(int most)
{
	double share = (double)below(1000000) / 1e6;

	return 1 + (int)(share * share * share * (most - 1));
}

/* ----- what happens ----- */

static enum problem push(struct db *db, struct person *person, int count)
{
	struct day_totals days[PUSH_DAYS_MAX];
	uint8_t id[PUSH_ID_B];
	struct account account;
	bool received;
	struct push push = {
	    .id = id, .days = days, .day_count = (size_t)count, .max_rows = INT64_MAX};
	day_t last = clock_today() + 1 - below(4);
	enum problem problem;

	secret_random(id, sizeof(id));
	if (person->has_pushed)
		push.after = person->last_push;
	for (int i = 0; i < count; i++)
		days[i] = (struct day_totals){last - i - (i > 4 ? below(2) + i : 0),
		    {.xp = skewed(BEST_XP), .minutes = 1, .sessions = 1, .cycles = 1}};
	problem = push_take(db, &person->caller, &push, &account, &received);
	if (problem == PROBLEM_NONE) {
		memcpy(person->last_push, id, sizeof(id));
		person->has_pushed = true;
	}
	return problem;
}

static enum problem open_person(struct db *db, struct person *person)
{
	char code[RECOVERY_TEXT_B];
	struct device_made made = {0};
	struct account account;
	struct member member;
	enum problem problem = account_open(db, 1 << 30, QUOTA_SLOT_NONE, &account, code);

	if (problem == PROBLEM_NONE)
		problem = device_add(db, account.id, DEVICE_CLI, 128, &made);
	person->caller = (struct caller){.account = account.id, .device = made.id};
	memcpy(person->handle, account.handle, sizeof(person->handle));
	if (problem == PROBLEM_NONE)
		problem = push(db, person, skewed(PAST_DAYS / 2));
	if (problem == PROBLEM_NONE && below(10) != 0)
		problem = member_show(db, account.id, true, &member);
	return problem;
}

static enum problem open_some(struct db *db, void *argument)
{
	enum problem problem = PROBLEM_NONE;

	(void)argument;
	for (int i = 0; problem == PROBLEM_NONE && i < CHUNK && opened < people; i++)
		problem = open_person(db, &persons[opened++]);
	return problem;
}

static enum problem merge(struct db *db, struct person *from, struct person *into)
{
	struct account theirs, ours;
	enum problem problem = account_load(db, from->caller.account, &theirs);

	if (problem == PROBLEM_NONE)
		problem = account_load(db, into->caller.account, &ours);
	if (problem == PROBLEM_NONE)
		problem = merge_accounts(db, &theirs, &ours);
	from->caller.account = 0;
	return problem;
}

static enum problem change(struct db *db)
{
	struct person *person = &persons[below(people)], *other = &persons[below(people)];
	struct member member;
	bool found;
	int what = below(100);
	enum problem problem;

	if (person->caller.account == 0)
		return PROBLEM_NONE;
	if (what < 70)
		return push(db, person, 1 + below(3));
	if (what < 85) {
		problem = member_load(db, person->caller.account, &member, &found);
		return problem == PROBLEM_NONE
		    ? member_show(db, person->caller.account, !member.visible, &member)
		    : problem;
	}
	if (what < 90)
		return member_rename(db, person->caller.account, &member, person->handle);
	if (what < 94) {
		person->withheld = !person->withheld;
		problem = member_moderate(
		    db, person->handle, person->withheld ? WITHHELD_AUTOMATED : WITHHELD_NOT);
		return problem == PROBLEM_NOT_ON_BOARD ? PROBLEM_NONE : problem;
	}
	if (what < 97) {
		problem = account_erase(db, person->caller.account);
		person->caller.account = 0;
		return problem;
	}
	return person == other || other->caller.account == 0 ? PROBLEM_NONE
							     : merge(db, person, other);
}

static enum problem change_some(struct db *db, void *argument)
{
	enum problem problem = PROBLEM_NONE;

	(void)argument;
	for (int i = 0; problem == PROBLEM_NONE && i < CHUNK; i++, changed++)
		problem = change(db);
	return problem;
}

/* A job that changes much and fails at its end. What the model noted is that of before, too. */
static enum problem change_in_vain(struct db *db, void *argument)
{
	struct person *before = calloc((size_t)people, sizeof(*before));
	enum problem problem;

	memcpy(before, persons, (size_t)people * sizeof(*before));
	problem = change_some(db, argument);
	memcpy(persons, before, (size_t)people * sizeof(*before));
	free(before);
	return problem == PROBLEM_NONE ? PROBLEM_QUOTA : problem;
}

/* ----- what plain SQL says ----- */

static void sql(const char *text)
{
	char *error = NULL;

	if (sqlite3_exec(raw, text, NULL, NULL, &error) == SQLITE_OK)
		return;
	printf("Bail out! %s: %s\n", error, text);
	exit(EXIT_FAILURE);
}

/* What counts of each day of whoever is on boards; that of all devices together. */
static const char figures[] =
    "DROP TABLE IF EXISTS figure; CREATE TEMP TABLE figure AS"
    " SELECT member.place, day.day, min(600, sum(day.timely_xp)) AS xp FROM main.day"
    " JOIN main.member ON member.account = day.account"
    " JOIN main.device ON device.device = day.device"
    " WHERE visible AND withheld = 0 AND kind <> 0 AND day.day >= coalesce(from_day, 0)"
    " GROUP BY member.place, day.day HAVING sum(day.timely_xp) > 0";

static const char *const values[] = {
    [METRIC_XP] =
	"SELECT place, sum(xp) AS value FROM figure WHERE day BETWEEN %d AND %d GROUP BY place",
    [METRIC_DAYS] =
	"SELECT place, count(*) AS value FROM figure WHERE day BETWEEN %d AND %d GROUP BY place",
    [METRIC_STREAK] =
	"SELECT place, max(length) AS value FROM (SELECT place, count(*) AS length FROM"
	" (SELECT place, day - row_number() OVER (PARTITION BY place ORDER BY day) AS run"
	" FROM figure WHERE day BETWEEN %d AND %d) GROUP BY place, run) GROUP BY place",
};

static void tell_truth(const struct leaderboard *of)
{
	enum period_kind kind = boards[of->board].kind;
	day_t first = 0, last = 1 << 20;
	char part[512], text[1024];

	if (kind != PERIOD_ALL) {
		for (first = clock_today() - 100; period_of(kind, first) != of->period; first++)
			;
		for (last = first; period_of(kind, last + 1) == of->period; last++)
			;
	}
	snprintf(part, sizeof(part), values[boards[of->board].metric], first, last);
	sql("DROP TABLE IF EXISTS truth");
	snprintf(text, sizeof(text),
	    "CREATE TEMP TABLE truth AS SELECT place, value, rank() OVER (ORDER BY value DESC) AS rank,"
	    " row_number() OVER (ORDER BY value DESC, place DESC) AS position, count(*) OVER () AS total,"
	    " count(*) OVER (ORDER BY value) AS at_or_below FROM (%s)",
	    part);
	sql(text);
	sql("CREATE UNIQUE INDEX truth_position ON truth (position);"
	    "CREATE UNIQUE INDEX truth_place ON truth (place)");
}

/* ----- holding the one against the other ----- */

static sqlite3_stmt *ask(const char *text, int64_t value, int64_t another)
{
	sqlite3_stmt *query = NULL;

	sqlite3_prepare_v2(raw, text, -1, &query, NULL);
	sqlite3_bind_int64(query, 1, value);
	sqlite3_bind_int64(query, 2, another);
	return query;
}

struct look {
	struct leaderboard of;
	int64_t place;
	struct ranking_me me;
};

static enum problem find(struct db *db, void *argument)
{
	struct look *look = argument;

	return ranking_find(db, arena, &look->of, look->place, AROUND, &look->me);
}

static void compare_neighbours(const struct ranking_me *me, int64_t position)
{
	size_t i = 0;
	sqlite3_stmt *query = ask("SELECT place, value, rank FROM truth"
				  " WHERE position BETWEEN ? AND ? ORDER BY position",
	    position - AROUND, position + AROUND);

	for (; sqlite3_step(query) == SQLITE_ROW && CHECK(i < me->around_count); i++) {
		CHECK_INT_EQ(me->around[i].place, sqlite3_column_int64(query, 0));
		CHECK_INT_EQ(me->around[i].value, sqlite3_column_int64(query, 1));
		CHECK_INT_EQ(me->around[i].rank, sqlite3_column_int64(query, 2));
	}
	CHECK_INT_EQ(i, me->around_count);
	sqlite3_finalize(query);
}

static void compare_next(const struct ranking_me *me)
{
	sqlite3_stmt *query =
	    ask("SELECT value - ?1, rank FROM truth WHERE position = ?2 - 1", me->value, me->rank);
	bool has_next = sqlite3_step(query) == SQLITE_ROW;

	CHECK_INT_EQ(me->has_next, has_next);
	if (has_next) {
		CHECK_INT_EQ(me->next_gap, sqlite3_column_int64(query, 0));
		CHECK_INT_EQ(me->next_rank, sqlite3_column_int64(query, 1));
	}
	sqlite3_finalize(query);
}

static void compare_person(const struct leaderboard *of, int64_t place)
{
	struct look look = {.of = *of, .place = place};
	sqlite3_stmt *query = ask("SELECT value, rank, total, 100 * at_or_below / total, position"
				  " FROM truth WHERE place = ?",
	    place, 0);

	temp_store_must(store_read(temp.store, find, &look), "find");
	if (sqlite3_step(query) == SQLITE_ROW) {
		CHECK_INT_EQ(look.me.value, sqlite3_column_int64(query, 0));
		CHECK_INT_EQ(look.me.rank, sqlite3_column_int64(query, 1));
		CHECK_INT_EQ(look.me.total, sqlite3_column_int64(query, 2));
		CHECK_INT_EQ(look.me.percentile, sqlite3_column_int64(query, 3));
		compare_neighbours(&look.me, sqlite3_column_int64(query, 4));
		compare_next(&look.me);
	} else {
		CHECK_INT_EQ(look.me.value, 0);
		CHECK_INT_EQ(look.me.rank, 0);
	}
	sqlite3_finalize(query);
	arena_reset(arena);
}

static void compare_board(const struct leaderboard *of, const int64_t *places, int count)
{
	int64_t total = 0;
	sqlite3_stmt *query;

	tell_truth(of);
	query = ask("SELECT count(*) FROM truth", 0, 0);
	if (sqlite3_step(query) == SQLITE_ROW)
		total = sqlite3_column_int64(query, 0);
	sqlite3_finalize(query);
	CHECK(total > 0);
	for (int i = 0; i < count; i++)
		compare_person(of, places[i]);
}

static void complain(const char *finding)
{
	if (findings++ < 10)
		printf("# %s\n", finding);
}

static enum problem check_all(struct db *db, void *argument)
{
	int64_t accounts;
	enum problem problem = check_progress(db, complain, &accounts);

	(void)argument;
	return problem == PROBLEM_NONE ? boards_check(db, complain) : problem;
}

/* Of everybody on boards so many at random, and whoever is at the top and at the end. */
static int choose(int64_t places[CHOSEN])
{
	sqlite3_stmt *query =
	    ask("SELECT DISTINCT place FROM main.standing ORDER BY place * ? % 1000003 LIMIT ?",
		2 * below(1000) + 1, CHOSEN);
	int count = 0;

	while (count < CHOSEN && sqlite3_step(query) == SQLITE_ROW)
		places[count++] = sqlite3_column_int64(query, 0);
	sqlite3_finalize(query);
	return count;
}

static void every_board_is_what_plain_sql_says(void)
{
	int64_t places[CHOSEN];
	int count = choose(places);

	CHECK_INT_EQ(count, people < CHOSEN ? count : CHOSEN);
	sql(figures);
	for (int board = 0; board < BOARDS; board++)
		for (int back = boards[board].kind == PERIOD_ALL ? 0 : 1; back >= 0; back--)
			compare_board(&(struct leaderboard){board,
					  period_of(boards[board].kind, clock_today()) - back},
			    places, count);
	findings = 0;
	temp_store_must(store_read(temp.store, check_all, NULL), "check");
	CHECK_INT_EQ(findings, 0);
}

static void changes_of_all_kinds_keep_them_so(void)
{
	for (int i = 0; changed < changes; i++) {
		temp_store_must(store_write(temp.store, change_some, NULL), "changes");
		if (i % 4 == 0) {
			int before = changed;

			CHECK_INT_EQ(store_write(temp.store, change_in_vain, NULL), PROBLEM_QUOTA);
			changed = before;
		}
	}
	every_board_is_what_plain_sql_says();
}

/* A check that cannot fail is none. */
static void a_wrong_value_would_be_seen(void)
{
	sqlite3 *writer;

	sqlite3_open(temp.path, &writer);
	sqlite3_exec(writer,
	    "UPDATE standing SET value = value + 1 WHERE board = 3 AND place ="
	    " (SELECT place FROM standing WHERE board = 3 ORDER BY value LIMIT 1)",
	    NULL, NULL, NULL);
	sqlite3_close(writer);
	printf("# what follows is meant to be found\n");
	temp_store_must(store_read(temp.store, check_all, NULL), "check");
	CHECK(findings > 0);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		people = atoi(argv[1]);
	if (argc > 2)
		changes = atoi(argv[2]);
	temp_store_open(&temp);
	arena = arena_new();
	persons = calloc((size_t)people, sizeof(*persons));
	if (persons == NULL || sqlite3_open(temp.path, &raw) != SQLITE_OK)
		return EXIT_FAILURE;
	while (opened < people)
		temp_store_must(store_write(temp.store, open_some, NULL), "open");
	CASE(every_board_is_what_plain_sql_says);
	CASE(changes_of_all_kinds_keep_them_so);
	CASE(a_wrong_value_would_be_seen);
	sqlite3_close(raw);
	free(persons);
	arena_free(arena);
	temp_store_close(&temp);
	return check_end();
}
