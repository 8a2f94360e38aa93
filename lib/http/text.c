#include "http/text.h"

#include <string.h>

int text_hex_value(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * Table 3-7 of the Unicode Standard, "Well-Formed UTF-8 Byte Sequences": the bounds of the second
 * byte leave out overlong forms, surrogates and all beyond U+10FFFF.
 */
size_t text_utf8_length(const char *text, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)text;
	unsigned char low = 0x80, high = 0xbf;
	size_t wanted;

	if (length == 0)
		return 0;
	if (bytes[0] < 0x80)
		return 1;
	if (bytes[0] < 0xc2 || bytes[0] > 0xf4)
		return 0;
	wanted = bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
	if (bytes[0] == 0xe0)
		low = 0xa0;
	if (bytes[0] == 0xed)
		high = 0x9f;
	if (bytes[0] == 0xf0)
		low = 0x90;
	if (bytes[0] == 0xf4)
		high = 0x8f;
	if (length < wanted || bytes[1] < low || bytes[1] > high)
		return 0;
	for (size_t i = 2; i < wanted; i++)
		if (bytes[i] < 0x80 || bytes[i] > 0xbf)
			return 0;
	return wanted;
}

char *text_utf8_write(char *text, uint32_t character)
{
	if (character < 0x80) {
		*text++ = (char)character;
		return text;
	}
	if (character < 0x800) {
		*text++ = (char)(0xc0 | character >> 6);
	} else {
		if (character < 0x10000) {
			*text++ = (char)(0xe0 | character >> 12);
		} else {
			*text++ = (char)(0xf0 | character >> 18);
			*text++ = (char)(0x80 | (character >> 12 & 0x3f));
		}
		*text++ = (char)(0x80 | (character >> 6 & 0x3f));
	}
	*text++ = (char)(0x80 | (character & 0x3f));
	return text;
}

const char *text_skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

/* Where the point of a number stands once its exponent is resolved: behind how many of its digits. */
static int64_t point_of(const char *digits)
{
	/* Far beyond the digits of any text, and far within int64_t. */
	const int64_t exponent_max = 1000000000;
	const char *at = digits + strspn(digits, "0123456789");
	int64_t point = at - digits, exponent = 0;
	bool is_negative;

	at += strspn(at, ".0123456789");
	if (*at == '\0')
		return point;
	at++;
	is_negative = *at == '-';
	if (*at == '-' || *at == '+')
		at++;
	for (; *at != '\0'; at++)
		if (exponent < exponent_max)
			exponent = exponent * 10 + (*at - '0');
	return is_negative ? point - exponent : point + exponent;
}

/* Appends a digit to a whole number; INT64_MAX if that does not fit. */
static int64_t append_digit(int64_t whole, int digit)
{
	return whole > (INT64_MAX - digit) / 10 ? INT64_MAX : whole * 10 + digit;
}

bool text_read_whole(const char *number, int64_t *value)
{
	const char *digits = *number == '-' ? number + 1 : number;
	int64_t point = point_of(digits), whole = 0, i = 0;

	for (const char *at = digits; *at != '\0' && *at != 'e' && *at != 'E'; at++) {
		if (*at == '.')
			continue;
		if (i++ < point)
			whole = append_digit(whole, *at - '0');
		else if (*at != '0')
			return false;
	}
	/* Zeros that only the exponent stands for. */
	for (; i < point && whole != 0 && whole != INT64_MAX; i++)
		whole = append_digit(whole, 0);
	*value = *number == '-' ? -whole : whole;
	return true;
}
