#include "game/epoch.h"

#include "core/secret.h"

enum { LOAD, BEGIN, RENEW, CLEAR_CHAINS };

static const struct statement statements[] = {
    [LOAD] = {.sql = "SELECT epoch FROM store WHERE one = 1"},
    [BEGIN] = {.sql = "INSERT INTO store (one, epoch) VALUES (1, $1)"
		      " ON CONFLICT (one) DO NOTHING"},
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

static enum problem put_epoch(struct db *db, int which)
{
	struct query query;
	uint8_t epoch[EPOCH_B];

	secret_random(epoch, sizeof(epoch));
	query_start(&query, db, &statements[which]);
	query_put_bytes(&query, epoch, sizeof(epoch));
	return query_run(&query);
}

enum problem epoch_begin(struct db *db, void *argument)
{
	(void)argument;
	return put_epoch(db, BEGIN);
}

enum problem epoch_renew(struct db *db, void *argument)
{
	struct query query;
	enum problem problem = put_epoch(db, RENEW);

	(void)argument;
	if (problem != PROBLEM_NONE)
		return problem;
	query_start(&query, db, &statements[CLEAR_CHAINS]);
	query_put_bytes(&query, "", 0);
	return query_run(&query);
}
