#ifndef ADMIN_ROTATION_H
#define ADMIN_ROTATION_H

#include <stdbool.h>

#include "core/day.h"

/*
 * Files that are told apart by the day in their names, of which those of before a day go. Anything else
 * in their folder is somebody else's.
 */
struct rotation {
	const char *folder;
	const char *start; /* of the names; the day follows */
	const char *end;   /* what follows the day; NULL: anything */
	day_t before;      /* those of before this day go; DAY_NONE: none does */
	int kept;          /* how many stay, */
	day_t oldest;      /* and the oldest day of those; DAY_NONE: there are none */
	day_t newest;
};

/* Removes and counts. False after a line in the log: something could not be read or removed. */
bool rotation_run(struct rotation *rotation) __attribute__((nonnull, warn_unused_result));

#endif
