/*
 * Days from civil dates and back, after Howard Hinnant, "chrono-compatible low-level date
 * algorithms": years are counted from March, so that the leap day is the last day of a year.
 */
#include "core/day.h"

enum {
	DAYS_PER_ERA = 146097, /* 400 years */
	EPOCH_OFFSET = 719468, /* days from 0000-03-01 to 1970-01-01 */
};

struct civil {
	int32_t year;
	int32_t month; /* 1 to 12 */
	int32_t day;   /* 1 to 31 */
};

static day_t day_from_civil(struct civil civil)
{
	int32_t year = civil.month <= 2 ? civil.year - 1 : civil.year;
	int32_t era = year / 400;
	int32_t year_of_era = year - era * 400;
	int32_t month_from_march = (civil.month + 9) % 12;
	int32_t day_of_year = (153 * month_from_march + 2) / 5 + civil.day - 1;
	int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * DAYS_PER_ERA + day_of_era - EPOCH_OFFSET;
}

static struct civil day_to_civil(day_t day)
{
	int32_t shifted = day + EPOCH_OFFSET;
	int32_t era = shifted / DAYS_PER_ERA;
	int32_t day_of_era = shifted - era * DAYS_PER_ERA;
	int32_t year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int32_t day_of_year =
	    day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int32_t month_from_march = (5 * day_of_year + 2) / 153;
	struct civil civil;

	civil.day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
	civil.month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
	civil.year = year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0);
	return civil;
}

/* Reads count decimal digits; -1 when one of them is none. */
static int32_t digits(const char *text, size_t count)
{
	int32_t value = 0;

	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

bool day_parse(const char *text, size_t length, day_t *day)
{
	struct civil civil, check;
	day_t number;

	if (length != DAY_TEXT_B - 1 || text[4] != '-' || text[7] != '-')
		return false;
	civil.year = digits(text, 4);
	civil.month = digits(text + 5, 2);
	civil.day = digits(text + 8, 2);
	if (civil.year < 1 || civil.month < 1 || civil.month > 12 || civil.day < 1)
		return false;
	/* A day that does not exist, such as February 30, comes back as another one. */
	number = day_from_civil(civil);
	check = day_to_civil(number);
	if (check.month != civil.month || check.day != civil.day)
		return false;
	*day = number;
	return true;
}

static void put_digits(char *text, int32_t value, int count)
{
	while (count-- > 0) {
		text[count] = (char)('0' + value % 10);
		value /= 10;
	}
}

char *day_format(day_t day, char text[DAY_TEXT_B])
{
	struct civil civil = day_to_civil(day);

	put_digits(text, civil.year, 4);
	text[4] = '-';
	put_digits(text + 5, civil.month, 2);
	text[7] = '-';
	put_digits(text + 8, civil.day, 2);
	text[10] = '\0';
	return text;
}

int32_t day_month(day_t day)
{
	struct civil civil = day_to_civil(day);

	return (civil.year - 1970) * 12 + civil.month - 1;
}

day_t month_first_day(int32_t month)
{
	return day_from_civil((struct civil){1970 + month / 12, month % 12 + 1, 1});
}

char *month_format(int32_t month, char text[MONTH_TEXT_B])
{
	put_digits(text, 1970 + month / 12, 4);
	text[4] = '-';
	put_digits(text + 5, month % 12 + 1, 2);
	text[7] = '\0';
	return text;
}
