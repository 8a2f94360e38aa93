#include "game/device.h"

#include "core/clock.h"
#include "game/account.h"
#include "game/former.h"
#include "game/gone.h"
#include "game/pairing.h"

enum { TOKEN_WAITS, TOKEN_CURRENT, TOKEN_STOPPED };

/* The last use of an account is noted once in so many days, so that reading rarely writes. */
enum { IDLE_DAYS = 7 };

const char *const device_kinds[] = {"vscode", "web", "cli", NULL};

enum {
	AUTHENTICATE,
	FORGET_STOPPED,
	STOP_CURRENT,
	PROMOTE,
	COUNT_LIVING,
	ADD,
	LOAD,
	LIST,
	COUNT_CLIENTS,
	GROW,
	FOLDED,
	REVOKE,
	FIND_IDLEST,
	ADD_TOKEN,
	FORGET_WAITING,
};

#define DEVICE_COLUMNS                                                                          \
	"device, account, uid, kind, revoked, created_day, last_day, horizon_day, revoked_day," \
	" first_day, xp, minutes, sessions, cycles"

static const struct statement statements[] = {
    [AUTHENTICATE] = {.sql = "SELECT token.device, token.state, device.revoked, device.account,"
			     " account.used_day FROM token"
			     " JOIN device ON device.device = token.device"
			     " JOIN account ON account.account = device.account"
			     " WHERE token.hash = $1"},
    [FORGET_STOPPED] = {.sql = "DELETE FROM token WHERE device = $1 AND state = 2"},
    [STOP_CURRENT] = {.sql = "UPDATE token SET state = 2 WHERE device = $1 AND state = 1"
			     " RETURNING hash"},
    [PROMOTE] = {.sql = "UPDATE token SET state = 1 WHERE hash = $1"},
    [COUNT_LIVING] = {.sql = "SELECT count(*) FROM device WHERE account = $1"
			     " AND (kind = 0) = ($2 = 0) AND revoked = 0"},
    [ADD] = {.sql = "INSERT INTO device (account, uid, kind, created_day)"
		    " VALUES ($1, $2, $3, $4) RETURNING device"},
    [LOAD] = {.sql = "SELECT " DEVICE_COLUMNS " FROM device WHERE device = $1"},
    [LIST] = {.sql = "SELECT " DEVICE_COLUMNS " FROM device WHERE account = $1 ORDER BY device"},
    [COUNT_CLIENTS] = {.sql = "SELECT count(*) FROM device"
			      " WHERE account = $1 AND kind <> 0 AND revoked = 0"},
    [GROW] = {.sql = "UPDATE device SET xp = xp + $1, minutes = minutes + $2,"
		     " sessions = sessions + $3, cycles = cycles + $4,"
		     " first_day = CASE WHEN first_day <= $5 THEN first_day"
		     " ELSE coalesce($5, first_day) END,"
		     " last_day = CASE WHEN last_day >= $6 THEN last_day"
		     " ELSE coalesce($6, last_day) END WHERE device = $7"},
    [FOLDED] = {.sql = "UPDATE device SET horizon_day = $1 WHERE device = $2"
		       " AND (horizon_day IS NULL OR horizon_day < $1)"},
    [REVOKE] = {.sql = "UPDATE device SET revoked = 1, revoked_day = $1"
		       " WHERE account = $2 AND uid = $3 AND kind <> 0 AND revoked = 0"
		       " RETURNING device"},
    [FIND_IDLEST] = {.sql = "SELECT uid FROM device WHERE account = $1 AND kind <> 0"
			    " AND revoked = 0 ORDER BY CASE WHEN last_day > created_day"
			    " THEN last_day ELSE created_day END, device LIMIT 1"},
    [ADD_TOKEN] = {.sql = "INSERT INTO token (hash, device, state) VALUES ($1, $2, $3)"},
    [FORGET_WAITING] = {.sql = "DELETE FROM token WHERE device = $1 AND state = 0"
			       " RETURNING hash"},
};

const struct statement_table device_statements = {
    "device", statements, sizeof(statements) / sizeof(statements[0])};

enum problem device_authenticate(
    struct db *db, const struct secret_hash *token, struct caller *caller)
{
	enum problem found = PROBLEM_TOKEN_UNKNOWN, problem;
	struct query query;

	query_start(&query, db, &statements[AUTHENTICATE]);
	query_put_bytes(&query, token->bytes, sizeof(token->bytes));
	if (query_next(&query)) {
		int64_t state = query_integer(&query, 1);
		bool revoked = query_integer(&query, 2) != 0;

		*caller = (struct caller){
		    .device = query_integer(&query, 0),
		    .account = query_integer(&query, 3),
		    .token = *token,
		    .token_waits = state == TOKEN_WAITS,
		    .account_idle = query_day(&query, 4) <= clock_today() - IDLE_DAYS,
		};
		found = revoked || state == TOKEN_STOPPED ? PROBLEM_TOKEN_REVOKED : PROBLEM_NONE;
	}
	problem = query_end(&query);
	if (problem == PROBLEM_NONE && found == PROBLEM_TOKEN_UNKNOWN) {
		bool revoked;

		problem = former_knows_token(db, token, &revoked);
		if (problem == PROBLEM_NONE && revoked)
			found = PROBLEM_TOKEN_REVOKED;
	}
	return problem == PROBLEM_NONE ? found : problem;
}

static enum problem run_for_device(struct db *db, int which, int64_t device)
{
	struct query query;

	query_start(&query, db, &statements[which]);
	query_put_integer(&query, device);
	return query_run(&query);
}

/* The same for a statement that stops tokens and returns them. */
static enum problem stop_tokens(struct db *db, int which, int64_t device)
{
	uint8_t hash[SECRET_HASH_B];
	struct query query;

	query_start(&query, db, &statements[which]);
	query_put_integer(&query, device);
	while (query_next(&query)) {
		query_bytes(&query, 0, hash, sizeof(hash));
		db_note_gone(db, GONE_TOKEN, hash, sizeof(hash));
	}
	return query_end(&query);
}

static enum problem promote(struct db *db, const struct caller *caller)
{
	struct query query;
	enum problem problem = run_for_device(db, FORGET_STOPPED, caller->device);

	if (problem == PROBLEM_NONE)
		problem = stop_tokens(db, STOP_CURRENT, caller->device);
	if (problem != PROBLEM_NONE)
		return problem;
	query_start(&query, db, &statements[PROMOTE]);
	query_put_bytes(&query, caller->token.bytes, sizeof(caller->token.bytes));
	return query_run(&query);
}

enum problem device_settle(struct db *db, const struct caller *caller)
{
	enum problem problem = PROBLEM_NONE;

	if (caller->token_waits)
		problem = promote(db, caller);
	if (problem == PROBLEM_NONE && caller->account_idle)
		problem = account_touch(db, caller->account);
	return problem;
}

static enum problem add_token(struct db *db, int64_t device, int state, char token[TOKEN_TEXT_B])
{
	struct secret_hash hash;
	struct query query;

	token_make(token);
	if (!token_read(token, TOKEN_TEXT_B - 1, &hash))
		return PROBLEM_INTERNAL;
	query_start(&query, db, &statements[ADD_TOKEN]);
	query_put_bytes(&query, hash.bytes, sizeof(hash.bytes));
	query_put_integer(&query, device);
	query_put_integer(&query, state);
	return query_run(&query);
}

static enum problem check_quota(struct db *db, int64_t account, enum device_kind kind, int64_t max)
{
	struct query query;
	int64_t count = 0;
	enum problem problem;

	query_start(&query, db, &statements[COUNT_LIVING]);
	query_put_integer(&query, account);
	query_put_integer(&query, kind);
	if (query_next(&query))
		count = query_integer(&query, 0);
	problem = query_end(&query);
	return problem == PROBLEM_NONE && count >= max ? PROBLEM_QUOTA : problem;
}

enum problem device_add(
    struct db *db, int64_t account, enum device_kind kind, int64_t max, struct device_made *made)
{
	uint8_t uid[UUID_B];
	struct query query;
	enum problem problem = db_has_room(db) || max == DEVICE_ALWAYS
	    ? check_quota(db, account, kind, max)
	    : PROBLEM_STORE_FULL;

	if (problem != PROBLEM_NONE)
		return problem;
	uuid_make(uid);
	uuid_format(uid, made->uid);
	made->token[0] = '\0';
	query_start(&query, db, &statements[ADD]);
	query_put_integer(&query, account);
	query_put_bytes(&query, uid, sizeof(uid));
	query_put_integer(&query, kind);
	query_put_day(&query, clock_today());
	if (query_next(&query))
		made->id = query_integer(&query, 0);
	problem = query_end(&query);
	if (problem == PROBLEM_NONE && kind != DEVICE_IMPORT)
		problem = add_token(db, made->id, TOKEN_CURRENT, made->token);
	return problem;
}

static void read_device(struct query *query, struct device *device)
{
	device->id = query_integer(query, 0);
	device->account = query_integer(query, 1);
	query_bytes(query, 2, device->uid, sizeof(device->uid));
	device->kind = (enum device_kind)query_integer(query, 3);
	device->revoked = query_integer(query, 4) != 0;
	device->created_day = query_day(query, 5);
	device->last_day = query_day(query, 6);
	device->horizon_day = query_day(query, 7);
	device->revoked_day = query_day(query, 8);
	device->first_day = query_day(query, 9);
	device->totals = totals_get(query, 10);
}

enum problem device_load(struct db *db, int64_t id, struct device *device)
{
	struct query query;
	enum problem problem;

	device->id = 0;
	query_start(&query, db, &statements[LOAD]);
	query_put_integer(&query, id);
	if (query_next(&query))
		read_device(&query, device);
	problem = query_end(&query);
	return problem == PROBLEM_NONE && device->id == 0 ? PROBLEM_UNKNOWN_DEVICE : problem;
}

enum problem device_tell_again(struct db *db, int64_t id, struct device_made *made)
{
	struct device device;
	enum problem problem = device_load(db, id, &device);

	if (problem == PROBLEM_NONE)
		problem = run_for_device(db, FORGET_STOPPED, id);
	if (problem == PROBLEM_NONE)
		problem = stop_tokens(db, FORGET_WAITING, id);
	if (problem == PROBLEM_NONE)
		problem = stop_tokens(db, STOP_CURRENT, id);
	if (problem != PROBLEM_NONE)
		return problem;
	made->id = id;
	uuid_format(device.uid, made->uid);
	return add_token(db, id, TOKEN_CURRENT, made->token);
}

enum problem device_list(
    struct db *db, struct arena *arena, int64_t account, struct device **devices, size_t *count)
{
	size_t room = 0;
	struct query query;

	*devices = NULL;
	*count = 0;
	query_start(&query, db, &statements[LIST]);
	query_put_integer(&query, account);
	while (query_next(&query)) {
		*devices = arena_grow(arena, *devices, *count, &room, sizeof(**devices));
		read_device(&query, &(*devices)[(*count)++]);
	}
	return query_end(&query);
}

enum problem device_count_clients(struct db *db, int64_t account, int64_t *count)
{
	struct query query;

	query_start(&query, db, &statements[COUNT_CLIENTS]);
	query_put_integer(&query, account);
	if (query_next(&query))
		*count = query_integer(&query, 0);
	return query_end(&query);
}

enum problem device_grow(struct db *db, int64_t id, const struct device_growth *growth)
{
	struct query query;

	query_start(&query, db, &statements[GROW]);
	totals_put(&query, &growth->totals);
	query_put_day(&query, growth->first_day);
	query_put_day(&query, growth->last_day);
	query_put_integer(&query, id);
	return query_run(&query);
}

enum problem device_folded(struct db *db, int64_t id, day_t day)
{
	struct query query;

	query_start(&query, db, &statements[FOLDED]);
	query_put_day(&query, day);
	query_put_integer(&query, id);
	return query_run(&query);
}

enum problem device_revoke(struct db *db, int64_t account, const uint8_t uid[UUID_B])
{
	struct query query;
	enum problem problem;
	int64_t device = 0;

	query_start(&query, db, &statements[REVOKE]);
	query_put_day(&query, clock_today());
	query_put_integer(&query, account);
	query_put_bytes(&query, uid, UUID_B);
	if (query_next(&query))
		device = query_integer(&query, 0);
	problem = query_end(&query);
	if (problem == PROBLEM_NONE && device == 0)
		problem = PROBLEM_UNKNOWN_DEVICE;
	if (problem != PROBLEM_NONE)
		return problem;
	db_note_gone(db, GONE_DEVICE, uid, UUID_B);
	problem = pairing_close(db, account);
	return problem == PROBLEM_NONE ? former_settle(db, account, device) : problem;
}

enum problem device_revoke_idlest(struct db *db, int64_t account, uint8_t uid[UUID_B])
{
	struct query query;
	bool found;
	enum problem problem;

	query_start(&query, db, &statements[FIND_IDLEST]);
	query_put_integer(&query, account);
	found = query_next(&query);
	if (found)
		query_bytes(&query, 0, uid, UUID_B);
	problem = query_end(&query);
	if (problem == PROBLEM_NONE && !found)
		problem = PROBLEM_UNKNOWN_DEVICE;
	return problem == PROBLEM_NONE ? device_revoke(db, account, uid) : problem;
}

enum problem device_new_token(struct db *db, int64_t id, char token[TOKEN_TEXT_B])
{
	enum problem problem = stop_tokens(db, FORGET_WAITING, id);

	return problem == PROBLEM_NONE ? add_token(db, id, TOKEN_WAITS, token) : problem;
}
