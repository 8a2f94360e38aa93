/*
 * stats.fcgi: what was practised, as figures, and whether the service is well.
 *
 * The file reads from the bottom, as sync.c does: the table of routes, the shapes of what they take,
 * the handlers.
 */
#include "family/family.h"
#include "game/epoch.h"

/* ----- the service ----- */

static enum problem look_into_store(struct db *db, const struct caller *caller, void *argument)
{
	char epoch[EPOCH_TEXT_B];

	(void)caller;
	(void)argument;
	return epoch_load(db, epoch);
}

/* Who answers at all is alive; ready is who can read the store. */
static enum problem show_health(const struct request *request, struct reply *reply)
{
	struct json_object *json;
	enum problem problem = family_read(request, look_into_store, NULL);

	if (problem != PROBLEM_NONE)
		return problem == PROBLEM_INTERNAL ? PROBLEM_UNAVAILABLE : problem;
	json = json_new_object();
	json_add_boolean(json, "live", true);
	json_add_boolean(json, "ready", true);
	return reply_json(reply, 200, json);
}

/* ----- routes ----- */

/* clang-format off */

static const struct route routes[] = {
	/* method      path       needs          body_max_b query  body  handler      summary */
	{ METHOD_GET,  "/health", NEEDS_NOTHING, 0,         NULL,  NULL, show_health, "Whether the service is alive and can read its store" },
};

/* clang-format on */

int main(int argc, char **argv)
{
	static const struct family_plan plan = {
	    .name = "stats",
	    .prefix = "/api/v1/stats",
	    .threads = 8,
	    .routes = routes,
	    .route_count = sizeof(routes) / sizeof(routes[0]),
	};

	return family_main(argc, argv, &plan);
}
