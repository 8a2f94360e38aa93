#include "core/arena.h"

#include <signal.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static bool is_zero(const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

static void pieces_are_zeroed_aligned_and_apart(void)
{
	static const size_t sizes[] = {1, 0, 7, 16, 17, 1000, 5, 16 * 1024, 1, 100000, 3};
	enum { COUNT = sizeof(sizes) / sizeof(sizes[0]) };
	struct arena *arena = arena_new();
	unsigned char *pieces[COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		pieces[i] = arena_alloc(arena, sizes[i]);
		CHECK_INT_EQ((uintptr_t)pieces[i] % alignof(max_align_t), 0);
		CHECK(is_zero(pieces[i], sizes[i]));
		memset(pieces[i], (int)i + 1, sizes[i]);
	}
	for (size_t i = 0; i < COUNT; i++)
		for (size_t j = 0; j < sizes[i]; j++)
			REQUIRE(pieces[i][j] == i + 1);
	arena_free(arena);
}

static void a_reset_gives_back_all_and_forgets_what_was_there(void)
{
	struct arena *arena = arena_new();
	/* volatile: to the compiler, what is given back has no contents that could be looked at. */
	char *volatile first = arena_alloc(arena, 100);

	strcpy(first, "bm_secret");
	for (int round = 0; round < 3; round++) {
		char *volatile again;

		memset(arena_alloc(arena, 300000), 'x', 300000);
		arena_reset(arena);
		again = arena_alloc(arena, 100);
		CHECK(again == first);
		CHECK(is_zero((unsigned char *)again, 100));
		strcpy(again, "bm_another");
	}
	/* The bytes themselves are gone, not only the promise to hand out zeroes. */
	arena_reset(arena);
	CHECK(is_zero((unsigned char *)first, 100));
	arena_free(arena);
}

/* Whether a text lies anywhere in size bytes. */
static bool holds(const unsigned char *bytes, size_t size, const char *text)
{
	return memmem(bytes, size, text, strlen(text)) != NULL;
}

/*
 * What was freed at the end of the heap is handed out again, as it was left, to whoever asks next. A sanitizer
 * hands out other memory, and then this sees nothing.
 */
static void larger_blocks_are_wiped_before_they_are_freed(void)
{
	enum { LARGER_B = 40000, NEXT_B = 100000 };

	for (int is_reset = 0; is_reset < 2; is_reset++) {
		struct arena *arena = arena_new();
		unsigned char *piece, *next;
		uintptr_t was;

		piece = arena_alloc(arena, LARGER_B);
		was = (uintptr_t)piece;
		strcpy((char *)piece + LARGER_B / 2, "bm_secret");
		if (is_reset)
			arena_reset(arena);
		else
			arena_free(arena);
		next = malloc(NEXT_B);
		REQUIRE(next != NULL);
#ifndef SANITIZED
		CHECK((uintptr_t)next <= was && was + LARGER_B <= (uintptr_t)next + NEXT_B);
#endif
		CHECK(!holds(next, NEXT_B, "bm_secret"));
		free(next);
		if (is_reset)
			arena_free(arena);
	}
}

static void a_thousand_requests_do_not_grow_it(void)
{
	struct arena *arena = arena_new();
	const void *first = arena_alloc(arena, 1);

	for (int i = 0; i < 1000; i++) {
		arena_reset(arena);
		CHECK(arena_alloc(arena, 1) == first);
		for (int j = 0; j < 20; j++)
			memset(arena_alloc(arena, 5000), j, 5000);
	}
	arena_free(arena);
}

static void text_is_copied_and_made(void)
{
	struct arena *arena = arena_new();
	char *big;

	CHECK_STR_EQ(arena_strndup(arena, "quiet-cedar", 5), "quiet");
	CHECK_STR_EQ(arena_strndup(arena, "", 0), "");
	CHECK_STR_EQ(arena_printf(arena, "/days/%d/%s", 3, "xp"), "/days/3/xp");
	CHECK_STR_EQ(arena_printf(arena, "%s", ""), "");
	big = arena_printf(arena, "%050000d", 7);
	CHECK_INT_EQ(strlen(big), 50000);
	CHECK_INT_EQ(big[49999], '7');
	arena_free(arena);
}

static void nothing_is_freed_of_nothing(void)
{
	arena_free(NULL);
	CHECK(true);
}

/* Whether asking for count times size bytes ends the process, as running out of memory must. */
static bool ends_the_process(size_t count, size_t size)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		void *volatile piece;

		close(STDERR_FILENO);
		piece = arena_array(arena_new(), count, size);
		_exit(piece == NULL);
	}
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void a_size_that_overflows_is_out_of_memory(void)
{
	CHECK(ends_the_process(SIZE_MAX / 2, 3));
	CHECK(ends_the_process(SIZE_MAX, 1));
	CHECK(ends_the_process(SIZE_MAX - 15, 1));
	CHECK(!ends_the_process(1000, 1000));
	CHECK(!ends_the_process(0, SIZE_MAX));
}

int main(void)
{
	CASE(pieces_are_zeroed_aligned_and_apart);
	CASE(a_reset_gives_back_all_and_forgets_what_was_there);
	CASE(larger_blocks_are_wiped_before_they_are_freed);
	CASE(a_thousand_requests_do_not_grow_it);
	CASE(text_is_copied_and_made);
	CASE(nothing_is_freed_of_nothing);
	CASE(a_size_that_overflows_is_out_of_memory);
	return check_end();
}
