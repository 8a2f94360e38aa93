#include "family/render.h"

#include "game/board.h"

void render_uuid(struct json_object *json, const char *name, const uint8_t uid[UUID_B])
{
	char text[UUID_TEXT_B];

	json_add_text(json, name, uuid_format(uid, text));
}

void render_add_totals(struct json_object *json, const struct totals *totals)
{
	json_add_integer(json, "xp", totals->xp);
	json_add_integer(json, "minutes", totals->minutes);
	json_add_integer(json, "sessions", totals->sessions);
	json_add_integer(json, "cycles", totals->cycles);
}

struct json_object *render_totals(const struct totals *totals)
{
	struct json_object *json = json_new_object();

	render_add_totals(json, totals);
	return json;
}

struct json_object *render_level(int64_t xp)
{
	struct level level = level_of(xp);
	struct json_object *json = json_new_object();

	json_add_integer(json, "level", level.number);
	json_add_text(json, "title", level.title);
	json_add_integer(json, "xp_from", level.xp_from);
	if (level.xp_next < 0)
		json_add(json, "xp_next", NULL);
	else
		json_add_integer(json, "xp_next", level.xp_next);
	return json;
}

struct json_object *render_streak(const struct state *state)
{
	struct json_object *json = json_new_object();

	json_add_integer(json, "current", state->current_streak);
	json_add_integer(json, "longest", state->account.streak.longest);
	json_add_day(json, "last_day", state->account.streak.run_last);
	json_add_boolean(json, "active_today", state->active_today);
	return json;
}

struct json_object *render_state(const struct state *state)
{
	struct json_object *json = json_new_object();

	render_uuid(json, "account_id", state->account.uid);
	json_add_text(json, "handle", state->account.handle);
	render_add_totals(json, &state->account.totals);
	json_add(json, "level", render_level(state->account.totals.xp));
	json_add(json, "streak", render_streak(state));
	json_add_integer(json, "devices", state->devices);
	json_add_text(json, "epoch", state->epoch);
	json_add_day(json, "server_day", state->server_day);
	return json;
}

struct json_object *render_member(const struct member *member)
{
	struct json_object *json = json_new_object();

	json_add_boolean(json, "visible", member->visible);
	json_add_day(json, "from_day", member->from_day);
	json_add_text(json, "withheld", withheld_names[member->withheld]);
	return json;
}

struct json_object *render_standings(const struct score *rows, size_t count)
{
	struct json_object *list = json_new_array();

	for (size_t i = 0; i < count; i++) {
		const struct board *board = &boards[rows[i].board];
		struct json_object *json = json_new_object();
		char id[PERIOD_TEXT_B];

		json_add_text(json, "metric", metric_names[board->metric]);
		json_add_text(json, "period", period_names[board->kind]);
		json_add_text(json, "period_id", period_format(board->kind, rows[i].period, id));
		json_add_integer(json, "value", rows[i].value);
		json_append(list, json);
	}
	return list;
}

struct json_object *render_share(const struct share *share)
{
	struct json_object *json = json_new_object();
	char id[SHARE_UID_TEXT_B];

	json_add_text(json, "id", hex_format(share->uid, sizeof(share->uid), id));
	json_add_text(json, "what", share_names[share->what]);
	json_add_day(json, "created_day", share->created_day);
	return json;
}

/* What the list of devices and the export tell of a client alike. */
static struct json_object *begin_device(const struct device *device)
{
	struct json_object *json = json_new_object();

	render_uuid(json, "device_id", device->uid);
	json_add_text(json, "kind", device_kinds[device->kind - 1]);
	json_add_day(json, "created_day", device->created_day);
	json_add_day(json, "last_day", device->last_day);
	return json;
}

struct json_object *render_device(const struct device *device, int64_t caller_device)
{
	struct json_object *json = begin_device(device);

	json_add_boolean(json, "this", device->id == caller_device);
	return json;
}

static struct json_object *begin_import(const struct import *import)
{
	struct json_object *json = json_new_object();
	char source[SOURCE_TEXT_B];

	json_add_text(json, "source", hex_format(import->source, SOURCE_B, source));
	return json;
}

struct json_object *render_import(const struct import *import, const struct extent *extent)
{
	struct json_object *json = begin_import(import);

	json_add_integer(json, "xp", extent->totals.xp);
	json_add_day(json, "first_day", extent->first_day);
	json_add_day(json, "last_day", extent->last_day);
	return json;
}

static struct json_object *render_texts(const char *const *texts, size_t count)
{
	struct json_object *list = json_new_array();

	for (size_t i = 0; i < count; i++)
		json_append(list, json_new_text(texts[i]));
	return list;
}

struct json_object *render_account(const struct account *account, const char *const *former,
    size_t former_count, int32_t rated_year)
{
	struct json_object *json = json_new_object();

	render_uuid(json, "account_id", account->uid);
	json_add(json, "former_ids", render_texts(former, former_count));
	json_add_text(json, "handle", account->handle);
	json_add_day(json, "created_day", account->created_day);
	json_add_day(json, "used_day", account->used_day);
	json_add_day(json, "recovery_code_day", account->recovery_day);
	if (rated_year == RATING_NEVER)
		json_add(json, "rated_year", NULL);
	else
		json_add_integer(json, "rated_year", rated_year);
	return json;
}

struct json_object *render_day_bits(int32_t month, int64_t days)
{
	struct json_object *list = json_new_array();

	for (int k = 0; k < 31; k++) {
		char text[DAY_TEXT_B];

		if (days >> k & 1)
			json_append(
			    list, json_new_text(day_format(month_first_day(month) + k, text)));
	}
	return list;
}

struct json_object *render_whole_device(
    const struct device *device, const char *const *joined, size_t joined_count)
{
	struct json_object *json = begin_device(device);

	json_add_boolean(json, "revoked", device->revoked);
	json_add_day(json, "revoked_day", device->revoked_day);
	json_add(json, "joined_ids", render_texts(joined, joined_count));
	json_add_day(json, "horizon_day", device->horizon_day);
	return json;
}

static struct json_object *render_claim(const struct claim *claim)
{
	struct json_object *json;

	if (claim->last_day == DAY_NONE)
		return NULL;
	json = json_new_object();
	json_add_integer(json, "days", claim->days);
	json_add_day(json, "last_day", claim->last_day);
	json_add_integer(json, "longest", claim->longest);
	return json;
}

struct json_object *render_whole_import(const struct device *device, const struct import *import)
{
	struct json_object *json = begin_import(import);

	json_add_day(json, "created_day", device->created_day);
	json_add(json, "rest", render_totals(&import->rest));
	json_add(json, "streak", render_claim(&import->claim));
	json_add_day(json, "horizon_day", device->horizon_day);
	return json;
}
