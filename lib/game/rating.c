#include "game/rating.h"

#include "core/clock.h"
#include "game/account.h"
#include "game/progress.h"
#include "game/quota.h"
#include "game/tally.h"

enum { YEAR, NOTE, MERGE };

static const struct statement statements[] = {
    [YEAR] = {.sql = "SELECT coalesce(rated_year, 0) FROM account WHERE account = $1"},
    [NOTE] = {.sql = "UPDATE account SET rated_year = $1 WHERE account = $2"},
    [MERGE] = {.sql = "UPDATE account SET rated_year ="
		      " (SELECT max(rated_year) FROM account WHERE account IN ($1, $2))"
		      " WHERE account = $1"},
};

const struct statement_table rating_statements = {
    "rating", statements, sizeof(statements) / sizeof(statements[0])};

static int32_t this_year(void)
{
	return 1970 + day_month(clock_today()) / 12;
}

/* Days before the account was opened prove nothing: anybody may send them, as many as they like. */
static enum problem require_practice(struct db *db, int64_t id)
{
	struct account account;
	struct dayset active;
	int days = 0;
	enum problem problem = account_load(db, id, &account);

	if (problem == PROBLEM_NONE)
		problem = progress_active_days(db, id, &active);
	if (problem != PROBLEM_NONE)
		return problem;
	for (day_t day = account.created_day; day <= clock_today() && days < RATING_DAYS_MIN; day++)
		days += dayset_has(&active, day);
	return days < RATING_DAYS_MIN ? PROBLEM_PRACTICE_NEEDED : PROBLEM_NONE;
}

static enum problem note_year(struct db *db, int64_t account)
{
	int32_t year;
	struct query query;
	enum problem problem = rating_year(db, account, &year);

	if (problem == PROBLEM_NONE && year >= this_year())
		problem = PROBLEM_ALREADY_RATED;
	if (problem != PROBLEM_NONE)
		return problem;
	query_start(&query, db, &statements[NOTE]);
	query_put_integer(&query, this_year());
	query_put_integer(&query, account);
	return query_run(&query);
}

enum problem rating_take(struct db *db, int64_t account, int64_t rating, int64_t per_day, int slot)
{
	enum problem problem = require_practice(db, account);

	if (problem == PROBLEM_NONE)
		problem = note_year(db, account);
	if (problem == PROBLEM_NONE)
		problem = quota_take(db, QUOTA_RATINGS, per_day, slot);
	return problem == PROBLEM_NONE ? tally_count(db, (enum tally)rating) : problem;
}

enum problem rating_year(struct db *db, int64_t account, int32_t *year)
{
	struct query query;

	*year = RATING_NEVER;
	query_start(&query, db, &statements[YEAR]);
	query_put_integer(&query, account);
	if (query_next(&query))
		*year = (int32_t)query_integer(&query, 0);
	return query_end(&query);
}

enum problem rating_merge(struct db *db, int64_t from, int64_t into)
{
	struct query query;

	query_start(&query, db, &statements[MERGE]);
	query_put_integer(&query, into);
	query_put_integer(&query, from);
	return query_run(&query);
}
