#ifndef GAME_JOIN_H
#define GAME_JOIN_H

#include <stdbool.h>
#include <stdint.h>

#include "game/account.h"
#include "game/device.h"

/*
 * Joining an account with a code that its owner was shown: a pairing code or the recovery code.
 * Whoever comes without a token gets a device of the account. Whoever comes with the token of
 * another account merges that account into the code's, having agreed to it; their device and token
 * stay what they are.
 */
struct join {
	/* What is asked. */
	bool by_pairing; /* code is a pairing code, else a recovery code */
	uint8_t code[RECOVERY_B];
	enum device_kind kind; /* of the device that is made */
	int64_t devices_max;
	int64_t max_rows; /* days and folded months that an account may hold */
	bool merge;       /* agreed to */
	const uint8_t
	    *request; /* what the client may repeat it under (game/retry.h); NULL: nothing */

	/* What comes of it. */
	struct account account;    /* the code's */
	struct account own;        /* the caller's as it was, if it is another one */
	struct device_made device; /* if there is no caller */
	bool has_revoked;          /* recovery had to make room for it */
	uint8_t revoked_uid[UUID_B];
};

/*
 * Joins. Inside a write transaction; caller is NULL for whoever comes without a token.
 * PROBLEM_UNKNOWN_CODE, PROBLEM_RECOVERY_UNKNOWN  the code opens nothing
 * PROBLEM_MERGE_NEEDED  two accounts would become one; join->account and join->own say which sums
 * PROBLEM_QUOTA         a pairing code, and the account has as many devices as it may have. Recovery is never
 *                       refused for that: it revokes the device that was unused for longest
 * PROBLEM_TOO_MANY_DAYS the two accounts hold more days together than one may
 * PROBLEM_REQUEST_REUSED, PROBLEM_TOKEN_REVOKED  see retry_find
 * The code is used up only on success. The same request again has the same device, with a fresh token, or the
 * same merged account, though its code is used up.
 */
enum problem join_account(struct db *db, const struct caller *caller, struct join *join)
    __attribute__((nonnull(1, 3), warn_unused_result));

#endif
