#include "game/level.h"

#include "check.h"

static void levels_begin_where_the_table_says(void)
{
	static const struct {
		int64_t xp;
		int number;
		const char *title;
		int64_t next;
	} rows[] = {
	    {0, 1, "Mindful Rookie", 50},
	    {49, 1, "Mindful Rookie", 50},
	    {50, 2, "Breathing Novice", 150},
	    {150, 3, "Calm Coder", 300},
	    {300, 4, "Zen Developer", 500},
	    {500, 5, "Mindful Master", 750},
	    {750, 6, "Breathing Sage", 1000},
	    {999, 6, "Breathing Sage", 1000},
	    {1000, 7, "Code Mystic", 1500},
	    {1499, 7, "Code Mystic", 1500},
	    {1500, 8, "Breath Master", -1},
	    {INT64_MAX, 8, "Breath Master", -1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct level level = level_of(rows[i].xp);

		CHECK_INT_EQ(level.number, rows[i].number);
		CHECK_STR_EQ(level.title, rows[i].title);
		CHECK_INT_EQ(level.xp_next, rows[i].next);
		CHECK(level.xp_from <= rows[i].xp);
	}
}

int main(void)
{
	CASE(levels_begin_where_the_table_says);
	return check_end();
}
