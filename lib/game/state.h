#ifndef GAME_STATE_H
#define GAME_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "game/account.h"
#include "game/epoch.h"

/*
 * How many days after its last one a run of days still counts as current: by the asking device's
 * calendar, and where no device asks by the server's, which may be a day ahead of the person's.
 */
enum { GRACE_OF_DEVICE = 1, GRACE_OF_SERVER = 2 };

/* The merged state: what an account has reached, as every device of it is shown. */
struct state {
	struct account account;
	int32_t current_streak;
	bool active_today;
	int64_t devices; /* clients that are not revoked */
	char epoch[EPOCH_TEXT_B];
	day_t server_day;
};

/*
 * Completes the state of a loaded account (*account is copied).
 * today  by the asking device's calendar, or DAY_NONE: nobody's
 * Inside the caller's transaction.
 */
enum problem state_of(struct db *db, const struct account *account, day_t today,
    struct state *state) __attribute__((nonnull, warn_unused_result));

#endif
