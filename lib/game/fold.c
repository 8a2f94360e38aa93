#include "game/fold.h"

#include "game/device.h"
#include "game/totals.h"

enum { OLD_DAYS, GROW_MONTH, REMOVE_OLD };

static const struct statement statements[] = {
    [OLD_DAYS] = {.sql = "SELECT device, day, xp, minutes, sessions, cycles FROM day"
			 " WHERE account = $1 AND day < $2 ORDER BY device, day"},
    [GROW_MONTH] = {.sql = "INSERT INTO month"
			   " (account, month, device, xp, minutes, sessions, cycles, active)"
			   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
			   " ON CONFLICT (account, month, device) DO UPDATE SET"
			   " xp = month.xp + excluded.xp,"
			   " minutes = month.minutes + excluded.minutes,"
			   " sessions = month.sessions + excluded.sessions,"
			   " cycles = month.cycles + excluded.cycles,"
			   " active = month.active | excluded.active"},
    [REMOVE_OLD] = {.sql = "DELETE FROM day WHERE account = $1 AND day < $2"},
};

const struct statement_table fold_statements = {
    "fold", statements, sizeof(statements) / sizeof(statements[0])};

static enum problem grow_month(
    struct db *db, int64_t account, int64_t device, day_t day, const struct totals *totals)
{
	int32_t month = day_month(day);
	struct query query;

	query_start(&query, db, &statements[GROW_MONTH]);
	query_put_integer(&query, account);
	query_put_integer(&query, month);
	query_put_integer(&query, device);
	totals_put(&query, totals);
	query_put_integer(&query, INT64_C(1) << (day - month_first_day(month)));
	return query_run(&query);
}

enum problem fold_account(struct db *db, int64_t account, day_t before, int64_t *folded)
{
	enum problem problem = PROBLEM_NONE, ended;
	struct query query;

	*folded = 0;
	query_start(&query, db, &statements[OLD_DAYS]);
	query_put_integer(&query, account);
	query_put_day(&query, before);
	while (problem == PROBLEM_NONE && query_next(&query)) {
		int64_t device = query_integer(&query, 0);
		day_t day = query_day(&query, 1);
		struct totals totals = totals_get(&query, 2);

		problem = grow_month(db, account, device, day, &totals);
		if (problem == PROBLEM_NONE)
			problem = device_folded(db, device, day);
		++*folded;
	}
	ended = query_end(&query);
	if (problem == PROBLEM_NONE)
		problem = ended;
	if (problem != PROBLEM_NONE)
		return problem;
	query_start(&query, db, &statements[REMOVE_OLD]);
	query_put_integer(&query, account);
	query_put_day(&query, before);
	return query_run(&query);
}
