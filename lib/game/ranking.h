#ifndef GAME_RANKING_H
#define GAME_RANKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/problem.h"
#include "game/cursor.h"
#include "game/handle.h"
#include "store/db.h"

extern const struct statement_table ranking_statements;

/*
 * Who stands where. The order is by value, the highest first, and among equals by place, which is
 * random; equals share a rank, and the next one's counts them all (1, 2, 2, 4).
 *
 * Of an open period a rank comes from the histogram: everybody in higher buckets, and whoever is
 * above within the own one. Of a closed period the first RANKING_KEPT are kept, and everything is
 * counted from those.
 */
enum { RANKING_KEPT = 100 };

/* A board in one of its periods. */
struct leaderboard {
	int board;
	int32_t period;
};

struct ranking_entry {
	int64_t rank;
	char handle[HANDLE_TEXT_B];
	int64_t value;
	int level; /* by the XP that counts on the board for all time, so that it tells no more */
	int64_t place;
};

struct ranking_page {
	int64_t total; /* people on the board in this period; of a closed one, that are kept */
	struct ranking_entry *entries;
	size_t count;
	bool more; /* somebody stands behind the last one */
};

/*
 * A page of at most limit people behind a cursor, or from the first on (NULL), in the arena.
 * Inside a read transaction.
 */
enum problem ranking_page(struct db *db, struct arena *arena, const struct leaderboard *of,
    const struct cursor *behind, int64_t limit, struct ranking_page *page)
    __attribute__((nonnull(1, 2, 3, 6), warn_unused_result));

/* Where one person stands. */
struct ranking_me {
	int64_t rank; /* 0: without a value yet */
	int64_t total;
	int percentile; /* of a hundred, how many stand at or below; rounded down, 100 only with nobody above */
	int64_t value;
	bool has_next;     /* somebody stands above */
	int64_t next_gap;  /* what is missing to the next higher value */
	int64_t next_rank; /* whoever has that value has this rank */
	struct ranking_entry
	    *around; /* neighbours on both sides, and the person between, in order */
	size_t around_count;
};

/*
 * Where the person with a place stands, with up to `around` people on each side, in the arena. Whoever
 * has no value on the board stands behind everybody.
 * PROBLEM_NOT_ON_BOARD  the period is closed, and the person is not among those who are kept
 * Inside a read transaction.
 */
enum problem ranking_find(struct db *db, struct arena *arena, const struct leaderboard *of,
    int64_t place, int64_t around, struct ranking_me *me)
    __attribute__((nonnull, warn_unused_result));

#endif
