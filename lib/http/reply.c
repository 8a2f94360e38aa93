#include "http/reply.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/day.h"
#include "core/log.h"

void reply_init(struct reply *reply, struct arena *arena)
{
	*reply = (struct reply){.arena = arena, .status = 204};
}

void reply_clear(struct reply *reply)
{
	json_object_put(reply->json);
	json_object_put(reply->extra);
	reply->json = NULL;
	reply->extra = NULL;
}

static enum problem succeed(struct reply *reply, int status, struct json_object *json)
{
	json_object_put(reply->json);
	reply->status = status;
	reply->json = json;
	reply->type = NULL;
	return PROBLEM_NONE;
}

enum problem reply_json(struct reply *reply, int status, struct json_object *json)
{
	return succeed(reply, status, json);
}

enum problem reply_stream(struct reply *reply, const struct stream *stream)
{
	succeed(reply, 200, NULL);
	reply->type = "application/json";
	reply->stream = *stream;
	return PROBLEM_NONE;
}

enum problem reply_bytes(
    struct reply *reply, int status, const char *type, const void *bytes, size_t length)
{
	succeed(reply, status, NULL);
	reply->type = type;
	reply->bytes = bytes;
	reply->length = length;
	return PROBLEM_NONE;
}

enum problem reply_text(struct reply *reply, int status, const char *type, const char *text)
{
	return reply_bytes(reply, status, type, text, strlen(text));
}

enum problem reply_empty(struct reply *reply)
{
	return succeed(reply, 204, NULL);
}

enum problem reply_blame(
    struct reply *reply, enum problem problem, const char *pointer, const char *detail)
{
	reply->pointer = pointer;
	reply->detail = detail;
	return problem;
}

static struct json_object *made(struct json_object *json)
{
	if (json == NULL)
		log_out_of_memory();
	return json;
}

struct json_object *json_new_object(void)
{
	return made(json_object_new_object());
}

struct json_object *json_new_array(void)
{
	return made(json_object_new_array());
}

struct json_object *json_new_text(const char *text)
{
	return made(json_object_new_string(text));
}

void json_add(struct json_object *object, const char *name, struct json_object *value)
{
	/* A new constant name need be neither looked up nor copied. */
	const unsigned flags = JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY;

	if (json_object_object_add_ex(object, name, value, flags) != 0)
		log_out_of_memory();
}

void json_add_integer(struct json_object *object, const char *name, int64_t value)
{
	json_add(object, name, made(json_object_new_int64(value)));
}

void json_add_decimal(struct json_object *object, const char *name, int64_t value, int decimals)
{
	char text[32];
	int64_t unit = 1;

	for (int i = 0; i < decimals; i++)
		unit *= 10;
	snprintf(
	    text, sizeof(text), "%" PRId64 ".%0*" PRId64, value / unit, decimals, value % unit);
	json_add(object, name, made(json_object_new_double_s((double)value / (double)unit, text)));
}

void json_add_boolean(struct json_object *object, const char *name, bool value)
{
	json_add(object, name, made(json_object_new_boolean(value)));
}

void json_add_text(struct json_object *object, const char *name, const char *text)
{
	json_add(object, name, text == NULL ? NULL : json_new_text(text));
}

void json_add_day(struct json_object *object, const char *name, int32_t day)
{
	char text[DAY_TEXT_B];

	json_add_text(object, name, day == DAY_NONE ? NULL : day_format(day, text));
}

void json_append(struct json_object *array, struct json_object *value)
{
	if (json_object_array_add(array, value) != 0)
		log_out_of_memory();
}
