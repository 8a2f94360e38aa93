#include "game/closing.h"

#include "core/clock.h"
#include "game/account.h"
#include "game/community.h"
#include "game/period.h"
#include "game/satisfaction.h"

enum { NEWEST, CLOSE, FORGET_WEEKS, FORGET_DAYS = FORGET_WEEKS + 2, STATEMENTS = FORGET_DAYS + 3 };

static const struct statement statements[] = {
    [NEWEST] = {.sql = "SELECT week FROM closing WHERE one = 1"},
    /* Of a week that was closed already there is no row. */
    [CLOSE] = {.sql = "INSERT INTO closing (one, week) VALUES (1, $1)"
		      " ON CONFLICT (one) DO UPDATE SET week = excluded.week"
		      " WHERE closing.week < excluded.week RETURNING week"},
    [FORGET_WEEKS] = {.sql = "DELETE FROM community WHERE week < $1"},
    {.sql = "DELETE FROM satisfaction WHERE week < $1"},
    [FORGET_DAYS] = {.sql = "DELETE FROM tally WHERE day < $1"},
    {.sql = "DELETE FROM uptime WHERE day < $1"},
    {.sql = "DELETE FROM latency WHERE day < $1"},
};

const struct statement_table closing_statements = {"closing", statements, STATEMENTS};

int32_t closing_due(void)
{
	return period_of(PERIOD_WEEK, clock_today() - CLOSING_AFTER_DAYS) - 1;
}

enum problem closing_newest(struct db *db, int32_t *week, bool *any)
{
	struct query query;

	*any = false;
	query_start(&query, db, &statements[NEWEST]);
	if (query_next(&query)) {
		*any = true;
		*week = (int32_t)query_integer(&query, 0);
	}
	return query_end(&query);
}

/* The week that is to be closed next; beyond closing_due there is none, nor by a clock that may be wrong. */
static enum problem find_next(struct db *db, void *argument)
{
	int32_t *next = argument, newest = 0, due = closing_due();
	day_t newest_use = DAY_NONE;
	bool any;
	enum problem problem = closing_newest(db, &newest, &any);

	/* A new store begins with the newest, since nothing was promised of those before. */
	*next = any ? newest + 1 : due;
	if (*next <= due - CLOSING_WEEKS_MAX)
		*next = due - CLOSING_WEEKS_MAX + 1;
	/* It reads every device, so it is asked only where there is something to close. */
	if (problem == PROBLEM_NONE && *next <= due)
		problem = account_newest_use(db, &newest_use);
	if (account_doubts_clock(newest_use))
		*next = due + 1;
	return problem;
}

static enum problem measure(struct db *db, void *argument)
{
	struct community_week *measured = argument;

	return community_measure(db, measured->week, measured);
}

static enum problem close_week(struct db *db, void *argument)
{
	const struct community_week *measured = argument;
	struct query query;
	enum problem problem;
	bool first;

	query_start(&query, db, &statements[CLOSE]);
	query_put_integer(&query, measured->week);
	first = query_next(&query);
	problem = query_end(&query);
	if (problem != PROBLEM_NONE || !first)
		return problem;
	problem = community_put(db, measured);
	return problem == PROBLEM_NONE ? satisfaction_close(db, measured->week) : problem;
}

enum problem closing_run(struct store *store)
{
	struct community_week measured = {0};
	enum problem problem = store_read(store, find_next, &measured.week);

	while (problem == PROBLEM_NONE && measured.week <= closing_due()) {
		problem = store_read(store, measure, &measured);
		if (problem == PROBLEM_NONE)
			problem = store_write(store, close_week, &measured);
		if (problem == PROBLEM_NONE)
			problem = store_read(store, find_next, &measured.week);
	}
	return problem;
}

enum problem closing_forget(struct db *db, void *argument)
{
	int32_t week = period_of(PERIOD_WEEK, clock_today()) - CLOSING_KEEP_WEEKS;
	enum problem problem = PROBLEM_NONE;

	(void)argument;
	for (int i = FORGET_WEEKS; problem == PROBLEM_NONE && i < STATEMENTS; i++) {
		struct query query;

		query_start(&query, db, &statements[i]);
		query_put_integer(
		    &query, i < FORGET_DAYS ? week : period_first_day(PERIOD_WEEK, week));
		problem = query_run(&query);
	}
	return problem;
}
