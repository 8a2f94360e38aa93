#include "game/quota.h"

#include "core/clock.h"

enum { TAKE, FORGET };

static const struct statement statements[] = {
    [TAKE] = {.sql = "INSERT INTO quota (day, what, used) VALUES ($1, $2, 1)"
		     " ON CONFLICT (day, what) DO UPDATE SET used = quota.used + 1"
		     " RETURNING used"},
    [FORGET] = {.sql = "DELETE FROM quota WHERE day < $1"},
};

const struct statement_table quota_statements = {
    "quota", statements, sizeof(statements) / sizeof(statements[0])};

enum problem quota_take(struct db *db, enum quota what, int64_t max)
{
	struct query query;
	int64_t used = 0;
	enum problem problem;

	query_start(&query, db, &statements[TAKE]);
	query_put_day(&query, clock_today());
	query_put_integer(&query, what);
	if (query_next(&query))
		used = query_integer(&query, 0);
	problem = query_end(&query);
	if (problem == PROBLEM_NONE && used > max)
		problem =
		    what == QUOTA_ACCOUNTS ? PROBLEM_ACCOUNTS_EXHAUSTED : PROBLEM_DAY_EXHAUSTED;
	return problem;
}

enum problem quota_forget_past(struct db *db)
{
	struct query query;

	query_start(&query, db, &statements[FORGET]);
	query_put_day(&query, clock_today());
	return query_run(&query);
}
