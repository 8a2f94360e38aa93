/* What boards are made of, without a store: buckets, periods, cursors. */
#include "game/board.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "game/bucket.h"
#include "game/cursor.h"

static void buckets_never_fall_and_are_exact_below_1024(void)
{
	int32_t before = -1;

	for (int64_t value = 0; value < 300000; value++) {
		int32_t bucket = bucket_of(value);

		CHECK(bucket == before || bucket == before + 1);
		CHECK(value >= BUCKET_EXACT || bucket == value);
		before = bucket;
	}
}

static void a_bucket_begins_where_its_first_value_is(void)
{
	for (int32_t bucket = 0; bucket < 4000; bucket++) {
		CHECK_INT_EQ(bucket_of(bucket_first(bucket)), bucket);
		CHECK_INT_EQ(bucket_of(bucket_first(bucket + 1) - 1), bucket);
	}
}

static void a_bucket_is_never_wider_than_a_sixty_fourth(void)
{
	for (int32_t bucket = BUCKET_EXACT; bucket < 4000; bucket++) {
		int64_t first = bucket_first(bucket), width = bucket_first(bucket + 1) - first;

		CHECK(width * BUCKET_PER_OCTAVE <= first);
	}
	/* A century of 600 XP a day. */
	CHECK(bucket_of(INT64_C(600) * 365 * 100) < 2100);
}

static day_t day_at(const char *text)
{
	day_t day = DAY_NONE;

	CHECK(day_parse(text, strlen(text), &day));
	return day;
}

/* ISO 8601 weeks, from the standard's own corners. */
static void weeks_belong_to_the_year_of_their_thursday(void)
{
	static const struct {
		const char *day, *week;
	} known[] = {
	    {"1970-01-01", "1970-W01"},
	    {"2020-01-01", "2020-W01"},
	    {"2020-12-31", "2020-W53"},
	    {"2021-01-03", "2020-W53"},
	    {"2021-01-04", "2021-W01"},
	    {"2023-01-01", "2022-W52"},
	    {"2024-12-30", "2025-W01"},
	    {"2026-11-22", "2026-W47"},
	    {"2026-11-23", "2026-W48"},
	    {"2026-12-31", "2026-W53"},
	    {"2027-01-03", "2026-W53"},
	    {"2027-01-04", "2027-W01"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		char text[PERIOD_TEXT_B];
		int32_t week = -1;

		CHECK_STR_EQ(
		    period_format(PERIOD_WEEK, period_of(PERIOD_WEEK, day_at(known[i].day)), text),
		    known[i].week);
		CHECK(period_parse(PERIOD_WEEK, known[i].week, 8, &week));
		CHECK_INT_EQ(week, period_of(PERIOD_WEEK, day_at(known[i].day)));
	}
}

static void every_period_comes_back_from_its_text(void)
{
	for (day_t day = 0; day < 30000; day++)
		for (int kind = PERIOD_DAY; kind <= PERIOD_MONTH; kind++) {
			char text[PERIOD_TEXT_B];
			int32_t period = period_of((enum period_kind)kind, day), read = -1;

			period_format((enum period_kind)kind, period, text);
			CHECK(period_parse((enum period_kind)kind, text, strlen(text), &read));
			CHECK_INT_EQ(read, period);
		}
}

static void other_texts_name_no_period(void)
{
	static const struct {
		enum period_kind kind;
		const char *text;
	} wrong[] = {
	    {PERIOD_DAY, "2026-11"},
	    {PERIOD_DAY, "2026-W47"},
	    {PERIOD_DAY, "2026-02-30"},
	    {PERIOD_DAY, "1969-12-31"},
	    {PERIOD_WEEK, "2026-W00"},
	    {PERIOD_WEEK, "2026-W54"},
	    {PERIOD_WEEK, "2025-W53"},
	    {PERIOD_WEEK, "1970-W00"},
	    {PERIOD_WEEK, "2026-w47"},
	    {PERIOD_WEEK, "2026-W4"},
	    {PERIOD_WEEK, "2026-W4:"},
	    {PERIOD_WEEK, "2026-11-22"},
	    {PERIOD_WEEK, "2026W470"},
	    {PERIOD_MONTH, "2026-13"},
	    {PERIOD_MONTH, "2026-00"},
	    {PERIOD_MONTH, "2026-1"},
	    {PERIOD_MONTH, "2026-11-22"},
	    {PERIOD_MONTH, "+026-11"},
	    {PERIOD_ALL, "all"},
	    {PERIOD_ALL, ""},
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		int32_t period = -7;

		CHECK(!period_parse(wrong[i].kind, wrong[i].text, strlen(wrong[i].text), &period));
		CHECK_INT_EQ(period, -7);
	}
}

static void a_period_is_open_until_the_following_one_has_ended(void)
{
	day_t sunday = day_at("2026-11-22"), new_year = day_at("2027-01-01");
	int32_t week = period_of(PERIOD_WEEK, sunday);

	CHECK(period_is_open(PERIOD_WEEK, week, sunday));
	CHECK(period_is_open(PERIOD_WEEK, week, sunday + 7));
	CHECK(!period_is_open(PERIOD_WEEK, week, sunday + 8));
	/* Where it is Monday already. */
	CHECK(period_is_open(PERIOD_WEEK, week + 1, sunday));
	CHECK(!period_is_open(PERIOD_WEEK, week + 1, sunday - 1));
	CHECK(period_is_open(PERIOD_DAY, sunday, sunday + 1));
	CHECK(!period_is_open(PERIOD_DAY, sunday, sunday + 2));
	CHECK(period_is_open(PERIOD_ALL, 0, sunday));
	CHECK(board_day_in_time(day_at("2026-12-01"), new_year));
	CHECK(!board_day_in_time(day_at("2026-11-30"), new_year));
	CHECK(board_day_in_time(day_at("2026-11-30"), new_year - 1));
}

static void a_board_is_found_by_what_it_is(void)
{
	for (int board = 0; board < BOARDS; board++)
		CHECK_INT_EQ(board_find(boards[board].metric, boards[board].kind), board);
	CHECK_INT_EQ(board_find(METRIC_DAYS, PERIOD_DAY), -1);
	CHECK_INT_EQ(board_find(METRIC_STREAK, PERIOD_MONTH), -1);
	CHECK_INT_EQ(board_day_xp(599), 599);
	CHECK_INT_EQ(board_day_xp(100000), 600);
}

static void a_cursor_comes_back_from_its_text(void)
{
	const struct cursor cursor = {BOARD_XP_WEEK, 2975, (INT64_C(1) << 48) - 1, 0x3f0c6a529f5b};
	struct cursor read = {0};
	char text[CURSOR_TEXT_B];

	CHECK_STR_EQ(cursor_format(&cursor, text), "0100000b9fffffffffffff3f0c6a529f5b");
	REQUIRE(cursor_parse(text, strlen(text), &read));
	CHECK_INT_EQ(read.board, cursor.board);
	CHECK_INT_EQ(read.period, cursor.period);
	CHECK_INT_EQ(read.value, cursor.value);
	CHECK_INT_EQ(read.place, cursor.place);
}

static void other_texts_are_no_cursor(void)
{
	static const char *const wrong[] = {"", "01", "0800000b9fffffffffffff3f0c6a529f5b",
	    "0180000b9fffffffffffff3f0c6a529f5b", "0100000B9fffffffffffff3f0c6a529f5b",
	    "0100000b9fffffffffffff3f0c6a529f5", "0100000b9fffffffffffff3f0c6a529f5b0",
	    "0100000b9fffffffffffff3f0c6a529f5g"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct cursor cursor = {.board = -7};

		CHECK(!cursor_parse(wrong[i], strlen(wrong[i]), &cursor));
		CHECK_INT_EQ(cursor.board, -7);
	}
}

int main(void)
{
	CASE(buckets_never_fall_and_are_exact_below_1024);
	CASE(a_bucket_begins_where_its_first_value_is);
	CASE(a_bucket_is_never_wider_than_a_sixty_fourth);
	CASE(weeks_belong_to_the_year_of_their_thursday);
	CASE(every_period_comes_back_from_its_text);
	CASE(other_texts_name_no_period);
	CASE(a_period_is_open_until_the_following_one_has_ended);
	CASE(a_board_is_found_by_what_it_is);
	CASE(a_cursor_comes_back_from_its_text);
	CASE(other_texts_are_no_cursor);
	return check_end();
}
