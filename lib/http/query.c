/*
 * From a query string to a struct: "today=2026-11-22&by=day". Parameters are taken apart and
 * unescaped first, all of them, so that a broken one is found wherever it stands; then the shape
 * leads, as it does for JSON in shape.c.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "http/field.h"
#include "http/pointer.h"
#include "http/shape.h"
#include "http/text.h"

enum { PARAMETERS_MAX = 16 };

/* Both are text in valid UTF-8, without escapes, with a NUL behind and none within. */
struct parameter {
	const char *name;
	const char *value;
};

struct query {
	struct arena *arena;
	struct shape_fault *fault;
	struct parameter parameters[PARAMETERS_MAX];
	size_t count;
};

/* Names the parameter at fault. Returns problem, so that a reader ends with it. */
static enum problem blame(
    const struct query *query, enum problem problem, const char *name, const char *detail)
{
	query->fault->pointer = name == NULL
	    ? NULL
	    : arena_printf(query->arena, "?%s", pointer_quote(query->arena, name, strlen(name)));
	query->fault->detail = detail;
	return problem;
}

/* Resolves escapes. NULL: one is broken, or what comes out is no text. */
static const char *unescape(struct arena *arena, const char *text, size_t length)
{
	char *unescaped = arena_alloc(arena, length + 1);
	size_t done = 0;

	for (size_t i = 0; i < length; i++) {
		char c = text[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = length - i > 2 ? text_hex_value(text[i + 1]) : -1;
			int low = length - i > 2 ? text_hex_value(text[i + 2]) : -1;

			if (high < 0 || low < 0)
				return NULL;
			c = (char)(high << 4 | low);
			i += 2;
		}
		if (c == '\0')
			return NULL;
		unescaped[done++] = c;
	}
	for (size_t i = 0; i < done;) {
		size_t character = text_utf8_length(unescaped + i, done - i);

		if (character == 0)
			return NULL;
		i += character;
	}
	return unescaped;
}

static const struct parameter *find_parameter(const struct query *query, const char *name)
{
	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->parameters[i].name, name) == 0)
			return &query->parameters[i];
	return NULL;
}

/* Takes one "name=value", or "name", of length bytes. */
static enum problem take_parameter(struct query *query, const char *text, size_t length)
{
	const char *equals = memchr(text, '=', length);
	size_t name_length = equals == NULL ? length : (size_t)(equals - text);
	size_t value_length = equals == NULL ? 0 : length - name_length - 1;
	struct parameter parameter;

	if (query->count == PARAMETERS_MAX)
		return blame(
		    query, PROBLEM_BAD_REQUEST, NULL, "The query string has too many parameters.");
	parameter.name = unescape(query->arena, text, name_length);
	parameter.value = unescape(query->arena, text + length - value_length, value_length);
	if (parameter.name == NULL || parameter.value == NULL)
		return blame(query, PROBLEM_BAD_REQUEST, NULL,
		    "The query string holds a broken escape or no valid UTF-8.");
	if (find_parameter(query, parameter.name) != NULL)
		return blame(query, PROBLEM_BAD_REQUEST, parameter.name,
		    "The query string has this parameter twice.");
	query->parameters[query->count++] = parameter;
	return PROBLEM_NONE;
}

static enum problem take_apart(struct query *query, const char *text)
{
	enum problem problem = PROBLEM_NONE;

	while (problem == PROBLEM_NONE) {
		size_t length = strcspn(text, "&");

		/* "a=1&&b=2" and a trailing & are harmless. */
		if (length > 0)
			problem = take_parameter(query, text, length);
		text += length;
		if (*text == '\0')
			break;
		text++;
	}
	return problem;
}

static bool is_declared(const struct shape *shape, const char *name)
{
	for (size_t i = 0; i < shape->count; i++)
		if (strcmp(shape->fields[i].name, name) == 0)
			return true;
	return false;
}

const char *shape_known_query(struct arena *arena, const struct shape *shape, const char *query)
{
	const char *known = "";

	while (query != NULL && *query != '\0') {
		size_t length = strcspn(query, "&");
		const char *name = unescape(arena, query, strcspn(query, "=&"));

		if (name != NULL && is_declared(shape, name))
			known = arena_printf(arena, "%s%s%.*s", known, *known == '\0' ? "" : "&",
			    (int)length, query);
		query += length;
		if (*query == '&')
			query++;
	}
	return known;
}

/* Reads a whole number as JSON spells it; one that does not fit becomes the nearest that does. */
static bool read_integer(const char *text, int64_t *value)
{
	const char *digits = *text == '-' ? text + 1 : text;

	if (*digits == '\0' || digits[strspn(digits, "0123456789")] != '\0')
		return false;
	if (digits[0] == '0' && digits[1] != '\0')
		return false;
	*value = strtoll(text, NULL, 10);
	return true;
}

static enum problem read_value(struct arena *arena, const struct field *field, const char *text,
    void *into, const char **detail)
{
	int64_t value;

	if (field->kind != FIELD_INTEGER)
		return field_put_text(arena, field, text, strlen(text), into, detail);
	if (!read_integer(text, &value)) {
		*detail = "It must be a whole number.";
		return PROBLEM_BAD_VALUE;
	}
	return field_put_integer(arena, field, value, into, detail);
}

/* Reads the parameters into a zeroed struct of shape. */
static enum problem read_fields(struct query *query, const struct shape *shape, void *into)
{
	for (size_t i = 0; i < query->count; i++) {
		const char *name = query->parameters[i].name;

		if (!is_declared(shape, name))
			return blame(
			    query, PROBLEM_UNKNOWN_MEMBER, name, field_known(query->arena, shape));
	}
	for (size_t i = 0; i < shape->count; i++) {
		const struct field *field = &shape->fields[i];

		if (!(field->flags & FIELD_OPTIONAL) && find_parameter(query, field->name) == NULL)
			return blame(
			    query, PROBLEM_MISSING_MEMBER, field->name, "It must be given.");
	}
	for (size_t i = 0; i < shape->count; i++) {
		const struct field *field = &shape->fields[i];
		const struct parameter *parameter = find_parameter(query, field->name);
		enum problem problem;
		const char *detail;

		if (parameter == NULL) {
			field_clear(field, into);
			continue;
		}
		problem = read_value(query->arena, field, parameter->value, into, &detail);
		if (problem != PROBLEM_NONE)
			return blame(query, problem, field->name, detail);
	}
	return PROBLEM_NONE;
}

enum problem shape_read_query(struct arena *arena, const struct shape *shape, const char *query,
    const void **into, struct shape_fault *fault)
{
	struct query taken = {.arena = arena, .fault = fault};
	enum problem problem = take_apart(&taken, query == NULL ? "" : query);
	void *read;

	if (problem != PROBLEM_NONE)
		return problem;
	read = arena_alloc(arena, shape->size);
	problem = read_fields(&taken, shape, read);
	if (problem == PROBLEM_NONE)
		*into = read;
	return problem;
}
