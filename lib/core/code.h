#ifndef CORE_CODE_H
#define CORE_CODE_H

#include <stdint.h>

#include "core/problem.h"

/*
 * Codes that people read, say and type: Crockford's base 32 (no I, L, O, U), in groups of four.
 * Reading takes any case, ignores hyphens, dashes and spaces (those of Unicode as well, in UTF-8), and reads O as
 * 0, I and L as 1.
 * Source: Douglas Crockford, "Base 32", https://www.crockford.com/base32.html
 */
enum {
	PAIRING_B = 5, /* 40 random bits: 8 characters */
	PAIRING_TEXT_B = 8 + 1 + 1,
	RECOVERY_B = 16, /* 128 random bits and a checksum of 12: 28 characters */
	RECOVERY_TEXT_B = 28 + 6 + 1,
};

/*
 * What is read as a pairing code and as a recovery code, whose checksum must fit as well: as patterns of JSON
 * Schema.
 */
#define CODE_FILLER_PATTERN "[- \\u00a0\\u2000-\\u200a\\u2010-\\u2015\\u202f\\u2212\\u3000]*"
#define CODE_PATTERN(characters) \
	"^" CODE_FILLER_PATTERN "([0-9A-TV-Za-tv-z]" CODE_FILLER_PATTERN "){" characters "}$"
#define PAIRING_PATTERN CODE_PATTERN("8")
#define RECOVERY_PATTERN CODE_PATTERN("28")

/* Writes "ABCD-EFGH". Returns text. */
char *pairing_format(const uint8_t bytes[PAIRING_B], char text[PAIRING_TEXT_B])
    __attribute__((nonnull));

/* Reads a pairing code. PROBLEM_BAD_VALUE for anything that is none; bytes are unchanged then. */
enum problem pairing_parse(const char *text, uint8_t bytes[PAIRING_B])
    __attribute__((nonnull, warn_unused_result));

/* Writes seven groups of four. Returns text. */
char *recovery_format(const uint8_t bytes[RECOVERY_B], char text[RECOVERY_TEXT_B])
    __attribute__((nonnull));

/*
 * Reads a recovery code.
 * PROBLEM_BAD_VALUE  not 28 characters of the alphabet
 * PROBLEM_CHECKSUM   the checksum does not fit: it was mistyped
 * On either, bytes are unchanged.
 */
enum problem recovery_parse(const char *text, uint8_t bytes[RECOVERY_B])
    __attribute__((nonnull, warn_unused_result));

/*
 * CRC-12/DECT (polynomial x^12+x^11+x^3+x^2+x+1, initial value 0) of length bytes, most significant
 * bit first. It finds every single wrong character and every swap of two neighbours, since both
 * are bursts of at most ten bits.
 */
uint16_t code_crc12(const uint8_t *bytes, unsigned length) __attribute__((nonnull));

#endif
