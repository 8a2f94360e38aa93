/* stats.fcgi with memory that runs out (memory.h). */
int stats_main(int argc, char **argv);
#define main stats_main
#include "../../cgi-src/stats.c"
#undef main

#include "memory_person.h"

static void without_account(struct memory_case *with)
{
	(void)with;
	memory_token[0] = '\0';
}

static void with_account(struct memory_case *with)
{
	(void)with;
	memory_person(true);
}

/* An account with a share. */
static void with_share(struct memory_case *with)
{
	struct memory_answer answer;

	memory_person(false);
	answer = memory_ask("POST", "/me/shares", "{\"what\":\"xp\"}");
	CHECK_INT_EQ(answer.status, 201);
	snprintf(with->path, sizeof(with->path), "/me/shares/%s", memory_member(&answer, "id"));
	json_object_put(answer.json);
}

/* A page of a share. Nobody asks for it with a token. */
static void with_page(struct memory_case *with, const char *format)
{
	char uid[64];

	with_share(with);
	snprintf(uid, sizeof(uid), "%s", strrchr(with->path, '/') + 1);
	snprintf(with->path, sizeof(with->path), format, uid);
	memory_token[0] = '\0';
}

static void with_sheet(struct memory_case *with)
{
	with_page(with, "/s/%s");
}

static void with_badge(struct memory_case *with)
{
	with_page(with, "/badge/%s.svg");
}

/* The first offer of a day has a row made. */
static void with_offer(struct memory_case *with)
{
	struct memory_answer answer;

	(void)with;
	memory_token[0] = '\0';
	answer = memory_ask("POST", "/offers", NULL);
	CHECK_INT_EQ(answer.status, 204);
	json_object_put(answer.json);
}

/* The first rating of its kind on a day has a row made. */
static void with_rating(struct memory_case *with)
{
	struct memory_answer answer;

	(void)with;
	memory_person(false);
	answer = memory_ask("POST", "/feedback", "{\"rating\":5}");
	CHECK_INT_EQ(answer.status, 204);
	json_object_put(answer.json);
	memory_person(false);
}

#define WALK(...) memory_walk(&(struct memory_case){__VA_ARGS__})

static void ones_own_figures(void)
{
	WALK("GET", "/me", .status = 200, .prepare = with_account, .cold = true);
	WALK("GET", "/me/history?by=week", .status = 200, .prepare = with_account);
}

static void shares(void)
{
	WALK("POST", "/me/shares", .body = "{\"what\":\"streak\"}", .status = 201,
	    .prepare = with_account);
	WALK("GET", "/me/shares", .status = 200, .prepare = with_account);
	WALK("DELETE", "", .status = 204, .prepare = with_share);
}

/*
 * Not as a card: cairo, Pango, fontconfig and their like do not bear every failure of thousands of allocations.
 * The process ends then, and systemd starts it again.
 */
static void a_share_as_a_page_and_a_badge(void)
{
	WALK("GET", .status = 200, .prepare = with_sheet, .is_page = true);
	WALK("GET", .status = 200, .prepare = with_badge, .is_page = true);
}

static void figures_of_everybody(void)
{
	WALK("GET", "/community", .status = 200, .prepare = without_account);
	WALK("GET", "/service", .status = 200, .prepare = without_account);
	WALK("POST", "/offers", .status = 204, .prepare = with_offer);
	WALK("POST", "/feedback", .body = "{\"rating\":5}", .status = 204, .prepare = with_rating);
}

static void what_is_refused(void)
{
	WALK("POST", "/me/shares", .body = "{\"what\":\"everything\"}", .status = 422,
	    .prepare = with_account);
	WALK("POST", "/feedback", .body = "{\"rating\":6}", .status = 422, .prepare = with_account);
	WALK("GET", "/me/history?from=2026-01-02&to=2026-01-01", .status = 422,
	    .prepare = with_account);
}

static void the_database_is_whole_after_all_this(void)
{
	memory_check_store();
}

int main(int argc, char **argv)
{
#ifdef SANITIZED
	return memory_skip();
#endif
	if (memory_is_service())
		return stats_main(argc, argv);
	memory_begin("stats");
	CASE(ones_own_figures);
	CASE(shares);
	CASE(a_share_as_a_page_and_a_badge);
	CASE(figures_of_everybody);
	CASE(what_is_refused);
	CASE(the_database_is_whole_after_all_this);
	return memory_finish();
}
