#ifndef GAME_LEVEL_H
#define GAME_LEVEL_H

#include <stdint.h>

enum { LEVELS = 8 };

/* A level is a function of XP. */
struct level {
	int number;        /* from 1 */
	const char *title; /* constant */
	int64_t xp_from;   /* where it begins */
	int64_t xp_next;   /* where the next begins; -1 at the last */
};

/* What the level of a number is called. */
const char *level_title(int number) __attribute__((returns_nonnull, warn_unused_result));

struct level level_of(int64_t xp) __attribute__((warn_unused_result));

#endif
