#include "game/tally.h"

#include "core/clock.h"

enum { COUNT, SUM };

static const struct statement statements[] = {
    [COUNT] = {.sql = "INSERT INTO tally (day, what, times) VALUES ($1, $2, 1)"
		      " ON CONFLICT (day, what) DO UPDATE SET times = tally.times + 1"},
    [SUM] = {.sql = "SELECT coalesce(sum(times), 0) FROM tally"
		    " WHERE what = $1 AND day BETWEEN $2 AND $3"},
};

const struct statement_table tally_statements = {
    "tally", statements, sizeof(statements) / sizeof(statements[0])};

enum problem tally_count(struct db *db, enum tally what)
{
	struct query query;

	query_start(&query, db, &statements[COUNT]);
	query_put_day(&query, clock_today());
	query_put_integer(&query, what);
	return query_run(&query);
}

enum problem tally_sum(struct db *db, enum tally what, day_t first, day_t last, int64_t *times)
{
	struct query query;

	*times = 0;
	query_start(&query, db, &statements[SUM]);
	query_put_integer(&query, what);
	query_put_day(&query, first);
	query_put_day(&query, last);
	if (query_next(&query))
		*times = query_integer(&query, 0);
	return query_end(&query);
}
