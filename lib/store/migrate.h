#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include <stddef.h>

#include "core/problem.h"

/*
 * The schema's history: the files of sql/, numbered from 1 without a gap, embedded by make. They
 * only go forward; a database that is newer than the program is refused.
 */
struct migration {
	int number;
	const char *name;
	const char *sql;
};

extern const struct migration migrations[];
extern const size_t migration_count;

struct db;

/* How far a database is behind (positive) or ahead of (negative) the program; 0: they fit. */
enum problem migrate_distance(struct db *db, int *behind)
    __attribute__((nonnull, warn_unused_result));

/*
 * Applies what is missing. A job for store_write: all of it in one transaction, or nothing.
 * argument  unused
 * PROBLEM_INTERNAL  the database is newer than the program, after a line in the log
 */
enum problem migrate_apply(struct db *db, void *argument)
    __attribute__((nonnull(1), warn_unused_result));

#endif
