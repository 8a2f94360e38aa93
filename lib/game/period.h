#ifndef GAME_PERIOD_H
#define GAME_PERIOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/day.h"

/*
 * What a board is for: a day, an ISO week (from Monday on), a month, or all time. A period is a number
 * that grows by one: the day's, the week's (0 is that of 1970-01-01), the month's (0 is 1970-01); of all
 * time there is one, 0. The numbers rest in the store.
 */
enum period_kind { PERIOD_DAY = 0, PERIOD_WEEK, PERIOD_MONTH, PERIOD_ALL };

/* "day", "week", "month", "all", by kind; NULL-terminated. */
extern const char *const period_names[];

enum { PERIOD_TEXT_B = DAY_TEXT_B };

/*
 * What period_parse takes, as a pattern of JSON Schema, whose days and weeks need not exist: a day, a month
 * or a week.
 */
#define PERIOD_PATTERN                                                          \
	"^[0-9]{4}-((0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?|W(0[1-9]|[1-4]" \
	"[0-9]|5[0-3]))$"

/* The period that a day lies in; the day is one from 1970-01-01 on. */
int32_t period_of(enum period_kind kind, day_t day) __attribute__((warn_unused_result));

/* The first day of a day, a week or a month; all time has none. */
day_t period_first_day(enum period_kind kind, int32_t period) __attribute__((warn_unused_result));

/*
 * Is a period open on a day: is it the day's own, the one before, or one that has begun where it is
 * tomorrow already? In an open one values change; one that is closed stays as it is.
 */
bool period_is_open(enum period_kind kind, int32_t period, day_t today)
    __attribute__((warn_unused_result));

/*
 * Reads "2026-11-22", "2026-W47" or "2026-11", exactly length bytes. False for anything else, such as
 * a week that its year has not, and for all time, which has no name; *period is unchanged then.
 */
bool period_parse(enum period_kind kind, const char *text, size_t length, int32_t *period)
    __attribute__((nonnull, warn_unused_result));

/* Writes a period from 1970 on. Returns text, or NULL for all time. */
char *period_format(enum period_kind kind, int32_t period, char text[PERIOD_TEXT_B])
    __attribute__((nonnull));

#endif
