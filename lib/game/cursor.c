#include "game/cursor.h"

#include "core/secret.h"
#include "game/board.h"

/* Bytes of each part, the highest first. */
enum { BOARD_B = 1, PERIOD_B = 4, VALUE_B = 6, PLACE_B = 6 };

_Static_assert(BOARD_B + PERIOD_B + VALUE_B + PLACE_B == CURSOR_B, "a cursor is its parts");
_Static_assert(BOARDS == 8, "CURSOR_PATTERN has the boards");

static uint8_t *put(uint8_t *at, int64_t value, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--) {
		at[i] = (uint8_t)(value & 0xff);
		value >>= 8;
	}
	return at + bytes;
}

static const uint8_t *get(const uint8_t *at, int64_t *value, int bytes)
{
	*value = 0;
	for (int i = 0; i < bytes; i++)
		*value = *value << 8 | at[i];
	return at + bytes;
}

char *cursor_format(const struct cursor *cursor, char text[CURSOR_TEXT_B])
{
	uint8_t bytes[CURSOR_B], *at = bytes;

	at = put(at, cursor->board, BOARD_B);
	at = put(at, cursor->period, PERIOD_B);
	at = put(at, cursor->value, VALUE_B);
	put(at, cursor->place, PLACE_B);
	return hex_format(bytes, sizeof(bytes), text);
}

bool cursor_parse(const char *text, size_t length, struct cursor *cursor)
{
	uint8_t bytes[CURSOR_B];
	const uint8_t *at = bytes;
	int64_t board, period, value, place;

	if (!hex_parse(text, length, bytes, sizeof(bytes)))
		return false;
	at = get(at, &board, BOARD_B);
	at = get(at, &period, PERIOD_B);
	at = get(at, &value, VALUE_B);
	get(at, &place, PLACE_B);
	if (board >= BOARDS || period > INT32_MAX)
		return false;
	*cursor = (struct cursor){(int)board, (int32_t)period, value, place};
	return true;
}
