#include "family/listing.h"

#include "family/render.h"
#include "game/progress.h"

struct listing {
	struct arena *arena;
	struct json_object *json; /* the reply's object, to be filled */
};

/* Replies with an object that a job fills from the store. */
static enum problem reply_filled(
    const struct request *request, struct reply *reply, family_job *fill)
{
	struct listing listing = {request->arena, json_new_object()};
	enum problem problem = family_read(request, fill, &listing);

	if (problem == PROBLEM_NONE)
		return reply_json(reply, 200, listing.json);
	json_object_put(listing.json);
	return problem;
}

static enum problem fill_devices(struct db *db, const struct caller *caller, void *argument)
{
	struct listing *listing = argument;
	struct json_object *list = json_new_array();
	struct account account = {.recovery_day = DAY_NONE};
	struct device *devices;
	size_t count;
	enum problem problem = device_list(db, listing->arena, caller->account, &devices, &count);

	if (problem == PROBLEM_NONE)
		problem = account_load(db, caller->account, &account);
	json_add(listing->json, "devices", list);
	json_add_day(listing->json, "recovery_code_day", account.recovery_day);
	for (size_t i = 0; problem == PROBLEM_NONE && i < count; i++)
		if (devices[i].kind != DEVICE_IMPORT && !devices[i].revoked)
			json_append(list, render_device(&devices[i], caller->device));
	return problem;
}

enum problem listing_devices(const struct request *request, struct reply *reply)
{
	return reply_filled(request, reply, fill_devices);
}

static enum problem fill_imports(struct db *db, const struct caller *caller, void *argument)
{
	struct listing *listing = argument;
	struct json_object *list = json_new_array();
	struct import *imports;
	size_t count;
	enum problem problem = import_list(db, listing->arena, caller->account, &imports, &count);

	json_add(listing->json, "imports", list);
	for (size_t i = 0; problem == PROBLEM_NONE && i < count; i++) {
		struct extent extent;

		problem = import_measure(db, &imports[i], &extent);
		if (problem == PROBLEM_NONE)
			json_append(list, render_import(&imports[i], &extent));
	}
	return problem;
}

enum problem listing_imports(const struct request *request, struct reply *reply)
{
	return reply_filled(request, reply, fill_imports);
}
