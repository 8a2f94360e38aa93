#include "game/pairing.h"

#include "core/clock.h"
#include "core/secret.h"
#include "game/expiry.h"

enum { OPEN, FIND, CLOSE };

static const struct statement statements[] = {
    [OPEN] = {.sql = "INSERT INTO pairing (hash, account, expires_s) VALUES ($1, $2, $3)"},
    [FIND] = {.sql = "SELECT account, expires_s FROM pairing WHERE hash = $1 AND expires_s > $2"},
    [CLOSE] = {.sql = "DELETE FROM pairing WHERE account = $1"},
};

const struct statement_table pairing_statements = {
    "pairing", statements, sizeof(statements) / sizeof(statements[0])};

enum problem pairing_open(struct db *db, int64_t account, char code[PAIRING_TEXT_B])
{
	uint8_t bytes[PAIRING_B];
	struct secret_hash hash;
	struct query query;
	enum problem problem = expiry_forget_past(db);

	if (problem == PROBLEM_NONE)
		problem = pairing_close(db, account);
	if (problem != PROBLEM_NONE)
		return problem;
	secret_random(bytes, sizeof(bytes));
	pairing_format(bytes, code);
	hash = secret_hash(SECRET_PAIRING, bytes, sizeof(bytes));
	query_start(&query, db, &statements[OPEN]);
	query_put_bytes(&query, hash.bytes, sizeof(hash.bytes));
	query_put_integer(&query, account);
	query_put_integer(&query, clock_now_s() + PAIRING_TTL_S);
	return query_run(&query);
}

enum problem pairing_find(
    struct db *db, const uint8_t code[PAIRING_B], int64_t *account, int64_t *expires_s)
{
	struct secret_hash hash = secret_hash(SECRET_PAIRING, code, PAIRING_B);
	struct query query;
	enum problem problem;
	bool found = false;

	query_start(&query, db, &statements[FIND]);
	query_put_bytes(&query, hash.bytes, sizeof(hash.bytes));
	query_put_integer(&query, clock_now_s());
	if (query_next(&query)) {
		found = true;
		*account = query_integer(&query, 0);
		*expires_s = query_integer(&query, 1);
	}
	problem = query_end(&query);
	return problem == PROBLEM_NONE && !found ? PROBLEM_UNKNOWN_CODE : problem;
}

enum problem pairing_close(struct db *db, int64_t account)
{
	struct query query;

	query_start(&query, db, &statements[CLOSE]);
	query_put_integer(&query, account);
	return query_run(&query);
}
