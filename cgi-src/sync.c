/*
 * sync.fcgi: progress follows a person over devices.
 *
 * The file reads from the bottom: the table of routes says what there is, what each route takes and
 * what it is for; the shapes above it say what a body may hold; a handler above them says what the
 * route does. Everything that can be refused by a table was refused before a handler runs.
 *
 * What an attacker would try, and where it ends:
 * - to write with a token that was just revoked: who asks is found again inside the
 *   transaction (family_write);
 * - to get in by guessing, or to take an account in: see family/joining.h.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "family/export.h"
#include "family/family.h"
#include "family/health.h"
#include "family/joining.h"
#include "family/listing.h"
#include "family/render.h"
#include "game/push.h"

enum { IMPORT_DAYS_MAX = 4000, TOTAL_MAX = 1000000000 };

/* ----- what bodies become ----- */

struct push_body {
	day_t today;
	const uint8_t *push;
	const uint8_t *after;
	struct list days; /* struct day_totals */
};

struct claim_body {
	int64_t days;
	day_t last_day;
	int64_t longest;
};

struct import_body {
	day_t today;
	struct list days; /* struct day_totals */
	const struct totals *rest;
	const struct claim_body *streak;
};

struct today_query {
	day_t today;
};

/* ----- what several handlers say ----- */

static const struct settings *settings_of(const struct request *request)
{
	return &family_service(request)->settings;
}

/* A fresh secret, alone in its object. */
static enum problem reply_secret(struct reply *reply, const char *name, const char *secret)
{
	struct json_object *json = json_new_object();

	json_add_text(json, name, secret);
	return reply_json(reply, 200, json);
}

/* ----- accounts ----- */

static enum problem erase_account_job(struct db *db, const struct caller *caller, void *argument)
{
	(void)argument;
	return account_erase(db, caller->account);
}

static enum problem erase_account(const struct request *request, struct reply *reply)
{
	enum problem problem = family_write(request, erase_account_job, NULL);

	return problem == PROBLEM_NONE ? reply_empty(reply) : problem;
}

static enum problem renew_recovery_job(struct db *db, const struct caller *caller, void *argument)
{
	return account_renew_recovery(db, caller->account, argument);
}

static enum problem renew_recovery(const struct request *request, struct reply *reply)
{
	char code[RECOVERY_TEXT_B];
	enum problem problem = family_write(request, renew_recovery_job, code);

	return problem == PROBLEM_NONE ? reply_secret(reply, "recovery_code", code) : problem;
}

static enum problem renew_token_job(struct db *db, const struct caller *caller, void *argument)
{
	return device_new_token(db, caller->device, argument);
}

static enum problem renew_token(const struct request *request, struct reply *reply)
{
	char token[TOKEN_TEXT_B];
	enum problem problem = family_write(request, renew_token_job, token);

	return problem == PROBLEM_NONE ? reply_secret(reply, "token", token) : problem;
}

/* ----- state, push, imports ----- */

struct state_job {
	day_t today;
	struct state state;
};

static enum problem show_state_job(struct db *db, const struct caller *caller, void *argument)
{
	struct state_job *job = argument;
	struct account account;
	enum problem problem = account_load(db, caller->account, &account);

	return problem == PROBLEM_NONE ? state_of(db, &account, job->today, &job->state) : problem;
}

static enum problem show_state(const struct request *request, struct reply *reply)
{
	const struct today_query *query = request->query;
	struct state_job job = {.today = query->today};
	enum problem problem = family_read(request, show_state_job, &job);

	if (problem != PROBLEM_NONE)
		return problem;
	return reply_json(reply, 200, render_state(&job.state));
}

static int compare_days(const void *a, const void *b)
{
	const struct day_totals *first = a, *second = b;

	return (first->day > second->day) - (first->day < second->day);
}

/*
 * Takes a list that names each day at most once, and sorts it: days of one month lie together in the store, and
 * it is walked here rather than by the writer.
 */
static enum problem take_days(
    const struct request *request, struct reply *reply, const struct list *list)
{
	struct day_totals *days = list->items;
	struct dayset seen = {0};

	for (size_t i = 0; i < list->count; i++) {
		if (dayset_has(&seen, days[i].day))
			return reply_blame(reply, PROBLEM_DAY_TWICE,
			    arena_printf(request->arena, "/days/%zu/day", i),
			    "A day may be named once in a request.");
		dayset_add(&seen, days[i].day);
	}
	if (list->count > 1)
		qsort(days, list->count, sizeof(*days), compare_days);
	return PROBLEM_NONE;
}

/* Says what to do about days that are refused. */
static enum problem blame_days(struct reply *reply, enum problem problem)
{
	if (problem == PROBLEM_TOO_MANY_DAYS)
		return reply_blame(reply, problem, "/days",
		    "Remove an import, or wait: days older than 430 days become months, which are fewer."
		    " Nothing of this request is stored.");
	return problem;
}

struct push_job {
	struct push push;
	day_t today;
	bool received;
	char epoch[EPOCH_TEXT_B];
	struct state state;
};

static enum problem push_days_job(struct db *db, const struct caller *caller, void *argument)
{
	struct push_job *job = argument;
	struct account account;
	enum problem problem = epoch_load(db, job->epoch);

	if (problem == PROBLEM_NONE)
		problem = push_take(db, caller, &job->push, &account, &job->received);
	return problem == PROBLEM_NONE ? state_of(db, &account, job->today, &job->state) : problem;
}

static enum problem push_days(const struct request *request, struct reply *reply)
{
	const struct push_body *body = request->body;
	struct push_job job = {
	    .push = {body->push, body->after, body->days.items, body->days.count,
		settings_of(request)->days_per_account},
	    .today = body->today,
	};
	enum problem problem = take_days(request, reply, &body->days);

	if (problem == PROBLEM_NONE)
		problem = family_write(request, push_days_job, &job);
	if (problem == PROBLEM_DEVICE_FORKED) {
		reply->extra = json_new_object();
		json_add_boolean(reply->extra, "received", job.received);
		json_add_text(reply->extra, "epoch", job.epoch);
	}
	if (problem != PROBLEM_NONE)
		return blame_days(reply, problem);
	return reply_json(reply, 200, render_state(&job.state));
}

struct import_job {
	struct import_growth growth;
	day_t today;
	struct state state;
};

/* A source is a segment of the path; another form names no import. */
static enum problem read_source(const struct request *request, uint8_t source[SOURCE_B])
{
	const char *text = request->args[0];

	return hex_parse(text, strlen(text), source, SOURCE_B) ? PROBLEM_NONE
							       : PROBLEM_UNKNOWN_IMPORT;
}

static enum problem grow_import_job(struct db *db, const struct caller *caller, void *argument)
{
	struct import_job *job = argument;
	struct account account;
	enum problem problem = account_load(db, caller->account, &account);

	if (problem == PROBLEM_NONE)
		problem = import_grow(db, &account, &job->growth);
	return problem == PROBLEM_NONE ? state_of(db, &account, job->today, &job->state) : problem;
}

static enum problem grow_import(const struct request *request, struct reply *reply)
{
	const struct import_body *body = request->body;
	struct claim claim;
	struct import_job job = {
	    .growth = {.days = body->days.items,
		.day_count = body->days.count,
		.rest = body->rest,
		.max_imports = settings_of(request)->imports_per_account,
		.max_rows = settings_of(request)->days_per_account},
	    .today = body->today,
	};
	enum problem problem = read_source(request, job.growth.source);

	if (problem == PROBLEM_NONE)
		problem = take_days(request, reply, &body->days);
	if (problem != PROBLEM_NONE)
		return problem;
	if (body->streak != NULL) {
		claim = (struct claim){(int32_t)body->streak->days, body->streak->last_day,
		    (int32_t)body->streak->longest};
		job.growth.claim = &claim;
	}
	problem = family_write(request, grow_import_job, &job);
	if (problem != PROBLEM_NONE)
		return blame_days(reply, problem);
	return reply_json(reply, 200, render_state(&job.state));
}

static enum problem remove_import_job(struct db *db, const struct caller *caller, void *argument)
{
	struct account account;
	enum problem problem = account_load(db, caller->account, &account);

	return problem == PROBLEM_NONE ? import_remove(db, &account, argument) : problem;
}

static enum problem remove_import(const struct request *request, struct reply *reply)
{
	uint8_t source[SOURCE_B];
	enum problem problem = read_source(request, source);

	if (problem == PROBLEM_NONE)
		problem = family_write(request, remove_import_job, source);
	return problem == PROBLEM_NONE ? reply_empty(reply) : problem;
}

/* ----- devices ----- */

static enum problem revoke_device_job(struct db *db, const struct caller *caller, void *argument)
{
	return device_revoke(db, caller->account, argument);
}

static enum problem revoke_device(const struct request *request, struct reply *reply)
{
	const char *text = request->args[0];
	uint8_t uid[UUID_B];
	enum problem problem;

	if (!uuid_parse(text, strlen(text), uid))
		return PROBLEM_UNKNOWN_DEVICE;
	problem = family_write(request, revoke_device_job, uid);
	return problem == PROBLEM_NONE ? reply_empty(reply) : problem;
}

/* ----- shapes ----- */

/* clang-format off */

static const struct field today_query_fields[] = {
	{ FIELD("today", FIELD_TODAY, struct today_query, today), .flags = FIELD_OPTIONAL },
};
static const struct shape today_query = SHAPE(struct today_query, today_query_fields);

static const struct field day_fields[] = {
	{ FIELD("day", FIELD_DAY, struct day_totals, day) },
	{ FIELD("xp", FIELD_INTEGER, struct day_totals, totals.xp),       .max = DAY_XP_MAX },
	{ FIELD("minutes", FIELD_INTEGER, struct day_totals, totals.minutes),  .max = DAY_MINUTES_MAX },
	{ FIELD("sessions", FIELD_INTEGER, struct day_totals, totals.sessions), .max = DAY_SESSIONS_MAX },
	{ FIELD("cycles", FIELD_INTEGER, struct day_totals, totals.cycles),   .max = DAY_CYCLES_MAX },
};
static const struct shape day = SHAPE(struct day_totals, day_fields);

static const struct field push_fields[] = {
	{ FIELD("today", FIELD_TODAY, struct push_body, today) },
	{ FIELD("push", FIELD_HEX, struct push_body, push), .max = PUSH_ID_B },
	{ FIELD("after", FIELD_HEX, struct push_body, after), .flags = FIELD_NULLABLE, .max = PUSH_ID_B },
	{ FIELD("days", FIELD_LIST, struct push_body, days), .max = PUSH_DAYS_MAX, .shape = &day },
};
static const struct shape push = SHAPE(struct push_body, push_fields);

static const struct field rest_fields[] = {
	{ FIELD("xp", FIELD_INTEGER, struct totals, xp),       .max = TOTAL_MAX },
	{ FIELD("minutes", FIELD_INTEGER, struct totals, minutes),  .max = TOTAL_MAX },
	{ FIELD("sessions", FIELD_INTEGER, struct totals, sessions), .max = TOTAL_MAX },
	{ FIELD("cycles", FIELD_INTEGER, struct totals, cycles),   .max = TOTAL_MAX },
};
static const struct shape rest = SHAPE(struct totals, rest_fields);

static const struct field claim_fields[] = {
	{ FIELD("days", FIELD_INTEGER, struct claim_body, days), .min = 1, .max = CLAIM_DAYS_MAX },
	{ FIELD("last_day", FIELD_DAY, struct claim_body, last_day) },
	{ FIELD("longest", FIELD_INTEGER, struct claim_body, longest), .min = 1, .max = CLAIM_DAYS_MAX },
};
static const struct shape claim = SHAPE(struct claim_body, claim_fields);

static const struct field import_fields[] = {
	{ FIELD("today", FIELD_TODAY, struct import_body, today) },
	{ FIELD("days", FIELD_LIST, struct import_body, days), .max = IMPORT_DAYS_MAX, .shape = &day },
	{ FIELD("rest", FIELD_OBJECT, struct import_body, rest), .flags = FIELD_OPTIONAL, .shape = &rest },
	{ FIELD("streak", FIELD_OBJECT, struct import_body, streak), .flags = FIELD_OPTIONAL, .shape = &claim },
};
static const struct shape import = SHAPE(struct import_body, import_fields);

/* ----- routes ----- */

enum { SMALL_B = 1024, PUSH_B = 64 * 1024, IMPORT_B = 640 * 1024 };

static const struct route routes[] = {
	/* method        path                    needs          body_max_b query         body               handler               summary */
	{ METHOD_GET,    "/",                    NEEDS_TOKEN,   0,         &today_query, NULL,              show_state,           "The merged state" },
	{ METHOD_POST,   "/",                    NEEDS_TOKEN,   PUSH_B,    NULL,         &push,             push_days,            "Push the days that a device counted" },
	{ METHOD_POST,   "/accounts",            NEEDS_NOTHING, SMALL_B,   NULL,         &joining_device,   joining_open_account, "Open an account with its first device" },
	{ METHOD_DELETE, "/account",             NEEDS_TOKEN,   0,         NULL,         NULL,              erase_account,        "Erase the account and everything about it" },
	{ METHOD_GET,    "/export",              NEEDS_TOKEN,   0,         NULL,         NULL,              export_account,       "Everything stored about the account" },
	{ METHOD_GET,    "/imports",             NEEDS_TOKEN,   0,         NULL,         NULL,              listing_imports,      "The imports of the account" },
	{ METHOD_PUT,    "/imports/{source}",    NEEDS_TOKEN,   IMPORT_B,  NULL,         &import,           grow_import,          "Grow an import" },
	{ METHOD_DELETE, "/imports/{source}",    NEEDS_TOKEN,   0,         NULL,         NULL,              remove_import,        "Remove an import as a whole" },
	{ METHOD_GET,    "/devices",             NEEDS_TOKEN,   0,         NULL,         NULL,              listing_devices,      "The devices of the account" },
	{ METHOD_POST,   "/devices",             NEEDS_TOKEN,   SMALL_B,   NULL,         &joining_device,   joining_add_device,   "One more device for the holder of a token" },
	{ METHOD_DELETE, "/devices/{device_id}", NEEDS_TOKEN,   0,         NULL,         NULL,              revoke_device,        "Revoke a device; its totals stay" },
	{ METHOD_POST,   "/token",               NEEDS_TOKEN,   0,         NULL,         NULL,              renew_token,          "A new token for this device" },
	{ METHOD_POST,   "/recovery-code",       NEEDS_TOKEN,   0,         NULL,         NULL,              renew_recovery,       "A new recovery code; the old one stops" },
	{ METHOD_POST,   "/recover",             MAY_TOKEN,     SMALL_B,   NULL,         &joining_recovery, joining_recover,      "Join, or merge, with a recovery code" },
	{ METHOD_POST,   "/pairings",            NEEDS_TOKEN,   0,         NULL,         NULL,              joining_open_pairing, "A code for one more device, good for ten minutes" },
	{ METHOD_POST,   "/pairings/redeem",     MAY_TOKEN,     SMALL_B,   NULL,         &joining_pairing,  joining_redeem,       "Join, or merge, with a pairing code" },
	HEALTH_ROUTE,
};

/* clang-format on */

int main(int argc, char **argv)
{
	static const struct family_plan plan = {
	    .name = "sync",
	    .prefix = "/api/v1/sync",
	    .threads = 32,
	    .routes = routes,
	    .route_count = sizeof(routes) / sizeof(routes[0]),
	};

	return family_main(argc, argv, &plan);
}
