#include "game/join.h"

#include "game/merge.h"
#include "game/pairing.h"

static enum problem find_code(struct db *db, struct join *join)
{
	int64_t id;
	enum problem problem = join->by_pairing ? pairing_find(db, join->code, &id)
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
	return join->merge ? merge_accounts(db, &join->own, &join->account) : PROBLEM_MERGE_NEEDED;
}

enum problem join_account(struct db *db, const struct caller *caller, struct join *join)
{
	enum problem problem = find_code(db, join);

	if (problem == PROBLEM_NONE)
		problem = caller != NULL ? merge_caller(db, caller, join)
					 : device_add(db, join->account.id, join->kind,
					       join->devices_max, &join->device);
	if (problem == PROBLEM_NONE && join->by_pairing)
		problem = pairing_close(db, join->account.id);
	return problem;
}
