#ifndef HTTP_JSON_SCAN_H
#define HTTP_JSON_SCAN_H

#include <stddef.h>

#include "core/arena.h"
#include "core/problem.h"

/*
 * The strict look at a body before json-c reads it.
 *
 * json-c is a good tree of values but a forgiving reader: it keeps the last of two equal members,
 * takes NaN, control characters and half surrogates, and stops at a NUL. This scanner accepts
 * exactly RFC 8259, in valid UTF-8, and bounds what a hostile body can cost.
 */
enum {
	JSON_DEPTH_MAX = 8,
	JSON_MEMBERS_MAX = 64, /* in one object; the largest of ours has six */
	/*
	 * In one text. The largest of ours, an import, has 4,000 days of six values each. json-c
	 * takes about 70 bytes for a value and 800 for an object, however empty: without these bounds
	 * a body of "{},{},{}," would cost over two hundred times its length.
	 */
	JSON_VALUES_MAX = 65536,
	JSON_CONTAINERS_MAX = 8192,
};

/* Where and why a text is refused. */
struct json_fault {
	const char *pointer; /* JSON Pointer (RFC 6901) of the value or member; in the arena */
	const char *reason;  /* one sentence; constant */
};

/*
 * Checks length bytes of text.
 * PROBLEM_MALFORMED_JSON    not JSON; beyond one of the bounds above; a string with U+0000 or half
 *                           a surrogate pair
 * PROBLEM_DUPLICATE_MEMBER  two members of an object have the same name once escapes are resolved
 * On either, *fault says where and why; it is unchanged on success.
 * *values  how many there are in the text, objects and lists included, so that a tree of it can be held
 *          against that
 */
enum problem json_scan(struct arena *arena, const char *text, size_t length, size_t *values,
    struct json_fault *fault) __attribute__((nonnull, warn_unused_result));

#endif
