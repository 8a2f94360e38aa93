#ifndef STORE_COUNTS_H
#define STORE_COUNTS_H

#include <stddef.h>

#include "core/problem.h"
#include "store/db.h"

/*
 * Changes of counters that wait for the COMMIT of their transaction (db_count). Many jobs of a batch
 * change the same few rows; here the changes are summed, so that each row is written once.
 *
 * It is a list that only grows: to take a job back is to cut the list at the job's mark, and the sums
 * are made at the end, when it is sorted. Zeroed: empty. Only engines use this.
 */
struct counts {
	struct count *changes;
	size_t count;
	size_t room;
	size_t mark; /* where the running part of the transaction began */
};

void counts_free(struct counts *counts) __attribute__((nonnull));

/* A transaction begins, or is lost: nothing waits. */
void counts_clear(struct counts *counts) __attribute__((nonnull));

/* A part begins; what was added since is forgotten when it is undone. */
void counts_mark(struct counts *counts) __attribute__((nonnull));
void counts_undo(struct counts *counts) __attribute__((nonnull));

/* See db_count. */
void counts_add(struct counts *counts, const struct counter *counter,
    const int64_t key[COUNTER_KEYS], int64_t change) __attribute__((nonnull));

/* Writes the sums, in the order of their keys. After a problem the transaction must be rolled back. */
enum problem counts_write(struct counts *counts, struct db *db)
    __attribute__((nonnull, warn_unused_result));

#endif
