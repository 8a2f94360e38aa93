#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <sys/types.h>

#include "store/counts.h"
#include "store/engine.h"
#include "store/gone_list.h"

/*
 * What the two halves of the SQLite engine share: sqlite.c runs statements and transactions, sqlite_file.c
 * knows the files. Nobody else includes this.
 */
struct sqlite_file {
	dev_t device;
	ino_t inode;
};

enum {
	PREPARED_SLOTS = 256, /* a power of two, well above the number of statements */
	BUSY_MS = 5000,
};

struct prepared {
	const struct statement *statement;
	sqlite3_stmt *handle;
	int parameters;
	bool running;  /* between query_start and query_end */
	bool finished; /* the last step found no further row, or failed */
};

struct db {
	sqlite3 *handle;
	char *path; /* as it was asked for: what else belongs to the store lies beside it */
	struct sqlite_file file, log; /* as they were when the connection found them */
	bool scrub_due;
	bool is_copy;
	bool is_full; /* the store may not grow */
	struct counts counts;
	struct gone_notes gone;
	struct prepared prepared[PREPARED_SLOTS]; /* open addressing, by the statement's address */
};

/*
 * Turns SQLite's answer into ours and logs it. SQLite's messages name tables and columns and hold
 * no value of anybody's, since every value is a bound parameter.
 */
enum problem sqlite_fault(const struct db *db, const char *what)
    __attribute__((nonnull, warn_unused_result));

/* Sets a pragma to a number. */
enum problem sqlite_set_pragma(struct db *db, const char *name, int number)
    __attribute__((nonnull, warn_unused_result));

/* Remembers which files the connection works on, for db_has_files. */
enum problem sqlite_find_files(struct db *db) __attribute__((nonnull, warn_unused_result));

#endif
