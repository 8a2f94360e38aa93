#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include <stdbool.h>

#include "core/problem.h"
#include "store/db.h"

/*
 * What an engine gives beyond statements. sqlite.c implements it; the store's own files use it, and
 * breathctl for what an administrator asks of the engine itself.
 */
enum db_role {
	DB_READER, /* many, small caches, cannot write */
	DB_WRITER, /* one a process, used only while holding the turn */
	DB_COPY, /* of a file that nobody else uses and that a crash may spoil: no log of pages beside it */
};

/* Opens a connection; creates the file only if create. PROBLEM_UNAVAILABLE after a line in the log. */
enum problem db_open(const char *path, enum db_role role, bool create, struct db **db)
    __attribute__((nonnull, warn_unused_result));

/* Closes it without touching the log of pages. Accepts NULL. */
void db_close(struct db *db);

/*
 * Closes the only connection that is left of all processes, and takes the log of pages away: then the database
 * file alone is the database. Where something of the engine's still reads, the log stays.
 */
void db_close_last(struct db *db) __attribute__((nonnull));

/* A read transaction: all statements between see the same state of the store. */
enum problem db_read_begin(struct db *db) __attribute__((nonnull, warn_unused_result));
void db_read_end(struct db *db) __attribute__((nonnull));

/* A write transaction. COMMIT's answer is the only one that counts; after a failed one nothing is stored. */
enum problem db_write_begin(struct db *db) __attribute__((nonnull, warn_unused_result));
enum problem db_commit(struct db *db) __attribute__((nonnull, warn_unused_result));
void db_rollback(struct db *db) __attribute__((nonnull));

/*
 * A part of a write transaction that can be taken back alone.
 * PROBLEM_UNAVAILABLE  among others: the engine has given up the transaction in the meantime
 */
enum problem db_savepoint(struct db *db) __attribute__((nonnull, warn_unused_result));
enum problem db_savepoint_keep(struct db *db) __attribute__((nonnull, warn_unused_result));
enum problem db_savepoint_undo(struct db *db) __attribute__((nonnull, warn_unused_result));

/* Is a write transaction open? An engine may end one by itself (disk full), and with it all its parts. */
bool db_in_transaction(const struct db *db) __attribute__((nonnull, warn_unused_result));

/* Was db_scrub_after_commit said since the last scrub that was complete? */
bool db_scrub_due(const struct db *db) __attribute__((nonnull, warn_unused_result));

/* Empties the log and forgets the pages in memory; stays due when a reader is in the way. Holding the turn. */
void db_scrub(struct db *db) __attribute__((nonnull));

/*
 * Are the files still there that this writer's connection works on, under their names? Where somebody has
 * removed the log of pages or moved the database away, what is written goes where nobody will look.
 */
bool db_has_files(const struct db *db) __attribute__((nonnull, warn_unused_result));

/*
 * Brings all that is in the log, wherever that is by now, into the database file. False: something is in
 * the way. Holding the turn, outside of a transaction.
 */
bool db_bring_home(struct db *db) __attribute__((nonnull, warn_unused_result));

/* Runs a script of statements without parameters, e.g. a migration. Inside a write transaction. */
enum problem db_script(struct db *db, const char *sql) __attribute__((nonnull, warn_unused_result));

/* The number of the newest migration applied; 0 for an empty store. */
enum problem db_schema_number(struct db *db, int *number)
    __attribute__((nonnull, warn_unused_result));
enum problem db_set_schema_number(struct db *db, int number)
    __attribute__((nonnull, warn_unused_result));

/* The engine's own check of its file. Calls complain with each finding; PROBLEM_NONE: it ran. */
enum problem db_integrity(struct db *db, void (*complain)(const char *finding))
    __attribute__((nonnull, warn_unused_result));

/*
 * Copies the database, as it is at one moment, into a new file. Others go on writing meanwhile, but until
 * it is done their log of pages cannot begin again from the start. The copy is not yet durable.
 * PROBLEM_UNAVAILABLE  the file exists or cannot be written, or the disk is full, after a line in the log
 */
enum problem db_copy(struct db *db, const char *path) __attribute__((nonnull, warn_unused_result));

/* Makes of a copy (DB_COPY) what the service works on; the last thing before it is closed. Not yet durable. */
enum problem db_make_live(struct db *db) __attribute__((nonnull, warn_unused_result));

/* A number in the file's head that is the store's user's to use; 0 in a new file. */
enum problem db_mark(struct db *db, int *mark) __attribute__((nonnull, warn_unused_result));
enum problem db_set_mark(struct db *db, int mark) __attribute__((nonnull, warn_unused_result));

/*
 * Bytes of the database's pages that hold something, as of the running transaction: what is deleted makes
 * room again, though the file does not shrink.
 */
enum problem db_used_b(struct db *db, int64_t *bytes) __attribute__((nonnull, warn_unused_result));

/* Says whether the store may grow, for db_has_room. It may, unless this said that it may not. */
void db_set_room(struct db *db, bool has_room) __attribute__((nonnull));

/* Bytes of the database's pages, without those that wait in the write-ahead log. */
enum problem db_size_b(struct db *db, int64_t *bytes) __attribute__((nonnull, warn_unused_result));

#endif
