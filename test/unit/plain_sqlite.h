/*
 * SQLite as it is, without the store's face: for tests of what lies below that.
 */
#ifndef TEST_UNIT_PLAIN_SQLITE_H
#define TEST_UNIT_PLAIN_SQLITE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Runs a script that must go well. */
static inline void plain_run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return;
	printf("Bail out! %s: %s\n", sql, sqlite3_errmsg(db));
	exit(EXIT_FAILURE);
}

/* Opens, or makes, a database through a VFS; NULL: the platform's. */
static inline sqlite3 *plain_open(const char *path, const char *vfs)
{
	sqlite3 *db;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs) !=
	    SQLITE_OK) {
		printf("Bail out! open: %s\n", sqlite3_errmsg(db));
		exit(EXIT_FAILURE);
	}
	return db;
}

/* The number that a query gives; -1 if it gives none. */
static inline sqlite3_int64 plain_number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;
	sqlite3_int64 number;

	sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	number = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
	sqlite3_finalize(statement);
	return number;
}

static inline bool plain_is_whole(sqlite3 *db)
{
	return plain_number(db,
		   "SELECT count(*) FROM pragma_integrity_check WHERE"
		   " integrity_check = 'ok'") == 1;
}

#endif
