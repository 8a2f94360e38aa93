#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/meter.h"
#include "core/problem.h"
#include "http/reply.h"
#include "http/shape.h"

/*
 * A family is a table of routes. Whatever can be refused before a handler runs is declared in its
 * row and refused in one place, in this order:
 *
 *	404  no row has the path
 *	405  none of its rows has the method, with Allow
 *	400  Content-Length cannot be read
 *	413  it is more than the row takes
 *	400  a row that takes no body takes an empty one and {}, of whatever type, and no other
 *	415  there is a body and its type is not application/json, or it is encoded
 *	401  the token is missing, malformed, unknown or revoked
 *	429  its holder has too many requests under way (server.c)
 *	400, 422  the query string, then the body
 *
 * HEAD is answered wherever GET is, as GET without the body; OPTIONS wherever there is a row.
 */
enum method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_DELETE, METHOD_COUNT };

enum needs {
	NEEDS_NOTHING, /* a token is not looked at */
	MAY_TOKEN,     /* a token, if one is shown, must be good */
	NEEDS_TOKEN,
};

enum { ROUTE_ARGS_MAX = 2 };

/*
 * Networks, that is IPv4 addresses and the /64 of IPv6 addresses, fall into so many slots. Which one is all that an
 * executable ever learns of where a request comes from (conf/nginx/http.conf).
 */
enum { SLOTS = 256, SLOT_NONE = -1 };

/* What a handler is given. All of it lives as long as the request. */
struct request {
	struct arena *arena;
	const char *args
	    [ROUTE_ARGS_MAX]; /* what stood for each {name} of the path, as it came, escapes and all */
	const void *query;    /* the struct of the route's query shape */
	const void *body;     /* the struct of the route's body shape */
	void *caller;         /* what authenticate gave; NULL without a token */
	int slot;      /* in which of SLOTS the client's network falls; SLOT_NONE: nobody said */
	void *context; /* the family's own */
};

/*
 * Answers a request: fills the reply and returns PROBLEM_NONE, or returns a problem after setting
 * the reply's pointer, detail or members where they help (reply_blame).
 */
typedef enum problem route_handler(const struct request *request, struct reply *reply);

struct route {
	enum method method;
	/*
	 * Below the prefix: "/" is the prefix itself. {name} takes one segment, or what one has before
	 * the end that follows the name, as in "/badge/{id}.svg".
	 */
	const char *path;
	enum needs needs;
	size_t body_max_b;         /* 0: no body */
	const struct shape *query; /* NULL: no query string */
	const struct shape *body;  /* NULL: no body */
	route_handler *handle;
	const char *summary; /* one line, as in openapi.json */
};

/* Whose token it is. */
struct bearer {
	void *caller;   /* for handlers; in the request's arena */
	int64_t holder; /* the same number for all that share one portion of the threads; never 0 */
};

/* An executable's share of the API. */
struct family {
	const char *name;   /* "sync" */
	const char *prefix; /* "/api/v1/sync" */
	const struct route *routes;
	size_t route_count;
	/*
	 * Beside the API: their paths begin at the root of the site. Their links are passed on by other sites,
	 * which add parameters; those that the query's shape lacks are ignored.
	 */
	const struct route *pages;
	size_t page_count;

	struct meter
	    *meter;    /* counts answers, when exchange_name_routes was called; NULL: nobody does */
	void *context; /* what its handlers share; each request carries it */

	/*
	 * Finds whose token this is and sets *bearer.
	 * PROBLEM_TOKEN_MALFORMED, PROBLEM_TOKEN_UNKNOWN, PROBLEM_TOKEN_REVOKED, PROBLEM_UNAVAILABLE,
	 * PROBLEM_INTERNAL
	 */
	enum problem (*authenticate)(
	    void *context, struct arena *arena, const char *token, struct bearer *bearer);
};

/* The rows that have one path, and what stood for its names. */
struct route_match {
	const char *path;                            /* the template; NULL: none fits */
	const struct route *by_method[METHOD_COUNT]; /* NULL: the path does not take this method */
	const char *args[ROUTE_ARGS_MAX];
};

/*
 * Finds the rows for the path of a request, length bytes as they came: among the routes where it
 * begins with the prefix, else among the pages. Rows are tried in order and
 * the first template that fits is the one. Nothing is unescaped and nothing forgiven: an empty segment or a
 * slash at the end fits no template, and an escape only stands in the place of a {name}, where it is one that
 * no resource has. So a resource has one spelling, and whatever is asked for is refused as its route says.
 * Returns whether there is one; args are in the arena.
 */
bool route_find(struct arena *arena, const struct family *family, const char *path, size_t length,
    struct route_match *match) __attribute__((nonnull, warn_unused_result));

#endif
