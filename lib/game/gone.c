/*
 * Each kind has a statement that lists all that there is of it, by a number of the store's and by what its
 * line on the list was made of. Lines cannot be looked up the other way round, which is their point; so a
 * restore hashes everything once, a second for a million.
 */
#include "game/gone.h"

#include <string.h>

#include "core/arena.h"
#include "core/secret.h"
#include "game/account.h"
#include "game/device.h"
#include "game/import.h"
#include "game/member.h"
#include "game/share.h"

enum {
	ACCOUNTS,
	IMPORTS,
	DEVICES,
	TOKENS,
	RECOVERIES,
	VISIBLE,
	HANDLES,
	SHARES,
	IMPORT_SOURCE,
	STOP_TOKEN,
	STOP_RECOVERY,
};

static const struct statement statements[] = {
    [ACCOUNTS] = {.sql = "SELECT account, uid FROM account", .flags = STATEMENT_SCANS},
    [IMPORTS] = {.sql = "SELECT device, uid FROM device WHERE kind = 0", .flags = STATEMENT_SCANS},
    [DEVICES] = {.sql = "SELECT device, uid FROM device WHERE kind <> 0 AND revoked = 0",
	.flags = STATEMENT_SCANS},
    [TOKENS] = {.sql = "SELECT device, hash FROM token WHERE state <> 2", .flags = STATEMENT_SCANS},
    [RECOVERIES] = {.sql = "SELECT account, recovery_hash FROM account", .flags = STATEMENT_SCANS},
    [VISIBLE] = {.sql =
		     "SELECT member.account, account.uid FROM member"
		     " JOIN account ON account.account = member.account WHERE member.visible = 1",
	.flags = STATEMENT_SCANS},
    [HANDLES] = {.sql = "SELECT account, handle FROM account", .flags = STATEMENT_SCANS},
    [SHARES] = {.sql = "SELECT account, uid FROM share", .flags = STATEMENT_SCANS},
    [IMPORT_SOURCE] = {.sql = "SELECT account, source FROM import WHERE device = $1"},
    [STOP_TOKEN] = {.sql = "UPDATE token SET state = 2 WHERE hash = $1"},
    [STOP_RECOVERY] = {.sql = "UPDATE account SET recovery_hash = $1 WHERE account = $2"},
};

const struct statement_table gone_statements = {
    "gone", statements, sizeof(statements) / sizeof(statements[0])};

/* A thing that was found: its number, and what its line was made of. */
struct found {
	int64_t id;
	size_t length;
	uint8_t bytes[GONE_ID_MAX_B];
};

/* ----- how each kind is taken away again ----- */

static enum problem erase_account(struct db *db, const struct found *found)
{
	return account_erase(db, found->id);
}

static enum problem remove_import(struct db *db, const struct found *found)
{
	uint8_t source[SOURCE_B];
	struct account account;
	struct query query;
	int64_t id = 0;
	enum problem problem;

	query_start(&query, db, &statements[IMPORT_SOURCE]);
	query_put_integer(&query, found->id);
	if (query_next(&query)) {
		id = query_integer(&query, 0);
		query_bytes(&query, 1, source, sizeof(source));
	}
	problem = query_end(&query);
	if (problem == PROBLEM_NONE)
		problem = account_load(db, id, &account);
	return problem == PROBLEM_NONE ? import_remove(db, &account, source) : problem;
}

static enum problem revoke_device(struct db *db, const struct found *found)
{
	struct device device;
	enum problem problem = device_load(db, found->id, &device);

	return problem == PROBLEM_NONE ? device_revoke(db, device.account, device.uid) : problem;
}

static enum problem stop_token(struct db *db, const struct found *found)
{
	struct query query;

	query_start(&query, db, &statements[STOP_TOKEN]);
	query_put_bytes(&query, found->bytes, found->length);
	return query_run(&query);
}

/* No code has a random hash: its owner makes a new one from any device. */
static enum problem stop_recovery(struct db *db, const struct found *found)
{
	struct secret_hash nobodys;
	struct query query;

	secret_random(nobodys.bytes, sizeof(nobodys.bytes));
	query_start(&query, db, &statements[STOP_RECOVERY]);
	query_put_bytes(&query, nobodys.bytes, sizeof(nobodys.bytes));
	query_put_integer(&query, found->id);
	return query_run(&query);
}

static enum problem leave_boards(struct db *db, const struct found *found)
{
	struct member member;

	return member_show(db, found->id, false, &member);
}

static enum problem rename_account(struct db *db, const struct found *found)
{
	struct member member;
	char handle[HANDLE_TEXT_B];

	return member_rename(db, found->id, &member, handle);
}

static enum problem withdraw_share(struct db *db, const struct found *found)
{
	return share_remove(db, found->id, found->bytes);
}

/* Whole accounts first: what hangs on them needs no look any more. */
static const struct {
	enum gone kind;
	const char *name;
	int list;
	enum problem (*take_away)(struct db *db, const struct found *found);
} kinds[GONE_KINDS] = {
    {GONE_ACCOUNT, "accounts erased", ACCOUNTS, erase_account},
    {GONE_IMPORT, "imports removed", IMPORTS, remove_import},
    {GONE_DEVICE, "devices revoked", DEVICES, revoke_device},
    {GONE_TOKEN, "tokens stopped", TOKENS, stop_token},
    {GONE_RECOVERY, "recovery codes stopped", RECOVERIES, stop_recovery},
    {GONE_VISIBLE, "accounts taken off boards", VISIBLE, leave_boards},
    {GONE_HANDLE, "pseudonyms given up", HANDLES, rename_account},
    {GONE_SHARE, "shares withdrawn", SHARES, withdraw_share},
};

/* ----- the walks ----- */

/* The thing of the current row. */
static struct found read_found(struct query *query)
{
	struct found found = {.id = query_integer(query, 0), .length = query_length(query, 1)};

	if (found.length > sizeof(found.bytes))
		found.length = 0;
	query_bytes(query, 1, found.bytes, found.length);
	return found;
}

/* Collects what is on the list, since what is being walked cannot be changed. */
static enum problem find_all(struct db *db, struct arena *arena, const struct gone_list *list,
    size_t kind, struct found **all, size_t *count)
{
	size_t room = 0;
	struct query query;

	*all = NULL;
	*count = 0;
	query_start(&query, db, &statements[kinds[kind].list]);
	while (query_next(&query)) {
		struct found found = read_found(&query);

		if (!gone_list_has(list, (char)kinds[kind].kind, found.bytes, found.length))
			continue;
		*all = arena_grow(arena, *all, *count, &room, sizeof(**all));
		(*all)[(*count)++] = found;
	}
	return query_end(&query);
}

static enum problem take_away_kind(
    struct db *db, struct arena *arena, const struct gone_list *list, size_t kind, int64_t *taken)
{
	struct found *all;
	size_t count;
	enum problem problem = find_all(db, arena, list, kind, &all, &count);

	for (size_t i = 0; problem == PROBLEM_NONE && i < count; i++)
		problem = kinds[kind].take_away(db, &all[i]);
	*taken = (int64_t)count;
	return problem;
}

enum problem gone_again(
    struct db *db, const struct gone_list *list, struct gone_count counts[GONE_KINDS])
{
	struct arena *arena = arena_new();
	enum problem problem = PROBLEM_NONE;

	for (size_t i = 0; i < GONE_KINDS; i++) {
		counts[i] = (struct gone_count){kinds[i].kind, kinds[i].name, 0};
		if (problem == PROBLEM_NONE)
			problem = take_away_kind(db, arena, list, i, &counts[i].count);
	}
	arena_free(arena);
	return problem;
}

enum problem gone_find_living(struct db *db, struct gone_list *list)
{
	enum problem problem = PROBLEM_NONE;

	for (size_t i = 0; problem == PROBLEM_NONE && i < GONE_KINDS; i++) {
		struct query query;

		query_start(&query, db, &statements[kinds[i].list]);
		while (query_next(&query)) {
			struct found found = read_found(&query);

			gone_list_still_there(list, (char)kinds[i].kind, found.bytes, found.length);
		}
		problem = query_end(&query);
	}
	return problem;
}

enum problem gone_note_account(struct db *db, enum gone kind, int64_t id)
{
	struct account account;
	enum problem problem = account_load(db, id, &account);

	if (problem != PROBLEM_NONE)
		return problem;
	if (kind == GONE_HANDLE)
		db_note_gone(db, (char)kind, account.handle, strlen(account.handle));
	else
		db_note_gone(db, (char)kind, account.uid, sizeof(account.uid));
	return PROBLEM_NONE;
}
