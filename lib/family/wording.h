#ifndef FAMILY_WORDING_H
#define FAMILY_WORDING_H

#include "core/arena.h"
#include "game/share.h"

/* A shown figure in words. In the arena or constant. */
struct wording {
	const char *whole; /* "37 day streak", "500+ XP" */
	const char *large; /* "37", "500+" */
	const char *small; /* "days of breathing in a row" */
};

struct wording wording_of(struct arena *arena, const struct shown *shown)
    __attribute__((nonnull, warn_unused_result));

#endif
