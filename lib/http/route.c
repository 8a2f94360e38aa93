#include "http/route.h"

#include <assert.h>
#include <string.h>

struct piece {
	const char *text;
	size_t length;
};

/* Whether a path fits a template; fills pieces with what stood for its names. */
static bool fits(
    const char *template, const char *path, size_t length, struct piece pieces[ROUTE_ARGS_MAX])
{
	const char *end = path + length;
	size_t count = 0;

	memset(pieces, 0, ROUTE_ARGS_MAX * sizeof(*pieces));
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
		assert(count < ROUTE_ARGS_MAX);
		pieces[count++] = (struct piece){segment, (size_t)(path - segment)};
		template = strchr(template, '}') + 1;
	}
	return *template == '\0' && path == end;
}

bool route_find(struct arena *arena, const struct family *family, const char *path, size_t length,
    struct route_match *match)
{
	size_t prefix_length = strlen(family->prefix);
	struct piece pieces[ROUTE_ARGS_MAX];

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

		if (match->path == NULL && fits(route->path, path, length, pieces))
			match->path = route->path;
		if (match->path != NULL && strcmp(match->path, route->path) == 0)
			match->by_method[route->method] = route;
	}
	for (size_t i = 0; i < ROUTE_ARGS_MAX && match->path != NULL; i++)
		if (pieces[i].text != NULL)
			match->args[i] = arena_strndup(arena, pieces[i].text, pieces[i].length);
	return match->path != NULL;
}
