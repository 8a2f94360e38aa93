#ifndef FAMILY_PROMETHEUS_H
#define FAMILY_PROMETHEUS_H

#include "core/arena.h"
#include "family/families.h"
#include "store/room.h"

#define PROMETHEUS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/*
 * What families have counted, in the text that Prometheus reads. Labels are names of families, methods,
 * templates, codes and bounds; of anything else a character becomes an underscore, so that whatever a file
 * holds no line can be made of it.
 * wal_b  bytes of the store's write-ahead log
 * room   of the store; NULL: it cannot be told
 */
const char *prometheus_text(struct arena *arena, const struct family_metrics families[FAMILIES],
    int64_t wal_b, const struct room *room)
    __attribute__((nonnull(1, 2), returns_nonnull, warn_unused_result));

#endif
