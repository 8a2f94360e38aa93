#ifndef GAME_FIGURES_H
#define GAME_FIGURES_H

#include <stdint.h>

#include "core/problem.h"
#include "store/db.h"

extern const struct statement_table figures_statements;

/* What an administrator may see of the whole: counts of rows, which say nothing about anybody. */
struct figures {
	int64_t accounts;
	int64_t devices;
	int64_t imports;
	int64_t days;
	int64_t months;
	int64_t pairings;
	int64_t shares;
};

/* Counts. Inside a read transaction. */
enum problem figures_count(struct db *db, struct figures *figures)
    __attribute__((nonnull, warn_unused_result));

#endif
