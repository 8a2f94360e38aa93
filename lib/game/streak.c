#include "game/streak.h"

struct streak streak_of(const struct dayset *set)
{
	struct streak streak = {DAY_NONE, DAY_NONE, 0};

	for (size_t i = 0; i < sizeof(set->words) / sizeof(set->words[0]); i++)
		for (uint64_t rest = set->words[i]; rest != 0; rest &= rest - 1) {
			day_t day = DAY_FIRST + (day_t)(i * 64) + __builtin_ctzll(rest);
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
