/*
 * A number is packed in groups of seven bits, the lowest first, the highest bit saying that another follows (LEB128).
 * A row begins with how far its day or month is from the one before; so most numbers take one or two bytes.
 */
#include "game/history.h"

#include <stdlib.h>

enum { DAYS, MONTHS };

static const struct statement statements[] = {
    [DAYS] = {.sql = "SELECT device, day, xp, minutes, sessions, cycles, timely_xp FROM day"
		     " WHERE account = $1 ORDER BY day"},
    [MONTHS] = {.sql = "SELECT device, month, xp, minutes, sessions, cycles, active, board_xp,"
		       " board_days FROM month WHERE account = $1 ORDER BY month"},
};

const struct statement_table history_statements = {
    "history", statements, sizeof(statements) / sizeof(statements[0])};

enum { NUMBER_MAX_B = 10, CHUNK_MIN_B = 64, CHUNK_MAX_B = 4096 };

struct history_chunk {
	struct history_chunk *next;
	size_t size;
	size_t used;
	uint8_t bytes[];
};

/* The chunk that takes one more number. */
static struct history_chunk *make_room(struct arena *arena, struct history_rows *rows)
{
	struct history_chunk *last = rows->last;
	size_t size = CHUNK_MIN_B;

	if (last != NULL && last->size - last->used >= NUMBER_MAX_B)
		return last;
	if (last != NULL)
		size = last->size < CHUNK_MAX_B ? 2 * last->size : CHUNK_MAX_B;
	rows->last = arena_alloc(arena, sizeof(*rows->last) + size);
	rows->last->size = size;
	if (last == NULL)
		rows->first = rows->last;
	else
		last->next = rows->last;
	return rows->last;
}

static void put_number(struct arena *arena, struct history_rows *rows, int64_t number)
{
	struct history_chunk *chunk = make_room(arena, rows);
	uint64_t left = (uint64_t)number;

	for (; left >= 0x80; left >>= 7)
		chunk->bytes[chunk->used++] = (uint8_t)(left | 0x80);
	chunk->bytes[chunk->used++] = (uint8_t)left;
}

static int64_t next_number(struct history_reader *reader)
{
	uint64_t number = 0;
	int shift = 0;
	uint8_t byte;

	if (reader->at == reader->chunk->used) {
		reader->chunk = reader->chunk->next;
		reader->at = 0;
	}
	do {
		byte = reader->chunk->bytes[reader->at++];
		number |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	return (int64_t)number;
}

static int compare(const void *left, const void *right)
{
	const struct history *a = left, *b = right;

	return (a->device > b->device) - (a->device < b->device);
}

/* Packs the columns of a row from the one with its day or month on. */
static void put_row(
    struct arena *arena, struct history_rows *rows, const struct query *query, int columns)
{
	int64_t newest = query_integer(query, 1);

	put_number(arena, rows, newest - rows->newest);
	for (int i = 2; i < columns; i++)
		put_number(arena, rows, query_integer(query, i));
	rows->newest = newest;
	rows->count++;
}

enum problem history_load(
    struct db *db, struct arena *arena, int64_t account, struct history *histories, size_t count)
{
	static const int columns[] = {[DAYS] = 7, [MONTHS] = 9};
	enum problem problem = PROBLEM_NONE;

	for (int kind = DAYS; problem == PROBLEM_NONE && count > 0 && kind <= MONTHS; kind++) {
		struct query query;

		query_start(&query, db, &statements[kind]);
		query_put_integer(&query, account);
		while (query_next(&query)) {
			const struct history key = {.device = query_integer(&query, 0)};
			struct history *found =
			    bsearch(&key, histories, count, sizeof(key), compare);

			if (found != NULL)
				put_row(arena, kind == DAYS ? &found->days : &found->months, &query,
				    columns[kind]);
		}
		problem = query_end(&query);
	}
	return problem;
}

static bool has_next(const struct history_reader *reader)
{
	return reader->chunk != NULL &&
	    (reader->at < reader->chunk->used || reader->chunk->next != NULL);
}

static struct totals next_totals(struct history_reader *reader)
{
	struct totals totals;

	totals.xp = next_number(reader);
	totals.minutes = next_number(reader);
	totals.sessions = next_number(reader);
	totals.cycles = next_number(reader);
	return totals;
}

bool history_next_day(struct history_reader *reader, struct history_day *day)
{
	if (!has_next(reader))
		return false;
	reader->newest += next_number(reader);
	day->counted.day = (day_t)reader->newest;
	day->counted.totals = next_totals(reader);
	day->timely_xp = next_number(reader);
	return true;
}

bool history_next_month(struct history_reader *reader, struct month_totals *month)
{
	if (!has_next(reader))
		return false;
	reader->newest += next_number(reader);
	month->month = (int32_t)reader->newest;
	month->totals = next_totals(reader);
	month->active = next_number(reader);
	month->board_xp = next_number(reader);
	month->board_days = next_number(reader);
	return true;
}
