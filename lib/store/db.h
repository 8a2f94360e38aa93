#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/day.h"
#include "core/problem.h"

/*
 * A connection to the store and how statements run on it; the same face for every engine.
 *
 * A module keeps its SQL in one table of statements and runs them by their row:
 *
 *	struct query query;
 *
 *	query_start(&query, db, &statements[FIND_DEVICE]);
 *	query_put_integer(&query, device);
 *	while (query_next(&query))
 *		... query_integer(&query, 0) ...
 *	return query_end(&query);
 *
 * A fault anywhere makes the rest of the sequence do nothing, and query_end tells it; so one check
 * at the end is enough. A statement is prepared at its first use on a connection and kept.
 */
struct db;

enum { STATEMENT_SCANS = 1 }; /* reads a whole table, and means to */

struct statement {
	const char *sql; /* parameters are $1, $2 … in the order of their first appearance */
	unsigned flags;
};

/* A module's statements, for the test that walks them all. */
struct statement_table {
	const char *module;
	const struct statement *rows;
	size_t count;
};

struct prepared;

struct query {
	struct db *db;
	struct prepared *prepared;
	int bound;
	enum problem problem;
};

void query_start(struct query *query, struct db *db, const struct statement *statement)
    __attribute__((nonnull));

/* The next parameter. Text and bytes must stay valid until query_end. */
void query_put_integer(struct query *query, int64_t value) __attribute__((nonnull));
void query_put_null(struct query *query) __attribute__((nonnull));
void query_put_day(struct query *query, day_t day) __attribute__((nonnull)); /* DAY_NONE: null */
void query_put_text(struct query *query, const char *text) __attribute__((nonnull));
void query_put_bytes(struct query *query, const void *bytes, size_t length)
    __attribute__((nonnull));

/* Goes to the next row; false after the last one, or on a fault. */
bool query_next(struct query *query) __attribute__((nonnull, warn_unused_result));

/*
 * Columns of the current row, from 0; only after query_next was true. Borrowed text is valid until the
 * next row, and "" for null.
 */
int64_t query_integer(const struct query *query, int column) __attribute__((nonnull));
day_t query_day(const struct query *query, int column) __attribute__((nonnull));
const char *query_text(const struct query *query, int column) __attribute__((nonnull));
bool query_is_null(const struct query *query, int column) __attribute__((nonnull));
/* Copies exactly length bytes; a column of another length is a fault, and into is zeroed. */
void query_bytes(struct query *query, int column, void *into, size_t length)
    __attribute__((nonnull));
/* The length of a column of bytes. */
size_t query_length(const struct query *query, int column) __attribute__((nonnull));

/*
 * Ends the sequence. PROBLEM_NONE, or the first fault of it:
 * PROBLEM_UNAVAILABLE  the engine is busy, out of disk or cannot read: it may work later
 * PROBLEM_INTERNAL     everything else; the log has the engine's words
 */
enum problem query_end(struct query *query) __attribute__((nonnull, warn_unused_result));

/* Runs a statement to its end without looking at rows: query_next until false, query_end. */
enum problem query_run(struct query *query) __attribute__((nonnull, warn_unused_result));

/*
 * A counter that is kept in a row a key, and changed by many jobs.
 * add   $1 $2 $3 the key, $4 the change: makes the row or adds to it, and returns its new count
 * drop  $1 $2 $3 the key: removes the row, whose count has come to nothing
 */
enum { COUNTER_KEYS = 3 };
struct counter {
	const struct statement *add;
	const struct statement *drop;
};

/*
 * Adds to a counter. It is written when the transaction is committed, together with what other jobs
 * of the batch add to the same one; until then no statement sees it. What takes the job back takes
 * this back as well. In a write transaction only.
 */
void db_count(struct db *db, const struct counter *counter, const int64_t key[COUNTER_KEYS],
    int64_t change) __attribute__((nonnull));

/*
 * Returns true while the store may grow: it is below its limit, and the disk has more free than is kept in
 * reserve (struct store_options). Who adds a row that stays asks first; changing and deleting need no room.
 * As of up to a second ago. In a write transaction only.
 */
bool db_has_room(const struct db *db) __attribute__((nonnull, warn_unused_result));

/*
 * Says that the running transaction takes away what a backup must not bring back: it is put on the list of
 * what is gone (gone_list.h), durably, before COMMIT; undone with the job.
 * kind  a letter, whose meaning is the caller's; id: at most GONE_ID_MAX_B bytes
 */
void db_note_gone(struct db *db, char kind, const void *id, size_t length) __attribute__((nonnull));

/*
 * Says that the running transaction removes what must not be found again: after its COMMIT, and
 * as a rule before anyone is told, the engine's write-ahead log is emptied as well (rule P8). Where a
 * reader is in the way it is tried again until it worked, a few times a second.
 */
void db_scrub_after_commit(struct db *db) __attribute__((nonnull));

#endif
