/*
 * Requests to the toy family in memory. Every answer is looked at for the form that all have.
 */
#ifndef TEST_UNIT_TOY_EXCHANGE_H
#define TEST_UNIT_TOY_EXCHANGE_H

#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "core/secret.h"
#include "toy.h"

#define GOOD_TOKEN .authorization = "Bearer bm_good"
#define JSON .content_type = "application/json"

/* The log goes here. */
static int log_file;

/* A request; what is NULL is not sent. Its length is announced truly unless content_length says else. */
struct sent {
	const char *method;
	const char *uri; /* below the prefix */
	const char *content_type;
	const char *content_encoding;
	const char *content_length;
	const char *authorization;
	const char *if_none_match;
	const char *body;
};

/* What came back, good until the next request. */
static struct arena *arena;
static struct answer answer;
static int status;
static struct json_object *json;

static inline void send_raw(const struct sent *sent, const char *uri)
{
	struct toy_source source = {sent->body, sent->body == NULL ? 0 : strlen(sent->body)};
	char length[32];
	struct exchange exchange = {
	    .method = sent->method,
	    .uri = uri,
	    .content_type = sent->content_type,
	    .content_encoding = sent->content_encoding,
	    .content_length = sent->content_length,
	    .authorization = sent->authorization,
	    .if_none_match = sent->if_none_match,
	    .read = toy_read,
	    .source = &source,
	};
	const char *fault;

	if (sent->body != NULL && sent->content_length == NULL) {
		snprintf(length, sizeof(length), "%zu", source.length);
		exchange.content_length = length;
	}
	json_object_put(json);
	json = NULL;
	arena_reset(arena);
	if (ftruncate(log_file, 0) != 0 || lseek(log_file, 0, SEEK_SET) != 0)
		CHECK(false);
	exchange_answer(&toy_family, arena, &exchange, &answer);
	fault =
	    toy_answer_fault(&answer, sent->method != NULL && strcmp(sent->method, "HEAD") == 0);
	CHECK_STR_EQ(fault, NULL);
	status = atoi(answer.head + strlen("Status: "));
	if (answer.body_length > 0)
		json = json_tokener_parse(answer.body);
}

static inline void send_request(const struct sent *sent)
{
	char uri[4096];

	snprintf(uri, sizeof(uri), "%s%s", TOY_PREFIX, sent->uri);
	send_raw(sent, uri);
}

#define SEND(...) send_request(&(const struct sent){__VA_ARGS__})

/* A member of the JSON that came back, as text; NULL: it has none, or null. */
static const char *member(const char *name)
{
	return json_object_get_string(json_object_object_get(json, name));
}

/* A header that came back, in the arena; NULL: none. */
static const char *header(const char *name)
{
	size_t length;
	const char *value = toy_header(answer.head, name, &length);

	return value == NULL ? NULL : arena_strndup(arena, value, length);
}

static inline void check_refused(int expected, const char *code, const char *pointer)
{
	CHECK_INT_EQ(status, expected);
	CHECK_STR_EQ(member("code"), code);
	CHECK_STR_EQ(member("pointer"), pointer);
}

/* Where standard error went before. */
static int terminal;

/* Sends the log to where SEND finds it, until end_exchanges. False: it cannot. */
static inline bool begin_exchanges(void)
{
	terminal = dup(STDERR_FILENO);
	log_file = memfd_create("log", MFD_CLOEXEC);
	if (!secret_init() || log_file < 0 || terminal < 0)
		return false;
	dup2(log_file, STDERR_FILENO);
	arena = arena_new();
	return true;
}

static inline void end_exchanges(void)
{
	json_object_put(json);
	arena_free(arena);
	/* What a sanitizer has to say at the end is to be seen. */
	dup2(terminal, STDERR_FILENO);
}

#endif
