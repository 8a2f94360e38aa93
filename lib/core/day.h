#ifndef CORE_DAY_H
#define CORE_DAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A civil day: the number of days since 1970-01-01 in the proleptic Gregorian calendar, with no
 * time zone. It is the finest grain of time that this service knows about a person (rule P1).
 */
typedef int32_t day_t;

enum {
	DAY_NONE = INT32_MIN, /* no day */
	DAY_FIRST = 18262,    /* 2020-01-01: no practice is older */
	DAY_TEXT_B = 11,      /* "YYYY-MM-DD" and its NUL */
	MONTH_TEXT_B = 8,     /* "YYYY-MM" and its NUL */
};

/*
 * Reads "YYYY-MM-DD", exactly length bytes of it.
 * Returns false for anything else: other lengths, signs, spaces, days that do not exist, the year 0.
 * *day is unchanged then. A day long ago is a day; that nobody practised on it is the caller's to say.
 */
bool day_parse(const char *text, size_t length, day_t *day)
    __attribute__((nonnull, warn_unused_result));

/* Writes a day of the years 1 to 9999 as "YYYY-MM-DD". Returns text. */
char *day_format(day_t day, char text[DAY_TEXT_B]) __attribute__((nonnull));

/* The month that a day lies in: months since 1970-01. */
int32_t day_month(day_t day);

/* The first day of a month. */
day_t month_first_day(int32_t month);

/* Writes a month as "YYYY-MM". Returns text. */
char *month_format(int32_t month, char text[MONTH_TEXT_B]) __attribute__((nonnull));

#endif
