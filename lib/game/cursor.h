#ifndef GAME_CURSOR_H
#define GAME_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Where a page of a board ended: behind the person with this value and place. It names a point in the
 * order and nobody's row, so it stays good when people move or leave: who has not moved is neither
 * shown twice nor left out. A place is random and new with each pseudonym, so it tells no more than the
 * pseudonym beside it did.
 *
 * As text it is opaque to clients, 34 lower-case hex digits, and every such text that names a board is
 * a point of that board's order: there is nothing to forge.
 */
struct cursor {
	int board;
	int32_t period;
	int64_t value;
	int64_t place;
};

enum { CURSOR_B = 17, CURSOR_TEXT_B = 2 * CURSOR_B + 1 };

/*
 * What cursor_parse takes, as a pattern of JSON Schema: one of eight boards, a period that an int32_t holds,
 * and any value and place.
 */
#define CURSOR_PATTERN "^0[0-7][0-7][0-9a-f]{31}$"

/* Writes a cursor, whose value and place are from 0 up and below 2^48. Returns text. */
char *cursor_format(const struct cursor *cursor, char text[CURSOR_TEXT_B]) __attribute__((nonnull));

/* Reads exactly length bytes. False for anything that cursor_format does not write; *cursor is unchanged then. */
bool cursor_parse(const char *text, size_t length, struct cursor *cursor)
    __attribute__((nonnull, warn_unused_result));

#endif
