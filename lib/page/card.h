#ifndef PAGE_CARD_H
#define PAGE_CARD_H

#include <stddef.h>

#include "core/arena.h"
#include "core/problem.h"

/*
 * A card: the picture that is shown with a link where people talk, 1200 by 630 pixels. Drawn with cairo
 * and Pango in a font of the system, Inter if it is there.
 *
 * It is the one thing here that costs real time and memory, and anybody may ask for it. So one is drawn at a
 * time, few may wait for their turn, and what drawing needed is given back when it is done, but for
 * the fonts. Only an executable that calls this is linked with those libraries.
 */
enum { CARD_WIDTH = 1200, CARD_HEIGHT = 630 };

enum card_theme { CARD_LIGHT = 0, CARD_DARK };

/* "light", "dark", by value; NULL-terminated. */
extern const char *const card_themes[];

struct card {
	const char *name;  /* whose card it is, in a corner */
	const char *large; /* the figure; made smaller until it fits */
	const char *small; /* what it is a figure of; likewise */
	enum card_theme theme;
};

/*
 * Draws a card. Texts are UTF-8. Sets a PNG of *length bytes, in the arena.
 * PROBLEM_UNAVAILABLE  others are waiting already, it took too long, or there was no memory for it
 * PROBLEM_INTERNAL     it could not be drawn; the log says why
 */
enum problem card_draw(struct arena *arena, const struct card *card, const void **png,
    size_t *length) __attribute__((nonnull, warn_unused_result));

#endif
