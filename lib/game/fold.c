#include "game/fold.h"

#include "core/clock.h"
#include "game/account.h"
#include "game/board.h"
#include "game/device.h"
#include "game/member.h"
#include "game/month.h"
#include "game/totals.h"

enum { OLD_DAYS, ANY_DUE, ACTIVE, REMOVE_OLD };

static const struct statement statements[] = {
    [OLD_DAYS] = {.sql = "SELECT device, day, xp, minutes, sessions, cycles, timely_xp"
			 " FROM day WHERE account = $1 AND day < $2 ORDER BY day, device"},
    [ANY_DUE] = {.sql = "SELECT 1 FROM day WHERE account = $1 AND day < $2 LIMIT 1"},
    [ACTIVE] = {.sql = "SELECT active FROM month"
		       " WHERE account = $1 AND month = $2 AND device = $3"},
    [REMOVE_OLD] = {.sql = "DELETE FROM day WHERE account = $1 AND day < $2"},
};

const struct statement_table fold_statements = {
    "fold", statements, sizeof(statements) / sizeof(statements[0])};

/* How much of a day's XP counts on boards, walking over its devices. */
struct share {
	day_t from_day; /* the first that counts; DAY_NONE: all do */
	day_t day;
	int64_t room; /* what the day's further devices can add */
};

static int64_t take_share(struct share *share, day_t day, int64_t timely_xp)
{
	int64_t taken;

	if (day != share->day)
		share->room = BOARD_DAY_XP_MAX;
	share->day = day;
	if (day < share->from_day)
		return 0;
	taken = timely_xp < share->room ? timely_xp : share->room;
	share->room -= taken;
	return taken;
}

static int64_t bit_of(day_t day)
{
	return INT64_C(1) << (day - month_first_day(day_month(day)));
}

/* ----- what has become due ----- */

day_t fold_horizon(void)
{
	return clock_today() - FOLD_AFTER_DAYS;
}

static enum problem remove_old(struct db *db, int64_t account, day_t before)
{
	struct query query;
	enum problem problem;

	query_start(&query, db, &statements[REMOVE_OLD]);
	query_put_integer(&query, account);
	query_put_day(&query, before);
	problem = query_run(&query);
	return problem == PROBLEM_NONE ? account_count_rows(db, account) : problem;
}

enum problem fold_account(struct db *db, int64_t account, day_t before, int64_t *folded)
{
	struct share share = {.day = DAY_NONE};
	struct member member;
	bool found;
	enum problem problem = member_load(db, account, &member, &found), ended;
	struct query query;

	*folded = 0;
	if (problem != PROBLEM_NONE)
		return problem;
	share.from_day = member.from_day;
	query_start(&query, db, &statements[OLD_DAYS]);
	query_put_integer(&query, account);
	query_put_day(&query, before);
	while (problem == PROBLEM_NONE && query_next(&query)) {
		int64_t device = query_integer(&query, 0);
		day_t day = query_day(&query, 1);
		struct totals totals = totals_get(&query, 2);
		int64_t board_xp = take_share(&share, day, query_integer(&query, 6));

		const struct month_growth growth = {.month = day_month(day),
		    .totals = totals,
		    .active = bit_of(day),
		    .board_xp = board_xp,
		    .board_days = board_xp > 0 ? bit_of(day) : 0};

		problem = month_grow(db, account, device, &growth);
		if (problem == PROBLEM_NONE)
			problem = device_folded(db, device, day);
		++*folded;
	}
	ended = query_end(&query);
	if (problem == PROBLEM_NONE)
		problem = ended;
	return problem == PROBLEM_NONE && *folded > 0 ? remove_old(db, account, before) : problem;
}

enum problem fold_due(struct db *db, int64_t account, int64_t *folded)
{
	struct query query;
	enum problem problem;
	bool any;

	*folded = 0;
	query_start(&query, db, &statements[ANY_DUE]);
	query_put_integer(&query, account);
	query_put_day(&query, fold_horizon());
	any = query_next(&query);
	problem = query_end(&query);
	return problem == PROBLEM_NONE && any ? fold_account(db, account, fold_horizon(), folded)
					      : problem;
}

/* ----- what is due when it comes ----- */

struct folding fold_begin(struct db *db, struct account *account, int64_t device, int64_t max_rows)
{
	return (struct folding){.db = db,
	    .account = account,
	    .device = device,
	    .max_rows = max_rows,
	    .month = -1,
	    .last_day = DAY_NONE};
}

/* Writes the month at hand. */
static enum problem put_month(struct folding *folding)
{
	const struct month_growth growth = {
	    .month = folding->month, .totals = folding->sum, .active = folding->added};

	if (folding->added == 0)
		return PROBLEM_NONE;
	if (folding->is_new && folding->account->row_count >= folding->max_rows)
		return PROBLEM_TOO_MANY_DAYS;
	if (folding->is_new && !db_has_room(folding->db))
		return PROBLEM_STORE_FULL;
	folding->account->row_count += folding->is_new;
	return month_grow(folding->db, folding->account->id, folding->device, &growth);
}

static enum problem turn_to_month(struct folding *folding, int32_t month)
{
	struct query query;
	enum problem problem = put_month(folding);

	if (problem != PROBLEM_NONE)
		return problem;
	folding->month = month;
	folding->present = folding->added = 0;
	folding->sum = (struct totals){0};
	query_start(&query, folding->db, &statements[ACTIVE]);
	query_put_integer(&query, folding->account->id);
	query_put_integer(&query, month);
	query_put_integer(&query, folding->device);
	folding->is_new = !query_next(&query);
	if (!folding->is_new)
		folding->present = query_integer(&query, 0);
	return query_end(&query);
}

enum problem fold_take(struct folding *folding, const struct day_totals *day, bool *taken)
{
	int32_t month = day_month(day->day);
	enum problem problem = PROBLEM_NONE;

	if (month != folding->month)
		problem = turn_to_month(folding, month);
	*taken = problem == PROBLEM_NONE &&
	    ((folding->present | folding->added) & bit_of(day->day)) == 0;
	if (!*taken)
		return problem;
	folding->added |= bit_of(day->day);
	totals_add(&folding->sum, &day->totals);
	if (day->day > folding->last_day)
		folding->last_day = day->day;
	return PROBLEM_NONE;
}

enum problem fold_end(struct folding *folding)
{
	enum problem problem = put_month(folding);

	return problem == PROBLEM_NONE && folding->last_day != DAY_NONE
	    ? device_folded(folding->db, folding->device, folding->last_day)
	    : problem;
}
