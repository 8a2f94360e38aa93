#ifndef GAME_GROUP_WEEK_H
#define GAME_GROUP_WEEK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What may be published of a group's week, so that it tells nothing about any of its people (P7).
 *
 * Each person's week is made coarse first, then weeks are added: a week is *none*, *short* or *long*, a short
 * one counts 30 minutes and a long one 90, and figures are made of nothing else. Rounding a sum instead
 * keeps no secret: four of five people who vary their own minutes find where it tips, and with it the
 * steady fifth's minutes, in eight weeks. Here whoever knows everybody else's practice learns which of the
 * three a week was, at most, and looking for longer narrows it no further.
 *
 * There is a figure only where GROUP_COUNTED_MIN people are counted and GROUP_CONTRIBUTORS_MIN of them
 * contribute, that is, have a short or a long week. So one person is never more than 90 minutes of 210. The
 * minutes are kept away from the ends that only all-short or all-long weeks reach, so that no published
 * value rules out a class for anybody.
 */
enum practice_class { CLASS_NONE = 0, CLASS_SHORT, CLASS_LONG, CLASSES };

enum {
	GROUP_COUNTED_MIN = 7,
	GROUP_CONTRIBUTORS_MIN = 5,
	GROUP_BANDS_FROM = 20, /* counted people from whom on a band of participation is told */
	GROUP_DAYS_MIN = 3,    /* active days of a week that is not none */
	GROUP_LONG_MINUTES = 60,
	GROUP_MINUTES_STEP = 120,
	GROUP_PARTICIPATION_UNKNOWN = -1,
};

/* How many of the people who are counted had such a week. */
struct group_count {
	int64_t people[CLASSES];
};

struct group_week {
	int participation; /* 0 under 40 % of those counted, 1 under 55, 2 under 70, 3 above; or unknown */
	int64_t minutes; /* a multiple of GROUP_MINUTES_STEP, above 0 */
};

/*
 * The class of one person's week.
 * active_days  on which any device counted something
 * minutes      on all of them; how they spread over the days makes no difference
 */
enum practice_class group_week_class(int active_days, int64_t minutes)
    __attribute__((warn_unused_result));

/* Makes what may be published. Returns false where nothing may be; *week is unchanged then. */
bool group_week_of(const struct group_count *count, struct group_week *week)
    __attribute__((nonnull, warn_unused_result));

#endif
