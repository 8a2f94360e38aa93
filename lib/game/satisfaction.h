#ifndef GAME_SATISFACTION_H
#define GAME_SATISFACTION_H

#include <stdint.h>

#include "core/day.h"
#include "core/problem.h"
#include "store/db.h"

extern const struct statement_table satisfaction_statements;

/*
 * How content people are. Ratings are counted by the day (tally.h) and published in sets: when a week is
 * closed, those that wait form a set if they are SATISFACTION_MIN or more, and wait on if not. A rating is in
 * one set, of which nothing but the size and the average is kept; so no two figures differ by one.
 *
 * A set is of one civil year, as an account rates once in each (rating.h): otherwise one person's ratings of
 * five years would make one. What a year leaves over is too few for a set and is deleted.
 *
 * An average to the tenth would tell whoever knows four ratings of five the fifth. So it is rounded to steps
 * as large as what one rating moves, and tells of it at most on which side of one bound it lies.
 */
enum { SATISFACTION_MIN = 5, SATISFACTION_STEP = 5 };

struct satisfaction {
	int64_t ratings; /* a multiple of SATISFACTION_STEP: so many, or some more; 0: no set */
	int64_t tenths;  /* their average, in tenths of a point */
};

/* Forms a set of the ratings up to the end of a week, which it takes away. Inside a write transaction. */
enum problem satisfaction_close(struct db *db, int32_t week)
    __attribute__((nonnull, warn_unused_result));

/* All sets from a week on as one. Inside the caller's transaction. */
enum problem satisfaction_since(struct db *db, int32_t week, struct satisfaction *satisfaction)
    __attribute__((nonnull, warn_unused_result));

#endif
