#ifndef PAGE_MARKUP_H
#define PAGE_MARKUP_H

#include "core/arena.h"

/*
 * Text as it may stand in HTML, XML and SVG, between tags and within quoted values alike: what means
 * something there is written as a reference, and control characters, which XML has no way to write, become
 * '?'. text is UTF-8. Returns text itself where nothing is to be changed, else a copy in the arena.
 */
const char *markup_escape(struct arena *arena, const char *text)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

#endif
