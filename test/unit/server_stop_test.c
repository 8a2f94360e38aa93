/* The server as it begins and ends: nothing that was taken is lost, and its socket file is its own. */
#include "core/clock.h"
#include "toy_server.h"

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
		/* Who waited for a peer would wait for ten seconds. */
		CHECK(clock_monotonic_ms() - began_ms < 8000);
		CHECK(!exists(socket_path));
		CHECK(has_logged("toy listening on "));
		CHECK(has_logged("toy stopped\n"));
	}
}

static void a_stop_waits_for_what_was_taken(void)
{
	const struct ask slow = {.method = "GET", .uri = TOY_PREFIX "/wait?wait_ms=400"};
	pid_t server = start(2);
	int fd = send_ask(socket_path, &slow);

	CHECK(is_read(fd));
	kill(server, SIGTERM);
	kill(server, SIGTERM);
	CHECK_ANSWER(receive(fd), 200, "");
	CHECK_INT_EQ(end_of(server), 0);
}

/* A half-sent request is taken, too: its second half is waited for. */
static void a_stop_waits_for_a_request_on_its_way(void)
{
	const struct ask ask = {.method = "GET", .uri = TOY_PREFIX "/open"};
	struct bytes bytes = request_bytes(&ask);
	pid_t server = start(1);
	int fd = connect_to(socket_path);

	CHECK(send_all(fd, bytes.data, bytes.length / 2));
	CHECK(is_read(fd));
	kill(server, SIGTERM);
	/* It has no business to be done by now, whether it has noticed or not. */
	usleep(50000);
	CHECK(send_all(fd, bytes.data + bytes.length / 2, bytes.length - bytes.length / 2));
	CHECK_ANSWER(receive(fd), 200, "");
	CHECK_INT_EQ(end_of(server), 0);
	free(bytes.data);
}

static void a_stop_answers_what_waits_at_a_socket_of_its_own(void)
{
	const struct ask slow = {.method = "GET", .uri = TOY_PREFIX "/wait?wait_ms=50"};
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

/* The thread that has no descriptor for the second one goes; the other takes it when it has one again. */
static void a_stop_out_of_descriptors_answers_what_waits(void)
{
	const struct ask slow = {.method = "GET", .uri = TOY_PREFIX "/wait?wait_ms=300"};
	pid_t server = start_with((struct start){
	    .path = socket_path, .threads = 2, .listener = -1, .descriptors_spare = 1});
	int first = send_ask(socket_path, &slow), second = send_ask(socket_path, &slow);

	CHECK(will_have_logged("cannot accept connections: Too many open files"));
	kill(server, SIGTERM);
	CHECK_ANSWER(receive(first), 200, "");
	CHECK_ANSWER(receive(second), 200, "");
	CHECK_INT_EQ(end_of(server), 0);
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
	const struct ask slow = {.method = "GET", .uri = TOY_PREFIX "/wait?wait_ms=300"};
	int listener = listen_at(socket_path);
	struct start start = {.path = "/nonexistent/x", .threads = 1, .listener = listener};
	pid_t server = start_with(start);
	int taken, waiting;

	CHECK(has_logged("toy listening on the inherited socket\n"));
	taken = send_ask(socket_path, &slow);
	CHECK(is_read(taken));
	waiting = send_ask(socket_path, &slow);
	kill(server, SIGTERM);
	CHECK_ANSWER(receive(taken), 200, "");
	CHECK_INT_EQ(end_of(server), 0);
	CHECK(exists(socket_path));

	server = start_with(start);
	CHECK_ANSWER(receive(waiting), 200, "");
	CHECK_INT_EQ(stop(server), 0);
	/* This is the log of the successor. */
	CHECK(has_logged("route=/wait"));
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
	CHECK_ANSWER(ASK(.method = "GET", .uri = TOY_PREFIX "/open"), 200, "");
	kill(server, SIGKILL);
	CHECK_INT_EQ(end_of(server), -1);
	CHECK(exists(socket_path));
	server = start(1);
	CHECK_ANSWER(ASK(.method = "GET", .uri = TOY_PREFIX "/open"), 200, "");
	CHECK_INT_EQ(stop(server), 0);
}

static void a_successor_takes_the_path_over(void)
{
	const struct ask slow = {.method = "GET", .uri = TOY_PREFIX "/wait?wait_ms=300"};
	pid_t first = start(1), second;
	int old = send_ask(socket_path, &slow);

	CHECK(is_read(old));
	second = start(1);
	CHECK_ANSWER(ASK(.method = "GET", .uri = TOY_PREFIX "/open"), 200, "");
	kill(first, SIGTERM);
	CHECK_ANSWER(receive(old), 200, "");
	CHECK_INT_EQ(end_of(first), 0);
	/* The file is the second's: the first has left it there. */
	CHECK(exists(socket_path));
	CHECK_ANSWER(ASK(.method = "GET", .uri = TOY_PREFIX "/open"), 200, "");
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

	/* One descriptor short of what its threads wait by. */
	CHECK_INT_EQ(
	    end_of(spawn((struct start){
		.path = socket_path, .threads = 3, .listener = -1, .descriptors_spare = -1})),
	    1);
	CHECK(has_logged("cannot watch the socket: Too many open files"));
	CHECK(!exists(socket_path));
}

int main(void)
{
	if (!begin_servers())
		return 1;
	CASE(a_stop_ends_an_idle_server);
	CASE(a_stop_waits_for_what_was_taken);
	CASE(a_stop_waits_for_a_request_on_its_way);
	CASE(a_stop_answers_what_waits_at_a_socket_of_its_own);
	CASE(a_stop_out_of_descriptors_answers_what_waits);
	CASE(an_inherited_socket_is_left_to_the_successor);
	CASE(a_socket_left_by_a_crash_is_replaced);
	CASE(a_successor_takes_the_path_over);
	CASE(no_folder_holds_anything_else_afterwards);
	CASE(what_cannot_listen_does_not_start);
	end_servers();
	return check_end();
}
