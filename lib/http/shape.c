/*
 * From a JSON text to a struct. Three steps, each of which can rely on the one before: json_scan
 * refuses what is no strict JSON, json-c makes a tree of it, and read_object walks tree and shape
 * together. The shape leads: what it does not declare is refused first, so nothing in a text can
 * have an effect that is not written down in a table.
 */
#include "http/shape.h"

#include <json-c/json.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "core/log.h"
#include "http/field.h"
#include "http/json_scan.h"
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
    struct json_object *json, const struct pointer_step *outer, void *into);

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
    struct json_object *json, const struct pointer_step *step, struct list *list)
{
	size_t count = json_object_array_length(json);
	unsigned char *items;

	if (count > (size_t)field->max)
		return blame(reader, PROBLEM_RANGE, step,
		    arena_printf(
			reader->arena, "It must have at most %lld items.", (long long)field->max));
	items = arena_array(reader->arena, count, field->shape->size);
	for (size_t i = 0; i < count; i++) {
		const struct pointer_step item = {.outer = step, .index = i};
		enum problem problem = read_object(reader, field->shape,
		    json_object_array_get_idx(json, i), &item, items + i * field->shape->size);

		if (problem != PROBLEM_NONE)
			return problem;
	}
	*list = (struct list){items, count};
	return PROBLEM_NONE;
}

/* The type of a value of each kind, but for whole numbers, which json-c has two of. */
static json_type type_of(enum field_kind kind)
{
	static const json_type types[] = {
	    [FIELD_BOOLEAN] = json_type_boolean,
	    [FIELD_DAY] = json_type_string,
	    [FIELD_TODAY] = json_type_string,
	    [FIELD_CHOICE] = json_type_string,
	    [FIELD_HEX] = json_type_string,
	    [FIELD_TEXT] = json_type_string,
	    [FIELD_OBJECT] = json_type_object,
	    [FIELD_LIST] = json_type_array,
	};

	return types[kind];
}

/*
 * Reads a whole number, however it is spelt: to JSON Schema 2, 2.0 and 20e-1 are the same integer. Of a number with a
 * point or an exponent json-c keeps the text, as its user data. False: it is none.
 */
static bool read_integer(struct json_object *json, int64_t *value)
{
	if (json_object_is_type(json, json_type_double))
		return text_read_whole(json_object_get_userdata(json), value);
	*value = json_object_get_int64(json);
	return json_object_is_type(json, json_type_int);
}

/* Reads a member that is there. */
static enum problem read_member(const struct reader *reader, const struct field *field,
    struct json_object *json, const struct pointer_step *step, void *into)
{
	unsigned char *place = (unsigned char *)into + field->offset;
	enum problem problem = PROBLEM_NONE;
	const char *detail = NULL;
	int64_t whole = 0;

	if (json == NULL && field->flags & FIELD_NULLABLE) {
		field_clear(field, into);
		return PROBLEM_NONE;
	}
	if (field->kind == FIELD_INTEGER ? !read_integer(json, &whole)
					 : json_object_get_type(json) != type_of(field->kind))
		return wrong_type(reader, field, step);

	switch (field->kind) {
	case FIELD_INTEGER:
		problem = field_put_integer(reader->arena, field, whole, into, &detail);
		break;
	case FIELD_BOOLEAN: {
		bool value = json_object_get_boolean(json) != 0;

		memcpy(place, &value, sizeof(value));
		break;
	}
	case FIELD_DAY:
	case FIELD_TODAY:
	case FIELD_CHOICE:
	case FIELD_HEX:
	case FIELD_TEXT:
		problem = field_put_text(reader->arena, field, json_object_get_string(json),
		    (size_t)json_object_get_string_len(json), into, &detail);
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
    struct json_object *json, const struct pointer_step *outer)
{
	json_object_object_foreach(json, name, value)
	{
		(void)value;
		if (find_field(shape, name) == NULL) {
			const struct pointer_step step = {
			    .outer = outer, .name = name, .length = strlen(name)};

			return blame(reader, PROBLEM_UNKNOWN_MEMBER, &step,
			    field_known(reader->arena, shape));
		}
	}
	return PROBLEM_NONE;
}

/* Reads a value that must be an object into a zeroed struct. step NULL: it is the whole text. */
static enum problem read_object(const struct reader *reader, const struct shape *shape,
    struct json_object *json, const struct pointer_step *outer, void *into)
{
	enum problem problem;

	if (json_object_get_type(json) != json_type_object)
		return blame(reader, PROBLEM_WRONG_TYPE, outer, "It must be an object.");
	problem = refuse_unknown(reader, shape, json, outer);
	if (problem != PROBLEM_NONE)
		return problem;

	for (size_t i = 0; i < shape->count; i++) {
		const struct field *field = &shape->fields[i];
		const struct pointer_step step = {
		    .outer = outer, .name = field->name, .length = strlen(field->name)};

		if (!json_object_object_get_ex(json, field->name, NULL) &&
		    !(field->flags & FIELD_OPTIONAL))
			return blame(reader, PROBLEM_MISSING_MEMBER, &step, "It must be given.");
	}
	for (size_t i = 0; i < shape->count && problem == PROBLEM_NONE; i++) {
		const struct field *field = &shape->fields[i];
		const struct pointer_step step = {
		    .outer = outer, .name = field->name, .length = strlen(field->name)};
		struct json_object *value;

		if (json_object_object_get_ex(json, field->name, &value))
			problem = read_member(reader, field, value, &step, into);
		else
			field_clear(field, into);
	}
	return problem;
}

/* How many values there are in a tree. */
static size_t count_values(struct json_object *value)
{
	size_t count = 1;

	if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, name, member)
		{
			(void)name;
			count += count_values(member);
		}
	} else if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++)
			count += count_values(json_object_array_get_idx(value, i));
	}
	return count;
}

/*
 * The tree of a text that json_scan has accepted; the caller puts it. Where json-c gets no memory it may
 * refuse such a text, or leave members out of its tree and say nothing: whoever sent them would be told
 * that they are missing. So they are counted, and NULL is a tree that is not whole, after a line in the log.
 *
 * One at a time: json-c makes itself a locale for each text, three times under a lock of the C library on
 * which threads that meet there spin: a twentieth of the processor time of sync.fcgi under load.
 */
static struct json_object *parse(const char *text, size_t length, size_t values)
{
	static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
	struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH_MAX + 1);
	struct json_object *tree;

	if (tokener == NULL)
		log_out_of_memory();
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	pthread_mutex_lock(&turn);
	tree = json_tokener_parse_ex(tokener, text, (int)length);
	pthread_mutex_unlock(&turn);
	json_tokener_free(tokener);
	if (tree != NULL && count_values(tree) == values)
		return tree;
	log_line("json-c made no whole tree of a text that json_scan took");
	json_object_put(tree);
	return NULL;
}

enum problem shape_read_json(struct arena *arena, const struct shape *shape, const char *text,
    size_t length, const void **into, struct shape_fault *fault)
{
	const struct reader reader = {arena, fault};
	struct json_fault scan_fault;
	enum problem problem;
	struct json_object *tree;
	size_t values;
	void *read;

	*fault = (struct shape_fault){0};
	problem = json_scan(arena, text, length, &values, &scan_fault);
	if (problem != PROBLEM_NONE) {
		fault->pointer = *scan_fault.pointer == '\0' ? NULL : scan_fault.pointer;
		fault->detail = scan_fault.reason;
		return problem;
	}
	/* Now there is something other than space in it. */
	if (text[strspn(text, " \t\r\n")] != '{')
		return blame(&reader, PROBLEM_WRONG_TYPE, NULL, "It must be an object.");
	tree = parse(text, length, values);
	if (tree == NULL)
		return PROBLEM_UNAVAILABLE;
	read = arena_alloc(arena, shape->size);
	problem = read_object(&reader, shape, tree, NULL, read);
	if (problem == PROBLEM_NONE)
		*into = read;
	json_object_put(tree);
	return problem;
}
