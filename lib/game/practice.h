#ifndef GAME_PRACTICE_H
#define GAME_PRACTICE_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/problem.h"
#include "game/period.h"
#include "game/streak.h"
#include "game/totals.h"

extern const struct statement_table practice_statements;

/*
 * What an account practised, all its devices and imports together, laid out by time: what statistics
 * are made of. All of it adds up to the account's totals: the days, the folded months, and what no day
 * can be given for.
 */
struct practice_month {
	int32_t month;
	struct totals
	    totals; /* of days that were folded (P9); others of the month may stand among days */
	int64_t active; /* bit k: day k + 1 was active, as streaks have it */
};

struct practice {
	struct day_totals *days; /* oldest first, each once */
	size_t day_count;
	struct practice_month *months; /* likewise */
	size_t month_count;
	struct totals undated; /* the rests of imports */
	struct dayset
	    active; /* as streaks have it: claims of imports count, whatever their days hold */
};

/* Loads it into the arena, which also holds *practice. Inside the caller's transaction. */
enum problem practice_load(struct db *db, struct arena *arena, int64_t account,
    struct practice **practice) __attribute__((nonnull, warn_unused_result));

/* A stretch of days, and what was practised on them. */
struct span {
	day_t first_day;
	day_t last_day;
	struct totals totals;
	int64_t active_days;
};

/* From one day up to another, without what is folded of it. */
struct span practice_span(const struct practice *practice, day_t first, day_t last)
    __attribute__((nonnull, warn_unused_result));

/*
 * The days, weeks or months from the one that a day lies in up to that of another; those without
 * practice are left out. Of a month folded days count as well; in days and weeks they cannot.
 */
struct span *practice_series(const struct practice *practice, struct arena *arena,
    enum period_kind kind, day_t from, day_t to, size_t *count)
    __attribute__((nonnull, warn_unused_result));

#endif
