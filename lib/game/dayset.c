#include "game/dayset.h"

#include <string.h>

enum { OFFSET_B = 2, BITS_B = DAYSET_DAYS / 8 };

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

int32_t dayset_count(const struct dayset *set)
{
	int32_t count = 0;

	for (size_t i = 0; i < sizeof(set->words) / sizeof(set->words[0]); i++)
		count += __builtin_popcountll(set->words[i]);
	return count;
}

bool dayset_equal(const struct dayset *a, const struct dayset *b)
{
	return memcmp(a->words, b->words, sizeof(a->words)) == 0;
}

/* The eight days of one byte. Shifts, so that the stored form is the same on every machine. */
static uint8_t byte_of(const struct dayset *set, size_t index)
{
	return (uint8_t)(set->words[index / 8] >> 8 * (index % 8));
}

size_t dayset_pack(const struct dayset *set, uint8_t bytes[DAYSET_PACKED_MAX_B])
{
	size_t first = 0, end = BITS_B;

	while (first < end && byte_of(set, first) == 0)
		first++;
	while (end > first && byte_of(set, end - 1) == 0)
		end--;
	if (first == end)
		return 0;
	bytes[0] = (uint8_t)(first & 0xff);
	bytes[1] = (uint8_t)(first >> 8);
	for (size_t i = first; i < end; i++)
		bytes[OFFSET_B + i - first] = byte_of(set, i);
	return OFFSET_B + end - first;
}

bool dayset_unpack(const uint8_t *bytes, size_t length, struct dayset *set)
{
	size_t first;

	memset(set, 0, sizeof(*set));
	if (length == 0)
		return true;
	if (length <= OFFSET_B || bytes[OFFSET_B] == 0 || bytes[length - 1] == 0)
		return false;
	first = bytes[0] | (size_t)bytes[1] << 8;
	if (first + (length - OFFSET_B) > BITS_B)
		return false;
	for (size_t i = 0; i < length - OFFSET_B; i++)
		set->words[(first + i) / 8] |= (uint64_t)bytes[OFFSET_B + i]
		    << 8 * ((first + i) % 8);
	return true;
}
