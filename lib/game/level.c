#include "game/level.h"

static const struct {
	int64_t xp_from;
	const char *title;
} levels[LEVELS] = {
    {0, "Mindful Rookie"},
    {50, "Breathing Novice"},
    {150, "Calm Coder"},
    {300, "Zen Developer"},
    {500, "Mindful Master"},
    {750, "Breathing Sage"},
    {1000, "Code Mystic"},
    {1500, "Breath Master"},
};

struct level level_of(int64_t xp)
{
	int last = LEVELS - 1;

	while (last > 0 && xp < levels[last].xp_from)
		last--;
	return (struct level){
	    .number = last + 1,
	    .title = levels[last].title,
	    .xp_from = levels[last].xp_from,
	    .xp_next = last == LEVELS - 1 ? -1 : levels[last + 1].xp_from,
	};
}

const char *level_title(int number)
{
	return levels[number - 1].title;
}
