#ifndef GAME_MEMBER_H
#define GAME_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/day.h"
#include "core/problem.h"
#include "game/handle.h"
#include "game/score.h"
#include "game/streak.h"
#include "store/db.h"

extern const struct statement_table member_statements;

/*
 * Who asked to be on boards, and all that moves an account onto them, along them and off them. It is
 * on boards while it is visible and not withheld (rule P6); only then does it have standings and a
 * run, and what a push costs everybody else is one look for a row that is not there.
 *
 * No share may be matched with a board (veil.h). So what a share has shown exactly counts on none: who
 * has shared begins anew on joining, as under a new pseudonym. And who has been on boards is
 * remembered, since shares stay veiled from then on.
 *
 * Under a new pseudonym only days count that nobody saw under the old one (rule P5): from_day is the
 * day of the change or, if there was practice already on that day or, further east, on the next, the
 * day after it. The place changes too, so that not even the order of equals tells.
 */

/* Why an administrator keeps an account off boards. No words of anybody's, and nothing about a person. */
enum withheld { WITHHELD_NOT = 0, WITHHELD_IMPLAUSIBLE, WITHHELD_AUTOMATED, WITHHELD_SHARED };

/* By value: NULL, "implausible", "automated", "shared"; and how many there are. */
extern const char *const withheld_names[];
enum { WITHHELD_REASONS = 4 };

struct member {
	int64_t account;
	int64_t place; /* random; of its standings */
	bool visible;
	enum withheld withheld;
	bool shared;    /* exact figures were on a share, and nothing was begun anew since */
	bool ranked;    /* it has been on boards */
	day_t from_day; /* DAY_NONE: all days count */
	struct streak run;
};

/* XP that came in time for a day, from one push. */
struct gain {
	day_t day;
	int64_t xp;
};

/* In time are the days of two months and tomorrow. */
enum { GAINS_MAX = 64 };
struct gains {
	struct gain days[GAINS_MAX];
	size_t count;
};

/* All of these run inside the caller's transaction; but for member_load a write transaction. */

/* Loads a member. *found false: the account never asked for anything of this; *member is one that it would be. */
enum problem member_load(struct db *db, int64_t account, struct member *member, bool *found)
    __attribute__((nonnull, warn_unused_result));

bool member_is_on_boards(const struct member *member) __attribute__((nonnull, warn_unused_result));

/* Joins boards or leaves them. *member is what it is then. */
enum problem member_show(struct db *db, int64_t account, bool visible, struct member *member)
    __attribute__((nonnull, warn_unused_result));

/* Notes that exact figures of the account are on a share from now on, unless it was on boards: then they are not. */
enum problem member_note_share(struct db *db, int64_t account)
    __attribute__((nonnull, warn_unused_result));

/* Off all boards, with a fresh pseudonym; *member is what it is then. PROBLEM_UNAVAILABLE: none was found */
enum problem member_rename(struct db *db, int64_t account, struct member *member,
    char handle[HANDLE_TEXT_B]) __attribute__((nonnull, warn_unused_result));

/* Follows what a push has brought in time, whose days are stored already. */
enum problem member_follow(struct db *db, int64_t account, const struct gains *gains)
    __attribute__((nonnull, warn_unused_result));

/* Takes an account off boards before it is erased. */
enum problem member_forget(struct db *db, int64_t account)
    __attribute__((nonnull, warn_unused_result));

/*
 * Before the rows of one account move to another: the one goes off boards, and what holds of it holds
 * of the other: being withheld, what strangers may remember, and the later of the first days. When they have moved,
 * member_recount must follow for the other.
 */
enum problem member_merge(struct db *db, int64_t from, int64_t into)
    __attribute__((nonnull, warn_unused_result));

/* Counts an account's standings and run anew. *changed is how many figures were not as counted. */
enum problem member_recount(struct db *db, int64_t account, int64_t *changed)
    __attribute__((nonnull, warn_unused_result));

/*
 * Withholds the account of a pseudonym from boards, or lifts that (WITHHELD_NOT).
 * PROBLEM_NOT_ON_BOARD  nobody of that pseudonym has asked to be on boards
 */
enum problem member_moderate(struct db *db, const char *handle, enum withheld withheld)
    __attribute__((nonnull, warn_unused_result));

/* The next account after one that has a row, in the order of ids; *account 0 after the last. */
enum problem member_next(struct db *db, int64_t after, int64_t *account)
    __attribute__((nonnull, warn_unused_result));

#endif
