#include "family/wording.h"

#include <inttypes.h>
#include <stdio.h>

#include "game/level.h"

/* 1234567 as "1,234,567". */
static const char *group_digits(struct arena *arena, int64_t number)
{
	char digits[32];
	int length = snprintf(digits, sizeof(digits), "%" PRId64, number);
	char *text = arena_alloc(arena, 2 * sizeof(digits)), *end = text;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
			*end++ = ',';
		*end++ = digits[i];
	}
	return text;
}

static struct wording word_level(struct arena *arena, const struct shown *shown)
{
	const char *large = arena_printf(arena, "Level %" PRId64 "%s", shown->figure,
	    shown->veiled && shown->figure < LEVELS ? "+" : "");
	const char *title = level_title((int)shown->figure);

	if (shown->veiled)
		return (struct wording){large, large, "breathing while programming"};
	return (struct wording){arena_printf(arena, "%s, %s", large, title), large, title};
}

struct wording wording_of(struct arena *arena, const struct shown *shown)
{
	const char *figure = arena_printf(
	    arena, "%s%s", group_digits(arena, shown->figure), shown->veiled ? "+" : "");

	/* Of somebody on boards too little is told to be matched. */
	if (shown->veiled && shown->figure == 0)
		return (struct wording){"practising", "Practising", "one breath at a time"};
	switch (shown->what) {
	case SHARE_STREAK:
		return (struct wording){
		    arena_printf(arena, "%s day streak", figure),
		    figure,
		    shown->figure == 1 ? "day of breathing" : "days of breathing in a row",
		};
	case SHARE_LEVEL:
		return word_level(arena, shown);
	case SHARE_XP:
		break;
	case SHARE_WEEK:
		return (struct wording){
		    arena_printf(
			arena, "%s XP %s", figure, shown->veiled ? "in a week" : "this week"),
		    figure,
		    shown->veiled ? "experience points in a week" : "experience points this week",
		};
	}
	return (struct wording){
	    arena_printf(arena, "%s XP", figure), figure, "experience points of breathing"};
}
