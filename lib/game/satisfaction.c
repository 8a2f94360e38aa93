#include "game/satisfaction.h"

#include <stdbool.h>

#include "game/period.h"
#include "game/tally.h"

enum { WAITING, TAKE, PUT, SINCE };

enum { LEAST_TENTHS = 10 * TALLY_RATING_MIN, MOST_TENTHS = 10 * TALLY_RATING_MAX };

static const struct statement statements[] = {
    [WAITING] = {.sql = "SELECT coalesce(sum(times), 0), coalesce(sum(what * times), 0) FROM tally"
			" WHERE day <= $1 AND what BETWEEN $2 AND $3"},
    [TAKE] = {.sql = "DELETE FROM tally WHERE day <= $1 AND what BETWEEN $2 AND $3"},
    [PUT] = {.sql = "INSERT INTO satisfaction (week, ratings, tenths) VALUES ($1, $2, $3)"},
    [SINCE] = {.sql = "SELECT coalesce(sum(ratings), 0), coalesce(sum(ratings * tenths), 0)"
		      " FROM satisfaction WHERE week >= $1"},
};

const struct statement_table satisfaction_statements = {
    "satisfaction", statements, sizeof(statements) / sizeof(statements[0])};

static void start_on_ratings(struct query *query, struct db *db, int which, day_t last)
{
	query_start(query, db, &statements[which]);
	query_put_day(query, last);
	query_put_integer(query, TALLY_RATING_MIN);
	query_put_integer(query, TALLY_RATING_MAX);
}

/* To the nearest; the divisor is positive. */
static int64_t divide(int64_t value, int64_t divisor)
{
	return (value + divisor / 2) / divisor;
}

static enum problem count_waiting(struct db *db, day_t last, int64_t *ratings, int64_t *points)
{
	struct query query;

	*ratings = *points = 0;
	start_on_ratings(&query, db, WAITING, last);
	if (query_next(&query)) {
		*ratings = query_integer(&query, 0);
		*points = query_integer(&query, 1);
	}
	return query_end(&query);
}

static enum problem take_waiting(struct db *db, day_t last)
{
	struct query query;

	start_on_ratings(&query, db, TAKE, last);
	return query_run(&query);
}

/* The average in tenths, to the nearest of steps from the least on, each as large as what one rating moves. */
static int64_t coarse_average(int64_t ratings, int64_t points)
{
	int64_t shown = ratings - ratings % SATISFACTION_STEP;
	int64_t step = (MOST_TENTHS - LEAST_TENTHS + shown - 1) / shown;
	int64_t average =
	    LEAST_TENTHS + divide(divide(10 * points, ratings) - LEAST_TENTHS, step) * step;

	return average < MOST_TENTHS ? average : MOST_TENTHS;
}

/* Forms a set of what waits up to a day if it is enough; *formed says whether it was. */
static enum problem form_set(struct db *db, int32_t week, day_t last, bool *formed)
{
	int64_t ratings, points;
	struct query query;
	enum problem problem = count_waiting(db, last, &ratings, &points);

	*formed = problem == PROBLEM_NONE && ratings >= SATISFACTION_MIN;
	if (!*formed)
		return problem;
	problem = take_waiting(db, last);
	if (problem != PROBLEM_NONE)
		return problem;
	query_start(&query, db, &statements[PUT]);
	query_put_integer(&query, week);
	query_put_integer(&query, ratings - ratings % SATISFACTION_STEP);
	query_put_integer(&query, coarse_average(ratings, points));
	return query_run(&query);
}

enum problem satisfaction_close(struct db *db, int32_t week)
{
	day_t last = period_first_day(PERIOD_WEEK, week + 1) - 1;
	day_t new_year = month_first_day(day_month(last) / 12 * 12);
	bool formed;
	enum problem problem = form_set(db, week, new_year - 1, &formed);

	/* A week has one set: where it is of last year, this year's wait for the next. */
	if (problem != PROBLEM_NONE || formed)
		return problem;
	problem = take_waiting(db, new_year - 1);
	return problem == PROBLEM_NONE ? form_set(db, week, last, &formed) : problem;
}

enum problem satisfaction_since(struct db *db, int32_t week, struct satisfaction *satisfaction)
{
	struct query query;

	*satisfaction = (struct satisfaction){0};
	query_start(&query, db, &statements[SINCE]);
	query_put_integer(&query, week);
	if (query_next(&query)) {
		satisfaction->ratings = query_integer(&query, 0);
		if (satisfaction->ratings > 0)
			satisfaction->tenths =
			    divide(query_integer(&query, 1), satisfaction->ratings);
	}
	return query_end(&query);
}
