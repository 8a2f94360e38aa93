#include "game/account.h"

#include <stdio.h>

#include "core/clock.h"
#include "game/gone.h"
#include "game/member.h"
#include "game/quota.h"

enum {
	HANDLE_TAKEN,
	OPEN,
	LOAD,
	SAVE_PROGRESS,
	COUNT_ROWS,
	TOUCH,
	RENEW_HANDLE,
	RENEW_RECOVERY,
	FIND_BY_RECOVERY,
	ERASE,
	LIST_UIDS,
	RECOVERY_HASH,
	FIND_UNUSED,
	NEWEST_USE,
	NEXT,
};

static const struct statement statements[] = {
    [HANDLE_TAKEN] = {.sql = "SELECT 1 FROM account WHERE handle = $1"},
    [OPEN] = {.sql = "INSERT INTO account"
		     " (uid, handle, recovery_hash, created_day, used_day, recovery_day, active)"
		     " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING account"},
    [LOAD] = {.sql = "SELECT uid, handle, created_day, used_day, xp, minutes, sessions, cycles,"
		     " run_first, run_last, longest, recovery_day, row_count, active"
		     " FROM account WHERE account = $1"},
    [SAVE_PROGRESS] = {.sql = "UPDATE account SET xp = $1, minutes = $2, sessions = $3,"
			      " cycles = $4, run_first = $5, run_last = $6, longest = $7,"
			      " used_day = $8, row_count = $9, active = $10 WHERE account = $11"},
    [COUNT_ROWS] = {.sql = "UPDATE account SET row_count ="
			   " (SELECT count(*) FROM day WHERE account = $1)"
			   " + (SELECT count(*) FROM month WHERE account = $1) WHERE account = $1"},
    [TOUCH] = {.sql = "UPDATE account SET used_day = $1 WHERE account = $2"},
    [RENEW_HANDLE] = {.sql = "UPDATE account SET handle = $1 WHERE account = $2"},
    [RENEW_RECOVERY] = {.sql = "UPDATE account SET recovery_hash = $1, recovery_day = $2"
			       " WHERE account = $3"},
    [FIND_BY_RECOVERY] = {.sql = "SELECT account FROM account WHERE recovery_hash = $1"},
    [ERASE] = {.sql = "DELETE FROM account WHERE account = $1"},
    [LIST_UIDS] = {.sql = "SELECT uid FROM account WHERE account = $1"
			  " UNION ALL SELECT uid FROM former WHERE account = $1"},
    [RECOVERY_HASH] = {.sql = "SELECT recovery_hash FROM account WHERE account = $1"},
    [FIND_UNUSED] = {.sql = "SELECT account FROM account WHERE used_day < $1 LIMIT $2",
	.flags = STATEMENT_SCANS},
    [NEWEST_USE] = {.sql = "SELECT coalesce((SELECT max(last_day) FROM device"
			   " WHERE kind <> 0), (SELECT max(used_day) FROM account))",
	.flags = STATEMENT_SCANS},
    [NEXT] = {.sql = "SELECT account FROM account WHERE account > $1 ORDER BY account LIMIT 1"},
};

const struct statement_table account_statements = {
    "account", statements, sizeof(statements) / sizeof(statements[0])};

/* The number of draws until a free pseudonym is all but certain even when most are taken. */
enum { HANDLE_DRAWS = 64 };

static enum problem draw_free_handle(struct db *db, char handle[HANDLE_TEXT_B])
{
	for (int i = 0; i < HANDLE_DRAWS; i++) {
		struct query query;
		enum problem problem;
		bool taken;

		query_start(&query, db, &statements[HANDLE_TAKEN]);
		query_put_text(&query, handle_draw(handle));
		taken = query_next(&query);
		problem = query_end(&query);
		if (problem != PROBLEM_NONE || !taken)
			return problem;
	}
	return PROBLEM_ACCOUNTS_EXHAUSTED;
}

static struct secret_hash make_recovery(char recovery_code[RECOVERY_TEXT_B])
{
	uint8_t bytes[RECOVERY_B];

	secret_random(bytes, sizeof(bytes));
	recovery_format(bytes, recovery_code);
	return secret_hash(SECRET_RECOVERY, bytes, sizeof(bytes));
}

enum problem account_open(struct db *db, int64_t per_day, int slot, struct account *account,
    char recovery_code[RECOVERY_TEXT_B])
{
	struct secret_hash recovery = make_recovery(recovery_code);
	struct query query;
	enum problem problem =
	    db_has_room(db) ? quota_take(db, QUOTA_ACCOUNTS, per_day, slot) : PROBLEM_STORE_FULL;

	*account = (struct account){
	    .created_day = clock_today(),
	    .used_day = clock_today(),
	    .recovery_day = clock_today(),
	    .streak = {DAY_NONE, DAY_NONE, 0},
	    .knows_active = true,
	};
	uuid_make(account->uid);
	if (problem == PROBLEM_NONE)
		problem = draw_free_handle(db, account->handle);
	if (problem != PROBLEM_NONE)
		return problem;
	query_start(&query, db, &statements[OPEN]);
	query_put_bytes(&query, account->uid, sizeof(account->uid));
	query_put_text(&query, account->handle);
	query_put_bytes(&query, recovery.bytes, sizeof(recovery.bytes));
	query_put_day(&query, account->created_day);
	query_put_day(&query, account->used_day);
	query_put_day(&query, account->recovery_day);
	query_put_bytes(&query, "", 0);
	if (query_next(&query))
		account->id = query_integer(&query, 0);
	return query_end(&query);
}

/* Bytes that are no set are as good as none: the days are counted anew. */
static bool read_active(struct query *query, int column, struct dayset *active)
{
	uint8_t bytes[DAYSET_PACKED_MAX_B];
	size_t length = query_length(query, column);

	*active = (struct dayset){0};
	if (query_is_null(query, column) || length > sizeof(bytes))
		return false;
	query_bytes(query, column, bytes, length);
	return dayset_unpack(bytes, length, active);
}

enum problem account_load(struct db *db, int64_t id, struct account *account)
{
	struct query query;
	enum problem problem;

	account->id = 0;
	query_start(&query, db, &statements[LOAD]);
	query_put_integer(&query, id);
	if (query_next(&query)) {
		account->id = id;
		query_bytes(&query, 0, account->uid, sizeof(account->uid));
		snprintf(account->handle, sizeof(account->handle), "%s", query_text(&query, 1));
		account->created_day = query_day(&query, 2);
		account->used_day = query_day(&query, 3);
		account->totals = totals_get(&query, 4);
		account->streak.run_first = query_day(&query, 8);
		account->streak.run_last = query_day(&query, 9);
		account->streak.longest = (int32_t)query_integer(&query, 10);
		account->recovery_day = query_day(&query, 11);
		account->row_count = query_integer(&query, 12);
		account->knows_active = read_active(&query, 13, &account->active);
	}
	problem = query_end(&query);
	if (problem == PROBLEM_NONE && account->id == 0)
		problem = PROBLEM_TOKEN_UNKNOWN;
	return problem;
}

enum problem account_save_progress(struct db *db, const struct account *account)
{
	uint8_t active[DAYSET_PACKED_MAX_B];
	struct query query;

	query_start(&query, db, &statements[SAVE_PROGRESS]);
	totals_put(&query, &account->totals);
	query_put_day(&query, account->streak.run_first);
	query_put_day(&query, account->streak.run_last);
	query_put_integer(&query, account->streak.longest);
	query_put_day(&query, clock_today());
	query_put_integer(&query, account->row_count);
	if (account->knows_active)
		query_put_bytes(&query, active, dayset_pack(&account->active, active));
	else
		query_put_null(&query);
	query_put_integer(&query, account->id);
	return query_run(&query);
}

enum problem account_count_rows(struct db *db, int64_t id)
{
	struct query query;

	query_start(&query, db, &statements[COUNT_ROWS]);
	query_put_integer(&query, id);
	return query_run(&query);
}

enum problem account_touch(struct db *db, int64_t id)
{
	struct query query;

	query_start(&query, db, &statements[TOUCH]);
	query_put_day(&query, clock_today());
	query_put_integer(&query, id);
	return query_run(&query);
}

enum problem account_renew_handle(struct db *db, int64_t id, char handle[HANDLE_TEXT_B])
{
	struct query query;
	enum problem problem = draw_free_handle(db, handle);

	if (problem == PROBLEM_ACCOUNTS_EXHAUSTED)
		return PROBLEM_UNAVAILABLE;
	if (problem != PROBLEM_NONE)
		return problem;
	query_start(&query, db, &statements[RENEW_HANDLE]);
	query_put_text(&query, handle);
	query_put_integer(&query, id);
	return query_run(&query);
}

/* Notes what a statement finds of an account as gone. */
static enum problem note_gone(struct db *db, int which, int64_t id, enum gone kind, size_t length)
{
	uint8_t bytes[GONE_ID_MAX_B];
	struct query query;

	query_start(&query, db, &statements[which]);
	query_put_integer(&query, id);
	while (query_next(&query)) {
		query_bytes(&query, 0, bytes, length);
		db_note_gone(db, (char)kind, bytes, length);
	}
	return query_end(&query);
}

enum problem account_renew_recovery(struct db *db, int64_t id, char recovery_code[RECOVERY_TEXT_B])
{
	struct secret_hash recovery = make_recovery(recovery_code);
	struct query query;
	enum problem problem = note_gone(db, RECOVERY_HASH, id, GONE_RECOVERY, SECRET_HASH_B);

	if (problem != PROBLEM_NONE)
		return problem;
	query_start(&query, db, &statements[RENEW_RECOVERY]);
	query_put_bytes(&query, recovery.bytes, sizeof(recovery.bytes));
	query_put_day(&query, clock_today());
	query_put_integer(&query, id);
	return query_run(&query);
}

enum problem account_find_by_recovery(struct db *db, const uint8_t code[RECOVERY_B], int64_t *id)
{
	struct secret_hash recovery = secret_hash(SECRET_RECOVERY, code, RECOVERY_B);
	struct query query;
	enum problem problem;
	bool found = false;

	query_start(&query, db, &statements[FIND_BY_RECOVERY]);
	query_put_bytes(&query, recovery.bytes, sizeof(recovery.bytes));
	if (query_next(&query)) {
		found = true;
		*id = query_integer(&query, 0);
	}
	problem = query_end(&query);
	if (problem == PROBLEM_NONE && !found)
		problem = PROBLEM_RECOVERY_UNKNOWN;
	return problem;
}

enum problem account_erase(struct db *db, int64_t id)
{
	struct query query;
	enum problem problem = member_forget(db, id);

	/* Those that were merged into it as well: a backup may be of before the merge. */
	if (problem == PROBLEM_NONE)
		problem = note_gone(db, LIST_UIDS, id, GONE_ACCOUNT, UUID_B);
	if (problem != PROBLEM_NONE)
		return problem;
	db_scrub_after_commit(db);
	query_start(&query, db, &statements[ERASE]);
	query_put_integer(&query, id);
	return query_run(&query);
}

enum problem account_find_unused(
    struct db *db, day_t before, int64_t *ids, size_t max, size_t *count)
{
	struct query query;

	*count = 0;
	query_start(&query, db, &statements[FIND_UNUSED]);
	query_put_day(&query, before);
	query_put_integer(&query, (int64_t)max);
	while (*count < max && query_next(&query))
		ids[(*count)++] = query_integer(&query, 0);
	return query_end(&query);
}

enum problem account_newest_use(struct db *db, day_t *day)
{
	struct query query;

	*day = DAY_NONE;
	query_start(&query, db, &statements[NEWEST_USE]);
	if (query_next(&query))
		*day = query_day(&query, 0);
	return query_end(&query);
}

bool account_doubts_clock(day_t newest_use)
{
	return newest_use != DAY_NONE && clock_today() > newest_use + ACCOUNT_DOUBT_DAYS;
}

enum problem account_next(struct db *db, int64_t after, int64_t *id)
{
	struct query query;

	*id = 0;
	query_start(&query, db, &statements[NEXT]);
	query_put_integer(&query, after);
	if (query_next(&query))
		*id = query_integer(&query, 0);
	return query_end(&query);
}
