/*
 * A family of toy routes, with one of everything that a row can say, and a judge of the form that
 * every answer has, whatever was asked. For the tests and the fuzzer of the http layer.
 */
#ifndef TEST_UNIT_TOY_H
#define TEST_UNIT_TOY_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/day.h"
#include "http/exchange.h"

#define TOY_PREFIX "/api/v1/toy"
#define TOY_COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { TOY_BODY_MAX_B = 32768 };

struct toy_query {
	day_t today;
	int64_t wait_ms;
};

struct toy_body {
	int64_t problem;
	int64_t retry_s;
	const char *name;
};

static const struct field toy_query_fields[] = {
    {.name = "today",
	.kind = FIELD_DAY,
	.offset = offsetof(struct toy_query, today),
	.flags = FIELD_OPTIONAL},
    {.name = "wait_ms",
	.kind = FIELD_INTEGER,
	.offset = offsetof(struct toy_query, wait_ms),
	.flags = FIELD_OPTIONAL,
	.max = 1000},
};
static const struct shape toy_query_shape = {
    sizeof(struct toy_query), toy_query_fields, TOY_COUNT(toy_query_fields)};

static const struct field toy_body_fields[] = {
    {.name = "problem",
	.kind = FIELD_INTEGER,
	.offset = offsetof(struct toy_body, problem),
	.max = PROBLEM_COUNT - 1},
    {.name = "retry_s",
	.kind = FIELD_INTEGER,
	.offset = offsetof(struct toy_body, retry_s),
	.flags = FIELD_OPTIONAL,
	.max = 1000},
    {.name = "name",
	.kind = FIELD_TEXT,
	.offset = offsetof(struct toy_body, name),
	.flags = FIELD_OPTIONAL,
	.max = TOY_BODY_MAX_B},
};
static const struct shape toy_body_shape = {
    sizeof(struct toy_body), toy_body_fields, TOY_COUNT(toy_body_fields)};

/* Says what it was given. */
static enum problem toy_tell(const struct request *request, struct reply *reply)
{
	const struct toy_query *query = request->query;
	const struct toy_body *body = request->body;
	struct json_object *json = json_new_object();

	json_add_text(json, "first", request->args[0]);
	json_add_text(json, "second", request->args[1]);
	json_add_text(json, "caller", request->caller);
	if (body != NULL)
		json_add_text(json, "name", body->name);
	else if (query != NULL)
		json_add_day(json, "today", query->today);
	return reply_json(reply, 200, json);
}

static enum problem toy_wait(const struct request *request, struct reply *reply)
{
	const struct toy_query *query = request->query;
	const struct timespec pause = {query->wait_ms / 1000, query->wait_ms % 1000 * 1000000};

	nanosleep(&pause, NULL);
	return toy_tell(request, reply);
}

static enum problem toy_create(const struct request *request, struct reply *reply)
{
	struct json_object *json = json_new_object();

	(void)request;
	json_add_integer(json, "made", 1);
	return reply_json(reply, 201, json);
}

static enum problem toy_erase(const struct request *request, struct reply *reply)
{
	(void)request;
	return reply_empty(reply);
}

/* Fails in the way it is told to. */
static enum problem toy_fail(const struct request *request, struct reply *reply)
{
	const struct toy_body *body = request->body;

	if (body->problem == PROBLEM_NONE)
		return reply_empty(reply);
	reply->retry_after_s = (int)body->retry_s;
	if (body->problem == PROBLEM_DEVICE_FORKED) {
		reply->extra = json_new_object();
		json_add_boolean(reply->extra, "received", true);
	}
	if (body->name != NULL)
		return reply_blame(reply, (enum problem)body->problem, "/name", "It is to blame.");
	return (enum problem)body->problem;
}

/* A page of a thing, of which "gone" is no longer there. */
static enum problem toy_show(const struct request *request, struct reply *reply)
{
	if (strcmp(request->args[0], "gone") == 0)
		return reply_text(reply, 404, "text/plain", "There is nothing.");
	return reply_bytes(reply, 200, "text/plain", request->args[0], strlen(request->args[0]));
}

enum { TOY_PIECES = 3000 };

static bool toy_write(struct sink *sink, void *source)
{
	(void)source;
	for (int i = 0; i < TOY_PIECES; i++) {
		const char *piece = i == 0 ? "[0" : i == TOY_PIECES - 1 ? "]" : ",1";

		if (!sink->take(sink, piece, strlen(piece)))
			return false;
	}
	return true;
}

static int toy_streams; /* begun and not ended */

static void toy_end(void *source)
{
	(void)source;
	toy_streams--;
}

/* A list that is written piece by piece. */
static enum problem toy_stream(const struct request *request, struct reply *reply)
{
	static const struct stream stream = {.write = toy_write, .end = toy_end};

	(void)request;
	toy_streams++;
	return reply_stream(reply, &stream);
}

static const struct route toy_pages[] = {
    {METHOD_GET, "/thing/{id}", NEEDS_NOTHING, 0, NULL, NULL, toy_show, "show one"},
    {METHOD_GET, "/thing/{id}/picture-{name}.txt", NEEDS_NOTHING, 0, &toy_query_shape, NULL,
	toy_show, "show one's picture"},
};

static const struct route toy_routes[] = {
    {METHOD_GET, "/", MAY_TOKEN, 0, &toy_query_shape, NULL, toy_tell, "tell"},
    {METHOD_POST, "/", NEEDS_TOKEN, TOY_BODY_MAX_B, NULL, &toy_body_shape, toy_tell, "tell"},
    {METHOD_GET, "/open", NEEDS_NOTHING, 0, NULL, NULL, toy_tell, "tell anybody"},
    {METHOD_GET, "/stream", NEEDS_NOTHING, 0, NULL, NULL, toy_stream, "tell much"},
    {METHOD_GET, "/wait", MAY_TOKEN, 0, &toy_query_shape, NULL, toy_wait, "wait"},
    {METHOD_POST, "/fail", NEEDS_NOTHING, TOY_BODY_MAX_B, NULL, &toy_body_shape, toy_fail, "fail"},
    {METHOD_POST, "/things", MAY_TOKEN, 0, NULL, NULL, toy_create, "create"},
    {METHOD_GET, "/things/all", NEEDS_NOTHING, 0, NULL, NULL, toy_tell, "a name before a place"},
    {METHOD_GET, "/things/{id}", NEEDS_TOKEN, 0, NULL, NULL, toy_tell, "tell of one"},
    {METHOD_DELETE, "/things/{id}", NEEDS_TOKEN, 0, NULL, NULL, toy_erase, "erase one"},
    {METHOD_PUT, "/things/{id}/parts/{part}", NEEDS_TOKEN, TOY_BODY_MAX_B, &toy_query_shape,
	&toy_body_shape, toy_tell, "tell of a part"},
};

static enum problem toy_authenticate(
    void *context, struct arena *arena, const char *token, struct bearer *bearer)
{
	(void)context;
	if (strcmp(token, "bm_unknown") == 0)
		return PROBLEM_TOKEN_UNKNOWN;
	if (strcmp(token, "bm_revoked") == 0)
		return PROBLEM_TOKEN_REVOKED;
	if (strcmp(token, "bm_busy") == 0)
		return PROBLEM_UNAVAILABLE;
	if (strcmp(token, "bm_good") != 0 && strcmp(token, "bm_other") != 0)
		return PROBLEM_TOKEN_MALFORMED;
	*bearer = strcmp(token, "bm_good") == 0
	    ? (struct bearer){arena_strndup(arena, "jane", 4), 1}
	    : (struct bearer){arena_strndup(arena, "john", 4), 2};
	return PROBLEM_NONE;
}

static const struct family toy_family = {
    .name = "toy",
    .prefix = TOY_PREFIX,
    .routes = toy_routes,
    .route_count = TOY_COUNT(toy_routes),
    .pages = toy_pages,
    .page_count = TOY_COUNT(toy_pages),
    .authenticate = toy_authenticate,
};

/* A body in memory, as a source of struct exchange. */
struct toy_source {
	const char *text;
	size_t length;
};

static inline size_t toy_read(void *opaque, char *into, size_t size)
{
	struct toy_source *source = opaque;
	size_t length = size < source->length ? size : source->length;

	if (length > 0)
		memcpy(into, source->text, length);
	source->text += length;
	source->length -= length;
	return length;
}

/* The value of a header, of *length bytes, in a head; NULL: there is none. */
static inline const char *toy_header(const char *head, const char *name, size_t *length)
{
	size_t name_length = strlen(name);

	for (const char *line = head; *line != '\0'; line = strstr(line, "\r\n") + 2) {
		if (strncmp(line, name, name_length) == 0 && line[name_length] == ':') {
			line += name_length + 2;
			*length = (size_t)(strstr(line, "\r\n") - line);
			return line;
		}
	}
	return NULL;
}

static inline bool toy_has_text(struct json_object *json, const char *name)
{
	struct json_object *value;

	return json_object_object_get_ex(json, name, &value) &&
	    json_object_get_type(value) == json_type_string &&
	    json_object_get_string_len(value) > 0;
}

/* What is wrong with a problem document; NULL: nothing. */
static inline const char *toy_problem_fault(const struct answer *answer, int status)
{
	struct json_object *json = json_tokener_parse(answer->body), *value;
	const char *fault = NULL;

	if (json_object_get_type(json) != json_type_object)
		fault = "a problem is no object";
	else if (!toy_has_text(json, "type") || !toy_has_text(json, "title") ||
	    !toy_has_text(json, "code") || !toy_has_text(json, "detail"))
		fault = "a problem lacks a member";
	else if (!json_object_object_get_ex(json, "status", &value) ||
	    json_object_get_int(value) != status)
		fault = "a problem has another status than its answer";
	json_object_put(json);
	return fault;
}

/* What is wrong with the form that an answer of any kind must have; NULL: nothing. */
static inline const char *toy_answer_fault(const struct answer *answer, bool is_head)
{
	static const int statuses[] = {
	    200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503};
	int status = 0;
	bool is_known = false, has_body, is_problem;
	size_t length;
	const char *value;

	if (answer->head_length != strlen(answer->head) || answer->head_length < 4 ||
	    strcmp(answer->head + answer->head_length - 4, "\r\n\r\n") != 0)
		return "the head does not end with an empty line";
	if (strstr(answer->head, "\r\n\r\n") != answer->head + answer->head_length - 4)
		return "the head has an empty line inside";
	for (const char *c = answer->head; *c != '\0'; c++)
		if (((unsigned char)*c < ' ' && *c != '\r' && *c != '\n') || *c == '\x7f' ||
		    (unsigned char)*c >= 0x80)
			return "the head holds a byte that no header may";
	if (sscanf(answer->head, "Status: %d ", &status) != 1)
		return "the head does not begin with a status";
	for (size_t i = 0; i < TOY_COUNT(statuses); i++)
		is_known = is_known || status == statuses[i];
	if (!is_known)
		return "the status is not one of ours";

	value = toy_header(answer->head, "X-Request-Id", &length);
	if (value == NULL || length != 16 || strspn(value, "0123456789abcdef") != 16)
		return "there is no X-Request-Id";
	value = toy_header(answer->head, "Access-Control-Allow-Origin", &length);
	if (value == NULL || length != 1 || *value != '*')
		return "another origin may not read it";
	if (toy_header(answer->head, "Cache-Control", &length) == NULL)
		return "there is no Cache-Control";
	if ((toy_header(answer->head, "WWW-Authenticate", &length) != NULL) != (status == 401))
		return "WWW-Authenticate and 401 go together";
	if ((toy_header(answer->head, "Allow", &length) != NULL) != (status == 405))
		return "Allow and 405 go together";
	if ((status == 429 || status == 503) &&
	    toy_header(answer->head, "Retry-After", &length) == NULL)
		return "there is no Retry-After";

	value = toy_header(answer->head, "Content-Length", &length);
	has_body = status != 204 && status != 304;
	if ((value != NULL) != has_body)
		return "Content-Length and a body go together";
	if (is_head != (answer->body_length == 0) && has_body)
		return "a body goes out unless HEAD asked";
	if (value != NULL && !is_head && strtoull(value, NULL, 10) != answer->body_length)
		return "Content-Length is not that of the body";
	if (!has_body)
		return answer->body_length == 0 ? NULL : "there is a body where none may be";

	value = toy_header(answer->head, "Content-Type", &length);
	if (value != NULL && strncmp(value, "text/plain\r", 11) == 0)
		return status == 200 || status == 404 ? NULL : "a page is shown or is not there";
	is_problem = status >= 400;
	if (value == NULL ||
	    strncmp(value, is_problem ? "application/problem+json\r" : "application/json\r",
		is_problem ? 25 : 17) != 0)
		return "the Content-Type is wrong";
	return is_problem && !is_head ? toy_problem_fault(answer, status) : NULL;
}

#endif
