#include "game/expiry.h"

#include "core/clock.h"

enum { ANY_PAST, FORGET_PAIRINGS, FORGET_REQUESTS, FORGET_ALL_PAIRINGS, FORGET_ALL_REQUESTS };

static const struct statement statements[] = {
    [ANY_PAST] = {.sql = "SELECT 1 FROM pairing WHERE expires_s <= $1"
			 " UNION ALL SELECT 1 FROM request WHERE expires_s <= $1 LIMIT 1"},
    [FORGET_PAIRINGS] = {.sql = "DELETE FROM pairing WHERE expires_s <= $1"},
    [FORGET_REQUESTS] = {.sql = "DELETE FROM request WHERE expires_s <= $1"},
    [FORGET_ALL_PAIRINGS] = {.sql = "DELETE FROM pairing WHERE expires_s > 0"},
    [FORGET_ALL_REQUESTS] = {.sql = "DELETE FROM request WHERE expires_s > 0"},
};

const struct statement_table expiry_statements = {
    "expiry", statements, sizeof(statements) / sizeof(statements[0])};

enum problem expiry_any(struct db *db, bool *any)
{
	struct query query;

	query_start(&query, db, &statements[ANY_PAST]);
	query_put_integer(&query, clock_now_s());
	*any = query_next(&query);
	return query_end(&query);
}

static enum problem forget_past(struct db *db, int which)
{
	struct query query;

	query_start(&query, db, &statements[which]);
	query_put_integer(&query, clock_now_s());
	return query_run(&query);
}

enum problem expiry_forget_past(struct db *db)
{
	enum problem problem = forget_past(db, FORGET_PAIRINGS);

	return problem == PROBLEM_NONE ? forget_past(db, FORGET_REQUESTS) : problem;
}

static enum problem forget_all(struct db *db, int which)
{
	struct query query;

	query_start(&query, db, &statements[which]);
	return query_run(&query);
}

enum problem expiry_forget_all(struct db *db)
{
	enum problem problem = forget_all(db, FORGET_ALL_PAIRINGS);

	return problem == PROBLEM_NONE ? forget_all(db, FORGET_ALL_REQUESTS) : problem;
}
