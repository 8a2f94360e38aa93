#ifndef GAME_VEIL_H
#define GAME_VEIL_H

#include <stdint.h>

#include "core/problem.h"
#include "store/db.h"

extern const struct statement_table veil_statements;

/*
 * Boards show exact figures beside pseudonyms, and a share stands in its owner's name: on a profile, in a
 * README. Who finds the one that fits the other knows whose pseudonym it is. So a share of somebody
 * who stands on boards is veiled, and shows a band, "500+ XP".
 *
 * What an attacker would try, and where it ends:
 *
 * - to look for the row that has the share's figure, or the only one that lies in its band: bands are
 *   made of the board as it is, each with at least VEIL_CROWD people in it. Where there are not as
 *   many on the whole board, no figure is shown.
 * - to wait until its owner leaves the band, and see whose row moved on that day: a veiled figure is one
 *   of the end of last week, or of the day on which the share was made if that is later, so it moves on
 *   Mondays, for all at once.
 * - to remember the exact figure from before its owner joined: then nothing of it counts on boards. They
 *   begin with the first day that no share can have shown, as under a new pseudonym (member.h).
 * - to remember the row, and look at the share after its owner left: it stays veiled. Boards are left in
 *   a moment, what was seen on them is not.
 * - to see imports, or more than a day may count, through the level that boards show: it is that of
 *   board XP, a share's level is that of all XP, and in bands as its XP is.
 *
 * What remains: who looks at the same share for months, or at several of one person, learns in which bands
 * together they are, and that is fewer people; who brings four people to a board can have a fifth alone with
 * them; and a share whose owner crosses into another band on the very day on which it was made, or by
 * practice of last week that is uploaded late, moves with the row. A share is something that its owner
 * decides to show.
 */
enum { VEIL_CROWD = 5 };

/*
 * The bands that figures are told in, as where each begins. Those of a level are where levels begin.
 * Inside the caller's transaction. *least is where the band of a figure begins; 0: nothing can be told.
 */
enum problem veil_xp(struct db *db, int64_t xp, int64_t *least)
    __attribute__((nonnull, warn_unused_result));
enum problem veil_level(struct db *db, int64_t xp, int64_t *least)
    __attribute__((nonnull, warn_unused_result));
enum problem veil_week(struct db *db, int32_t week, int64_t xp, int64_t *least)
    __attribute__((nonnull, warn_unused_result));
enum problem veil_streak(struct db *db, int64_t days, int64_t *least)
    __attribute__((nonnull, warn_unused_result));

#endif
