#include "game/satisfaction.h"

#include "game/period.h"
#include "game/tally.h"

enum { WAITING, TAKE, PUT, SINCE };

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

enum problem satisfaction_close(struct db *db, int32_t week)
{
	day_t last = period_first_day(PERIOD_WEEK, week + 1) - 1;
	int64_t ratings = 0, points = 0;
	struct query query;
	enum problem problem;

	start_on_ratings(&query, db, WAITING, last);
	if (query_next(&query)) {
		ratings = query_integer(&query, 0);
		points = query_integer(&query, 1);
	}
	problem = query_end(&query);
	if (problem != PROBLEM_NONE || ratings < SATISFACTION_MIN)
		return problem;
	start_on_ratings(&query, db, TAKE, last);
	problem = query_run(&query);
	if (problem != PROBLEM_NONE)
		return problem;
	query_start(&query, db, &statements[PUT]);
	query_put_integer(&query, week);
	query_put_integer(&query, ratings - ratings % SATISFACTION_STEP);
	query_put_integer(&query, divide(10 * points, ratings));
	return query_run(&query);
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
