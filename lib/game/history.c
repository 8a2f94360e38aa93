#include "game/history.h"

enum { DAYS, MONTHS, SIZE };

static const struct statement statements[] = {
    [DAYS] = {.sql = "SELECT day, xp, minutes, sessions, cycles, timely_xp FROM day"
		     " WHERE account = $1 AND device = $2 ORDER BY day"},
    [MONTHS] = {.sql = "SELECT month, xp, minutes, sessions, cycles, active, board_xp, board_days"
		       " FROM month"
		       " WHERE account = $1 AND device = $2 ORDER BY month"},
    [SIZE] = {.sql = "SELECT (SELECT count(*) FROM day WHERE account = $1)"
		     " + (SELECT count(*) FROM month WHERE account = $1)"},
};

const struct statement_table history_statements = {
    "history", statements, sizeof(statements) / sizeof(statements[0])};

enum problem history_load(
    struct db *db, struct arena *arena, int64_t account, int64_t device, struct history *history)
{
	size_t day_room = 0, month_room = 0;
	struct query query;
	enum problem problem;

	*history = (struct history){0};
	query_start(&query, db, &statements[DAYS]);
	query_put_integer(&query, account);
	query_put_integer(&query, device);
	while (query_next(&query)) {
		history->days = arena_grow(
		    arena, history->days, history->day_count, &day_room, sizeof(*history->days));
		history->days[history->day_count++] = (struct history_day){
		    {query_day(&query, 0), totals_get(&query, 1)}, query_integer(&query, 5)};
	}
	problem = query_end(&query);
	if (problem != PROBLEM_NONE)
		return problem;
	query_start(&query, db, &statements[MONTHS]);
	query_put_integer(&query, account);
	query_put_integer(&query, device);
	while (query_next(&query)) {
		history->months = arena_grow(arena, history->months, history->month_count,
		    &month_room, sizeof(*history->months));
		history->months[history->month_count++] = (struct month_totals){
		    (int32_t)query_integer(&query, 0), totals_get(&query, 1),
		    query_integer(&query, 5), query_integer(&query, 6), query_integer(&query, 7)};
	}
	return query_end(&query);
}

enum problem history_size(struct db *db, int64_t account, int64_t *size)
{
	struct query query;

	query_start(&query, db, &statements[SIZE]);
	query_put_integer(&query, account);
	*size = query_next(&query) ? query_integer(&query, 0) : 0;
	return query_end(&query);
}
