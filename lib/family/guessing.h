#ifndef FAMILY_GUESSING_H
#define FAMILY_GUESSING_H

#include "core/limit.h"
#include "http/route.h"

/*
 * How often wrong pairing codes may be tried. A code has 40 bits and lives for ten minutes; so the tries of everybody
 * together are limited, and out of that pool one network, and one account where a token is shown, may use up
 * quota_share of it, so that nobody alone takes from everybody the chance to enter a right one.
 *
 * A wrong code names no account, so it cannot be counted for the account that somebody means to get into: that would
 * also let strangers lock an owner out. What can be counted is who tries.
 *
 * A recovery code has 128 bits. No number of tries gets anywhere, so none are counted here; nginx limits them by
 * address like everything else.
 */
enum { GUESSING_ACCOUNTS = 1024 };

struct guessing {
	struct limit all;
	struct limit by_slot[SLOTS];
	/* An account has the row of its number's remainder. Sharing one costs the other accounts of the row at worst. */
	struct limit by_account[GUESSING_ACCOUNTS];
};

/* most  wrong codes in ten minutes, by everybody together */
void guessing_init(struct guessing *guessing, int64_t most) __attribute__((nonnull));

/*
 * Returns true if too many codes were wrong for this one to be looked at, and sets *wait_s to the seconds until one
 * will be. Counts nothing.
 * account  whose token was shown; 0: none was
 */
bool guessing_must_wait(struct guessing *guessing, int slot, int64_t account, int *wait_s)
    __attribute__((nonnull, warn_unused_result));

/* Counts a wrong code. */
void guessing_count(struct guessing *guessing, int slot, int64_t account) __attribute__((nonnull));

#endif
