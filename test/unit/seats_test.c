/* Seats: who gets one, who waits, in which order, and that nobody waits for ever. */
#include "core/seats.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#include "check.h"

enum { JANE = 7, JOHN = 8, JOAN = 9 };

static const struct seats_plan small_plan = {.threads = 4,
    .per_holder = 2,
    .waiting_per_holder = 3,
    .waiting_max = 4};

static void a_holder_has_a_few_seats_and_others_have_theirs(void)
{
	struct seats *seats = seats_new(&small_plan);
	struct seats_waiter waiter;

	CHECK_INT_EQ(seats_ask(seats, JANE, &waiter), SEATS_TAKEN);
	CHECK_INT_EQ(seats_ask(seats, JANE, &waiter), SEATS_TAKEN);
	CHECK_INT_EQ(seats_ask(seats, JANE, &waiter), SEATS_WAITS);
	CHECK_INT_EQ(seats_ask(seats, JOHN, &waiter), SEATS_TAKEN);
	seats_free(seats);
}

static void who_leaves_takes_over_what_waited_longest(void)
{
	struct seats *seats = seats_new(&small_plan);
	struct seats_waiter none, waiters[3];

	CHECK_INT_EQ(seats_ask(seats, JANE, &none), SEATS_TAKEN);
	CHECK_INT_EQ(seats_ask(seats, JANE, &none), SEATS_TAKEN);
	for (int i = 0; i < 3; i++)
		CHECK_INT_EQ(seats_ask(seats, JANE, &waiters[i]), SEATS_WAITS);
	for (int i = 0; i < 3; i++)
		CHECK(seats_leave(seats, JANE) == &waiters[i]);
	CHECK(seats_leave(seats, JANE) == NULL);
	/* A newcomer does not pass by: one seat is still taken, one is free. */
	CHECK_INT_EQ(seats_ask(seats, JANE, &none), SEATS_TAKEN);
	CHECK_INT_EQ(seats_ask(seats, JANE, &none), SEATS_WAITS);
	seats_free(seats);
}

static void what_waits_has_bounds_for_one_holder_and_for_all(void)
{
	struct seats *seats = seats_new(&small_plan);
	struct seats_waiter none, waiters[4];

	for (int i = 0; i < 2; i++) {
		CHECK_INT_EQ(seats_ask(seats, JANE, &none), SEATS_TAKEN);
		CHECK_INT_EQ(seats_ask(seats, JOHN, &none), SEATS_TAKEN);
	}
	for (int i = 0; i < 3; i++)
		CHECK_INT_EQ(seats_ask(seats, JANE, &waiters[i]), SEATS_WAITS);
	CHECK_INT_EQ(seats_ask(seats, JANE, &none), SEATS_REFUSED);
	CHECK_INT_EQ(seats_ask(seats, JOHN, &waiters[3]), SEATS_WAITS);
	CHECK_INT_EQ(seats_ask(seats, JOHN, &none), SEATS_REFUSED);
	/* What left a queue has left its bounds. */
	CHECK(seats_leave(seats, JANE) == &waiters[0]);
	CHECK_INT_EQ(seats_ask(seats, JOHN, &waiters[0]), SEATS_WAITS);
	seats_free(seats);
}

static void a_seat_that_was_left_is_anybodys(void)
{
	struct seats *seats = seats_new(&small_plan);
	struct seats_waiter none;

	for (int round = 0; round < 100; round++) {
		CHECK_INT_EQ(seats_ask(seats, JANE + round, &none), SEATS_TAKEN);
		CHECK_INT_EQ(seats_ask(seats, JOAN, &none), SEATS_TAKEN);
		CHECK(seats_leave(seats, JANE + round) == NULL);
		CHECK(seats_leave(seats, JOAN) == NULL);
	}
	seats_free(seats);
}

/* ----- many threads ----- */

enum { THREADS = 8, HOLDERS = 3, ROUNDS = 5000 };

struct job {
	struct seats_waiter waiter;
	int64_t holder;
};

static struct seats *shared;
static atomic_int inside[HOLDERS + 1], most[HOLDERS + 1];
static atomic_long asked, served, refused, waited;

static void serve(int64_t holder)
{
	int now = atomic_fetch_add(&inside[holder], 1) + 1, before = most[holder];

	while (now > before && !atomic_compare_exchange_weak(&most[holder], &before, now))
		;
	/* So that others come meanwhile. */
	sched_yield();
	served++;
	atomic_fetch_sub(&inside[holder], 1);
}

static void *be_thread(void *argument)
{
	unsigned seed = *(unsigned *)argument;

	for (int round = 0; round < ROUNDS; round++) {
		struct job *job = malloc(sizeof(*job));
		struct seats_waiter *next = &job->waiter;
		int64_t holder = job->holder = 1 + rand_r(&seed) % HOLDERS;
		enum seats_answer answer = seats_ask(shared, holder, &job->waiter);

		asked++;
		waited += answer == SEATS_WAITS;
		refused += answer == SEATS_REFUSED;
		if (answer == SEATS_REFUSED)
			free(job);
		if (answer != SEATS_TAKEN)
			continue;
		while (next != NULL) {
			job = (struct job *)((char *)next - offsetof(struct job, waiter));
			CHECK_INT_EQ(job->holder, holder);
			serve(holder);
			free(job);
			next = seats_leave(shared, holder);
		}
	}
	return NULL;
}

static void nothing_that_waits_is_forgotten_and_no_holder_gets_more(void)
{
	const struct seats_plan plan = {
	    .threads = THREADS, .per_holder = 2, .waiting_per_holder = 3, .waiting_max = 7};
	pthread_t threads[THREADS];
	unsigned seeds[THREADS];

	shared = seats_new(&plan);
	for (unsigned i = 0; i < THREADS; i++) {
		seeds[i] = i + 1;
		pthread_create(&threads[i], NULL, be_thread, &seeds[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	CHECK_INT_EQ(asked, (long)THREADS * ROUNDS);
	CHECK_INT_EQ(served + refused, asked);
	for (int i = 1; i <= HOLDERS; i++)
		CHECK(most[i] <= plan.per_holder);
	printf("# %ld served, %ld of them waited, %ld were refused\n", (long)served, (long)waited,
	    (long)refused);
	seats_free(shared);
}

int main(void)
{
	CASE(a_holder_has_a_few_seats_and_others_have_theirs);
	CASE(who_leaves_takes_over_what_waited_longest);
	CASE(what_waits_has_bounds_for_one_holder_and_for_all);
	CASE(a_seat_that_was_left_is_anybodys);
	CASE(nothing_that_waits_is_forgotten_and_no_holder_gets_more);
	return check_end();
}
