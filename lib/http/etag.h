#ifndef HTTP_ETAG_H
#define HTTP_ETAG_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "http/reply.h"

/* Makes a strong validator of a body (RFC 9110, section 8.8.3), quotes included, in the arena. */
const char *etag_make(struct arena *arena, const char *body, size_t length)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/* The same of a stream, which is written to nowhere for it. Sets *length to its length. */
const char *etag_make_of_stream(struct arena *arena, const struct stream *stream, size_t *length)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/*
 * Returns true if an If-None-Match lists etag: "*", or tags between commas, of which W/ may mark some as weak, which
 * makes no difference here (RFC 9110, section 13.1.2). One that is broken lists nothing from there on.
 */
bool etag_is_listed(const char *list, const char *etag)
    __attribute__((nonnull, warn_unused_result));

#endif
