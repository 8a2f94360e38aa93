#ifndef HTTP_FIELD_H
#define HTTP_FIELD_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/problem.h"
#include "http/shape.h"

/*
 * One field of a shape's struct: what shape.c (JSON) and query.c (query strings) have in common.
 * Each field_put_ function checks a value against its field and writes it into the struct; on a refusal it
 * says why in *detail, one sentence that never holds the value, and writes nothing.
 */

/* The value of a field that is absent. */
void field_clear(const struct field *field, void *into) __attribute__((nonnull));

/* A whole number. PROBLEM_RANGE */
enum problem field_put_integer(struct arena *arena, const struct field *field, int64_t value,
    void *into, const char **detail) __attribute__((nonnull, warn_unused_result));

/*
 * A day, today, choice, hex or text of length bytes, with a NUL behind them and none within; text is copied.
 * PROBLEM_RANGE a day that is too early or late, PROBLEM_CLOCK_OFF a today that is, PROBLEM_BAD_VALUE
 */
enum problem field_put_text(struct arena *arena, const struct field *field, const char *text,
    size_t length, void *into, const char **detail) __attribute__((nonnull, warn_unused_result));

/* The sentence for a member that a shape does not have: which ones it has. In the arena. */
const char *field_known(struct arena *arena, const struct shape *shape)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

#endif
