#include "game/score.h"

#include <assert.h>

#include "core/clock.h"
#include "game/board.h"

enum { DAYS, MONTHS, TIMELY_XP, LAST_DAY };

static const struct statement statements[] = {
    [DAYS] = {.sql = "SELECT day, sum(timely_xp) FROM day WHERE account = $1 AND day >= $2"
		     " GROUP BY day HAVING sum(timely_xp) > 0"},
    [MONTHS] = {.sql = "SELECT month, board_xp, board_days FROM month"
		       " WHERE account = $1 AND board_days <> 0"},
    [TIMELY_XP] = {.sql = "SELECT coalesce(sum(timely_xp), 0) FROM day"
			  " WHERE account = $1 AND day = $2"},
    [LAST_DAY] = {.sql = "SELECT day FROM day WHERE account = $1 AND timely_xp > 0"
			 " ORDER BY day DESC LIMIT 1"},
};

const struct statement_table score_statements = {
    "score", statements, sizeof(statements) / sizeof(statements[0])};

struct scores scores_begin(void)
{
	return (struct scores){.today = clock_today()};
}

bool scores_have(const struct scores *scores, int board, int32_t period)
{
	return period_is_open(boards[board].kind, period, scores->today);
}

int64_t scores_of(const struct scores *scores, int board, int32_t period)
{
	for (size_t i = 0; i < scores->count; i++)
		if (scores->rows[i].board == board && scores->rows[i].period == period)
			return scores->rows[i].value;
	return 0;
}

void scores_add(struct scores *scores, int board, int32_t period, int64_t value)
{
	for (size_t i = 0; i < scores->count; i++)
		if (scores->rows[i].board == board && scores->rows[i].period == period) {
			scores->rows[i].value += value;
			return;
		}
	if (value == 0)
		return;
	assert(scores->count < SCORES_MAX);
	scores->rows[scores->count++] = (struct score){board, period, value};
}

void scores_add_day(struct scores *scores, day_t day, int64_t xp, int64_t days)
{
	for (int board = 0; board < BOARDS; board++) {
		int32_t period = period_of(boards[board].kind, day);

		if (boards[board].metric == METRIC_STREAK || !scores_have(scores, board, period))
			continue;
		scores_add(scores, board, period, boards[board].metric == METRIC_XP ? xp : days);
	}
}

/* ----- counting from rows ----- */

/* The months that a set of days can hold. */
enum { MONTHS_MAX = DAYSET_DAYS / 28 };

/* What an account has, by month and by day. */
struct tally {
	int64_t month_xp[MONTHS_MAX];
	struct dayset days;
};

static int32_t first_month(void)
{
	return day_month(DAY_FIRST);
}

/* Months as the set of days has them; false for one that lies beyond. */
static bool month_index(int32_t month, int32_t *index)
{
	*index = month - first_month();
	return *index >= 0 && *index < MONTHS_MAX;
}

static enum problem tally_months(
    struct db *db, int64_t account, day_t from_day, struct tally *tally)
{
	struct query query;

	query_start(&query, db, &statements[MONTHS]);
	query_put_integer(&query, account);
	while (query_next(&query)) {
		int32_t month = (int32_t)query_integer(&query, 0), index;
		int64_t days = query_integer(&query, 2);

		if (!board_month_counts(month, from_day) || !month_index(month, &index))
			continue;
		tally->month_xp[index] += query_integer(&query, 1);
		for (int k = 0; k < 31; k++)
			if (days >> k & 1)
				dayset_add(&tally->days, month_first_day(month) + k);
	}
	return query_end(&query);
}

static enum problem tally_days(
    struct db *db, int64_t account, day_t from_day, struct tally *tally, struct scores *scores)
{
	struct query query;

	query_start(&query, db, &statements[DAYS]);
	query_put_integer(&query, account);
	query_put_integer(&query, from_day == DAY_NONE ? 0 : from_day);
	while (query_next(&query)) {
		day_t day = query_day(&query, 0);
		int64_t xp = board_day_xp(query_integer(&query, 1));
		int32_t index;

		if (!month_index(day_month(day), &index))
			continue;
		tally->month_xp[index] += xp;
		dayset_add(&tally->days, day);
		scores_add_day(scores, day, xp, 1);
	}
	return query_end(&query);
}

/*
 * All time, from the tally. Where accounts were merged after they were folded, a month may have more
 * than its days allow; the bound holds for it as a whole then.
 */
static void count_all_time(const struct tally *tally, int64_t *xp, int64_t *days)
{
	*xp = *days = 0;
	for (int32_t i = 0; i < MONTHS_MAX; i++) {
		int64_t most = 0;

		if (tally->month_xp[i] == 0)
			continue;
		for (day_t day = month_first_day(first_month() + i);
		     day < month_first_day(first_month() + i + 1); day++)
			if (dayset_has(&tally->days, day)) {
				most += BOARD_DAY_XP_MAX;
				++*days;
			}
		*xp += tally->month_xp[i] < most ? tally->month_xp[i] : most;
	}
}

/* The scores for all time are counted apart: of them the days that are left are only a part. */
static void set_all_time(struct scores *scores, const struct tally *tally, const struct streak *run)
{
	int64_t xp, days;
	size_t kept = 0;

	for (size_t i = 0; i < scores->count; i++)
		if (boards[scores->rows[i].board].kind != PERIOD_ALL)
			scores->rows[kept++] = scores->rows[i];
	scores->count = kept;
	count_all_time(tally, &xp, &days);
	scores_add(scores, BOARD_XP_ALL, 0, xp);
	scores_add(scores, BOARD_DAYS_ALL, 0, days);
	scores_add(scores, BOARD_STREAK_ALL, 0, run->longest);
}

enum problem scores_count(
    struct db *db, int64_t account, day_t from_day, struct scores *scores, struct streak *run)
{
	struct tally tally = {0};
	enum problem problem = tally_months(db, account, from_day, &tally);

	*scores = scores_begin();
	if (problem == PROBLEM_NONE)
		problem = tally_days(db, account, from_day, &tally, scores);
	if (problem != PROBLEM_NONE)
		return problem;
	*run = streak_of(&tally.days);
	set_all_time(scores, &tally, run);
	return PROBLEM_NONE;
}

enum problem scores_timely_xp(struct db *db, int64_t account, day_t day, int64_t *xp)
{
	struct query query;

	query_start(&query, db, &statements[TIMELY_XP]);
	query_put_integer(&query, account);
	query_put_day(&query, day);
	if (query_next(&query))
		*xp = query_integer(&query, 0);
	return query_end(&query);
}

enum problem scores_last_day(struct db *db, int64_t account, day_t *day)
{
	struct query query;

	*day = DAY_NONE;
	query_start(&query, db, &statements[LAST_DAY]);
	query_put_integer(&query, account);
	if (query_next(&query))
		*day = query_day(&query, 0);
	return query_end(&query);
}
