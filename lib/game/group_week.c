#include "game/group_week.h"

enum { SHORT_COUNTS = 30, LONG_COUNTS = 90 };

/*
 * A person is taken for 40 minutes at least and 72 at most where the minutes are held: enough above 30 and
 * below 90 that short and long weeks both fit into every value that is published.
 */
enum { LEAST_EACH = 40, MOST_EACH = 72 };

/* From how many percent of those counted on a band begins. */
static const int bands[] = {0, 40, 55, 70};

enum { BANDS = sizeof(bands) / sizeof(bands[0]) };

enum practice_class group_week_class(int active_days, int64_t minutes)
{
	if (active_days < GROUP_DAYS_MIN)
		return CLASS_NONE;
	return minutes < GROUP_LONG_MINUTES ? CLASS_SHORT : CLASS_LONG;
}

static int64_t round_up(int64_t value, int64_t step)
{
	return (value + step - 1) / step * step;
}

static int64_t round_down(int64_t value, int64_t step)
{
	return value / step * step;
}

static int band_of(int64_t contributors, int64_t counted)
{
	int band = BANDS - 1;

	while (contributors * 100 < counted * bands[band])
		band--;
	return band;
}

/* The fewest people whom a band allows. */
static int64_t fewest_in(int band, int64_t counted)
{
	int64_t fewest = round_up(counted * bands[band], 100) / 100;

	return fewest < GROUP_CONTRIBUTORS_MIN ? GROUP_CONTRIBUTORS_MIN : fewest;
}

bool group_week_of(const struct group_count *count, struct group_week *week)
{
	int64_t contributors = count->people[CLASS_SHORT] + count->people[CLASS_LONG];
	int64_t counted = contributors + count->people[CLASS_NONE];
	int64_t fewest = GROUP_CONTRIBUTORS_MIN, most = counted, least, largest;

	if (counted < GROUP_COUNTED_MIN || contributors < GROUP_CONTRIBUTORS_MIN)
		return false;
	week->participation = GROUP_PARTICIPATION_UNKNOWN;
	if (counted >= GROUP_BANDS_FROM) {
		int band = band_of(contributors, counted);

		week->participation = band;
		fewest = fewest_in(band, counted);
		if (band + 1 < BANDS)
			most = fewest_in(band + 1, counted) - 1;
	}
	week->minutes = round_down(SHORT_COUNTS * count->people[CLASS_SHORT] +
		LONG_COUNTS * count->people[CLASS_LONG] + GROUP_MINUTES_STEP / 2,
	    GROUP_MINUTES_STEP);
	least = round_up(LEAST_EACH * fewest, GROUP_MINUTES_STEP);
	largest = round_down(MOST_EACH * most, GROUP_MINUTES_STEP);
	if (week->minutes < least)
		week->minutes = least;
	if (week->minutes > largest)
		week->minutes = largest;
	return true;
}
