/*
 * The life of a request, in one place. refuse_or_admit and refuse_or_handle are the ladder: each rung either
 * refuses or leads to the next, from what costs nothing to know (the path) to what costs reading (the body),
 * so that a stranger learns little and spends none of our time. Between the two a request may wait for its
 * share of the threads (server.c). Below them a reply becomes bytes, the
 * same for all families: headers, problem documents, ETags, the line in the log.
 *
 * Nothing that a client sent gets into a header or the log (rule P3, and no header can be split by
 * it): methods, templates and codes are ours, ids and hashes are hexadecimal digits.
 */
#include "http/exchange.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/secret.h"
#include "http/etag.h"
#include "http/media.h"
#include "http/status.h"

enum verb {
	VERB_GET = METHOD_GET,
	VERB_POST = METHOD_POST,
	VERB_PUT = METHOD_PUT,
	VERB_DELETE = METHOD_DELETE,
	VERB_HEAD,    /* answered as GET, without the body */
	VERB_OPTIONS, /* what a browser asks before it lets another origin's script call */
	VERB_UNKNOWN,
};

static const char *const verb_names[] = {
    [VERB_GET] = "GET",
    [VERB_POST] = "POST",
    [VERB_PUT] = "PUT",
    [VERB_DELETE] = "DELETE",
    [VERB_HEAD] = "HEAD",
    [VERB_OPTIONS] = "OPTIONS",
    [VERB_UNKNOWN] = "-",
};

enum {
	ID_B = 8,
	RETRY_UNAVAILABLE_S = 5,
	RETRY_TOO_MANY_S = 60,
	RETRY_SHARE_S = 2,
	EMPTY_BODY_MAX_B = 64, /* of a route that takes none */
	RETRY_FULL_S = 600,    /* for an administrator to make room */
	PREFLIGHT_S = 24 * 60 * 60,
	STATUS_CLIENT_GONE = 499, /* as nginx calls it; in logs and metrics, for nobody gets it */
};

/* One request on its way through. */
struct turn {
	const struct family *family;
	const struct exchange *exchange;
	struct arena *arena;
	enum verb verb;
	const char *query; /* what follows the '?' of the target; NULL: no '?' */
	struct route_match match;
	const struct route *route; /* NULL: refused before there was one */
	size_t body_length;        /* as announced */
	struct request request;
	struct reply reply;
	enum problem problem; /* that was found so far */
	bool is_gone;         /* the client */
	const char *etag;     /* of a body that is a stream */
	double began_ms;
	char id[2 * ID_B + 1];
};

static enum verb read_verb(const char *method)
{
	for (enum verb verb = VERB_GET; method != NULL && verb < VERB_UNKNOWN; verb++)
		if (strcmp(method, verb_names[verb]) == 0)
			return verb;
	return VERB_UNKNOWN;
}

/* CGI gives a header that is absent as an empty variable. */
static bool is_absent(const char *header)
{
	return header == NULL || *header == '\0';
}

/* The slot that two hexadecimal digits name. */
static int read_slot(const char *text)
{
	uint8_t slot;

	return text != NULL && hex_parse(text, strlen(text), &slot, 1) ? slot : SLOT_NONE;
}

/* The methods of the path, as Allow and Access-Control-Allow-Methods list them. */
static const char *allowed(const struct turn *turn)
{
	const char *list = "";

	for (enum method method = 0; method < METHOD_COUNT; method++)
		if (turn->match.by_method[method] != NULL)
			list = arena_printf(turn->arena, "%s%s, %s", list, verb_names[method],
			    method == METHOD_GET ? "HEAD, " : "");
	return arena_printf(turn->arena, "%sOPTIONS", list);
}

static enum problem find_path(struct turn *turn)
{
	const char *uri = turn->exchange->uri == NULL ? "" : turn->exchange->uri;
	size_t length = strcspn(uri, "?");

	if (uri[length] == '?')
		turn->query = uri + length + 1;
	if (!route_find(turn->arena, turn->family, uri, length, &turn->match))
		return reply_blame(
		    &turn->reply, PROBLEM_NOT_FOUND, NULL, "No route has this path.");
	memcpy(turn->request.args, turn->match.args, sizeof(turn->request.args));
	return PROBLEM_NONE;
}

static const struct route *find_route(const struct turn *turn)
{
	enum verb verb = turn->verb == VERB_HEAD ? VERB_GET : turn->verb;

	return verb < (enum verb)METHOD_COUNT ? turn->match.by_method[verb] : NULL;
}

/* Reads a Content-Length. False when it is no number, or one beyond any body. */
static bool read_length(const char *text, size_t *length)
{
	size_t value = 0;

	*length = 0;
	if (is_absent(text))
		return true;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9' || value > SIZE_MAX / 16)
			return false;
		value = value * 10 + (size_t)(*text - '0');
	}
	*length = value;
	return true;
}

/* Reads the body into the arena, with a NUL behind it. NULL: it is shorter than announced. */
static char *take_body(struct turn *turn)
{
	const struct exchange *exchange = turn->exchange;
	char *body = arena_alloc(turn->arena, turn->body_length + 1);

	if (turn->body_length > 0 &&
	    exchange->read(exchange->source, body, turn->body_length) != turn->body_length)
		return NULL;
	return body;
}

static enum problem blame_short_body(struct turn *turn)
{
	return reply_blame(&turn->reply, PROBLEM_BAD_REQUEST, NULL,
	    "The body is shorter than the header Content-Length says.");
}

/* Where no body is taken some clients send one all the same, {}: it says nothing, and is let pass. */
static enum problem refuse_body(struct turn *turn)
{
	static const struct shape empty = {0};
	struct shape_fault fault;
	const void *nothing;
	char *body;

	if (turn->body_length == 0)
		return PROBLEM_NONE;
	if (turn->body_length <= EMPTY_BODY_MAX_B) {
		body = take_body(turn);
		if (body == NULL)
			return blame_short_body(turn);
		if (shape_read_json(turn->arena, &empty, body, turn->body_length, &nothing,
			&fault) == PROBLEM_NONE)
			return PROBLEM_NONE;
	}
	return reply_blame(&turn->reply, PROBLEM_BODY_UNEXPECTED, NULL,
	    "This route takes no body, or an empty object.");
}

static enum problem judge_length(struct turn *turn, const struct route *route)
{
	if (!read_length(turn->exchange->content_length, &turn->body_length))
		return reply_blame(&turn->reply, PROBLEM_BAD_REQUEST, NULL,
		    "The header Content-Length cannot be read.");
	if (route->body == NULL)
		return refuse_body(turn);
	if (turn->body_length > route->body_max_b)
		return reply_blame(&turn->reply, PROBLEM_BODY_TOO_LARGE, NULL,
		    arena_printf(turn->arena, "This route takes a body of at most %zu bytes.",
			route->body_max_b));
	return PROBLEM_NONE;
}

static enum problem judge_type(struct turn *turn)
{
	const char *encoding = turn->exchange->content_encoding;

	/* No body has no type; that it is missing is said when it is read. What a route without one got is empty. */
	if (turn->body_length == 0 || turn->route->body == NULL)
		return PROBLEM_NONE;
	if (!is_absent(encoding) && strcasecmp(encoding, "identity") != 0)
		return reply_blame(&turn->reply, PROBLEM_MEDIA_TYPE, NULL,
		    "Send the body as it is, without a Content-Encoding.");
	if (media_is_json(turn->exchange->content_type))
		return PROBLEM_NONE;
	return reply_blame(&turn->reply, PROBLEM_MEDIA_TYPE, NULL,
	    "Send the header Content-Type: application/json.");
}

static enum problem authenticate(struct turn *turn, int64_t *holder)
{
	static const char scheme[] = "Bearer ";
	const struct route *route = turn->route;
	const char *token, *header = turn->exchange->authorization;
	struct bearer bearer;
	enum problem problem;

	if (route->needs == NEEDS_NOTHING)
		return PROBLEM_NONE;
	if (is_absent(header)) {
		if (route->needs == MAY_TOKEN)
			return PROBLEM_NONE;
		return reply_blame(&turn->reply, PROBLEM_TOKEN_MISSING, NULL,
		    "Send the header Authorization: Bearer and a token.");
	}
	if (strncasecmp(header, scheme, sizeof(scheme) - 1) != 0)
		return reply_blame(&turn->reply, PROBLEM_TOKEN_MALFORMED, NULL,
		    "The scheme must be Bearer, then a space and the token.");
	token = header + sizeof(scheme) - 1;
	token += strspn(token, " ");
	problem = turn->family->authenticate(turn->request.context, turn->arena, token, &bearer);
	if (problem != PROBLEM_NONE)
		return problem;
	turn->request.caller = bearer.caller;
	*holder = bearer.holder;
	return PROBLEM_NONE;
}

static bool is_page(const struct family *family, const struct route *route)
{
	return route >= family->pages && route < family->pages + family->page_count;
}

static enum problem read_query(struct turn *turn, const struct route *route)
{
	static const struct shape empty = {0};
	const struct shape *shape = route->query == NULL ? &empty : route->query;
	const char *query = is_page(turn->family, route)
	    ? shape_known_query(turn->arena, shape, turn->query)
	    : turn->query;
	struct shape_fault fault;
	enum problem problem =
	    shape_read_query(turn->arena, shape, query, &turn->request.query, &fault);

	if (problem != PROBLEM_NONE)
		return reply_blame(&turn->reply, problem, fault.pointer, fault.detail);
	return PROBLEM_NONE;
}

static enum problem read_body(struct turn *turn, const struct route *route)
{
	struct shape_fault fault;
	enum problem problem;
	char *body;

	if (route->body == NULL)
		return PROBLEM_NONE;
	body = take_body(turn);
	if (body == NULL)
		return blame_short_body(turn);
	problem = shape_read_json(
	    turn->arena, route->body, body, turn->body_length, &turn->request.body, &fault);
	if (problem != PROBLEM_NONE)
		return reply_blame(&turn->reply, problem, fault.pointer, fault.detail);
	return PROBLEM_NONE;
}

/* The rungs up to where it is known who asks. A preflight has no route, and nothing more to climb. */
static enum problem refuse_or_admit(struct turn *turn, int64_t *holder)
{
	enum problem problem = find_path(turn);

	if (problem != PROBLEM_NONE)
		return problem;
	if (turn->verb == VERB_OPTIONS)
		return reply_empty(&turn->reply);
	turn->route = find_route(turn);
	if (turn->route == NULL)
		return reply_blame(&turn->reply, PROBLEM_METHOD, NULL,
		    arena_printf(turn->arena, "The path takes %s.", allowed(turn)));
	problem = judge_length(turn, turn->route);
	if (problem == PROBLEM_NONE)
		problem = judge_type(turn);
	return problem == PROBLEM_NONE ? authenticate(turn, holder) : problem;
}

/*
 * The rungs above. What a client asked for that has gone since is not begun: it would take time from those
 * that wait, and who did not hear of it has to ask again anyway.
 */
static enum problem refuse_or_handle(struct turn *turn)
{
	const struct exchange *exchange = turn->exchange;
	enum problem problem = read_query(turn, turn->route);

	if (problem == PROBLEM_NONE)
		problem = read_body(turn, turn->route);
	if (problem != PROBLEM_NONE)
		return problem;
	turn->is_gone = exchange->is_gone != NULL && exchange->is_gone(exchange->source);
	return turn->is_gone ? PROBLEM_NONE : turn->route->handle(&turn->request, &turn->reply);
}

/* The document of RFC 9457. The caller puts it. */
static struct json_object *problem_document(const struct turn *turn, enum problem problem)
{
	const struct problem_row *row = problem_row(problem);
	const struct reply *reply = &turn->reply;
	struct json_object *json = json_new_object();
	const char *detail = reply->detail;

	if (detail == NULL)
		detail = arena_printf(turn->arena, "%s.", row->title);
	json_add_text(json, "type", arena_printf(turn->arena, "/problems#%s", row->code));
	json_add_text(json, "title", row->title);
	json_add_integer(json, "status", row->status);
	json_add_text(json, "code", row->code);
	json_add_text(json, "detail", detail);
	if (reply->pointer != NULL)
		json_add_text(json, "pointer", reply->pointer);
	if (reply->extra != NULL) {
		json_object_object_foreach(reply->extra, name, value)
		{
			json_add(json, name, json_object_get(value));
		}
	}
	return json;
}

static void write_json(const struct turn *turn, struct json_object *json, struct answer *answer)
{
	answer->body = json_text(turn->arena, json, &answer->body_length);
}

/* Makes the body of an answer. Returns its media type; NULL: there is none. */
static const char *write_body(struct turn *turn, enum problem problem, struct answer *answer)
{
	const struct reply *reply = &turn->reply;

	if (problem != PROBLEM_NONE) {
		struct json_object *document = problem_document(turn, problem);

		write_json(turn, document, answer);
		json_object_put(document);
		return "application/problem+json";
	}
	if (reply->json != NULL) {
		write_json(turn, reply->json, answer);
		return "application/json";
	}
	if (reply->stream.write != NULL) {
		answer->stream = reply->stream;
		turn->etag = etag_make_of_stream(turn->arena, &reply->stream, &answer->body_length);
	} else if (reply->type != NULL) {
		answer->body = reply->bytes;
		answer->body_length = reply->length;
	}
	return reply->type;
}

static int retry_after_s(const struct turn *turn, enum problem problem, int status)
{
	if (turn->reply.retry_after_s > 0)
		return turn->reply.retry_after_s;
	if (problem == PROBLEM_STORE_FULL)
		return RETRY_FULL_S;
	return status == 503 ? RETRY_UNAVAILABLE_S : status == 429 ? RETRY_TOO_MANY_S : 0;
}

/* What may be kept: no problem, and nothing that a token opened or that changed something; the rest after asking. */
static const char *cache_control(const struct route *route, enum problem problem)
{
	if (problem == PROBLEM_NONE && route != NULL && route->method == METHOD_GET &&
	    route->needs == NEEDS_NOTHING)
		return "no-cache";
	return "private, no-store";
}

/* The headers that only some answers have. */
static const char *special_headers(const struct turn *turn, enum problem problem, int status)
{
	int retry_s = retry_after_s(turn, problem, status);

	if (status == 401)
		return "WWW-Authenticate: Bearer\r\n";
	if (status == 405)
		return arena_printf(turn->arena, "Allow: %s\r\n", allowed(turn));
	if (retry_s > 0)
		return arena_printf(turn->arena, "Retry-After: %d\r\n", retry_s);
	if (turn->verb == VERB_OPTIONS && status == 204)
		return arena_printf(turn->arena,
		    "Access-Control-Allow-Methods: %s\r\n"
		    "Access-Control-Allow-Headers: Authorization, Content-Type, If-None-Match\r\n"
		    "Access-Control-Max-Age: %d\r\n",
		    allowed(turn), PREFLIGHT_S);
	return "";
}

static bool has_body(const struct answer *answer)
{
	return answer->body != NULL || answer->stream.write != NULL;
}

/* The headers of a body that goes out, or that would if this were no HEAD. */
static const char *body_headers(
    const struct turn *turn, const struct answer *answer, const char *type)
{
	if (!has_body(answer))
		return "";
	return arena_printf(
	    turn->arena, "Content-Type: %s\r\nContent-Length: %zu\r\n", type, answer->body_length);
}

/* Makes the answer of a reply. Returns its status. */
static int write_answer(struct turn *turn, struct answer *answer)
{
	const struct route *route = turn->route;
	enum problem problem = turn->problem;
	int status = problem == PROBLEM_NONE ? turn->reply.status : problem_row(problem)->status;
	const char *etag = "", *type;

	type = write_body(turn, problem, answer);
	if (status == 200 && route != NULL && route->method == METHOD_GET && has_body(answer)) {
		const char *tag = answer->body == NULL
		    ? turn->etag
		    : etag_make(turn->arena, answer->body, answer->body_length);

		etag = arena_printf(turn->arena, "ETag: %s\r\n", tag);
		if (turn->exchange->if_none_match != NULL &&
		    etag_is_listed(turn->exchange->if_none_match, tag)) {
			status = 304;
			*answer = (struct answer){0};
		}
	}
	answer->head = arena_printf(turn->arena,
	    "Status: %d %s\r\n"
	    "%s%s%s"
	    "Cache-Control: %s\r\n"
	    "Access-Control-Allow-Origin: *\r\n"
	    "Access-Control-Expose-Headers: ETag, Retry-After, X-Request-Id\r\n"
	    "X-Request-Id: %s\r\n"
	    "\r\n",
	    status, status_phrase(status), body_headers(turn, answer, type), etag,
	    special_headers(turn, problem, status), cache_control(route, problem), turn->id);
	answer->head_length = strlen(answer->head);
	if (turn->verb == VERB_HEAD) {
		answer->body = NULL;
		answer->body_length = 0;
		answer->stream = (struct stream){0};
	}
	return status;
}

static void name_rows(struct meter *meter, const struct route *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		meter_add_route(meter, verb_names[rows[i].method], rows[i].path);
}

void exchange_name_routes(const struct family *family)
{
	name_rows(family->meter, family->routes, family->route_count);
	name_rows(family->meter, family->pages, family->page_count);
}

/* The number by which the meter knows a row: from 1 on, pages behind routes; 0: none. */
static size_t number_of(const struct family *family, const struct route *route)
{
	if (route == NULL)
		return 0;
	if (is_page(family, route))
		return family->route_count + (size_t)(route - family->pages) + 1;
	return (size_t)(route - family->routes) + 1;
}

static void make_id(char id[2 * ID_B + 1])
{
	uint8_t bytes[ID_B];

	secret_random(bytes, sizeof(bytes));
	hex_format(bytes, sizeof(bytes), id);
}

struct turn *exchange_begin(const struct family *family, struct arena *arena,
    const struct exchange *exchange, int64_t *holder)
{
	struct turn *turn = arena_alloc(arena, sizeof(*turn));

	*turn = (struct turn){
	    .family = family,
	    .exchange = exchange,
	    .arena = arena,
	    .verb = read_verb(exchange->method),
	    .request = {.arena = arena,
		.slot = read_slot(exchange->slot),
		.context = family->context},
	    .began_ms = clock_monotonic_ms(),
	};
	*holder = 0;
	make_id(turn->id);
	reply_init(&turn->reply, arena);
	turn->problem = refuse_or_admit(turn, holder);
	return turn;
}

void exchange_refuse(struct turn *turn)
{
	turn->reply.retry_after_s = RETRY_SHARE_S;
	turn->problem = reply_blame(&turn->reply, PROBLEM_TOO_MANY, NULL,
	    "This account has as many requests under way as it may have at once.");
}

void exchange_finish(struct turn *turn, struct answer *answer)
{
	struct log_request line;

	if (turn->problem == PROBLEM_NONE && turn->route != NULL)
		turn->problem = refuse_or_handle(turn);
	*answer = (struct answer){0};
	line = (struct log_request){
	    .id = turn->id,
	    .family = turn->family->name,
	    .method = verb_names[turn->verb],
	    .route = turn->match.path == NULL ? "-" : turn->match.path,
	    .status = turn->is_gone ? STATUS_CLIENT_GONE : write_answer(turn, answer),
	    .code = turn->problem == PROBLEM_NONE ? "-" : problem_row(turn->problem)->code,
	};
	/* What does not go out ends here. */
	if (answer->stream.write == NULL && turn->reply.stream.end != NULL)
		turn->reply.stream.end(turn->reply.stream.source);
	reply_clear(&turn->reply);
	line.duration_ms = clock_monotonic_ms() - turn->began_ms;
	meter_answer(turn->family->meter, number_of(turn->family, turn->route), line.status,
	    turn->problem, line.duration_ms);
	log_request(&line);
}

void exchange_end(const struct answer *answer)
{
	if (answer->stream.end != NULL)
		answer->stream.end(answer->stream.source);
}

/* A sink that keeps all of a text. */
struct whole {
	struct sink sink;
	char *text;
	size_t length;
};

static bool take_whole(struct sink *sink, const char *text, size_t length)
{
	struct whole *whole = (struct whole *)sink;

	memcpy(whole->text + whole->length, text, length);
	whole->length += length;
	return true;
}

void exchange_answer(const struct family *family, struct arena *arena,
    const struct exchange *exchange, struct answer *answer)
{
	int64_t holder;
	struct whole whole = {.sink = {take_whole}};

	exchange_finish(exchange_begin(family, arena, exchange, &holder), answer);
	if (answer->stream.write == NULL)
		return;
	whole.text = arena_alloc(arena, answer->body_length + 1);
	answer->stream.write(&whole.sink, answer->stream.source);
	exchange_end(answer);
	answer->body = whole.text;
	answer->stream = (struct stream){0};
}
