#include "game/handle.h"

#include <stdio.h>

#include "core/secret.h"

enum { NUMBER_FIRST = 1000, NUMBER_LAST = 9999 };

/*
 * The words are chosen so that any pair reads well: the first are qualities of weather, light and
 * temper, the second are plants, places and weather; no person, no body, no animal that is an
 * insult somewhere, no colour of skin, no country, nothing that is a judgement of its bearer.
 */
const char *const handle_first[] = {"airy", "amber", "ample", "autumn", "balmy", "breezy", "bright",
    "calm", "candid", "clear", "cosy", "crisp", "deep", "dewy", "distant", "drifting", "early",
    "easy", "even", "fair", "fresh", "gentle", "glad", "gleaming", "golden", "hazel", "hushed",
    "idle", "ivory", "jade", "kind", "lasting", "light", "lilac", "limpid", "lively", "lucid",
    "mellow", "merry", "mild", "misty", "morning", "mossy", "muted", "open", "patient", "placid",
    "plain", "quiet", "restful", "rosy", "round", "serene", "shaded", "silent", "silver", "slow",
    "soft", "spring", "starry", "steady", "still", "summer", "sunny", "tender", "tidal", "tranquil",
    "velvet", "vivid", "warm", "wide", "winter"};

const char *const handle_second[] = {"acorn", "alder", "anchor", "aspen", "bamboo", "bay", "beacon",
    "birch", "bloom", "breeze", "bridge", "brook", "canyon", "cedar", "cherry", "cliff", "cloud",
    "clover", "coast", "comet", "coral", "cove", "creek", "dawn", "delta", "dune", "elm", "ember",
    "fern", "field", "fjord", "forest", "garden", "glade", "grove", "harbor", "heather", "hill",
    "island", "juniper", "lagoon", "lake", "lantern", "larch", "laurel", "leaf", "linden", "lotus",
    "maple", "meadow", "moon", "oak", "oasis", "orchard", "pebble", "pine", "pond", "poplar",
    "prairie", "rain", "reed", "ridge", "river", "sage", "shore", "sky", "spruce", "star", "stone",
    "stream", "tide", "valley", "willow", "wind"};

const size_t handle_first_count = sizeof(handle_first) / sizeof(handle_first[0]);
const size_t handle_second_count = sizeof(handle_second) / sizeof(handle_second[0]);

char *handle_draw(char text[HANDLE_TEXT_B])
{
	const char *first = handle_first[secret_random_below((uint32_t)handle_first_count)];
	const char *second = handle_second[secret_random_below((uint32_t)handle_second_count)];
	unsigned number = NUMBER_FIRST + secret_random_below(NUMBER_LAST - NUMBER_FIRST + 1);

	snprintf(text, HANDLE_TEXT_B, "%s-%s-%u", first, second, number);
	return text;
}
