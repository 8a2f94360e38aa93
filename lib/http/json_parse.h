#ifndef HTTP_JSON_PARSE_H
#define HTTP_JSON_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/problem.h"

/*
 * The one reader of JSON that comes from outside. It accepts exactly RFC 8259, in valid UTF-8, makes a
 * tree of it, and bounds what a hostile text can cost.
 */
enum {
	JSON_DEPTH_MAX = 8,
	JSON_MEMBERS_MAX = 64, /* in one object; the largest of ours has six */
	/*
	 * In one text. The largest of ours, an import, has 4,000 days of six values each. A value takes
	 * 64 bytes, so that without these bounds a body of "0,0,0," would cost over thirty times its length.
	 */
	JSON_VALUES_MAX = 65536,
	JSON_CONTAINERS_MAX = 8192,
};

enum json_kind {
	JSON_NULL,
	JSON_BOOLEAN,
	JSON_NUMBER,
	JSON_STRING,
	JSON_OBJECT,
	JSON_LIST,
};

/* A value, in the arena with all that it points to. */
struct json_value {
	enum json_kind kind;
	bool is_true; /* of a boolean */
	const char
	    *name; /* of an object's member, escapes resolved; never the same twice in an object */
	const char *text; /* what a string stands for, without U+0000; how a number is spelt */
	size_t length;    /* of text, in bytes; a NUL follows them */
	size_t count;     /* of an object's members or a list's items */
	struct json_value *first; /* of these, in the order of the text; NULL: there are none */
	struct json_value *next;  /* the one after this member or item */
};

/* Where and why a text is refused. */
struct json_fault {
	const char *pointer; /* JSON Pointer (RFC 6901) of the value or member; in the arena */
	const char *reason;  /* one sentence; constant */
};

/*
 * Reads length bytes of text. *value is the tree, which needs the text no longer.
 * PROBLEM_MALFORMED_JSON    not JSON; beyond one of the bounds above; a string with U+0000 or half
 *                           a surrogate pair
 * PROBLEM_DUPLICATE_MEMBER  two members of an object have the same name once escapes are resolved
 * On either, *fault says where and why, and *value is unchanged; *fault is unchanged on success.
 */
enum problem json_parse(struct arena *arena, const char *text, size_t length,
    const struct json_value **value, struct json_fault *fault)
    __attribute__((nonnull, warn_unused_result));

/* Returns the member of that name; NULL if there is none, or the value is no object. */
struct json_value *json_member(const struct json_value *object, const char *name)
    __attribute__((nonnull, warn_unused_result));

#endif
