#ifndef HTTP_POINTER_H
#define HTTP_POINTER_H

#include <stddef.h>

#include "core/arena.h"

/*
 * Where one is inside a JSON text, as a chain of steps from the innermost outwards. Steps live on
 * the stack of whoever walks; only a refusal pays for text.
 */
struct pointer_step {
	const struct pointer_step *outer; /* NULL: a step from the root */
	const char *name; /* of a member, escapes resolved; NULL: an item of a list */
	size_t length;    /* of name, in bytes */
	size_t index;     /* of an item */
};

enum { POINTER_NAME_MAX_B = 48 };

/*
 * The JSON Pointer (RFC 6901) of a chain, in the arena; NULL is the root and gives "".
 * A name comes from the client and may be of any length: what goes beyond POINTER_NAME_MAX_B bytes
 * is cut off between two characters, and "…" stands for it.
 */
const char *pointer_text(struct arena *arena, const struct pointer_step *step)
    __attribute__((nonnull(1), returns_nonnull, warn_unused_result));

/* As much of a name in valid UTF-8 as may be quoted, with "…" where it was cut; in the arena. */
const char *pointer_quote(struct arena *arena, const char *name, size_t length)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

#endif
