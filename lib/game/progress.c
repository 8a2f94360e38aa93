#include "game/progress.h"

#include "core/clock.h"
#include "game/activity.h"
#include "game/board.h"
#include "game/device.h"
#include "game/fold.h"

enum {
	DAY_OF_DEVICE,
	PUT_DAY,
	SUM,
	COUNT_ROWS,
	RECOUNT_DEVICE,
	XP_BETWEEN,
	REMOVE_DAYS,
	REMOVE_MONTHS
};

/* A device's sum of a column over days and folded months. */
#define SUM_OF_DEVICE(column)                                                               \
	column " = (SELECT coalesce(sum(" column "), 0) FROM (SELECT " column " FROM day"   \
	       " WHERE account = $1 AND device = $2 UNION ALL SELECT " column " FROM month" \
	       " WHERE account = $1 AND device = $2) AS part)"

static const struct statement statements[] = {
    [DAY_OF_DEVICE] = {.sql = "SELECT xp, minutes, sessions, cycles, timely_xp FROM day"
			      " WHERE account = $1 AND day = $2 AND device = $3"},
    [PUT_DAY] = {.sql = "INSERT INTO day"
			" (account, day, device, xp, minutes, sessions, cycles, timely_xp)"
			" VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
			" ON CONFLICT (account, day, device) DO UPDATE SET xp = excluded.xp,"
			" minutes = excluded.minutes, sessions = excluded.sessions,"
			" cycles = excluded.cycles, timely_xp = excluded.timely_xp"},
    [SUM] = {.sql = "SELECT coalesce(sum(xp), 0), coalesce(sum(minutes), 0),"
		    " coalesce(sum(sessions), 0), coalesce(sum(cycles), 0) FROM ("
		    "SELECT xp, minutes, sessions, cycles FROM day WHERE account = $1"
		    " UNION ALL SELECT xp, minutes, sessions, cycles FROM month WHERE account = $1"
		    " UNION ALL SELECT xp, minutes, sessions, cycles FROM import"
		    " WHERE account = $1) AS part"},
    [COUNT_ROWS] = {.sql = "SELECT (SELECT count(*) FROM day WHERE account = $1)"
			   " + (SELECT count(*) FROM month WHERE account = $1)"},
    [RECOUNT_DEVICE] =
	{.sql = "UPDATE device SET " SUM_OF_DEVICE("xp") ", " SUM_OF_DEVICE("minutes") ", " SUM_OF_DEVICE(
	     "sessions") ", " SUM_OF_DEVICE("cycles") " WHERE device = $2"},
    [XP_BETWEEN] = {.sql = "SELECT coalesce(sum(xp), 0) FROM day"
			   " WHERE account = $1 AND day BETWEEN $2 AND $3"},
    [REMOVE_DAYS] = {.sql = "DELETE FROM day WHERE account = $1 AND device = $2"},
    [REMOVE_MONTHS] = {.sql = "DELETE FROM month WHERE account = $1 AND device = $2"},
};

const struct statement_table progress_statements = {
    "progress", statements, sizeof(statements) / sizeof(statements[0])};

/* ----- merging ----- */

/* A merge under way: whose days come, and what they have brought so far. */
struct merge {
	struct db *db;
	struct account *account;
	const struct merge_options *options;
	int64_t device;
	day_t folded_before; /* days before it are folded on arrival */
	struct folding folding;
	struct device_growth growth;
	bool streak_is_open; /* only all active days can tell it */
};

static enum problem find_day(
    const struct merge *merge, day_t day, struct totals *totals, int64_t *timely_xp)
{
	struct query query;

	*totals = (struct totals){0};
	*timely_xp = 0;
	query_start(&query, merge->db, &statements[DAY_OF_DEVICE]);
	query_put_integer(&query, merge->account->id);
	query_put_day(&query, day);
	query_put_integer(&query, merge->device);
	if (query_next(&query)) {
		*totals = totals_get(&query, 0);
		*timely_xp = query_integer(&query, 4);
	}
	return query_end(&query);
}

static enum problem put_day(
    const struct merge *merge, day_t day, const struct totals *totals, int64_t timely_xp)
{
	struct query query;

	query_start(&query, merge->db, &statements[PUT_DAY]);
	query_put_integer(&query, merge->account->id);
	query_put_day(&query, day);
	query_put_integer(&query, merge->device);
	totals_put(&query, totals);
	query_put_integer(&query, timely_xp);
	return query_run(&query);
}

/* May the account, and the store, have one more row of a day? */
static enum problem take_row(struct merge *merge)
{
	if (merge->account->row_count >= merge->options->max_rows)
		return PROBLEM_TOO_MANY_DAYS;
	if (!db_has_room(merge->db))
		return PROBLEM_STORE_FULL;
	merge->account->row_count++;
	return PROBLEM_NONE;
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

static void note_active(struct merge *merge, day_t day)
{
	const struct claim *claim = merge->options->claim;
	struct account *account = merge->account;

	if ((claim != NULL && claim_speaks_for(claim, day)) || dayset_has(&account->active, day))
		return;
	dayset_add(&account->active, day);
	if (!streak_extend(&account->streak, day))
		merge->streak_is_open = true;
}

static void note_growth(struct merge *merge, const struct totals *known, const struct totals *grown)
{
	totals_add(&merge->account->totals, grown);
	totals_subtract(&merge->account->totals, known);
	totals_add(&merge->growth.totals, grown);
	totals_subtract(&merge->growth.totals, known);
}

/* A day that stays a row. */
static enum problem keep_day(struct merge *merge, const struct day_totals *day)
{
	struct totals known, grown;
	int64_t timely_xp;
	enum problem problem = find_day(merge, day->day, &known, &timely_xp);

	if (problem != PROBLEM_NONE)
		return problem;
	grown = known;
	totals_raise(&grown, &day->totals);
	if (totals_equal(&grown, &known))
		return PROBLEM_NONE;
	if (!totals_any(&known))
		problem = take_row(merge);
	if (problem != PROBLEM_NONE)
		return problem;
	timely_xp = gain(merge->options->gains, day->day, grown.xp, timely_xp);
	note_growth(merge, &known, &grown);
	if (!totals_any(&known))
		note_active(merge, day->day);
	return put_day(merge, day->day, &grown, timely_xp);
}

/* A day that is old enough to be folded. */
static enum problem fold_day(struct merge *merge, const struct day_totals *day)
{
	static const struct totals nothing;
	bool taken;
	enum problem problem = fold_take(&merge->folding, day, &taken);

	if (problem != PROBLEM_NONE || !taken)
		return problem;
	note_growth(merge, &nothing, &day->totals);
	note_active(merge, day->day);
	return PROBLEM_NONE;
}

static enum problem merge_day(struct merge *merge, const struct day_totals *day)
{
	struct device_growth *growth = &merge->growth;

	if (!totals_any(&day->totals))
		return PROBLEM_NONE;
	if (growth->first_day == DAY_NONE || day->day < growth->first_day)
		growth->first_day = day->day;
	if (day->day > growth->last_day)
		growth->last_day = day->day;
	return day->day < merge->folded_before ? fold_day(merge, day) : keep_day(merge, day);
}

static enum problem count_rows(struct db *db, struct account *account)
{
	struct query query;

	query_start(&query, db, &statements[COUNT_ROWS]);
	query_put_integer(&query, account->id);
	if (query_next(&query))
		account->row_count = query_integer(&query, 0);
	return query_end(&query);
}

/*
 * A day is either a row or a bit of its month, never both. So what has become due is folded before days come
 * that are folded on arrival; and should the clock have been ahead, what was folded then stays folded.
 */
static enum problem begin(struct merge *merge, const struct day_totals *days, size_t count)
{
	struct device device;
	enum problem problem = progress_know_active(merge->db, merge->account);
	bool any_due = false;
	int64_t folded = 0;

	for (size_t i = 0; i < count; i++)
		any_due |= days[i].day < fold_horizon();
	if (problem == PROBLEM_NONE && any_due)
		problem = fold_due(merge->db, merge->account->id, &folded);
	if (problem == PROBLEM_NONE && folded > 0)
		problem = count_rows(merge->db, merge->account);
	if (problem == PROBLEM_NONE)
		problem = device_load(merge->db, merge->device, &device);
	if (problem != PROBLEM_NONE)
		return problem;
	merge->folded_before = fold_horizon();
	if (merge->folded_before <= device.horizon_day)
		merge->folded_before = device.horizon_day + 1;
	return PROBLEM_NONE;
}

static enum problem end(struct merge *merge)
{
	struct account *account = merge->account;
	enum problem problem = fold_end(&merge->folding);

	if (merge->streak_is_open) {
		struct streak counted = streak_of(&account->active);

		/* The longest may be one that an import claims. */
		if (counted.longest < account->streak.longest)
			counted.longest = account->streak.longest;
		account->streak = counted;
	}
	if (problem != PROBLEM_NONE || merge->growth.first_day == DAY_NONE)
		return problem;
	return device_grow(merge->db, merge->device, &merge->growth);
}

enum problem progress_merge_days(struct db *db, struct account *account, int64_t device,
    const struct day_totals *days, size_t count, const struct merge_options *options)
{
	struct merge merge = {
	    .db = db,
	    .account = account,
	    .options = options,
	    .device = device,
	    .folding = fold_begin(db, account, device, options->max_rows),
	    .growth = {.first_day = DAY_NONE, .last_day = DAY_NONE},
	};
	enum problem problem = begin(&merge, days, count);

	for (size_t i = 0; problem == PROBLEM_NONE && i < count; i++)
		problem = merge_day(&merge, &days[i]);
	return problem == PROBLEM_NONE ? end(&merge) : problem;
}

/* ----- active days ----- */

enum problem progress_know_active(struct db *db, struct account *account)
{
	int32_t claimed;
	enum problem problem = PROBLEM_NONE;

	if (!account->knows_active)
		problem = activity_count(db, account->id, &account->active, &claimed);
	if (problem == PROBLEM_NONE)
		account->knows_active = true;
	return problem;
}

enum problem progress_active_days(struct db *db, int64_t id, struct dayset *days)
{
	struct account account;
	enum problem problem = account_load(db, id, &account);

	if (problem == PROBLEM_NONE)
		problem = progress_know_active(db, &account);
	*days = account.active;
	return problem;
}

/* ----- counting anew ----- */

enum problem progress_recount_streak(struct db *db, struct account *account)
{
	int32_t claimed;
	enum problem problem = activity_count(db, account->id, &account->active, &claimed);

	if (problem != PROBLEM_NONE)
		return problem;
	account->knows_active = true;
	account->streak = streak_of(&account->active);
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
	if (problem == PROBLEM_NONE)
		problem = count_rows(db, account);
	return problem == PROBLEM_NONE ? progress_recount_streak(db, account) : problem;
}

static enum problem run_for_device(struct db *db, int which, int64_t account, int64_t device)
{
	struct query query;

	query_start(&query, db, &statements[which]);
	query_put_integer(&query, account);
	query_put_integer(&query, device);
	return query_run(&query);
}

enum problem progress_recount_device(struct db *db, int64_t account, int64_t device)
{
	return run_for_device(db, RECOUNT_DEVICE, account, device);
}

enum problem progress_remove_device(struct db *db, int64_t account, int64_t device)
{
	enum problem problem = run_for_device(db, REMOVE_DAYS, account, device);

	return problem == PROBLEM_NONE ? run_for_device(db, REMOVE_MONTHS, account, device)
				       : problem;
}

enum problem progress_xp_between(
    struct db *db, int64_t account, day_t first, day_t last, int64_t *xp)
{
	struct query query;

	query_start(&query, db, &statements[XP_BETWEEN]);
	query_put_integer(&query, account);
	query_put_day(&query, first);
	query_put_day(&query, last);
	if (query_next(&query))
		*xp = query_integer(&query, 0);
	return query_end(&query);
}
