#ifndef PAGE_BADGE_H
#define PAGE_BADGE_H

#include "core/arena.h"

/*
 * A badge as READMEs have them: an SVG, 20 pixels high, a label on grey beside a message on a colour.
 * It needs no font but those that every browser has, and no script; its text is read out by screen
 * readers.
 */
struct badge {
	const char *label;
	const char *message;
	const char *color; /* behind the message, as "#17685b" */
};

/* Draws it. Both texts are UTF-8 and escaped here. Returns the SVG, in the arena. */
const char *badge_draw(struct arena *arena, const struct badge *badge)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

#endif
