#include "game/streak.h"

static bool in_range(day_t day)
{
	return day >= DAY_FIRST && day < DAY_FIRST + DAYSET_DAYS;
}

void dayset_add(struct dayset *set, day_t day)
{
	if (in_range(day))
		set->words[(day - DAY_FIRST) / 64] |= UINT64_C(1) << (day - DAY_FIRST) % 64;
}

void dayset_add_range(struct dayset *set, day_t first, day_t last)
{
	if (first < DAY_FIRST)
		first = DAY_FIRST;
	for (day_t day = first; day <= last && in_range(day); day++)
		dayset_add(set, day);
}

bool dayset_has(const struct dayset *set, day_t day)
{
	return in_range(day) &&
	    (set->words[(day - DAY_FIRST) / 64] >> (day - DAY_FIRST) % 64 & 1) != 0;
}

struct streak streak_of(const struct dayset *set)
{
	struct streak streak = {DAY_NONE, DAY_NONE, 0};

	for (day_t day = DAY_FIRST; in_range(day); day++) {
		if (set->words[(day - DAY_FIRST) / 64] == 0) {
			/* A word without a day is skipped whole. */
			day += 63 - (day - DAY_FIRST) % 64;
			continue;
		}
		if (!dayset_has(set, day))
			continue;
		/* Days come in order, so each extends what is kept. */
		bool extended = streak_extend(&streak, day);
		(void)extended;
	}
	return streak;
}

bool streak_extend(struct streak *streak, day_t day)
{
	int32_t length;

	if (streak->run_last == DAY_NONE || day > streak->run_last + 1)
		streak->run_first = streak->run_last = day;
	else if (day == streak->run_last + 1)
		streak->run_last = day;
	else
		return day >= streak->run_first;
	length = streak->run_last - streak->run_first + 1;
	if (length > streak->longest)
		streak->longest = length;
	return true;
}

int32_t streak_current_in(const struct dayset *set, day_t today)
{
	day_t last = dayset_has(set, today) ? today : today - 1;
	day_t day = last;

	while (dayset_has(set, day))
		day--;
	return last - day;
}

bool streak_current(const struct streak *streak, day_t today, int grace_days, int32_t *current)
{
	day_t last = streak->run_last;

	if (last == DAY_NONE || last < today - grace_days) {
		*current = 0;
		return true;
	}
	if (streak->run_first > today)
		return false;
	/* A run may already reach into a day that has not begun where the asking device is. */
	if (grace_days == 1 && last > today)
		last = today;
	*current = last - streak->run_first + 1;
	return true;
}
