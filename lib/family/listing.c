#include "family/listing.h"

#include <malloc.h>

#include "family/render.h"
#include "game/former.h"
#include "game/merge.h"
#include "game/progress.h"
#include "game/share.h"
#include "game/standing.h"

/*
 * Days and months of an export that is large. One day is 75 bytes of text, and seven times as much in a
 * tree: below this every thread may have an export at hand.
 */
enum { LARGE_SIZE = 2000 };

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

static enum problem fill_account(struct db *db, struct listing *listing, int64_t id)
{
	char epoch[EPOCH_TEXT_B];
	struct account account;
	const char **former;
	size_t count;
	int32_t rated_year;
	enum problem problem = account_load(db, id, &account);

	if (problem == PROBLEM_NONE)
		problem = epoch_load(db, epoch);
	if (problem == PROBLEM_NONE)
		problem = merge_list_former(db, listing->arena, id, &former, &count);
	if (problem == PROBLEM_NONE)
		problem = rating_year(db, id, &rated_year);
	if (problem != PROBLEM_NONE)
		return problem;
	json_add(listing->json, "account", render_account(&account, former, count, rated_year));
	json_add_text(listing->json, "epoch", epoch);
	json_add(listing->json, "totals", render_totals(&account.totals));
	return PROBLEM_NONE;
}

static enum problem fill_boards(struct db *db, struct listing *listing, int64_t account)
{
	struct json_object *json;
	struct member member;
	struct score *rows = NULL;
	size_t count = 0;
	bool found;
	enum problem problem = member_load(db, account, &member, &found);

	if (problem == PROBLEM_NONE)
		problem = standing_list(db, listing->arena, member.place, &rows, &count);
	json = render_member(&member);
	json_add_boolean(json, "shared", member.shared);
	json_add_boolean(json, "ranked", member.ranked);
	json_add(json, "standings", render_standings(rows, count));
	json_add(listing->json, "boards", json);
	return problem;
}

static enum problem fill_shares(struct db *db, struct listing *listing, int64_t account)
{
	struct json_object *list = json_new_array();
	struct share *shares;
	size_t count = 0;
	enum problem problem = share_list(db, listing->arena, account, &shares, &count);

	json_add(listing->json, "shares", list);
	for (size_t i = 0; problem == PROBLEM_NONE && i < count; i++)
		json_append(list, render_share(&shares[i]));
	return problem;
}

static const struct import *find_import(const struct import *imports, size_t count, int64_t device)
{
	for (size_t i = 0; i < count; i++)
		if (imports[i].device == device)
			return &imports[i];
	return NULL;
}

static enum problem fill_histories(struct db *db, struct listing *listing, int64_t account)
{
	struct json_object *devices_json = json_new_array(), *imports_json = json_new_array();
	struct device *devices;
	struct import *imports;
	size_t device_count, import_count;
	enum problem problem = device_list(db, listing->arena, account, &devices, &device_count);

	json_add(listing->json, "devices", devices_json);
	json_add(listing->json, "imports", imports_json);
	if (problem == PROBLEM_NONE)
		problem = import_list(db, listing->arena, account, &imports, &import_count);
	for (size_t i = 0; problem == PROBLEM_NONE && i < device_count; i++) {
		const struct import *import = find_import(imports, import_count, devices[i].id);
		struct history history;
		const char **joined = NULL;
		size_t joined_count = 0;

		problem = history_load(db, listing->arena, account, devices[i].id, &history);
		if (problem == PROBLEM_NONE)
			problem =
			    former_list(db, listing->arena, devices[i].id, &joined, &joined_count);
		if (problem != PROBLEM_NONE)
			break;
		if (import == NULL)
			json_append(devices_json,
			    render_device_history(&devices[i], joined, joined_count, &history));
		else
			json_append(
			    imports_json, render_import_history(&devices[i], import, &history));
	}
	return problem;
}

static enum problem fill_export(struct db *db, const struct caller *caller, void *argument)
{
	enum problem problem = fill_account(db, argument, caller->account);

	if (problem == PROBLEM_NONE)
		problem = fill_boards(db, argument, caller->account);
	if (problem == PROBLEM_NONE)
		problem = fill_shares(db, argument, caller->account);
	return problem == PROBLEM_NONE ? fill_histories(db, argument, caller->account) : problem;
}

static enum problem write_export(const struct request *request, struct reply *reply)
{
	struct listing listing = {arena_new(), json_new_object()};
	enum problem problem = family_read(request, fill_export, &listing);

	if (problem == PROBLEM_NONE)
		problem = reply_json_written(reply, 200, listing.json);
	else
		json_object_put(listing.json);
	arena_free(listing.arena);
	return problem;
}

static enum problem measure_export(struct db *db, const struct caller *caller, void *size)
{
	return history_size(db, caller->account, size);
}

/*
 * An account may have so many days that they make a tree of dozens of megabytes, and anybody may have such
 * an account. So one of the large ones is exported at a time; what waits for its client is the text alone,
 * and what was taken for it goes back to the system.
 */
static enum problem write_large_export(const struct request *request, struct reply *reply)
{
	struct gate *exports = &family_service(request)->large_exports;
	enum problem problem;

	if (!gate_enter(exports))
		return PROBLEM_UNAVAILABLE;
	problem = write_export(request, reply);
	malloc_trim(0);
	gate_leave(exports);
	return problem;
}

enum problem listing_export(const struct request *request, struct reply *reply)
{
	int64_t size = 0;
	enum problem problem = family_read(request, measure_export, &size);

	if (problem != PROBLEM_NONE)
		return problem;
	return (size > LARGE_SIZE ? write_large_export : write_export)(request, reply);
}
