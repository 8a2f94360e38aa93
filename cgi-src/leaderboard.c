/*
 * leaderboard.fcgi: who stands where, of those who asked to be seen.
 *
 * The file reads from the bottom, as sync.c does: the table of routes, the shapes of what they take,
 * the handlers. Where figures come from is not here: they change in the transaction of the sync that
 * causes them (lib/game/member.c), and are read here (lib/game/ranking.c).
 *
 * What an attacker would try, and where it ends:
 * - to read where somebody else stands, who did not ask to be seen: /me is whoever bears the token,
 *   and whoever is not on boards has no row that could be read;
 * - to follow a changed pseudonym by its figures: nothing counts that was seen under the old one, the
 *   level beside a figure is that of board XP alone, and the order of equals is drawn anew;
 * - to climb by writing up a past, by many devices or by imports: see lib/game/board.h;
 * - to read what a cursor hides, or to forge one: it hides nothing, and each is a point of an order.
 */
#include <string.h>

#include "core/clock.h"
#include "family/family.h"
#include "family/health.h"
#include "family/render.h"
#include "game/account.h"
#include "game/board.h"
#include "game/member.h"
#include "game/ranking.h"

enum { LIMIT_DEFAULT = 50, LIMIT_MAX = 100, AROUND_DEFAULT = 5, AROUND_MAX = 50 };

/* ----- which board ----- */

struct board_query {
	int metric;            /* index into metric_names; -1: xp */
	int period;            /* index into period_names; -1: week, or all for streaks */
	const char *period_id; /* NULL: the current one */
};

struct list_query {
	struct board_query board;
	int64_t limit; /* 0: LIMIT_DEFAULT */
	const char *cursor;
};

struct me_query {
	struct board_query board;
	int64_t around; /* 0: AROUND_DEFAULT */
};

static enum problem read_period(
    struct reply *reply, const char *text, enum period_kind kind, int32_t *period)
{
	day_t today = clock_today();

	*period = period_of(kind, today);
	if (text == NULL)
		return PROBLEM_NONE;
	if (!period_parse(kind, text, strlen(text), period))
		return reply_blame(reply, PROBLEM_BAD_VALUE, "?period_id",
		    "It must name a period of this kind, as in \"2026-11-22\", \"2026-W47\" or"
		    " \"2026-11\"; all time has no name.");
	if (*period < period_of(kind, DAY_FIRST) || *period > period_of(kind, today + 1))
		return reply_blame(reply, PROBLEM_RANGE, "?period_id",
		    "There is no such period yet, or it was before anybody practised.");
	return PROBLEM_NONE;
}

static enum problem read_board(
    struct reply *reply, const struct board_query *query, struct leaderboard *of)
{
	enum metric metric = query->metric < 0 ? METRIC_XP : (enum metric)query->metric;
	enum period_kind kind = metric == METRIC_STREAK ? PERIOD_ALL : PERIOD_WEEK;

	if (query->period >= 0)
		kind = (enum period_kind)query->period;
	of->board = board_find(metric, kind);
	if (of->board < 0)
		return reply_blame(reply, PROBLEM_BAD_VALUE, "?period",
		    "There is no such board: XP has all periods, days have week, month and all,"
		    " streaks only all.");
	return read_period(reply, query->period_id, kind, &of->period);
}

/* ----- the list ----- */

static struct json_object *render_entries(const struct ranking_entry *entries, size_t count)
{
	struct json_object *list = json_new_array();

	for (size_t i = 0; i < count; i++) {
		struct json_object *json = json_new_object();

		json_add_integer(json, "rank", entries[i].rank);
		json_add_text(json, "handle", entries[i].handle);
		json_add_integer(json, "value", entries[i].value);
		json_add_integer(json, "level", entries[i].level);
		json_append(list, json);
	}
	return list;
}

struct list_job {
	struct arena *arena;
	struct leaderboard of;
	const struct cursor *behind;
	int64_t limit;
	struct ranking_page page;
};

static struct json_object *render_list(const struct list_job *job)
{
	const struct ranking_page *page = &job->page;
	const struct board *board = &boards[job->of.board];
	struct json_object *json = json_new_object();
	char period_id[PERIOD_TEXT_B], next[CURSOR_TEXT_B];

	json_add_text(json, "metric", metric_names[board->metric]);
	json_add_text(json, "period", period_names[board->kind]);
	json_add_text(json, "period_id", period_format(board->kind, job->of.period, period_id));
	json_add_integer(json, "total", page->total);
	json_add(json, "entries", render_entries(page->entries, page->count));
	if (page->more) {
		const struct ranking_entry *last = &page->entries[page->count - 1];
		struct cursor cursor = {job->of.board, job->of.period, last->value, last->place};

		json_add_text(json, "next", cursor_format(&cursor, next));
	} else {
		json_add_text(json, "next", NULL);
	}
	return json;
}

static enum problem list_job(struct db *db, const struct caller *caller, void *argument)
{
	struct list_job *job = argument;

	(void)caller;
	return ranking_page(db, job->arena, &job->of, job->behind, job->limit, &job->page);
}

static enum problem list_board(const struct request *request, struct reply *reply)
{
	const struct list_query *query = request->query;
	struct cursor cursor;
	struct list_job job = {
	    .arena = request->arena,
	    .limit = query->limit == 0 ? LIMIT_DEFAULT : query->limit,
	};
	enum problem problem = read_board(reply, &query->board, &job.of);

	if (problem != PROBLEM_NONE)
		return problem;
	if (query->cursor != NULL) {
		if (!cursor_parse(query->cursor, strlen(query->cursor), &cursor) ||
		    cursor.board != job.of.board || cursor.period != job.of.period)
			return reply_blame(reply, PROBLEM_BAD_VALUE, "?cursor",
			    "It must be the `next` of a page of this board and period.");
		job.behind = &cursor;
	}
	problem = family_read(request, list_job, &job);
	return problem == PROBLEM_NONE ? reply_json(reply, 200, render_list(&job)) : problem;
}

/* ----- oneself ----- */

struct me_job {
	struct arena *arena;
	struct leaderboard of;
	int64_t around;
	struct member member;
	struct ranking_me me;
};

static enum problem find_me_job(struct db *db, const struct caller *caller, void *argument)
{
	struct me_job *job = argument;
	bool found;
	enum problem problem = member_load(db, caller->account, &job->member, &found);

	if (problem != PROBLEM_NONE)
		return problem;
	if (job->member.withheld != WITHHELD_NOT)
		return PROBLEM_WITHHELD;
	if (!job->member.visible)
		return PROBLEM_NOT_ON_BOARD;
	return ranking_find(db, job->arena, &job->of, job->member.place, job->around, &job->me);
}

static struct json_object *render_next(const struct ranking_me *me)
{
	struct json_object *json;

	if (!me->has_next)
		return NULL;
	json = json_new_object();
	json_add_integer(json, "gap", me->next_gap);
	json_add_integer(json, "rank", me->next_rank);
	return json;
}

/* Whoever has no value yet has no rank either. */
static struct json_object *render_me(const struct ranking_me *me)
{
	struct json_object *json = json_new_object();

	if (me->rank > 0)
		json_add_integer(json, "rank", me->rank);
	else
		json_add(json, "rank", NULL);
	json_add_integer(json, "total", me->total);
	if (me->rank > 0)
		json_add_integer(json, "percentile", me->percentile);
	else
		json_add(json, "percentile", NULL);
	json_add_integer(json, "value", me->value);
	json_add(json, "to_next", render_next(me));
	json_add(json, "around", render_entries(me->around, me->around_count));
	return json;
}

/* Whom an administrator keeps off boards is told so, and why. */
static enum problem reply_withheld(struct reply *reply, const struct member *member)
{
	reply->extra = json_new_object();
	json_add_text(reply->extra, "reason", withheld_names[member->withheld]);
	json_add_boolean(reply->extra, "visible", member->visible);
	return reply_blame(reply, PROBLEM_WITHHELD, NULL,
	    "An administrator keeps this account off public boards; everything else works.");
}

static enum problem find_me(const struct request *request, struct reply *reply)
{
	const struct me_query *query = request->query;
	struct me_job job = {
	    .arena = request->arena,
	    .around = query->around == 0 ? AROUND_DEFAULT : query->around,
	};
	enum problem problem = read_board(reply, &query->board, &job.of);

	if (problem == PROBLEM_NONE)
		problem = family_read(request, find_me_job, &job);
	if (problem == PROBLEM_WITHHELD)
		return reply_withheld(reply, &job.member);
	return problem == PROBLEM_NONE ? reply_json(reply, 200, render_me(&job.me)) : problem;
}

/* ----- joining, leaving, another pseudonym ----- */

struct show_body {
	bool visible;
};

struct member_job {
	bool visible; /* what is asked for */
	struct member member;
	char handle[HANDLE_TEXT_B];
};

static enum problem reply_member(struct reply *reply, const struct member_job *job)
{
	struct json_object *json = render_member(&job->member);

	json_add_text(json, "handle", job->handle);
	return reply_json(reply, 200, json);
}

static enum problem show_me_job(struct db *db, const struct caller *caller, void *argument)
{
	struct member_job *job = argument;
	struct account account;
	enum problem problem = account_load(db, caller->account, &account);

	if (problem != PROBLEM_NONE)
		return problem;
	memcpy(job->handle, account.handle, sizeof(job->handle));
	return member_show(db, caller->account, job->visible, &job->member);
}

static enum problem show_me(const struct request *request, struct reply *reply)
{
	const struct show_body *body = request->body;
	struct member_job job = {.visible = body->visible};
	enum problem problem = family_write(request, show_me_job, &job);

	return problem == PROBLEM_NONE ? reply_member(reply, &job) : problem;
}

static enum problem rename_me_job(struct db *db, const struct caller *caller, void *argument)
{
	struct member_job *job = argument;

	return member_rename(db, caller->account, &job->member, job->handle);
}

static enum problem rename_me(const struct request *request, struct reply *reply)
{
	struct member_job job = {.visible = false};
	enum problem problem = family_write(request, rename_me_job, &job);

	return problem == PROBLEM_NONE ? reply_member(reply, &job) : problem;
}

/* ----- shapes ----- */

/* clang-format off */

#define BOARD_FIELDS(type) \
	{ FIELD("metric", FIELD_CHOICE, type, board.metric), .flags = FIELD_OPTIONAL, .choices = metric_names }, \
	{ FIELD("period", FIELD_CHOICE, type, board.period), .flags = FIELD_OPTIONAL, .choices = period_names }, \
	{ FIELD("period_id", FIELD_TEXT, type, board.period_id), .flags = FIELD_OPTIONAL, .max = PERIOD_TEXT_B - 1, .pattern = PERIOD_PATTERN }

static const struct field list_query_fields[] = {
	BOARD_FIELDS(struct list_query),
	{ FIELD("limit", FIELD_INTEGER, struct list_query, limit), .flags = FIELD_OPTIONAL, .min = 1, .max = LIMIT_MAX },
	{ FIELD("cursor", FIELD_TEXT, struct list_query, cursor), .flags = FIELD_OPTIONAL, .max = CURSOR_TEXT_B - 1, .pattern = CURSOR_PATTERN },
};
static const struct shape list_query = SHAPE(struct list_query, list_query_fields);

static const struct field me_query_fields[] = {
	BOARD_FIELDS(struct me_query),
	{ FIELD("around", FIELD_INTEGER, struct me_query, around), .flags = FIELD_OPTIONAL, .min = 1, .max = AROUND_MAX },
};
static const struct shape me_query = SHAPE(struct me_query, me_query_fields);

static const struct field show_fields[] = {
	{ FIELD("visible", FIELD_BOOLEAN, struct show_body, visible) },
};
static const struct shape show = SHAPE(struct show_body, show_fields);

/* ----- routes ----- */

enum { SMALL_B = 1024 };

static const struct route routes[] = {
	/* method     path          needs          body_max_b query        body   handler     summary */
	{ METHOD_GET,  "/",          NEEDS_NOTHING, 0,         &list_query, NULL,  list_board, "A board, from the top" },
	{ METHOD_GET,  "/me",        NEEDS_TOKEN,   0,         &me_query,   NULL,  find_me,    "Where the account stands, and who stands beside it" },
	{ METHOD_PUT,  "/me",        NEEDS_TOKEN,   SMALL_B,   NULL,        &show, show_me,    "Join the public boards, or leave them" },
	{ METHOD_POST, "/me/handle", NEEDS_TOKEN,   0,         NULL,        NULL,  rename_me,  "A fresh pseudonym, off all boards" },
	HEALTH_ROUTE,
};

/* clang-format on */

int main(int argc, char **argv)
{
	static const struct family_plan plan = {
	    .name = "leaderboard",
	    .prefix = "/api/v1/leaderboard",
	    .threads = 8,
	    .routes = routes,
	    .route_count = sizeof(routes) / sizeof(routes[0]),
	};

	return family_main(argc, argv, &plan);
}
