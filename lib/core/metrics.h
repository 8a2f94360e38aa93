#ifndef CORE_METRICS_H
#define CORE_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/problem.h"

/*
 * What processes say of their own work: each has a file NAME.metrics in a folder that all of them know, in
 * which it counts (meter.h). Nobody is asked for figures, and any process of the same user can read them.
 *
 * Nothing in it is anybody's: routes are templates, refusals are codes, and neither is counted by when.
 */
#define METRICS_MAGIC "breath-metrics1"

enum {
	METRICS_MAGIC_B = sizeof(METRICS_MAGIC),
	METRICS_NAME_B = 16,
	METRICS_METHOD_B = 8,
	METRICS_PATH_B = 48,
	METRICS_CODE_B = 32,
	METRICS_ROUTES_MAX = 48,
	METRICS_CLASSES = 5, /* of a status: its first digit */
	METRICS_LATENCIES = 24,
	METRICS_BATCHES = 11,
};

/* Upper bounds, the last of which takes whatever is above as well. */
extern const uint32_t metrics_latency_us[METRICS_LATENCIES];
extern const uint32_t metrics_batch_jobs[METRICS_BATCHES];

/* Requests of one row of a table of routes, or those that came to none. */
struct metrics_route {
	char method[METRICS_METHOD_B]; /* "-": none */
	char path[METRICS_PATH_B];     /* the template; "-": none */
	uint64_t by_class[METRICS_CLASSES];
	uint64_t took
	    [METRICS_LATENCIES]; /* how many took at most so long, and more than the bound before */
	uint64_t took_us;        /* all of them together */
};

struct metrics_refusal {
	char code[METRICS_CODE_B];
	uint64_t count;
};

/* The file, whole. In it counters are accessed atomically, each by itself. */
struct metrics {
	char magic[METRICS_MAGIC_B];
	uint64_t size_b; /* of this struct: one of another version's is not read */
	char name[METRICS_NAME_B];
	uint64_t pss_b;   /* the process's share of memory, when it last looked */
	uint64_t waiting; /* jobs that wait for the writer */
	uint64_t commits;
	uint64_t commits_lost;
	uint64_t jobs; /* of all commits */
	uint64_t batches[METRICS_BATCHES];
	uint64_t route_count;
	struct metrics_route routes[METRICS_ROUTES_MAX]; /* [0]: requests that came to no row */
	struct metrics_refusal refusals[PROBLEM_COUNT];
};

/* The file of a process; path has room for METRICS_FILE_B bytes. */
enum { METRICS_FILE_B = 4096 };
char *metrics_path(const char *folder, const char *name, char path[METRICS_FILE_B])
    __attribute__((nonnull));

/* Which of the bounds a value belongs to. */
int metrics_bound(const uint32_t *bounds, int count, double value)
    __attribute__((nonnull, warn_unused_result));

/*
 * Reads what a process has counted. False where there is none: no such file, one of another version, or one
 * whose process is gone.
 */
bool metrics_read(const char *folder, const char *name, struct metrics *reading)
    __attribute__((nonnull, warn_unused_result));

#endif
