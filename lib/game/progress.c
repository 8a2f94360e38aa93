#include "game/progress.h"

#include <string.h>

#include "core/arena.h"
#include "game/device.h"
#include "game/import.h"

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
    [DAY_OF_DEVICE] = {.sql = "SELECT xp, minutes, sessions, cycles FROM day"
			      " WHERE account = $1 AND day = $2 AND device = $3"},
    [PUT_DAY] = {.sql = "INSERT INTO day (account, day, device, xp, minutes, sessions, cycles)"
			" VALUES ($1, $2, $3, $4, $5, $6, $7)"
			" ON CONFLICT (account, day, device) DO UPDATE SET xp = excluded.xp,"
			" minutes = excluded.minutes, sessions = excluded.sessions,"
			" cycles = excluded.cycles"},
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

static enum problem find_day(
    struct db *db, const struct device *device, day_t day, struct totals *totals)
{
	struct query query;

	*totals = (struct totals){0};
	query_start(&query, db, &statements[DAY_OF_DEVICE]);
	query_put_integer(&query, device->account);
	query_put_day(&query, day);
	query_put_integer(&query, device->id);
	if (query_next(&query))
		*totals = query_totals(&query, 0);
	return query_end(&query);
}

static enum problem put_day(
    struct db *db, const struct device *device, day_t day, const struct totals *totals)
{
	struct query query;

	query_start(&query, db, &statements[PUT_DAY]);
	query_put_integer(&query, device->account);
	query_put_day(&query, day);
	query_put_integer(&query, device->id);
	query_put_totals(&query, totals);
	return query_run(&query);
}

static enum problem merge_day(struct db *db, struct account *account, const struct device *device,
    const struct day_totals *day, bool *recount)
{
	struct totals known, grown;
	enum problem problem = find_day(db, device, day->day, &known);

	if (problem != PROBLEM_NONE)
		return problem;
	grown = known;
	totals_raise(&grown, &day->totals);
	if (totals_equal(&grown, &known))
		return PROBLEM_NONE;
	problem = put_day(db, device, day->day, &grown);
	if (problem != PROBLEM_NONE)
		return problem;
	totals_add(&account->totals, &grown);
	totals_subtract(&account->totals, &known);
	if (!totals_any(&known) && !streak_extend(&account->streak, day->day))
		*recount = true;
	return PROBLEM_NONE;
}

enum problem progress_merge_days(struct db *db, struct account *account, int64_t device_id,
    const struct day_totals *days, size_t count, bool *recount)
{
	struct device device;
	day_t last = DAY_NONE;
	enum problem problem = device_load(db, device_id, &device);

	for (size_t i = 0; problem == PROBLEM_NONE && i < count; i++) {
		if (days[i].day <= device.horizon_day)
			continue;
		problem = merge_day(db, account, &device, &days[i], recount);
		if (totals_any(&days[i].totals) && days[i].day > last)
			last = days[i].day;
	}
	if (problem == PROBLEM_NONE && last > device.last_day)
		problem = device_practised(db, device_id, last);
	return problem;
}

static const struct import *import_of(const struct import *imports, size_t count, int64_t device)
{
	for (size_t i = 0; i < count; i++)
		if (imports[i].device == device)
			return &imports[i];
	return NULL;
}

/* A day of a device is active unless the device is an import whose claim speaks for it. */
static void add_own_day(
    struct dayset *days, const struct import *imports, size_t count, int64_t device, day_t day)
{
	const struct import *import = import_of(imports, count, device);

	if (import == NULL || !import_claims(import, day))
		dayset_add(days, day);
}

enum problem progress_active_days(struct db *db, int64_t account, struct dayset *days)
{
	struct arena *arena = arena_new();
	struct import *imports;
	size_t count;
	struct query query;
	enum problem problem = import_list(db, arena, account, &imports, &count);

	memset(days, 0, sizeof(*days));
	if (problem != PROBLEM_NONE)
		goto out;
	for (size_t i = 0; i < count; i++)
		if (imports[i].claim.last_day != DAY_NONE)
			dayset_add_range(
			    days, import_claim_first(&imports[i]), imports[i].claim.last_day);
	query_start(&query, db, &statements[DAYS]);
	query_put_integer(&query, account);
	while (query_next(&query))
		add_own_day(days, imports, count, query_integer(&query, 1), query_day(&query, 0));
	problem = query_end(&query);
	if (problem != PROBLEM_NONE)
		goto out;
	query_start(&query, db, &statements[MONTHS]);
	query_put_integer(&query, account);
	while (query_next(&query)) {
		day_t first = month_first_day((int32_t)query_integer(&query, 0));
		int64_t active = query_integer(&query, 2);

		for (int k = 0; k < 31; k++)
			if (active >> k & 1)
				add_own_day(
				    days, imports, count, query_integer(&query, 1), first + k);
	}
	problem = query_end(&query);
out:
	arena_free(arena);
	return problem;
}

enum problem progress_recount_streak(struct db *db, struct account *account)
{
	struct dayset days;
	int32_t claimed = 0;
	enum problem problem = progress_active_days(db, account->id, &days);

	if (problem == PROBLEM_NONE)
		problem = import_longest_claim(db, account->id, &claimed);
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
		account->totals = query_totals(&query, 0);
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
		extent->totals = query_totals(&query, 0);
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
