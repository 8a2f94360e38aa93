#include "game/quota.h"

#include "core/clock.h"

enum { SHARE_PERCENT = 2, SHARE_MIN = 5 };

enum { TAKE, TAKE_OF_SLOT, FORGET, FORGET_SLOTS };

static const struct statement statements[] = {
    [TAKE] = {.sql = "INSERT INTO quota (day, what, used) VALUES ($1, $2, 1)"
		     " ON CONFLICT (day, what) DO UPDATE SET used = quota.used + 1"
		     " RETURNING used"},
    [TAKE_OF_SLOT] = {.sql =
			  "INSERT INTO quota_slot (day, what, slot, used) VALUES ($1, $2, $3, 1)"
			  " ON CONFLICT (day, what, slot) DO UPDATE SET used = quota_slot.used + 1"
			  " RETURNING used"},
    [FORGET] = {.sql = "DELETE FROM quota WHERE day < $1"},
    [FORGET_SLOTS] = {.sql = "DELETE FROM quota_slot WHERE day < $1"},
};

const struct statement_table quota_statements = {
    "quota", statements, sizeof(statements) / sizeof(statements[0])};

int64_t quota_share(int64_t max)
{
	int64_t share = (max * SHARE_PERCENT + 99) / 100;

	if (share < SHARE_MIN)
		share = SHARE_MIN;
	return share < max ? share : max;
}

/* Runs a statement that counts one more and returns how many there are. */
static enum problem take(struct query *query, int64_t *used)
{
	*used = query_next(query) ? query_integer(query, 0) : 0;
	return query_end(query);
}

static enum problem take_of_slot(struct db *db, enum quota what, int64_t max, int slot)
{
	struct query query;
	int64_t used;
	enum problem problem;

	query_start(&query, db, &statements[TAKE_OF_SLOT]);
	query_put_day(&query, clock_today());
	query_put_integer(&query, what);
	query_put_integer(&query, slot);
	problem = take(&query, &used);
	return problem == PROBLEM_NONE && used > quota_share(max) ? PROBLEM_NETWORK_EXHAUSTED
								  : problem;
}

enum problem quota_take(struct db *db, enum quota what, int64_t max, int slot)
{
	struct query query;
	int64_t used;
	enum problem problem;

	query_start(&query, db, &statements[TAKE]);
	query_put_day(&query, clock_today());
	query_put_integer(&query, what);
	problem = take(&query, &used);
	if (problem == PROBLEM_NONE && used > max)
		return what == QUOTA_ACCOUNTS ? PROBLEM_ACCOUNTS_EXHAUSTED : PROBLEM_DAY_EXHAUSTED;
	return problem == PROBLEM_NONE && slot != QUOTA_SLOT_NONE
	    ? take_of_slot(db, what, max, slot)
	    : problem;
}

static enum problem forget(struct db *db, const struct statement *statement)
{
	struct query query;

	query_start(&query, db, statement);
	query_put_day(&query, clock_today());
	return query_run(&query);
}

enum problem quota_forget_past(struct db *db)
{
	enum problem problem = forget(db, &statements[FORGET]);

	return problem == PROBLEM_NONE ? forget(db, &statements[FORGET_SLOTS]) : problem;
}
