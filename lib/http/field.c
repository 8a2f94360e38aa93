#include "http/field.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "core/clock.h"
#include "core/day.h"
#include "core/secret.h"

/*
 * A whole number that does not fit is read as the nearest one that does. Bounds far inside
 * int64_t, which are also those that every JSON reader keeps exact (RFC 8259, section 6), refuse it.
 */
static const int64_t integer_max = (INT64_C(1) << 53) - 1;

static void write_value(const struct field *field, void *into, const void *value, size_t size)
{
	memcpy((unsigned char *)into + field->offset, value, size);
}

void field_clear(const struct field *field, void *into)
{
	const day_t no_day = DAY_NONE;
	const int no_choice = -1;

	/* The struct came zeroed from the arena, which is the absent value of all other kinds. */
	if (field->kind == FIELD_DAY || field->kind == FIELD_TODAY)
		write_value(field, into, &no_day, sizeof(no_day));
	if (field->kind == FIELD_CHOICE)
		write_value(field, into, &no_choice, sizeof(no_choice));
}

enum problem field_put_integer(
    struct arena *arena, const struct field *field, int64_t value, void *into, const char **detail)
{
	assert(field->min >= -integer_max && field->max <= integer_max);
	if (value < field->min || value > field->max) {
		*detail = arena_printf(arena, "It must be between %lld and %lld.",
		    (long long)field->min, (long long)field->max);
		return PROBLEM_RANGE;
	}
	write_value(field, into, &value, sizeof(value));
	return PROBLEM_NONE;
}

static enum problem put_day(struct arena *arena, const struct field *field, const char *text,
    size_t length, void *into, const char **detail)
{
	day_t today = clock_today();
	day_t last = today + 1;
	char first_text[DAY_TEXT_B], last_text[DAY_TEXT_B];
	day_t day;

	if (!day_parse(text, length, &day)) {
		*detail = "It must be a day that exists, as in \"2026-11-22\".";
		return PROBLEM_BAD_VALUE;
	}
	if (field->kind == FIELD_TODAY && (day < today - 1 || day > last)) {
		*detail = "It must lie within a day of the server's date.";
		return PROBLEM_CLOCK_OFF;
	}
	if (day < DAY_FIRST || day > last) {
		*detail = arena_printf(arena, "It must be between %s and %s.",
		    day_format(DAY_FIRST, first_text), day_format(last, last_text));
		return PROBLEM_RANGE;
	}
	write_value(field, into, &day, sizeof(day));
	return PROBLEM_NONE;
}

static const char *choice_names(struct arena *arena, const struct field *field)
{
	const char *names = "";

	for (size_t i = 0; field->choices[i] != NULL; i++) {
		bool is_last = field->choices[i + 1] == NULL;

		names = arena_printf(arena, "%s%s\"%s\"", names,
		    i == 0        ? ""
			: is_last ? " or "
				  : ", ",
		    field->choices[i]);
	}
	return names;
}

static enum problem put_choice(struct arena *arena, const struct field *field, const char *text,
    size_t length, void *into, const char **detail)
{
	for (int i = 0; field->choices[i] != NULL; i++) {
		if (strlen(field->choices[i]) == length &&
		    memcmp(field->choices[i], text, length) == 0) {
			write_value(field, into, &i, sizeof(i));
			return PROBLEM_NONE;
		}
	}
	*detail = arena_printf(arena, "It must be %s.", choice_names(arena, field));
	return PROBLEM_BAD_VALUE;
}

static enum problem put_hex(struct arena *arena, const struct field *field, const char *text,
    size_t length, void *into, const char **detail)
{
	size_t bytes_length = (size_t)field->max;
	uint8_t *bytes = arena_alloc(arena, bytes_length);

	if (!hex_parse(text, length, bytes, bytes_length)) {
		*detail = arena_printf(
		    arena, "It must be %zu hexadecimal digits in lower case.", 2 * bytes_length);
		return PROBLEM_BAD_VALUE;
	}
	write_value(field, into, &bytes, sizeof(bytes));
	return PROBLEM_NONE;
}

/* As JSON Schema counts them: a byte that goes on with a character is none of its own. The text is valid UTF-8. */
static size_t count_characters(const char *text, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			count++;
	return count;
}

static enum problem put_text(struct arena *arena, const struct field *field, const char *text,
    size_t length, void *into, const char **detail)
{
	const char *copy;

	if (length == 0 || count_characters(text, length) > (size_t)field->max) {
		*detail = arena_printf(
		    arena, "It must be text of 1 to %lld characters.", (long long)field->max);
		return PROBLEM_BAD_VALUE;
	}
	copy = arena_strndup(arena, text, length);
	write_value(field, into, &copy, sizeof(copy));
	return PROBLEM_NONE;
}

enum problem field_put_text(struct arena *arena, const struct field *field, const char *text,
    size_t length, void *into, const char **detail)
{
	if (field->kind == FIELD_DAY || field->kind == FIELD_TODAY)
		return put_day(arena, field, text, length, into, detail);
	if (field->kind == FIELD_CHOICE)
		return put_choice(arena, field, text, length, into, detail);
	if (field->kind == FIELD_HEX)
		return put_hex(arena, field, text, length, into, detail);
	assert(field->kind == FIELD_TEXT);
	return put_text(arena, field, text, length, into, detail);
}

const char *field_known(struct arena *arena, const struct shape *shape)
{
	const char *names;

	if (shape->count == 0)
		return "Nothing is known here.";
	names = shape->fields[0].name;
	for (size_t i = 1; i < shape->count; i++)
		names = arena_printf(arena, "%s%s%s", names, i + 1 == shape->count ? " and " : ", ",
		    shape->fields[i].name);
	return arena_printf(arena, "Known here: %s.", names);
}
