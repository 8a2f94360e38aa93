/*
 * Prints the tables that say what the API is, as JSON: a family's routes with the shapes of what they
 * take, and what all families share: problems, settings, bounds. They are read where they are compiled,
 * so what the tests hold against the documents is what the server does, not what a pattern found in
 * its source.
 *
 * The Makefile makes a program a family of this and of the file in cgi-src/, whose main function then
 * calls tables_print where it says family_main.
 */
#include <stdio.h>

#include "family/family.h"
#include "family/render.h"
#include "game/fold.h"
#include "game/pairing.h"
#include "game/push.h"
#include "http/json_parse.h"

int tables_print(int argc, char **argv, const struct family_plan *plan);

static struct json_object *render_shape(const struct shape *shape);

static const char *kind_name(enum field_kind kind)
{
	static const char *const names[] = {
	    [FIELD_INTEGER] = "integer",
	    [FIELD_BOOLEAN] = "boolean",
	    [FIELD_DAY] = "day",
	    [FIELD_TODAY] = "today",
	    [FIELD_CHOICE] = "choice",
	    [FIELD_HEX] = "hex",
	    [FIELD_TEXT] = "text",
	    [FIELD_OBJECT] = "object",
	    [FIELD_LIST] = "list",
	};

	return names[kind];
}

static struct json_object *render_choices(const char *const *choices)
{
	struct json_object *list = json_new_array();

	for (; choices != NULL && *choices != NULL; choices++)
		json_append(list, json_new_text(*choices));
	return list;
}

static struct json_object *render_field(const struct field *field)
{
	struct json_object *json = json_new_object();

	json_add_text(json, "name", field->name);
	json_add_text(json, "kind", kind_name(field->kind));
	json_add_boolean(json, "optional", (field->flags & FIELD_OPTIONAL) != 0);
	json_add_boolean(json, "nullable", (field->flags & FIELD_NULLABLE) != 0);
	json_add_integer(json, "min", field->min);
	json_add_integer(json, "max", field->max);
	json_add(json, "choices", render_choices(field->choices));
	json_add_text(json, "pattern", field->pattern);
	json_add(json, "fields", render_shape(field->shape));
	return json;
}

/* A list of fields; no shape is null. */
static struct json_object *render_shape(const struct shape *shape)
{
	struct json_object *list;

	if (shape == NULL)
		return NULL;
	list = json_new_array();
	for (size_t i = 0; i < shape->count; i++)
		json_append(list, render_field(&shape->fields[i]));
	return list;
}

static struct json_object *render_route(const struct route *route)
{
	static const char *const methods[] = {
	    [METHOD_GET] = "get",
	    [METHOD_POST] = "post",
	    [METHOD_PUT] = "put",
	    [METHOD_DELETE] = "delete",
	};
	static const char *const needs[] = {
	    [NEEDS_NOTHING] = "nothing",
	    [MAY_TOKEN] = "may",
	    [NEEDS_TOKEN] = "token",
	};
	struct json_object *json = json_new_object();

	json_add_text(json, "method", methods[route->method]);
	json_add_text(json, "path", route->path);
	json_add_text(json, "needs", needs[route->needs]);
	json_add_integer(json, "body_max_b", (int64_t)route->body_max_b);
	json_add(json, "query", render_shape(route->query));
	json_add(json, "body", render_shape(route->body));
	json_add_text(json, "summary", route->summary);
	return json;
}

static struct json_object *render_routes(const struct route *rows, size_t count)
{
	struct json_object *list = json_new_array();

	for (size_t i = 0; i < count; i++)
		json_append(list, render_route(&rows[i]));
	return list;
}

static struct json_object *render_problems(void)
{
	struct json_object *list = json_new_array();

	for (enum problem problem = PROBLEM_NONE + 1; problem < PROBLEM_COUNT; problem++) {
		const struct problem_row *row = problem_row(problem);
		struct json_object *json = json_new_object();

		json_add_integer(json, "status", row->status);
		json_add_text(json, "code", row->code);
		json_add_text(json, "title", row->title);
		json_append(list, json);
	}
	return list;
}

static struct json_object *render_settings(void)
{
	struct json_object *list = json_new_array();

	for (size_t i = 0; i < settings_key_count; i++) {
		const struct config_key *key = &settings_keys[i];
		struct json_object *json = json_new_object();

		json_add_text(json, "name", key->name);
		json_add_text(json, "kind", key->kind == CONFIG_NUMBER ? "number" : "text");
		json_add_text(json, "fallback", key->fallback);
		json_add_integer(json, "min", key->min);
		json_add_integer(json, "max", key->max);
		json_add_text(json, "meaning", key->meaning);
		json_append(list, json);
	}
	return list;
}

static struct json_object *render_levels(void)
{
	struct json_object *list = json_new_array();

	for (int64_t xp = 0; xp >= 0; xp = level_of(xp).xp_next)
		json_append(list, render_level(xp));
	return list;
}

/* What the documents say in words. */
static struct json_object *render_bounds(void)
{
	struct json_object *json = json_new_object();
	char first[DAY_TEXT_B];

	json_add_text(json, "first_day", day_format(DAY_FIRST, first));
	json_add_integer(json, "pairing_ttl_s", PAIRING_TTL_S);
	json_add_integer(json, "chain_max", CHAIN_MAX);
	json_add_integer(json, "fold_after_days", FOLD_AFTER_DAYS);
	json_add_integer(json, "json_depth_max", JSON_DEPTH_MAX);
	return json;
}

int tables_print(int argc, char **argv, const struct family_plan *plan)
{
	struct json_object *json = json_new_object();

	(void)argc;
	(void)argv;
	json_add_text(json, "family", plan->name);
	json_add_text(json, "prefix", plan->prefix);
	json_add(json, "routes", render_routes(plan->routes, plan->route_count));
	json_add(json, "pages", render_routes(plan->pages, plan->page_count));
	json_add(json, "problems", render_problems());
	json_add(json, "settings", render_settings());
	json_add(json, "levels", render_levels());
	json_add(json, "bounds", render_bounds());
	puts(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY));
	json_object_put(json);
	return 0;
}
