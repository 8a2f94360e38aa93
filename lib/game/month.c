#include "game/month.h"

enum { GROW, OF_DEVICE, REMOVE };

static const struct statement statements[] = {
    [GROW] = {.sql = "INSERT INTO month"
		     " (account, month, device, xp, minutes, sessions, cycles, active,"
		     " board_xp, board_days) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
		     " ON CONFLICT (account, month, device) DO UPDATE SET"
		     " xp = month.xp + excluded.xp,"
		     " minutes = month.minutes + excluded.minutes,"
		     " sessions = month.sessions + excluded.sessions,"
		     " cycles = month.cycles + excluded.cycles,"
		     " active = month.active | excluded.active,"
		     " board_xp = month.board_xp + excluded.board_xp,"
		     " board_days = month.board_days | excluded.board_days"},
    [OF_DEVICE] = {.sql = "SELECT month, xp, minutes, sessions, cycles, active, board_xp,"
			  " board_days FROM month WHERE account = $1 AND device = $2"},
    [REMOVE] = {.sql = "DELETE FROM month WHERE account = $1 AND device = $2"},
};

const struct statement_table month_statements = {
    "month", statements, sizeof(statements) / sizeof(statements[0])};

enum problem month_grow(
    struct db *db, int64_t account, int64_t device, const struct month_growth *growth)
{
	struct query query;

	query_start(&query, db, &statements[GROW]);
	query_put_integer(&query, account);
	query_put_integer(&query, growth->month);
	query_put_integer(&query, device);
	totals_put(&query, &growth->totals);
	query_put_integer(&query, growth->active);
	query_put_integer(&query, growth->board_xp);
	query_put_integer(&query, growth->board_days);
	return query_run(&query);
}

enum problem month_move(struct db *db, int64_t account, int64_t from, int64_t into)
{
	enum problem problem = PROBLEM_NONE, ended;
	struct query query;

	query_start(&query, db, &statements[OF_DEVICE]);
	query_put_integer(&query, account);
	query_put_integer(&query, from);
	while (problem == PROBLEM_NONE && query_next(&query)) {
		const struct month_growth growth = {
		    .month = (int32_t)query_integer(&query, 0),
		    .totals = totals_get(&query, 1),
		    .active = query_integer(&query, 5),
		    .board_xp = query_integer(&query, 6),
		    .board_days = query_integer(&query, 7),
		};

		problem = month_grow(db, account, into, &growth);
	}
	ended = query_end(&query);
	if (problem == PROBLEM_NONE)
		problem = ended;
	if (problem != PROBLEM_NONE)
		return problem;
	query_start(&query, db, &statements[REMOVE]);
	query_put_integer(&query, account);
	query_put_integer(&query, from);
	return query_run(&query);
}
