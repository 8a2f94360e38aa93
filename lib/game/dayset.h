#ifndef GAME_DAYSET_H
#define GAME_DAYSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/day.h"

/* A set of civil days from DAY_FIRST on, one bit each. Zeroed, it is empty. */
enum { DAYSET_DAYS = 64 * 256 }; /* up to the year 2064 */
struct dayset {
	uint64_t words[DAYSET_DAYS / 64];
};

/* Adds a day. A day outside the set's range changes nothing. */
void dayset_add(struct dayset *set, day_t day) __attribute__((nonnull));
/* Adds the days from first to last, both included. */
void dayset_add_range(struct dayset *set, day_t first, day_t last) __attribute__((nonnull));
/* Returns true if the day is in the set. */
bool dayset_has(const struct dayset *set, day_t day) __attribute__((nonnull, warn_unused_result));

/* Returns how many days the set has. */
int32_t dayset_count(const struct dayset *set) __attribute__((nonnull, warn_unused_result));

/* Returns true if both sets have the same days. */
bool dayset_equal(const struct dayset *a, const struct dayset *b)
    __attribute__((nonnull, warn_unused_result));

/*
 * How a set is stored: the number of days between DAY_FIRST and bit 0 divided by eight, as two bytes, low
 * byte first, then the bits, eight days a byte, earliest day in the lowest bit. Neither the first nor the
 * last byte of the bits is zero; the empty set has no bytes at all.
 */
enum { DAYSET_PACKED_MAX_B = 2 + DAYSET_DAYS / 8 };

/* Packs a set. Returns the number of bytes written. */
size_t dayset_pack(const struct dayset *set, uint8_t bytes[DAYSET_PACKED_MAX_B])
    __attribute__((nonnull, warn_unused_result));

/*
 * Unpacks a set.
 * Returns false for bytes that dayset_pack cannot have written; *set is empty then.
 */
bool dayset_unpack(const uint8_t *bytes, size_t length, struct dayset *set)
    __attribute__((nonnull(3), warn_unused_result));

#endif
