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
		const char *segment = path, *suffix;
		size_t suffix_length;

		if (*template != '{') {
			if (*template ++ != *path++)
				return false;
			continue;
		}
		suffix = strchr(template, '}') + 1;
		suffix_length = strcspn(suffix, "/");
		while (path != end && *path != '/')
			path++;
		if ((size_t)(path - segment) <= suffix_length ||
		    memcmp(path - suffix_length, suffix, suffix_length) != 0)
			return false;
		assert(pieces->count < ROUTE_ARGS_MAX);
		pieces->items[pieces->count].text = segment;
		pieces->items[pieces->count++].length = (size_t)(path - segment) - suffix_length;
		template = suffix + suffix_length;
	}
	return *template == '\0' && path == end;
}

/* Rows of one table, and the path as they have it. */
struct search {
	const struct route *rows;
	size_t count;
	const char *path;
	size_t length;
};

/* Where a path is to be looked for. False: nowhere. */
static bool choose(
    const struct family *family, const char *path, size_t length, struct search *search)
{
	size_t prefix_length = strlen(family->prefix);

	if (length < prefix_length || memcmp(path, family->prefix, prefix_length) != 0) {
		*search = (struct search){family->pages, family->page_count, path, length};
		return true;
	}
	*search = (struct search){
	    family->routes, family->route_count, path + prefix_length, length - prefix_length};
	/* The prefix itself is "/"; with a slash behind it, it is nothing. */
	if (search->length == 0) {
		search->path = "/";
		search->length = 1;
		return true;
	}
	return search->length != 1;
}

bool route_find(struct arena *arena, const struct family *family, const char *path, size_t length,
    struct route_match *match)
{
	struct pieces pieces = {.count = 0};
	struct search search;

	*match = (struct route_match){0};
	if (!choose(family, path, length, &search))
		return false;
	for (size_t i = 0; i < search.count; i++) {
		const struct route *route = &search.rows[i];

		if (match->path == NULL && fits(route->path, search.path, search.length, &pieces))
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
