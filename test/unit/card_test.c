/* Cards: a picture of any text, and no more drawing at once than there may be. */
#include <pthread.h>
#include <string.h>

#include "check.h"
#include "core/arena.h"
#include "page/card.h"

static const struct card usual = {"Breath Master", "37", "days of breathing in a row", CARD_LIGHT};

static bool is_picture(const void *bytes, size_t length)
{
	/* The signature, and the size: 1200 by 630. */
	static const unsigned char head[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0,
	    13, 'I', 'H', 'D', 'R', 0, 0, 0x04, 0xb0, 0, 0, 0x02, 0x76};

	return length > sizeof(head) && memcmp(bytes, head, sizeof(head)) == 0;
}

static void any_text_is_drawn(void)
{
	static const char *const texts[] = {
	    "",
	    "9,223,372,036,854,775,807",
	    "<b>&amp;</b>",
	    "\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85 \xe4\xb8\x96\xe7\x95\x8c \xf0\x9f\x8c\xac",
	    "line\nline",
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct card card = {texts[i], texts[i], texts[i], CARD_DARK};
		const void *png;
		size_t length;

		CHECK_INT_EQ(card_draw(arena, &card, &png, &length), PROBLEM_NONE);
		CHECK(is_picture(png, length));
		arena_reset(arena);
	}
	arena_free(arena);
}

static void the_same_card_is_the_same_bytes(void)
{
	struct arena *arena = arena_new();
	struct card dark = usual;
	const void *first, *second, *third;
	size_t first_length, second_length, third_length;

	dark.theme = CARD_DARK;
	CHECK_INT_EQ(card_draw(arena, &usual, &first, &first_length), PROBLEM_NONE);
	CHECK_INT_EQ(card_draw(arena, &usual, &second, &second_length), PROBLEM_NONE);
	CHECK_INT_EQ(card_draw(arena, &dark, &third, &third_length), PROBLEM_NONE);
	CHECK(first_length == second_length && memcmp(first, second, first_length) == 0);
	CHECK(first_length != third_length || memcmp(first, third, first_length) != 0);
	arena_free(arena);
}

enum { PAINTERS = 16 };

static void *paint(void *result)
{
	struct arena *arena = arena_new();
	enum problem *problem = result;
	const void *png;
	size_t length;

	*problem = card_draw(arena, &usual, &png, &length);
	if (*problem == PROBLEM_NONE && !is_picture(png, length))
		*problem = PROBLEM_INTERNAL;
	arena_free(arena);
	return NULL;
}

/* One draws and three wait; the others, who all come while the first one draws, are sent away. */
static void of_many_at_once_some_are_refused_and_the_others_are_drawn(void)
{
	enum problem problems[PAINTERS];
	pthread_t threads[PAINTERS];
	int drawn = 0, refused = 0;

	for (size_t i = 0; i < PAINTERS; i++)
		CHECK_INT_EQ(pthread_create(&threads[i], NULL, paint, &problems[i]), 0);
	for (size_t i = 0; i < PAINTERS; i++) {
		pthread_join(threads[i], NULL);
		drawn += problems[i] == PROBLEM_NONE;
		refused += problems[i] == PROBLEM_UNAVAILABLE;
	}
	CHECK_INT_EQ(drawn + refused, PAINTERS);
	CHECK(drawn >= 4);
	CHECK(refused > 0);
	/* And then all is as before. */
	paint(&problems[0]);
	CHECK_INT_EQ(problems[0], PROBLEM_NONE);
}

int main(void)
{
	CASE(any_text_is_drawn);
	CASE(the_same_card_is_the_same_bytes);
	CASE(of_many_at_once_some_are_refused_and_the_others_are_drawn);
	return check_end();
}
