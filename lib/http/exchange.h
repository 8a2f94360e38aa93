#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	const char *content_encoding;
	const char *content_length;
	const char *authorization;
	const char *if_none_match;
	const char *slot; /* of the client's network, as nginx has it: two hexadecimal digits */

	/* Reads up to size bytes of the body; fewer only at its end. Called only where a body is wanted. */
	size_t (*read)(void *source, char *into, size_t size);

	/* Returns true if nobody waits for the answer any more. NULL: somebody always does. */
	bool (*is_gone)(void *source);

	void *source;
};

/* The answer as it goes out; in the arena. */
struct answer {
	const char *head; /* CGI header lines, "Status: …" first, with the blank line at the end;
			     NULL: nobody waits for an answer, and there is none */
	size_t head_length;
	const char *body;
	size_t body_length;
	struct stream stream; /* instead of body, and of that length; write NULL: there is none */
};

/* Tells the family's meter its rows, by which answers are counted. Before requests come. */
void exchange_name_routes(const struct family *family) __attribute__((nonnull));

/*
 * A request is answered in two steps, between which it may wait for a share of the threads. Both are
 * called with the same exchange, arena and family, which outlive the turn.
 *
 * exchange_begin refuses what can be refused before the token is known, and finds whose token it is.
 * *holder: whose share of the threads the rest takes, see struct bearer; 0: nobody's
 */
struct turn *exchange_begin(const struct family *family, struct arena *arena,
    const struct exchange *exchange, int64_t *holder)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/* Refuses a request that has begun, because its holder has too many under way. exchange_finish tells it. */
void exchange_refuse(struct turn *turn) __attribute__((nonnull));

/*
 * Reads query and body, calls the handler, makes the answer, and writes the request's line to the log. Where
 * the client has gone in the meantime no handler is called: nothing was done, and nothing is answered.
 */
void exchange_finish(struct turn *turn, struct answer *answer) __attribute__((nonnull));

/* Ends the answer's stream, where it has one. Must follow exchange_finish, before the arena is reset. */
void exchange_end(const struct answer *answer) __attribute__((nonnull));

/* All steps, for whoever has threads and memory enough: the answer is there as a whole. */
void exchange_answer(const struct family *family, struct arena *arena,
    const struct exchange *exchange, struct answer *answer) __attribute__((nonnull));

#endif
