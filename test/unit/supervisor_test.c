/* What a supervisor hears of a server: that it is ready, that it lives, that it ends. */
#include "core/clock.h"
#include "core/supervisor.h"
#include "toy_server.h"

#include <sys/mman.h>
#include <sys/un.h>

/* What the pulse of a server, which is another process, is to do; and how often it was asked. */
static struct pulse {
	int failures; /* so often it finds that nothing answers */
	bool hangs;
	bool is_hanging; /* it has begun to */
	int count;
} * pulse;

static bool take_pulse(void *context)
{
	(void)context;
	while (pulse->hangs) {
		pulse->is_hanging = true;
		usleep(1000);
	}
	return ++pulse->count > pulse->failures;
}

/* The supervisor's end. */
static int mailbox;

static void open_mailbox(struct sockaddr_un *address, socklen_t length)
{
	const struct timeval patience = {.tv_sec = 60};

	address->sun_family = AF_UNIX;
	mailbox = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	REQUIRE(mailbox >= 0);
	REQUIRE(bind(mailbox, (struct sockaddr *)address, length) == 0);
	setsockopt(mailbox, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

/* The next message; "" when none comes. */
static const char *next_message(void)
{
	static char text[256];
	ssize_t length = recv(mailbox, text, sizeof(text) - 1, 0);

	text[length < 0 ? 0 : length] = '\0';
	return text;
}

static bool is_silent(int ms)
{
	char text[256];

	usleep((unsigned)ms * 1000);
	return recv(mailbox, text, sizeof(text), MSG_DONTWAIT) < 0;
}

/* Starts a server whose supervisor listens at a path, and wants a beat every beat_ms, if any. */
static pid_t start_supervised(const char *beat_us)
{
	struct sockaddr_un address = {0};
	pid_t server;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/notify", folder);
	open_mailbox(&address, sizeof(address));
	setenv("NOTIFY_SOCKET", address.sun_path, 1);
	if (beat_us != NULL)
		setenv("WATCHDOG_USEC", beat_us, 1);
	server = start_with(
	    (struct start){.path = socket_path, .threads = 1, .listener = -1, .pulse = take_pulse});
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	return server;
}

static void close_mailbox(void)
{
	char path[64];

	close(mailbox);
	snprintf(path, sizeof(path), "%s/notify", folder);
	unlink(path);
}

static void ready_is_told_once_what_it_rests_on_has_answered(void)
{
	pid_t server;

	*pulse = (struct pulse){.failures = 1};
	server = start_supervised(NULL);
	CHECK_STR_EQ(next_message(), "READY=1");
	CHECK_INT_EQ(pulse->count, 2);
	/* It does not ask, so it hears nothing more. */
	CHECK(is_silent(300));
	CHECK_INT_EQ(stop(server), 0);
	CHECK_STR_EQ(next_message(), "STOPPING=1");
	close_mailbox();
}

static void a_server_that_never_was_ready_serves_and_stops(void)
{
	pid_t server;

	*pulse = (struct pulse){.failures = 1000};
	server = start_supervised(NULL);
	CHECK_ANSWER(ASK(.method = "GET", .uri = TOY_PREFIX "/open"), 200, "");
	CHECK_INT_EQ(stop(server), 0);
	CHECK(is_silent(0));
	close_mailbox();
}

static void beats_come_at_half_of_the_period_whatever_the_answer(void)
{
	double began_ms;
	pid_t server;

	*pulse = (struct pulse){0};
	/* Before it is ready: a busy machine may read that message as late as the first beat. */
	began_ms = clock_monotonic_ms();
	server = start_supervised("200000");
	CHECK_STR_EQ(next_message(), "READY=1");
	for (int i = 0; i < 3; i++)
		CHECK_STR_EQ(next_message(), "WATCHDOG=1");
	CHECK(clock_monotonic_ms() - began_ms >= 290);
	/* A disk that is full is none of a restart's business. */
	pulse->failures = 1000;
	for (int i = 0; i < 3; i++)
		CHECK_STR_EQ(next_message(), "WATCHDOG=1");
	CHECK_INT_EQ(stop(server), 0);
	CHECK_STR_EQ(next_message(), "STOPPING=1");
	close_mailbox();
}

static void a_pulse_that_hangs_is_heard_as_silence(void)
{
	char text[256];
	pid_t server;

	*pulse = (struct pulse){0};
	server = start_supervised("100000");
	CHECK_STR_EQ(next_message(), "READY=1");
	pulse->hangs = true;
	for (int tries = 0; tries < START_TRIES && !pulse->is_hanging; tries++)
		usleep(5000);
	REQUIRE(pulse->is_hanging);
	/* What was sent before. */
	while (recv(mailbox, text, sizeof(text), MSG_DONTWAIT) > 0)
		;
	CHECK(is_silent(300));
	pulse->hangs = false;
	CHECK_STR_EQ(next_message(), "WATCHDOG=1");
	CHECK_INT_EQ(stop(server), 0);
	close_mailbox();
}

/* ----- who it is ----- */

static void a_name_that_is_no_path_works_as_well(void)
{
	struct sockaddr_un address = {0};
	struct supervisor supervisor;
	char name[64];
	int length = snprintf(name, sizeof(name), "@breath-test-%d", (int)getpid());

	memcpy(address.sun_path + 1, name + 1, (size_t)length - 1);
	open_mailbox(
	    &address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)length));
	setenv("NOTIFY_SOCKET", name, 1);
	supervisor_find(&supervisor);
	supervisor_tell(&supervisor, "READY=1");
	CHECK_STR_EQ(next_message(), "READY=1");
	unsetenv("NOTIFY_SOCKET");
	close(supervisor.fd);
	close(mailbox);
}

static void one_that_cannot_be_reached_counts_as_none(void)
{
	static const char *const names[] = {"", "/", "relative", "@", "/nonexistent/notify"};
	struct supervisor supervisor;
	char longer[300];

	memset(longer, 'x', sizeof(longer) - 1);
	longer[0] = '/';
	longer[sizeof(longer) - 1] = '\0';
	setenv("WATCHDOG_USEC", "20000", 1);
	for (size_t i = 0; i <= sizeof(names) / sizeof(names[0]); i++) {
		setenv(
		    "NOTIFY_SOCKET", i == sizeof(names) / sizeof(names[0]) ? longer : names[i], 1);
		supervisor_find(&supervisor);
		CHECK_INT_EQ(supervisor.fd, -1);
		CHECK_INT_EQ(supervisor.beat_ms, 0);
		supervisor_tell(&supervisor, "READY=1");
	}
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
}

static void a_supervisor_that_cannot_be_reached_is_logged_once_and_the_server_serves(void)
{
	static const char *const names[] = {"/nonexistent/notify", "relative"};
	static const char complaint[] = "supervisor cannot be reached";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *said;
		pid_t server;

		setenv("NOTIFY_SOCKET", names[i], 1);
		setenv("WATCHDOG_USEC", "20000", 1);
		server = start_with((struct start){
		    .path = socket_path, .threads = 1, .listener = -1, .pulse = take_pulse});
		unsetenv("NOTIFY_SOCKET");
		unsetenv("WATCHDOG_USEC");
		CHECK_ANSWER(ASK(.method = "GET", .uri = TOY_PREFIX "/open"), 200, "");
		/* Several beats, were there somebody to hear them. */
		usleep(100 * 1000);
		CHECK_INT_EQ(stop(server), 0);
		said = strstr(logged(), complaint);
		CHECK(said != NULL && strstr(said + 1, complaint) == NULL);
	}
}

static void where_nobody_asks_nobody_is_told(void)
{
	struct supervisor supervisor;

	supervisor_find(&supervisor);
	CHECK_INT_EQ(supervisor.fd, -1);
	CHECK_INT_EQ(supervisor.beat_ms, 0);
	supervisor_tell(&supervisor, "READY=1");
}

static void the_beat_may_be_meant_for_another_process(void)
{
	struct sockaddr_un address = {0};
	struct supervisor supervisor;
	char own[32];

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/notify", folder);
	open_mailbox(&address, sizeof(address));
	setenv("NOTIFY_SOCKET", address.sun_path, 1);
	setenv("WATCHDOG_USEC", "30000000", 1);
	setenv("WATCHDOG_PID", "1", 1);
	supervisor_find(&supervisor);
	REQUIRE(supervisor.fd >= 0);
	CHECK_INT_EQ(supervisor.beat_ms, 0);
	close(supervisor.fd);
	snprintf(own, sizeof(own), "%d", (int)getpid());
	setenv("WATCHDOG_PID", own, 1);
	supervisor_find(&supervisor);
	REQUIRE(supervisor.fd >= 0);
	CHECK_INT_EQ(supervisor.beat_ms, 15000);
	close(supervisor.fd);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	close_mailbox();
}

int main(void)
{
	pulse =
	    mmap(NULL, sizeof(*pulse), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (pulse == MAP_FAILED || !begin_servers())
		return 1;
	CASE(ready_is_told_once_what_it_rests_on_has_answered);
	CASE(a_server_that_never_was_ready_serves_and_stops);
	CASE(beats_come_at_half_of_the_period_whatever_the_answer);
	CASE(a_pulse_that_hangs_is_heard_as_silence);
	CASE(a_name_that_is_no_path_works_as_well);
	CASE(one_that_cannot_be_reached_counts_as_none);
	CASE(a_supervisor_that_cannot_be_reached_is_logged_once_and_the_server_serves);
	CASE(where_nobody_asks_nobody_is_told);
	CASE(the_beat_may_be_meant_for_another_process);
	end_servers();
	return check_end();
}
