#include "game/progress.h"

#include <string.h>

#include "core/arena.h"
#include "core/clock.h"
#include "game/board.h"
#include "game/claim.h"
#include "game/device.h"

enum {
	DAY_OF_DEVICE,
	PUT_DAY,
	DAYS,
	MONTHS,
	SUM,
	SUM_OF_DEVICE,
	BOUNDS,
	REMOVE_DAYS,
	REMOVE_MONTHS
};

static const struct statement statements[] = {
    [DAY_OF_DEVICE] = {.sql = "SELECT xp, minutes, sessions, cycles, timely_xp FROM day"
			      " WHERE account = $1 AND day = $2 AND device = $3"},
    [PUT_DAY] = {.sql = "INSERT INTO day"
			" (account, day, device, xp, minutes, sessions, cycles, timely_xp)"
			" VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
			" ON CONFLICT (account, day, device) DO UPDATE SET xp = excluded.xp,"
			" minutes = excluded.minutes, sessions = excluded.sessions,"
			" cycles = excluded.cycles, timely_xp = excluded.timely_xp"},
    [DAYS] = {.sql = "SELECT day, device FROM day WHERE account = $1"},
    [MONTHS] = {.sql = "SELECT month, device, active FROM month WHERE account = $1"},
    [SUM] = {.sql = "SELECT coalesce(sum(xp), 0), coalesce(sum(minutes), 0),"
		    " coalesce(sum(sessions), 0), coalesce(sum(cycles), 0) FROM ("
		    "SELECT xp, minutes, sessions, cycles FROM day WHERE account = $1"
		    " UNION ALL SELECT xp, minutes, sessions, cycles FROM month WHERE account = $1"
		    " UNION ALL SELECT xp, minutes, sessions, cycles FROM import"
		    " WHERE account = $1) AS part"},
    [SUM_OF_DEVICE] = {.sql = "SELECT coalesce(sum(xp), 0), coalesce(sum(minutes), 0),"
			      " coalesce(sum(sessions), 0), coalesce(sum(cycles), 0) FROM ("
			      "SELECT xp, minutes, sessions, cycles FROM day"
			      " WHERE account = $1 AND device = $2"
			      " UNION ALL SELECT xp, minutes, sessions, cycles FROM month"
			      " WHERE account = $1 AND device = $2) AS part"},
    [BOUNDS] = {.sql = "SELECT min(day), max(day) FROM day WHERE account = $1 AND device = $2"},
    [REMOVE_DAYS] = {.sql = "DELETE FROM day WHERE account = $1 AND device = $2"},
    [REMOVE_MONTHS] = {.sql = "DELETE FROM month WHERE account = $1 AND device = $2"},
};

const struct statement_table progress_statements = {
    "progress", statements, sizeof(statements) / sizeof(statements[0])};

static enum problem find_day(struct db *db, const struct device *device, day_t day,
    struct totals *totals, int64_t *timely_xp)
{
	struct query query;

	*totals = (struct totals){0};
	*timely_xp = 0;
	query_start(&query, db, &statements[DAY_OF_DEVICE]);
	query_put_integer(&query, device->account);
	query_put_day(&query, day);
	query_put_integer(&query, device->id);
	if (query_next(&query)) {
		*totals = totals_get(&query, 0);
		*timely_xp = query_integer(&query, 4);
	}
	return query_end(&query);
}

static enum problem put_day(struct db *db, const struct device *device, day_t day,
    const struct totals *totals, int64_t timely_xp)
{
	struct query query;

	query_start(&query, db, &statements[PUT_DAY]);
	query_put_integer(&query, device->account);
	query_put_day(&query, day);
	query_put_integer(&query, device->id);
	totals_put(&query, totals);
	query_put_integer(&query, timely_xp);
	return query_run(&query);
}

/* What has come in time of a day that is being merged: all of it, or as much as before. */
static int64_t gain(struct gains *gains, day_t day, int64_t xp, int64_t timely_xp)
{
	if (gains == NULL || xp == timely_xp || gains->count == GAINS_MAX ||
	    !board_day_in_time(day, clock_today()))
		return timely_xp;
	gains->days[gains->count++] = (struct gain){day, xp - timely_xp};
	return xp;
}

static enum problem merge_day(struct db *db, struct account *account, const struct device *device,
    const struct day_totals *day, struct gains *gains, bool *recount)
{
	struct totals known, grown;
	int64_t timely_xp;
	enum problem problem = find_day(db, device, day->day, &known, &timely_xp);

	if (problem != PROBLEM_NONE)
		return problem;
	grown = known;
	totals_raise(&grown, &day->totals);
	if (totals_equal(&grown, &known))
		return PROBLEM_NONE;
	timely_xp = gain(gains, day->day, grown.xp, timely_xp);
	problem = put_day(db, device, day->day, &grown, timely_xp);
	if (problem != PROBLEM_NONE)
		return problem;
	totals_add(&account->totals, &grown);
	totals_subtract(&account->totals, &known);
	if (!totals_any(&known) && !streak_extend(&account->streak, day->day))
		*recount = true;
	return PROBLEM_NONE;
}

enum problem progress_merge_days(struct db *db, struct account *account, int64_t device_id,
    const struct day_totals *days, size_t count, struct gains *gains, bool *recount)
{
	struct device device;
	day_t last = DAY_NONE;
	enum problem problem = device_load(db, device_id, &device);

	for (size_t i = 0; problem == PROBLEM_NONE && i < count; i++) {
		if (days[i].day <= device.horizon_day)
			continue;
		problem = merge_day(db, account, &device, &days[i], gains, recount);
		if (totals_any(&days[i].totals) && days[i].day > last)
			last = days[i].day;
	}
	if (problem == PROBLEM_NONE && last > device.last_day)
		problem = device_practised(db, device_id, last);
	return problem;
}

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

/* Fills in the active days; *claimed is the longest streak that any import claims. */
static enum problem load_activity(
    struct db *db, int64_t account, struct dayset *days, int32_t *claimed)
{
	struct arena *arena = arena_new();
	struct activity activity = {.days = days};
	enum problem problem =
	    claim_list(db, arena, account, &activity.claims, &activity.claim_count);

	memset(days, 0, sizeof(*days));
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

enum problem progress_active_days(struct db *db, int64_t account, struct dayset *days)
{
	int32_t claimed;

	return load_activity(db, account, days, &claimed);
}

enum problem progress_recount_streak(struct db *db, struct account *account)
{
	struct dayset days;
	int32_t claimed;
	enum problem problem = load_activity(db, account->id, &days, &claimed);

	if (problem != PROBLEM_NONE)
		return problem;
	account->streak = streak_of(&days);
	if (claimed > account->streak.longest)
		account->streak.longest = claimed;
	return PROBLEM_NONE;
}

enum problem progress_recount(struct db *db, struct account *account)
{
	struct query query;
	enum problem problem;

	query_start(&query, db, &statements[SUM]);
	query_put_integer(&query, account->id);
	if (query_next(&query))
		account->totals = totals_get(&query, 0);
	problem = query_end(&query);
	return problem == PROBLEM_NONE ? progress_recount_streak(db, account) : problem;
}

enum problem progress_of_device(
    struct db *db, int64_t account, int64_t device, struct extent *extent)
{
	struct query query;
	enum problem problem;

	query_start(&query, db, &statements[SUM_OF_DEVICE]);
	query_put_integer(&query, account);
	query_put_integer(&query, device);
	if (query_next(&query))
		extent->totals = totals_get(&query, 0);
	problem = query_end(&query);
	if (problem != PROBLEM_NONE)
		return problem;
	query_start(&query, db, &statements[BOUNDS]);
	query_put_integer(&query, account);
	query_put_integer(&query, device);
	if (query_next(&query)) {
		extent->first_day = query_day(&query, 0);
		extent->last_day = query_day(&query, 1);
	}
	return query_end(&query);
}

enum problem progress_remove_device(struct db *db, int64_t account, int64_t device)
{
	static const int both[] = {REMOVE_DAYS, REMOVE_MONTHS};

	for (size_t i = 0; i < sizeof(both) / sizeof(both[0]); i++) {
		struct query query;
		enum problem problem;

		query_start(&query, db, &statements[both[i]]);
		query_put_integer(&query, account);
		query_put_integer(&query, device);
		problem = query_run(&query);
		if (problem != PROBLEM_NONE)
			return problem;
	}
	return PROBLEM_NONE;
}
