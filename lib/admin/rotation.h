#ifndef ADMIN_ROTATION_H
#define ADMIN_ROTATION_H

#include <stdbool.h>

#include "core/day.h"

/*
 * Files that are told apart by the day in their names, of which those of before a day go. Anything else
 * in their folder is somebody else's.
 *
 * A name that tells a day past tomorrow was given while the clock was ahead: how old such a file is nobody knows.
 * It stays, and is counted apart: it would pass for the newest for as long as that day is to come.
 */
struct rotation {
	const char *folder;
	const char *start; /* of the names; the day follows */
	const char *end;   /* what follows the day; NULL: anything */
	day_t before;      /* those of before this day go; DAY_NONE: none does */
	int kept;          /* how many stay whose age is known, */
	day_t oldest;      /* and the oldest day of those; DAY_NONE: there are none */
	day_t newest;
	int ahead;          /* how many there are of unknown age, */
	day_t ahead_newest; /* and the newest day of those */
};

/* The last day that a file may honestly be of: clocks differ by less than a day. */
day_t rotation_last_day(void) __attribute__((warn_unused_result));

/* Removes and counts. False after a line in the log: something could not be read or removed. */
bool rotation_run(struct rotation *rotation) __attribute__((nonnull, warn_unused_result));

#endif
