/*
 * The readers of small texts: days, codes, tokens, identifiers. What one takes comes back when it is
 * written; where a value has one spelling only, it comes back as the same text.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/code.h"
#include "core/day.h"
#include "core/secret.h"

enum { TEXT_MAX_B = 256 };

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_day(const char *text, size_t length)
{
	char written[DAY_TEXT_B];
	day_t day;

	if (!day_parse(text, length, &day))
		return;
	require(length == DAY_TEXT_B - 1);
	require(memcmp(day_format(day, written), text, length) == 0);
	require(month_first_day(day_month(day)) <= day);
}

static void check_uuid(const char *text, size_t length)
{
	uint8_t uuid[UUID_B];
	char written[UUID_TEXT_B];

	if (uuid_parse(text, length, uuid))
		require(memcmp(uuid_format(uuid, written), text, UUID_TEXT_B - 1) == 0);
}

static void check_hex(const char *text, size_t length)
{
	uint8_t bytes[TEXT_MAX_B];
	char written[2 * TEXT_MAX_B + 1];

	if (hex_parse(text, length, bytes, length / 2))
		require(memcmp(hex_format(bytes, length / 2, written), text, length) == 0);
}

static void check_token(const char *text, size_t length)
{
	struct secret_hash hash;

	if (token_read(text, length, &hash))
		require(length == TOKEN_TEXT_B - 1 && memcmp(text, "bm_", 3) == 0);
}

static void check_pairing(const char *text)
{
	uint8_t bytes[PAIRING_B], again[PAIRING_B];
	char written[PAIRING_TEXT_B];

	if (pairing_parse(text, bytes) != PROBLEM_NONE)
		return;
	pairing_format(bytes, written);
	require(strlen(written) == PAIRING_TEXT_B - 1);
	require(pairing_parse(written, again) == PROBLEM_NONE);
	require(memcmp(bytes, again, sizeof(bytes)) == 0);
}

static void check_recovery(const char *text)
{
	uint8_t bytes[RECOVERY_B], again[RECOVERY_B];
	char written[RECOVERY_TEXT_B];

	if (recovery_parse(text, bytes) != PROBLEM_NONE)
		return;
	recovery_format(bytes, written);
	require(recovery_parse(written, again) == PROBLEM_NONE);
	require(memcmp(bytes, again, sizeof(bytes)) == 0);
}

/* The other way round, which a random text hardly finds: bytes become a code and come back. */
static void check_bytes(const uint8_t *data)
{
	uint8_t bytes[RECOVERY_B];
	char text[RECOVERY_TEXT_B];

	recovery_format(data, text);
	require(strlen(text) == RECOVERY_TEXT_B - 1);
	require(recovery_parse(text, bytes) == PROBLEM_NONE);
	require(memcmp(bytes, data, RECOVERY_B) == 0);
	/* One other character is a mistyped code; the zeroth byte says where. */
	text[data[0] % 7 * 5] = text[data[0] % 7 * 5] == '0' ? '1' : '0';
	require(recovery_parse(text, bytes) == PROBLEM_CHECKSUM);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	require(secret_init());
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size > TEXT_MAX_B)
		return -1;
	/* Exactly as long as it is, so that a read beyond its end is seen. */
	text = malloc(size + 1);
	memcpy(text, data, size);
	text[size] = '\0';
	check_day(text, size);
	check_uuid(text, size);
	check_hex(text, size);
	check_token(text, size);
	check_pairing(text);
	check_recovery(text);
	if (size >= RECOVERY_B)
		check_bytes(data);
	free(text);
	return 0;
}
