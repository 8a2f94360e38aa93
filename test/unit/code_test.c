#include "core/code.h"

#include <stdlib.h>

#include "check.h"
#include "core/secret.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void the_checksum_is_the_published_one(void)
{
	/* The check value that catalogues of CRCs give for x^12+x^11+x^3+x^2+x+1, unreflected. */
	CHECK_INT_EQ(code_crc12((const uint8_t *)"123456789", 9), 0xf5b);
	CHECK_INT_EQ(code_crc12((const uint8_t *)"", 0), 0);
	CHECK_INT_EQ(code_crc12((const uint8_t *)"\0\0\0", 3), 0);
	CHECK_INT_EQ(code_crc12((const uint8_t *)"\1", 1), 0x80f);
}

static void a_pairing_code_has_its_form(void)
{
	static const struct {
		uint8_t bytes[PAIRING_B];
		const char *text;
	} codes[] = {
	    {{0, 0, 0, 0, 0}, "0000-0000"},
	    {{0xff, 0xff, 0xff, 0xff, 0xff}, "ZZZZ-ZZZZ"},
	    {{0x08, 0x86, 0x42, 0x98, 0xe8}, "1234-5678"},
	    {{0x00, 0x00, 0x00, 0x00, 0x01}, "0000-0001"},
	    {{0x80, 0x00, 0x00, 0x00, 0x00}, "G000-0000"},
	};

	for (size_t i = 0; i < COUNT(codes); i++) {
		char text[PAIRING_TEXT_B];
		uint8_t bytes[PAIRING_B];

		CHECK_STR_EQ(pairing_format(codes[i].bytes, text), codes[i].text);
		CHECK_INT_EQ(pairing_parse(codes[i].text, bytes), PROBLEM_NONE);
		CHECK_MEM_EQ(bytes, codes[i].bytes, sizeof(bytes));
	}
}

static void people_may_type_a_code_as_they_like(void)
{
	static const char *const spellings[] = {
	    "1A0B-1C0D",
	    "1a0b-1c0d",
	    "1A0B1C0D",
	    "1a0b 1c0d",
	    " 1A0B - 1C0D ",
	    "1-A-0-B-1-C-0-D",
	    "IAOB-LCOD",
	    "iaob-lcod",
	    "--1a0b1c0d--",
	    "1A0B\u20101C0D",
	    "1A0B\u2011\u2012\u2013\u20141C0D\u2015",
	    "\u22121A0B \u2212 1C0D",
	    "\u00a01A0B\u20001C\u200a0D\u202f\u3000",
	};
	uint8_t expected[PAIRING_B];

	REQUIRE(pairing_parse(spellings[0], expected) == PROBLEM_NONE);
	for (size_t i = 1; i < COUNT(spellings); i++) {
		uint8_t bytes[PAIRING_B];

		CHECK_INT_EQ(pairing_parse(spellings[i], bytes), PROBLEM_NONE);
		CHECK_MEM_EQ(bytes, expected, sizeof(bytes));
	}
}

static void what_is_no_pairing_code_is_refused_and_changes_nothing(void)
{
	static const char *const texts[] = {
	    "",
	    "-",
	    "ABCD-EFG",
	    "ABCD-EFGHJ",
	    "ABCD-EFGU",
	    "ABCD_EFGH",
	    "ABCD.EFGH",
	    "ABCD\tEFGH",
	    "ABCD\nEFGH",
	    "ABCD-EFG!",
	    "ABCD-EFG\xc3\x96",
	    "ABCD\u00adEFGH",
	    "ABCD\u200bEFGH",
	    "ABCD\u2016EFGH",
	    "ABCD\xe2\x80",
	    "ABCD\xe2",
	    "ABCD\xe2\x80 EFGH",
	    "/#pair=ABCD-EFGH",
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		uint8_t bytes[PAIRING_B] = "xxxx";

		if (!CHECK_INT_EQ(pairing_parse(texts[i], bytes), PROBLEM_BAD_VALUE))
			printf("# taken: \"%s\"\n", texts[i]);
		CHECK_MEM_EQ(bytes, "xxxx", sizeof(bytes));
	}
}

static void a_recovery_code_has_its_form(void)
{
	static const uint8_t zeroes[RECOVERY_B];
	static const uint8_t counted[RECOVERY_B] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
	    0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
	char text[RECOVERY_TEXT_B];

	CHECK_STR_EQ(recovery_format(zeroes, text), "0000-0000-0000-0000-0000-0000-0000");
	/* Worked out apart from this code, to be compared with what the companion computes. */
	CHECK_STR_EQ(recovery_format(counted, text), "008J-4CT4-ANK7-F24S-NAXW-SQFE-ZW81");
}

static void recovery_codes_come_back(void)
{
	for (int i = 0; i < 2000; i++) {
		uint8_t bytes[RECOVERY_B], again[RECOVERY_B];
		char text[RECOVERY_TEXT_B];

		secret_random(bytes, sizeof(bytes));
		recovery_format(bytes, text);
		REQUIRE(strlen(text) == RECOVERY_TEXT_B - 1);
		REQUIRE(recovery_parse(text, again) == PROBLEM_NONE);
		CHECK_MEM_EQ(again, bytes, sizeof(bytes));
		for (char *c = text; *c != '\0'; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c - 'A' + 'a');
		CHECK_INT_EQ(recovery_parse(text, again), PROBLEM_NONE);
	}
}

/* Every code that differs from a good one in one character. */
static void a_mistyped_character_is_found(void)
{
	uint8_t bytes[RECOVERY_B];
	char good[RECOVERY_TEXT_B], text[RECOVERY_TEXT_B];

	for (int round = 0; round < 20; round++) {
		secret_random(bytes, sizeof(bytes));
		recovery_format(bytes, good);
		for (size_t i = 0; good[i] != '\0'; i++) {
			if (good[i] == '-')
				continue;
			for (const char *c = alphabet; *c != '\0'; c++) {
				uint8_t read[RECOVERY_B] = "unchanged";

				if (*c == good[i])
					continue;
				memcpy(text, good, sizeof(text));
				text[i] = *c;
				CHECK_INT_EQ(recovery_parse(text, read), PROBLEM_CHECKSUM);
				CHECK_STR_EQ((const char *)read, "unchanged");
			}
		}
	}
}

static void swapped_neighbours_are_found(void)
{
	uint8_t bytes[RECOVERY_B];
	char good[RECOVERY_TEXT_B], text[RECOVERY_TEXT_B];

	for (int round = 0; round < 200; round++) {
		secret_random(bytes, sizeof(bytes));
		recovery_format(bytes, good);
		for (size_t i = 0; good[i + 1] != '\0'; i++) {
			size_t next = good[i + 1] == '-' ? i + 2 : i + 1;

			if (good[i] == '-' || good[i] == good[next])
				continue;
			memcpy(text, good, sizeof(text));
			text[i] = good[next];
			text[next] = good[i];
			CHECK_INT_EQ(recovery_parse(text, bytes), PROBLEM_CHECKSUM);
		}
	}
}

static void what_is_no_recovery_code_is_refused_and_changes_nothing(void)
{
	static const char *const texts[] = {
	    "",
	    "0000-0000-0000-0000-0000-0000-000",
	    "0000-0000-0000-0000-0000-0000-0000-0",
	    "0000-0000-0000-0000-0000-0000-000U",
	    "0000-0000-0000-0000-0000-0000-000*",
	    "0000 0000 0000 0000 0000 0000 000\n0",
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		uint8_t bytes[RECOVERY_B] = "unchanged";

		CHECK_INT_EQ(recovery_parse(texts[i], bytes), PROBLEM_BAD_VALUE);
		CHECK_STR_EQ((const char *)bytes, "unchanged");
	}
}

int main(void)
{
	if (!secret_init())
		return 1;
	CASE(the_checksum_is_the_published_one);
	CASE(a_pairing_code_has_its_form);
	CASE(people_may_type_a_code_as_they_like);
	CASE(what_is_no_pairing_code_is_refused_and_changes_nothing);
	CASE(a_recovery_code_has_its_form);
	CASE(recovery_codes_come_back);
	CASE(a_mistyped_character_is_found);
	CASE(swapped_neighbours_are_found);
	CASE(what_is_no_recovery_code_is_refused_and_changes_nothing);
	return check_end();
}
