#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stddef.h>

/*
 * Memory that lives as long as one request: everything that a request needs is taken from its
 * arena and given back at once when the request ends, so no handler frees anything.
 *
 * Out of memory ends the process with a line in the log: it is the only run-time exit, and the
 * supervisor starts a fresh process. So nothing here returns NULL.
 */
struct arena;

/* A new, empty arena. The caller owns it: arena_free. */
struct arena *arena_new(void) __attribute__((returns_nonnull, warn_unused_result));

/* Wipes and frees all that was taken from the arena, and the arena. Accepts NULL. */
void arena_free(struct arena *arena);

/* Wipes all that was taken and gives it back; keeps one block, so that the next request need not ask again. */
void arena_reset(struct arena *arena) __attribute__((nonnull));

/* size bytes of zeroes, aligned for any type. Borrowed: valid until the arena is reset. */
void *arena_alloc(struct arena *arena, size_t size)
    __attribute__((nonnull, returns_nonnull, warn_unused_result, malloc, alloc_size(2)));

/* Room for count items of size bytes, zeroed; a product that overflows counts as out of memory. */
void *arena_array(struct arena *arena, size_t count, size_t size)
    __attribute__((nonnull, returns_nonnull, warn_unused_result, malloc, alloc_size(2, 3)));

/*
 * An array that grows: returns items if it has room for one more behind count, else a copy with
 * twice the room. Begins with items NULL and *room 0.
 */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t *room, size_t size)
    __attribute__((nonnull(1, 4), returns_nonnull, warn_unused_result));

/* A NUL-terminated copy of the first length bytes of text. */
char *arena_strndup(struct arena *arena, const char *text, size_t length)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/* Text made as printf does. */
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((nonnull, returns_nonnull, warn_unused_result, format(printf, 2, 3)));

#endif
