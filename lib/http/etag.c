#include "http/etag.h"

#include <sodium.h>
#include <string.h>

#include "core/secret.h"
#include "http/text.h"

enum { ETAG_B = 16 };

static const char *format(struct arena *arena, const uint8_t hash[ETAG_B])
{
	char text[2 * ETAG_B + 1];

	return arena_printf(arena, "\"%s\"", hex_format(hash, ETAG_B, text));
}

const char *etag_make(struct arena *arena, const char *body, size_t length)
{
	uint8_t hash[ETAG_B];

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)body, length, NULL, 0);
	return format(arena, hash);
}

/* A sink that keeps nothing but the length of a text, and its hash. */
struct measure {
	struct sink sink;
	crypto_generichash_state state;
	size_t length;
};

static bool take_measure(struct sink *sink, const char *text, size_t length)
{
	struct measure *measure = (struct measure *)sink;

	crypto_generichash_update(&measure->state, (const unsigned char *)text, length);
	measure->length += length;
	return true;
}

const char *etag_make_of_stream(struct arena *arena, const struct stream *stream, size_t *length)
{
	struct measure measure = {.sink = {take_measure}};
	uint8_t hash[ETAG_B];

	crypto_generichash_init(&measure.state, NULL, 0, sizeof(hash));
	stream->write(&measure.sink, stream->source);
	crypto_generichash_final(&measure.state, hash, sizeof(hash));
	*length = measure.length;
	return format(arena, hash);
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
