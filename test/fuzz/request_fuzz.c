/*
 * The request reader: whatever method, target, headers and body come, the answer has the form that
 * every answer has, and the log's line names nothing that is not ours.
 *
 * An input is seven lines and a body: method, target, Content-Type, Content-Length, Authorization,
 * If-None-Match, Content-Encoding. An empty line is a header that was not sent.
 */
#include <stdlib.h>
#include <string.h>

#include "../unit/toy.h"
#include "core/arena.h"
#include "core/log.h"
#include "core/secret.h"

enum { LINES = 7 };

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool is_one_of(const char *text, const char *const *list)
{
	while (*list != NULL && strcmp(*list, text) != 0)
		list++;
	return *list != NULL;
}

/* These stand for lib/core/log.c: what would be written is judged. */
void log_request(const struct log_request *line)
{
	static const char *const methods[] = {
	    "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "-", NULL};
	bool is_template = strcmp(line->route, "-") == 0;
	bool is_code = strcmp(line->code, "-") == 0;

	for (size_t i = 0; i < toy_family.route_count; i++)
		is_template = is_template || strcmp(line->route, toy_routes[i].path) == 0;
	for (size_t i = 0; i < toy_family.page_count; i++)
		is_template = is_template || strcmp(line->route, toy_pages[i].path) == 0;
	for (enum problem problem = PROBLEM_NONE + 1; problem < PROBLEM_COUNT; problem++)
		is_code = is_code || strcmp(line->code, problem_row(problem)->code) == 0;
	require(is_one_of(line->method, methods) && is_template && is_code);
	require(strlen(line->id) == 16 && strcmp(line->family, "toy") == 0);
}

void log_line(const char *format, ...)
{
	(void)format;
	/* Nothing that a client can send is worth a line of its own. */
	abort();
}

void log_out_of_memory(void)
{
	abort();
}

/* Takes a line off the text: a copy with a NUL behind it, or NULL for an empty one. */
static char *take_line(const char **text, size_t *length)
{
	const char *end = memchr(*text, '\n', *length);
	size_t taken = end == NULL ? *length : (size_t)(end - *text);
	char *line = taken == 0 ? NULL : strndup(*text, taken);

	*text += taken;
	*length -= taken;
	if (*length > 0) {
		++*text;
		--*length;
	}
	return line;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	require(secret_init());
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	char *lines[LINES];
	struct arena *arena = arena_new();
	struct toy_source source;
	struct exchange exchange = {.read = toy_read, .source = &source};
	struct answer answer;
	const char *fault;

	for (size_t i = 0; i < LINES; i++)
		lines[i] = take_line(&text, &size);
	source = (struct toy_source){text, size};
	exchange.method = lines[0];
	exchange.uri = lines[1];
	exchange.content_type = lines[2];
	exchange.content_length = lines[3];
	exchange.authorization = lines[4];
	exchange.if_none_match = lines[5];
	exchange.content_encoding = lines[6];

	/* Nobody waits for /wait here. */
	if (lines[1] == NULL || strstr(lines[1], "wait") == NULL) {
		exchange_answer(&toy_family, arena, &exchange, &answer);
		fault =
		    toy_answer_fault(&answer, lines[0] != NULL && strcmp(lines[0], "HEAD") == 0);
		if (fault != NULL) {
			fprintf(stderr, "%s:\n%s\n", fault, answer.head);
			abort();
		}
	}
	for (size_t i = 0; i < LINES; i++)
		free(lines[i]);
	arena_free(arena);
	return 0;
}
