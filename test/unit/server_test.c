/*
 * The server in a process of its own, and a client that speaks just enough FastCGI to ask it, and to
 * stop half-way. Fork, not threads: a stop is a signal to a process.
 */
#include "http/server.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "core/clock.h"
#include "core/secret.h"
#include "toy.h"

enum {
	FCGI_BEGIN_REQUEST = 1,
	FCGI_END_REQUEST = 3,
	FCGI_PARAMS = 4,
	FCGI_STDIN = 5,
	FCGI_STDOUT = 6,
	FCGI_RESPONDER = 1,
	FCGI_KEEP_CONN = 1,
	CONTENT_MAX_B = 65535,
	CLIENT_PATIENCE_S = 20,
	START_TRIES = 2000,
};

static char folder[] = "/tmp/server_test.XXXXXX";
static char socket_path[64];
static char log_path[64];

/* ----- the server ----- */

struct start {
	const char *path;
	int threads;
	int listener;               /* handed over as file descriptor 0; -1: none */
	unsigned descriptors_spare; /* limit to so many connections at once; 0: no limit */
	const struct family *family;
};

static void *cannot_open(void *context)
{
	(void)context;
	return NULL;
}

/* What the server has logged so far, as one text. */
static const char *logged(void)
{
	static char text[1 << 20];
	int file = open(log_path, O_RDONLY | O_CLOEXEC);
	ssize_t length = read(file, text, sizeof(text) - 1);

	text[length < 0 ? 0 : length] = '\0';
	close(file);
	return text;
}

static bool has_logged(const char *what)
{
	return strstr(logged(), what) != NULL;
}

static void limit_descriptors(unsigned spare)
{
	/* The next two are the server's own: what tells it to stop, and what it listens on. */
	int next = dup(STDERR_FILENO);
	const struct rlimit limit = {(rlim_t)next + 2 + spare, (rlim_t)next + 2 + spare};

	close(next);
	setrlimit(RLIMIT_NOFILE, &limit);
}

static _Noreturn void run(const struct start *start)
{
	const struct server server = {
	    .family = start->family == NULL ? &toy_family : start->family,
	    .socket_path = start->path,
	    .threads = start->threads,
	};
	int file = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	dup2(file, STDERR_FILENO);
	dup2(start->listener >= 0 ? start->listener : open("/dev/null", O_RDONLY), STDIN_FILENO);
	/* Client ends of the parent's: while they are open here, the server does not see them close. */
	close_range(STDERR_FILENO + 1, ~0U, 0);
	if (start->descriptors_spare > 0)
		limit_descriptors(start->descriptors_spare);
	exit(server_run(&server));
}

/* Starts a server without waiting for it. */
static pid_t spawn(struct start start)
{
	pid_t child;

	unlink(log_path);
	fflush(stdout);
	child = fork();
	if (child == 0)
		run(&start);
	return child;
}

/* Starts a server and waits until it listens. */
static pid_t start_with(struct start start)
{
	pid_t child = spawn(start);
	int tries = 0;

	while (tries < START_TRIES && !has_logged(" listening on ")) {
		usleep(5000);
		tries++;
	}
	CHECK(tries < START_TRIES);
	return child;
}

static pid_t start(int threads)
{
	return start_with((struct start){.path = socket_path, .threads = threads, .listener = -1});
}

/* The exit status of a server that ends; -1: a signal ended it. */
static int end_of(pid_t server)
{
	int status = 0;

	if (waitpid(server, &status, 0) != server || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static int stop(pid_t server)
{
	kill(server, SIGTERM);
	return end_of(server);
}

/* ----- the client ----- */

struct bytes {
	unsigned char *data;
	size_t length;
	size_t room;
};

static void put(struct bytes *bytes, const void *data, size_t length)
{
	if (bytes->room < bytes->length + length + 1) {
		bytes->room = 2 * (bytes->length + length + 1);
		bytes->data = realloc(bytes->data, bytes->room);
	}
	if (length > 0)
		memcpy(bytes->data + bytes->length, data, length);
	bytes->length += length;
	bytes->data[bytes->length] = '\0';
}

static void put_record(struct bytes *bytes, int type, const void *content, size_t length)
{
	const unsigned char header[8] = {1, (unsigned char)type, 0, 1, (unsigned char)(length >> 8),
	    (unsigned char)length, 0, 0};

	put(bytes, header, sizeof(header));
	put(bytes, content, length);
}

static void put_begin(struct bytes *bytes, int role, int flags)
{
	const unsigned char body[8] = {0, (unsigned char)role, (unsigned char)flags};

	put_record(bytes, FCGI_BEGIN_REQUEST, body, sizeof(body));
}

static void put_length(struct bytes *bytes, size_t length)
{
	const unsigned char large[4] = {(unsigned char)(0x80 | length >> 24),
	    (unsigned char)(length >> 16), (unsigned char)(length >> 8), (unsigned char)length};
	const unsigned char small = (unsigned char)length;

	if (length < 128)
		put(bytes, &small, 1);
	else
		put(bytes, large, sizeof(large));
}

static void put_param(struct bytes *bytes, const char *name, const char *value)
{
	if (value == NULL)
		return;
	put_length(bytes, strlen(name));
	put_length(bytes, strlen(value));
	put(bytes, name, strlen(name));
	put(bytes, value, strlen(value));
}

struct ask {
	const char *method;
	const char *uri; /* below the prefix */
	const char *body;
	const char *content_length; /* instead of the true one */
	const char *authorization;
	const char *if_none_match;
	const char *type;
	int flags;
	size_t piece; /* how much of the body goes into a record; 0: as much as it takes */
};

/* The bytes of a request; the caller frees data. */
static struct bytes request_bytes(const struct ask *ask)
{
	size_t length = ask->body == NULL ? 0 : strlen(ask->body);
	size_t piece = ask->piece == 0 ? CONTENT_MAX_B : ask->piece;
	struct bytes params = {0}, bytes = {0};
	char uri[8192], number[32];

	snprintf(uri, sizeof(uri), "%s%s", TOY_PREFIX, ask->uri);
	snprintf(number, sizeof(number), "%zu", length);
	put_param(&params, "REQUEST_METHOD", ask->method);
	put_param(&params, "REQUEST_URI", uri);
	put_param(&params, "CONTENT_LENGTH",
	    ask->content_length != NULL ? ask->content_length
		: length == 0           ? ""
					: number);
	put_param(&params, "CONTENT_TYPE", ask->type == NULL ? "" : ask->type);
	put_param(&params, "HTTP_AUTHORIZATION", ask->authorization);
	put_param(&params, "HTTP_IF_NONE_MATCH", ask->if_none_match);

	put_begin(&bytes, FCGI_RESPONDER, ask->flags);
	put_record(&bytes, FCGI_PARAMS, params.data, params.length);
	put_record(&bytes, FCGI_PARAMS, NULL, 0);
	for (size_t at = 0; at < length; at += piece)
		put_record(
		    &bytes, FCGI_STDIN, ask->body + at, length - at < piece ? length - at : piece);
	put_record(&bytes, FCGI_STDIN, NULL, 0);
	free(params.data);
	return bytes;
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const struct timeval patience = {.tv_sec = CLIENT_PATIENCE_S};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool send_all(int fd, const void *data, size_t length)
{
	const char *at = data;

	while (length > 0) {
		ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		at += sent;
		length -= (size_t)sent;
	}
	return true;
}

static int send_ask(const char *path, const struct ask *ask)
{
	struct bytes bytes = request_bytes(ask);
	int fd = connect_to(path);

	if (fd >= 0)
		send_all(fd, bytes.data, bytes.length);
	free(bytes.data);
	return fd;
}

/* Everything until the server closes its end; false: it did not, in time. */
static bool receive_all(int fd, struct bytes *bytes)
{
	char buffer[4096];
	ssize_t length;

	while ((length = recv(fd, buffer, sizeof(buffer), 0)) > 0)
		put(bytes, buffer, (size_t)length);
	return length == 0;
}

/* What was written to standard output in the records of a whole answer; NULL: it is none. */
static char *output_of(const struct bytes *bytes)
{
	struct bytes output = {0};
	size_t at = 0;
	bool has_ended = false;

	while (bytes->length - at >= 8 && !has_ended) {
		const unsigned char *header = bytes->data + at;
		size_t length = (size_t)header[4] << 8 | header[5];

		if (bytes->length - at - 8 < length + header[6])
			break;
		if (header[1] == FCGI_STDOUT)
			put(&output, header + 8, length);
		has_ended = header[1] == FCGI_END_REQUEST;
		at += 8 + length + header[6];
	}
	if (has_ended && at == bytes->length)
		return (char *)output.data;
	free(output.data);
	return NULL;
}

/* The answer on a connection, head and body; NULL: there is none. Closes it. The caller frees. */
static char *receive(int fd)
{
	struct bytes bytes = {0};
	char *output = NULL;

	if (fd < 0)
		return NULL;
	if (receive_all(fd, &bytes) && bytes.length > 0)
		output = output_of(&bytes);
	free(bytes.data);
	close(fd);
	return output;
}

static char *ask_at(const char *path, const struct ask *ask)
{
	return receive(send_ask(path, ask));
}

#define ASK(...) ask_at(socket_path, &(const struct ask){__VA_ARGS__})

/* Whether an answer has this status, and this text in its body. Frees it. */
static bool is_answer(char *output, int status, const char *text)
{
	struct answer answer = {0};
	char *blank = output == NULL ? NULL : strstr(output, "\r\n\r\n");
	bool is_good = false;

	if (blank != NULL) {
		char *head = strndup(output, (size_t)(blank + 4 - output));

		answer = (struct answer){head, strlen(head), blank + 4, strlen(blank + 4)};
		is_good = CHECK_STR_EQ(toy_answer_fault(&answer, false), NULL) &&
		    atoi(head + strlen("Status: ")) == status && strstr(answer.body, text) != NULL;
		free(head);
	}
	if (!is_good)
		printf("# got: %s\n", output == NULL ? "nothing" : output);
	free(output);
	return is_good;
}

#define CHECK_ANSWER(output, status, text) CHECK(is_answer((output), (status), (text)))

/* ----- requests ----- */

static void a_request_is_answered(void)
{
	pid_t server = start(2);

	CHECK_ANSWER(ASK(.method = "GET", .uri = "/open"), 200, "\"first\":null");
	CHECK_ANSWER(ASK(.method = "GET", .uri = "/nothing"), 404, "not_found");
	CHECK_ANSWER(ASK(.method = "GET", .uri = "?today=2026-11-22"), 200, "2026-11-22");
	CHECK_ANSWER(ASK(.method = "POST", .uri = "", .type = "application/json",
			 .authorization = "Bearer bm_good",
			 .body = "{\"problem\":0,\"name\":\"quiet-cedar\"}"),
	    200, "\"caller\":\"jane\",\"name\":\"quiet-cedar\"");
	CHECK_ANSWER(ASK(.method = "POST", .uri = "", .type = "text/plain", .body = "x"), 415,
	    "unsupported_media_type");
	CHECK_ANSWER(ASK(.method = "GET", .uri = "/things/1"), 401, "token_missing");
	CHECK_ANSWER(ASK(.method = "GET", .uri = "/open", .if_none_match = "*"), 304, "");
	/* All that nginx may leave out. */
	CHECK_ANSWER(ASK(.uri = "/open"), 405, "method_not_allowed");
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
		CHECK_ANSWER(ASK(.method = "POST", .uri = "", .type = "application/json",
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
	CHECK_ANSWER(ASK(.method = "POST", .uri = "", .type = "application/json", .body = body),
	    413, "body_too_large");
	CHECK_ANSWER(ASK(.method = "GET", .uri = "/open"), 200, "");
	free(body);
	CHECK_INT_EQ(stop(server), 0);
}

static void a_body_shorter_than_announced(void)
{
	pid_t server = start(1);

	CHECK_ANSWER(ASK(.method = "POST", .uri = "/fail", .type = "application/json",
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
	    .uri = "/fail",
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
	CHECK_ANSWER(ASK(.method = "GET", .uri = "/open"), 200, "");
	free(bytes.data);
	free(got.data);
	CHECK_INT_EQ(stop(server), 0);
}

static void a_connection_is_for_one_request(void)
{
	pid_t server = start(1);

	/* receive waits for the server to close. */
	CHECK_ANSWER(ASK(.method = "GET", .uri = "/open", .flags = FCGI_KEEP_CONN), 200, "");
	CHECK_ANSWER(ASK(.method = "GET", .uri = "/open", .flags = FCGI_KEEP_CONN), 200, "");
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
		CHECK_ANSWER(ASK(.method = "POST", .uri = "", .type = "application/json",
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
	const struct ask slow = {.method = "GET", .uri = "/wait?wait_ms=300"};
	pid_t server = start(4);
	double began_ms = clock_monotonic_ms();
	int fds[4];

	for (int i = 0; i < 4; i++)
		fds[i] = send_ask(socket_path, &slow);
	for (int i = 0; i < 4; i++)
		CHECK_ANSWER(receive(fds[i]), 200, "");
	/* One after the other they would take 1,200 ms. */
	CHECK(clock_monotonic_ms() - began_ms < 900);
	CHECK_INT_EQ(stop(server), 0);
}

static void an_idle_connection_holds_up_its_own_thread_only(void)
{
	pid_t server = start(2);
	int idle = connect_to(socket_path);

	for (int i = 0; i < 20; i++)
		CHECK_ANSWER(ASK(.method = "GET", .uri = "/open"), 200, "");
	close(idle);
	CHECK_INT_EQ(stop(server), 0);
}

static void running_out_of_descriptors_only_takes_time(void)
{
	const struct ask slow = {.method = "GET", .uri = "/wait?wait_ms=100"};
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

/* ----- stopping ----- */

static bool exists(const char *path)
{
	struct stat file;

	return lstat(path, &file) == 0;
}

static void a_stop_ends_an_idle_server(void)
{
	static const int signals[] = {SIGTERM, SIGINT};

	for (int i = 0; i < 2; i++) {
		pid_t server = start(8);
		double began_ms = clock_monotonic_ms();

		CHECK(exists(socket_path));
		kill(server, signals[i]);
		CHECK_INT_EQ(end_of(server), 0);
		CHECK(clock_monotonic_ms() - began_ms < 2000);
		CHECK(!exists(socket_path));
		CHECK(has_logged("toy listening on "));
		CHECK(has_logged("toy stopped\n"));
	}
}

static void a_stop_waits_for_what_was_taken(void)
{
	const struct ask slow = {.method = "GET", .uri = "/wait?wait_ms=400"};
	pid_t server = start(2);
	int fd = send_ask(socket_path, &slow);

	usleep(100000);
	kill(server, SIGTERM);
	kill(server, SIGTERM);
	CHECK_ANSWER(receive(fd), 200, "");
	CHECK_INT_EQ(end_of(server), 0);
}

/* A half-sent request is taken, too: its second half is waited for. */
static void a_stop_waits_for_a_request_on_its_way(void)
{
	const struct ask ask = {.method = "GET", .uri = "/open"};
	struct bytes bytes = request_bytes(&ask);
	pid_t server = start(1);
	int fd = connect_to(socket_path);

	CHECK(send_all(fd, bytes.data, bytes.length / 2));
	usleep(50000);
	kill(server, SIGTERM);
	usleep(50000);
	CHECK(send_all(fd, bytes.data + bytes.length / 2, bytes.length - bytes.length / 2));
	CHECK_ANSWER(receive(fd), 200, "");
	CHECK_INT_EQ(end_of(server), 0);
	free(bytes.data);
}

static void a_stop_answers_what_waits_at_a_socket_of_its_own(void)
{
	const struct ask slow = {.method = "GET", .uri = "/wait?wait_ms=50"};
	pid_t server = start(2);
	int fds[20];

	for (int i = 0; i < 20; i++)
		fds[i] = send_ask(socket_path, &slow);
	kill(server, SIGTERM);
	for (int i = 0; i < 20; i++)
		CHECK_ANSWER(receive(fds[i]), 200, "");
	CHECK_INT_EQ(end_of(server), 0);
	CHECK_INT_EQ(connect_to(socket_path), -1);
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	CHECK_INT_EQ(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	CHECK_INT_EQ(listen(fd, 100), 0);
	return fd;
}

static void an_inherited_socket_is_left_to_the_successor(void)
{
	const struct ask slow = {.method = "GET", .uri = "/wait?wait_ms=300"};
	int listener = listen_at(socket_path);
	struct start start = {.path = "/nonexistent/x", .threads = 1, .listener = listener};
	pid_t server = start_with(start);
	int taken, waiting;

	CHECK(has_logged("toy listening on the inherited socket\n"));
	taken = send_ask(socket_path, &slow);
	usleep(100000);
	waiting = send_ask(socket_path, &slow);
	kill(server, SIGTERM);
	CHECK_ANSWER(receive(taken), 200, "");
	CHECK_INT_EQ(end_of(server), 0);
	CHECK(exists(socket_path));

	server = start_with(start);
	CHECK_ANSWER(receive(waiting), 200, "");
	CHECK_INT_EQ(stop(server), 0);
	close(listener);
	unlink(socket_path);
}

/* ----- the socket file ----- */

static void a_socket_left_by_a_crash_is_replaced(void)
{
	pid_t server;

	close(listen_at(socket_path));
	CHECK(exists(socket_path));
	server = start(1);
	CHECK_ANSWER(ASK(.method = "GET", .uri = "/open"), 200, "");
	kill(server, SIGKILL);
	CHECK_INT_EQ(end_of(server), -1);
	CHECK(exists(socket_path));
	server = start(1);
	CHECK_ANSWER(ASK(.method = "GET", .uri = "/open"), 200, "");
	CHECK_INT_EQ(stop(server), 0);
}

static void a_successor_takes_the_path_over(void)
{
	const struct ask slow = {.method = "GET", .uri = "/wait?wait_ms=300"};
	pid_t first = start(1), second;
	int old = send_ask(socket_path, &slow);

	usleep(50000);
	second = start(1);
	CHECK_ANSWER(ASK(.method = "GET", .uri = "/open"), 200, "");
	kill(first, SIGTERM);
	CHECK_ANSWER(receive(old), 200, "");
	CHECK_INT_EQ(end_of(first), 0);
	/* The file is the second's: the first has left it there. */
	CHECK(exists(socket_path));
	CHECK_ANSWER(ASK(.method = "GET", .uri = "/open"), 200, "");
	CHECK_INT_EQ(stop(second), 0);
	CHECK(!exists(socket_path));
}

static void no_folder_holds_anything_else_afterwards(void)
{
	char pattern[128];

	snprintf(pattern, sizeof(pattern), "test -z \"$(ls -A %s | grep -v '^log$')\"", folder);
	CHECK_INT_EQ(system(pattern), 0);
}

static void what_cannot_listen_does_not_start(void)
{
	char file_path[128], long_path[256];
	const struct family no_worker = {
	    .name = "toy",
	    .prefix = TOY_PREFIX,
	    .worker_open = cannot_open,
	    .worker_close = toy_worker_close,
	};

	snprintf(file_path, sizeof(file_path), "%s/file", folder);
	close(open(file_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	CHECK_INT_EQ(
	    end_of(spawn((struct start){.path = file_path, .threads = 1, .listener = -1})), 1);
	CHECK(has_logged("there is something other than a socket at "));
	CHECK(exists(file_path));
	unlink(file_path);

	snprintf(long_path, sizeof(long_path), "%s/%0100d", folder, 1);
	CHECK_INT_EQ(
	    end_of(spawn((struct start){.path = long_path, .threads = 1, .listener = -1})), 1);
	CHECK(has_logged("the path of the socket is too long (at most 96 bytes): /tmp/"));

	CHECK_INT_EQ(end_of(spawn((struct start){
			 .path = "/nonexistent/folder/x.sock", .threads = 1, .listener = -1})),
	    1);
	CHECK(has_logged("cannot bind the socket /nonexistent/folder/x.sock: No such file or"));

	CHECK_INT_EQ(end_of(spawn((struct start){
			 .path = socket_path, .threads = 1, .listener = -1, .family = &no_worker})),
	    1);
	CHECK(!exists(socket_path));
}

/* ----- patience ----- */

/* Begun first and looked at last, since it takes ten seconds. */
static pid_t patient_server;
static int silent_peer;
static double silent_since_ms;

static void a_peer_falls_silent(void)
{
	const struct ask ask = {.method = "GET", .uri = "/open"};
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
	if (!secret_init() || mkdtemp(folder) == NULL)
		return 1;
	snprintf(socket_path, sizeof(socket_path), "%s/toy.sock", folder);
	snprintf(log_path, sizeof(log_path), "%s/log", folder);
	CASE(a_peer_falls_silent);
	CASE(a_request_is_answered);
	CASE(bodies_and_answers_of_many_records);
	CASE(a_body_that_is_not_read_does_not_break_the_answer);
	CASE(a_body_shorter_than_announced);
	CASE(requests_that_break_off_anywhere_harm_nobody);
	CASE(what_is_no_fastcgi_is_hung_up_on);
	CASE(a_connection_is_for_one_request);
	CASE(many_clients_each_get_their_own_answer);
	CASE(slow_requests_run_side_by_side);
	CASE(an_idle_connection_holds_up_its_own_thread_only);
	CASE(running_out_of_descriptors_only_takes_time);
	CASE(a_stop_ends_an_idle_server);
	CASE(a_stop_waits_for_what_was_taken);
	CASE(a_stop_waits_for_a_request_on_its_way);
	CASE(a_stop_answers_what_waits_at_a_socket_of_its_own);
	CASE(an_inherited_socket_is_left_to_the_successor);
	CASE(a_socket_left_by_a_crash_is_replaced);
	CASE(a_successor_takes_the_path_over);
	CASE(no_folder_holds_anything_else_afterwards);
	CASE(what_cannot_listen_does_not_start);
	CASE(a_silent_peer_is_given_up);
	unlink(log_path);
	rmdir(folder);
	return check_end();
}
