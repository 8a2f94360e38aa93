#include "game/join.h"

#include "core/clock.h"
#include "game/merge.h"
#include "game/pairing.h"
#include "game/retry.h"

/* Finds the account that the code opens, and until when the request may be repeated. */
static enum problem find_code(struct db *db, struct join *join, int64_t *expires_s)
{
	int64_t id;
	enum problem problem;

	*expires_s = clock_now_s() + RETRY_TTL_S;
	problem = join->by_pairing ? pairing_find(db, join->code, &id, expires_s)
				   : account_find_by_recovery(db, join->code, &id);
	return problem == PROBLEM_NONE ? account_load(db, id, &join->account) : problem;
}

static enum problem merge_caller(struct db *db, const struct caller *caller, struct join *join)
{
	enum problem problem;

	if (caller->account == join->account.id)
		return PROBLEM_NONE;
	problem = account_load(db, caller->account, &join->own);
	if (problem != PROBLEM_NONE)
		return problem;
	if (!join->merge)
		return PROBLEM_MERGE_NEEDED;
	/* Else accounts could be merged into one that costs everybody. */
	if (join->own.row_count + join->account.row_count > join->max_rows)
		return PROBLEM_TOO_MANY_DAYS;
	return merge_accounts(db, &join->own, &join->account);
}

/* What the same request has come to. */
static enum problem join_again(
    struct db *db, const struct caller *caller, int64_t id, struct join *join)
{
	struct device device;
	enum problem problem = device_load(db, id, &device);

	if (problem == PROBLEM_NONE && caller == NULL)
		problem = device_tell_again(db, id, &join->device);
	return problem == PROBLEM_NONE ? account_load(db, device.account, &join->account) : problem;
}

/* Recovery may be the only way back in, so no quota bars it. */
static enum problem make_room(struct db *db, struct join *join)
{
	int64_t count = 0;
	enum problem problem = device_count_clients(db, join->account.id, &count);

	if (problem != PROBLEM_NONE || count < join->devices_max)
		return problem;
	join->has_revoked = true;
	return device_revoke_idlest(db, join->account.id, join->revoked_uid);
}

static enum problem add_device(struct db *db, struct join *join)
{
	enum problem problem = join->by_pairing ? PROBLEM_NONE : make_room(db, join);

	if (problem != PROBLEM_NONE)
		return problem;
	return device_add(db, join->account.id, join->kind,
	    join->by_pairing ? join->devices_max : DEVICE_ALWAYS, &join->device);
}

static enum problem join_new(struct db *db, const struct retry *retry, struct join *join)
{
	const struct caller *caller = retry->caller;
	int64_t expires_s;
	enum problem problem = find_code(db, join, &expires_s);

	if (problem == PROBLEM_NONE)
		problem = caller != NULL ? merge_caller(db, caller, join) : add_device(db, join);
	if (problem == PROBLEM_NONE && join->by_pairing)
		problem = pairing_close(db, join->account.id);
	return problem == PROBLEM_NONE
	    ? retry_keep(db, retry, join->account.id,
		  caller != NULL ? caller->device : join->device.id, expires_s)
	    : problem;
}

enum problem join_account(struct db *db, const struct caller *caller, struct join *join)
{
	const struct retry retry = {
	    .request = join->request,
	    .route = join->by_pairing ? "redeem" : "recover",
	    .caller = caller,
	    .kind = join->kind,
	    .merge = join->merge,
	    .code = join->code,
	    .code_length = join->by_pairing ? PAIRING_B : RECOVERY_B,
	};
	int64_t device;
	enum problem problem = retry_find(db, &retry, &device);

	if (problem != PROBLEM_NONE)
		return problem;
	return device != 0 ? join_again(db, caller, device, join) : join_new(db, &retry, join);
}
