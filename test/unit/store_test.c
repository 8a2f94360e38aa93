#include "store/store.h"

#include <fcntl.h>
#include <pthread.h>

#include "check.h"
#include "core/clock.h"
#include "game/quota.h"
#include "store/engine.h"
#include "store/gone_list.h"
#include "store/turn.h"
#include "temp_store.h"

/* The quota table serves as a counter: a row a kind, which says how often it was taken. */
enum { WRITERS = 16, WRITES_EACH = 50, KIND = 7, MANY = 1000000 };

static struct temp_store temp;

struct count {
	int what;
	int64_t used;
};

static enum problem count_used(struct db *db, void *argument)
{
	struct count *count = argument;
	static const struct statement used = {
	    .sql = "SELECT used FROM quota WHERE day = $1 AND what = $2"};
	struct query query;

	query_start(&query, db, &used);
	query_put_day(&query, clock_today());
	query_put_integer(&query, count->what);
	if (query_next(&query))
		count->used = query_integer(&query, 0);
	return query_end(&query);
}

static int64_t count_of(int what)
{
	struct count count = {.what = what};

	CHECK_INT_EQ(store_read(temp.store, count_used, &count), PROBLEM_NONE);
	return count.used;
}

struct task {
	enum problem answer; /* what the job says after it has written */
	int kind;
};

static enum problem take_and_answer(struct db *db, void *argument)
{
	const struct task *task = argument;
	enum problem problem = quota_take(db, (enum quota)task->kind, MANY, QUOTA_SLOT_NONE);

	return problem == PROBLEM_NONE ? task->answer : problem;
}

static void a_job_that_fails_leaves_nothing(void)
{
	struct task fails = {PROBLEM_UNKNOWN_CODE, 1};

	CHECK_INT_EQ(store_write(temp.store, take_and_answer, &fails), PROBLEM_UNKNOWN_CODE);
	CHECK_INT_EQ(count_of(1), 0);
}

static void *write_often(void *argument)
{
	struct task good = {PROBLEM_NONE, KIND}, bad = {PROBLEM_QUOTA, KIND};

	(void)argument;
	for (int i = 0; i < WRITES_EACH; i++) {
		CHECK_INT_EQ(store_write(temp.store, take_and_answer, &good), PROBLEM_NONE);
		CHECK_INT_EQ(store_write(temp.store, take_and_answer, &bad), PROBLEM_QUOTA);
	}
	return NULL;
}

static void neighbours_of_a_failing_job_are_kept(void)
{
	pthread_t threads[WRITERS];

	for (int i = 0; i < WRITERS; i++)
		pthread_create(&threads[i], NULL, write_often, NULL);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);
	CHECK_INT_EQ(count_of(KIND), WRITERS * WRITES_EACH);
}

static enum problem lose_transaction(struct db *db, void *argument)
{
	(void)argument;
	/* As the engine does by itself when the disk is full in the middle of a statement. */
	db_rollback(db);
	return PROBLEM_UNAVAILABLE;
}

static void a_lost_transaction_is_told_and_the_next_one_works(void)
{
	struct task good = {PROBLEM_NONE, 2};

	CHECK_INT_EQ(store_write(temp.store, lose_transaction, NULL), PROBLEM_UNAVAILABLE);
	CHECK_INT_EQ(store_write(temp.store, take_and_answer, &good), PROBLEM_NONE);
	CHECK_INT_EQ(count_of(2), 1);
}

static void the_turn_keeps_another_writer_out_until_it_is_given(void)
{
	struct task good = {PROBLEM_NONE, 3};
	struct turn *turn;
	double start_ms;

	REQUIRE(turn_open(temp.path, &turn) == PROBLEM_NONE);
	REQUIRE(turn_take(turn) == PROBLEM_NONE);
	/* Nobody gives the turn, so the write is withdrawn: refused, and nothing of it stored. */
	start_ms = clock_monotonic_ms();
	CHECK_INT_EQ(store_write(temp.store, take_and_answer, &good), PROBLEM_UNAVAILABLE);
	CHECK(clock_monotonic_ms() - start_ms > 5000);
	turn_give(turn);
	CHECK_INT_EQ(store_write(temp.store, take_and_answer, &good), PROBLEM_NONE);
	CHECK_INT_EQ(count_of(3), 1);
	turn_close(turn);
}

static enum problem write_on_reader(struct db *db, void *argument)
{
	enum problem *answer = argument;

	*answer = quota_take(db, (enum quota)4, MANY, QUOTA_SLOT_NONE);
	return PROBLEM_NONE;
}

static void a_reader_cannot_write(void)
{
	enum problem answer = PROBLEM_NONE;

	CHECK_INT_EQ(store_read(temp.store, write_on_reader, &answer), PROBLEM_NONE);
	CHECK(answer != PROBLEM_NONE);
	CHECK_INT_EQ(count_of(4), 0);
}

struct nested {
	struct db *outer, *inner;
};

static enum problem note_inner(struct db *db, void *argument)
{
	((struct nested *)argument)->inner = db;
	return PROBLEM_NONE;
}

static enum problem note_both(struct db *db, void *argument)
{
	((struct nested *)argument)->outer = db;
	return store_read(temp.store, note_inner, argument);
}

static void readers_are_as_many_as_read_at_once(void)
{
	struct nested nested, again;

	CHECK_INT_EQ(store_read(temp.store, note_both, &nested), PROBLEM_NONE);
	CHECK(nested.inner != nested.outer);
	/* Who was given back last, the outer one, serves first. */
	CHECK_INT_EQ(store_read(temp.store, note_both, &again), PROBLEM_NONE);
	CHECK(again.outer == nested.outer && again.inner == nested.inner);
}

static void a_reader_that_cannot_be_opened_is_unavailable(void)
{
	const struct store_options options = temp_store_options(&temp);
	struct nested nested;
	struct store *store;
	char away[128];

	snprintf(away, sizeof(away), "%s.away", temp.path);
	if (!CHECK_INT_EQ(store_open(&options, &store), PROBLEM_NONE))
		return;
	CHECK_INT_EQ(rename(temp.path, away), 0);
	CHECK_INT_EQ(store_read(store, note_inner, &nested), PROBLEM_UNAVAILABLE);
	CHECK_INT_EQ(rename(away, temp.path), 0);
	CHECK_INT_EQ(store_read(store, note_inner, &nested), PROBLEM_NONE);
	store_close(store);
}

static void a_store_that_does_not_exist_is_refused(void)
{
	struct store_options options = {.path = "/nonexistent/breath.db", .batch_max = 1};
	struct store *store = NULL;

	CHECK_INT_EQ(store_open(&options, &store), PROBLEM_UNAVAILABLE);
	CHECK(store == NULL);
}

static void a_database_is_never_made_over_another(void)
{
	struct store_options options = temp_store_options(&temp);
	struct store *store = NULL;

	options.create = options.any_schema = true;
	CHECK_INT_EQ(store_open(&options, &store), PROBLEM_INTERNAL);
	CHECK(store == NULL);
}

static enum problem set_schema(struct db *db, void *argument)
{
	return db_set_schema_number(db, *(const int *)argument);
}

static void a_newer_database_is_refused(void)
{
	struct store_options options = temp_store_options(&temp);
	struct store *store = NULL;
	int newer = (int)migration_count + 1, own = (int)migration_count;

	CHECK_INT_EQ(store_write(temp.store, set_schema, &newer), PROBLEM_NONE);
	CHECK_INT_EQ(store_open(&options, &store), PROBLEM_INTERNAL);
	CHECK_INT_EQ(store_write(temp.store, migrate_apply, NULL), PROBLEM_INTERNAL);
	CHECK_INT_EQ(store_write(temp.store, set_schema, &own), PROBLEM_NONE);
	CHECK_INT_EQ(store_open(&options, &store), PROBLEM_NONE);
	store_close(store);
}

static void who_wants_it_alone_waits_and_is_refused_in_time(void)
{
	struct store_options options = temp_store_options(&temp);
	struct store *store = NULL;
	double start_ms = clock_monotonic_ms();

	options.alone_ms = 200;
	CHECK_INT_EQ(store_open(&options, &store), PROBLEM_UNAVAILABLE);
	CHECK(clock_monotonic_ms() - start_ms >= 200);
	CHECK(store == NULL);
}

/* Lets go of a lock after a while. */
static void *close_later(void *turn)
{
	usleep(200000);
	turn_close(turn);
	return NULL;
}

static void who_comes_meanwhile_waits_until_it_is_shared_again(void)
{
	struct store_options options;
	struct temp_store other;
	struct turn *turn;
	pthread_t thread;
	double start_ms;

	temp_store_open(&other);
	store_close(other.store);
	options = temp_store_options(&other);
	/* Alone while nobody else is there, and shared with whoever comes afterwards. */
	REQUIRE(turn_open(other.path, &turn) == PROBLEM_NONE);
	REQUIRE(turn_alone(turn, 1) == PROBLEM_NONE);
	start_ms = clock_monotonic_ms();
	REQUIRE(pthread_create(&thread, NULL, close_later, turn) == 0);
	REQUIRE(store_open(&options, &other.store) == PROBLEM_NONE);
	CHECK(clock_monotonic_ms() - start_ms >= 190);
	pthread_join(thread, NULL);
	/* And the other way round: who wants it alone gets it once it is closed. */
	REQUIRE(turn_open(other.path, &turn) == PROBLEM_NONE);
	CHECK_INT_EQ(turn_alone(turn, 1), PROBLEM_UNAVAILABLE);
	store_close(other.store);
	CHECK_INT_EQ(turn_alone(turn, 1), PROBLEM_NONE);
	turn_close(turn);
	other.store = NULL;
	temp_store_close(&other);
}

/* It began a transaction of its own, and was stored though its job was answered with 503. */
static void a_part_of_a_transaction_that_the_engine_gave_up_is_not_stored(void)
{
	struct db *db;

	REQUIRE(db_open(temp.path, DB_WRITER, false, &db) == PROBLEM_NONE);
	REQUIRE(db_write_begin(db) == PROBLEM_NONE);
	db_rollback(db);
	CHECK_INT_EQ(db_savepoint(db), PROBLEM_UNAVAILABLE);
	CHECK(!db_in_transaction(db));
	db_close(db);
}

static void migrations_are_numbered_without_a_gap(void)
{
	for (size_t i = 0; i < migration_count; i++)
		CHECK_INT_EQ(migrations[i].number, i + 1);
}

static enum problem note_gone(struct db *db, void *argument)
{
	const struct task *task = argument;

	db_note_gone(db, 'x', &task->kind, sizeof(task->kind));
	return task->answer;
}

static bool is_listed(int kind)
{
	struct gone_list *list;
	bool listed;

	CHECK_INT_EQ(gone_list_load(temp.path, &list), PROBLEM_NONE);
	listed = gone_list_has(list, 'x', &kind, sizeof(kind));
	CHECK(!gone_list_has(list, 'y', &kind, sizeof(kind)));
	gone_list_free(list);
	return listed;
}

static void what_a_job_takes_away_is_listed_unless_it_fails(void)
{
	struct task fails = {PROBLEM_QUOTA, 71}, works = {PROBLEM_NONE, 72};

	CHECK(!is_listed(works.kind));
	CHECK_INT_EQ(store_write(temp.store, note_gone, &fails), PROBLEM_QUOTA);
	CHECK_INT_EQ(store_write(temp.store, note_gone, &works), PROBLEM_NONE);
	CHECK(!is_listed(fails.kind));
	CHECK(is_listed(works.kind));
}

int main(void)
{
	temp_store_open(&temp);
	CASE(a_job_that_fails_leaves_nothing);
	CASE(neighbours_of_a_failing_job_are_kept);
	CASE(a_lost_transaction_is_told_and_the_next_one_works);
	CASE(the_turn_keeps_another_writer_out_until_it_is_given);
	CASE(a_reader_cannot_write);
	CASE(readers_are_as_many_as_read_at_once);
	CASE(a_reader_that_cannot_be_opened_is_unavailable);
	CASE(a_store_that_does_not_exist_is_refused);
	CASE(a_database_is_never_made_over_another);
	CASE(a_newer_database_is_refused);
	CASE(who_wants_it_alone_waits_and_is_refused_in_time);
	CASE(who_comes_meanwhile_waits_until_it_is_shared_again);
	CASE(what_a_job_takes_away_is_listed_unless_it_fails);
	CASE(a_part_of_a_transaction_that_the_engine_gave_up_is_not_stored);
	CASE(migrations_are_numbered_without_a_gap);
	temp_store_close(&temp);
	return check_end();
}
