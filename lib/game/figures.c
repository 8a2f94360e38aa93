#include "game/figures.h"

static const struct statement statements[] = {
    {.sql = "SELECT (SELECT count(*) FROM account),"
	    " (SELECT count(*) FROM device WHERE kind <> 0), (SELECT count(*) FROM import),"
	    " (SELECT count(*) FROM day), (SELECT count(*) FROM month),"
	    " (SELECT count(*) FROM pairing), (SELECT count(*) FROM share)",
	.flags = STATEMENT_SCANS},
};

const struct statement_table figures_statements = {
    "figures", statements, sizeof(statements) / sizeof(statements[0])};

enum problem figures_count(struct db *db, struct figures *figures)
{
	struct query query;

	query_start(&query, db, &statements[0]);
	if (query_next(&query))
		*figures = (struct figures){
		    .accounts = query_integer(&query, 0),
		    .devices = query_integer(&query, 1),
		    .imports = query_integer(&query, 2),
		    .days = query_integer(&query, 3),
		    .months = query_integer(&query, 4),
		    .pairings = query_integer(&query, 5),
		    .shares = query_integer(&query, 6),
		};
	return query_end(&query);
}
