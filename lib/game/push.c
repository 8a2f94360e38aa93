#include "game/push.h"

#include <string.h>

#include "game/progress.h"

enum { LOAD_CHAIN, SAVE_CHAIN };

static const struct statement statements[] = {
    [LOAD_CHAIN] = {.sql = "SELECT pushes FROM device WHERE device = $1"},
    [SAVE_CHAIN] = {.sql = "UPDATE device SET pushes = $1 WHERE device = $2"},
};

const struct statement_table push_statements = {
    "push", statements, sizeof(statements) / sizeof(statements[0])};

/* The last pushes taken from a device, newest first. */
struct chain {
	uint8_t ids[CHAIN_MAX][PUSH_ID_B];
	size_t count;
};

static enum problem load_chain(struct db *db, int64_t device, struct chain *chain)
{
	struct query query;

	chain->count = 0;
	query_start(&query, db, &statements[LOAD_CHAIN]);
	query_put_integer(&query, device);
	if (query_next(&query)) {
		size_t length = query_length(&query, 0);

		if (length <= sizeof(chain->ids)) {
			query_bytes(&query, 0, chain->ids, length);
			chain->count = length / PUSH_ID_B;
		}
	}
	return query_end(&query);
}

static enum problem save_chain(struct db *db, int64_t device, const struct chain *chain)
{
	struct query query;

	query_start(&query, db, &statements[SAVE_CHAIN]);
	query_put_bytes(&query, chain->ids, chain->count * PUSH_ID_B);
	query_put_integer(&query, device);
	return query_run(&query);
}

static bool chain_has(const struct chain *chain, const uint8_t *id)
{
	for (size_t i = 0; i < chain->count; i++)
		if (memcmp(chain->ids[i], id, PUSH_ID_B) == 0)
			return true;
	return false;
}

static bool is_newest(const struct chain *chain, const uint8_t *id)
{
	return chain->count > 0 && id != NULL && memcmp(chain->ids[0], id, PUSH_ID_B) == 0;
}

static void chain_add(struct chain *chain, const uint8_t *id)
{
	if (chain->count < CHAIN_MAX)
		chain->count++;
	memmove(chain->ids[1], chain->ids[0], (chain->count - 1) * PUSH_ID_B);
	memcpy(chain->ids[0], id, PUSH_ID_B);
}

enum problem push_take(struct db *db, const struct caller *caller, const struct push *push,
    struct account *account, bool *received)
{
	struct chain chain;
	struct gains gains = {0};
	const struct merge_options options = {.max_rows = push->max_rows, .gains = &gains};
	enum problem problem = account_load(db, caller->account, account);

	if (problem == PROBLEM_NONE)
		problem = load_chain(db, caller->device, &chain);
	if (problem != PROBLEM_NONE || is_newest(&chain, push->id))
		return problem;
	if (chain.count > 0 && !is_newest(&chain, push->after)) {
		*received = chain_has(&chain, push->id);
		return PROBLEM_DEVICE_FORKED;
	}
	chain_add(&chain, push->id);
	problem = save_chain(db, caller->device, &chain);
	if (problem == PROBLEM_NONE)
		problem = progress_merge_days(
		    db, account, caller->device, push->days, push->day_count, &options);
	if (problem == PROBLEM_NONE)
		problem = member_follow(db, caller->account, &gains);
	return problem == PROBLEM_NONE ? account_save_progress(db, account) : problem;
}
