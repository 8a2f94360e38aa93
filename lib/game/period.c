#include "game/period.h"

#include <stdio.h>
#include <string.h>

enum {
	WEEK_DAYS = 7,
	THURSDAY = 3,     /* a week belongs to the year in which its Thursday lies (ISO 8601) */
	MONDAY_OFFSET = 3 /* 1970-01-01 was a Thursday */
};

const char *const period_names[] = {"day", "week", "month", "all", NULL};

static day_t week_first_day(int32_t week)
{
	return week * WEEK_DAYS - MONDAY_OFFSET;
}

int32_t period_of(enum period_kind kind, day_t day)
{
	switch (kind) {
	case PERIOD_DAY:
		return day;
	case PERIOD_WEEK:
		return (day + MONDAY_OFFSET) / WEEK_DAYS;
	case PERIOD_MONTH:
		return day_month(day);
	case PERIOD_ALL:
		break;
	}
	return 0;
}

day_t period_first_day(enum period_kind kind, int32_t period)
{
	switch (kind) {
	case PERIOD_DAY:
		return period;
	case PERIOD_WEEK:
		return week_first_day(period);
	case PERIOD_MONTH:
		return month_first_day(period);
	case PERIOD_ALL:
		break;
	}
	return DAY_NONE;
}

bool period_is_open(enum period_kind kind, int32_t period, day_t today)
{
	return period >= period_of(kind, today) - 1 && period <= period_of(kind, today + 1);
}

/* Writes "YYYY-Www". */
static void format_week(int32_t week, char text[PERIOD_TEXT_B])
{
	day_t thursday = week_first_day(week) + THURSDAY;
	int32_t month = day_month(thursday);
	day_t new_year = month_first_day(month - month % 12);

	month_format(month, text);
	snprintf(text + 4, PERIOD_TEXT_B - 4, "-W%02u",
	    (unsigned)((thursday - new_year) / WEEK_DAYS + 1) % 100);
}

/* Whatever a text says, it is a period only if the period is written like that. */
static bool is_text_of(enum period_kind kind, int32_t period, const char *text, size_t length)
{
	char written[PERIOD_TEXT_B];

	period_format(kind, period, written);
	return strlen(written) == length && memcmp(written, text, length) == 0;
}

static bool parse_week(const char *text, size_t length, int32_t *week)
{
	char january[DAY_TEXT_B] = "YYYY-01-04";
	day_t day;
	int32_t found;

	/* The fourth of January lies in the first week of its year. */
	if (length != 8)
		return false;
	memcpy(january, text, 4);
	if (!day_parse(january, sizeof(january) - 1, &day) || day < 0)
		return false;
	found = period_of(PERIOD_WEEK, day) + 10 * (text[6] - '0') + (text[7] - '0') - 1;
	if (found < 0 || !is_text_of(PERIOD_WEEK, found, text, length))
		return false;
	*week = found;
	return true;
}

static bool parse_month(const char *text, size_t length, int32_t *month)
{
	char first[DAY_TEXT_B] = "YYYY-MM-01";
	day_t day;

	if (length != MONTH_TEXT_B - 1)
		return false;
	memcpy(first, text, length);
	if (!day_parse(first, sizeof(first) - 1, &day) || day < 0)
		return false;
	*month = day_month(day);
	return true;
}

bool period_parse(enum period_kind kind, const char *text, size_t length, int32_t *period)
{
	day_t day;

	switch (kind) {
	case PERIOD_DAY:
		if (!day_parse(text, length, &day) || day < 0)
			return false;
		*period = day;
		return true;
	case PERIOD_WEEK:
		return parse_week(text, length, period);
	case PERIOD_MONTH:
		return parse_month(text, length, period);
	case PERIOD_ALL:
		break;
	}
	return false;
}

char *period_format(enum period_kind kind, int32_t period, char text[PERIOD_TEXT_B])
{
	text[0] = '\0';
	switch (kind) {
	case PERIOD_DAY:
		return day_format(period, text);
	case PERIOD_WEEK:
		format_week(period, text);
		return text;
	case PERIOD_MONTH:
		return month_format(period, text);
	case PERIOD_ALL:
		break;
	}
	return NULL;
}
