#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <stddef.h>

#include "core/arena.h"
#include "http/route.h"

/*
 * One request and its answer, apart from how they travel: server.c brings them from FastCGI, tests
 * and fuzzers from memory.
 */
struct exchange {
	/* What came. Any of these may be NULL: the header was absent. */
	const char *method;
	const char
	    *uri; /* the raw request target: path and query string, as it came, escapes and all */
	const char *content_type;
	const char *content_length;
	const char *authorization;
	const char *if_none_match;

	/* Reads up to size bytes of the body; fewer only at its end. Called only where a body is wanted. */
	size_t (*read)(void *source, char *into, size_t size);
	void *source;
};

/* The answer as it goes out; in the arena. */
struct answer {
	const char *head; /* CGI header lines, "Status: …" first, with the blank line at the end */
	size_t head_length;
	const char *body;
	size_t body_length;
};

/* Tells the family's meter its rows, by which answers are counted. Before requests come. */
void exchange_name_routes(const struct family *family) __attribute__((nonnull));

/* Answers one request, and writes its line to the log. */
void exchange_answer(const struct family *family, struct arena *arena,
    const struct exchange *exchange, struct answer *answer) __attribute__((nonnull));

#endif
