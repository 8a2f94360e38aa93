/* What goes out: problem documents, headers, ETags, and the line in the log. */
#include "toy_exchange.h"

/* ----- answers ----- */

static void every_problem_looks_alike(void)
{
	for (enum problem problem = PROBLEM_NONE + 1; problem < PROBLEM_COUNT; problem++) {
		const struct problem_row *row = problem_row(problem);
		char body[64], type[64], detail[128];

		snprintf(body, sizeof(body), "{\"problem\":%d}", (int)problem);
		SEND(.method = "POST", .uri = "/fail", JSON, .body = body);
		check_refused(row->status, row->code, NULL);
		snprintf(type, sizeof(type), "/problems#%s", row->code);
		CHECK_STR_EQ(member("type"), type);
		CHECK_STR_EQ(member("title"), row->title);
		snprintf(detail, sizeof(detail), "%s.", row->title);
		CHECK_STR_EQ(member("detail"), detail);
		CHECK_STR_EQ(header("Cache-Control"), "private, no-store");
	}
}

static void a_handler_may_say_more(void)
{
	char body[64];

	snprintf(body, sizeof(body), "{\"problem\":%d,\"name\":\"x\"}", (int)PROBLEM_CLOCK_OFF);
	SEND(.method = "POST", .uri = "/fail", JSON, .body = body);
	check_refused(422, "clock_off", "/name");
	CHECK_STR_EQ(member("detail"), "It is to blame.");

	snprintf(body, sizeof(body), "{\"problem\":%d}", (int)PROBLEM_DEVICE_FORKED);
	SEND(.method = "POST", .uri = "/fail", JSON, .body = body);
	check_refused(409, "device_forked", NULL);
	CHECK_STR_EQ(member("received"), "true");
}

static void who_has_to_wait_is_told_how_long(void)
{
	static const struct {
		enum problem problem;
		int retry_s;
		const char *told;
	} rows[] = {
	    {PROBLEM_UNAVAILABLE, 0, "5"},
	    {PROBLEM_UNAVAILABLE, 7, "7"},
	    {PROBLEM_TOO_MANY, 0, "60"},
	    {PROBLEM_TOO_MANY, 9, "9"},
	    {PROBLEM_ACCOUNTS_EXHAUSTED, 999, "999"},
	    {PROBLEM_INTERNAL, 0, NULL},
	    {PROBLEM_NOT_FOUND, 0, NULL},
	};

	for (size_t i = 0; i < TOY_COUNT(rows); i++) {
		char body[64];

		snprintf(body, sizeof(body), "{\"problem\":%d,\"retry_s\":%d}",
		    (int)rows[i].problem, rows[i].retry_s);
		SEND(.method = "POST", .uri = "/fail", JSON, .body = body);
		CHECK_STR_EQ(header("Retry-After"), rows[i].told);
	}
}

static void what_a_token_opened_and_problems_are_not_kept(void)
{
	SEND(.method = "GET", .uri = "/open");
	CHECK_STR_EQ(header("Cache-Control"), "no-cache");
	SEND(.method = "GET", .uri = "/open?x=1");
	CHECK_STR_EQ(header("Cache-Control"), "private, no-store");
	SEND(.method = "GET", .uri = "", GOOD_TOKEN);
	CHECK_STR_EQ(header("Cache-Control"), "private, no-store");
	SEND(.method = "GET", .uri = "");
	CHECK_STR_EQ(header("Cache-Control"), "private, no-store");
	SEND(.method = "GET", .uri = "/things/1");
	CHECK_STR_EQ(header("Cache-Control"), "private, no-store");
	SEND(.method = "POST", .uri = "/things");
	CHECK_STR_EQ(header("Cache-Control"), "private, no-store");
	SEND(.method = "GET", .uri = "/nothing");
	CHECK_STR_EQ(header("Cache-Control"), "private, no-store");
}

static void an_etag_saves_the_body(void)
{
	char etag[64], list[512];
	static const char *const matching[] = {
	    "%s",
	    "W/%s",
	    "*",
	    "\"other\", %s",
	    "\"other\",W/\"more\" ,%s",
	    "\"a,b\", %s, \"c\"",
	    "%s, \"broken",
	    "\t%s",
	    "\"\",%s",
	};
	static const char *const others[] = {
	    "\"other\"",
	    "W/\"other\"",
	    "",
	    "*, %s",
	    "\"*\"",
	    "x%s",
	    "broken, %s",
	    "w/%s",
	    "W/ %s",
	    "\"broken, %s",
	    ",,,",
	};

	SEND(.method = "GET", .uri = "/open");
	snprintf(etag, sizeof(etag), "%s", header("ETag"));
	REQUIRE(strlen(etag) == 34 && etag[0] == '"' && etag[33] == '"');
	CHECK_INT_EQ(strspn(etag + 1, "0123456789abcdef"), 32);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	for (size_t i = 0; i < TOY_COUNT(matching); i++) {
		snprintf(list, sizeof(list), matching[i], etag);
		SEND(.method = "GET", .uri = "/open", .if_none_match = list);
		if (!CHECK_INT_EQ(status, 304))
			printf("# for: %s\n", list);
		CHECK_STR_EQ(header("ETag"), etag);
		CHECK_STR_EQ(header("Content-Type"), NULL);
	}
	for (size_t i = 0; i < TOY_COUNT(others); i++) {
		snprintf(list, sizeof(list), others[i], etag);
		SEND(.method = "GET", .uri = "/open", .if_none_match = list);
		if (!CHECK_INT_EQ(status, 200))
			printf("# for: %s\n", list);
	}
#pragma GCC diagnostic pop

	SEND(.method = "HEAD", .uri = "/open", .if_none_match = etag);
	CHECK_INT_EQ(status, 304);
	/* Another body has another one, and what is no good read has none. */
	SEND(.method = "GET", .uri = "/things/1", GOOD_TOKEN, .if_none_match = etag);
	CHECK_INT_EQ(status, 200);
	SEND(.method = "POST", .uri = "", JSON, GOOD_TOKEN, .body = "{\"problem\":0}",
	    .if_none_match = "*");
	CHECK_INT_EQ(status, 200);
	CHECK_STR_EQ(header("ETag"), NULL);
	SEND(.method = "GET", .uri = "/nothing", .if_none_match = "*");
	CHECK_INT_EQ(status, 404);
	CHECK_STR_EQ(header("ETag"), NULL);
}

static void nothing_is_said_with_no_body(void)
{
	SEND(.method = "DELETE", .uri = "/things/1", GOOD_TOKEN);
	CHECK_INT_EQ(status, 204);
	CHECK_STR_EQ(header("Content-Length"), NULL);
	CHECK_STR_EQ(header("Access-Control-Allow-Methods"), NULL);
}

static void ids_differ(void)
{
	char id[32];

	SEND(.method = "GET", .uri = "/open");
	snprintf(id, sizeof(id), "%s", header("X-Request-Id"));
	SEND(.method = "GET", .uri = "/open");
	CHECK(strcmp(header("X-Request-Id"), id) != 0);
}

/* ----- the log ----- */

/* The log of the last request, without its id and its duration, which differ each time. */
static const char *logged(void)
{
	static char line[2048];
	ssize_t length = pread(log_file, line, sizeof(line) - 1, 0);
	char *end;

	line[length < 0 ? 0 : length] = '\0';
	CHECK(strncmp(line, "request id=", 11) == 0);
	CHECK_INT_EQ(strspn(line + 11, "0123456789abcdef"), 16);
	end = strstr(line, " ms=");
	if (!CHECK(end != NULL))
		return line;
	/* One line, whatever came. */
	CHECK_INT_EQ(strspn(end + 4, "0123456789."), strcspn(end + 4, "\n"));
	CHECK_STR_EQ(end + strlen(end) - 1, "\n");
	*end = '\0';
	return line + 11 + 17;
}

static void the_log_has_a_line_a_request(void)
{
	SEND(.method = "GET", .uri = "/open");
	CHECK_STR_EQ(logged(), "family=toy method=GET route=/open status=200 code=-");
	SEND(.method = "PUT", .uri = "/things/1/parts/2");
	CHECK_STR_EQ(logged(),
	    "family=toy method=PUT route=/things/{id}/parts/{part} status=401 code=token_missing");
	SEND(.method = "OPTIONS", .uri = "");
	CHECK_STR_EQ(logged(), "family=toy method=OPTIONS route=/ status=204 code=-");
	SEND(.method = "HEAD", .uri = "/open", .if_none_match = "*");
	CHECK_STR_EQ(logged(), "family=toy method=HEAD route=/open status=304 code=-");
}

/* Rule P3: whatever a client sends, none of it is logged, nor put into a header. */
static void the_log_and_the_headers_hold_nothing_of_a_client(void)
{
	static const struct sent requests[] = {
	    {.method = "CANARY", .uri = "/open"},
	    {.method = "GET", .uri = "/CANARY"},
	    {.method = "GET", .uri = "/things/CANARY", GOOD_TOKEN},
	    {.method = "GET", .uri = "/open?CANARY=1"},
	    {.method = "GET", .uri = "?today=CANARY"},
	    {.method = "GET", .uri = "/open?x=%0d%0aCANARY:%20x"},
	    {.method = "GET", .uri = "/things/1", .authorization = "Bearer CANARY"},
	    {.method = "GET", .uri = "/things/1", .authorization = "CANARY x"},
	    {.method = "POST", .uri = "/fail", .content_type = "CANARY", .body = "{}"},
	    {.method = "POST", .uri = "/fail", .content_length = "CANARY"},
	    {.method = "POST", .uri = "/fail", JSON, .body = "CANARY"},
	    {.method = "POST", .uri = "/fail", JSON, .body = "{\"CANARY\":1}"},
	    {.method = "POST", .uri = "/fail", JSON, .body = "{\"problem\":\"CANARY\"}"},
	    {.method = "POST",
		.uri = "",
		JSON,
		GOOD_TOKEN,
		.body = "{\"problem\":0,\"name\":\"CANARY\\r\\nCANARY: x\"}"},
	    {.method = "GET", .uri = "/open", .if_none_match = "\"CANARY\""},
	    {.method = "GET\r\nCANARY", .uri = "/open"},
	};

	for (size_t i = 0; i < TOY_COUNT(requests); i++) {
		send_request(&requests[i]);
		if (!CHECK(strstr(logged(), "CANARY") == NULL))
			printf("# of request %zu\n", i);
		CHECK(strstr(answer.head, "CANARY") == NULL);
	}
}

/* A refusal names members, and says nothing of their values. */
static void a_refusal_holds_nothing_of_a_value(void)
{
	static const struct sent requests[] = {
	    {.method = "GET", .uri = "/CANARY"},
	    {.method = "GET", .uri = "/things/1", .authorization = "Bearer CANARY"},
	    {.method = "GET", .uri = "?today=CANARY"},
	    {.method = "GET", .uri = "?today=%CANARY"},
	    {.method = "GET", .uri = "/open?x=CANARY"},
	    {.method = "POST", .uri = "/fail", .content_type = "CANARY", .body = "{}"},
	    {.method = "POST", .uri = "/fail", .content_length = "CANARY"},
	    {.method = "POST", .uri = "/fail", JSON, .body = "CANARY"},
	    {.method = "POST", .uri = "/fail", JSON, .body = "\"CANARY"},
	    {.method = "POST", .uri = "/fail", JSON, .body = "{\"name\":\"CANARY\"}"},
	    {.method = "POST", .uri = "/fail", JSON, .body = "{\"problem\":\"CANARY\"}"},
	    {.method = "POST", .uri = "/fail", JSON, .body = "{\"problem\":0,\"x\":\"CANARY\"}"},
	    {.method = "POST", .uri = "/fail", JSON, .body = "{\"problem\":0,\"name\":\"CANARY"},
	    {.method = "POST", .uri = "/fail", JSON, .body = "{\"problem\":0,\"name\":CANARY}"},
	};

	for (size_t i = 0; i < TOY_COUNT(requests); i++) {
		send_request(&requests[i]);
		CHECK(status >= 400);
		if (!CHECK(strstr(answer.body, "CANARY") == NULL))
			printf("# said: %s\n", answer.body);
	}
}

static void a_stream_has_its_length_and_its_tag_like_any_body(void)
{
	char tag[64];

	SEND(.method = "GET", .uri = "/stream");
	CHECK_INT_EQ(status, 200);
	CHECK_INT_EQ(answer.body_length, 2 * TOY_PIECES - 1);
	CHECK_INT_EQ(json_object_array_length(json), TOY_PIECES - 1);
	REQUIRE(header("ETag") != NULL);
	snprintf(tag, sizeof(tag), "%s", header("ETag"));
	SEND(.method = "GET", .uri = "/stream", .if_none_match = tag);
	CHECK_INT_EQ(status, 304);
	SEND(.method = "GET", .uri = "/stream", .if_none_match = "\"0\"");
	CHECK_INT_EQ(status, 200);
	SEND(.method = "HEAD", .uri = "/stream");
	CHECK_STR_EQ(header("ETag"), tag);
	/* Each has ended, written or not. */
	CHECK_INT_EQ(toy_streams, 0);
}

int main(void)
{
	if (!begin_exchanges())
		return 1;
	CASE(every_problem_looks_alike);
	CASE(a_handler_may_say_more);
	CASE(who_has_to_wait_is_told_how_long);
	CASE(what_a_token_opened_and_problems_are_not_kept);
	CASE(an_etag_saves_the_body);
	CASE(nothing_is_said_with_no_body);
	CASE(ids_differ);
	CASE(the_log_has_a_line_a_request);
	CASE(the_log_and_the_headers_hold_nothing_of_a_client);
	CASE(a_refusal_holds_nothing_of_a_value);
	CASE(a_stream_has_its_length_and_its_tag_like_any_body);
	end_exchanges();
	return check_end();
}
