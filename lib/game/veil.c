#include "game/veil.h"

#include <stddef.h>

#include "game/board.h"
#include "game/level.h"

enum { CROWD };

/* It stops counting at a crowd, so it costs the same on a board of any size. */
static const struct statement statements[] = {
    [CROWD] = {.sql = "SELECT count(*) FROM (SELECT 1 FROM standing WHERE board = $1"
		      " AND period = $2 AND value >= $3 AND value < $4 LIMIT $5)"},
};

const struct statement_table veil_statements = {
    "veil", statements, sizeof(statements) / sizeof(statements[0])};

/* Where bands may begin, from the lowest. */
static const int64_t xp_steps[] = {10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000,
    100000, 250000, 500000, 1000000};
static const int64_t day_steps[] = {3, 7, 14, 30, 50, 100, 200, 365, 500, 1000, 2000};

struct scale {
	int board;
	int32_t period;
	const int64_t *steps;
	size_t count;
};

/* How many people have a value from one up to below another; of many, VEIL_CROWD. */
static enum problem count_people(
    struct db *db, const struct scale *scale, int64_t from, int64_t below, int64_t *people)
{
	struct query query;

	query_start(&query, db, &statements[CROWD]);
	query_put_integer(&query, scale->board);
	query_put_integer(&query, scale->period);
	query_put_integer(&query, from);
	query_put_integer(&query, below);
	query_put_integer(&query, VEIL_CROWD);
	if (query_next(&query))
		*people = query_integer(&query, 0);
	return query_end(&query);
}

/*
 * Goes down the steps and lets a band begin where the people since the last beginning are a crowd, up to
 * the band that the figure lies in. If those below it are some and no crowd, they belong to it as
 * well, and then it has no beginning that could be told.
 */
static enum problem find_band(
    struct db *db, const struct scale *scale, int64_t figure, int64_t *least)
{
	int64_t below = INT64_MAX, people = 0, rest = 0;
	enum problem problem = PROBLEM_NONE;

	*least = 0;
	for (size_t i = scale->count; i-- > 0;) {
		int64_t more = 0;

		problem = count_people(db, scale, scale->steps[i], below, &more);
		if (problem != PROBLEM_NONE)
			return problem;
		people += more;
		below = scale->steps[i];
		if (people < VEIL_CROWD)
			continue;
		if (figure >= below)
			break;
		people = 0;
	}
	if (people < VEIL_CROWD)
		return PROBLEM_NONE;
	problem = count_people(db, scale, 0, below, &rest);
	if (problem == PROBLEM_NONE && (rest == 0 || rest == VEIL_CROWD))
		*least = below;
	return problem;
}

enum problem veil_xp(struct db *db, int64_t xp, int64_t *least)
{
	const struct scale scale = {
	    BOARD_XP_ALL, 0, xp_steps, sizeof(xp_steps) / sizeof(xp_steps[0])};

	return find_band(db, &scale, xp, least);
}

enum problem veil_level(struct db *db, int64_t xp, int64_t *least)
{
	int64_t steps[LEVELS];
	struct scale scale = {BOARD_XP_ALL, 0, steps, 0};

	for (int64_t from = level_of(0).xp_next; from >= 0; from = level_of(from).xp_next)
		steps[scale.count++] = from;
	return find_band(db, &scale, xp, least);
}

enum problem veil_week(struct db *db, int32_t week, int64_t xp, int64_t *least)
{
	const struct scale scale = {
	    BOARD_XP_WEEK, week, xp_steps, sizeof(xp_steps) / sizeof(xp_steps[0])};

	return find_band(db, &scale, xp, least);
}

enum problem veil_streak(struct db *db, int64_t days, int64_t *least)
{
	const struct scale scale = {
	    BOARD_STREAK_ALL, 0, day_steps, sizeof(day_steps) / sizeof(day_steps[0])};

	return find_band(db, &scale, days, least);
}
