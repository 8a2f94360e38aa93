/*
 * stats.fcgi: what was practised, as figures, and whether the service is well.
 *
 * The file reads from the bottom, as sync.c does: the table of routes, the shapes of what they take,
 * the handlers.
 */
#include <sys/stat.h>

#include "core/clock.h"
#include "family/families.h"
#include "family/family.h"
#include "family/health.h"
#include "family/measures.h"
#include "family/prometheus.h"
#include "family/render_stats.h"
#include "family/sharing.h"
#include "game/account.h"
#include "game/closing.h"
#include "game/community.h"
#include "game/insight.h"
#include "game/period.h"
#include "game/practice.h"
#include "game/quota.h"
#include "game/rating.h"
#include "game/state.h"
#include "game/tally.h"

enum {
	WEEKS_SHOWN = 13,   /* of the community */
	DAYS_SHOWN = 366,   /* of a history by day that does not say from when */
	DAYS_MAX = 2 * 366, /* of a history by day */
};

/* ----- one's own practice ----- */

struct me_query {
	day_t today; /* DAY_NONE: the server's */
};

struct me_job {
	struct arena *arena;
	day_t today;
	struct state state;
	struct practice *practice;
};

static enum problem load_me(struct db *db, const struct caller *caller, void *argument)
{
	struct me_job *job = argument;
	struct account account;
	enum problem problem = account_load(db, caller->account, &account);

	if (problem == PROBLEM_NONE)
		problem = state_of(db, &account, job->today, &job->state);
	return problem == PROBLEM_NONE
	    ? practice_load(db, job->arena, caller->account, &job->practice)
	    : problem;
}

static enum problem show_insight(const struct request *request, struct reply *reply)
{
	const struct me_query *query = request->query;
	struct me_job job = {.arena = request->arena, .today = query->today};
	enum problem problem = family_read(request, load_me, &job);
	struct insight insight;

	if (problem != PROBLEM_NONE)
		return problem;
	insight = insight_of(
	    job.practice, &job.state, job.today == DAY_NONE ? job.state.server_day : job.today);
	return reply_json(reply, 200, render_insight(&job.state, job.practice, &insight));
}

struct history_query {
	day_t from; /* DAY_NONE: the first one, or DAYS_SHOWN ago by day */
	day_t to;   /* DAY_NONE: the last one that there is anywhere */
	int by;     /* index into series_names; -1: day */
};

struct history_job {
	struct arena *arena;
	struct practice *practice;
};

static enum problem load_history(struct db *db, const struct caller *caller, void *argument)
{
	struct history_job *job = argument;

	return practice_load(db, job->arena, caller->account, &job->practice);
}

/* From when up to when, and whether that is not too much. */
static enum problem read_range(struct reply *reply, enum period_kind kind,
    const struct history_query *query, day_t *from, day_t *to)
{
	*to = query->to == DAY_NONE ? clock_today() + 1 : query->to;
	*from = query->from;
	if (*from == DAY_NONE)
		*from = kind == PERIOD_DAY && *to - DAYS_SHOWN >= DAY_FIRST ? *to - DAYS_SHOWN + 1
									    : DAY_FIRST;
	if (*from > *to)
		return reply_blame(reply, PROBLEM_RANGE, "?from", "It must not lie behind `to`.");
	if (kind == PERIOD_DAY && *to - *from >= DAYS_MAX)
		return reply_blame(reply, PROBLEM_RANGE, "?from",
		    "By day a history has two years at most; by week or month it has all.");
	return PROBLEM_NONE;
}

/* Days and weeks cannot show what is folded, so it stands beside them. */
static struct json_object *render_history(
    const struct history_job *job, enum period_kind kind, day_t from, day_t to)
{
	struct json_object *json = json_new_object();
	size_t count;
	const struct span *spans =
	    practice_series(job->practice, job->arena, kind, from, to, &count);

	json_add_text(json, "by", period_names[kind]);
	json_add_day(json, "from", period_first_day(kind, period_of(kind, from)));
	json_add_day(json, "to", period_first_day(kind, period_of(kind, to) + 1) - 1);
	json_add(json, "series", render_spans(spans, count));
	json_add(json, "folded",
	    kind == PERIOD_MONTH ? json_new_array() : render_folded(job->practice, from, to));
	return json;
}

static enum problem show_history(const struct request *request, struct reply *reply)
{
	const struct history_query *query = request->query;
	enum period_kind kind = query->by < 0 ? PERIOD_DAY : (enum period_kind)query->by;
	struct history_job job = {.arena = request->arena};
	day_t from, to;
	enum problem problem = read_range(reply, kind, query, &from, &to);

	if (problem == PROBLEM_NONE)
		problem = family_read(request, load_history, &job);
	return problem == PROBLEM_NONE
	    ? reply_json(reply, 200, render_history(&job, kind, from, to))
	    : problem;
}

/* ----- everybody together ----- */

struct community_job {
	struct arena *arena;
	int32_t closed; /* the newest week that was closed */
	bool any_closed;
	struct community_week *weeks;
	size_t count;
};

static enum problem load_community(struct db *db, const struct caller *caller, void *argument)
{
	struct community_job *job = argument;
	enum problem problem = closing_newest(db, &job->closed, &job->any_closed);

	(void)caller;
	if (problem != PROBLEM_NONE || !job->any_closed)
		return problem;
	return community_list(
	    db, job->arena, job->closed - WEEKS_SHOWN + 1, &job->weeks, &job->count);
}

/* What stands here was made when its week was closed (lib/game/community.h), and is the same for everybody. */
static enum problem show_community(const struct request *request, struct reply *reply)
{
	struct community_job job = {.arena = request->arena};
	enum problem problem = family_read(request, load_community, &job);
	struct json_object *json;
	char closed[PERIOD_TEXT_B];

	if (problem != PROBLEM_NONE)
		return problem;
	json = json_new_object();
	json_add_text(
	    json, "closed", job.any_closed ? period_format(PERIOD_WEEK, job.closed, closed) : NULL);
	json_add(json, "weeks", render_community(job.weeks, job.count));
	return reply_json(reply, 200, json);
}

/* ----- what becomes a number without a name ----- */

struct rating_body {
	int64_t rating;
};

/* Runs a job that takes one of a day's allowance, and answers with nothing. */
static enum problem take_counted(
    const struct request *request, struct reply *reply, family_job *job, void *argument)
{
	enum problem problem = family_write(request, job, argument);

	if (problem == PROBLEM_DAY_EXHAUSTED || problem == PROBLEM_NETWORK_EXHAUSTED)
		reply->retry_after_s = clock_until_tomorrow_s();
	return problem == PROBLEM_NONE ? reply_empty(reply) : problem;
}

struct rating_job {
	int64_t rating;
	int64_t per_day;
	int slot;
};

static enum problem take_rating_job(struct db *db, const struct caller *caller, void *argument)
{
	const struct rating_job *job = argument;

	return rating_take(db, caller->account, job->rating, job->per_day, job->slot);
}

static enum problem take_rating(const struct request *request, struct reply *reply)
{
	const struct rating_body *body = request->body;
	struct rating_job job = {
	    .rating = body->rating,
	    .per_day = family_service(request)->settings.ratings_per_day,
	    .slot = request->slot,
	};

	return take_counted(request, reply, take_rating_job, &job);
}

struct offer_job {
	int64_t per_day;
	int slot;
};

static enum problem count_offer_job(struct db *db, const struct caller *caller, void *argument)
{
	const struct offer_job *job = argument;
	enum problem problem = quota_take(db, QUOTA_OFFERS, job->per_day, job->slot);

	(void)caller;
	return problem == PROBLEM_NONE ? tally_count(db, TALLY_OFFERS) : problem;
}

static enum problem count_offer(const struct request *request, struct reply *reply)
{
	struct offer_job job = {
	    .per_day = family_service(request)->settings.offers_per_day,
	    .slot = request->slot,
	};

	return take_counted(request, reply, count_offer_job, &job);
}

/* ----- the service ----- */

static struct family_metrics *read_families(const struct request *request)
{
	struct family_metrics *families = arena_array(request->arena, FAMILIES, sizeof(*families));

	families_read(family_service(request)->settings.metrics_dir, families);
	return families;
}

struct service_job {
	struct arena *arena;
	struct measures measures;
};

static enum problem load_service(struct db *db, const struct caller *caller, void *argument)
{
	struct service_job *job = argument;

	(void)caller;
	return measures_load(db, job->arena, &job->measures);
}

static enum problem show_service(const struct request *request, struct reply *reply)
{
	struct service_job job = {.arena = request->arena};
	enum problem problem = family_read(request, load_service, &job);

	if (problem != PROBLEM_NONE)
		return problem;
	return reply_json(reply, 200, measures_render(&job.measures, read_families(request)));
}

/* What has not been brought into the database itself; none while nobody has it open. */
static int64_t wal_size_b(const struct request *request)
{
	const char *path =
	    arena_printf(request->arena, "%s-wal", family_service(request)->settings.database);
	struct stat file;

	return stat(path, &file) == 0 ? file.st_size : 0;
}

struct room_job {
	const struct settings *settings;
	struct room room;
};

static enum problem measure_room(struct db *db, const struct caller *caller, void *argument)
{
	struct room_job *job = argument;
	const struct store_options options = settings_store(job->settings);

	(void)caller;
	return room_measure(db, options.path, &options.room, &job->room);
}

/* For the administrator's Prometheus: nginx lets nobody else through (conf/nginx/site.conf). */
static enum problem show_metrics(const struct request *request, struct reply *reply)
{
	struct room_job job = {.settings = &family_service(request)->settings};
	bool is_known = family_read(request, measure_room, &job) == PROBLEM_NONE;

	return reply_text(reply, 200, PROMETHEUS_TYPE,
	    prometheus_text(request->arena, read_families(request), wal_size_b(request),
		is_known ? &job.room : NULL));
}

/* ----- shapes ----- */

/* clang-format off */

static const struct field me_fields[] = {
	{ FIELD("today", FIELD_TODAY, struct me_query, today), .flags = FIELD_OPTIONAL },
};
static const struct shape me_query = SHAPE(struct me_query, me_fields);

/* period_names without all time. */
static const char *const series_names[] = {"day", "week", "month", NULL};

static const struct field history_fields[] = {
	{ FIELD("from", FIELD_DAY,    struct history_query, from), .flags = FIELD_OPTIONAL },
	{ FIELD("to",   FIELD_DAY,    struct history_query, to),   .flags = FIELD_OPTIONAL },
	{ FIELD("by",   FIELD_CHOICE, struct history_query, by),   .flags = FIELD_OPTIONAL, .choices = series_names },
};
static const struct shape history_query = SHAPE(struct history_query, history_fields);

static const struct field rating_fields[] = {
	{ FIELD("rating", FIELD_INTEGER, struct rating_body, rating), .min = TALLY_RATING_MIN, .max = TALLY_RATING_MAX },
};
static const struct shape rating = SHAPE(struct rating_body, rating_fields);

/* ----- routes ----- */

enum { SMALL_B = 1024 };

static const struct route routes[] = {
	/* method        path               needs          body_max_b query           body           handler         summary */
	{ METHOD_GET,    "/me",             NEEDS_TOKEN,   0,         &me_query,      NULL,          show_insight,   "What the account has reached, and what it is about to" },
	{ METHOD_GET,    "/me/history",     NEEDS_TOKEN,   0,         &history_query, NULL,          show_history,   "What the account practised, by day, week or month" },
	{ METHOD_GET,    "/me/shares",      NEEDS_TOKEN,   0,         NULL,           NULL,          sharing_list,   "The account's shares" },
	{ METHOD_POST,   "/me/shares",      NEEDS_TOKEN,   SMALL_B,   NULL,           &sharing_body, sharing_add,    "Share one figure under an address of its own" },
	{ METHOD_DELETE, "/me/shares/{id}", NEEDS_TOKEN,   0,         NULL,           NULL,          sharing_remove, "Withdraw a share" },
	{ METHOD_GET,    "/community",      NEEDS_NOTHING, 0,         NULL,           NULL,          show_community, "What everybody practised together, by closed weeks" },
	{ METHOD_POST,   "/feedback",       NEEDS_TOKEN,   SMALL_B,   NULL,           &rating,       take_rating,    "Rate the service, once a year and without a name" },
	{ METHOD_POST,   "/offers",         NEEDS_NOTHING, 0,         NULL,           NULL,          count_offer,    "The offer to sync was shown to somebody" },
	{ METHOD_GET,    "/service",        NEEDS_NOTHING, 0,         NULL,           NULL,          show_service,   "By what the service is to be judged" },
	{ METHOD_GET,    "/metrics",        NEEDS_NOTHING, 0,         NULL,           NULL,          show_metrics,   "What every executable has counted, for Prometheus" },
	HEALTH_ROUTE,
};

static const struct route pages[] = {
	/* method     path               needs          body_max_b query           body  handler        summary */
	{ METHOD_GET, "/s/{id}",         NEEDS_NOTHING, 0,         NULL,           NULL, sharing_page,  "A share, as a page" },
	{ METHOD_GET, "/badge/{id}.svg", NEEDS_NOTHING, 0,         NULL,           NULL, sharing_badge, "A share, as a badge" },
	{ METHOD_GET, "/card/{id}.png",  NEEDS_NOTHING, 0,         &sharing_query, NULL, sharing_card,  "A share, as a picture" },
};

/* clang-format on */

/* Fonts, for what is drawn. */
static const char *const reads[] = {
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/etc/fonts",
    "/usr/share/fontconfig",
    "/var/cache/fontconfig",
    NULL,
};

int main(int argc, char **argv)
{
	static const struct family_plan plan = {
	    .name = "stats",
	    .prefix = "/api/v1/stats",
	    .threads = 8,
	    .routes = routes,
	    .route_count = sizeof(routes) / sizeof(routes[0]),
	    .upkeep = closing_run,
	    .pages = pages,
	    .page_count = sizeof(pages) / sizeof(pages[0]),
	    .reads = reads,
	};

	return family_main(argc, argv, &plan);
}
