/* Transactions that are larger than the cache, so that they spill into the log before they are committed. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "plain_sqlite.h"
#include "store/vfs.h"

static char folder[] = "/tmp/breath-unit-XXXXXX";
static char path[64], copy[64];

static const char rows[] = "SELECT count(*) FROM row";
static const char contents[] =
    "SELECT coalesce(sum(id * 31 + length(text) * 7 + unicode(text)), 0) FROM row";

static void remove_files(const char *database)
{
	char name[80];

	for (const char *const *suffix = (const char *const[]){"", "-wal", "-shm", NULL};
	     *suffix != NULL; suffix++) {
		snprintf(name, sizeof(name), "%s%s", database, *suffix);
		unlink(name);
	}
}

static sqlite3 *open_new(const char *database, const char *vfs)
{
	sqlite3 *db;

	remove_files(database);
	db = plain_open(database, vfs);
	plain_run(db,
	    "PRAGMA page_size = 1024; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
	    "CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT)");
	return db;
}

static void add_rows(sqlite3 *db)
{
	plain_run(db,
	    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90)"
	    " INSERT INTO row (text) SELECT printf('%.900c', 'a') FROM n");
}

static void copy_file(const char *from, const char *to)
{
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");

	for (int byte = getc(in); byte != EOF; byte = getc(in))
		putc(byte, out);
	fclose(in);
	fclose(out);
}

/* What somebody finds who has nothing but the files, as after a power cut. */
static sqlite3_int64 rows_in_files(void)
{
	char log[80], log_copy[80];
	sqlite3 *db;
	sqlite3_int64 count;

	remove_files(copy);
	copy_file(path, copy);
	snprintf(log, sizeof(log), "%s-wal", path);
	snprintf(log_copy, sizeof(log_copy), "%s-wal", copy);
	copy_file(log, log_copy);
	db = plain_open(copy, "unix");
	count = plain_number(db, rows);
	sqlite3_close(db);
	remove_files(copy);
	return count;
}

/* A cache of a few pages: the transaction spills into the log, and comes back to pages that it has written there. */
static void what_spilled_is_in_the_file_once_committed(void)
{
	sqlite3 *db = open_new(path, vfs_name());

	plain_run(db, "PRAGMA cache_size = 4; BEGIN");
	for (int i = 0; i < 3; i++)
		add_rows(db);
	plain_run(db, "UPDATE row SET text = text || 'more' WHERE id <= 30");
	CHECK_INT_EQ(rows_in_files(), 0);
	plain_run(db, "COMMIT");
	CHECK_INT_EQ(rows_in_files(), 270);
	sqlite3_close(db);
}

static unsigned random_below(unsigned bound)
{
	static uint32_t random = 1;

	random = random * 1664525 + 1013904223;
	return (random >> 8) % bound;
}

static void do_something(sqlite3 *db, sqlite3 *model, unsigned depth)
{
	char sql[160];
	unsigned id = random_below(400), length = 1 + random_below(3000);

	switch (random_below(4)) {
	case 0:
		snprintf(sql, sizeof(sql), "DELETE FROM row WHERE id %% 50 = %u", id % 50);
		break;
	case 1:
		/* Reads pages that this transaction has written and no cache holds any more. */
		snprintf(sql, sizeof(sql),
		    "UPDATE row SET text = text || 'more' WHERE id BETWEEN %u AND %u", id, id + 20);
		break;
	default:
		snprintf(sql, sizeof(sql),
		    "INSERT OR REPLACE INTO row VALUES (%u, printf('%%.%uc', '%c'))", id, length,
		    'a' + (char)random_below(26));
	}
	plain_run(db, sql);
	plain_run(model, sql);
	if (depth < 3 && random_below(3) == 0) {
		const char *end = random_below(2) ? "RELEASE s" : "ROLLBACK TO s; RELEASE s";

		plain_run(db, "SAVEPOINT s");
		plain_run(model, "SAVEPOINT s");
		for (unsigned i = random_below(12); i > 0; i--)
			do_something(db, model, depth + 1);
		plain_run(db, end);
		plain_run(model, end);
	}
}

/*
 * Transactions of every size on a cache of a few pages, so that they spill into the log and are read
 * from there, are given up in part and as a whole: another connection sees what a database sees that
 * is in memory.
 */
static void it_is_the_same_database(void)
{
	sqlite3 *db = open_new(path, vfs_name()), *other = plain_open(path, vfs_name()),
		*model = open_new(":memory:", NULL);

	plain_run(db, "PRAGMA cache_size = 4; PRAGMA wal_autocheckpoint = 200");
	for (int transaction = 0; transaction < 400; transaction++) {
		const char *end = random_below(4) == 0 ? "ROLLBACK" : "COMMIT";

		plain_run(db, "BEGIN");
		plain_run(model, "BEGIN");
		for (unsigned i = random_below(25); i > 0; i--)
			do_something(db, model, 0);
		plain_run(db, end);
		plain_run(model, end);
		REQUIRE(CHECK_INT_EQ(plain_number(other, contents), plain_number(model, contents)));
	}
	CHECK(plain_is_whole(other));
	sqlite3_close(model);
	sqlite3_close(other);
	sqlite3_close(db);
}

int main(void)
{
	if (mkdtemp(folder) == NULL)
		return EXIT_FAILURE;
	snprintf(path, sizeof(path), "%s/a.db", folder);
	snprintf(copy, sizeof(copy), "%s/b.db", folder);
	CASE(what_spilled_is_in_the_file_once_committed);
	CASE(it_is_the_same_database);
	remove_files(path);
	rmdir(folder);
	return check_end();
}
