#include "game/uptime.h"

#include "core/clock.h"

enum { NOTE, SUM };

static const struct statement statements[] = {
    [NOTE] = {.sql = "INSERT INTO uptime (day, probes, up) VALUES ($1, 1, $2)"
		     " ON CONFLICT (day) DO UPDATE SET probes = uptime.probes + 1,"
		     " up = uptime.up + excluded.up"},
    [SUM] = {.sql = "SELECT coalesce(sum(probes), 0), coalesce(sum(up), 0) FROM uptime"
		    " WHERE day BETWEEN $1 AND $2"},
};

const struct statement_table uptime_statements = {
    "uptime", statements, sizeof(statements) / sizeof(statements[0])};

enum problem uptime_note(struct db *db, bool is_up)
{
	struct query query;

	query_start(&query, db, &statements[NOTE]);
	query_put_day(&query, clock_today());
	query_put_integer(&query, is_up);
	return query_run(&query);
}

enum problem uptime_sum(struct db *db, day_t first, day_t last, struct uptime *sum)
{
	struct query query;

	*sum = (struct uptime){0};
	query_start(&query, db, &statements[SUM]);
	query_put_day(&query, first);
	query_put_day(&query, last);
	if (query_next(&query)) {
		sum->probes = query_integer(&query, 0);
		sum->up = query_integer(&query, 1);
	}
	return query_end(&query);
}
