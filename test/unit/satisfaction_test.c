/*
 * Averages of ratings, and what those who know all of a set but one can tell from it.
 */
#include "game/satisfaction.h"

#include <stdlib.h>

#include "check.h"
#include "game/period.h"
#include "game/tally.h"
#include "temp_store.h"

enum { RATINGS = TALLY_RATING_MAX, SETS = 300, OTHERS_MAX = 24 };

/* Weeks of 2031: the first has its Monday in 2030, on December 30. */
static const char *const monday_text = "2030-12-30";

static struct temp_store temp;
static int32_t first_week;

/* All of it is one transaction, which nothing waits for a disk in. */
static struct db *db;

enum { GIVE, CLEAR_RATINGS, CLEAR_SETS, COUNT_WAITING };

static const struct statement statements[] = {
    [GIVE] = {.sql = "INSERT INTO tally (day, what, times) VALUES ($1, $2, $3)"
		     " ON CONFLICT (day, what) DO UPDATE SET times = tally.times + excluded.times"},
    [CLEAR_RATINGS] = {.sql = "DELETE FROM tally", .flags = STATEMENT_SCANS},
    [CLEAR_SETS] = {.sql = "DELETE FROM satisfaction", .flags = STATEMENT_SCANS},
    [COUNT_WAITING] = {.sql = "SELECT coalesce(sum(times), 0) FROM tally",
	.flags = STATEMENT_SCANS},
};

/* So many ratings of one kind on a day. */
static void give(day_t day, int rating, int64_t times)
{
	struct query query;

	query_start(&query, db, &statements[GIVE]);
	query_put_day(&query, day);
	query_put_integer(&query, rating);
	query_put_integer(&query, times);
	temp_store_must(query_run(&query), "give");
}

static void clear(void)
{
	for (int i = CLEAR_RATINGS; i <= CLEAR_SETS; i++) {
		struct query query;

		query_start(&query, db, &statements[i]);
		temp_store_must(query_run(&query), "clear");
	}
}

static void close_week(int32_t week)
{
	temp_store_must(satisfaction_close(db, week), "close");
}

static struct satisfaction told(void)
{
	struct satisfaction satisfaction;

	temp_store_must(satisfaction_since(db, 0, &satisfaction), "since");
	return satisfaction;
}

static int64_t waiting(void)
{
	int64_t count = 0;
	struct query query;

	query_start(&query, db, &statements[COUNT_WAITING]);
	if (query_next(&query))
		count = query_integer(&query, 0);
	temp_store_must(query_end(&query), "waiting");
	return count;
}

static day_t day_of(int32_t week, int day)
{
	return period_first_day(PERIOD_WEEK, week) + day;
}

static void an_average_is_near_what_it_is_of(void)
{
	unsigned seed = 1;

	for (int set = 0; set < SETS; set++) {
		int64_t count = 5 + rand_r(&seed) % 200, points = 0, shown = count - count % 5;
		struct satisfaction satisfaction;

		clear();
		for (int i = 0; i < count; i++) {
			int rating = 1 + rand_r(&seed) % RATINGS;

			points += rating;
			give(day_of(first_week + 1, i % 7), rating, 1);
		}
		close_week(first_week + 1);
		satisfaction = told();
		CHECK_INT_EQ(satisfaction.ratings, shown);
		/* Half a step, and half a tenth. */
		CHECK(llabs(satisfaction.tenths * count - 10 * points) * 2 <=
		    ((40 + shown - 1) / shown + 1) * count);
	}
}

/* Of four people out of five, or of any number: known to the last one, and chosen to find out about that one. */
static void who_knows_all_other_ratings_learns_one_bound_of_the_last_one(void)
{
	unsigned seed = 1;
	int told_apart = 0;

	for (int set = 0; set < SETS; set++) {
		int others = 4 + rand_r(&seed) % (OTHERS_MAX - 4), known[OTHERS_MAX], answers = 1;
		int64_t before = 0;

		for (int i = 0; i < others; i++)
			known[i] = 1 + rand_r(&seed) % RATINGS;
		for (int rating = TALLY_RATING_MIN; rating <= TALLY_RATING_MAX; rating++) {
			clear();
			for (int i = 0; i < others; i++)
				give(day_of(first_week + 1, 0), known[i], 1);
			give(day_of(first_week + 1, 0), rating, 1);
			close_week(first_week + 1);
			answers += rating > TALLY_RATING_MIN && told().tenths != before;
			before = told().tenths;
		}
		if (!CHECK(answers <= 2))
			printf("# set %d, of %d\n", set, others + 1);
		told_apart += answers == 2;
	}
	/* It is in there: none of this holds because nothing is counted. */
	CHECK(told_apart > SETS / 4);
}

static void one_persons_ratings_of_five_years_make_no_set(void)
{
	clear();
	for (int year = 0; year < 5; year++) {
		int32_t week = first_week + year * 52 + 10;

		give(day_of(week, 0), 1, 1);
		close_week(week);
		CHECK_INT_EQ(told().ratings, 0);
		CHECK_INT_EQ(waiting(), 1);
	}
}

static void a_year_ends_within_a_week(void)
{
	/* Four of last year, on Monday and Tuesday, and four of this year are no set together. */
	clear();
	give(day_of(first_week, 0), 5, 3);
	give(day_of(first_week, 1), 5, 1);
	give(day_of(first_week, 2), 1, 4);
	close_week(first_week);
	CHECK_INT_EQ(told().ratings, 0);
	/* Nobody can join those of last year any more. */
	CHECK_INT_EQ(waiting(), 4);
	give(day_of(first_week + 1, 0), 1, 1);
	close_week(first_week + 1);
	CHECK_INT_EQ(told().ratings, 5);
	CHECK_INT_EQ(told().tenths, 10);
	CHECK_INT_EQ(waiting(), 0);
	/* Enough of both are two sets, one a week. */
	clear();
	give(day_of(first_week, 1), 5, 5);
	give(day_of(first_week, 2), 1, 5);
	close_week(first_week);
	CHECK_INT_EQ(told().ratings, 5);
	CHECK_INT_EQ(told().tenths, 50);
	CHECK_INT_EQ(waiting(), 5);
	close_week(first_week + 1);
	CHECK_INT_EQ(told().ratings, 10);
	CHECK_INT_EQ(told().tenths, 30);
}

static enum problem run_cases(struct db *open, void *argument)
{
	(void)argument;
	db = open;
	CASE(an_average_is_near_what_it_is_of);
	CASE(who_knows_all_other_ratings_learns_one_bound_of_the_last_one);
	CASE(one_persons_ratings_of_five_years_make_no_set);
	CASE(a_year_ends_within_a_week);
	return PROBLEM_NONE;
}

int main(void)
{
	day_t monday;

	if (!day_parse(monday_text, strlen(monday_text), &monday))
		temp_store_must(PROBLEM_INTERNAL, "a day");
	first_week = period_of(PERIOD_WEEK, monday);
	temp_store_open(&temp);
	temp_store_must(store_write(temp.store, run_cases, NULL), "cases");
	temp_store_close(&temp);
	return check_end();
}
