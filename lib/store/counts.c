#include "store/counts.h"

#include <stdlib.h>

#include "core/log.h"

enum { FIRST_ROOM = 64 };

struct count {
	const struct counter *counter;
	int64_t key[COUNTER_KEYS];
	int64_t change;
};

void counts_free(struct counts *counts)
{
	free(counts->changes);
	*counts = (struct counts){0};
}

void counts_clear(struct counts *counts)
{
	counts->count = counts->mark = 0;
}

void counts_mark(struct counts *counts)
{
	counts->mark = counts->count;
}

void counts_undo(struct counts *counts)
{
	counts->count = counts->mark;
}

void counts_add(struct counts *counts, const struct counter *counter,
    const int64_t key[COUNTER_KEYS], int64_t change)
{
	struct count *added;

	if (counts->count == counts->room) {
		counts->room = counts->room == 0 ? FIRST_ROOM : 2 * counts->room;
		counts->changes =
		    reallocarray(counts->changes, counts->room, sizeof(*counts->changes));
		if (counts->changes == NULL)
			log_out_of_memory();
	}
	added = &counts->changes[counts->count++];
	added->counter = counter;
	added->change = change;
	for (int i = 0; i < COUNTER_KEYS; i++)
		added->key[i] = key[i];
}

/* Which row comes first; 0: it is the same one. */
static int compare(const void *one, const void *other)
{
	const struct count *a = one, *b = other;

	if (a->counter != b->counter)
		return (uintptr_t)a->counter < (uintptr_t)b->counter ? -1 : 1;
	for (int i = 0; i < COUNTER_KEYS; i++)
		if (a->key[i] != b->key[i])
			return a->key[i] < b->key[i] ? -1 : 1;
	return 0;
}

static void put_key(struct query *query, const struct count *count)
{
	for (int i = 0; i < COUNTER_KEYS; i++)
		query_put_integer(query, count->key[i]);
}

static enum problem write_sum(struct db *db, const struct count *count, int64_t sum)
{
	struct query query;
	bool empty;
	enum problem problem;

	query_start(&query, db, count->counter->add);
	put_key(&query, count);
	query_put_integer(&query, sum);
	empty = query_next(&query) && query_integer(&query, 0) == 0;
	problem = query_end(&query);
	if (problem != PROBLEM_NONE || !empty)
		return problem;
	query_start(&query, db, count->counter->drop);
	put_key(&query, count);
	return query_run(&query);
}

enum problem counts_write(struct counts *counts, struct db *db)
{
	enum problem problem = PROBLEM_NONE;

	if (counts->count > 1)
		qsort(counts->changes, counts->count, sizeof(*counts->changes), compare);
	for (size_t i = 0, end; problem == PROBLEM_NONE && i < counts->count; i = end) {
		int64_t sum = 0;

		for (end = i; end < counts->count &&
		     compare(&counts->changes[i], &counts->changes[end]) == 0;
		     end++)
			sum += counts->changes[end].change;
		if (sum != 0)
			problem = write_sum(db, &counts->changes[i], sum);
	}
	counts_clear(counts);
	return problem;
}
