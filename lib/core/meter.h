#ifndef CORE_METER_H
#define CORE_METER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/metrics.h"
#include "core/problem.h"

/*
 * Where a process counts its own work, mapped from its file of metrics, so that counting is an addition.
 * Any thread may count at any time; a meter that is NULL counts nothing.
 */
struct meter;

/*
 * Makes the file, which nobody finds yet. The caller owns what is returned: meter_close. Where it cannot be
 * made the process counts for itself, after a line in the log: nothing else depends on it.
 */
struct meter *meter_open(const char *folder, const char *name)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/* Gives the file its name, in the place of one that is there: the process serves from now on. */
void meter_publish(struct meter *meter) __attribute__((nonnull));

/* Removes the file, unless it is a successor's by now. Accepts NULL. */
void meter_close(struct meter *meter);

/* Names the next row of the table of routes, before threads start. What has no room is counted as none. */
void meter_add_route(struct meter *meter, const char *method, const char *path)
    __attribute__((nonnull));

/*
 * Counts an answer.
 * route  the row, from 1 on in the order in which they were named; 0: none
 */
void meter_answer(
    struct meter *meter, size_t route, int status, enum problem problem, double duration_ms);

/* Counts a transaction of so many jobs, or one that was lost. */
void meter_commit(struct meter *meter, int jobs, bool committed);

/* One job more waits for the writer, or (-1) one fewer. */
void meter_wait(struct meter *meter, int change);

/* Looks how much memory the process takes: its own, and its share of what others have as well. */
void meter_weigh(struct meter *meter) __attribute__((nonnull));

/* What has been counted, as it goes on. Borrowed. */
const struct metrics *meter_metrics(const struct meter *meter)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

#endif
