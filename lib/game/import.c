#include "game/import.h"

#include <string.h>

#include "game/device.h"
#include "game/fold.h"
#include "game/gone.h"
#include "game/progress.h"

enum { FIND, ADD, SAVE, LIST, REMOVE, UNITE_DAYS, UNITE_MONTHS };

/* The larger of a row and the one that was to be inserted. Both engines read it. */
#define LARGER(table, column)                                                                  \
	column " = CASE WHEN excluded." column " > " table "." column " THEN excluded." column \
	       " ELSE " table "." column " END"
#define LARGER_TOTALS(table) \
	LARGER(table, "xp")  \
	", " LARGER(table, "minutes") ", " LARGER(table, "sessions") ", " LARGER(table, "cycles")

#define IMPORT_COLUMNS \
	"device, source, xp, minutes, sessions, cycles, claim_days, claim_last, claim_longest"

static const struct statement statements[] = {
    [FIND] = {.sql = "SELECT " IMPORT_COLUMNS " FROM import WHERE account = $1 AND source = $2"},
    [ADD] = {.sql = "INSERT INTO import (device, account, source) VALUES ($1, $2, $3)"},
    [SAVE] = {.sql = "UPDATE import SET xp = $1, minutes = $2, sessions = $3, cycles = $4,"
		     " claim_days = $5, claim_last = $6, claim_longest = $7 WHERE device = $8"},
    [LIST] = {.sql = "SELECT " IMPORT_COLUMNS " FROM import WHERE account = $1 ORDER BY device"},
    [REMOVE] = {.sql = "DELETE FROM device WHERE device = $1"},
    [UNITE_DAYS] = {.sql =
			"INSERT INTO day (account, day, device, xp, minutes, sessions, cycles)"
			" SELECT $1, day, $2, xp, minutes, sessions, cycles FROM day"
			" WHERE account = $3 AND device = $4"
			" ON CONFLICT (account, day, device) DO UPDATE SET " LARGER_TOTALS("day")},
    [UNITE_MONTHS] = {.sql = "INSERT INTO month"
			     " (account, month, device, xp, minutes, sessions, cycles, active)"
			     " SELECT $1, month, $2, xp, minutes, sessions, cycles, active"
			     " FROM month WHERE account = $3 AND device = $4"
			     " ON CONFLICT (account, month, device) DO UPDATE SET"
			     " active = month.active | excluded.active, " LARGER_TOTALS("month")},
};

const struct statement_table import_statements = {
    "import", statements, sizeof(statements) / sizeof(statements[0])};

static void read_import(struct query *query, struct import *import)
{
	import->device = query_integer(query, 0);
	query_bytes(query, 1, import->source, sizeof(import->source));
	import->rest = totals_get(query, 2);
	import->claim.days = (int32_t)query_integer(query, 6);
	import->claim.last_day = query_day(query, 7);
	import->claim.longest = (int32_t)query_integer(query, 8);
}

static enum problem find(
    struct db *db, int64_t account, const uint8_t source[SOURCE_B], struct import *import)
{
	struct query query;
	enum problem problem;
	bool found = false;

	query_start(&query, db, &statements[FIND]);
	query_put_integer(&query, account);
	query_put_bytes(&query, source, SOURCE_B);
	if (query_next(&query)) {
		found = true;
		read_import(&query, import);
	}
	problem = query_end(&query);
	return problem == PROBLEM_NONE && !found ? PROBLEM_UNKNOWN_IMPORT : problem;
}

static enum problem add(struct db *db, int64_t account, int64_t max, const uint8_t source[SOURCE_B],
    struct import *import)
{
	struct device_made made;
	struct query query;
	enum problem problem = device_add(db, account, DEVICE_IMPORT, max, &made);

	if (problem != PROBLEM_NONE)
		return problem;
	*import = (struct import){.device = made.id, .claim.last_day = DAY_NONE};
	memcpy(import->source, source, SOURCE_B);
	query_start(&query, db, &statements[ADD]);
	query_put_integer(&query, made.id);
	query_put_integer(&query, account);
	query_put_bytes(&query, source, SOURCE_B);
	return query_run(&query);
}

static enum problem save(struct db *db, const struct import *import)
{
	struct query query;

	query_start(&query, db, &statements[SAVE]);
	totals_put(&query, &import->rest);
	query_put_integer(&query, import->claim.days);
	query_put_day(&query, import->claim.last_day);
	query_put_integer(&query, import->claim.longest);
	query_put_integer(&query, import->device);
	return query_run(&query);
}

static bool claim_equal(const struct claim *a, const struct claim *b)
{
	return a->days == b->days && a->last_day == b->last_day && a->longest == b->longest;
}

enum problem import_grow(struct db *db, struct account *account, const struct import_growth *growth)
{
	struct import import;
	struct totals rest_before;
	struct claim claim_before;
	struct merge_options options = {.max_rows = growth->max_rows};
	enum problem problem = find(db, account->id, growth->source, &import);

	if (problem == PROBLEM_UNKNOWN_IMPORT)
		problem = add(db, account->id, growth->max_imports, growth->source, &import);
	if (problem != PROBLEM_NONE)
		return problem;
	rest_before = import.rest;
	claim_before = import.claim;
	if (growth->rest != NULL)
		totals_raise(&import.rest, growth->rest);
	if (growth->claim != NULL)
		claim_merge(&import.claim, growth->claim);
	if (import.claim.last_day != DAY_NONE)
		options.claim = &import.claim;
	totals_add(&account->totals, &import.rest);
	totals_subtract(&account->totals, &rest_before);
	problem = save(db, &import);
	if (problem == PROBLEM_NONE)
		problem = progress_merge_days(
		    db, account, import.device, growth->days, growth->day_count, &options);
	/* Another claim may close gaps anywhere, and speaks for other days than the one before. */
	if (problem == PROBLEM_NONE && !claim_equal(&import.claim, &claim_before))
		problem = progress_recount_streak(db, account);
	return problem == PROBLEM_NONE ? account_save_progress(db, account) : problem;
}

enum problem import_list(
    struct db *db, struct arena *arena, int64_t account, struct import **imports, size_t *count)
{
	size_t room = 0;
	struct query query;

	*imports = NULL;
	*count = 0;
	query_start(&query, db, &statements[LIST]);
	query_put_integer(&query, account);
	while (query_next(&query)) {
		*imports = arena_grow(arena, *imports, *count, &room, sizeof(**imports));
		read_import(&query, &(*imports)[(*count)++]);
	}
	return query_end(&query);
}

enum problem import_measure(struct db *db, const struct import *import, struct extent *extent)
{
	struct device device;
	enum problem problem = device_load(db, import->device, &device);

	*extent = (struct extent){device.totals, device.first_day, device.last_day};
	totals_add(&extent->totals, &import->rest);
	return problem;
}

/* Removes the rows of an import. */
static enum problem remove_rows(struct db *db, int64_t account, const struct import *import)
{
	struct query query;
	enum problem problem = progress_remove_device(db, account, import->device);

	if (problem != PROBLEM_NONE)
		return problem;
	db_scrub_after_commit(db);
	query_start(&query, db, &statements[REMOVE]);
	query_put_integer(&query, import->device);
	return query_run(&query);
}

/* Brings the days, or the months, of one import to another. */
static enum problem unite_rows(struct db *db, int which, const struct account *from,
    const struct import *theirs, const struct account *into, const struct import *ours)
{
	struct query query;

	query_start(&query, db, &statements[which]);
	query_put_integer(&query, into->id);
	query_put_integer(&query, ours->device);
	query_put_integer(&query, from->id);
	query_put_integer(&query, theirs->device);
	return query_run(&query);
}

/* Folds both accounts so far that no day of either import is left up to the horizon of one of them. */
static enum problem fold_both(struct db *db, const struct account *from,
    const struct device *their_device, const struct account *into, const struct device *our_device)
{
	day_t before = fold_horizon();
	int64_t folded;
	enum problem problem;

	if (their_device->horizon_day >= before)
		before = their_device->horizon_day + 1;
	if (our_device->horizon_day >= before)
		before = our_device->horizon_day + 1;
	problem = fold_account(db, from->id, before, &folded);
	return problem == PROBLEM_NONE ? fold_account(db, into->id, before, &folded) : problem;
}

/* What the device itself knows: its totals, when it practised, and how far it is folded. */
static enum problem unite_devices(struct db *db, const struct import *theirs,
    const struct account *into, const struct import *ours)
{
	struct device device;
	struct device_growth growth = {0};
	enum problem problem = device_load(db, theirs->device, &device);

	growth.first_day = device.first_day;
	growth.last_day = device.last_day;
	if (problem == PROBLEM_NONE && device.horizon_day != DAY_NONE)
		problem = device_folded(db, ours->device, device.horizon_day);
	if (problem == PROBLEM_NONE)
		problem = device_grow(db, ours->device, &growth);
	return problem == PROBLEM_NONE ? progress_recount_device(db, into->id, ours->device)
				       : problem;
}

enum problem import_unite(struct db *db, const struct account *from, const struct import *theirs,
    const struct account *into, const struct import *ours)
{
	struct device their_device, our_device;
	struct import united = *ours;
	enum problem problem = device_load(db, theirs->device, &their_device);

	totals_raise(&united.rest, &theirs->rest);
	claim_merge(&united.claim, &theirs->claim);
	if (problem == PROBLEM_NONE)
		problem = device_load(db, ours->device, &our_device);
	if (problem == PROBLEM_NONE)
		problem = fold_both(db, from, &their_device, into, &our_device);
	if (problem == PROBLEM_NONE)
		problem = unite_rows(db, UNITE_DAYS, from, theirs, into, ours);
	if (problem == PROBLEM_NONE)
		problem = unite_rows(db, UNITE_MONTHS, from, theirs, into, ours);
	if (problem == PROBLEM_NONE)
		problem = unite_devices(db, theirs, into, ours);
	if (problem == PROBLEM_NONE)
		problem = save(db, &united);
	return problem == PROBLEM_NONE ? remove_rows(db, from->id, theirs) : problem;
}

enum problem import_remove(struct db *db, struct account *account, const uint8_t source[SOURCE_B])
{
	struct import import;
	struct device device;
	enum problem problem = find(db, account->id, source, &import);

	if (problem == PROBLEM_NONE)
		problem = device_load(db, import.device, &device);
	if (problem == PROBLEM_NONE) {
		db_note_gone(db, GONE_IMPORT, device.uid, UUID_B);
		problem = remove_rows(db, account->id, &import);
	}
	if (problem == PROBLEM_NONE)
		problem = progress_recount(db, account);
	return problem == PROBLEM_NONE ? account_save_progress(db, account) : problem;
}
