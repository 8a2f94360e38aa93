#include "family/joining.h"

#include "core/clock.h"
#include "family/render.h"
#include "game/join.h"
#include "game/pairing.h"
#include "game/retry.h"
#include "game/tally.h"

enum { CODE_TEXT_MAX_B = 64 };

static enum device_kind kind_of(const struct joining_kind *device)
{
	return (enum device_kind)(device->kind + 1);
}

static const struct settings *settings_of(const struct request *request)
{
	return &family_service(request)->settings;
}

/* What a new bearer is told, whatever the way in. */
static struct json_object *render_joined(
    const struct account *account, const struct device_made *device)
{
	struct json_object *json = json_new_object();

	render_uuid(json, "account_id", account->uid);
	json_add_text(json, "device_id", device->uid);
	json_add_text(json, "token", device->token);
	json_add_text(json, "handle", account->handle);
	return json;
}

/* ----- accounts ----- */

struct open_job {
	const struct settings *settings;
	int slot;
	struct retry retry;
	struct account account;
	struct device_made device;
	char recovery_code[RECOVERY_TEXT_B];
};

/* The account that the same request has opened, with a fresh token and a fresh code. */
static enum problem open_again(struct db *db, int64_t id, struct open_job *job)
{
	struct device device;
	enum problem problem = device_load(db, id, &device);

	if (problem == PROBLEM_NONE)
		problem = device_tell_again(db, id, &job->device);
	if (problem == PROBLEM_NONE)
		problem = account_renew_recovery(db, device.account, job->recovery_code);
	return problem == PROBLEM_NONE ? account_load(db, device.account, &job->account) : problem;
}

static enum problem open_new(struct db *db, struct open_job *job)
{
	const struct settings *settings = job->settings;
	enum problem problem = account_open(
	    db, settings->accounts_per_day, job->slot, &job->account, job->recovery_code);

	if (problem == PROBLEM_NONE)
		problem = device_add(db, job->account.id, job->retry.kind,
		    settings->devices_per_account, &job->device);
	if (problem == PROBLEM_NONE && job->retry.kind == DEVICE_WEB)
		problem = tally_count(db, TALLY_WEB_ACCOUNTS);
	return problem == PROBLEM_NONE ? retry_keep(db, &job->retry, job->account.id,
					     job->device.id, clock_now_s() + RETRY_TTL_S)
				       : problem;
}

static enum problem open_account_job(struct db *db, const struct caller *caller, void *argument)
{
	struct open_job *job = argument;
	int64_t device;
	enum problem problem = retry_find(db, &job->retry, &device);

	(void)caller;
	if (problem != PROBLEM_NONE)
		return problem;
	return device != 0 ? open_again(db, device, job) : open_new(db, job);
}

enum problem joining_open_account(const struct request *request, struct reply *reply)
{
	const struct joining_device_body *body = request->body;
	struct open_job job = {
	    .settings = settings_of(request),
	    .slot = request->slot,
	    .retry = {.request = body->request, .route = "accounts", .kind = kind_of(body->device)},
	};
	enum problem problem = family_write(request, open_account_job, &job);
	struct json_object *json;

	if (problem == PROBLEM_ACCOUNTS_EXHAUSTED || problem == PROBLEM_NETWORK_EXHAUSTED)
		reply->retry_after_s = clock_until_tomorrow_s();
	if (problem != PROBLEM_NONE)
		return problem;
	json = render_joined(&job.account, &job.device);
	json_add_text(json, "recovery_code", job.recovery_code);
	return reply_json(reply, 201, json);
}

/* ----- devices ----- */

struct device_job {
	const struct settings *settings;
	struct retry retry;
	struct device_made made;
};

static enum problem add_device_job(struct db *db, const struct caller *caller, void *argument)
{
	struct device_job *job = argument;
	int64_t device;
	enum problem problem;

	job->retry.caller = caller;
	problem = retry_find(db, &job->retry, &device);
	if (problem == PROBLEM_NONE && device != 0)
		return device_tell_again(db, device, &job->made);
	if (problem == PROBLEM_NONE)
		problem = device_add(db, caller->account, job->retry.kind,
		    job->settings->devices_per_account, &job->made);
	return problem == PROBLEM_NONE ? retry_keep(db, &job->retry, caller->account, job->made.id,
					     clock_now_s() + RETRY_TTL_S)
				       : problem;
}

enum problem joining_add_device(const struct request *request, struct reply *reply)
{
	const struct joining_device_body *body = request->body;
	struct device_job job = {
	    .settings = settings_of(request),
	    .retry = {.request = body->request, .route = "devices", .kind = kind_of(body->device)},
	};
	enum problem problem = family_write(request, add_device_job, &job);
	struct json_object *json;

	if (problem != PROBLEM_NONE)
		return problem;
	json = json_new_object();
	json_add_text(json, "device_id", job.made.uid);
	json_add_text(json, "token", job.made.token);
	return reply_json(reply, 201, json);
}

/* ----- codes ----- */

static enum problem open_pairing_job(struct db *db, const struct caller *caller, void *argument)
{
	return pairing_open(db, caller->account, argument);
}

enum problem joining_open_pairing(const struct request *request, struct reply *reply)
{
	char code[PAIRING_TEXT_B];
	enum problem problem = family_write(request, open_pairing_job, code);
	struct json_object *json;

	if (problem != PROBLEM_NONE)
		return problem;
	json = json_new_object();
	json_add_text(json, "code", code);
	json_add_integer(json, "expires_in_s", PAIRING_TTL_S);
	/* In the fragment, which no browser sends and so no log holds. */
	json_add_text(json, "url", arena_printf(request->arena, "/#pair=%s", code));
	return reply_json(reply, 201, json);
}

struct join_job {
	struct join join;
	struct state state; /* of whoever has joined with a token */
};

static enum problem join_job(struct db *db, const struct caller *caller, void *argument)
{
	struct join_job *job = argument;
	enum problem problem = join_account(db, caller, &job->join);

	return problem == PROBLEM_NONE && caller != NULL
	    ? state_of(db, &job->join.account, DAY_NONE, &job->state)
	    : problem;
}

static enum problem reply_merge_needed(struct reply *reply, const struct join *join)
{
	reply->extra = json_new_object();
	json_add(reply->extra, "yours", render_totals(&join->own.totals));
	json_add(reply->extra, "theirs", render_totals(&join->account.totals));
	return PROBLEM_MERGE_NEEDED;
}

static enum problem reply_joined(struct reply *reply, const struct join *join)
{
	struct json_object *json = render_joined(&join->account, &join->device);

	if (join->has_revoked)
		render_uuid(json, "revoked_device_id", join->revoked_uid);
	return reply_json(reply, 201, json);
}

/* Tries a code that has its form. */
static enum problem try_code(
    const struct request *request, struct reply *reply, struct join_job *job)
{
	const struct joining_code_body *body = request->body;
	struct join *join = &job->join;
	enum problem problem;

	join->kind = kind_of(body->device);
	join->merge = body->merge;
	join->request = body->request;
	join->devices_max = settings_of(request)->devices_per_account;
	join->max_rows = settings_of(request)->days_per_account;
	problem = family_write(request, join_job, job);
	if (problem == PROBLEM_MERGE_NEEDED)
		return reply_merge_needed(reply, join);
	if (problem != PROBLEM_NONE)
		return problem;
	return request->caller == NULL ? reply_joined(reply, join)
				       : reply_json(reply, 200, render_state(&job->state));
}

enum problem joining_redeem(const struct request *request, struct reply *reply)
{
	const struct joining_code_body *body = request->body;
	struct guessing *guessing = &family_service(request)->guessing;
	const struct caller *caller = family_caller(request);
	int64_t account = caller == NULL ? 0 : caller->account;
	struct join_job job = {.join.by_pairing = true};
	enum problem problem;

	if (pairing_parse(body->code, job.join.code) != PROBLEM_NONE)
		return reply_blame(reply, PROBLEM_BAD_VALUE, "/code",
		    "It must be a pairing code: eight letters and digits, as in \"ABCD-EFGH\".");
	if (guessing_must_wait(guessing, request->slot, account, &reply->retry_after_s))
		return PROBLEM_TOO_MANY;
	problem = try_code(request, reply, &job);
	if (problem == PROBLEM_UNKNOWN_CODE)
		guessing_count(guessing, request->slot, account);
	return problem;
}

enum problem joining_recover(const struct request *request, struct reply *reply)
{
	const struct joining_code_body *body = request->body;
	struct join_job job = {.join.by_pairing = false};
	enum problem problem = recovery_parse(body->code, job.join.code);

	if (problem != PROBLEM_NONE)
		return reply_blame(reply, problem, "/recovery_code",
		    "It must be a recovery code: seven groups of four letters and digits.");
	return try_code(request, reply, &job);
}

/* ----- shapes ----- */

/* clang-format off */

static const struct field kind_fields[] = {
	{ FIELD("kind", FIELD_CHOICE, struct joining_kind, kind), .choices = device_kinds },
};
static const struct shape kind = SHAPE(struct joining_kind, kind_fields);

static const struct field device_fields[] = {
	{ FIELD("device", FIELD_OBJECT, struct joining_device_body, device), .shape = &kind },
	{ FIELD("request", FIELD_HEX, struct joining_device_body, request), .flags = FIELD_OPTIONAL, .max = REQUEST_B },
};
const struct shape joining_device = SHAPE(struct joining_device_body, device_fields);

static const struct field pairing_fields[] = {
	{ FIELD("code", FIELD_TEXT, struct joining_code_body, code), .max = CODE_TEXT_MAX_B, .pattern = PAIRING_PATTERN },
	{ FIELD("device", FIELD_OBJECT, struct joining_code_body, device), .shape = &kind },
	{ FIELD("merge", FIELD_BOOLEAN, struct joining_code_body, merge), .flags = FIELD_OPTIONAL },
	{ FIELD("request", FIELD_HEX, struct joining_code_body, request), .flags = FIELD_OPTIONAL, .max = REQUEST_B },
};
const struct shape joining_pairing = SHAPE(struct joining_code_body, pairing_fields);

static const struct field recovery_fields[] = {
	{ FIELD("recovery_code", FIELD_TEXT, struct joining_code_body, code), .max = CODE_TEXT_MAX_B, .pattern = RECOVERY_PATTERN },
	{ FIELD("device", FIELD_OBJECT, struct joining_code_body, device), .shape = &kind },
	{ FIELD("merge", FIELD_BOOLEAN, struct joining_code_body, merge), .flags = FIELD_OPTIONAL },
	{ FIELD("request", FIELD_HEX, struct joining_code_body, request), .flags = FIELD_OPTIONAL, .max = REQUEST_B },
};
const struct shape joining_recovery = SHAPE(struct joining_code_body, recovery_fields);

/* clang-format on */
