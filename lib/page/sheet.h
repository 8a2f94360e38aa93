#ifndef PAGE_SHEET_H
#define PAGE_SHEET_H

#include "core/arena.h"

/*
 * A page that shows one thing: a sentence and a picture, and what other sites show of it when somebody posts
 * its address (Open Graph). It works without scripts and takes nothing from elsewhere.
 *
 * All texts are UTF-8 and escaped here; addresses are of this site, from its root.
 */
struct sheet {
	const char *site;    /* "https://breath.example.org" */
	const char *address; /* of the page; NULL: it is one of nothing, and shows no picture */
	const char *title;
	const char *text;          /* a sentence or two beneath it */
	const char *picture;       /* what other sites show */
	const char *picture_light; /* what the page itself shows, by the reader's colour scheme */
	const char *picture_dark;
	int width; /* of each picture, in pixels */
	int height;
};

/* Writes it. Returns the HTML, in the arena. */
const char *sheet_write(struct arena *arena, const struct sheet *sheet)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

#endif
