/*
 * The JSON reader. Whatever json_scan takes, json-c's strict parser takes as well, and what json-c
 * writes of it is again taken: nothing passes the first look that the second understands otherwise.
 * Whatever it refuses, it says so in bounded, valid text.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/toy.h"
#include "core/arena.h"
#include "http/json_scan.h"
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

static struct json_object *parse(const char *text, size_t length)
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

static void check_taken(struct arena *arena, const char *text, size_t length)
{
	struct json_object *json = parse(text, length), *again;
	struct json_fault fault;
	size_t written_length, values;
	const char *written =
	    json_object_to_json_string_length(json, JSON_C_TO_STRING_PLAIN, &written_length);

	require(json_scan(arena, written, written_length, &values, &fault) == PROBLEM_NONE);
	again = parse(written, written_length);
	require(json_object_equal(json, again));
	json_object_put(json);
	json_object_put(again);
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
	struct json_fault scan_fault = {0};
	struct shape_fault fault = {0};
	const void *body = NULL;
	enum problem scanned, read;
	size_t values;
	char *text;

	if (size > BODY_MAX_B)
		return -1;
	arena = arena_new();
	text = malloc(size + 1);
	memcpy(text, data, size);
	text[size] = '\0';

	scanned = json_scan(arena, text, size, &values, &scan_fault);
	if (scanned == PROBLEM_NONE)
		check_taken(arena, text, size);
	else
		check_refused(&scan_fault);

	read = shape_read_json(arena, &toy_body_shape, text, size, &body, &fault);
	require((read == PROBLEM_NONE) == (body != NULL));
	require(scanned == PROBLEM_NONE || read == scanned);
	require(read == PROBLEM_NONE || fault.detail != NULL);
	require(fault.pointer == NULL || (*fault.pointer == '/' && is_utf8(fault.pointer)));

	free(text);
	arena_free(arena);
	return 0;
}
