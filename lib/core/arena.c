/*
 * A bump allocator in blocks. A request takes a few kilobytes, so the first block nearly always
 * suffices and a request costs no call to malloc at all; an import of years takes larger blocks,
 * which a reset returns to the system so that one large request does not stay in memory for ever.
 *
 * What a request leaves behind may be a token or a recovery code: whatever was handed out is wiped before its
 * block is used again or freed.
 */
#include "core/arena.h"

#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"

enum { BLOCK_B = 16 * 1024 };

struct block {
	struct block *older;
	size_t size;
	size_t used;
	alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct block *newest;
};

static struct block *block_new(size_t size, struct block *older)
{
	struct block *block;

	if (size > SIZE_MAX - sizeof(*block))
		log_out_of_memory();
	block = malloc(sizeof(*block) + size);
	if (block == NULL)
		log_out_of_memory();
	block->older = older;
	block->size = size;
	block->used = 0;
	return block;
}

struct arena *arena_new(void)
{
	struct arena *arena = malloc(sizeof(*arena));

	if (arena == NULL)
		log_out_of_memory();
	arena->newest = block_new(BLOCK_B, NULL);
	return arena;
}

static void wipe(struct block *block)
{
	explicit_bzero(block->bytes, block->used);
	block->used = 0;
}

/* Wipes all blocks, and frees all but the oldest, which is the one of the usual size. */
static void empty(struct arena *arena)
{
	while (arena->newest->older != NULL) {
		struct block *older = arena->newest->older;

		wipe(arena->newest);
		free(arena->newest);
		arena->newest = older;
	}
	wipe(arena->newest);
}

void arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	empty(arena);
	free(arena->newest);
	free(arena);
}

void arena_reset(struct arena *arena)
{
	empty(arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t unit = alignof(max_align_t);
	struct block *block = arena->newest;
	void *piece;

	if (size > SIZE_MAX - unit)
		log_out_of_memory();
	size = (size + unit - 1) / unit * unit;
	if (size > block->size - block->used) {
		size_t wanted = block->size <= SIZE_MAX / 2 ? 2 * block->size : block->size;

		block = block_new(size > wanted ? size : wanted, block);
		arena->newest = block;
	}
	piece = block->bytes + block->used;
	block->used += size;
	memset(piece, 0, size);
	return piece;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t product;

	if (__builtin_mul_overflow(count, size, &product))
		log_out_of_memory();
	return arena_alloc(arena, product);
}

void *arena_grow(struct arena *arena, void *items, size_t count, size_t *room, size_t size)
{
	void *larger;

	if (count < *room)
		return items;
	*room = *room == 0 ? 8 : 2 * *room;
	larger = arena_array(arena, *room, size);
	if (count > 0)
		memcpy(larger, items, count * size);
	return larger;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	memcpy(copy, text, length);
	return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	char *text;
	int length;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		log_out_of_memory();
	text = arena_alloc(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}
