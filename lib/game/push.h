#ifndef GAME_PUSH_H
#define GAME_PUSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "game/account.h"
#include "game/device.h"
#include "game/import.h"

extern const struct statement_table push_statements;

/*
 * A device's upload, as a link of its chain.
 *
 * A largest value cannot tell a device from its copy: a laptop put back from a backup, or two
 * machines on one token, would hide their practice behind each other's. So each push bears a random
 * identifier and names the one before it. Whoever names another one than the newest is a copy of the
 * device, or a device that was rolled back; it is told so and asks for a device of its own.
 */
enum { PUSH_ID_B = 8, CHAIN_MAX = 8, PUSH_DAYS_MAX = 400 };

struct push {
	const uint8_t *id;    /* PUSH_ID_B bytes */
	const uint8_t *after; /* the push before this one; NULL: none */
	const struct day_totals *days;
	size_t day_count;
	int64_t max_rows; /* see progress_merge_days */
};

/*
 * Takes a push of the caller's device and merges its days; *account is loaded, changed and stored.
 * The newest push again is a retry and changes nothing. A device without a chain takes any push: it
 * is new, or a restore has forgotten what it pushed.
 *
 * PROBLEM_DEVICE_FORKED  the push does not follow the newest; *received says whether it is among
 *                        the last CHAIN_MAX taken. Nothing is stored.
 * PROBLEM_TOO_MANY_DAYS, PROBLEM_STORE_FULL  as progress_merge_days
 */
enum problem push_take(struct db *db, const struct caller *caller, const struct push *push,
    struct account *account, bool *received) __attribute__((nonnull, warn_unused_result));

#endif
