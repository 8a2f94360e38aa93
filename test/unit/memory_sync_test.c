/* sync.fcgi with memory that runs out (memory.h). */
int sync_main(int argc, char **argv);
#define main sync_main
#include "../../cgi-src/sync.c"
#undef main

#include "memory.h"

static const char device_body[] = "{\"device\":{\"kind\":\"cli\"}}";

/* Of the account that was opened last. */
static char recovery_code[64], device_id[64], pairing_code[32];

static void keep(char *into, size_t size, const struct memory_answer *answer, const char *name)
{
	const char *value = memory_member(answer, name);

	snprintf(into, size, "%s", value == NULL ? "" : value);
}

/* Opens an account, and uses its token once. */
static void open_one(void)
{
	struct memory_answer answer;

	memory_token[0] = '\0';
	answer = memory_ask("POST", "/accounts", device_body);
	keep(memory_token, sizeof(memory_token), &answer, "token");
	keep(recovery_code, sizeof(recovery_code), &answer, "recovery_code");
	keep(device_id, sizeof(device_id), &answer, "device_id");
	json_object_put(answer.json);
	answer = memory_ask("GET", "", NULL);
	CHECK_INT_EQ(answer.status, 200);
	json_object_put(answer.json);
}

static void push_one(struct memory_case *with)
{
	char today[DAY_TEXT_B];

	day_format(clock_today(), today);
	snprintf(with->body, sizeof(with->body),
	    "{\"today\":\"%s\",\"push\":\"0123456789abcdef\",\"after\":null,\"days\":"
	    "[{\"day\":\"%s\",\"xp\":40,\"minutes\":20,\"sessions\":2,\"cycles\":100}]}",
	    today, today);
}

/* An account with a day. */
static void open_and_push(void)
{
	struct memory_case with = {0};
	struct memory_answer answer;

	open_one();
	push_one(&with);
	answer = memory_ask("POST", "", with.body);
	CHECK_INT_EQ(answer.status, 200);
	json_object_put(answer.json);
}

static void with_account(struct memory_case *with)
{
	(void)with;
	open_and_push();
}

static void without_account(struct memory_case *with)
{
	(void)with;
	memory_token[0] = '\0';
}

static void with_push(struct memory_case *with)
{
	open_one();
	push_one(with);
}

static void with_import(struct memory_case *with)
{
	char today[DAY_TEXT_B], before[DAY_TEXT_B];

	open_one();
	day_format(clock_today(), today);
	day_format(clock_today() - 1, before);
	snprintf(with->body, sizeof(with->body),
	    "{\"today\":\"%s\",\"days\":"
	    "[{\"day\":\"%s\",\"xp\":40,\"minutes\":20,\"sessions\":2,\"cycles\":100}]}",
	    today, before);
}

/* Two accounts: the one in hand takes in the other, whose code it has. */
static void with_code(struct memory_case *with)
{
	struct memory_answer answer;

	open_and_push();
	answer = memory_ask("POST", "/pairings", NULL);
	keep(pairing_code, sizeof(pairing_code), &answer, "code");
	json_object_put(answer.json);
	open_one();
	snprintf(with->body, sizeof(with->body),
	    "{\"code\":\"%s\",\"device\":{\"kind\":\"cli\"},\"merge\":true}", pairing_code);
}

static void with_recovery(struct memory_case *with)
{
	open_and_push();
	memory_token[0] = '\0';
	snprintf(with->body, sizeof(with->body),
	    "{\"recovery_code\":\"%s\",\"device\":{\"kind\":\"cli\"}}", recovery_code);
}

static void with_device(struct memory_case *with)
{
	struct memory_answer answer;

	open_and_push();
	answer = memory_ask("POST", "/devices", device_body);
	keep(device_id, sizeof(device_id), &answer, "device_id");
	json_object_put(answer.json);
	snprintf(with->path, sizeof(with->path), "/devices/%s", device_id);
}

#define WALK(...) memory_walk(&(struct memory_case){__VA_ARGS__})

static void a_push_to_a_service_that_has_just_started(void)
{
	WALK("POST", "", .status = 200, .prepare = with_push, .cold = true);
}

static void a_push(void)
{
	WALK("POST", "", .status = 200, .prepare = with_push);
}

static void joining(void)
{
	WALK("POST", "/accounts", .body = "{\"device\":{\"kind\":\"cli\"}}", .status = 201,
	    .prepare = without_account);
	WALK("POST", "/recover", .status = 201, .prepare = with_recovery);
	WALK("POST", "/pairings", .status = 201, .prepare = with_account);
	WALK("POST", "/pairings/redeem", .status = 200, .prepare = with_code);
}

static void what_an_account_has(void)
{
	WALK("GET", "", .status = 200, .prepare = with_account);
	WALK("GET", "/devices", .status = 200, .prepare = with_account);
	WALK("GET", "/imports", .status = 200, .prepare = with_account);
	WALK("GET", "/export", .status = 200, .prepare = with_account);
}

static void devices_tokens_and_codes(void)
{
	WALK("POST", "/devices", .body = "{\"device\":{\"kind\":\"cli\"}}", .status = 201,
	    .prepare = with_account);
	WALK("DELETE", "", .status = 204, .prepare = with_device);
	WALK("POST", "/token", .status = 200, .prepare = with_account);
	WALK("POST", "/recovery-code", .status = 200, .prepare = with_account);
}

static void an_import_and_an_erasure(void)
{
	WALK("PUT", "/imports/00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
	    .status = 200, .prepare = with_import);
	WALK("DELETE", "/account", .status = 204, .prepare = with_account);
}

static void what_is_refused(void)
{
	WALK("POST", "/accounts", .body = "{\"device\":{\"kind\":\"toaster\"}}", .status = 422,
	    .prepare = without_account);
	WALK("POST", "/accounts", .body = "{\"device\":{\"kind\":\"cli\"},\"name\":\"Jane\"}",
	    .status = 422, .prepare = without_account);
	WALK(
	    "POST", "/accounts", .body = "{\"device\":", .status = 400, .prepare = without_account);
	WALK("GET", "?today=tomorrow", .status = 422, .prepare = with_account);
	WALK("GET", "/nowhere", .status = 404, .prepare = without_account);
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
		return sync_main(argc, argv);
	memory_begin("sync");
	CASE(a_push_to_a_service_that_has_just_started);
	CASE(a_push);
	CASE(joining);
	CASE(what_an_account_has);
	CASE(devices_tokens_and_codes);
	CASE(an_import_and_an_erasure);
	CASE(what_is_refused);
	CASE(the_database_is_whole_after_all_this);
	return memory_finish();
}
