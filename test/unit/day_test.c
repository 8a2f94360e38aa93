#include "core/day.h"

#include "check.h"
#include "core/clock.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void known_days(void)
{
	static const struct {
		const char *text;
		day_t day;
	} days[] = {
	    {"0001-01-01", -719162},
	    {"1969-12-31", -1},
	    {"1970-01-01", 0},
	    {"1970-12-31", 364},
	    {"1972-02-29", 789},
	    {"2000-02-29", 11016},
	    {"2000-03-01", 11017},
	    {"2020-01-01", DAY_FIRST},
	    {"2024-02-29", 19782},
	    {"2026-11-22", 20779},
	    {"2100-02-28", 47540},
	    {"2100-03-01", 47541},
	    {"9999-12-31", 2932896},
	};

	for (size_t i = 0; i < COUNT(days); i++) {
		char text[DAY_TEXT_B];
		day_t day = DAY_NONE;

		CHECK(day_parse(days[i].text, 10, &day));
		CHECK_INT_EQ(day, days[i].day);
		CHECK_STR_EQ(day_format(days[i].day, text), days[i].text);
	}
}

static void what_is_no_day_is_refused_and_changes_nothing(void)
{
	static const char *const texts[] = {
	    "",
	    "2026",
	    "2026-11",
	    "2026-11-2",
	    "2026-11-22 ",
	    " 2026-11-22",
	    "2026-11-22T00:00",
	    "26-11-22",
	    "2026/11/22",
	    "2026-11-222026",
	    "20261122",
	    "2026-00-10",
	    "2026-13-10",
	    "2026-11-00",
	    "2026-11-31",
	    "2026-02-29",
	    "2024-02-30",
	    "2100-02-29",
	    "2026-04-31",
	    "0000-01-01",
	    "+026-11-22",
	    "-026-11-22",
	    "2026--1-22",
	    "2026-+1-22",
	    "2026- 1-22",
	    "2026-11-2x",
	    "2026-1１-2",
	    "today",
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		day_t day = 4711;

		if (!CHECK(!day_parse(texts[i], strlen(texts[i]), &day)))
			printf("# taken: \"%s\"\n", texts[i]);
		CHECK_INT_EQ(day, 4711);
	}
}

static void a_nul_within_is_no_day(void)
{
	day_t day = 4711;

	CHECK(!day_parse("2026-11-2\0", 10, &day));
	CHECK(!day_parse("2026\0-1-22", 10, &day));
	CHECK_INT_EQ(day, 4711);
}

static void every_day_comes_back(void)
{
	char before[DAY_TEXT_B] = "";

	for (day_t day = 0; day <= 2932896; day++) {
		char text[DAY_TEXT_B];
		day_t again;

		day_format(day, text);
		REQUIRE(day_parse(text, 10, &again) && again == day);
		REQUIRE(strcmp(before, text) < 0);
		memcpy(before, text, sizeof(text));
	}
}

static void every_day_lies_in_its_month(void)
{
	for (day_t day = 0; day <= 2932896; day++) {
		int32_t month = day_month(day);

		REQUIRE(month_first_day(month) <= day && day < month_first_day(month + 1));
	}
}

static void months_are_written(void)
{
	char text[MONTH_TEXT_B];

	CHECK_STR_EQ(month_format(0, text), "1970-01");
	CHECK_STR_EQ(month_format(day_month(DAY_FIRST), text), "2020-01");
	CHECK_STR_EQ(month_format(day_month(20779), text), "2026-11");
	CHECK_STR_EQ(month_format((9999 - 1970) * 12 + 11, text), "9999-12");
}

static void today_can_be_shifted_by_days(void)
{
	day_t today = clock_today();
	int64_t now_s = clock_now_s();

	clock_shift(40);
	CHECK_INT_EQ(clock_today(), today + 40);
	CHECK((clock_now_s() - now_s) / (24 * 60 * 60) == 40);
	clock_shift(-40);
	CHECK_INT_EQ(clock_today(), today - 40);
	clock_shift(0);
	CHECK_INT_EQ(clock_today(), today);
}

int main(void)
{
	CASE(known_days);
	CASE(what_is_no_day_is_refused_and_changes_nothing);
	CASE(a_nul_within_is_no_day);
	CASE(every_day_comes_back);
	CASE(every_day_lies_in_its_month);
	CASE(months_are_written);
	CASE(today_can_be_shifted_by_days);
	return check_end();
}
