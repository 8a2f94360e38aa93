/*
 * The JSON reader. Whatever json_parse takes, json-c's strict parser takes as well, and both make the same
 * tree of it. Whatever it refuses, it says so in bounded, valid text.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/toy.h"
#include "core/arena.h"
#include "http/json_parse.h"
#include "http/shape.h"
#include "http/text.h"

enum { POINTER_MAX_B = 8 * 128, BODY_MAX_B = 1 << 20 };

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool is_utf8(const char *text)
{
	size_t length = strlen(text);

	while (length > 0) {
		size_t character = text_utf8_length(text, length);

		if (character == 0)
			return false;
		text += character;
		length -= character;
	}
	return true;
}

static struct json_object *parse_otherwise(const char *text, size_t length)
{
	struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH_MAX + 1);
	struct json_object *json;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	/* With the NUL behind it: a number could go on otherwise. */
	json = json_tokener_parse_ex(tokener, text, (int)length + 1);
	require(json_tokener_get_error(tokener) == json_tokener_success);
	json_tokener_free(tokener);
	return json;
}

static void check_same(const struct json_value *value, struct json_object *other)
{
	static const json_type types[] = {
	    [JSON_NULL] = json_type_null,
	    [JSON_BOOLEAN] = json_type_boolean,
	    [JSON_STRING] = json_type_string,
	    [JSON_OBJECT] = json_type_object,
	    [JSON_LIST] = json_type_array,
	};
	const struct json_value *member = value->first;
	size_t count = 0;

	if (value->kind == JSON_NUMBER) {
		/* json-c makes the nearest of a whole number that does not fit, as text_read_whole does. */
		int64_t whole = 0;
		bool is_whole = text_read_whole(value->text, &whole);

		require(strlen(value->text) == value->length);
		if (json_object_is_type(other, json_type_double))
			require(strcmp(json_object_get_userdata(other), value->text) == 0);
		else
			require(json_object_is_type(other, json_type_int) && is_whole &&
			    (json_object_get_int64(other) == whole || whole == -INT64_MAX));
		return;
	}
	require(json_object_is_type(other, types[value->kind]));
	if (value->kind == JSON_BOOLEAN)
		require(json_object_get_boolean(other) == value->is_true);
	if (value->kind == JSON_STRING)
		require((size_t)json_object_get_string_len(other) == value->length &&
		    memcmp(json_object_get_string(other), value->text, value->length + 1) == 0);
	if (value->kind == JSON_OBJECT) {
		json_object_object_foreach(other, name, inner)
		{
			require(member != NULL && strcmp(member->name, name) == 0);
			require(json_member(value, name) == member);
			check_same(member, inner);
			member = member->next;
			count++;
		}
	}
	if (value->kind == JSON_LIST) {
		for (; count < json_object_array_length(other); count++) {
			require(member != NULL && member->name == NULL);
			check_same(member, json_object_array_get_idx(other, count));
			member = member->next;
		}
	}
	require(member == NULL && value->count == count);
}

static void check_taken(const struct json_value *value, const char *text, size_t length)
{
	struct json_object *other = parse_otherwise(text, length);

	check_same(value, other);
	json_object_put(other);
}

static void check_refused(const struct json_fault *fault)
{
	require(fault->pointer != NULL && fault->reason != NULL);
	require(*fault->pointer == '\0' || *fault->pointer == '/');
	require(strlen(fault->pointer) < POINTER_MAX_B && is_utf8(fault->pointer));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena;
	struct json_fault json_fault = {0};
	const struct json_value *value = NULL;
	struct shape_fault fault = {0};
	const void *body = NULL;
	enum problem parsed, read;
	char *text;

	if (size > BODY_MAX_B)
		return -1;
	arena = arena_new();
	text = malloc(size + 1);
	memcpy(text, data, size);
	text[size] = '\0';

	parsed = json_parse(arena, text, size, &value, &json_fault);
	if (parsed == PROBLEM_NONE)
		check_taken(value, text, size);
	else
		check_refused(&json_fault);

	read = shape_read_json(arena, &toy_body_shape, text, size, &body, &fault);
	require((read == PROBLEM_NONE) == (body != NULL));
	require(parsed == PROBLEM_NONE || read == parsed);
	require(read == PROBLEM_NONE || fault.detail != NULL);
	require(fault.pointer == NULL || (*fault.pointer == '/' && is_utf8(fault.pointer)));

	free(text);
	arena_free(arena);
	return 0;
}
