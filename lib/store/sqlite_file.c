/*
 * The files of the SQLite engine: what they say of themselves, what is copied out of them, and whether they
 * are still there. A file that was taken away from under a running process is one that it goes on writing
 * to, and that nobody will find: so the writer looks.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "store/sqlite.h"
#include "store/vfs.h"

enum { SCRUB_BUSY_MS = 250, BRING_HOME_MS = 10000 };

/* A pragma takes no parameter; name and value are ours, and the value is a number. */
enum problem sqlite_set_pragma(struct db *db, const char *name, int number)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA %s = %d", name, number);
	return db_script(db, sql);
}

static enum problem read_pragma(struct db *db, const struct statement *pragma, int *number)
{
	struct query query;

	query_start(&query, db, pragma);
	if (query_next(&query))
		*number = (int)query_integer(&query, 0);
	return query_end(&query);
}

enum problem db_schema_number(struct db *db, int *number)
{
	static const struct statement version = {.sql = "PRAGMA user_version"};

	return read_pragma(db, &version, number);
}

enum problem db_set_schema_number(struct db *db, int number)
{
	return sqlite_set_pragma(db, "user_version", number);
}

enum problem db_mark(struct db *db, int *mark)
{
	static const struct statement application = {.sql = "PRAGMA application_id"};

	return read_pragma(db, &application, mark);
}

enum problem db_set_mark(struct db *db, int mark)
{
	return sqlite_set_pragma(db, "application_id", mark);
}

enum problem db_integrity(struct db *db, void (*complain)(const char *finding))
{
	static const struct statement checks[] = {
	    {.sql = "SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'"},
	    {.sql = "SELECT 'a row of ' || \"table\" || ' points to no row of ' || parent"
		    " FROM pragma_foreign_key_check"},
	};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct query query;
		enum problem problem;

		query_start(&query, db, &checks[i]);
		while (query_next(&query))
			complain(query_text(&query, 0));
		problem = query_end(&query);
		if (problem != PROBLEM_NONE)
			return problem;
	}
	return PROBLEM_NONE;
}

static enum problem read_bytes(struct db *db, const struct statement *statement, int64_t *bytes)
{
	struct query query;

	query_start(&query, db, statement);
	if (query_next(&query))
		*bytes = query_integer(&query, 0);
	return query_end(&query);
}

enum problem db_size_b(struct db *db, int64_t *bytes)
{
	static const struct statement size = {
	    .sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"};

	return read_bytes(db, &size, bytes);
}

enum problem db_used_b(struct db *db, int64_t *bytes)
{
	static const struct statement used = {
	    .sql = "SELECT (page_count - freelist_count) * page_size"
		   " FROM pragma_page_count, pragma_freelist_count, pragma_page_size"};

	return read_bytes(db, &used, bytes);
}

enum problem db_copy(struct db *db, const char *path)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	sqlite3 *copy = NULL;
	sqlite3_backup *backup = NULL;
	int code = access(path, F_OK) == 0 ? SQLITE_CANTOPEN : SQLITE_OK;

	if (code == SQLITE_OK)
		code = sqlite3_open_v2(path, &copy, flags, vfs_name());
	if (code == SQLITE_OK)
		code = sqlite3_exec(copy, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
	/* All pages in one step: between two the database may change, which would begin it anew. */
	if (code == SQLITE_OK) {
		backup = sqlite3_backup_init(copy, "main", db->handle, "main");
		code = backup == NULL ? sqlite3_errcode(copy) : sqlite3_backup_step(backup, -1);
	}
	sqlite3_backup_finish(backup);
	sqlite3_close(copy);
	if (code == SQLITE_DONE)
		return PROBLEM_NONE;
	log_line("store: %s: %s (%d)", path, sqlite3_errstr(code), code);
	return (code & 0xff) == SQLITE_CORRUPT ? PROBLEM_INTERNAL : PROBLEM_UNAVAILABLE;
}

enum problem db_make_live(struct db *db)
{
	return db_script(db, "PRAGMA journal_mode = WAL");
}

void db_scrub(struct db *db)
{
	int code;

	sqlite3_busy_timeout(db->handle, SCRUB_BUSY_MS);
	code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(db->handle, BUSY_MS);
	if (code != SQLITE_OK)
		return;
	sqlite3_db_release_memory(db->handle);
	db->scrub_due = false;
}

static bool find_file(const char *path, struct sqlite_file *file)
{
	struct stat found;

	if (stat(path, &found) != 0)
		return false;
	*file = (struct sqlite_file){.device = found.st_dev, .inode = found.st_ino};
	return true;
}

/* A file of which there was none is the same as long as there is none. */
static bool is_same(const struct sqlite_file *file, const char *path)
{
	struct sqlite_file found;

	if (file->inode == 0)
		return !find_file(path, &found);
	return find_file(path, &found) && found.device == file->device &&
	    found.inode == file->inode;
}

/* A backup has no log (PRAGMA journal_mode is "delete"); every other database has. */
static bool has_log(const struct db *db)
{
	sqlite3_stmt *mode = NULL;
	bool has = true;

	if (sqlite3_prepare_v2(db->handle, "PRAGMA journal_mode", -1, &mode, NULL) == SQLITE_OK &&
	    sqlite3_step(mode) == SQLITE_ROW)
		has = strcmp((const char *)sqlite3_column_text(mode, 0), "delete") != 0;
	sqlite3_finalize(mode);
	return has;
}

enum problem sqlite_find_files(struct db *db)
{
	const char *path = sqlite3_db_filename(db->handle, "main");
	int number;
	/* The first look into the database is what opens the log. */
	enum problem problem = db_schema_number(db, &number);

	if (problem != PROBLEM_NONE)
		return problem;
	db->log = (struct sqlite_file){0};
	if (find_file(path, &db->file) &&
	    (find_file(sqlite3_filename_wal(path), &db->log) || !has_log(db)))
		return PROBLEM_NONE;
	log_line("store: %s or its log is not there any more", db->path);
	return PROBLEM_UNAVAILABLE;
}

bool db_has_files(const struct db *db)
{
	const char *path = sqlite3_db_filename(db->handle, "main");

	return is_same(&db->file, path) && is_same(&db->log, sqlite3_filename_wal(path));
}

/* Is there nothing in the log that the connection has open? Then another process has emptied it. */
static bool is_log_empty(struct db *db)
{
	sqlite3_file *log = NULL;
	sqlite3_int64 size_b = 0;

	return sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) ==
	    SQLITE_OK &&
	    log != NULL && log->pMethods != NULL &&
	    log->pMethods->xFileSize(log, &size_b) == SQLITE_OK && size_b == 0;
}

bool db_bring_home(struct db *db)
{
	double began_ms = clock_monotonic_ms();

	while (!is_log_empty(db)) {
		if (sqlite3_wal_checkpoint_v2(
			db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK)
			return true;
		if (clock_monotonic_ms() - began_ms >= BRING_HOME_MS)
			return false;
	}
	return true;
}
