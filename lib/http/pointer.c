#include "http/pointer.h"

#include <string.h>

const char *pointer_quote(struct arena *arena, const char *name, size_t length)
{
	size_t cut = POINTER_NAME_MAX_B;

	if (length <= cut)
		return arena_strndup(arena, name, length);
	/* Not inside a character: its second and later bytes are 10xxxxxx. */
	while (cut > 0 && ((unsigned char)name[cut] & 0xc0) == 0x80)
		cut--;
	return arena_printf(arena, "%.*s…", (int)cut, name);
}

/* A name as one reference token: "~" becomes "~0" and "/" becomes "~1". */
static const char *escape(struct arena *arena, const char *name)
{
	char *escaped = arena_alloc(arena, 2 * strlen(name) + 1);
	char *end = escaped;

	for (; *name != '\0'; name++) {
		if (*name == '~' || *name == '/') {
			*end++ = '~';
			*end++ = *name == '~' ? '0' : '1';
		} else {
			*end++ = *name;
		}
	}
	return escaped;
}

const char *pointer_text(struct arena *arena, const struct pointer_step *step)
{
	const char *text = "";

	for (; step != NULL; step = step->outer) {
		if (step->name == NULL)
			text = arena_printf(arena, "/%zu%s", step->index, text);
		else
			text = arena_printf(arena, "/%s%s",
			    escape(arena, pointer_quote(arena, step->name, step->length)), text);
	}
	return text;
}
