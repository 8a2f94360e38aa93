#ifndef GAME_UPTIME_H
#define GAME_UPTIME_H

#include <stdbool.h>
#include <stdint.h>

#include "core/day.h"
#include "core/problem.h"
#include "store/db.h"

extern const struct statement_table uptime_statements;

/* How often somebody looked whether the service is well (breathctl probe), and how often it was, by the day. */
struct uptime {
	int64_t probes;
	int64_t up;
};

/* Notes a look. Inside the caller's write transaction. */
enum problem uptime_note(struct db *db, bool is_up) __attribute__((nonnull, warn_unused_result));

/* The days from one up to another together. Inside the caller's transaction. */
enum problem uptime_sum(struct db *db, day_t first, day_t last, struct uptime *sum)
    __attribute__((nonnull, warn_unused_result));

#endif
