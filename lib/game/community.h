#ifndef GAME_COMMUNITY_H
#define GAME_COMMUNITY_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/problem.h"
#include "game/totals.h"

extern const struct statement_table community_statements;

/*
 * What everybody together practised in a week, so that it tells nothing about anybody (rule P7).
 *
 * A figure stands only on COMMUNITY_PEOPLE_MIN people or more who each practised on
 * COMMUNITY_DAYS_MIN days of the week or more; whoever has fewer is not in it at all, and imports are
 * in nobody's. A number alone does not keep a secret, though: who knows what all the others did (four
 * colleagues who compare notes, four accounts of one's own, or a public board) subtracts that and
 * has the fifth. So each sum is rounded to a step that is about what a diligent person does in a
 * week, and nobody counts with more than two steps, be the practice ever so long. Of whoever is the
 * only one unknown a figure tells in which of three ranges the week lies, and no other figure narrows
 * that down: there is one a week, it is made once, and the next week is other practice.
 */
enum { COMMUNITY_PEOPLE_MIN = 5, COMMUNITY_PEOPLE_STEP = 5, COMMUNITY_DAYS_MIN = 3 };

struct community_week {
	int32_t week;
	int64_t people; /* a multiple of COMMUNITY_PEOPLE_STEP: so many, or some more */
	int64_t days;   /* of practice, of all of them */
	int64_t xp;
	int64_t minutes;
	int64_t sessions;
};

/*
 * Measures a week. Reads every account: for a thread that has time, not for a request.
 * Leaves week->people 0, and every figure with it, where fewer than COMMUNITY_PEOPLE_MIN contributed.
 * Inside a read transaction, so that no merge is seen from both sides.
 */
enum problem community_measure(struct db *db, int32_t week, struct community_week *measured)
    __attribute__((nonnull, warn_unused_result));

/* Stores a week as it is to be published, for good; one of nobody is not stored. In a write transaction. */
enum problem community_put(struct db *db, const struct community_week *week)
    __attribute__((nonnull, warn_unused_result));

/* The published weeks from one on, oldest first, in the arena. Inside the caller's transaction. */
enum problem community_list(struct db *db, struct arena *arena, int32_t from,
    struct community_week **weeks, size_t *count) __attribute__((nonnull, warn_unused_result));

#endif
