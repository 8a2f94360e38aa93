/*
 * A family that has no store: it reads a push as sync.fcgi does and says it again. What it manages is
 * what nginx, FastCGI and this library's HTTP and JSON cost on this machine.
 *
 *	echo SOCKET THREADS
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/secret.h"
#include "game/push.h"
#include "http/server.h"

struct push_body {
	day_t today;
	const uint8_t *push;
	const uint8_t *after;
	struct list days; /* struct day_totals */
};

static void add_id(struct json_object *json, const char *name, const uint8_t *id)
{
	char text[2 * PUSH_ID_B + 1];

	json_add_text(json, name, id == NULL ? NULL : hex_format(id, PUSH_ID_B, text));
}

static enum problem say_again(const struct request *request, struct reply *reply)
{
	const struct push_body *body = request->body;
	const struct day_totals *days = body->days.items;
	struct json_object *json = json_new_object(), *list = json_new_array();

	json_add_day(json, "today", body->today);
	add_id(json, "push", body->push);
	add_id(json, "after", body->after);
	for (size_t i = 0; i < body->days.count; i++) {
		struct json_object *day = json_new_object();

		json_add_day(day, "day", days[i].day);
		json_add_integer(day, "xp", days[i].totals.xp);
		json_add_integer(day, "minutes", days[i].totals.minutes);
		json_add_integer(day, "sessions", days[i].totals.sessions);
		json_add_integer(day, "cycles", days[i].totals.cycles);
		json_append(list, day);
	}
	json_add(json, "days", list);
	return reply_json(reply, 200, json);
}

static const struct field day_fields[] = {
    {FIELD("day", FIELD_DAY, struct day_totals, day)},
    {FIELD("xp", FIELD_INTEGER, struct day_totals, totals.xp), .max = DAY_XP_MAX},
    {FIELD("minutes", FIELD_INTEGER, struct day_totals, totals.minutes), .max = DAY_MINUTES_MAX},
    {FIELD("sessions", FIELD_INTEGER, struct day_totals, totals.sessions), .max = DAY_SESSIONS_MAX},
    {FIELD("cycles", FIELD_INTEGER, struct day_totals, totals.cycles), .max = DAY_CYCLES_MAX},
};
static const struct shape day = SHAPE(struct day_totals, day_fields);

static const struct field push_fields[] = {
    {FIELD("today", FIELD_TODAY, struct push_body, today)},
    {FIELD("push", FIELD_HEX, struct push_body, push), .max = PUSH_ID_B},
    {FIELD("after", FIELD_HEX, struct push_body, after), .flags = FIELD_NULLABLE, .max = PUSH_ID_B},
    {FIELD("days", FIELD_LIST, struct push_body, days), .max = PUSH_DAYS_MAX, .shape = &day},
};
static const struct shape push = SHAPE(struct push_body, push_fields);

static const struct route routes[] = {
    {METHOD_POST, "/", NEEDS_NOTHING, 64 * 1024, NULL, &push, say_again, "Say it again"},
};

int main(int argc, char **argv)
{
	struct family family = {
	    .name = "echo",
	    .prefix = "/api/v1/echo",
	    .routes = routes,
	    .route_count = sizeof(routes) / sizeof(routes[0]),
	};
	struct server server = {.family = &family};

	if (argc != 3 || (server.threads = atoi(argv[2])) < 1 || !secret_init()) {
		fputs("usage: echo SOCKET THREADS\n", stderr);
		return 2;
	}
	server.socket_path = argv[1];
	return server_run(&server);
}
