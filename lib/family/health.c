#include "family/health.h"

#include "family/family.h"
#include "game/epoch.h"

static enum problem read_something(struct db *db, void *argument)
{
	return epoch_load(db, argument);
}

enum problem health_of_store(struct store *store)
{
	char epoch[EPOCH_TEXT_B];

	return store_read(store, read_something, epoch);
}

enum problem health_show(const struct request *request, struct reply *reply)
{
	struct json_object *json;

	/* Whatever it is that keeps the store from being read, the service is not ready. */
	if (health_of_store(family_service(request)->store) != PROBLEM_NONE)
		return PROBLEM_UNAVAILABLE;
	json = json_new_object();
	json_add_boolean(json, "live", true);
	json_add_boolean(json, "ready", true);
	return reply_json(reply, 200, json);
}
