/*
 * Fills a database that `breathctl init` has just made with people (people.h): for each an account
 * with its derived figures, a device, its token, and a day row a day of practice; for who is on boards
 * also the rows and histograms of these. `breathctl check` is content with what comes out.
 *
 *	fill DATABASE LEDGER PEOPLE [PUBLIC [SEED]]
 *
 * PUBLIC of a hundred people (0) are on boards. The same SEED (1) makes the same people.
 *
 * Straight through SQLite and without its journal, since nobody else uses the file yet and it is made
 * again when this fails. A table at a time, so that what is appended to stays in the page cache. Places
 * are in no order, so pages of boards fill as they do when people come one by one, and have the room
 * that they have then; sorted ones would be packed, and split with the first push.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "game/board.h"
#include "game/bucket.h"
#include "game/dayset.h"
#include "game/handle.h"
#include "game/score.h"
#include "game/streak.h"
#include "people.h"

enum { PURPOSE_ACCOUNT = 1, PURPOSE_DEVICE = 3, PURPOSE_RECOVERY = 5 };

enum { HANDLE_NUMBER_FIRST = 1000 };

static sqlite3 *db;
static const struct ledger *ledger;

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

static void put_streak(sqlite3_stmt *statement, int parameter, const struct streak *streak)
{
	put_integer(statement, parameter, streak->run_first);
	put_integer(statement, parameter + 1, streak->run_last);
	put_integer(statement, parameter + 2, streak->longest);
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

static struct dayset active_of_past(uint32_t person)
{
	struct dayset active = {0};

	for (int ago = PERSON_PAST_DAYS; ago > 0; ago--) {
		struct totals totals = person_past_day(ledger, person, ago);

		if (totals_any(&totals))
			dayset_add(&active, ledger->day - ago);
	}
	return active;
}

/* Every day of the past counts on boards too, each being below what a day may have by far. */
static struct streak streak_of_past(uint32_t person)
{
	const struct dayset active = active_of_past(person);

	return streak_of(&active);
}

/* ----- what everybody has ----- */

static void fill_account(sqlite3_stmt *statement, uint32_t person)
{
	uint64_t recovery[SECRET_HASH_B / sizeof(uint64_t)];
	struct totals past = person_past(ledger, person);
	struct dayset active = active_of_past(person);
	struct streak streak = streak_of(&active);
	uint8_t packed[DAYSET_PACKED_MAX_B];
	char handle[HANDLE_TEXT_B];
	uint8_t uid[UUID_B];

	for (size_t i = 0; i < sizeof(recovery) / sizeof(recovery[0]); i++)
		recovery[i] = person_bits(ledger, person, PURPOSE_RECOVERY + i);
	person_uid(ledger, person, PURPOSE_ACCOUNT, uid);
	handle_of(person, handle);
	put_integer(statement, 1, key_of(person));
	put_bytes(statement, 2, uid, sizeof(uid));
	must(sqlite3_bind_text(statement, 3, handle, -1, SQLITE_TRANSIENT) == SQLITE_OK);
	put_bytes(statement, 4, recovery, sizeof(recovery));
	put_integer(statement, 5, ledger->day - PERSON_PAST_DAYS);
	put_integer(statement, 6, ledger->day);
	put_totals(statement, 7, &past);
	put_streak(statement, 11, &streak);
	put_integer(statement, 14, dayset_count(&active));
	put_bytes(statement, 15, packed, (int)dayset_pack(&active, packed));
	insert(statement);
}

static void fill_device(sqlite3_stmt *statement, uint32_t person)
{
	struct totals past = person_past(ledger, person);
	struct dayset active = active_of_past(person);
	day_t first = ledger->day - PERSON_PAST_DAYS;
	uint8_t uid[UUID_B];

	while (first < ledger->day && !dayset_has(&active, first))
		first++;
	person_uid(ledger, person, PURPOSE_DEVICE, uid);
	put_integer(statement, 1, key_of(person));
	put_bytes(statement, 2, uid, sizeof(uid));
	put_integer(statement, 3, ledger->day - PERSON_PAST_DAYS);
	if (totals_any(&past)) {
		put_integer(statement, 4, streak_of(&active).run_last);
		put_integer(statement, 5, first);
	} else {
		must(sqlite3_bind_null(statement, 4) == SQLITE_OK);
		must(sqlite3_bind_null(statement, 5) == SQLITE_OK);
	}
	put_totals(statement, 6, &past);
	insert(statement);
}

static void fill_token(sqlite3_stmt *statement, uint32_t person)
{
	char token[TOKEN_TEXT_B];
	struct secret_hash hash;

	person_token(ledger, person, token);
	must(token_read(token, TOKEN_TEXT_B - 1, &hash));
	put_bytes(statement, 1, hash.bytes, sizeof(hash.bytes));
	put_integer(statement, 2, key_of(person));
	insert(statement);
}

static void fill_days(sqlite3_stmt *statement, uint32_t person)
{
	for (int ago = PERSON_PAST_DAYS; ago > 0; ago--) {
		struct totals totals = person_past_day(ledger, person, ago);

		if (!totals_any(&totals))
			continue;
		put_integer(statement, 1, key_of(person));
		put_integer(statement, 2, ledger->day - ago);
		put_totals(statement, 3, &totals);
		insert(statement);
	}
}

/* ----- what those on boards have ----- */

static void fill_member(sqlite3_stmt *statement, uint32_t person)
{
	struct streak streak = streak_of_past(person);

	if (!person_is_public(ledger, person))
		return;
	put_integer(statement, 1, key_of(person));
	put_integer(statement, 2, person_place(ledger, person));
	put_streak(statement, 3, &streak);
	insert(statement);
}

static void fill_standings(sqlite3_stmt *statement, uint32_t person)
{
	struct scores scores = scores_begin();

	if (!person_is_public(ledger, person))
		return;
	for (int ago = PERSON_PAST_DAYS; ago > 0; ago--) {
		struct totals totals = person_past_day(ledger, person, ago);

		if (totals.xp > 0)
			scores_add_day(&scores, ledger->day - ago, board_day_xp(totals.xp), 1);
	}
	scores_add(&scores, BOARD_STREAK_ALL, 0, streak_of_past(person).longest);
	for (size_t i = 0; i < scores.count; i++) {
		put_integer(statement, 1, person_place(ledger, person));
		put_integer(statement, 2, scores.rows[i].board);
		put_integer(statement, 3, scores.rows[i].period);
		put_integer(statement, 4, scores.rows[i].value);
		insert(statement);
	}
}

static void bucket_of_value(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	sqlite3_result_int(context, bucket_of(sqlite3_value_int64(values[0])));
}

static void count_boards(void)
{
	must(sqlite3_create_function(db, "bucket_of", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
		 bucket_of_value, NULL, NULL) == SQLITE_OK);
	run("INSERT INTO histogram SELECT board, period, bucket_of(value), sum(people) FROM (SELECT"
	    " board, period, value, count(*) AS people FROM standing GROUP BY board, period, value)"
	    " GROUP BY 1, 2, 3");
}

/* ----- all of it ----- */

static void fill_table(const char *sql, void (*fill)(sqlite3_stmt *statement, uint32_t person))
{
	sqlite3_stmt *statement;

	must(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK);
	for (uint32_t person = 0; person < ledger->people; person++)
		fill(statement, person);
	sqlite3_finalize(statement);
}

int main(int argc, char **argv)
{
	struct ledger head = {.seed = 1, .day = clock_today()};

	if (argc < 4 || argc > 6 || atoi(argv[3]) <= 0 || !secret_init()) {
		fputs("usage: fill DATABASE LEDGER PEOPLE [PUBLIC [SEED]]\n", stderr);
		return 2;
	}
	head.people = (uint32_t)atoi(argv[3]);
	if (argc > 4)
		head.public_percent = (uint32_t)atoi(argv[4]);
	if (argc > 5)
		head.seed = strtoull(argv[5], NULL, 10);
	ledger = ledger_create(argv[2], &head);
	must(sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
	run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -800000;");
	run("BEGIN");
	fill_table(
	    "INSERT INTO account (account, uid, handle, recovery_hash, created_day, used_day,"
	    " xp, minutes, sessions, cycles, run_first, run_last, longest, row_count, active)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
	    fill_account);
	fill_table(
	    "INSERT INTO device (device, account, uid, kind, created_day, last_day, first_day,"
	    " xp, minutes, sessions, cycles)"
	    " VALUES (?1, ?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	    fill_device);
	fill_table("INSERT INTO token (hash, device, state) VALUES (?1, ?2, 1)", fill_token);
	fill_table(
	    "INSERT INTO day (account, day, device, xp, minutes, sessions, cycles, timely_xp)"
	    " VALUES (?1, ?2, ?1, ?3, ?4, ?5, ?6, ?3)",
	    fill_days);
	fill_table("INSERT INTO member (account, place, visible, run_first, run_last, longest)"
		   " VALUES (?1, ?2, 1, ?3, ?4, ?5)",
	    fill_member);
	fill_table("INSERT INTO standing (place, board, period, value) VALUES (?1, ?2, ?3, ?4)",
	    fill_standings);
	count_boards();
	run("COMMIT");
	run("PRAGMA journal_mode = WAL");
	sqlite3_close(db);
	return EXIT_SUCCESS;
}
