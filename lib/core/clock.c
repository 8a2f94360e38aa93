#include "core/clock.h"

#include <time.h>

enum { DAY_S = 24 * 60 * 60 };

static int32_t shift_days;

int64_t clock_now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec + (int64_t)shift_days * DAY_S;
}

day_t clock_today(void)
{
	return (day_t)(clock_now_s() / DAY_S);
}

int clock_until_tomorrow_s(void)
{
	return (int)(DAY_S - clock_now_s() % DAY_S);
}

double clock_monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

void clock_shift(int32_t days)
{
	shift_days = days;
}
