#include "game/import.h"

#include <string.h>

#include "game/device.h"
#include "game/progress.h"

enum { FIND, ADD, SAVE, LIST, REMOVE };

#define IMPORT_COLUMNS \
	"device, source, xp, minutes, sessions, cycles, claim_days, claim_last, claim_longest"

static const struct statement statements[] = {
    [FIND] = {.sql = "SELECT " IMPORT_COLUMNS " FROM import WHERE account = $1 AND source = $2"},
    [ADD] = {.sql = "INSERT INTO import (device, account, source) VALUES ($1, $2, $3)"},
    [SAVE] = {.sql = "UPDATE import SET xp = $1, minutes = $2, sessions = $3, cycles = $4,"
		     " claim_days = $5, claim_last = $6, claim_longest = $7 WHERE device = $8"},
    [LIST] = {.sql = "SELECT " IMPORT_COLUMNS " FROM import WHERE account = $1 ORDER BY device"},
    [REMOVE] = {.sql = "DELETE FROM device WHERE device = $1"},
};

const struct statement_table import_statements = {
    "import", statements, sizeof(statements) / sizeof(statements[0])};

static void read_import(struct query *query, struct import *import)
{
	import->device = query_integer(query, 0);
	query_bytes(query, 1, import->source, sizeof(import->source));
	import->rest = query_totals(query, 2);
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
	query_put_totals(&query, &import->rest);
	query_put_integer(&query, import->claim.days);
	query_put_day(&query, import->claim.last_day);
	query_put_integer(&query, import->claim.longest);
	query_put_integer(&query, import->device);
	return query_run(&query);
}

enum problem import_grow(
    struct db *db, struct account *account, int64_t max, const struct import_growth *growth)
{
	struct import import;
	struct totals rest_before;
	bool recount = true; /* a claim may close gaps anywhere */
	enum problem problem = find(db, account->id, growth->source, &import);

	if (problem == PROBLEM_UNKNOWN_IMPORT)
		problem = add(db, account->id, max, growth->source, &import);
	if (problem != PROBLEM_NONE)
		return problem;
	rest_before = import.rest;
	if (growth->rest != NULL)
		totals_raise(&import.rest, growth->rest);
	if (growth->claim != NULL)
		claim_merge(&import.claim, growth->claim);
	totals_add(&account->totals, &import.rest);
	totals_subtract(&account->totals, &rest_before);
	problem = save(db, &import);
	if (problem == PROBLEM_NONE)
		problem = progress_merge_days(
		    db, account, import.device, growth->days, growth->day_count, &recount);
	if (problem == PROBLEM_NONE && recount)
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

enum problem import_measure(
    struct db *db, int64_t account, const struct import *import, struct extent *extent)
{
	enum problem problem = progress_of_device(db, account, import->device, extent);

	totals_add(&extent->totals, &import->rest);
	return problem;
}

enum problem import_remove(struct db *db, struct account *account, const uint8_t source[SOURCE_B])
{
	struct import import;
	struct query query;
	enum problem problem = find(db, account->id, source, &import);

	if (problem == PROBLEM_NONE)
		problem = progress_remove_device(db, account->id, import.device);
	if (problem != PROBLEM_NONE)
		return problem;
	db_scrub_after_commit(db);
	query_start(&query, db, &statements[REMOVE]);
	query_put_integer(&query, import.device);
	problem = query_run(&query);
	if (problem == PROBLEM_NONE)
		problem = progress_recount(db, account);
	return problem == PROBLEM_NONE ? account_save_progress(db, account) : problem;
}
