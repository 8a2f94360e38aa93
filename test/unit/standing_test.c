/* Rows of boards and their histograms, across midnight. */
#include "game/standing.h"

#include <sqlite3.h>

#include "check.h"
#include "core/clock.h"
#include "game/board.h"
#include "temp_store.h"

enum { PLACE = 7 };

static struct temp_store temp;

struct job {
	struct scores scores;
	int64_t changed;
};

/* An account with a place, of which no days are known. */
static void open_place(void)
{
	sqlite3 *raw;

	sqlite3_open(temp.path, &raw);
	CHECK_INT_EQ(sqlite3_exec(raw,
			 "INSERT INTO account (uid, handle, recovery_hash, created_day, used_day)"
			 " VALUES (zeroblob(16), 'calm-oak-1234', zeroblob(32), 0, 0);"
			 "INSERT INTO member (account, place, visible) VALUES (1, 7, 1)",
			 NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(raw);
}

static enum problem set(struct db *db, void *argument)
{
	struct job *job = argument;

	return standing_set(db, PLACE, &job->scores, &job->changed);
}

static enum problem load(struct db *db, void *argument)
{
	struct job *job = argument;

	return standing_load(db, PLACE, job->scores.today, &job->scores);
}

/* The XP of a day as it rests, seen from a day on which its board is open. */
static int64_t resting(day_t day)
{
	struct job job = {.scores.today = day};

	temp_store_must(store_read(temp.store, load, &job), "load");
	return scores_of(&job.scores, BOARD_XP_DAY, day);
}

static int64_t set_day(day_t today, day_t day, int64_t xp)
{
	struct job job = {.scores.today = today};

	scores_add(&job.scores, BOARD_XP_DAY, day, xp);
	temp_store_must(store_write(temp.store, set, &job), "set");
	return job.changed;
}

static void rows_become_what_was_counted_and_only_what_differs_is_written(void)
{
	day_t today = clock_today();

	CHECK_INT_EQ(set_day(today, today, 40), 1);
	CHECK_INT_EQ(resting(today), 40);
	CHECK_INT_EQ(set_day(today, today, 40), 0);
	CHECK_INT_EQ(set_day(today, today, 30), 1);
	CHECK_INT_EQ(resting(today), 30);
	CHECK_INT_EQ(set_day(today, today, 0), 1);
	CHECK_INT_EQ(resting(today), 0);
}

/* Counted before midnight, written after it: the day before yesterday was open, and is not any more. */
static void a_count_that_midnight_overtakes_adds_nothing_twice(void)
{
	day_t yesterday = clock_today() - 1, before = yesterday - 1;

	CHECK_INT_EQ(set_day(yesterday, before, 50), 1);
	CHECK_INT_EQ(resting(before), 50);
	CHECK_INT_EQ(set_day(yesterday, before, 50), 0);
	CHECK_INT_EQ(resting(before), 50);
	/* What was counted today says nothing of a closed day. */
	CHECK_INT_EQ(set_day(clock_today(), clock_today(), 60), 1);
	CHECK_INT_EQ(resting(before), 50);
}

int main(void)
{
	temp_store_open(&temp);
	open_place();
	CASE(rows_become_what_was_counted_and_only_what_differs_is_written);
	CASE(a_count_that_midnight_overtakes_adds_nothing_twice);
	temp_store_close(&temp);
	return check_end();
}
