/*
 * Fills a database that `breathctl init` has just made with people (people.h): for each an account
 * with its derived figures, a device, its token, and a day row a day of their past. `breathctl check`
 * is content with what comes out.
 *
 *	fill DATABASE LEDGER PEOPLE
 *
 * Straight through SQLite and without its journal, since nobody else uses the file yet and it is made
 * again when this fails. A table at a time, so that what is appended to stays in the page cache.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "game/handle.h"
#include "people.h"

enum { PURPOSE_ACCOUNT = 1, PURPOSE_DEVICE = 3, PURPOSE_RECOVERY = 5 };

enum { HANDLE_NUMBER_FIRST = 1000 };

static sqlite3 *db;

static void must(bool held)
{
	if (held)
		return;
	fprintf(stderr, "fill: %s\n", sqlite3_errmsg(db));
	exit(EXIT_FAILURE);
}

static void run(const char *sql)
{
	must(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

static sqlite3_stmt *prepare(const char *sql)
{
	sqlite3_stmt *statement;

	must(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK);
	return statement;
}

static void put_bytes(sqlite3_stmt *statement, int parameter, const void *bytes, int length)
{
	must(sqlite3_bind_blob(statement, parameter, bytes, length, SQLITE_TRANSIENT) == SQLITE_OK);
}

static void put_integer(sqlite3_stmt *statement, int parameter, int64_t value)
{
	must(sqlite3_bind_int64(statement, parameter, value) == SQLITE_OK);
}

static void put_totals(sqlite3_stmt *statement, int parameter, const struct totals *totals)
{
	put_integer(statement, parameter, totals->xp);
	put_integer(statement, parameter + 1, totals->minutes);
	put_integer(statement, parameter + 2, totals->sessions);
	put_integer(statement, parameter + 3, totals->cycles);
}

static void insert(sqlite3_stmt *statement)
{
	must(sqlite3_step(statement) == SQLITE_DONE);
	sqlite3_reset(statement);
}

/* A person's rows have this key, in every table. */
static int64_t key_of(uint32_t person)
{
	return (int64_t)person + 1;
}

/* No two people have the same: the words and the number are the digits of theirs. */
static void handle_of(uint32_t person, char handle[HANDLE_TEXT_B])
{
	uint32_t pairs = (uint32_t)(handle_first_count * handle_second_count);

	snprintf(handle, HANDLE_TEXT_B, "%s-%s-%u", handle_first[person % handle_first_count],
	    handle_second[person / handle_first_count % handle_second_count],
	    HANDLE_NUMBER_FIRST + person / pairs);
}

static void fill_account(sqlite3_stmt *statement, const struct ledger *ledger, uint32_t person)
{
	uint64_t recovery[SECRET_HASH_B / sizeof(uint64_t)];
	struct totals past = person_past(person);
	char handle[HANDLE_TEXT_B];
	uint8_t uid[UUID_B];

	for (size_t i = 0; i < sizeof(recovery) / sizeof(recovery[0]); i++)
		recovery[i] = person_bits(person, PURPOSE_RECOVERY + i);
	person_uid(person, PURPOSE_ACCOUNT, uid);
	handle_of(person, handle);
	put_integer(statement, 1, key_of(person));
	put_bytes(statement, 2, uid, sizeof(uid));
	must(sqlite3_bind_text(statement, 3, handle, -1, SQLITE_TRANSIENT) == SQLITE_OK);
	put_bytes(statement, 4, recovery, sizeof(recovery));
	put_integer(statement, 5, ledger->day - PERSON_PAST_DAYS);
	put_integer(statement, 6, ledger->day);
	put_totals(statement, 7, &past);
	put_integer(statement, 11, ledger->day - PERSON_PAST_DAYS);
	put_integer(statement, 12, ledger->day - 1);
	put_integer(statement, 13, PERSON_PAST_DAYS);
	insert(statement);
}

static void fill_device(sqlite3_stmt *statement, const struct ledger *ledger, uint32_t person)
{
	uint8_t uid[UUID_B];

	person_uid(person, PURPOSE_DEVICE, uid);
	put_integer(statement, 1, key_of(person));
	put_bytes(statement, 2, uid, sizeof(uid));
	put_integer(statement, 3, ledger->day - PERSON_PAST_DAYS);
	put_integer(statement, 4, ledger->day - 1);
	insert(statement);
}

static void fill_token(sqlite3_stmt *statement, const struct ledger *ledger, uint32_t person)
{
	char token[TOKEN_TEXT_B];
	struct secret_hash hash;

	(void)ledger;
	person_token(person, token);
	must(token_read(token, TOKEN_TEXT_B - 1, &hash));
	put_bytes(statement, 1, hash.bytes, sizeof(hash.bytes));
	put_integer(statement, 2, key_of(person));
	insert(statement);
}

static void fill_days(sqlite3_stmt *statement, const struct ledger *ledger, uint32_t person)
{
	for (int ago = PERSON_PAST_DAYS; ago > 0; ago--) {
		struct totals totals = person_past_day(person, ago);

		put_integer(statement, 1, key_of(person));
		put_integer(statement, 2, ledger->day - ago);
		put_totals(statement, 3, &totals);
		insert(statement);
	}
}

static const struct {
	const char *sql;
	void (*fill)(sqlite3_stmt *statement, const struct ledger *ledger, uint32_t person);
} tables[] = {
    {"INSERT INTO account (account, uid, handle, recovery_hash, created_day, used_day, xp,"
     " minutes, sessions, cycles, run_first, run_last, longest)"
     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
	fill_account},
    {"INSERT INTO device (device, account, uid, kind, created_day, last_day)"
     " VALUES (?1, ?1, ?2, 1, ?3, ?4)",
	fill_device},
    {"INSERT INTO token (hash, device, state) VALUES (?1, ?2, 1)", fill_token},
    {"INSERT INTO day (account, day, device, xp, minutes, sessions, cycles)"
     " VALUES (?1, ?2, ?1, ?3, ?4, ?5, ?6)",
	fill_days},
};

int main(int argc, char **argv)
{
	const struct ledger *ledger;

	if (argc != 4 || atoi(argv[3]) <= 0 || !secret_init()) {
		fputs("usage: fill DATABASE LEDGER PEOPLE\n", stderr);
		return 2;
	}
	ledger = ledger_create(argv[2], (uint32_t)atoi(argv[3]), clock_today());
	must(sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
	run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;");
	run("BEGIN");
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		sqlite3_stmt *statement = prepare(tables[i].sql);

		for (uint32_t person = 0; person < ledger->people; person++)
			tables[i].fill(statement, ledger, person);
		sqlite3_finalize(statement);
	}
	run("COMMIT");
	run("PRAGMA journal_mode = WAL");
	sqlite3_close(db);
	return EXIT_SUCCESS;
}
