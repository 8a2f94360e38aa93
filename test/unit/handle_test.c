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

/*
 * Words that suggest themselves, and what reads badly beside one of the others, or alone. They are told
 * here so that nobody takes them in again.
 */
static const struct {
	const char *word, *why;
} let_go[] = {
    {"acorn", "a body's part"},
    {"amber", "what water looks like beside it"},
    {"ample", "a body's size"},
    {"balmy", "an insult in Britain"},
    {"bamboo", "a word for ceilings that keep people down"},
    {"birch", "a letter from an insult"},
    {"candid", "pictures that nobody agreed to"},
    {"canyon", "wide, deep, open"},
    {"cherry", "a body's part"},
    {"cliff", "a way to die, and a man"},
    {"dewy", "a body's state"},
    {"distant", "a judgement"},
    {"easy", "an insult to whoever is named like a flower"},
    {"even", "an adverb to what follows"},
    {"fair", "a skin's colour"},
    {"glad", "stutters beside glade"},
    {"golden", "a party and a shower"},
    {"grassy", "a drug"},
    {"haven", "a cemetery"},
    {"hazel", "a name"},
    {"heather", "a name"},
    {"hill", "a film of horror beside silent"},
    {"idle", "a judgement"},
    {"ivory", "a skin's colour, and dead elephants"},
    {"jade", "an insult once"},
    {"lagoon", "a word that a plural makes of it"},
    {"lasting", "a grave beside garden"},
    {"light", "a skin's colour"},
    {"limpid", "limp"},
    {"lucid", "a state of mind"},
    {"mellow", "a drug's effect"},
    {"moonlit", "stutters beside moon"},
    {"morning", "a joke beside any tree"},
    {"muted", "what a moderator does"},
    {"open", "a joke beside any flower"},
    {"patient", "somebody who is ill"},
    {"peaceful", "a grave"},
    {"plain", "a judgement of looks"},
    {"restful", "a grave beside garden"},
    {"rosy", "a body's part beside moon"},
    {"round", "a body's shape"},
    {"sage", "a person"},
    {"silent", "a joke beside any wind, and a grave"},
    {"slow", "an insult"},
    {"soft", "an insult"},
    {"star", "a devil and a medal"},
    {"stone", "a grave, an execution, a drug"},
    {"stream", "a joke beside warm"},
    {"velvet", "a body's part beside valley"},
    {"wide", "a body's size"},
    {"wind", "a joke beside anything"},
};

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static void no_word_is_back_that_was_let_go(void)
{
	for (size_t i = 0; i < sizeof(let_go) / sizeof(let_go[0]); i++)
		if (!CHECK(!is_one_of(let_go[i].word, handle_first, handle_first_count) &&
			!is_one_of(let_go[i].word, handle_second, handle_second_count)))
			printf("# %s: %s\n", let_go[i].word, let_go[i].why);
}

/* What two harmless words can make where they meet, when somebody writes them as one. */
static const char *const crude[] = {"anal", "anus", "arse", "bitch", "cock", "coon", "crap", "cunt",
    "dead", "dick", "dyke", "fart", "fuck", "gook", "hate", "hell", "homo", "kike", "kill", "knob",
    "lust", "minge", "nazi", "nude", "paki", "penis", "piss", "porn", "prick", "pube", "rape",
    "semen", "shag", "shit", "sick", "slag", "slut", "spic", "suck", "turd", "twat", "wank", "weed",
    "whore"};

static void two_words_make_no_third_where_they_meet(void)
{
	for (size_t i = 0; i < handle_first_count; i++)
		for (size_t k = 0; k < handle_second_count; k++) {
			char joined[HANDLE_TEXT_B];

			snprintf(joined, sizeof(joined), "%s%s", handle_first[i], handle_second[k]);
			for (size_t n = 0; n < sizeof(crude) / sizeof(crude[0]); n++)
				if (!CHECK(strstr(joined, crude[n]) == NULL))
					printf("# %s: %s\n", joined, crude[n]);
		}
}

/* "starry-star", "breezy-breeze". */
static void no_pair_says_the_same_twice(void)
{
	for (size_t i = 0; i < handle_first_count; i++)
		for (size_t k = 0; k < handle_second_count; k++)
			if (!CHECK(strncmp(handle_first[i], handle_second[k], 4) != 0))
				printf("# %s-%s\n", handle_first[i], handle_second[k]);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(a, b);
}

/*
 * Two draws meet as often as chance has it among all pairs and numbers, so none is drawn more often
 * than another. Expected are 430; the bounds are ten deviations away.
 */
static void draws_meet_no_more_often_than_chance_has_it(void)
{
	enum { DRAWS = 200000 };
	double all = (double)(handle_first_count * handle_second_count) * 9000;
	double expected = (double)DRAWS * DRAWS / 2 / all, met = 0;
	char(*drawn)[HANDLE_TEXT_B] = calloc(DRAWS, sizeof(*drawn));

	REQUIRE(drawn != NULL);
	for (int i = 0; i < DRAWS; i++)
		handle_draw(drawn[i]);
	qsort(drawn, DRAWS, sizeof(*drawn), compare_texts);
	for (int i = 1; i < DRAWS; i++)
		met += strcmp(drawn[i - 1], drawn[i]) == 0;
	CHECK(met > expected / 2 && met < expected * 3 / 2);
	/* A million people fit in without many a second draw. */
	CHECK(all > 4e7);
	free(drawn);
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
	CASE(no_word_is_back_that_was_let_go);
	CASE(two_words_make_no_third_where_they_meet);
	CASE(no_pair_says_the_same_twice);
	CASE(draws_meet_no_more_often_than_chance_has_it);
	CASE(a_drawn_pseudonym_has_its_form);
	return check_end();
}
