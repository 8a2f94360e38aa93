/*
 * The SQLite engine.
 *
 * Settings that are decisions, with what they rest on:
 * - WAL with synchronous=FULL: an acknowledged write survives power loss. Group commit (writer.c)
 *   pays for the fsync.
 * - Pages of 1 KiB: a sync touches three or four of them, and each goes to the log whole.
 * - An automatic checkpoint after 16,000 pages (16 MB): the setting counts pages, and the default
 *   of 1,000 small ones checkpoints so often that it costs four fifths of the speed.
 * - secure_delete: what is deleted is overwritten (rule P8); vfs.c sees to what was moved before.
 * - No checkpoint on close, and none on readers: whoever checkpoints holds the turn (turn.h).
 * - `$1` is a *name* to SQLite, numbered by first appearance; prepare() checks that the k-th is $k,
 *   because a statement that names $2 first would silently bind the wrong way round.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "store/sqlite.h"
#include "store/vfs.h"

/* What every connection is told, and what each role is told besides. */
static const char pragmas_all[] = "PRAGMA foreign_keys = ON;"
				  "PRAGMA secure_delete = ON;"
				  "PRAGMA synchronous = FULL;"
				  "PRAGMA temp_store = MEMORY;";
static const char pragmas_reader[] = "PRAGMA query_only = ON;"
				     "PRAGMA cache_size = -96;"
				     "PRAGMA wal_autocheckpoint = 0;";
static const char pragmas_writer[] = "PRAGMA cache_size = -4096;"
				     "PRAGMA wal_autocheckpoint = 16000;";
/* Out of the log of pages first, whose mode the file itself would keep. */
static const char pragmas_copy[] = "PRAGMA journal_mode = DELETE;"
				   "PRAGMA journal_mode = MEMORY;"
				   "PRAGMA synchronous = OFF;"
				   "PRAGMA cache_size = -16384;";
static const char pragmas_new_file[] = "PRAGMA page_size = 1024;"
				       "PRAGMA auto_vacuum = NONE;"
				       "PRAGMA journal_mode = WAL;";

static const char *const pragmas_role[] =
    {[DB_READER] = pragmas_reader, [DB_WRITER] = pragmas_writer, [DB_COPY] = pragmas_copy};

enum { BEGIN_READ, BEGIN_WRITE, COMMIT, ROLLBACK, SAVEPOINT, KEEP, UNDO };

static const struct statement control[] = {
    [BEGIN_READ] = {.sql = "BEGIN"},
    [BEGIN_WRITE] = {.sql = "BEGIN IMMEDIATE"},
    [COMMIT] = {.sql = "COMMIT"},
    [ROLLBACK] = {.sql = "ROLLBACK"},
    [SAVEPOINT] = {.sql = "SAVEPOINT part"},
    [KEEP] = {.sql = "RELEASE part"},
    [UNDO] = {.sql = "ROLLBACK TO part"},
};

enum problem sqlite_fault(const struct db *db, const char *what)
{
	int code = sqlite3_extended_errcode(db->handle);

	log_line("store: %s: %s (%d)", what, sqlite3_errmsg(db->handle), code);
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PROTOCOL:
	case SQLITE_NOMEM:
		return PROBLEM_UNAVAILABLE;
	default:
		return PROBLEM_INTERNAL;
	}
}

enum problem db_script(struct db *db, const char *sql)
{
	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_fault(db, "a script");
	return PROBLEM_NONE;
}

/* Prepares a statement and holds its parameters against the rule: the k-th is named $k. */
static enum problem prepare(struct db *db, const struct statement *statement, struct prepared *slot)
{
	sqlite3_stmt *handle;
	int parameters;

	if (sqlite3_prepare_v3(db->handle, statement->sql, -1, SQLITE_PREPARE_PERSISTENT, &handle,
		NULL) != SQLITE_OK)
		return sqlite_fault(db, statement->sql);
	parameters = sqlite3_bind_parameter_count(handle);
	for (int k = 1; k <= parameters; k++) {
		char name[16];

		snprintf(name, sizeof(name), "$%d", k);
		if (sqlite3_bind_parameter_index(handle, name) == k)
			continue;
		log_line("store: parameter %d is not named %s: %s", k, name, statement->sql);
		sqlite3_finalize(handle);
		return PROBLEM_INTERNAL;
	}
	*slot =
	    (struct prepared){.statement = statement, .handle = handle, .parameters = parameters};
	return PROBLEM_NONE;
}

static enum problem find_prepared(
    struct db *db, const struct statement *statement, struct prepared **found)
{
	size_t start = (size_t)statement / sizeof(*statement);

	for (size_t i = 0; i < PREPARED_SLOTS; i++) {
		struct prepared *slot = &db->prepared[(start + i) % PREPARED_SLOTS];

		if (slot->statement == NULL) {
			enum problem problem = prepare(db, statement, slot);

			if (problem != PROBLEM_NONE)
				return problem;
		}
		if (slot->statement == statement) {
			*found = slot;
			return PROBLEM_NONE;
		}
	}
	log_line("store: more statements than slots");
	return PROBLEM_INTERNAL;
}

/*
 * An empty file is made to our settings before anything is written to it. What ends a transaction is prepared
 * here: if it lacked memory later, the connection would stay in its transaction for ever.
 */
static enum problem settle(struct db *db, enum db_role role, bool create)
{
	struct prepared *rollback;
	enum problem problem = db_script(db, pragmas_all);

	if (problem == PROBLEM_NONE && create)
		problem = db_script(db, pragmas_new_file);
	if (problem == PROBLEM_NONE)
		problem = db_script(db, pragmas_role[role]);
	if (problem == PROBLEM_NONE)
		problem = sqlite_set_pragma(db, "max_page_count", VFS_PAGES_MAX);
	return problem == PROBLEM_NONE ? find_prepared(db, &control[ROLLBACK], &rollback) : problem;
}

/*
 * SQLite counts what all connections together allocate, under one mutex that every thread would meet
 * at each allocation. Nobody asks for the sum.
 */
static void configure(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum problem db_open(const char *path, enum db_role role, bool create, struct db **db)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
	static pthread_once_t configured = PTHREAD_ONCE_INIT;
	struct db *opened = calloc(1, sizeof(*opened));
	enum problem problem;

	if (opened == NULL || (opened->path = strdup(path)) == NULL)
		log_out_of_memory();
	pthread_once(&configured, configure);
	if (sqlite3_open_v2(path, &opened->handle, flags, vfs_name()) != SQLITE_OK) {
		if (opened->handle == NULL)
			log_out_of_memory();
		problem = sqlite_fault(opened, "cannot open the database");
		goto err;
	}
	sqlite3_extended_result_codes(opened->handle, 1);
	sqlite3_busy_timeout(opened->handle, BUSY_MS);
	sqlite3_db_config(opened->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_db_config(opened->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	problem = settle(opened, role, create);
	if (problem == PROBLEM_NONE && role == DB_WRITER)
		problem = sqlite_find_files(opened);
	if (problem != PROBLEM_NONE)
		goto err;
	opened->is_copy = role == DB_COPY;
	*db = opened;
	return PROBLEM_NONE;
err:
	db_close(opened);
	return problem;
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	for (size_t i = 0; i < PREPARED_SLOTS; i++)
		sqlite3_finalize(db->prepared[i].handle);
	sqlite3_close(db->handle);
	counts_free(&db->counts);
	gone_notes_free(&db->gone);
	free(db->path);
	free(db);
}

void db_close_last(struct db *db)
{
	/* The engine itself then brings the log into the file and removes it, unless somebody else has it open. */
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	db_close(db);
}

void query_start(struct query *query, struct db *db, const struct statement *statement)
{
	*query = (struct query){.db = db};
	query->problem = find_prepared(db, statement, &query->prepared);
	if (query->problem != PROBLEM_NONE)
		return;
	if (query->prepared->running) {
		log_line("store: a statement was started twice: %s", statement->sql);
		query->problem = PROBLEM_INTERNAL;
		query->prepared = NULL;
		return;
	}
	query->prepared->running = true;
	query->prepared->finished = false;
}

static void check_bind(struct query *query, int code)
{
	if (code != SQLITE_OK)
		query->problem = sqlite_fault(query->db, "a parameter");
}

void query_put_integer(struct query *query, int64_t value)
{
	if (query->problem == PROBLEM_NONE)
		check_bind(
		    query, sqlite3_bind_int64(query->prepared->handle, ++query->bound, value));
}

void query_put_null(struct query *query)
{
	if (query->problem == PROBLEM_NONE)
		check_bind(query, sqlite3_bind_null(query->prepared->handle, ++query->bound));
}

void query_put_day(struct query *query, day_t day)
{
	if (day != DAY_NONE)
		query_put_integer(query, day);
	else
		query_put_null(query);
}

void query_put_text(struct query *query, const char *text)
{
	if (query->problem == PROBLEM_NONE)
		check_bind(query,
		    sqlite3_bind_text(
			query->prepared->handle, ++query->bound, text, -1, SQLITE_STATIC));
}

void query_put_bytes(struct query *query, const void *bytes, size_t length)
{
	if (query->problem == PROBLEM_NONE)
		check_bind(query,
		    sqlite3_bind_blob64(
			query->prepared->handle, ++query->bound, bytes, length, SQLITE_STATIC));
}

bool query_next(struct query *query)
{
	int code;

	if (query->problem != PROBLEM_NONE || query->prepared->finished)
		return false;
	if (query->bound != query->prepared->parameters) {
		log_line("store: %d parameters bound of %d: %s", query->bound,
		    query->prepared->parameters, query->prepared->statement->sql);
		query->problem = PROBLEM_INTERNAL;
		return false;
	}
	code = sqlite3_step(query->prepared->handle);
	if (code == SQLITE_ROW)
		return true;
	query->prepared->finished = true;
	if (code != SQLITE_DONE)
		query->problem = sqlite_fault(query->db, query->prepared->statement->sql);
	return false;
}

int64_t query_integer(const struct query *query, int column)
{
	return sqlite3_column_int64(query->prepared->handle, column);
}

bool query_is_null(const struct query *query, int column)
{
	return sqlite3_column_type(query->prepared->handle, column) == SQLITE_NULL;
}

day_t query_day(const struct query *query, int column)
{
	return query_is_null(query, column) ? DAY_NONE : (day_t)query_integer(query, column);
}

const char *query_text(const struct query *query, int column)
{
	const unsigned char *text = sqlite3_column_text(query->prepared->handle, column);

	return text == NULL ? "" : (const char *)text;
}

size_t query_length(const struct query *query, int column)
{
	return (size_t)sqlite3_column_bytes(query->prepared->handle, column);
}

void query_bytes(struct query *query, int column, void *into, size_t length)
{
	const void *bytes = sqlite3_column_blob(query->prepared->handle, column);

	if (query_length(query, column) != length) {
		log_line("store: column %d is not of %zu bytes: %s", column, length,
		    query->prepared->statement->sql);
		query->problem = PROBLEM_INTERNAL;
		memset(into, 0, length);
		return;
	}
	if (length > 0)
		memcpy(into, bytes, length);
}

enum problem query_end(struct query *query)
{
	if (query->prepared != NULL) {
		/* A statement that writes is always run to its end, wherever its reader stopped. */
		while (!sqlite3_stmt_readonly(query->prepared->handle) && query_next(query))
			;
		/* The answer repeats that of the last step, which was seen there. */
		sqlite3_reset(query->prepared->handle);
		sqlite3_clear_bindings(query->prepared->handle);
		query->prepared->running = false;
		query->prepared = NULL;
	}
	return query->problem;
}

enum problem query_run(struct query *query)
{
	while (query_next(query))
		;
	return query_end(query);
}

static enum problem run_control(struct db *db, int which)
{
	struct query query;

	query_start(&query, db, &control[which]);
	return query_run(&query);
}

enum problem db_read_begin(struct db *db)
{
	return run_control(db, BEGIN_READ);
}

void db_read_end(struct db *db)
{
	/* The end of a read transaction has nothing to lose. */
	db_rollback(db);
}

enum problem db_write_begin(struct db *db)
{
	counts_clear(&db->counts);
	gone_notes_clear(&db->gone);
	return run_control(db, BEGIN_WRITE);
}

enum problem db_commit(struct db *db)
{
	enum problem problem = counts_write(&db->counts, db);

	/* What is taken out of a copy is gone from the database already, or is nobody's business. */
	if (problem == PROBLEM_NONE && !db->is_copy)
		problem = gone_notes_write(&db->gone, db->path);
	return problem == PROBLEM_NONE ? run_control(db, COMMIT) : problem;
}

void db_rollback(struct db *db)
{
	enum problem problem = PROBLEM_NONE;

	if (db_in_transaction(db))
		problem = run_control(db, ROLLBACK);
	/* What failed ended the transaction all the same. */
	(void)problem;
}

enum problem db_savepoint(struct db *db)
{
	/* It would begin a transaction of its own, and store alone what its caller takes for lost. */
	if (!db_in_transaction(db))
		return PROBLEM_UNAVAILABLE;
	counts_mark(&db->counts);
	gone_notes_mark(&db->gone);
	return run_control(db, SAVEPOINT);
}

enum problem db_savepoint_keep(struct db *db)
{
	return run_control(db, KEEP);
}

enum problem db_savepoint_undo(struct db *db)
{
	enum problem problem = run_control(db, UNDO);

	counts_undo(&db->counts);
	gone_notes_undo(&db->gone);
	/* Undone is not yet gone: the savepoint itself stays until it is released. */
	return problem == PROBLEM_NONE ? run_control(db, KEEP) : problem;
}

bool db_in_transaction(const struct db *db)
{
	return sqlite3_get_autocommit(db->handle) == 0;
}

void db_count(
    struct db *db, const struct counter *counter, const int64_t key[COUNTER_KEYS], int64_t change)
{
	counts_add(&db->counts, counter, key, change);
}

void db_note_gone(struct db *db, char kind, const void *id, size_t length)
{
	gone_notes_add(&db->gone, kind, id, length);
}

void db_scrub_after_commit(struct db *db)
{
	db->scrub_due = true;
}

bool db_scrub_due(const struct db *db)
{
	return db->scrub_due;
}

void db_set_room(struct db *db, bool has_room)
{
	db->is_full = !has_room;
}

bool db_has_room(const struct db *db)
{
	return !db->is_full;
}
