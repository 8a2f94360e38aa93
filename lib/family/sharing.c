#include "family/sharing.h"

#include <string.h>

#include "core/secret.h"
#include "family/render.h"
#include "family/wording.h"
#include "game/share.h"
#include "page/badge.h"
#include "page/sheet.h"

static const char badge_label[] = "breath master";
static const char badge_color[] = "#17685b", badge_nothing[] = "#767676";

/* What stood in a path as an identifier. False: it is none. */
static bool read_uid(const struct request *request, uint8_t uid[SHARE_UID_B])
{
	return hex_parse(request->args[0], strlen(request->args[0]), uid, SHARE_UID_B);
}

/* ----- one's own ----- */

static const struct field body_fields[] = {
    {FIELD("what", FIELD_CHOICE, struct sharing_body, what), .choices = share_names},
};
const struct shape sharing_body = SHAPE(struct sharing_body, body_fields);

struct add_job {
	enum share_what what;
	int64_t max;
	struct share share;
	struct shown shown;
};

static enum problem add(struct db *db, const struct caller *caller, void *argument)
{
	struct add_job *job = argument;
	struct sharer sharer;
	enum problem problem = share_add(db, caller->account, job->what, job->max, &job->share);

	if (problem == PROBLEM_NONE)
		problem = share_load_sharer(db, caller->account, &sharer);
	return problem == PROBLEM_NONE ? share_show(db, &sharer, &job->share, &job->shown)
				       : problem;
}

static struct json_object *render(
    struct arena *arena, const struct share *share, const struct shown *shown)
{
	struct json_object *json = render_share(share);
	char id[SHARE_UID_TEXT_B];

	hex_format(share->uid, sizeof(share->uid), id);
	json_add_text(json, "url", arena_printf(arena, "/s/%s", id));
	json_add_text(json, "badge", arena_printf(arena, "/badge/%s.svg", id));
	json_add_text(json, "card", arena_printf(arena, "/card/%s.png", id));
	json_add_text(json, "shows", wording_of(arena, shown).whole);
	json_add_integer(json, "value", shown->figure);
	json_add_boolean(json, "in_bands", shown->veiled);
	return json;
}

enum problem sharing_add(const struct request *request, struct reply *reply)
{
	const struct sharing_body *body = request->body;
	struct add_job job = {
	    .what = (enum share_what)body->what,
	    .max = family_service(request)->settings.shares_per_account,
	};
	enum problem problem = family_write(request, add, &job);

	if (problem == PROBLEM_QUOTA)
		return reply_blame(
		    reply, problem, NULL, "Withdraw one of the account's shares first.");
	return problem == PROBLEM_NONE
	    ? reply_json(reply, 201, render(request->arena, &job.share, &job.shown))
	    : problem;
}

struct list_job {
	struct arena *arena;
	struct json_object *list;
};

static enum problem list(struct db *db, const struct caller *caller, void *argument)
{
	struct list_job *job = argument;
	struct sharer sharer;
	struct share *shares;
	size_t count;
	enum problem problem = share_list(db, job->arena, caller->account, &shares, &count);

	if (problem == PROBLEM_NONE)
		problem = share_load_sharer(db, caller->account, &sharer);
	for (size_t i = 0; problem == PROBLEM_NONE && i < count; i++) {
		struct shown shown;

		problem = share_show(db, &sharer, &shares[i], &shown);
		if (problem == PROBLEM_NONE)
			json_append(job->list, render(job->arena, &shares[i], &shown));
	}
	return problem;
}

enum problem sharing_list(const struct request *request, struct reply *reply)
{
	struct json_object *json = json_new_object();
	struct list_job job = {request->arena, json_new_array()};
	enum problem problem;

	json_add(json, "shares", job.list);
	problem = family_read(request, list, &job);
	if (problem == PROBLEM_NONE)
		return reply_json(reply, 200, json);
	json_object_put(json);
	return problem;
}

static enum problem withdraw(struct db *db, const struct caller *caller, void *argument)
{
	return share_remove(db, caller->account, argument);
}

enum problem sharing_remove(const struct request *request, struct reply *reply)
{
	uint8_t uid[SHARE_UID_B];
	enum problem problem =
	    read_uid(request, uid) ? family_write(request, withdraw, uid) : PROBLEM_UNKNOWN_SHARE;

	return problem == PROBLEM_NONE ? reply_empty(reply) : problem;
}

/* ----- what everybody sees ----- */

struct find_job {
	struct arena *arena;
	uint8_t uid[SHARE_UID_B];
	struct shown shown;
};

static enum problem find(struct db *db, const struct caller *caller, void *argument)
{
	struct find_job *job = argument;

	(void)caller;
	return share_find(db, job->uid, &job->shown);
}

/* Puts the share of a path into words. PROBLEM_UNKNOWN_SHARE: there is none. */
static enum problem word_share(
    const struct request *request, struct find_job *job, struct wording *wording)
{
	enum problem problem;

	job->arena = request->arena;
	if (!read_uid(request, job->uid))
		return PROBLEM_UNKNOWN_SHARE;
	problem = family_read(request, find, job);
	if (problem == PROBLEM_NONE)
		*wording = wording_of(request->arena, &job->shown);
	return problem;
}

enum problem sharing_page(const struct request *request, struct reply *reply)
{
	static const char type[] = "text/html; charset=utf-8";
	struct arena *arena = request->arena;
	char id[SHARE_UID_TEXT_B];
	struct find_job job;
	struct wording wording;
	enum problem problem = word_share(request, &job, &wording);
	struct sheet sheet = {
	    .title = "Nothing is shared here", .text = "Or no longer. Breathe out."};

	if (problem == PROBLEM_UNKNOWN_SHARE)
		return reply_text(reply, 404, type, sheet_write(arena, &sheet));
	if (problem != PROBLEM_NONE)
		return problem;
	hex_format(job.uid, sizeof(job.uid), id);
	sheet = (struct sheet){
	    .site = family_service(request)->settings.public_url,
	    .address = arena_printf(arena, "/s/%s", id),
	    .title = arena_printf(arena, "%s %s", wording.large, wording.small),
	    .text = "Somebody who breathes with Breath Master while programming shares this, and"
		    " nothing else.",
	    .picture = arena_printf(arena, "/card/%s.png", id),
	    .picture_light = arena_printf(arena, "/card/%s.png?theme=light", id),
	    .picture_dark = arena_printf(arena, "/card/%s.png?theme=dark", id),
	    .width = CARD_WIDTH,
	    .height = CARD_HEIGHT,
	};
	return reply_text(reply, 200, type, sheet_write(arena, &sheet));
}

enum problem sharing_badge(const struct request *request, struct reply *reply)
{
	struct find_job job;
	struct wording wording;
	struct badge badge = {badge_label, "not shared", badge_nothing};
	enum problem problem = word_share(request, &job, &wording);

	if (problem != PROBLEM_NONE && problem != PROBLEM_UNKNOWN_SHARE)
		return problem;
	if (problem == PROBLEM_NONE)
		badge = (struct badge){badge_label, wording.whole, badge_color};
	return reply_text(
	    reply, 200, "image/svg+xml; charset=utf-8", badge_draw(request->arena, &badge));
}

static const struct field query_fields[] = {
    {FIELD("theme", FIELD_CHOICE, struct sharing_query, theme), .flags = FIELD_OPTIONAL,
	.choices = card_themes},
};
const struct shape sharing_query = SHAPE(struct sharing_query, query_fields);

enum problem sharing_card(const struct request *request, struct reply *reply)
{
	const struct sharing_query *query = request->query;
	struct find_job job;
	struct wording wording;
	enum problem problem = word_share(request, &job, &wording);
	const void *png;
	size_t length;

	if (problem != PROBLEM_NONE)
		return problem;
	problem = card_draw(request->arena,
	    &(struct card){
		.name = "Breath Master",
		.large = wording.large,
		.small = wording.small,
		.theme = query->theme < 0 ? CARD_LIGHT : (enum card_theme)query->theme,
	    },
	    &png, &length);
	return problem == PROBLEM_NONE ? reply_bytes(reply, 200, "image/png", png, length)
				       : problem;
}
