#ifndef GAME_SHARE_H
#define GAME_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/day.h"
#include "core/problem.h"
#include "game/account.h"
#include "game/member.h"
#include "store/db.h"

extern const struct statement_table share_statements;

/*
 * Shares: a random identifier under which anybody may see one figure of an account as it is now, and
 * nothing else of it: no pseudonym, no identifier, no other figure, no other share. Each share that is
 * asked for is one of its own, also of the same figure, so that what was put in one place can be
 * withdrawn there alone.
 *
 * A figure moves when a device uploads. Clients wait for a random while before they do (rule P1), so that
 * whoever looks at a share all day long does not see when somebody breathes.
 */
enum share_what {
	SHARE_STREAK = 0, /* days of the current one; where no device asks it may be two days old */
	SHARE_LEVEL,
	SHARE_XP,   /* of all time, imports included */
	SHARE_WEEK, /* XP of a week, from Monday on */
};

/* "streak", "level", "xp", "week", by value; NULL-terminated. */
extern const char *const share_names[];

enum {
	SHARE_UID_B = 16, /* 128 random bits: nobody comes upon one by trying */
	SHARE_UID_TEXT_B = 2 * SHARE_UID_B + 1,
};

struct share {
	uint8_t uid[SHARE_UID_B];
	enum share_what what;
	day_t created_day; /* by the server's calendar */
};

/* What a share shows at a moment. */
struct shown {
	enum share_what what;
	int64_t figure; /* days, the number of a level, or XP */
	bool veiled;    /* it is at least that; 0: not even that can be said (veil.h) */
};

/*
 * All of these run inside the caller's transaction; adding and removing in a write transaction.
 */

/*
 * Adds a share to an account.
 * max  shares that an account may have
 * PROBLEM_QUOTA       it has them
 * PROBLEM_STORE_FULL  the store has reached its limit (db_has_room)
 */
enum problem share_add(struct db *db, int64_t account, enum share_what what, int64_t max,
    struct share *share) __attribute__((nonnull, warn_unused_result));

/* An account's shares, oldest first, in the arena. */
enum problem share_list(struct db *db, struct arena *arena, int64_t account, struct share **shares,
    size_t *count) __attribute__((nonnull, warn_unused_result));

/* Withdraws a share; no byte of it stays. PROBLEM_UNKNOWN_SHARE: the account has none such. */
enum problem share_remove(struct db *db, int64_t account, const uint8_t uid[SHARE_UID_B])
    __attribute__((nonnull, warn_unused_result));

/* What the shares of an account are worked out from, loaded once for all of them. */
struct sharer {
	struct account account; /* with its active days */
	struct member member;
};
enum problem share_load_sharer(struct db *db, int64_t account, struct sharer *sharer)
    __attribute__((nonnull, warn_unused_result));

/* What a share of an account shows now. */
enum problem share_show(struct db *db, const struct sharer *sharer, const struct share *share,
    struct shown *shown) __attribute__((nonnull, warn_unused_result));

/* The same for anybody who has its identifier. PROBLEM_UNKNOWN_SHARE: there is none such. */
enum problem share_find(struct db *db, const uint8_t uid[SHARE_UID_B], struct shown *shown)
    __attribute__((nonnull, warn_unused_result));

#endif
