/*
 * JSON as it goes out. json-c would write it as well, but where it gets no memory it leaves a piece out and says
 * nothing: half an answer would go out as a whole one. Here the length is counted first and written into one
 * piece of the arena, which is there or ends the process.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "http/reply.h"

/* Where text goes: counted first, with at NULL, then written. */
struct text_sink {
	char *at;
	size_t length;
};

static void put(struct text_sink *sink, const char *bytes, size_t length)
{
	if (sink->at != NULL)
		memcpy(sink->at + sink->length, bytes, length);
	sink->length += length;
}

static void put_text(struct text_sink *sink, const char *text)
{
	put(sink, text, strlen(text));
}

/* The letter behind the backslash of a short escape; 0: there is none for this byte. */
static char short_escape(char byte)
{
	static const char bytes[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *found = byte == '\0' ? NULL : strchr(bytes, byte);

	if (found == NULL)
		return '\0';
	return letters[found - bytes];
}

static void put_escaped(struct text_sink *sink, const char *text, size_t length)
{
	put(sink, "\"", 1);
	for (size_t i = 0; i < length; i++) {
		char escape[8] = {'\\', short_escape(text[i])};

		if (escape[1] != '\0')
			put(sink, escape, 2);
		else if ((unsigned char)text[i] >= ' ')
			put(sink, text + i, 1);
		else
			put(sink, escape,
			    (size_t)snprintf(escape, sizeof(escape), "\\u%04x",
				(unsigned)(unsigned char)text[i]));
	}
	put(sink, "\"", 1);
}

static void put_value(struct text_sink *sink, struct json_object *value);

static void put_object(struct text_sink *sink, struct json_object *object)
{
	const char *before = "{";

	json_object_object_foreach(object, name, value)
	{
		put_text(sink, before);
		put_escaped(sink, name, strlen(name));
		put(sink, ":", 1);
		put_value(sink, value);
		before = ",";
	}
	put_text(sink, *before == '{' ? "{}" : "}");
}

static void put_array(struct text_sink *sink, struct json_object *array)
{
	size_t count = json_object_array_length(array);

	put(sink, "[", 1);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			put(sink, ",", 1);
		put_value(sink, json_object_array_get_idx(array, i));
	}
	put(sink, "]", 1);
}

static void put_value(struct text_sink *sink, struct json_object *value)
{
	char number[32];

	switch (json_object_get_type(value)) {
	case json_type_null:
		put_text(sink, "null");
		break;
	case json_type_boolean:
		put_text(sink, json_object_get_boolean(value) ? "true" : "false");
		break;
	case json_type_int:
		snprintf(number, sizeof(number), "%" PRId64, json_object_get_int64(value));
		put_text(sink, number);
		break;
	case json_type_double:
		/* With the decimals that json_add_decimal gave it. */
		put_text(sink, json_object_get_userdata(value));
		break;
	case json_type_string:
		put_escaped(
		    sink, json_object_get_string(value), (size_t)json_object_get_string_len(value));
		break;
	case json_type_object:
		put_object(sink, value);
		break;
	case json_type_array:
		put_array(sink, value);
		break;
	}
}

const char *json_text(struct arena *arena, struct json_object *json, size_t *length)
{
	struct text_sink counted = {0}, written = {0};

	put_value(&counted, json);
	written.at = arena_alloc(arena, counted.length + 1);
	put_value(&written, json);
	*length = written.length;
	return written.at;
}
