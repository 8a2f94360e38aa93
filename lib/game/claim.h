#ifndef GAME_CLAIM_H
#define GAME_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/day.h"
#include "core/problem.h"
#include "store/db.h"

extern const struct statement_table claim_statements;

/*
 * A streak that an old installation claims: `days` active days up to last_day (DAY_NONE: none), and
 * its longest ever, wherever that lay.
 *
 * An import's own days are by the calendar of UTC, so that every machine makes the same of one
 * export; the claim is by the calendar of the person. So the claim speaks for its days and for the
 * one beside it on each side: there, the import's own days do not count as active by themselves.
 */
enum { CLAIM_DAYS_MAX = 20000 };

struct claim {
	int32_t days;
	day_t last_day;
	int32_t longest;
};

/* An import's claim. */
struct device_claim {
	int64_t device;
	struct claim claim;
};

/* Of two claims the later stands, of two that end together the longer one. */
void claim_merge(struct claim *mine, const struct claim *other) __attribute__((nonnull));

/* The first day of a claimed streak, which must be one. */
day_t claim_first_day(const struct claim *claim) __attribute__((nonnull, warn_unused_result));

/* Is this day one of the claimed ones, or beside them? */
bool claim_speaks_for(const struct claim *claim, day_t day)
    __attribute__((nonnull, warn_unused_result));

/* The claims of an account's imports, in the arena. Inside the caller's transaction. */
enum problem claim_list(struct db *db, struct arena *arena, int64_t account,
    struct device_claim **claims, size_t *count) __attribute__((nonnull, warn_unused_result));

#endif
