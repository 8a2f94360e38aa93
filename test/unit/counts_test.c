/* Counters are changed once a transaction, and by nothing that was undone. */
#include <sqlite3.h>

#include "check.h"
#include "temp_store.h"

static struct temp_store temp;

static const struct statement add = {
    .sql = "INSERT INTO histogram (board, period, bucket, people) VALUES ($1, $2, $3, $4)"
	   " ON CONFLICT (board, period, bucket) DO UPDATE SET people = histogram.people"
	   " + excluded.people RETURNING people"};
static const struct statement drop = {
    .sql = "DELETE FROM histogram WHERE board = $1 AND period = $2 AND bucket = $3"};
static const struct counter counter = {&add, &drop};

struct change {
	int64_t key;
	int64_t by;
	enum problem answer;
};

static enum problem count_it(struct db *db, void *argument)
{
	const struct change *change = argument;
	const int64_t key[COUNTER_KEYS] = {0, 1, change->key};

	db_count(db, &counter, key, change->by);
	return change->answer;
}

/* Many changes in one job, whose sums are all but nothing. */
static enum problem count_often(struct db *db, void *argument)
{
	(void)argument;
	for (int64_t i = 0; i < 1000; i++) {
		const int64_t key[COUNTER_KEYS] = {0, 1, i % 7};

		db_count(db, &counter, key, i % 2 == 0 ? 1 : -1);
		db_count(db, &counter, key, i % 2 == 0 ? -1 : 1);
	}
	return PROBLEM_NONE;
}

static int64_t stored(int64_t key)
{
	sqlite3 *raw;
	sqlite3_stmt *query;
	int64_t people = -1;

	sqlite3_open(temp.path, &raw);
	sqlite3_prepare_v2(raw, "SELECT people FROM histogram WHERE bucket = ?", -1, &query, NULL);
	sqlite3_bind_int64(query, 1, key);
	if (sqlite3_step(query) == SQLITE_ROW)
		people = sqlite3_column_int64(query, 0);
	sqlite3_finalize(query);
	sqlite3_close(raw);
	return people;
}

static void count(int64_t key, int64_t by, enum problem answer)
{
	struct change change = {key, by, answer};

	CHECK_INT_EQ(store_write(temp.store, count_it, &change), answer);
}

static void what_is_committed_is_counted(void)
{
	count(5, 2, PROBLEM_NONE);
	count(5, 3, PROBLEM_NONE);
	CHECK_INT_EQ(stored(5), 5);
	count(5, -1, PROBLEM_NONE);
	CHECK_INT_EQ(stored(5), 4);
}

static void what_is_undone_is_not(void)
{
	count(5, 100, PROBLEM_QUOTA);
	CHECK_INT_EQ(stored(5), 4);
	count(6, 1, PROBLEM_QUOTA);
	CHECK_INT_EQ(stored(6), -1);
	count(6, 1, PROBLEM_NONE);
	CHECK_INT_EQ(stored(6), 1);
	CHECK_INT_EQ(stored(5), 4);
}

static void a_counter_of_nothing_leaves_no_row(void)
{
	count(5, -4, PROBLEM_NONE);
	CHECK_INT_EQ(stored(5), -1);
	CHECK_INT_EQ(store_write(temp.store, count_often, NULL), PROBLEM_NONE);
	for (int64_t key = 0; key < 6; key++)
		CHECK_INT_EQ(stored(key), -1);
	CHECK_INT_EQ(stored(6), 1);
}

int main(void)
{
	temp_store_open(&temp);
	CASE(what_is_committed_is_counted);
	CASE(what_is_undone_is_not);
	CASE(a_counter_of_nothing_leaves_no_row);
	temp_store_close(&temp);
	return check_end();
}
