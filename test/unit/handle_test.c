#include "game/handle.h"

#include <ctype.h>
#include <stdlib.h>

#include "check.h"
#include "core/secret.h"

static bool is_word(const char *word)
{
	for (const char *c = word; *c != '\0'; c++)
		if (!islower((unsigned char)*c))
			return false;
	return strlen(word) >= 2 && strlen(word) <= 9;
}

static void check_list(const char *const *words, size_t count)
{
	CHECK(count >= 64);
	for (size_t i = 0; i < count; i++) {
		CHECK(is_word(words[i]));
		/* In order, so none stands twice and a reader finds his way. */
		if (i > 0)
			CHECK(strcmp(words[i - 1], words[i]) < 0);
	}
}

static void the_words_are_short_plain_and_each_stands_once(void)
{
	check_list(handle_first, handle_first_count);
	check_list(handle_second, handle_second_count);
}

static void a_word_is_never_doubled_in_a_pair(void)
{
	for (size_t i = 0; i < handle_first_count; i++)
		for (size_t k = 0; k < handle_second_count; k++)
			CHECK(strcmp(handle_first[i], handle_second[k]) != 0);
}

static void a_drawn_pseudonym_has_its_form(void)
{
	for (int i = 0; i < 1000; i++) {
		char text[HANDLE_TEXT_B], first[16], second[16];
		unsigned number;
		char end;

		REQUIRE(sscanf(handle_draw(text), "%15[a-z]-%15[a-z]-%4u%c", first, second, &number,
			    &end) == 3);
		CHECK(number >= 1000 && number <= 9999);
	}
}

int main(void)
{
	if (!secret_init())
		return EXIT_FAILURE;
	CASE(the_words_are_short_plain_and_each_stands_once);
	CASE(a_word_is_never_doubled_in_a_pair);
	CASE(a_drawn_pseudonym_has_its_form);
	return check_end();
}
