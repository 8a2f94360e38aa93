#include "http/route.h"

#include <assert.h>
#include <string.h>

/* What stood for the names of a template, in order. */
struct pieces {
	struct {
		const char *text;
		size_t length;
	} items[ROUTE_ARGS_MAX];
	size_t count;
};

/* Whether a path fits a template; fills pieces as far as it does. */
static bool fits(const char *template, const char *path, size_t length, struct pieces *pieces)
{
	const char *end = path + length;

	pieces->count = 0;
	while (*template != '\0' && path != end) {
		const char *segment = path;

		if (*template != '{') {
			if (*template ++ != *path++)
				return false;
			continue;
		}
		while (path != end && *path != '/')
			path++;
		if (path == segment)
			return false;
		assert(pieces->count < ROUTE_ARGS_MAX);
		pieces->items[pieces->count].text = segment;
		pieces->items[pieces->count++].length = (size_t)(path - segment);
		template = strchr(template, '}') + 1;
	}
	return *template == '\0' && path == end;
}

bool route_find(struct arena *arena, const struct family *family, const char *path, size_t length,
    struct route_match *match)
{
	size_t prefix_length = strlen(family->prefix);
	struct pieces pieces = {.count = 0};

	*match = (struct route_match){0};
	if (length < prefix_length || memcmp(path, family->prefix, prefix_length) != 0)
		return false;
	path += prefix_length;
	length -= prefix_length;
	if (memchr(path, '%', length) != NULL)
		return false;
	/* The prefix itself is "/"; with a slash behind it, it is nothing. */
	if (length == 1)
		return false;
	if (length == 0) {
		path = "/";
		length = 1;
	}

	for (size_t i = 0; i < family->route_count; i++) {
		const struct route *route = &family->routes[i];

		if (match->path == NULL && fits(route->path, path, length, &pieces))
			match->path = route->path;
		if (match->path != NULL && strcmp(match->path, route->path) == 0)
			match->by_method[route->method] = route;
	}
	if (match->path == NULL)
		return false;
	for (size_t i = 0; i < pieces.count; i++)
		match->args[i] = arena_strndup(arena, pieces.items[i].text, pieces.items[i].length);
	return true;
}
