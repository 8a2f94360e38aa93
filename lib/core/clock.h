#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stdint.h>

#include "core/day.h"

/* Seconds since 1970-01-01 UTC by the machine's clock, shifted. For expiries of minutes only. */
int64_t clock_now_s(void);

/* The server's civil day: today in UTC, shifted. The only source of "today" in the service. */
day_t clock_today(void);

/* Seconds until that day ends; at least 1. */
int clock_until_tomorrow_s(void);

/* Milliseconds of a clock that never jumps; for durations. Never shifted. */
double clock_monotonic_ms(void);

/* Shifts the clock by whole days, for rehearsals and tests. Called once, before threads start. */
void clock_shift(int32_t days);

#endif
