#include "page/markup.h"

#include <stddef.h>
#include <string.h>

/* What stands for a byte; NULL: it stands for itself. */
static const char *reference(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return c < ' ' || c == 0x7f ? "?" : NULL;
	}
}

const char *markup_escape(struct arena *arena, const char *text)
{
	size_t length = 0, changed = 0;
	char *escaped, *end;

	for (const char *c = text; *c != '\0'; c++) {
		const char *other = reference((unsigned char)*c);

		length += other == NULL ? 1 : strlen(other);
		changed += other != NULL;
	}
	if (changed == 0)
		return text;
	escaped = end = arena_alloc(arena, length + 1);
	for (const char *c = text; *c != '\0'; c++) {
		const char *other = reference((unsigned char)*c);

		if (other == NULL)
			*end++ = *c;
		else
			end = stpcpy(end, other);
	}
	return escaped;
}
