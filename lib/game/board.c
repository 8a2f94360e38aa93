#include "game/board.h"

#include <stddef.h>

const char *const metric_names[] = {"xp", "days", "streak", NULL};

const struct board boards[BOARDS] = {
    [BOARD_XP_DAY] = {METRIC_XP, PERIOD_DAY},
    [BOARD_XP_WEEK] = {METRIC_XP, PERIOD_WEEK},
    [BOARD_XP_MONTH] = {METRIC_XP, PERIOD_MONTH},
    [BOARD_XP_ALL] = {METRIC_XP, PERIOD_ALL},
    [BOARD_DAYS_WEEK] = {METRIC_DAYS, PERIOD_WEEK},
    [BOARD_DAYS_MONTH] = {METRIC_DAYS, PERIOD_MONTH},
    [BOARD_DAYS_ALL] = {METRIC_DAYS, PERIOD_ALL},
    [BOARD_STREAK_ALL] = {METRIC_STREAK, PERIOD_ALL},
};

int board_find(enum metric metric, enum period_kind kind)
{
	for (int board = 0; board < BOARDS; board++)
		if (boards[board].metric == metric && boards[board].kind == kind)
			return board;
	return -1;
}

bool board_day_in_time(day_t day, day_t today)
{
	return period_is_open(PERIOD_MONTH, day_month(day), today);
}

int64_t board_day_xp(int64_t timely_xp)
{
	return timely_xp < BOARD_DAY_XP_MAX ? timely_xp : BOARD_DAY_XP_MAX;
}

bool board_month_counts(int32_t month, day_t from_day)
{
	return from_day == DAY_NONE || month_first_day(month + 1) > from_day;
}
