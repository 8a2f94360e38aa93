/*
 * How long it takes to find where somebody stands, by how many people there are, and how long plain
 * counting takes.
 *
 *	ranks ROUNDS FINDS SMALL LARGE
 *
 * SMALL and LARGE are databases that `fill` filled. They take turns: a round finds FINDS people, chosen
 * at random and with their neighbours, in each database, as the service does it and by a connection
 * that is opened as the service's are; then the last one on the board in LARGE, and then counts
 * with COUNT(*) over the index who stands above that one. The board is that of XP for all time, where
 * values are largest and buckets widest.
 *
 * Prints a line a round, in microseconds: small_us=N large_us=N last_us=N count_us=N
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/secret.h"
#include "game/board.h"
#include "game/ranking.h"
#include "store/engine.h"

enum { AROUND = 5, COUNTS = 3 };

static const struct leaderboard of = {BOARD_XP_ALL, 0};

/* Whom to look for in a database. */
struct crowd {
	struct db *reader;
	sqlite3 *raw;
	int64_t *places;
	int count;
	int64_t last; /* the place of who stands last */
};

static struct arena *arena;

static void must(bool held, const char *what)
{
	if (held)
		return;
	fprintf(stderr, "ranks: %s\n", what);
	exit(EXIT_FAILURE);
}

static int64_t ask(sqlite3 *raw, const char *sql)
{
	sqlite3_stmt *query;
	int64_t answer;

	must(sqlite3_prepare_v2(raw, sql, -1, &query, NULL) == SQLITE_OK &&
		sqlite3_step(query) == SQLITE_ROW,
	    sqlite3_errmsg(raw));
	answer = sqlite3_column_int64(query, 0);
	sqlite3_finalize(query);
	return answer;
}

static void open_crowd(struct crowd *crowd, const char *path, int count)
{
	sqlite3_stmt *query;

	must(db_open(path, DB_READER, false, &crowd->reader) == PROBLEM_NONE, path);
	must(sqlite3_open_v2(path, &crowd->raw, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK, path);
	crowd->places = calloc((size_t)count, sizeof(*crowd->places));
	must(crowd->places != NULL, "memory");
	/* Places are spread at random, so whoever comes behind a random one is anybody. */
	must(sqlite3_prepare_v2(crowd->raw,
		 "SELECT place FROM member WHERE place >= ? ORDER BY place LIMIT 1", -1, &query,
		 NULL) == SQLITE_OK,
	    "prepare");
	while (crowd->count < count) {
		sqlite3_bind_int64(query, 1,
		    (int64_t)secret_random_below(1 << 24) << 24 | secret_random_below(1 << 24));
		if (sqlite3_step(query) == SQLITE_ROW)
			crowd->places[crowd->count++] = sqlite3_column_int64(query, 0);
		sqlite3_reset(query);
	}
	sqlite3_finalize(query);
	crowd->last = ask(crowd->raw,
	    "SELECT place FROM standing WHERE board = 3 AND period = 0 ORDER BY value, place LIMIT 1");
}

static void close_crowd(struct crowd *crowd)
{
	db_close(crowd->reader);
	sqlite3_close(crowd->raw);
	free(crowd->places);
}

static void find(struct crowd *crowd, int64_t place)
{
	struct ranking_me me;

	must(db_read_begin(crowd->reader) == PROBLEM_NONE, "begin");
	must(ranking_find(crowd->reader, arena, &of, place, AROUND, &me) == PROBLEM_NONE &&
		me.rank > 0,
	    "find");
	db_read_end(crowd->reader);
	arena_reset(arena);
}

/* Microseconds that finding one of these people takes, on an average. */
static double time_finds(struct crowd *crowd, const int64_t *places, int count, int times)
{
	double began_ms = clock_monotonic_ms();

	for (int i = 0; i < times; i++)
		find(crowd, places[i % count]);
	return (clock_monotonic_ms() - began_ms) * 1e3 / times;
}

static double time_counts(struct crowd *crowd)
{
	double began_ms = clock_monotonic_ms();

	for (int i = 0; i < COUNTS; i++)
		must(ask(crowd->raw,
			 "SELECT count(*) FROM standing WHERE board = 3 AND period = 0 AND"
			 " value > (SELECT min(value) FROM standing WHERE board = 3 AND"
			 " period = 0)") > 0,
		    "nobody is above the last one");
	return (clock_monotonic_ms() - began_ms) * 1e3 / COUNTS;
}

int main(int argc, char **argv)
{
	struct crowd small = {0}, large = {0};
	int rounds, finds;

	if (argc != 5 || (rounds = atoi(argv[1])) < 1 || (finds = atoi(argv[2])) < 1 ||
	    !secret_init()) {
		fputs("usage: ranks ROUNDS FINDS SMALL LARGE\n", stderr);
		return 2;
	}
	arena = arena_new();
	open_crowd(&small, argv[3], finds);
	open_crowd(&large, argv[4], finds);
	/* The first time everything comes from the disk. */
	time_finds(&small, small.places, finds, finds);
	time_finds(&large, large.places, finds, finds);
	time_counts(&large);
	for (int i = 0; i < rounds; i++) {
		double small_us = time_finds(&small, small.places, finds, finds);
		double large_us = time_finds(&large, large.places, finds, finds);
		double last_us = time_finds(&large, &large.last, 1, finds);

		printf("small_us=%.1f large_us=%.1f last_us=%.1f count_us=%.1f\n", small_us,
		    large_us, last_us, time_counts(&large));
		fflush(stdout);
	}
	close_crowd(&small);
	close_crowd(&large);
	arena_free(arena);
	return EXIT_SUCCESS;
}
