#include "http/etag.h"

#include <sodium.h>
#include <string.h>

#include "core/secret.h"
#include "http/text.h"

enum { ETAG_B = 16 };

const char *etag_make(struct arena *arena, const char *body, size_t length)
{
	uint8_t hash[ETAG_B];
	char text[2 * ETAG_B + 1];

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)body, length, NULL, 0);
	return arena_printf(arena, "\"%s\"", hex_format(hash, sizeof(hash), text));
}

bool etag_is_listed(const char *list, const char *etag)
{
	size_t length = strlen(etag);

	list = text_skip_blanks(list);
	if (strcmp(list, "*") == 0)
		return true;
	while (*list != '\0') {
		const char *closing;

		if (strncmp(list, "W/", 2) == 0)
			list += 2;
		closing = *list == '"' ? strchr(list + 1, '"') : NULL;
		if (closing == NULL)
			return false;
		if ((size_t)(closing + 1 - list) == length && memcmp(list, etag, length) == 0)
			return true;
		list = text_skip_blanks(closing + 1);
		if (*list == ',')
			list = text_skip_blanks(list + 1);
	}
	return false;
}
