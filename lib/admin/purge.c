#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "admin/commands.h"
#include "core/clock.h"
#include "game/account.h"
#include "game/board_care.h"
#include "game/closing.h"
#include "game/expiry.h"
#include "game/fold.h"
#include "game/former.h"
#include "game/gone.h"
#include "game/quota.h"

enum { PURGE_CHUNK = 32 }; /* accounts a transaction */

struct purge {
	const struct settings *settings;
	int64_t after; /* the account that the walk has reached */
	bool more;
	int64_t folded;
	int64_t joined;
	int64_t erased;
	int64_t dropped;
};

static enum problem find_newest_use(struct db *db, void *argument)
{
	day_t *newest = argument;

	return account_newest_use(db, newest);
}

static enum problem fold_chunk(struct db *db, void *argument)
{
	struct purge *purge = argument;
	day_t before = fold_horizon();

	for (int i = 0; i < PURGE_CHUNK; i++) {
		int64_t id, folded, joined;
		enum problem problem = account_next(db, purge->after, &id);

		purge->more = id != 0;
		if (problem != PROBLEM_NONE || id == 0)
			return problem;
		problem = fold_account(db, id, before, &folded);
		if (problem != PROBLEM_NONE)
			return problem;
		problem = former_join(db, id, &joined);
		if (problem != PROBLEM_NONE)
			return problem;
		purge->after = id;
		purge->folded += folded;
		purge->joined += joined;
	}
	return PROBLEM_NONE;
}

static enum problem erase_chunk(struct db *db, void *argument)
{
	struct purge *purge = argument;
	day_t before = clock_today() - (day_t)purge->settings->unused_account_days;
	int64_t ids[PURGE_CHUNK];
	size_t count;
	enum problem problem = account_find_unused(db, before, ids, PURGE_CHUNK, &count);

	for (size_t i = 0; problem == PROBLEM_NONE && i < count; i++)
		problem = account_erase(db, ids[i]);
	purge->more = count == PURGE_CHUNK;
	purge->erased += (int64_t)count;
	return problem;
}

static enum problem forget_expired(struct db *db, void *argument)
{
	enum problem problem = expiry_forget_past(db);

	(void)argument;
	return problem == PROBLEM_NONE ? quota_forget_past(db) : problem;
}

static enum problem purge_store(struct store *store, struct purge *purge)
{
	static store_job *const walks[] = {erase_chunk, fold_chunk};
	enum problem problem = store_write(store, forget_expired, NULL);

	/* Before accounts go: who was there in a week was there. */
	if (problem == PROBLEM_NONE)
		problem = closing_run(store);
	if (problem == PROBLEM_NONE)
		problem = store_write(store, closing_forget, NULL);
	for (size_t i = 0; i < sizeof(walks) / sizeof(walks[0]); i++)
		for (purge->more = true; problem == PROBLEM_NONE && purge->more;)
			problem = store_write(store, walks[i], purge);
	return problem == PROBLEM_NONE ? boards_close(store, &purge->dropped) : problem;
}

/* ----- the list of what is gone ----- */

struct compaction {
	const char *database;
	struct gone_list *list;
	size_t dropped;
};

/* A job that writes nothing: while it holds the turn, whoever wrote a line has committed, or never will. */
static enum problem load_gone(struct db *db, void *argument)
{
	struct compaction *compaction = argument;

	(void)db;
	return gone_list_load(compaction->database, &compaction->list);
}

static enum problem find_living(struct db *db, void *argument)
{
	struct compaction *compaction = argument;

	return gone_find_living(db, compaction->list);
}

static enum problem compact_gone(struct db *db, void *argument)
{
	struct compaction *compaction = argument;

	(void)db;
	return gone_list_compact(compaction->list, compaction->database,
	    clock_today() - GONE_KEPT_DAYS, &compaction->dropped);
}

/* Lets go what no backup can bring back any more, and what never went. */
static enum problem purge_gone(struct store *store, struct compaction *compaction)
{
	enum problem problem = store_write(store, load_gone, compaction);

	if (problem == PROBLEM_NONE && gone_list_count(compaction->list) > 0) {
		problem = store_read(store, find_living, compaction);
		if (problem == PROBLEM_NONE)
			problem = store_write(store, compact_gone, compaction);
	}
	gone_list_free(compaction->list);
	return problem;
}

int command_purge(const struct admin *admin)
{
	struct store_options options = settings_store(admin->settings);
	struct compaction compaction = {.database = admin->settings->database};
	struct purge purge = {.settings = admin->settings};
	day_t newest = DAY_NONE;
	struct store *store;
	enum problem problem = admin_read(admin, find_newest_use, &newest);
	char text[DAY_TEXT_B];

	if (problem != PROBLEM_NONE)
		return admin_fail_on("purge", problem);
	if (account_doubts_clock(newest))
		return admin_fail(
		    "the newest day in the database is %s, over %d days ago; a purge now"
		    " might rest on a wrong clock",
		    day_format(newest, text), ACCOUNT_DOUBT_DAYS);
	problem = store_open(&options, &store);
	if (problem != PROBLEM_NONE)
		return EXIT_FAILURE;
	problem = purge_store(store, &purge);
	if (problem == PROBLEM_NONE)
		problem = purge_gone(store, &compaction);
	store_close(store);
	if (problem != PROBLEM_NONE)
		return admin_fail_on("purge", problem);
	printf("erased %" PRId64 " unused accounts, folded %" PRId64 " days\n", purge.erased,
	    purge.folded);
	printf("joined %" PRId64 " revoked devices into others\n", purge.joined);
	printf("dropped %" PRId64 " standings of closed boards\n", purge.dropped);
	printf("forgot %zu lines about what was erased or revoked\n", compaction.dropped);
	return EXIT_SUCCESS;
}
