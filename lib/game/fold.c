#include "game/fold.h"

#include "game/board.h"
#include "game/device.h"
#include "game/member.h"
#include "game/totals.h"

enum { OLD_DAYS, GROW_MONTH, REMOVE_OLD };

static const struct statement statements[] = {
    [OLD_DAYS] = {.sql = "SELECT device, day, xp, minutes, sessions, cycles, timely_xp"
			 " FROM day WHERE account = $1 AND day < $2 ORDER BY day, device"},
    [GROW_MONTH] = {.sql = "INSERT INTO month"
			   " (account, month, device, xp, minutes, sessions, cycles, active,"
			   " board_xp, board_days) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
			   " ON CONFLICT (account, month, device) DO UPDATE SET"
			   " xp = month.xp + excluded.xp,"
			   " minutes = month.minutes + excluded.minutes,"
			   " sessions = month.sessions + excluded.sessions,"
			   " cycles = month.cycles + excluded.cycles,"
			   " active = month.active | excluded.active,"
			   " board_xp = month.board_xp + excluded.board_xp,"
			   " board_days = month.board_days | excluded.board_days"},
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

static enum problem grow_month(struct db *db, int64_t account, int64_t device, day_t day,
    const struct totals *totals, int64_t board_xp)
{
	int32_t month = day_month(day);
	int64_t bit = INT64_C(1) << (day - month_first_day(month));
	struct query query;

	query_start(&query, db, &statements[GROW_MONTH]);
	query_put_integer(&query, account);
	query_put_integer(&query, month);
	query_put_integer(&query, device);
	totals_put(&query, totals);
	query_put_integer(&query, bit);
	query_put_integer(&query, board_xp);
	query_put_integer(&query, board_xp > 0 ? bit : 0);
	return query_run(&query);
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

		problem = grow_month(db, account, device, day, &totals, board_xp);
		if (problem == PROBLEM_NONE)
			problem = device_folded(db, device, day);
		++*folded;
	}
	ended = query_end(&query);
	if (problem == PROBLEM_NONE)
		problem = ended;
	if (problem != PROBLEM_NONE)
		return problem;
	query_start(&query, db, &statements[REMOVE_OLD]);
	query_put_integer(&query, account);
	query_put_day(&query, before);
	return query_run(&query);
}
