#include "game/activity.h"

#include "core/arena.h"
#include "game/claim.h"

enum { DAYS, MONTHS };

static const struct statement statements[] = {
    [DAYS] = {.sql = "SELECT day, device FROM day WHERE account = $1"},
    [MONTHS] = {.sql = "SELECT month, device, active FROM month WHERE account = $1"},
};

const struct statement_table activity_statements = {
    "activity", statements, sizeof(statements) / sizeof(statements[0])};

/* What tells an account's active days: the claims of its imports, then the days of its devices. */
struct activity {
	struct device_claim *claims;
	size_t claim_count;
	struct dayset *days;
};

/* A day of a device is active, unless the device is an import whose claim speaks for it. */
static void add_day_of(struct activity *activity, int64_t device, day_t day)
{
	for (size_t i = 0; i < activity->claim_count; i++)
		if (activity->claims[i].device == device &&
		    claim_speaks_for(&activity->claims[i].claim, day))
			return;
	dayset_add(activity->days, day);
}

static enum problem add_days(struct db *db, int64_t account, struct activity *activity)
{
	struct query query;

	query_start(&query, db, &statements[DAYS]);
	query_put_integer(&query, account);
	while (query_next(&query))
		add_day_of(activity, query_integer(&query, 1), query_day(&query, 0));
	return query_end(&query);
}

static enum problem add_months(struct db *db, int64_t account, struct activity *activity)
{
	struct query query;

	query_start(&query, db, &statements[MONTHS]);
	query_put_integer(&query, account);
	while (query_next(&query)) {
		day_t first = month_first_day((int32_t)query_integer(&query, 0));
		int64_t device = query_integer(&query, 1), active = query_integer(&query, 2);

		for (int k = 0; k < 31; k++)
			if (active >> k & 1)
				add_day_of(activity, device, first + k);
	}
	return query_end(&query);
}

enum problem activity_count(struct db *db, int64_t account, struct dayset *days, int32_t *claimed)
{
	struct arena *arena = arena_new();
	struct activity activity = {.days = days};
	enum problem problem =
	    claim_list(db, arena, account, &activity.claims, &activity.claim_count);

	*days = (struct dayset){0};
	*claimed = 0;
	for (size_t i = 0; i < activity.claim_count; i++) {
		const struct claim *claim = &activity.claims[i].claim;

		dayset_add_range(days, claim_first_day(claim), claim->last_day);
		if (claim->longest > *claimed)
			*claimed = claim->longest;
	}
	if (problem == PROBLEM_NONE)
		problem = add_days(db, account, &activity);
	if (problem == PROBLEM_NONE)
		problem = add_months(db, account, &activity);
	arena_free(arena);
	return problem;
}
