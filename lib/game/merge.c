#include "game/merge.h"

#include <string.h>

#include "game/former.h"
#include "game/import.h"
#include "game/member.h"
#include "game/progress.h"
#include "game/rating.h"

enum {
	MOVE_DEVICES,
	MOVE_IMPORTS,
	MOVE_DAYS,
	MOVE_MONTHS,
	MOVE_FORMER,
	MOVE_SHARES,
	MOVE_REQUESTS,
	MOVE_REVOKED_TOKENS,
	ADD_FORMER,
	REMOVE_ACCOUNT,
	LIST_FORMER,
};

static const struct statement statements[] = {
    [MOVE_DEVICES] = {.sql = "UPDATE device SET account = $1 WHERE account = $2"},
    [MOVE_IMPORTS] = {.sql = "UPDATE import SET account = $1 WHERE account = $2"},
    [MOVE_DAYS] = {.sql = "UPDATE day SET account = $1 WHERE account = $2"},
    [MOVE_MONTHS] = {.sql = "UPDATE month SET account = $1 WHERE account = $2"},
    [MOVE_FORMER] = {.sql = "UPDATE former SET account = $1 WHERE account = $2"},
    [MOVE_SHARES] = {.sql = "UPDATE share SET account = $1 WHERE account = $2"},
    [MOVE_REQUESTS] = {.sql = "UPDATE request SET account = $1 WHERE account = $2"},
    [MOVE_REVOKED_TOKENS] = {.sql = "UPDATE revoked_token SET account = $1 WHERE account = $2"},
    [ADD_FORMER] = {.sql = "INSERT INTO former (uid, account) VALUES ($1, $2)"},
    [REMOVE_ACCOUNT] = {.sql = "DELETE FROM account WHERE account = $1"},
    [LIST_FORMER] = {.sql = "SELECT uid FROM former WHERE account = $1 ORDER BY uid"},
};

const struct statement_table merge_statements = {
    "merge", statements, sizeof(statements) / sizeof(statements[0])};

/* Where both hold an import of the same source, that is one installation, which counts once. */
static enum problem unite_imports(
    struct db *db, const struct account *from, const struct account *into)
{
	struct arena *arena = arena_new();
	struct import *theirs, *ours;
	size_t their_count = 0, our_count = 0;
	enum problem problem = import_list(db, arena, from->id, &theirs, &their_count);

	if (problem == PROBLEM_NONE)
		problem = import_list(db, arena, into->id, &ours, &our_count);
	for (size_t i = 0; i < their_count; i++)
		for (size_t k = 0; problem == PROBLEM_NONE && k < our_count; k++)
			if (memcmp(theirs[i].source, ours[k].source, SOURCE_B) == 0)
				problem = import_unite(db, from, &theirs[i], into, &ours[k]);
	arena_free(arena);
	return problem;
}

static enum problem move(struct db *db, int64_t from, int64_t into)
{
	static const int moves[] = {MOVE_DEVICES, MOVE_IMPORTS, MOVE_DAYS, MOVE_MONTHS, MOVE_FORMER,
	    MOVE_SHARES, MOVE_REQUESTS, MOVE_REVOKED_TOKENS};

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		struct query query;
		enum problem problem;

		query_start(&query, db, &statements[moves[i]]);
		query_put_integer(&query, into);
		query_put_integer(&query, from);
		problem = query_run(&query);
		if (problem != PROBLEM_NONE)
			return problem;
	}
	return PROBLEM_NONE;
}

/* The emptied account goes; all that is left of it is its identifier. */
static enum problem bury(struct db *db, const struct account *from, int64_t into)
{
	struct query query;
	enum problem problem;

	db_scrub_after_commit(db);
	query_start(&query, db, &statements[REMOVE_ACCOUNT]);
	query_put_integer(&query, from->id);
	problem = query_run(&query);
	if (problem != PROBLEM_NONE)
		return problem;
	query_start(&query, db, &statements[ADD_FORMER]);
	query_put_bytes(&query, from->uid, sizeof(from->uid));
	query_put_integer(&query, into);
	return query_run(&query);
}

enum problem merge_accounts(struct db *db, const struct account *from, struct account *into)
{
	int64_t changed;
	enum problem problem = unite_imports(db, from, into);

	if (problem == PROBLEM_NONE)
		problem = member_merge(db, from->id, into->id);
	if (problem == PROBLEM_NONE)
		problem = rating_merge(db, from->id, into->id);
	if (problem == PROBLEM_NONE)
		problem = move(db, from->id, into->id);
	if (problem == PROBLEM_NONE)
		problem = bury(db, from, into->id);
	if (problem == PROBLEM_NONE)
		problem = progress_recount(db, into);
	if (problem == PROBLEM_NONE)
		problem = member_recount(db, into->id, &changed);
	return problem == PROBLEM_NONE ? account_save_progress(db, into) : problem;
}

enum problem merge_list_former(
    struct db *db, struct arena *arena, int64_t account, const char ***uids, size_t *count)
{
	struct query query;

	query_start(&query, db, &statements[LIST_FORMER]);
	query_put_integer(&query, account);
	return former_read_uids(&query, arena, uids, count);
}
