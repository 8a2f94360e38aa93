#include "game/handle.h"

#include <stdio.h>

#include "core/secret.h"

enum { NUMBER_FIRST = 1000, NUMBER_LAST = 9999 };

/*
 * The words are chosen so that any pair reads well, also for whoever looks for something to laugh at.
 * The first are of weather, light, colour and temper, the second of plants, places and weather. None is
 * of a person, a body or its size, age, health, a skin's colour, a country, an animal or a faith; none
 * judges whoever bears it, nor makes a grave or a joke of what it stands beside. handle_test.c reads all
 * pairs, and has the words that were let go, each with its reason.
 */
const char *const handle_first[] = {"airy", "alpine", "autumn", "azure", "bright", "brisk", "calm",
    "carefree", "cheerful", "clear", "composed", "cordial", "cosy", "crisp", "dappled", "deep",
    "drifting", "early", "evening", "feathery", "fresh", "friendly", "gentle", "gliding",
    "graceful", "hopeful", "hushed", "indigo", "joyful", "kind", "lilac", "lilting", "lively",
    "lofty", "luminous", "merry", "mild", "mindful", "misty", "mossy", "opal", "placid", "poised",
    "quiet", "radiant", "relaxed", "russet", "serene", "settled", "shaded", "silver", "spring",
    "starry", "steady", "still", "summer", "sunlit", "sunny", "swaying", "teal", "tender",
    "timeless", "topaz", "tranquil", "tuneful", "vivid", "warm", "winter"};

const char *const handle_second[] = {"alder", "anchor", "aspen", "bay", "beacon", "bloom", "breeze",
    "bridge", "brook", "cascade", "cedar", "cloud", "clover", "coast", "comet", "coral", "cove",
    "creek", "dawn", "delta", "dune", "elm", "ember", "estuary", "fern", "field", "fjord", "forest",
    "garden", "glade", "grove", "hawthorn", "hedge", "horizon", "island", "juniper", "lake",
    "lantern", "larch", "laurel", "leaf", "linden", "lotus", "maple", "meadow", "moon", "mulberry",
    "oak", "oasis", "orchard", "pebble", "pier", "pine", "plateau", "pond", "poplar", "prairie",
    "primrose", "quartz", "rain", "reed", "ridge", "river", "sail", "shore", "sky", "spruce",
    "terrace", "tide", "trail", "tulip", "valley", "willow", "yarrow", "zephyr"};

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
