/*
 * The readers of what a board is asked by: periods and cursors. What one takes comes back as the same
 * text, and lies where a board can be.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "game/board.h"
#include "game/bucket.h"
#include "game/cursor.h"

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_period(enum period_kind kind, const char *text, size_t length)
{
	char written[PERIOD_TEXT_B];
	int32_t period;

	if (!period_parse(kind, text, length, &period))
		return;
	require(kind != PERIOD_ALL && period >= 0);
	require(period_format(kind, period, written) != NULL && strlen(written) == length);
	require(memcmp(written, text, length) == 0);
}

static void check_cursor(const char *text, size_t length)
{
	char written[CURSOR_TEXT_B];
	struct cursor cursor;

	if (!cursor_parse(text, length, &cursor))
		return;
	require(cursor.board >= 0 && cursor.board < BOARDS && cursor.period >= 0);
	require(cursor.value >= 0 && cursor.place >= 0);
	require(bucket_first(bucket_of(cursor.value)) <= cursor.value);
	require(bucket_first(bucket_of(cursor.value) + 1) > cursor.value);
	require(memcmp(cursor_format(&cursor, written), text, length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	for (int kind = PERIOD_DAY; kind <= PERIOD_ALL; kind++)
		check_period((enum period_kind)kind, text, size);
	check_cursor(text, size);
	return 0;
}
