#include "game/former.h"

#include "core/clock.h"
#include "game/account.h"
#include "game/month.h"

enum {
	IS_EMPTY,
	KEEP_TOKENS,
	FORGET_TOKENS,
	REMOVE,
	KNOWS_TOKEN,
	LIST_OLD,
	JOIN_BOUNDS,
	MOVE_JOINED,
	ADD_JOINED,
	LIST_JOINED,
};

static const struct statement statements[] = {
    [IS_EMPTY] = {.sql = "SELECT 1 FROM device WHERE device = $1 AND kind <> 0 AND revoked = 1"
			 " AND last_day IS NULL"},
    [KEEP_TOKENS] = {.sql = "INSERT INTO revoked_token (hash, account)"
			    " SELECT hash, $1 FROM token WHERE device = $2"},
    [FORGET_TOKENS] = {.sql = "DELETE FROM revoked_token WHERE account = $1 AND number <="
			      " (SELECT number FROM revoked_token WHERE account = $1"
			      " ORDER BY number DESC LIMIT 1 OFFSET $2)"},
    [REMOVE] = {.sql = "DELETE FROM device WHERE device = $1"},
    [KNOWS_TOKEN] = {.sql = "SELECT 1 FROM revoked_token WHERE hash = $1"},
    /* Where all days are folded, the last one is the horizon. */
    [LIST_OLD] = {.sql = "SELECT device FROM device WHERE account = $1 AND kind <> 0"
			 " AND revoked = 1 AND revoked_day < $2 AND last_day = horizon_day"
			 " ORDER BY device"},
    [JOIN_BOUNDS] = {.sql = "UPDATE device SET"
			    " last_day = CASE WHEN other.last_day > device.last_day"
			    " THEN other.last_day ELSE device.last_day END,"
			    " first_day = CASE WHEN other.first_day < device.first_day"
			    " THEN other.first_day ELSE device.first_day END,"
			    " xp = device.xp + other.xp,"
			    " minutes = device.minutes + other.minutes,"
			    " sessions = device.sessions + other.sessions,"
			    " cycles = device.cycles + other.cycles,"
			    " horizon_day = CASE WHEN other.horizon_day > device.horizon_day"
			    " THEN other.horizon_day ELSE device.horizon_day END,"
			    " revoked_day = CASE WHEN other.revoked_day > device.revoked_day"
			    " THEN other.revoked_day ELSE device.revoked_day END"
			    " FROM device AS other WHERE device.device = $1 AND other.device = $2"},
    [MOVE_JOINED] = {.sql = "UPDATE joined_device SET device = $1 WHERE device = $2"},
    [ADD_JOINED] = {.sql = "INSERT INTO joined_device (uid, device)"
			   " SELECT uid, $1 FROM device WHERE device = $2"},
    [LIST_JOINED] = {.sql = "SELECT uid FROM joined_device WHERE device = $1 ORDER BY uid"},
};

const struct statement_table former_statements = {
    "former", statements, sizeof(statements) / sizeof(statements[0])};

/* Runs a statement with one or two numbers. */
static enum problem run(struct db *db, int which, int64_t first, int64_t second)
{
	struct query query;

	query_start(&query, db, &statements[which]);
	query_put_integer(&query, first);
	query_put_integer(&query, second);
	return query_run(&query);
}

static enum problem remove_device(struct db *db, int64_t device)
{
	struct query query;

	query_start(&query, db, &statements[REMOVE]);
	query_put_integer(&query, device);
	return query_run(&query);
}

/* ----- those without days ----- */

static enum problem is_empty(struct db *db, int64_t device, bool *empty)
{
	struct query query;

	query_start(&query, db, &statements[IS_EMPTY]);
	query_put_integer(&query, device);
	*empty = query_next(&query);
	return query_end(&query);
}

enum problem former_settle(struct db *db, int64_t account, int64_t device)
{
	bool empty;
	enum problem problem = is_empty(db, device, &empty);

	if (problem != PROBLEM_NONE || !empty)
		return problem;
	problem = run(db, KEEP_TOKENS, account, device);
	if (problem == PROBLEM_NONE)
		problem = run(db, FORGET_TOKENS, account, FORMER_TOKENS_MAX);
	return problem == PROBLEM_NONE ? remove_device(db, device) : problem;
}

enum problem former_knows_token(struct db *db, const struct secret_hash *token, bool *known)
{
	struct query query;

	query_start(&query, db, &statements[KNOWS_TOKEN]);
	query_put_bytes(&query, token->bytes, sizeof(token->bytes));
	*known = query_next(&query);
	return query_end(&query);
}

/* ----- those of long ago ----- */

static enum problem list_old(
    struct db *db, struct arena *arena, int64_t account, int64_t **devices, size_t *count)
{
	size_t room = 0;
	struct query query;

	*devices = NULL;
	*count = 0;
	query_start(&query, db, &statements[LIST_OLD]);
	query_put_integer(&query, account);
	query_put_day(&query, clock_today() - FORMER_KEPT_DAYS);
	while (query_next(&query)) {
		*devices = arena_grow(arena, *devices, *count, &room, sizeof(**devices));
		(*devices)[(*count)++] = query_integer(&query, 0);
	}
	return query_end(&query);
}

static enum problem join_device(struct db *db, int64_t account, int64_t into, int64_t device)
{
	static const int moves[] = {JOIN_BOUNDS, MOVE_JOINED, ADD_JOINED};
	enum problem problem = month_move(db, account, device, into);

	for (size_t i = 0; problem == PROBLEM_NONE && i < sizeof(moves) / sizeof(moves[0]); i++)
		problem = run(db, moves[i], into, device);
	return problem == PROBLEM_NONE ? remove_device(db, device) : problem;
}

enum problem former_join(struct db *db, int64_t account, int64_t *joined)
{
	struct arena *arena = arena_new();
	int64_t *devices;
	size_t count;
	enum problem problem = list_old(db, arena, account, &devices, &count);

	*joined = 0;
	for (size_t i = 1; problem == PROBLEM_NONE && i < count; i++) {
		problem = join_device(db, account, devices[0], devices[i]);
		++*joined;
	}
	arena_free(arena);
	return problem == PROBLEM_NONE && *joined > 0 ? account_count_rows(db, account) : problem;
}

enum problem former_read_uids(
    struct query *query, struct arena *arena, const char ***uids, size_t *count)
{
	size_t room = 0;

	*uids = NULL;
	*count = 0;
	while (query_next(query)) {
		uint8_t uid[UUID_B];
		char *text = arena_alloc(arena, UUID_TEXT_B);

		query_bytes(query, 0, uid, sizeof(uid));
		*uids = arena_grow(arena, *uids, *count, &room, sizeof(**uids));
		(*uids)[(*count)++] = uuid_format(uid, text);
	}
	return query_end(query);
}

enum problem former_list(
    struct db *db, struct arena *arena, int64_t device, const char ***uids, size_t *count)
{
	struct query query;

	query_start(&query, db, &statements[LIST_JOINED]);
	query_put_integer(&query, device);
	return former_read_uids(&query, arena, uids, count);
}
