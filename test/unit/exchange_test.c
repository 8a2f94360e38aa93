/* The ladder: which request gets to its handler, and which refusal it gets otherwise. */
#include "toy_exchange.h"

/* ----- paths and methods ----- */

static void paths_find_their_routes(void)
{
	SEND(.method = "GET", .uri = "");
	CHECK_INT_EQ(status, 200);
	CHECK_STR_EQ(member("first"), NULL);

	SEND(.method = "GET", .uri = "/things/all");
	CHECK_INT_EQ(status, 200);
	CHECK_STR_EQ(member("first"), NULL);

	SEND(.method = "GET", .uri = "/things/4711", GOOD_TOKEN);
	CHECK_INT_EQ(status, 200);
	CHECK_STR_EQ(member("first"), "4711");
	CHECK_STR_EQ(member("second"), NULL);

	/* Not the longer name, and not a part of one. */
	SEND(.method = "GET", .uri = "/things/allx", GOOD_TOKEN);
	CHECK_STR_EQ(member("first"), "allx");

	SEND(.method = "PUT", .uri = "/things/a.b-c~d/parts/;x=1", GOOD_TOKEN, JSON,
	    .body = "{\"problem\":0}");
	CHECK_INT_EQ(status, 200);
	CHECK_STR_EQ(member("first"), "a.b-c~d");
	CHECK_STR_EQ(member("second"), ";x=1");
}

static void pages_stand_at_the_root(void)
{
	send_raw(&(const struct sent){.method = "GET"}, "/thing/4711");
	CHECK_INT_EQ(status, 200);
	CHECK_STR_EQ(header("Content-Type"), "text/plain");
	CHECK_STR_EQ(answer.body, "4711");
	send_raw(&(const struct sent){.method = "GET"}, "/thing/4711/picture-front.txt");
	CHECK_INT_EQ(status, 200);
	send_raw(&(const struct sent){.method = "GET"}, "/thing/gone");
	CHECK_INT_EQ(status, 404);
	CHECK_STR_EQ(header("Content-Type"), "text/plain");
	CHECK_STR_EQ(header("ETag"), NULL);
	/* The ladder is the same. */
	send_raw(&(const struct sent){.method = "POST"}, "/thing/4711");
	check_refused(405, "method_not_allowed", NULL);
	CHECK_STR_EQ(header("Allow"), "GET, HEAD, OPTIONS");
	send_raw(&(const struct sent){.method = "GET", .body = "x"}, "/thing/4711");
	check_refused(400, "body_unexpected", NULL);
}

static void unknown_parameters_of_a_page_are_ignored(void)
{
	static const char *const queries[] = {"?fbclid=x", "?", "?&&", "?=", "?x=1&x=1", "?%zz",
	    "?x=%zz", "?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&r&s", "?Wait_ms=many"};
	char uri[128];

	for (size_t i = 0; i < TOY_COUNT(queries); i++) {
		snprintf(uri, sizeof(uri), "/thing/4711%s", queries[i]);
		send_raw(&(const struct sent){.method = "GET"}, uri);
		CHECK_INT_EQ(status, 200);
		snprintf(uri, sizeof(uri), "/thing/4711/picture-front.txt%s", queries[i]);
		send_raw(&(const struct sent){.method = "GET"}, uri);
		CHECK_INT_EQ(status, 200);
		/* Of a route they are refused. */
		if (strlen(queries[i]) > 3) {
			SEND(.method = "GET", .uri = queries[i]);
			CHECK(status == 400 || status == 422);
		}
	}
	/* What a page does know is read, wherever it stands. */
	send_raw(&(const struct sent){.method = "GET"},
	    "/thing/4711/picture-front.txt?v=2&wait_ms=many&utm=x");
	check_refused(422, "bad_value", "?wait_ms");
}

static void pages_have_one_spelling(void)
{
	static const char *const paths[] = {
	    "/thing/",
	    "/thing/1/",
	    "/thing//picture-front.txt",
	    "/thing/1/picture-.txt",
	    "/thing/1/picture-front.txt/",
	    "/thing/1/picture-front.txt.gz",
	    "/thing/1/picture-front",
	    "/thing/1/picture-.tx",
	    "/thing/1/picture-a/b.txt",
	    "/thing/../thing/1",
	    "/open",
	    TOY_PREFIX "/thing/1",
	};

	for (size_t i = 0; i < TOY_COUNT(paths); i++) {
		send_raw(&(const struct sent){.method = "GET"}, paths[i]);
		if (!CHECK_INT_EQ(status, 404))
			printf("# for: %s\n", paths[i]);
		CHECK_STR_EQ(member("code"), "not_found");
	}
}

static void an_escape_in_the_place_of_a_name_is_taken_as_it_is(void)
{
	SEND(.method = "GET", .uri = "/things/%31", GOOD_TOKEN);
	CHECK_INT_EQ(status, 200);
	CHECK_STR_EQ(member("first"), "%31");
}

static void other_paths_are_not_found(void)
{
	static const char *const paths[] = {
	    "/",
	    "//",
	    "x",
	    "/nothing",
	    "/open/",
	    "/open/x",
	    "/Open",
	    "/ope",
	    "/things/",
	    "/things/all/",
	    "/things/1/",
	    "/things//parts/2",
	    "/things/1/parts",
	    "/things/1/parts/",
	    "/things/1/parts/2/3",
	    "/things/1//parts/2",
	    "/%6fpen",
	    "/open%00",
	    "/open#x",
	    "/../toy/open",
	    "/things/{id}/",
	};

	for (size_t i = 0; i < TOY_COUNT(paths); i++) {
		SEND(.method = "GET", .uri = paths[i], GOOD_TOKEN);
		if (!CHECK_INT_EQ(status, 404))
			printf("# for: %s\n", paths[i]);
		CHECK_STR_EQ(member("code"), "not_found");
	}
	send_raw(&(const struct sent){.method = "GET"}, NULL);
	check_refused(404, "not_found", NULL);
	send_raw(&(const struct sent){.method = "GET"}, "");
	check_refused(404, "not_found", NULL);
	send_raw(&(const struct sent){.method = "GET"}, "/api/v1/to");
	check_refused(404, "not_found", NULL);
	send_raw(&(const struct sent){.method = "GET"}, "/api/v1/sync");
	check_refused(404, "not_found", NULL);
	send_raw(&(const struct sent){.method = "GET"}, "http://example.org" TOY_PREFIX);
	check_refused(404, "not_found", NULL);
	/* A path that is not there is told before a method that is not. */
	SEND(.method = "BREW", .uri = "/nothing");
	check_refused(404, "not_found", NULL);
}

static void methods_that_a_path_does_not_take(void)
{
	static const struct {
		const char *method;
		const char *uri;
		const char *allow;
	} rows[] = {
	    {"POST", "/open", "GET, HEAD, OPTIONS"},
	    {"PATCH", "/open", "GET, HEAD, OPTIONS"},
	    {"get", "/open", "GET, HEAD, OPTIONS"},
	    {"GETX", "/open", "GET, HEAD, OPTIONS"},
	    {"", "/open", "GET, HEAD, OPTIONS"},
	    {NULL, "/open", "GET, HEAD, OPTIONS"},
	    {"-", "/open", "GET, HEAD, OPTIONS"},
	    {"PUT", "", "GET, HEAD, POST, OPTIONS"},
	    {"HEAD", "/fail", "POST, OPTIONS"},
	    {"GET", "/fail", "POST, OPTIONS"},
	    {"POST", "/things/1", "GET, HEAD, DELETE, OPTIONS"},
	    {"DELETE", "/things/all", "GET, HEAD, OPTIONS"},
	    {"GET", "/things/1/parts/2", "PUT, OPTIONS"},
	    {"CONNECT", "/open", "GET, HEAD, OPTIONS"},
	    {"TRACE", "/open", "GET, HEAD, OPTIONS"},
	};

	for (size_t i = 0; i < TOY_COUNT(rows); i++) {
		SEND(.method = rows[i].method, .uri = rows[i].uri);
		CHECK_INT_EQ(status, 405);
		CHECK_STR_EQ(header("Allow"), rows[i].allow);
		if (rows[i].method == NULL || strcmp(rows[i].method, "HEAD") != 0)
			CHECK_STR_EQ(member("code"), "method_not_allowed");
	}
}

static void head_is_get_without_the_body(void)
{
	const char *etag, *length;

	SEND(.method = "GET", .uri = "/open");
	etag = strdup(header("ETag"));
	length = strdup(header("Content-Length"));
	SEND(.method = "HEAD", .uri = "/open");
	CHECK_INT_EQ(status, 200);
	CHECK_INT_EQ(answer.body_length, 0);
	CHECK_STR_EQ(header("ETag"), etag);
	CHECK_STR_EQ(header("Content-Length"), length);
	SEND(.method = "HEAD", .uri = "/things/1");
	CHECK_INT_EQ(status, 401);
	CHECK_INT_EQ(answer.body_length, 0);
	free((void *)etag);
	free((void *)length);
}

static void options_tells_a_browser_what_it_may(void)
{
	SEND(.method = "OPTIONS", .uri = "/things/1");
	CHECK_INT_EQ(status, 204);
	CHECK_STR_EQ(header("Access-Control-Allow-Methods"), "GET, HEAD, DELETE, OPTIONS");
	CHECK_STR_EQ(
	    header("Access-Control-Allow-Headers"), "Authorization, Content-Type, If-None-Match");
	CHECK_STR_EQ(header("Access-Control-Max-Age"), "86400");
	/* A token or a body in it are nobody's business. */
	SEND(.method = "OPTIONS", .uri = "", .authorization = "Basic x", .body = "{");
	CHECK_INT_EQ(status, 204);
	CHECK_STR_EQ(header("Access-Control-Allow-Methods"), "GET, HEAD, POST, OPTIONS");
	SEND(.method = "OPTIONS", .uri = "/nothing");
	check_refused(404, "not_found", NULL);
}

/* ----- bodies ----- */

static void lengths_are_judged_before_anything_is_read(void)
{
	static const char *const unreadable[] = {"-1", "+1", "1.0", "0x10", "ten", " 1", "1 ",
	    "1,1", "99999999999999999999999999", "18446744073709551616", "\x31\x80"};
	static const char *const large[] = {"32769", "100000", "1000000000000000000"};

	for (size_t i = 0; i < TOY_COUNT(unreadable); i++) {
		SEND(.method = "POST", .uri = "/fail", JSON, .content_length = unreadable[i],
		    .body = "{\"problem\":0}");
		check_refused(400, "bad_request", NULL);
	}
	for (size_t i = 0; i < TOY_COUNT(large); i++) {
		/* Reading so much would find out that it is not there: 400. */
		SEND(.method = "POST", .uri = "/fail", JSON, .content_length = large[i],
		    .body = "{\"problem\":0}");
		check_refused(413, "body_too_large", NULL);
	}
	CHECK_STR_EQ(member("detail"), "This route takes a body of at most 32768 bytes.");
}

static void a_body_of_the_largest_size_is_read(void)
{
	char body[TOY_BODY_MAX_B + 2];

	memset(body, ' ', sizeof(body));
	memcpy(body, "{\"problem\":0}", 13);
	body[TOY_BODY_MAX_B] = '\0';
	SEND(.method = "POST", .uri = "/fail", JSON, .body = body);
	CHECK_INT_EQ(status, 204);
	body[TOY_BODY_MAX_B] = ' ';
	body[TOY_BODY_MAX_B + 1] = '\0';
	SEND(.method = "POST", .uri = "/fail", JSON, .body = body);
	check_refused(413, "body_too_large", NULL);
}

static void a_body_ends_where_it_was_said_to(void)
{
	SEND(.method = "POST", .uri = "/fail", JSON, .content_length = "14",
	    .body = "{\"problem\":0}");
	check_refused(400, "bad_request", NULL);
	SEND(.method = "POST", .uri = "/fail", JSON, .content_length = "13",
	    .body = "{\"problem\":0}garbage");
	CHECK_INT_EQ(status, 204);
	SEND(.method = "POST", .uri = "/fail", JSON, .content_length = "12",
	    .body = "{\"problem\":0}");
	check_refused(400, "malformed_json", "/problem");
}

static void a_route_without_a_body_takes_an_empty_object_and_no_other(void)
{
	static const char *const good[] = {"", "{}", " {\n} ", "{ }"};
	static const char *const bad[] = {" ", "x", "[]", "null", "{", "{}{}", "{\"x\":1}", "0",
	    "{                                                                }"};

	for (size_t i = 0; i < TOY_COUNT(good); i++) {
		SEND(.method = "POST", .uri = "/things", JSON, .body = good[i]);
		CHECK_INT_EQ(status, 201);
		SEND(.method = "POST", .uri = "/things", .body = good[i]);
		CHECK_INT_EQ(status, 201);
	}
	for (size_t i = 0; i < TOY_COUNT(bad); i++) {
		SEND(.method = "POST", .uri = "/things", JSON, .body = bad[i]);
		check_refused(400, "body_unexpected", NULL);
	}
	SEND(.method = "POST", .uri = "/things", .content_length = "1000000", .body = "{}");
	check_refused(400, "body_unexpected", NULL);
	SEND(.method = "POST", .uri = "/things", .content_length = "3", .body = "{}");
	check_refused(400, "bad_request", NULL);
	SEND(.method = "GET", .uri = "/open", .body = "x");
	check_refused(400, "body_unexpected", NULL);
	SEND(.method = "GET", .uri = "/open", .content_length = "0");
	CHECK_INT_EQ(status, 200);
	SEND(.method = "POST", .uri = "/things", .content_length = "", .content_type = "");
	CHECK_INT_EQ(status, 201);
	/* What type the nothing has makes no difference. */
	SEND(.method = "POST", .uri = "/things", .content_type = "text/plain");
	CHECK_INT_EQ(status, 201);
}

static void a_missing_body_is_malformed(void)
{
	SEND(.method = "POST", .uri = "/fail", JSON);
	check_refused(400, "malformed_json", NULL);
	SEND(.method = "POST", .uri = "/fail");
	check_refused(400, "malformed_json", NULL);
	SEND(.method = "POST", .uri = "/fail", JSON, .body = "");
	check_refused(400, "malformed_json", NULL);
}

static void only_json_is_read(void)
{
	static const char *const good[] = {"application/json", "APPLICATION/Json",
	    "application/json;charset=utf-8", "application/json; charset=UTF-8",
	    "application/json ; charset=\"utf-8\" ", "application/json;",
	    "application/json ;; ; charset=utf-8 ; ", "application/json; charset=utf-8; x=y",
	    "application/json;version=1", "application/json; profile=\"a;\\\"b\"; charset=utf-8"};
	static const char *const bad[] = {NULL, "", "text/plain", "text/json",
	    "application/x-www-form-urlencoded", "application/jsonp", "application/json-seq",
	    "application/problem+json", "application/json, text/plain",
	    "application/json; charset=latin1", "application/json; charset=utf-16",
	    "application/json; charset=utf-8; charset=latin1", "application/json; charset=\"utf-8",
	    "application/json; charset=\"utf-8\\", "application/json; charset = utf-8",
	    "application/json; charset=", "application/json; charset", "application/json; =utf-8",
	    "application/json; x=y z", "application/json charset=utf-8", "application/ json"};

	for (size_t i = 0; i < TOY_COUNT(good); i++) {
		SEND(.method = "POST", .uri = "/fail", .content_type = good[i],
		    .body = "{\"problem\":0}");
		CHECK_INT_EQ(status, 204);
	}
	for (size_t i = 0; i < TOY_COUNT(bad); i++) {
		SEND(.method = "POST", .uri = "/fail", .content_type = bad[i],
		    .body = "{\"problem\":0}");
		check_refused(415, "unsupported_media_type", NULL);
	}
}

static void a_body_that_is_encoded_is_refused(void)
{
	static const char *const bad[] = {"gzip", "br", "identity, gzip", "GZIP", "nonsense"};

	for (size_t i = 0; i < TOY_COUNT(bad); i++) {
		SEND(.method = "POST", .uri = "/fail", JSON, .content_encoding = bad[i],
		    .body = "{\"problem\":0}");
		check_refused(415, "unsupported_media_type", NULL);
	}
	SEND(.method = "POST", .uri = "/fail", JSON, .content_encoding = "Identity",
	    .body = "{\"problem\":0}");
	CHECK_INT_EQ(status, 204);
	SEND(.method = "POST", .uri = "/fail", JSON, .content_encoding = "",
	    .body = "{\"problem\":0}");
	CHECK_INT_EQ(status, 204);
	/* What is not there is not encoded. */
	SEND(.method = "POST", .uri = "/things", .content_encoding = "gzip");
	CHECK_INT_EQ(status, 201);
}

static void bodies_are_checked_against_their_shape(void)
{
	SEND(.method = "POST", .uri = "/fail", JSON, .body = "{\"problem\":0,\"email\":\"x\"}");
	check_refused(422, "unknown_member", "/email");
	SEND(.method = "POST", .uri = "/fail", JSON, .body = "{}");
	check_refused(422, "missing_member", "/problem");
	SEND(.method = "POST", .uri = "/fail", JSON, .body = "{\"problem\":0,\"problem\":0}");
	check_refused(400, "duplicate_member", "/problem");
	SEND(.method = "POST", .uri = "", JSON, GOOD_TOKEN,
	    .body = "{\"problem\":0,\"name\":\"quiet-cedar\"}");
	CHECK_INT_EQ(status, 200);
	CHECK_STR_EQ(member("name"), "quiet-cedar");
	CHECK_STR_EQ(member("caller"), "jane");
}

/* ----- tokens ----- */

static void a_token_is_wanted_where_the_row_says_so(void)
{
	static const struct {
		const char *authorization;
		const char *code; /* NULL: it is let in */
	} rows[] = {
	    {NULL, "token_missing"},
	    {"", "token_missing"},
	    {"Bearer bm_good", NULL},
	    {"bearer bm_good", NULL},
	    {"BEARER bm_good", NULL},
	    {"Bearer", "token_malformed"},
	    {"Bearer ", "token_malformed"},
	    {"Bearer    bm_good", NULL},
	    {"Bearer   ", "token_malformed"},
	    {"Bearer\tbm_good", "token_malformed"},
	    {"Bearer bm_good ", "token_malformed"},
	    {"Bearer bm_good, Bearer bm_good", "token_malformed"},
	    {" Bearer bm_good", "token_malformed"},
	    {"bm_good", "token_malformed"},
	    {"Basic Ym1fZ29vZA==", "token_malformed"},
	    {"Bearer=bm_good", "token_malformed"},
	    {"Bearerbm_good", "token_malformed"},
	    {"Bearer BM_GOOD", "token_malformed"},
	    {"Bearer bm_unknown", "token_unknown"},
	    {"Bearer bm_revoked", "token_revoked"},
	};

	for (size_t i = 0; i < TOY_COUNT(rows); i++) {
		SEND(.method = "GET", .uri = "/things/1", .authorization = rows[i].authorization);
		if (rows[i].code == NULL) {
			CHECK_INT_EQ(status, 200);
			CHECK_STR_EQ(member("caller"), "jane");
		} else {
			check_refused(401, rows[i].code, NULL);
			CHECK_STR_EQ(header("WWW-Authenticate"), "Bearer");
		}
	}
}

static void a_token_that_may_be_shown_must_be_good(void)
{
	SEND(.method = "GET", .uri = "");
	CHECK_INT_EQ(status, 200);
	CHECK_STR_EQ(member("caller"), NULL);
	SEND(.method = "GET", .uri = "", GOOD_TOKEN);
	CHECK_INT_EQ(status, 200);
	CHECK_STR_EQ(member("caller"), "jane");
	SEND(.method = "GET", .uri = "", .authorization = "Bearer bm_revoked");
	check_refused(401, "token_revoked", NULL);
	SEND(.method = "GET", .uri = "", .authorization = "Basic x");
	check_refused(401, "token_malformed", NULL);
}

static void a_token_that_nobody_wants_is_not_looked_at(void)
{
	SEND(.method = "GET", .uri = "/open", .authorization = "Bearer bm_revoked");
	CHECK_INT_EQ(status, 200);
	CHECK_STR_EQ(member("caller"), NULL);
}

static void a_store_that_cannot_look_a_token_up_is_unavailable(void)
{
	SEND(.method = "GET", .uri = "/things/1", .authorization = "Bearer bm_busy");
	check_refused(503, "unavailable", NULL);
	CHECK_STR_EQ(header("Retry-After"), "5");
}

/* ----- the order of refusals ----- */

static void refusals_come_in_order(void)
{
	/* Each request has every later fault as well. */
	SEND(.method = "BREW", .uri = "/nothing?%zz", .content_length = "x", .body = "{");
	check_refused(404, "not_found", NULL);
	SEND(.method = "BREW", .uri = "?%zz", .content_length = "x", .body = "{");
	check_refused(405, "method_not_allowed", NULL);
	SEND(.method = "POST", .uri = "?%zz", .content_length = "50000", .body = "{");
	check_refused(413, "body_too_large", NULL);
	SEND(.method = "POST", .uri = "?%zz", .body = "{");
	check_refused(415, "unsupported_media_type", NULL);
	SEND(.method = "POST", .uri = "?%zz", JSON, .body = "{");
	check_refused(401, "token_missing", NULL);
	SEND(.method = "POST", .uri = "?%zz", JSON, GOOD_TOKEN, .body = "{");
	check_refused(400, "bad_request", NULL);
	SEND(.method = "POST", .uri = "?today=x", JSON, GOOD_TOKEN, .body = "{");
	check_refused(422, "unknown_member", "?today");
	SEND(.method = "POST", .uri = "?", JSON, GOOD_TOKEN, .body = "{");
	check_refused(400, "malformed_json", NULL);
}

static void query_strings_are_checked_against_their_shape(void)
{
	SEND(.method = "GET", .uri = "?today=2026-11-22");
	CHECK_INT_EQ(status, 200);
	CHECK_STR_EQ(member("today"), "2026-11-22");
	SEND(.method = "GET", .uri = "?");
	CHECK_INT_EQ(status, 200);
	CHECK_STR_EQ(member("today"), NULL);
	SEND(.method = "GET", .uri = "?today=yesterday");
	check_refused(422, "bad_value", "?today");
	SEND(.method = "GET", .uri = "?today=2026-11-22&today=2026-11-22");
	check_refused(400, "bad_request", "?today");
	SEND(.method = "GET", .uri = "?today=2026-11-22?today=2026-11-22");
	check_refused(422, "bad_value", "?today");
	SEND(.method = "GET", .uri = "/open?name=jane");
	check_refused(422, "unknown_member", "?name");
	CHECK_STR_EQ(member("detail"), "Nothing is known here.");
	SEND(.method = "GET", .uri = "/open?");
	CHECK_INT_EQ(status, 200);
}

/* ----- between the two halves of the ladder ----- */

static bool is_always_gone(void *source)
{
	(void)source;
	return true;
}

/* Begins a request of a token, without a body. */
static struct turn *begin(const struct exchange *exchange, int64_t *holder)
{
	arena_reset(arena);
	return exchange_begin(&toy_family, arena, exchange, holder);
}

static void the_token_says_whose_share_is_taken(void)
{
	struct exchange exchange = {.method = "GET", .uri = TOY_PREFIX "/things/1"};
	int64_t holder = -1;

	exchange_finish(begin(&exchange, &holder), &answer);
	CHECK_INT_EQ(holder, 0);
	exchange.authorization = "Bearer bm_unknown";
	exchange_finish(begin(&exchange, &holder), &answer);
	CHECK_INT_EQ(holder, 0);
	exchange.authorization = "Bearer bm_good";
	exchange_finish(begin(&exchange, &holder), &answer);
	CHECK_INT_EQ(holder, 1);
	CHECK(strncmp(answer.head, "Status: 200 ", 12) == 0);
	exchange.authorization = "Bearer bm_other";
	exchange_finish(begin(&exchange, &holder), &answer);
	CHECK_INT_EQ(holder, 2);
}

static void who_has_too_many_under_way_is_refused_before_anything_is_read(void)
{
	const struct exchange exchange = {
	    .method = "GET", .uri = TOY_PREFIX "/things/1?x", GOOD_TOKEN};
	int64_t holder;
	struct turn *turn = begin(&exchange, &holder);

	exchange_refuse(turn);
	exchange_finish(turn, &answer);
	CHECK_STR_EQ(toy_answer_fault(&answer, false), NULL);
	CHECK(strncmp(answer.head, "Status: 429 ", 12) == 0);
	CHECK_STR_EQ(header("Retry-After"), "2");
	CHECK(strstr(answer.body, "\"too_many_requests\"") != NULL);
}

static void nothing_is_done_for_a_client_that_has_gone(void)
{
	struct exchange exchange = {
	    .method = "GET", .uri = TOY_PREFIX "/open", .is_gone = is_always_gone};
	int64_t holder;

	exchange_finish(begin(&exchange, &holder), &answer);
	CHECK(answer.head == NULL);
	CHECK_INT_EQ(answer.body_length, 0);
	/* What is refused costs nothing, and is refused as ever. */
	exchange.uri = TOY_PREFIX "/nothing";
	exchange_finish(begin(&exchange, &holder), &answer);
	CHECK(strncmp(answer.head, "Status: 404 ", 12) == 0);
}

int main(void)
{
	if (!begin_exchanges())
		return 1;
	CASE(paths_find_their_routes);
	CASE(pages_stand_at_the_root);
	CASE(unknown_parameters_of_a_page_are_ignored);
	CASE(pages_have_one_spelling);
	CASE(an_escape_in_the_place_of_a_name_is_taken_as_it_is);
	CASE(other_paths_are_not_found);
	CASE(methods_that_a_path_does_not_take);
	CASE(head_is_get_without_the_body);
	CASE(options_tells_a_browser_what_it_may);
	CASE(lengths_are_judged_before_anything_is_read);
	CASE(a_body_of_the_largest_size_is_read);
	CASE(a_body_ends_where_it_was_said_to);
	CASE(a_route_without_a_body_takes_an_empty_object_and_no_other);
	CASE(a_missing_body_is_malformed);
	CASE(only_json_is_read);
	CASE(a_body_that_is_encoded_is_refused);
	CASE(bodies_are_checked_against_their_shape);
	CASE(a_token_is_wanted_where_the_row_says_so);
	CASE(a_token_that_may_be_shown_must_be_good);
	CASE(a_token_that_nobody_wants_is_not_looked_at);
	CASE(a_store_that_cannot_look_a_token_up_is_unavailable);
	CASE(refusals_come_in_order);
	CASE(query_strings_are_checked_against_their_shape);
	CASE(the_token_says_whose_share_is_taken);
	CASE(who_has_too_many_under_way_is_refused_before_anything_is_read);
	CASE(nothing_is_done_for_a_client_that_has_gone);
	end_exchanges();
	return check_end();
}
