/* The server while it serves: whole requests, broken ones, many at once. */
#include <errno.h>
#include <pthread.h>

#include "core/clock.h"
#include "toy_server.h"

/* ----- requests ----- */

static void a_request_is_answered(void)
{
	pid_t server = start(2);

	CHECK_ANSWER(ASK(.method = "GET", .uri = TOY_PREFIX "/open"), 200, "\"first\":null");
	CHECK_ANSWER(ASK(.method = "GET", .uri = TOY_PREFIX "/nothing"), 404, "not_found");
	CHECK_ANSWER(ASK(.method = "GET", .uri = TOY_PREFIX "/stream"), 200, "[0,1,1");
	CHECK_ANSWER(
	    ASK(.method = "GET", .uri = TOY_PREFIX "?today=2026-11-22"), 200, "2026-11-22");
	CHECK_ANSWER(ASK(.method = "POST", .uri = TOY_PREFIX "", .type = "application/json",
			 .authorization = "Bearer bm_good",
			 .body = "{\"problem\":0,\"name\":\"quiet-cedar\"}"),
	    200, "\"caller\":\"jane\",\"name\":\"quiet-cedar\"");
	CHECK_ANSWER(ASK(.method = "POST", .uri = TOY_PREFIX "", .type = "text/plain", .body = "x"),
	    415, "unsupported_media_type");
	CHECK_ANSWER(ASK(.method = "GET", .uri = TOY_PREFIX "/things/1"), 401, "token_missing");
	CHECK_ANSWER(
	    ASK(.method = "GET", .uri = TOY_PREFIX "/open", .if_none_match = "*"), 304, "");
	/* All that nginx may leave out. */
	CHECK_ANSWER(ASK(.uri = TOY_PREFIX "/open"), 405, "method_not_allowed");
	CHECK_INT_EQ(stop(server), 0);
}

static void bodies_and_answers_of_many_records(void)
{
	pid_t server = start(2);
	size_t length = TOY_BODY_MAX_B - 64;
	char *name = malloc(length + 1), *body = malloc(length + 64);

	for (size_t i = 0; i < length; i++)
		name[i] = (char)('a' + i % 26);
	name[length] = '\0';
	sprintf(body, "{\"problem\":0,\"name\":\"%s\"}", name);
	for (size_t piece = 1; piece <= length; piece *= 7)
		CHECK_ANSWER(ASK(.method = "POST", .uri = TOY_PREFIX "", .type = "application/json",
				 .authorization = "Bearer bm_good", .body = body, .piece = piece),
		    200, name);
	free(name);
	free(body);
	CHECK_INT_EQ(stop(server), 0);
}

static void a_body_that_is_not_read_does_not_break_the_answer(void)
{
	pid_t server = start(1);
	size_t length = 3000000;
	char *body = malloc(length + 1);

	memset(body, ' ', length);
	body[length] = '\0';
	CHECK_ANSWER(
	    ASK(.method = "POST", .uri = TOY_PREFIX "", .type = "application/json", .body = body),
	    413, "body_too_large");
	CHECK_ANSWER(ASK(.method = "GET", .uri = TOY_PREFIX "/open"), 200, "");
	free(body);
	CHECK_INT_EQ(stop(server), 0);
}

static void a_body_shorter_than_announced(void)
{
	pid_t server = start(1);

	CHECK_ANSWER(ASK(.method = "POST", .uri = TOY_PREFIX "/fail", .type = "application/json",
			 .content_length = "100", .body = "{\"problem\":0}"),
	    400, "bad_request");
	CHECK_INT_EQ(stop(server), 0);
}

/* Sends the first length bytes of a request and goes away. */
static void send_part(const struct bytes *bytes, size_t length)
{
	int fd = connect_to(socket_path);

	REQUIRE(fd >= 0);
	send_all(fd, bytes->data, length);
	close(fd);
}

static void requests_that_break_off_anywhere_harm_nobody(void)
{
	const struct ask whole = {.method = "POST",
	    .uri = TOY_PREFIX "/fail",
	    .type = "application/json",
	    .body = "{\"problem\":0}"};
	pid_t server = start(2);
	struct bytes bytes = request_bytes(&whole);

	for (size_t length = 0; length < bytes.length; length++)
		send_part(&bytes, length);
	CHECK_ANSWER(ask_at(socket_path, &whole), 204, "");
	free(bytes.data);
	CHECK_INT_EQ(stop(server), 0);
}

static void a_client_that_does_not_wait_harms_nobody(void)
{
	const struct ask slow = {.method = "GET", .uri = TOY_PREFIX "/wait?wait_ms=50"};
	pid_t server = start(2);

	for (int i = 0; i < 4; i++)
		close(send_ask(socket_path, &slow));
	CHECK_ANSWER(ask_at(socket_path, &slow), 200, "");
	CHECK_INT_EQ(stop(server), 0);
	CHECK(has_logged("toy stopped\n"));
}

static void what_is_no_fastcgi_is_hung_up_on(void)
{
	static const unsigned char other_version[16] = {2, 1, 0, 1, 0, 8};
	pid_t server = start(1);
	struct bytes bytes = {0}, got = {0};

	for (int kind = 0; kind < 4; kind++) {
		int fd = connect_to(socket_path);

		bytes.length = got.length = 0;
		if (kind == 0)
			put(&bytes, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27);
		if (kind == 1)
			put(&bytes, other_version, sizeof(other_version));
		if (kind == 2)
			put_begin(&bytes, 9, 0);
		if (kind == 3)
			put_record(&bytes, FCGI_BEGIN_REQUEST, "short", 5);
		send_all(fd, bytes.data, bytes.length);
		CHECK(receive_all(fd, &got) || errno == ECONNRESET);
		CHECK_INT_EQ(got.length, 0);
		close(fd);
	}
	CHECK_ANSWER(ASK(.method = "GET", .uri = TOY_PREFIX "/open"), 200, "");
	free(bytes.data);
	free(got.data);
	CHECK_INT_EQ(stop(server), 0);
}

/* libfcgi before 2.4.2-2+deb12u1 wrote beyond its memory then (CVE-2025-23016). */
static void lengths_that_overflow_together_are_hung_up_on(void)
{
	struct bytes params = {0}, bytes = {0}, answer = {0};
	char filler[4096];
	int fd = connect_to(socket_path);

	memset(filler, 'A', sizeof(filler));
	put_length(&params, INT32_MAX);
	put_length(&params, INT32_MAX);
	put(&params, filler, sizeof(filler));
	put_begin(&bytes, FCGI_RESPONDER, 0);
	put_record(&bytes, FCGI_PARAMS, params.data, params.length);
	put_record(&bytes, FCGI_PARAMS, NULL, 0);
	put_record(&bytes, FCGI_STDIN, NULL, 0);
	/* It may be hung up on before it has sent everything. */
	send_all(fd, bytes.data, bytes.length);
	receive_all(fd, &answer);
	CHECK_INT_EQ(answer.length, 0);
	close(fd);
	free(params.data);
	free(bytes.data);
	free(answer.data);
	a_request_is_answered();
}

static void a_connection_is_for_one_request(void)
{
	pid_t server = start(1);

	/* receive waits for the server to close. */
	CHECK_ANSWER(
	    ASK(.method = "GET", .uri = TOY_PREFIX "/open", .flags = FCGI_KEEP_CONN), 200, "");
	CHECK_ANSWER(
	    ASK(.method = "GET", .uri = TOY_PREFIX "/open", .flags = FCGI_KEEP_CONN), 200, "");
	CHECK_INT_EQ(stop(server), 0);
}

/* ----- many at once ----- */

enum { CLIENTS = 12, REQUESTS = 100 };

static void *be_client(void *argument)
{
	int number = *(int *)argument;

	for (int i = 0; i < REQUESTS; i++) {
		char body[128], text[64];

		snprintf(text, sizeof(text), "\"name\":\"client %d request %d\"", number, i);
		snprintf(body, sizeof(body), "{\"problem\":0,%s}", text);
		CHECK_ANSWER(ASK(.method = "POST", .uri = TOY_PREFIX "", .type = "application/json",
				 .authorization = "Bearer bm_good", .body = body),
		    200, text);
	}
	return NULL;
}

static unsigned count_lines(const char *text, const char *what)
{
	unsigned count = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		count++;
	return count;
}

static void many_clients_each_get_their_own_answer(void)
{
	pid_t server = start(4);
	pthread_t clients[CLIENTS];
	int numbers[CLIENTS];

	for (int i = 0; i < CLIENTS; i++) {
		numbers[i] = i;
		pthread_create(&clients[i], NULL, be_client, &numbers[i]);
	}
	for (int i = 0; i < CLIENTS; i++)
		pthread_join(clients[i], NULL);
	CHECK_INT_EQ(stop(server), 0);
	CHECK_INT_EQ(count_lines(logged(), "\nrequest id="), CLIENTS * REQUESTS);
}

static void slow_requests_run_side_by_side(void)
{
	const struct ask slow = {.method = "GET", .uri = TOY_PREFIX "/wait?wait_ms=1000"};
	pid_t server = start(4);
	double began_ms = clock_monotonic_ms();
	int fds[4];

	for (int i = 0; i < 4; i++)
		fds[i] = send_ask(socket_path, &slow);
	for (int i = 0; i < 4; i++)
		CHECK_ANSWER(receive(fds[i]), 200, "");
	/* One after the other they would take 4,000 ms. */
	CHECK(clock_monotonic_ms() - began_ms < 3700);
	CHECK_INT_EQ(stop(server), 0);
}

static void an_idle_connection_holds_up_its_own_thread_only(void)
{
	pid_t server = start(2);
	int idle = connect_to(socket_path);

	for (int i = 0; i < 20; i++)
		CHECK_ANSWER(ASK(.method = "GET", .uri = TOY_PREFIX "/open"), 200, "");
	close(idle);
	CHECK_INT_EQ(stop(server), 0);
}

static void running_out_of_descriptors_only_takes_time(void)
{
	const struct ask slow = {.method = "GET", .uri = TOY_PREFIX "/wait?wait_ms=100"};
	pid_t server = start_with((struct start){
	    .path = socket_path, .threads = 6, .listener = -1, .descriptors_spare = 2});
	int fds[12];

	for (int i = 0; i < 12; i++)
		fds[i] = send_ask(socket_path, &slow);
	for (int i = 0; i < 12; i++)
		CHECK_ANSWER(receive(fds[i]), 200, "");
	CHECK(has_logged("cannot accept connections: Too many open files\n"));
	/* It says so when it begins, not each time it tries. */
	CHECK(count_lines(logged(), "cannot accept") <= 12);
	CHECK_INT_EQ(stop(server), 0);
}

/* ----- fair shares ----- */

enum { CROWD = 60 };

/* Sends as many asks at once. */
static void send_crowd(const struct ask *ask, int fds[CROWD])
{
	for (int i = 0; i < CROWD; i++)
		fds[i] = send_ask(socket_path, ask);
}

/* Receives the answers of a crowd, and counts those with this status in their first line. */
static int count_answers(int fds[CROWD], int status)
{
	char head[32];
	int count = 0;

	snprintf(head, sizeof(head), "Status: %d ", status);
	for (int i = 0; i < CROWD; i++) {
		char *output = receive(fds[i]);

		count += output != NULL && strncmp(output, head, strlen(head)) == 0;
		free(output);
	}
	return count;
}

static void many_requests_of_one_holder_leave_the_threads_to_others(void)
{
	const struct ask greedy = {.method = "GET",
	    .uri = TOY_PREFIX "/wait?wait_ms=200",
	    .authorization = "Bearer bm_good"};
	pid_t server = start(8);
	double began_ms;
	int fds[CROWD], served, refused;

	began_ms = clock_monotonic_ms();
	send_crowd(&greedy, fds);
	for (int i = 0; i < 20; i++)
		CHECK_ANSWER(ASK(.method = "GET", .uri = TOY_PREFIX "/wait?wait_ms=5",
				 .authorization = "Bearer bm_other"),
		    200, "john");
	/* The crowd's first served ones alone take 200 ms; with two threads it is through after 3,400. */
	CHECK(clock_monotonic_ms() - began_ms < 1700);
	/* Two were served at once and 32 waited: each of these has an answer, and the others one at once. */
	served = count_answers(fds, 200);
	CHECK_INT_EQ(served, 34);
	CHECK(clock_monotonic_ms() - began_ms > 3000);
	CHECK_INT_EQ(stop(server), 0);
	refused = (int)count_lines(logged(), "status=429 code=too_many_requests");
	CHECK_INT_EQ(served + refused, CROWD);
}

static void a_stop_answers_what_waits_for_its_share(void)
{
	const struct ask greedy = {.method = "GET",
	    .uri = TOY_PREFIX "/wait?wait_ms=50",
	    .authorization = "Bearer bm_good"};
	pid_t server = start(4);
	int fds[CROWD];

	send_crowd(&greedy, fds);
	kill(server, SIGTERM);
	CHECK_INT_EQ(count_answers(fds, 200) + (int)count_lines(logged(), "status=429"), CROWD);
	CHECK_INT_EQ(end_of(server), 0);
}

static void no_thread_works_for_clients_that_have_gone(void)
{
	const struct ask slow = {.method = "GET", .uri = TOY_PREFIX "/wait?wait_ms=200"};
	pid_t server = start(2);
	double began_ms = clock_monotonic_ms();
	int fds[CROWD];

	send_crowd(&slow, fds);
	for (int i = 0; i < CROWD; i++)
		close(fds[i]);
	CHECK_ANSWER(ASK(.method = "GET", .uri = TOY_PREFIX "/open"), 200, "");
	/* Sixty of them would take 6,000 ms. */
	CHECK(clock_monotonic_ms() - began_ms < 3000);
	CHECK_INT_EQ(stop(server), 0);
	CHECK(count_lines(logged(), "status=499 code=-") > CROWD / 2);
	CHECK_INT_EQ(count_lines(logged(), "\nrequest id="), CROWD + 1);
}

static void who_only_ends_its_own_sending_is_answered(void)
{
	const struct ask ask = {.method = "GET", .uri = TOY_PREFIX "/open"};
	pid_t server = start(1);
	int fd = send_ask(socket_path, &ask);

	shutdown(fd, SHUT_WR);
	CHECK_ANSWER(receive(fd), 200, "");
	CHECK_INT_EQ(stop(server), 0);
}

/* ----- patience ----- */

/* Begun first and looked at last, since it takes ten seconds. */
static pid_t patient_server;
static int silent_peer;
static double silent_since_ms;

static void a_peer_falls_silent(void)
{
	const struct ask ask = {.method = "GET", .uri = TOY_PREFIX "/open"};
	struct bytes bytes = request_bytes(&ask);

	patient_server = start(1);
	silent_peer = connect_to(socket_path);
	CHECK(send_all(silent_peer, bytes.data, bytes.length - 20));
	silent_since_ms = clock_monotonic_ms();
	free(bytes.data);
	/* The file makes way for the other servers; the socket goes on. */
	unlink(socket_path);
}

static void a_silent_peer_is_given_up(void)
{
	struct bytes got = {0};

	CHECK(receive_all(silent_peer, &got));
	CHECK_INT_EQ(got.length, 0);
	CHECK(clock_monotonic_ms() - silent_since_ms > 8000);
	close(silent_peer);
	free(got.data);
	CHECK_INT_EQ(stop(patient_server), 0);
}

int main(void)
{
	if (!begin_servers())
		return 1;
	CASE(a_peer_falls_silent);
	CASE(a_request_is_answered);
	CASE(bodies_and_answers_of_many_records);
	CASE(a_body_that_is_not_read_does_not_break_the_answer);
	CASE(a_body_shorter_than_announced);
	CASE(requests_that_break_off_anywhere_harm_nobody);
	CASE(a_client_that_does_not_wait_harms_nobody);
	CASE(what_is_no_fastcgi_is_hung_up_on);
	CASE(lengths_that_overflow_together_are_hung_up_on);
	CASE(a_connection_is_for_one_request);
	CASE(many_clients_each_get_their_own_answer);
	CASE(slow_requests_run_side_by_side);
	CASE(an_idle_connection_holds_up_its_own_thread_only);
	CASE(running_out_of_descriptors_only_takes_time);
	CASE(many_requests_of_one_holder_leave_the_threads_to_others);
	CASE(a_stop_answers_what_waits_for_its_share);
	CASE(no_thread_works_for_clients_that_have_gone);
	CASE(who_only_ends_its_own_sending_is_answered);
	CASE(a_silent_peer_is_given_up);
	end_servers();
	return check_end();
}
