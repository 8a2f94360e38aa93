#include "game/retry.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "game/expiry.h"

enum { FIND, KEEP };

static const struct statement statements[] = {
    [FIND] = {.sql = "SELECT request.bound, request.device, device.revoked FROM request"
		     " LEFT JOIN device ON device.device = request.device"
		     " WHERE request.hash = $1 AND request.expires_s > $2"},
    [KEEP] = {.sql = "INSERT INTO request (hash, bound, account, device, expires_s)"
		     " VALUES ($1, $2, $3, $4, $5)"},
};

const struct statement_table retry_statements = {
    "retry", statements, sizeof(statements) / sizeof(statements[0])};

enum { BINDING_B = 256, CODE_MAX_B = 32 };

/* The hash of what is asked for: its parts as text, which no part's end can shift. */
static struct secret_hash bind(const struct retry *retry)
{
	char text[BINDING_B], code[2 * CODE_MAX_B + 1] = "";
	int length;

	if (retry->code != NULL && retry->code_length <= CODE_MAX_B)
		hex_format(retry->code, retry->code_length, code);
	length = snprintf(text, sizeof(text), "%s %" PRId64 " %d %d %s", retry->route,
	    retry->caller == NULL ? 0 : retry->caller->device, retry->kind, retry->merge, code);
	return secret_hash(SECRET_REQUEST, text, (size_t)length);
}

enum problem retry_find(struct db *db, const struct retry *retry, int64_t *device)
{
	enum problem found = PROBLEM_NONE, problem;
	struct secret_hash request, bound, wanted;
	struct query query;

	*device = 0;
	if (retry->request == NULL)
		return PROBLEM_NONE;
	request = secret_hash(SECRET_REQUEST, retry->request, REQUEST_B);
	wanted = bind(retry);
	query_start(&query, db, &statements[FIND]);
	query_put_bytes(&query, request.bytes, sizeof(request.bytes));
	query_put_integer(&query, clock_now_s());
	if (query_next(&query)) {
		query_bytes(&query, 0, bound.bytes, sizeof(bound.bytes));
		if (memcmp(bound.bytes, wanted.bytes, sizeof(bound.bytes)) != 0)
			found = PROBLEM_REQUEST_REUSED;
		else if (query_is_null(&query, 1) || query_integer(&query, 2) != 0)
			found = PROBLEM_TOKEN_REVOKED;
		else
			*device = query_integer(&query, 1);
	}
	problem = query_end(&query);
	return problem == PROBLEM_NONE ? found : problem;
}

enum problem retry_keep(
    struct db *db, const struct retry *retry, int64_t account, int64_t device, int64_t expires_s)
{
	struct secret_hash request, bound;
	struct query query;
	enum problem problem;

	if (retry->request == NULL)
		return PROBLEM_NONE;
	/* One that has expired may still be there under the same identifier. */
	problem = expiry_forget_past(db);
	if (problem != PROBLEM_NONE)
		return problem;
	request = secret_hash(SECRET_REQUEST, retry->request, REQUEST_B);
	bound = bind(retry);
	query_start(&query, db, &statements[KEEP]);
	query_put_bytes(&query, request.bytes, sizeof(request.bytes));
	query_put_bytes(&query, bound.bytes, sizeof(bound.bytes));
	query_put_integer(&query, account);
	query_put_integer(&query, device);
	query_put_integer(&query, expires_s);
	return query_run(&query);
}
