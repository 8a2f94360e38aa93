#ifndef HTTP_TEXT_H
#define HTTP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What readers of text that came over the wire have in common. */

/* The value of a hexadecimal digit in either case; -1 for anything else. */
int text_hex_value(int c);

/*
 * How many bytes the UTF-8 character at the beginning of length bytes takes; 0 when there is none,
 * or an overlong one, a surrogate, one beyond U+10FFFF, or an incomplete one.
 */
size_t text_utf8_length(const char *text, size_t length) __attribute__((nonnull));

/* Writes a character other than a surrogate as UTF-8, 1 to 4 bytes. Returns what follows it. */
char *text_utf8_write(char *text, uint32_t character) __attribute__((nonnull, returns_nonnull));

/* Returns what follows the blanks (spaces and tabs) that a header has at this place. */
const char *text_skip_blanks(const char *text)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/*
 * Reads a number as JSON spells it, whatever its spelling, if it is whole: "2", "2.0", "20e-1". Its digits
 * are read as they stand, so that nothing is rounded to a whole number. Returns false if the number is not
 * whole; *value is unchanged then. A number that does not fit becomes the nearest that does.
 */
bool text_read_whole(const char *number, int64_t *value)
    __attribute__((nonnull, warn_unused_result));

#endif
