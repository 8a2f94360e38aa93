#ifndef STORE_ROOM_H
#define STORE_ROOM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/problem.h"

/*
 * How much room the store has. It has a limit of its own, so that no number of strangers fills the disk, and
 * it keeps some of the disk free, so that what is there can still change, be erased and be brought into the
 * database. When either is reached, nothing new is taken (db_has_room); everything else goes on.
 */
struct room_limits {
	int64_t size_max_b;  /* of the database; 0: none */
	int64_t disk_free_b; /* that stay free; 0: none */
};

struct room {
	struct room_limits limits;
	int64_t used_b; /* of the database's pages, those that can be used again not counted */
	int64_t free_b; /* of the disk, for whoever is no superuser */
};

struct db;

/*
 * Measures the room of the store at path. Inside any transaction.
 * PROBLEM_UNAVAILABLE  the disk cannot be asked; *room is undefined then
 */
enum problem room_measure(struct db *db, const char *path, const struct room_limits *limits,
    struct room *room) __attribute__((nonnull, warn_unused_result));

/* Returns true when nothing new is to be taken. */
bool room_is_full(const struct room *room) __attribute__((nonnull, warn_unused_result));

/* Returns true when that is near: nine tenths of the limit, or twice what is to stay free. */
bool room_is_scarce(const struct room *room) __attribute__((nonnull, warn_unused_result));

#endif
