#include "game/instance.h"

/*
 * A row of the table below: name, columns, a parameter for each of them, their kinds, the key. It stands in
 * three lists, which the compiler makes of it: the statements that read, those that insert, and what is said
 * of both.
 */
/* clang-format off */
#define TABLES(TABLE) \
	TABLE("store", "one, epoch", \
	      "$1, $2", "ib", "one") \
	TABLE("account", "account, uid, handle, recovery_hash, created_day, used_day, xp, minutes, " \
	      "sessions, cycles, run_first, run_last, longest, recovery_day, rated_year, row_count, " \
	      "active", \
	      "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17", \
	      "ibtbiiiiiiiiiiiib", "account") \
	TABLE("former", "uid, account", \
	      "$1, $2", "bi", "uid") \
	TABLE("device", "device, account, uid, kind, revoked, created_day, last_day, horizon_day, " \
	      "pushes, revoked_day, xp, minutes, sessions, cycles, first_day", \
	      "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15", "iibiiiiibiiiiii", \
	      "device") \
	TABLE("token", "hash, device, state", \
	      "$1, $2, $3", "bii", "hash") \
	TABLE("revoked_token", "number, hash, account", \
	      "$1, $2, $3", "ibi", "number") \
	TABLE("joined_device", "uid, device", \
	      "$1, $2", "bi", "uid") \
	TABLE("day", "account, day, device, xp, minutes, sessions, cycles, timely_xp", \
	      "$1, $2, $3, $4, $5, $6, $7, $8", "iiiiiiii", "account, day, device") \
	TABLE("month", "account, month, device, xp, minutes, sessions, cycles, active, board_xp, " \
	      "board_days", \
	      "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10", "iiiiiiiiii", "account, month, device") \
	TABLE("import", "device, account, source, xp, minutes, sessions, cycles, claim_days, " \
	      "claim_last, claim_longest", \
	      "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10", "iibiiiiiii", "device") \
	TABLE("quota", "day, what, used", \
	      "$1, $2, $3", "iii", "day, what") \
	TABLE("quota_slot", "day, what, slot, used", \
	      "$1, $2, $3, $4", "iiii", "day, what, slot") \
	TABLE("member", "account, place, visible, withheld, from_day, run_first, run_last, longest, " \
	      "shared, ranked", \
	      "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10", "iiiiiiiiii", "account") \
	TABLE("standing", "place, board, period, value", \
	      "$1, $2, $3, $4", "iiii", "place, board, period") \
	TABLE("histogram", "board, period, bucket, people", \
	      "$1, $2, $3, $4", "iiii", "board, period, bucket") \
	TABLE("tally", "day, what, times", \
	      "$1, $2, $3", "iii", "day, what") \
	TABLE("closing", "one, week", \
	      "$1, $2", "ii", "one") \
	TABLE("community", "week, participation, minutes", \
	      "$1, $2, $3", "iii", "week") \
	TABLE("satisfaction", "week, ratings, tenths", \
	      "$1, $2, $3", "iii", "week") \
	TABLE("uptime", "day, probes, up", \
	      "$1, $2, $3", "iii", "day") \
	TABLE("latency", "day, up_to_us, requests", \
	      "$1, $2, $3", "iii", "day, up_to_us") \
	TABLE("share", "uid, account, what, created_day", \
	      "$1, $2, $3, $4", "biii", "uid")

#define READ(name, columns, marks, kinds, key) \
	{.sql = "SELECT " columns " FROM " name " ORDER BY " key, .flags = STATEMENT_SCANS},
#define INSERT(name, columns, marks, kinds, key) \
	{.sql = "INSERT INTO " name " (" columns ") VALUES (" marks ")"},
#define DESCRIBE(name, columns, marks, kinds, key) {name, columns, kinds},
/* clang-format on */

static const struct statement statements[] = {TABLES(READ) TABLES(INSERT)};

enum { TABLES_COUNT = sizeof(statements) / sizeof(statements[0]) / 2 };

const struct statement_table instance_statements = {
    "instance", statements, sizeof(statements) / sizeof(statements[0])};

const struct statement *instance_read(size_t table)
{
	return &statements[table];
}

const struct statement *instance_insert(size_t table)
{
	return &statements[TABLES_COUNT + table];
}

const struct instance_table instance_tables[] = {TABLES(DESCRIBE)};

const size_t instance_table_count = TABLES_COUNT;
