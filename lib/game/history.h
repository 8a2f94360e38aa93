#ifndef GAME_HISTORY_H
#define GAME_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/problem.h"
#include "game/totals.h"

extern const struct statement_table history_statements;

/* A day of a device, and how much of its XP came in time for boards. */
struct history_day {
	struct day_totals counted;
	int64_t timely_xp;
};

/* A folded month of a device. */
struct month_totals {
	int32_t month;
	struct totals totals;
	int64_t active; /* bit k: day k + 1 of the month */
	int64_t board_xp;
	int64_t board_days; /* as active, of days that count on boards */
};

/*
 * Days or months of a device, oldest first, packed into some ten bytes each, where the text of a day has 90 and its
 * tree seven times as much: so much stays in memory while a client reads an export, and no transaction.
 */
struct history_chunk;
struct history_rows {
	struct history_chunk *first, *last;
	size_t count;
	int64_t newest; /* the day or month of the last row */
};

/* All that one device of an account counted, for its owner's export. */
struct history {
	int64_t device;
	struct history_rows days;
	struct history_rows months;
};

/*
 * Loads the histories of an account's devices into the arena, in one pass over its rows.
 * histories  one a device, in the order of their numbers, zeroed but for that; rows of others are left out
 * Inside the caller's transaction.
 */
enum problem history_load(struct db *db, struct arena *arena, int64_t account,
    struct history *histories, size_t count) __attribute__((nonnull(1, 2), warn_unused_result));

/* Reads rows again, from the oldest on; begins as {.chunk = rows->first}. */
struct history_reader {
	const struct history_chunk *chunk;
	size_t at;
	int64_t newest;
};

/* The next one; false behind the last. */
bool history_next_day(struct history_reader *reader, struct history_day *day)
    __attribute__((nonnull, warn_unused_result));
bool history_next_month(struct history_reader *reader, struct month_totals *month)
    __attribute__((nonnull, warn_unused_result));

#endif
