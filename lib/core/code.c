#include "core/code.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum {
	CHARACTER_BITS = 5,
	GROUP_CHARACTERS = 4,
	CHECKSUM_BITS = 12,
	PAIRING_CHARACTERS = PAIRING_B * 8 / CHARACTER_BITS,
	RECOVERY_CHARACTERS = (RECOVERY_B * 8 + CHECKSUM_BITS) / CHARACTER_BITS,
	CRC12_POLYNOMIAL = 0x80f,
};

/* The value of one character as people may type it; -1 for none of the alphabet. */
static int character_value(char c)
{
	const char *found;

	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	found = c == '\0' ? NULL : strchr(alphabet, c);
	return found == NULL ? -1 : (int)(found - alphabet);
}

/* Writes the first count characters of a bit string, in groups. */
static void write_characters(const uint8_t *bits, size_t count, char *text)
{
	for (size_t i = 0; i < count; i++) {
		unsigned value = 0;

		for (size_t bit = i * CHARACTER_BITS; bit < (i + 1) * CHARACTER_BITS; bit++)
			value = value << 1 | ((unsigned)bits[bit / 8] >> (7 - bit % 8) & 1);
		if (i > 0 && i % GROUP_CHARACTERS == 0)
			*text++ = '-';
		*text++ = alphabet[value];
	}
	*text = '\0';
}

/*
 * The length of what stands between characters and is ignored: hyphens, dashes and spaces, also those that
 * word processors and messengers make of them (in UTF-8). 0: there is none.
 */
static size_t filler_length(const char *text)
{
	static const char *const fillers[] = {
	    "-", " ", "\xc2\xa0", /* U+00A0 no-break space */
	    "\xe2\x80\x90",       /* U+2010 hyphen */
	    "\xe2\x80\x91",       /* U+2011 non-breaking hyphen */
	    "\xe2\x80\x92",       /* U+2012 figure dash */
	    "\xe2\x80\x93",       /* U+2013 en dash */
	    "\xe2\x80\x94",       /* U+2014 em dash */
	    "\xe2\x80\x95",       /* U+2015 horizontal bar */
	    "\xe2\x80\xaf",       /* U+202F narrow no-break space */
	    "\xe2\x88\x92",       /* U+2212 minus sign */
	    "\xe3\x80\x80",       /* U+3000 ideographic space */
	};

	for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++)
		if (strncmp(text, fillers[i], strlen(fillers[i])) == 0)
			return strlen(fillers[i]);
	/* U+2000 to U+200A: spaces of all widths. */
	return strncmp(text, "\xe2\x80", 2) == 0 && (uint8_t)text[2] >= 0x80 &&
		(uint8_t)text[2] <= 0x8a
	    ? 3
	    : 0;
}

/* Reads exactly count characters into a zeroed bit string; false for fewer, more or others. */
static bool read_characters(const char *text, size_t count, uint8_t *bits)
{
	size_t done = 0;

	while (*text != '\0') {
		size_t filler = filler_length(text);
		int value;

		text += filler;
		if (filler > 0)
			continue;
		value = character_value(*text++);
		if (value < 0 || done == count)
			return false;
		for (size_t i = 0; i < CHARACTER_BITS; i++) {
			size_t bit = done * CHARACTER_BITS + i;

			if ((unsigned)value >> (CHARACTER_BITS - 1 - i) & 1)
				bits[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
		}
		done++;
	}
	return done == count;
}

uint16_t code_crc12(const uint8_t *bytes, unsigned length)
{
	unsigned crc = 0;

	for (unsigned i = 0; i < length; i++) {
		crc ^= (unsigned)bytes[i] << (CHECKSUM_BITS - 8);
		for (int bit = 0; bit < 8; bit++)
			crc = crc & (1u << (CHECKSUM_BITS - 1)) ? crc << 1 ^ CRC12_POLYNOMIAL
								: crc << 1;
	}
	return (uint16_t)(crc & 0xfff);
}

char *pairing_format(const uint8_t bytes[PAIRING_B], char text[PAIRING_TEXT_B])
{
	write_characters(bytes, PAIRING_CHARACTERS, text);
	return text;
}

enum problem pairing_parse(const char *text, uint8_t bytes[PAIRING_B])
{
	uint8_t bits[PAIRING_B] = {0};

	if (!read_characters(text, PAIRING_CHARACTERS, bits))
		return PROBLEM_BAD_VALUE;
	memcpy(bytes, bits, sizeof(bits));
	return PROBLEM_NONE;
}

char *recovery_format(const uint8_t bytes[RECOVERY_B], char text[RECOVERY_TEXT_B])
{
	uint8_t bits[RECOVERY_B + 2];
	unsigned crc = code_crc12(bytes, RECOVERY_B);

	memcpy(bits, bytes, RECOVERY_B);
	bits[RECOVERY_B] = (uint8_t)(crc >> 4);
	bits[RECOVERY_B + 1] = (uint8_t)(crc << 4);
	write_characters(bits, RECOVERY_CHARACTERS, text);
	return text;
}

enum problem recovery_parse(const char *text, uint8_t bytes[RECOVERY_B])
{
	uint8_t bits[RECOVERY_B + 2] = {0};
	unsigned crc;

	if (!read_characters(text, RECOVERY_CHARACTERS, bits))
		return PROBLEM_BAD_VALUE;
	crc = (unsigned)bits[RECOVERY_B] << 4 | (unsigned)bits[RECOVERY_B + 1] >> 4;
	if (crc != code_crc12(bits, RECOVERY_B))
		return PROBLEM_CHECKSUM;
	memcpy(bytes, bits, RECOVERY_B);
	return PROBLEM_NONE;
}
