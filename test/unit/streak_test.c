#include "game/streak.h"

#include <stdlib.h>

#include "check.h"

enum { FIRST = 20000, RUNS = 20000, SPAN = 40 };

static struct dayset set_of(const char *pattern)
{
	struct dayset set = {0};

	for (int i = 0; pattern[i] != '\0'; i++)
		if (pattern[i] == 'x')
			dayset_add(&set, FIRST + i);
	return set;
}

static int32_t current(const char *pattern, int today)
{
	struct dayset set = set_of(pattern);

	return streak_current_in(&set, FIRST + today);
}

static void a_run_that_ends_today_or_yesterday_is_current(void)
{
	CHECK_INT_EQ(current("xxx", 2), 3);
	CHECK_INT_EQ(current("xxx", 3), 3);
	CHECK_INT_EQ(current("xxx", 4), 0);
	CHECK_INT_EQ(current("xx.xx", 4), 2);
	CHECK_INT_EQ(current("", 4), 0);
	/* A day that has not begun where the device is does not hide the run before it. */
	CHECK_INT_EQ(current("xx.x", 2), 2);
	CHECK_INT_EQ(current("xxxx", 2), 3);
}

static void the_longest_run_counts_wherever_it_lies(void)
{
	struct dayset set = set_of("xx.xxxx.x");
	struct streak streak = streak_of(&set);

	CHECK_INT_EQ(streak.longest, 4);
	CHECK_INT_EQ(streak.run_first, FIRST + 8);
	CHECK_INT_EQ(streak.run_last, FIRST + 8);
}

static void days_outside_the_range_are_no_members(void)
{
	struct dayset set = {0};

	dayset_add(&set, DAY_FIRST - 1);
	dayset_add(&set, DAY_FIRST + DAYSET_DAYS);
	dayset_add(&set, DAY_NONE);
	dayset_add_range(&set, DAY_FIRST - 10, DAY_FIRST + 1);
	CHECK(!dayset_has(&set, DAY_FIRST - 1));
	CHECK(!dayset_has(&set, DAY_FIRST + DAYSET_DAYS));
	CHECK(dayset_has(&set, DAY_FIRST));
	CHECK_INT_EQ(streak_of(&set).longest, 2);
	dayset_add_range(&set, DAY_FIRST + DAYSET_DAYS - 1, INT32_MAX - 1);
	CHECK(dayset_has(&set, DAY_FIRST + DAYSET_DAYS - 1));
}

static void an_empty_set_has_no_streak(void)
{
	struct dayset set = {0};
	struct streak streak = streak_of(&set);
	int32_t length = -1;

	CHECK_INT_EQ(streak.run_last, DAY_NONE);
	CHECK_INT_EQ(streak.longest, 0);
	CHECK(streak_current(&streak, FIRST, 1, &length));
	CHECK_INT_EQ(length, 0);
}

/* Whatever the order in which days arrive, what is kept equals what the set says, or says so. */
static void what_is_kept_equals_what_the_set_says(void)
{
	unsigned seed = 1;

	for (int run = 0; run < RUNS; run++) {
		struct dayset set = {0};
		struct streak kept = {DAY_NONE, DAY_NONE, 0};
		int days = rand_r(&seed) % SPAN;

		for (int i = 0; i < days; i++) {
			day_t day = FIRST + rand_r(&seed) % SPAN;

			dayset_add(&set, day);
			if (!streak_extend(&kept, day))
				kept = streak_of(&set);
		}
		struct streak counted = streak_of(&set);
		REQUIRE(CHECK_INT_EQ(kept.run_first, counted.run_first));
		REQUIRE(CHECK_INT_EQ(kept.run_last, counted.run_last));
		REQUIRE(CHECK_INT_EQ(kept.longest, counted.longest));
		for (day_t today = FIRST - 2; today < FIRST + SPAN + 3; today++) {
			int32_t length;

			if (streak_current(&kept, today, 1, &length))
				REQUIRE(CHECK_INT_EQ(length, streak_current_in(&set, today)));
			else
				REQUIRE(CHECK(today < counted.run_first));
		}
	}
}

static void the_servers_day_gives_a_day_of_grace(void)
{
	struct dayset set = set_of("xxx");
	struct streak streak = streak_of(&set);
	int32_t length;

	CHECK(streak_current(&streak, FIRST + 4, 2, &length));
	CHECK_INT_EQ(length, 3);
	CHECK(streak_current(&streak, FIRST + 5, 2, &length));
	CHECK_INT_EQ(length, 0);
	CHECK(streak_current(&streak, FIRST + 1, 2, &length));
	CHECK_INT_EQ(length, 3);
}

int main(void)
{
	CASE(a_run_that_ends_today_or_yesterday_is_current);
	CASE(the_longest_run_counts_wherever_it_lies);
	CASE(days_outside_the_range_are_no_members);
	CASE(an_empty_set_has_no_streak);
	CASE(what_is_kept_equals_what_the_set_says);
	CASE(the_servers_day_gives_a_day_of_grace);
	return check_end();
}
