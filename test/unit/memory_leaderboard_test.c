/* leaderboard.fcgi with memory that runs out (memory.h). */
int leaderboard_main(int argc, char **argv);
#define main leaderboard_main
#include "../../cgi-src/leaderboard.c"
#undef main

#include "memory_person.h"

static void without_account(struct memory_case *with)
{
	(void)with;
	memory_token[0] = '\0';
}

static void on_boards(struct memory_case *with)
{
	(void)with;
	memory_person(true);
}

static void off_boards(struct memory_case *with)
{
	(void)with;
	memory_person(false);
}

#define WALK(...) memory_walk(&(struct memory_case){__VA_ARGS__})

static void a_board(void)
{
	memory_person(true);
	memory_person(true);
	WALK("GET", "", .status = 200, .prepare = without_account, .cold = true);
	WALK("GET", "?metric=streak&period=all&limit=1", .status = 200, .prepare = without_account);
}

static void where_one_stands(void)
{
	WALK("GET", "/me?metric=days&period=month", .status = 200, .prepare = on_boards);
	WALK("GET", "/me", .status = 404, .prepare = off_boards);
}

static void joining_and_leaving(void)
{
	WALK("PUT", "/me", .body = "{\"visible\":true}", .status = 200, .prepare = off_boards);
	WALK("PUT", "/me", .body = "{\"visible\":false}", .status = 200, .prepare = on_boards);
	WALK("POST", "/me/handle", .status = 200, .prepare = on_boards);
}

static void what_is_refused(void)
{
	WALK("GET", "?cursor=nonsense", .status = 422, .prepare = without_account);
	WALK("PUT", "/me", .body = "{\"visible\":1}", .status = 422, .prepare = on_boards);
}

/* Ends a transaction while the nth allocation fails. False: it needed fewer. */
static bool end_without(void (*end)(struct db *db), long nth)
{
	struct db *db;
	bool has_failed;

	if (!CHECK(db_open(memory_store.path, DB_READER, false, &db) == PROBLEM_NONE) ||
	    !CHECK(db_read_begin(db) == PROBLEM_NONE))
		return false;
	memory_counts = true;
	atomic_store(memory_left, nth);
	end(db);
	has_failed = atomic_exchange(memory_left, 0) == 0;
	memory_counts = false;
	CHECK(!db_in_transaction(db));
	db_close(db);
	return has_failed;
}

/* Their connection was then in it for ever: it refused everything with 500, or nobody else could write. */
static void a_transaction_that_has_no_memory_to_end_is_over_all_the_same(void)
{
	for (long nth = 1; end_without(db_read_end, nth);)
		nth++;
	for (long nth = 1; end_without(db_rollback, nth);)
		nth++;
}

static void the_database_is_whole_after_all_this(void)
{
	memory_check_store();
}

int main(int argc, char **argv)
{
#ifdef SANITIZED
	return memory_skip();
#endif
	if (memory_is_service())
		return leaderboard_main(argc, argv);
	memory_begin("leaderboard");
	CASE(a_board);
	CASE(where_one_stands);
	CASE(joining_and_leaving);
	CASE(what_is_refused);
	CASE(a_transaction_that_has_no_memory_to_end_is_over_all_the_same);
	CASE(the_database_is_whole_after_all_this);
	return memory_finish();
}
