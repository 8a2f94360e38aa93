/*
 * What is published of a group's week, and what those who know more than others can tell from it.
 */
#include "game/group_week.h"

#include "check.h"

enum { PEOPLE_MAX = 100, VALUES = PEOPLE_MAX * 90 / GROUP_MINUTES_STEP + 2, BANDS = 5 };

static const struct group_week nothing = {.participation = -2, .minutes = -2};

static struct group_week week_of(int none, int shorts, int longs)
{
	struct group_count count = {{none, shorts, longs}};
	struct group_week week = nothing;

	if (!group_week_of(&count, &week))
		CHECK(week.participation == -2 && week.minutes == -2);
	return week;
}

static void a_week_is_none_short_or_long(void)
{
	CHECK_INT_EQ(group_week_class(0, 0), CLASS_NONE);
	CHECK_INT_EQ(group_week_class(2, 120), CLASS_NONE);
	CHECK_INT_EQ(group_week_class(3, 0), CLASS_SHORT);
	CHECK_INT_EQ(group_week_class(3, 59), CLASS_SHORT);
	CHECK_INT_EQ(group_week_class(3, 60), CLASS_LONG);
	CHECK_INT_EQ(group_week_class(7, 420), CLASS_LONG);
}

static void fewer_than_seven_counted_or_five_contributing_have_no_figure(void)
{
	for (int none = 0; none <= 30; none++)
		for (int shorts = 0; shorts <= 30; shorts++)
			for (int longs = 0; longs <= 30; longs++)
				CHECK((week_of(none, shorts, longs).minutes > 0) ==
				    (none + shorts + longs >= 7 && shorts + longs >= 5));
}

static void participation_is_told_from_twenty_on_in_four_bands(void)
{
	static const struct {
		int counted, contributors, band;
	} cases[] = {
	    {19, 19, -1},
	    {20, 5, 0},
	    {20, 7, 0},
	    {20, 8, 1},
	    {20, 10, 1},
	    {20, 11, 2},
	    {20, 13, 2},
	    {20, 14, 3},
	    {20, 20, 3},
	    {23, 9, 0},
	    {23, 10, 1},
	    {100, 39, 0},
	    {100, 40, 1},
	    {100, 54, 1},
	    {100, 55, 2},
	    {100, 69, 2},
	    {100, 70, 3},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_INT_EQ(
		    week_of(cases[i].counted - cases[i].contributors, 0, cases[i].contributors)
			.participation,
		    cases[i].band);
}

static void minutes_are_rounded_and_held_away_from_the_ends(void)
{
	/* Five short weeks are 150, seven long ones 630: both lie beyond what seven people may show. */
	CHECK_INT_EQ(week_of(2, 5, 0).minutes, 240);
	CHECK_INT_EQ(week_of(0, 0, 7).minutes, 480);
	CHECK_INT_EQ(week_of(0, 5, 2).minutes, 360);
	CHECK_INT_EQ(week_of(0, 15, 15).minutes, 1800);
	/* With a band, between 70 and 100 of them contribute. */
	CHECK_INT_EQ(week_of(30, 70, 0).minutes, 2880);
	CHECK_INT_EQ(week_of(0, 0, 100).minutes, 7200);
	/* Far more people than anybody has. */
	CHECK_INT_EQ(week_of(0, 0, 10000000).minutes, INT64_C(720000000));
}

/* Which classes somebody hidden may have had, as bits, by what is published. */
static unsigned possible[BANDS + 1][VALUES + 1];

/* The same for everything that may be published of so many people, beside those whose class is known. */
static void note_worlds(int hidden, const struct group_count *known)
{
	memset(possible, 0, sizeof(possible));
	for (int none = 0; none <= hidden; none++) {
		for (int shorts = 0; none + shorts <= hidden; shorts++) {
			int longs = hidden - none - shorts;
			struct group_week week = week_of(none + (int)known->people[CLASS_NONE],
			    shorts + (int)known->people[CLASS_SHORT],
			    longs + (int)known->people[CLASS_LONG]);
			unsigned *classes = &possible[week.participation +
			    2][week.minutes < 0 ? 0 : week.minutes / GROUP_MINUTES_STEP];

			*classes |= (unsigned)(none > 0) << CLASS_NONE |
			    (unsigned)(shorts > 0) << CLASS_SHORT |
			    (unsigned)(longs > 0) << CLASS_LONG;
		}
	}
}

static void expect_every_class(int counted)
{
	for (int band = 0; band <= BANDS; band++)
		for (int value = 0; value <= VALUES; value++)
			if (possible[band][value] != 0 && !CHECK_INT_EQ(possible[band][value], 7))
				printf("# of %d: participation %d, minutes %d\n", counted, band - 2,
				    value * GROUP_MINUTES_STEP);
}

/*
 * However many people are counted, and even to somebody who knows how many: whatever is published, or that
 * nothing is, everybody else may have had a week of each class.
 */
static void what_is_published_rules_out_no_class_for_anybody(void)
{
	for (int counted = GROUP_COUNTED_MIN; counted <= PEOPLE_MAX; counted++) {
		struct group_count nobody = {0};

		note_worlds(counted, &nobody);
		expect_every_class(counted);
		for (int class = 0; class < CLASSES; class ++) {
			struct group_count insider = {0};

			insider.people[class] = 1;
			note_worlds(counted - 1, &insider);
			expect_every_class(counted);
		}
	}
}

int main(void)
{
	CASE(a_week_is_none_short_or_long);
	CASE(fewer_than_seven_counted_or_five_contributing_have_no_figure);
	CASE(participation_is_told_from_twenty_on_in_four_bands);
	CASE(minutes_are_rounded_and_held_away_from_the_ends);
	CASE(what_is_published_rules_out_no_class_for_anybody);
	return check_end();
}
