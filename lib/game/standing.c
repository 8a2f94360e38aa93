#include "game/standing.h"

#include "core/clock.h"
#include "game/board.h"
#include "game/bucket.h"

enum { ALL, ADD, PUT, REMOVE, REMOVE_ALL, ADD_PEOPLE, DROP_BUCKET };

static const struct statement statements[] = {
    [ALL] = {.sql = "SELECT board, period, value FROM standing WHERE place = $1"},
    [ADD] = {.sql = "INSERT INTO standing (place, board, period, value) VALUES ($1, $2, $3, $4)"
		    " ON CONFLICT (place, board, period) DO UPDATE"
		    " SET value = standing.value + excluded.value RETURNING value"},
    [PUT] = {.sql = "INSERT INTO standing (place, board, period, value) VALUES ($1, $2, $3, $4)"
		    " ON CONFLICT (place, board, period) DO UPDATE SET value = excluded.value"},
    [REMOVE] = {.sql = "DELETE FROM standing WHERE place = $1 AND board = $2 AND period = $3"},
    [REMOVE_ALL] = {.sql = "DELETE FROM standing WHERE place = $1"},
    [ADD_PEOPLE] = {.sql = "INSERT INTO histogram (board, period, bucket, people)"
			   " VALUES ($1, $2, $3, $4) ON CONFLICT (board, period, bucket)"
			   " DO UPDATE SET people = histogram.people + excluded.people"
			   " RETURNING people"},
    [DROP_BUCKET] = {.sql = "DELETE FROM histogram"
			    " WHERE board = $1 AND period = $2 AND bucket = $3"},
};

const struct statement_table standing_statements = {
    "standing", statements, sizeof(statements) / sizeof(statements[0])};

/* How many people a bucket of a histogram has. */
static const struct counter people = {&statements[ADD_PEOPLE], &statements[DROP_BUCKET]};

static void count_person(struct db *db, const struct score *score, int64_t change)
{
	const int64_t key[COUNTER_KEYS] = {score->board, score->period, bucket_of(score->value)};

	db_count(db, &people, key, change);
}

/* The same person, with another value: 0 is no row. */
static void count_move(struct db *db, const struct score *before, int64_t value)
{
	const struct score after = {before->board, before->period, value};

	if (before->value > 0)
		count_person(db, before, -1);
	if (value > 0)
		count_person(db, &after, 1);
}

static void begin(
    struct query *query, struct db *db, int which, int64_t place, const struct score *score)
{
	query_start(query, db, &statements[which]);
	query_put_integer(query, place);
	query_put_integer(query, score->board);
	query_put_integer(query, score->period);
}

static enum problem add(struct db *db, int64_t place, const struct score *change)
{
	struct score before = *change;
	struct query query;
	enum problem problem;
	int64_t value = 0;

	begin(&query, db, ADD, place, change);
	query_put_integer(&query, change->value);
	if (query_next(&query))
		value = query_integer(&query, 0);
	problem = query_end(&query);
	before.value = value - change->value;
	if (problem == PROBLEM_NONE)
		count_move(db, &before, value);
	return problem;
}

enum problem standing_add(struct db *db, int64_t place, const struct scores *changes)
{
	enum problem problem = PROBLEM_NONE;

	for (size_t i = 0; problem == PROBLEM_NONE && i < changes->count; i++)
		if (changes->rows[i].value != 0)
			problem = add(db, place, &changes->rows[i]);
	return problem;
}

static enum problem put(struct db *db, int64_t place, const struct score *before, int64_t value)
{
	struct query query;

	count_move(db, before, value);
	begin(&query, db, value > 0 ? PUT : REMOVE, place, before);
	if (value > 0)
		query_put_integer(&query, value);
	return query_run(&query);
}

enum problem standing_set(
    struct db *db, int64_t place, const struct scores *counted, int64_t *changed)
{
	struct scores kept, changes = *counted;
	enum problem problem = standing_load(db, place, counted->today, &kept);

	*changed = 0;
	for (size_t i = 0; problem == PROBLEM_NONE && i < kept.count; i++)
		scores_add(&changes, kept.rows[i].board, kept.rows[i].period, -kept.rows[i].value);
	for (size_t i = 0; problem == PROBLEM_NONE && i < changes.count; i++) {
		struct score before = changes.rows[i];
		int64_t change = before.value;

		if (change == 0)
			continue;
		before.value = scores_of(&kept, before.board, before.period);
		problem = put(db, place, &before, before.value + change);
		++*changed;
	}
	return problem;
}

enum problem standing_remove(struct db *db, int64_t place)
{
	struct scores scores;
	struct query query;
	enum problem problem = standing_load(db, place, clock_today(), &scores);

	if (problem != PROBLEM_NONE)
		return problem;
	for (size_t i = 0; i < scores.count; i++)
		count_person(db, &scores.rows[i], -1);
	query_start(&query, db, &statements[REMOVE_ALL]);
	query_put_integer(&query, place);
	return query_run(&query);
}

enum problem standing_load(struct db *db, int64_t place, day_t today, struct scores *scores)
{
	struct query query;

	*scores = (struct scores){.today = today};
	query_start(&query, db, &statements[ALL]);
	query_put_integer(&query, place);
	while (query_next(&query)) {
		int board = (int)query_integer(&query, 0);
		int32_t period = (int32_t)query_integer(&query, 1);

		if (scores_have(scores, board, period))
			scores_add(scores, board, period, query_integer(&query, 2));
	}
	return query_end(&query);
}

enum problem standing_list(
    struct db *db, struct arena *arena, int64_t place, struct score **rows, size_t *count)
{
	size_t room = 0;
	struct query query;

	*rows = NULL;
	*count = 0;
	query_start(&query, db, &statements[ALL]);
	query_put_integer(&query, place);
	while (query_next(&query)) {
		*rows = arena_grow(arena, *rows, *count, &room, sizeof(**rows));
		(*rows)[(*count)++] = (struct score){(int)query_integer(&query, 0),
		    (int32_t)query_integer(&query, 1), query_integer(&query, 2)};
	}
	return query_end(&query);
}
