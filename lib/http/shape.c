/*
 * From a JSON text to a struct. Two steps, the second of which can rely on the first: json_parse refuses
 * what is no strict JSON and makes a tree of the rest, and read_object walks tree and shape together. The
 * shape leads: what it does not declare is refused first, so nothing in a text can have an effect that is
 * not written down in a table.
 */
#include "http/shape.h"

#include <stdbool.h>
#include <string.h>

#include "http/field.h"
#include "http/json_parse.h"
#include "http/pointer.h"
#include "http/text.h"

struct reader {
	struct arena *arena;
	struct shape_fault *fault;
};

/* Names the member at fault. Returns problem, so that a reader ends with it. */
static enum problem blame(const struct reader *reader, enum problem problem,
    const struct pointer_step *step, const char *detail)
{
	/* The text as a whole is no member. */
	reader->fault->pointer = step == NULL ? NULL : pointer_text(reader->arena, step);
	reader->fault->detail = detail;
	return problem;
}

static enum problem read_object(const struct reader *reader, const struct shape *shape,
    const struct json_value *json, const struct pointer_step *outer, void *into);

static enum problem wrong_type(
    const struct reader *reader, const struct field *field, const struct pointer_step *step)
{
	static const char *const details[] = {
	    [FIELD_INTEGER] = "It must be a whole number.",
	    [FIELD_BOOLEAN] = "It must be true or false.",
	    [FIELD_DAY] = "It must be a string with a day, as in \"2026-11-22\".",
	    [FIELD_TODAY] = "It must be a string with a day, as in \"2026-11-22\".",
	    [FIELD_CHOICE] = "It must be a string.",
	    [FIELD_HEX] = "It must be a string.",
	    [FIELD_TEXT] = "It must be a string.",
	    [FIELD_OBJECT] = "It must be an object.",
	    [FIELD_LIST] = "It must be a list.",
	};

	return blame(reader, PROBLEM_WRONG_TYPE, step, details[field->kind]);
}

static enum problem read_list(const struct reader *reader, const struct field *field,
    const struct json_value *json, const struct pointer_step *step, struct list *list)
{
	const struct json_value *value = json->first;
	unsigned char *items;

	if (json->count > (size_t)field->max)
		return blame(reader, PROBLEM_RANGE, step,
		    arena_printf(
			reader->arena, "It must have at most %lld items.", (long long)field->max));
	items = arena_array(reader->arena, json->count, field->shape->size);
	for (size_t i = 0; i < json->count; i++, value = value->next) {
		const struct pointer_step item = {.outer = step, .index = i};
		enum problem problem =
		    read_object(reader, field->shape, value, &item, items + i * field->shape->size);

		if (problem != PROBLEM_NONE)
			return problem;
	}
	*list = (struct list){items, json->count};
	return PROBLEM_NONE;
}

/* The kind of JSON value that each kind of field is written as. */
static enum json_kind kind_of(enum field_kind kind)
{
	static const enum json_kind kinds[] = {
	    [FIELD_INTEGER] = JSON_NUMBER,
	    [FIELD_BOOLEAN] = JSON_BOOLEAN,
	    [FIELD_DAY] = JSON_STRING,
	    [FIELD_TODAY] = JSON_STRING,
	    [FIELD_CHOICE] = JSON_STRING,
	    [FIELD_HEX] = JSON_STRING,
	    [FIELD_TEXT] = JSON_STRING,
	    [FIELD_OBJECT] = JSON_OBJECT,
	    [FIELD_LIST] = JSON_LIST,
	};

	return kinds[kind];
}

/* Reads a member that is there. */
static enum problem read_member(const struct reader *reader, const struct field *field,
    const struct json_value *json, const struct pointer_step *step, void *into)
{
	unsigned char *place = (unsigned char *)into + field->offset;
	enum problem problem = PROBLEM_NONE;
	const char *detail = NULL;
	int64_t whole = 0;

	if (json->kind == JSON_NULL && field->flags & FIELD_NULLABLE) {
		field_clear(field, into);
		return PROBLEM_NONE;
	}
	/* To JSON Schema 2, 2.0 and 20e-1 are the same integer. */
	if (json->kind != kind_of(field->kind) ||
	    (field->kind == FIELD_INTEGER && !text_read_whole(json->text, &whole)))
		return wrong_type(reader, field, step);

	switch (field->kind) {
	case FIELD_INTEGER:
		problem = field_put_integer(reader->arena, field, whole, into, &detail);
		break;
	case FIELD_BOOLEAN:
		memcpy(place, &json->is_true, sizeof(json->is_true));
		break;
	case FIELD_DAY:
	case FIELD_TODAY:
	case FIELD_CHOICE:
	case FIELD_HEX:
	case FIELD_TEXT:
		problem =
		    field_put_text(reader->arena, field, json->text, json->length, into, &detail);
		break;
	case FIELD_OBJECT: {
		void *inner = arena_alloc(reader->arena, field->shape->size);

		memcpy(place, &inner, sizeof(inner));
		return read_object(reader, field->shape, json, step, inner);
	}
	case FIELD_LIST: {
		struct list list;

		problem = read_list(reader, field, json, step, &list);
		if (problem == PROBLEM_NONE)
			memcpy(place, &list, sizeof(list));
		return problem;
	}
	}
	return problem == PROBLEM_NONE ? problem : blame(reader, problem, step, detail);
}

static const struct field *find_field(const struct shape *shape, const char *name)
{
	for (size_t i = 0; i < shape->count; i++)
		if (strcmp(shape->fields[i].name, name) == 0)
			return &shape->fields[i];
	return NULL;
}

static enum problem refuse_unknown(const struct reader *reader, const struct shape *shape,
    const struct json_value *json, const struct pointer_step *outer)
{
	for (const struct json_value *member = json->first; member != NULL; member = member->next) {
		const struct pointer_step step = {
		    .outer = outer, .name = member->name, .length = strlen(member->name)};

		if (find_field(shape, member->name) == NULL)
			return blame(reader, PROBLEM_UNKNOWN_MEMBER, &step,
			    field_known(reader->arena, shape));
	}
	return PROBLEM_NONE;
}

/* Reads a value that must be an object into a zeroed struct. step NULL: it is the whole text. */
static enum problem read_object(const struct reader *reader, const struct shape *shape,
    const struct json_value *json, const struct pointer_step *outer, void *into)
{
	enum problem problem;

	if (json->kind != JSON_OBJECT)
		return blame(reader, PROBLEM_WRONG_TYPE, outer, "It must be an object.");
	problem = refuse_unknown(reader, shape, json, outer);
	if (problem != PROBLEM_NONE)
		return problem;

	for (size_t i = 0; i < shape->count; i++) {
		const struct field *field = &shape->fields[i];
		const struct pointer_step step = {
		    .outer = outer, .name = field->name, .length = strlen(field->name)};

		if (!(field->flags & FIELD_OPTIONAL) && json_member(json, field->name) == NULL)
			return blame(reader, PROBLEM_MISSING_MEMBER, &step, "It must be given.");
	}
	for (size_t i = 0; i < shape->count && problem == PROBLEM_NONE; i++) {
		const struct field *field = &shape->fields[i];
		const struct pointer_step step = {
		    .outer = outer, .name = field->name, .length = strlen(field->name)};
		const struct json_value *value = json_member(json, field->name);

		if (value != NULL)
			problem = read_member(reader, field, value, &step, into);
		else
			field_clear(field, into);
	}
	return problem;
}

enum problem shape_read_json(struct arena *arena, const struct shape *shape, const char *text,
    size_t length, const void **into, struct shape_fault *fault)
{
	const struct reader reader = {arena, fault};
	/* The tree of a large import is several times its text: it goes before the struct of it is used. */
	struct arena *tree = arena_new();
	const struct json_value *json;
	struct json_fault json_fault;
	enum problem problem = json_parse(tree, text, length, &json, &json_fault);

	if (problem == PROBLEM_NONE) {
		void *read = arena_alloc(arena, shape->size);

		problem = read_object(&reader, shape, json, NULL, read);
		if (problem == PROBLEM_NONE)
			*into = read;
	} else {
		/* The text as a whole is no member. */
		fault->pointer = *json_fault.pointer == '\0'
		    ? NULL
		    : arena_strndup(arena, json_fault.pointer, strlen(json_fault.pointer));
		fault->detail = json_fault.reason;
	}
	arena_free(tree);
	return problem;
}
