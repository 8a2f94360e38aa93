#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/problem.h"

/* Takes the pieces of a text, in order. Returns false if nobody wants more of it. */
struct sink {
	bool (*take)(struct sink *sink, const char *text, size_t length);
};

/*
 * A body that is written while it goes out, so that it is never in memory as a whole. It is written twice, first
 * to know its length and its ETag, and must be the same each time: what it is made of is loaded before, and no
 * transaction is open while a client reads.
 */
struct stream {
	bool (*write)(struct sink *sink, void *source); /* false: the sink wanted no more */
	void (*end)(void *
		source); /* called once, whether it was written or not; NULL: nothing is to be done */
	void *source;    /* lives as long as the request */
};

/*
 * A reply in the making. A handler says what is true (a status and a JSON value, or a problem and
 * what it is about); how that looks on the wire is decided in exchange.c, once for all. Pages and
 * pictures are bytes of a type.
 */
struct reply {
	struct arena *arena;
	int status;               /* of a success */
	struct json_object *json; /* owned by the reply; NULL: no body, or one of bytes */
	const char *type;         /* of the bytes: a media type; NULL: there are none */
	const void *bytes;        /* borrowed */
	size_t length;
	struct stream stream;      /* instead of bytes; write NULL: there is none */
	const char *pointer;       /* of a problem: the member at fault, or NULL */
	const char *detail;        /* of a problem: one sentence, or NULL */
	struct json_object *extra; /* of a problem: further members, owned; or NULL */
	int retry_after_s;         /* of a problem: 0 is none */
};

/* Ready to be filled; what it holds is released with reply_clear. */
void reply_init(struct reply *reply, struct arena *arena) __attribute__((nonnull));
void reply_clear(struct reply *reply) __attribute__((nonnull));

/* A success with a body; takes ownership of json. Returns PROBLEM_NONE, so that a handler ends with it. */
enum problem reply_json(struct reply *reply, int status, struct json_object *json)
    __attribute__((nonnull));

/* A success with a body of JSON that is written while it goes out. Returns PROBLEM_NONE. */
enum problem reply_stream(struct reply *reply, const struct stream *stream)
    __attribute__((nonnull));

/*
 * An answer with a body of another type. type is a constant, and bytes live as long as the request.
 * Its status may be one of a refusal, where people and not programs are to read it. Returns PROBLEM_NONE.
 */
enum problem reply_bytes(struct reply *reply, int status, const char *type, const void *bytes,
    size_t length) __attribute__((nonnull));

/* The same with text that ends with a NUL. */
enum problem reply_text(struct reply *reply, int status, const char *type, const char *text)
    __attribute__((nonnull));

/* A success without a body: 204. Returns PROBLEM_NONE. */
enum problem reply_empty(struct reply *reply) __attribute__((nonnull));

/* Says what a problem is about; pointer may be NULL. Returns problem, so that a handler ends with it. */
enum problem reply_blame(struct reply *reply, enum problem problem, const char *pointer,
    const char *detail) __attribute__((nonnull(1, 4)));

/*
 * Building JSON: thin names over json-c, with members known to be new and names that are constants.
 * Out of memory ends the process, as everywhere.
 */
struct json_object *json_new_object(void) __attribute__((returns_nonnull, warn_unused_result));
struct json_object *json_new_array(void) __attribute__((returns_nonnull, warn_unused_result));
struct json_object *json_new_text(const char *text)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));
void json_add_integer(struct json_object *object, const char *name, int64_t value);
/* value in units of so many decimals: 9998 with 2 is 99.98; not negative */
void json_add_decimal(struct json_object *object, const char *name, int64_t value, int decimals);
void json_add_boolean(struct json_object *object, const char *name, bool value);
/* text NULL becomes null */
void json_add_text(struct json_object *object, const char *name, const char *text);
/* DAY_NONE becomes null */
void json_add_day(struct json_object *object, const char *name, int32_t day);
/* takes ownership of value; NULL becomes null */
void json_add(struct json_object *object, const char *name, struct json_object *value);
/* JSON as it goes out, of *length bytes and with a NUL behind; in the arena (json_text.c) */
const char *json_text(struct arena *arena, struct json_object *json, size_t *length)
    __attribute__((nonnull(1, 3), returns_nonnull));
/* takes ownership of value */
void json_append(struct json_object *array, struct json_object *value);

#endif
