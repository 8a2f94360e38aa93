#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>

#include "core/meter.h"
#include "core/problem.h"
#include "store/room.h"

/*
 * The store of one process: as many readers as are needed at once, and one writer thread through
 * which every change goes.
 *
 * Group commit: the jobs that wait form one transaction, a savepoint each, so that one fsync serves
 * them all and a job that fails takes nothing of its neighbours with it.
 */
struct store;
struct db;

/*
 * What is to be done with the store. It runs inside a transaction; what it returns other than
 * PROBLEM_NONE undoes all that it wrote. A job that writes may run on another thread than its
 * caller's, and must not wait for anything but the store.
 */
typedef enum problem store_job(struct db *db, void *argument);

struct store_options {
	const char *path;
	bool
	    create; /* make a new, empty database, which has no schema; one that exists is refused */
	bool any_schema; /* open a database of any schema: an empty, an older or a newer one */
	long
	    alone_ms; /* more than 0: have it alone, and wait so long for others to close it (turn.h) */
	bool scrub;    /* empty the log of pages first: who was here before may have been killed
				between a deletion and that (db_scrub_after_commit) */
	int batch_max; /* jobs a transaction, at least 1 */
	int window_ms; /* no further job joins a transaction that is older */
	struct meter *meter;     /* counts transactions; borrowed; NULL: nobody does */
	struct room_limits room; /* how far it may grow */
};

/*
 * Opens the store and starts its writer. Waits while somebody else has it alone.
 * PROBLEM_UNAVAILABLE  no such file, or it cannot be opened, or not alone
 * PROBLEM_INTERNAL     its schema is not this program's (unless any_schema), or it exists (create)
 * Each after a line in the log that says what to do; *store is unchanged.
 */
enum problem store_open(const struct store_options *options, struct store **store)
    __attribute__((nonnull, warn_unused_result));

/*
 * Finishes the jobs that wait, stops the writer and closes. The caller must have stopped all readers. What was
 * deleted for good leaves the log of pages first, unless a reader is in the way; whoever is the last of all
 * processes takes the log itself away, so that the database is one file. Accepts NULL.
 */
void store_close(struct store *store);

/*
 * Runs a job on the calling thread in a read transaction: all that it sees belongs together.
 * Returns what the job returns, or without it PROBLEM_UNAVAILABLE, PROBLEM_INTERNAL as the engine says.
 */
enum problem store_read(struct store *store, store_job *job, void *argument)
    __attribute__((nonnull(1, 2), warn_unused_result));

/*
 * Runs a job in a write transaction and returns after its COMMIT.
 * PROBLEM_NONE         the job returned it and the transaction was committed: it will survive
 * PROBLEM_UNAVAILABLE  it was not: the disk is full, or the turn to write did not come in time
 * anything else        what the job returned
 * Unless PROBLEM_NONE, nothing of the job is stored.
 */
enum problem store_write(struct store *store, store_job *job, void *argument)
    __attribute__((nonnull(1, 2), warn_unused_result));

#endif
