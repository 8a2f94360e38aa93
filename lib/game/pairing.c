#include "game/pairing.h"

#include "core/clock.h"
#include "core/secret.h"

enum { OPEN, FIND, CLOSE, ANY_EXPIRED, FORGET_EXPIRED, FORGET_ALL };

static const struct statement statements[] = {
    [OPEN] = {.sql = "INSERT INTO pairing (hash, account, expires_s) VALUES ($1, $2, $3)"},
    [FIND] = {.sql = "SELECT account FROM pairing WHERE hash = $1 AND expires_s > $2"},
    [CLOSE] = {.sql = "DELETE FROM pairing WHERE account = $1"},
    [ANY_EXPIRED] = {.sql = "SELECT 1 FROM pairing WHERE expires_s <= $1 LIMIT 1"},
    [FORGET_EXPIRED] = {.sql = "DELETE FROM pairing WHERE expires_s <= $1"},
    [FORGET_ALL] = {.sql = "DELETE FROM pairing WHERE expires_s > 0"},
};

const struct statement_table pairing_statements = {
    "pairing", statements, sizeof(statements) / sizeof(statements[0])};

enum problem pairing_open(struct db *db, int64_t account, char code[PAIRING_TEXT_B])
{
	uint8_t bytes[PAIRING_B];
	struct secret_hash hash;
	struct query query;
	enum problem problem = pairing_forget_expired(db);

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

enum problem pairing_find(struct db *db, const uint8_t code[PAIRING_B], int64_t *account)
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

enum problem pairing_any_expired(struct db *db, bool *any)
{
	struct query query;

	query_start(&query, db, &statements[ANY_EXPIRED]);
	query_put_integer(&query, clock_now_s());
	*any = query_next(&query);
	return query_end(&query);
}

enum problem pairing_forget_expired(struct db *db)
{
	struct query query;

	query_start(&query, db, &statements[FORGET_EXPIRED]);
	query_put_integer(&query, clock_now_s());
	return query_run(&query);
}

enum problem pairing_forget_all(struct db *db)
{
	struct query query;

	query_start(&query, db, &statements[FORGET_ALL]);
	return query_run(&query);
}
