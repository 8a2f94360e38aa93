#include "game/epoch.h"

#include "core/secret.h"

enum { LOAD, RENEW, CLEAR_CHAINS };

static const struct statement statements[] = {
    [LOAD] = {.sql = "SELECT epoch FROM store WHERE one = 1"},
    [RENEW] = {.sql = "INSERT INTO store (one, epoch) VALUES (1, $1)"
		      " ON CONFLICT (one) DO UPDATE SET epoch = excluded.epoch"},
    [CLEAR_CHAINS] = {.sql = "UPDATE device SET pushes = $1", .flags = STATEMENT_SCANS},
};

const struct statement_table epoch_statements = {
    "epoch", statements, sizeof(statements) / sizeof(statements[0])};

enum problem epoch_load(struct db *db, char text[EPOCH_TEXT_B])
{
	struct query query;
	uint8_t epoch[EPOCH_B] = {0};

	query_start(&query, db, &statements[LOAD]);
	if (query_next(&query))
		query_bytes(&query, 0, epoch, sizeof(epoch));
	hex_format(epoch, sizeof(epoch), text);
	return query_end(&query);
}

enum problem epoch_renew(struct db *db, void *argument)
{
	struct query query;
	uint8_t epoch[EPOCH_B];
	enum problem problem;

	(void)argument;
	secret_random(epoch, sizeof(epoch));
	query_start(&query, db, &statements[RENEW]);
	query_put_bytes(&query, epoch, sizeof(epoch));
	problem = query_run(&query);
	if (problem != PROBLEM_NONE)
		return problem;
	query_start(&query, db, &statements[CLEAR_CHAINS]);
	query_put_bytes(&query, "", 0);
	return query_run(&query);
}
