#ifndef STORE_WRITER_H
#define STORE_WRITER_H

#include "store/store.h"

/* The writer thread behind store_write; only store.c includes this. */
struct writer;
struct turn;

/*
 * Opens its connection and starts the thread. See store_open for problems.
 * turn  by which it writes; borrowed
 */
enum problem writer_start(const struct store_options *options, struct turn *turn,
    struct writer **writer) __attribute__((nonnull, warn_unused_result));

/* Finishes what waits, then ends the thread and closes. May hold the turn until turn_close. Accepts NULL. */
void writer_stop(struct writer *writer);

/* See store_write. */
enum problem writer_run(struct writer *writer, store_job *job, void *argument)
    __attribute__((nonnull(1, 2), warn_unused_result));

#endif
