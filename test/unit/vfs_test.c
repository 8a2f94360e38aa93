#include "store/vfs.h"

#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "plain_sqlite.h"

/* Of so many rows every tenth is erased; its key begins with MARK, which is then looked for. */
enum { ROWS = 3000, ERASED_EACH = 10, MARK_B = 8 };

static const char mark[MARK_B] = "eRaSeD!!";

static char folder[] = "/tmp/breath-unit-XXXXXX";
static char path[64];

static sqlite3 *open_new(const char *vfs)
{
	sqlite3 *db;

	unlink(path);
	db = plain_open(path, vfs);
	plain_run(db,
	    "PRAGMA page_size = 1024; PRAGMA auto_vacuum = NONE; PRAGMA journal_mode = WAL;"
	    "PRAGMA secure_delete = ON; PRAGMA synchronous = OFF;"
	    "CREATE TABLE row (id INTEGER PRIMARY KEY, uid BLOB UNIQUE, pushes BLOB, erased)");
	return db;
}

/*
 * Rows with random keys come, grow, so that pages are split and rebuilt, and every tenth goes. The
 * keys are from a generator that is always the same: what moves where does not depend on luck.
 */
static void churn(sqlite3 *db)
{
	uint32_t random = 1;
	sqlite3_stmt *insert;

	plain_run(db, "BEGIN");
	sqlite3_prepare_v2(
	    db, "INSERT INTO row (uid, pushes, erased) VALUES (?, x'', ?)", -1, &insert, NULL);
	for (int i = 0; i < ROWS; i++) {
		uint8_t uid[16];
		bool erased = i % ERASED_EACH == 0;

		for (size_t k = 0; k < sizeof(uid); k++) {
			random = random * 1664525 + 1013904223;
			uid[k] = (uint8_t)(random >> 24);
		}
		if (erased)
			memcpy(uid + 4, mark, MARK_B);
		sqlite3_bind_blob(insert, 1, uid, sizeof(uid), SQLITE_STATIC);
		sqlite3_bind_int(insert, 2, erased);
		sqlite3_step(insert);
		sqlite3_reset(insert);
	}
	sqlite3_finalize(insert);
	for (int i = 0; i < 7; i++)
		plain_run(db,
		    "UPDATE row SET pushes = zeroblob(length(pushes) + 8) WHERE (id * 7919) % 3 > 0");
	plain_run(db, "COMMIT; BEGIN; DELETE FROM row WHERE erased; COMMIT");
	plain_run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
}

static int count_marks(void)
{
	FILE *file = fopen(path, "rb");
	char window[MARK_B] = {0};
	int count = 0;

	if (file == NULL)
		return -1;
	for (int byte = getc(file); byte != EOF; byte = getc(file)) {
		memmove(window, window + 1, MARK_B - 1);
		window[MARK_B - 1] = (char)byte;
		count += memcmp(window, mark, MARK_B) == 0;
	}
	fclose(file);
	return count;
}

/* If this fails, SQLite has learnt to do it, and vfs.c may go. */
static void sqlite_alone_leaves_what_moved(void)
{
	sqlite3 *db = open_new(NULL);

	churn(db);
	CHECK(count_marks() > 0);
	sqlite3_close(db);
}

static void what_moved_and_was_deleted_is_gone(void)
{
	sqlite3 *db = open_new(vfs_name());

	churn(db);
	CHECK_INT_EQ(count_marks(), 0);
	sqlite3_close(db);
}

static void what_stays_is_whole(void)
{
	sqlite3 *db = open_new(vfs_name());

	churn(db);
	sqlite3_close(db);
	db = plain_open(path, NULL);
	CHECK_INT_EQ(plain_number(db, "SELECT count(*) FROM row"), ROWS - ROWS / ERASED_EACH);
	CHECK(plain_is_whole(db));
	sqlite3_close(db);
}

/* Overflow pages of every first byte that their content could have; a page of another size is left. */
static void long_values_are_left_alone(void)
{
	sqlite3 *db = open_new(vfs_name());

	plain_run(db,
	    "CREATE TABLE long (id INTEGER PRIMARY KEY, text BLOB);"
	    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
	    " INSERT INTO long SELECT i, replace(hex(zeroblob(3000)), '00', char(i)) FROM n;"
	    "PRAGMA wal_checkpoint(TRUNCATE)");
	sqlite3_close(db);
	db = plain_open(path, NULL);
	CHECK_INT_EQ(plain_number(db,
			 "SELECT count(*) FROM long"
			 " WHERE text = replace(hex(zeroblob(3000)), '00', char(id))"),
	    300);
	sqlite3_close(db);
}

int main(void)
{
	if (mkdtemp(folder) == NULL)
		return EXIT_FAILURE;
	snprintf(path, sizeof(path), "%s/a.db", folder);
	CASE(sqlite_alone_leaves_what_moved);
	CASE(what_moved_and_was_deleted_is_gone);
	CASE(what_stays_is_whole);
	CASE(long_values_are_left_alone);
	unlink(path);
	rmdir(folder);
	return check_end();
}
