/*
 * The toy family's server in a process of its own. Fork, not threads: a stop is a signal to a process.
 */
#ifndef TEST_UNIT_TOY_SERVER_H
#define TEST_UNIT_TOY_SERVER_H

#include <fcntl.h>
#include <linux/sockios.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "core/secret.h"
#include "fastcgi.h"
#include "http/server.h"
#include "toy.h"

enum { START_TRIES = 12000 };

/* Where a test's servers live; begin_servers makes it. */
static char folder[] = "/tmp/toy_server.XXXXXX";
static char socket_path[64];
static char log_path[64];

struct start {
	const char *path;
	int threads;
	int listener;          /* handed over as file descriptor 0; -1: none */
	int descriptors_spare; /* connections at once; 0: no limit; -1: one short of its own need */
	const struct family *family;
	bool (*pulse)(void *context);
};

/* What the server has logged so far, as one text. */
static inline const char *logged(void)
{
	static char text[1 << 20];
	int file = open(log_path, O_RDONLY | O_CLOEXEC);
	ssize_t length = read(file, text, sizeof(text) - 1);

	text[length < 0 ? 0 : length] = '\0';
	close(file);
	return text;
}

static inline bool has_logged(const char *what)
{
	return strstr(logged(), what) != NULL;
}

/* Waits until it has. */
static inline bool will_have_logged(const char *what)
{
	int tries = 0;

	while (tries < START_TRIES && !has_logged(what)) {
		usleep(5000);
		tries++;
	}
	return tries < START_TRIES;
}

/* Waits until the peer has read all that was sent. */
static inline bool is_read(int fd)
{
	int unread = -1;

	for (int tries = 0; tries < START_TRIES; tries++) {
		if (ioctl(fd, SIOCOUTQ, &unread) != 0 || unread == 0)
			break;
		usleep(5000);
	}
	return unread == 0;
}

static inline void limit_descriptors(const struct start *start)
{
	/* The server's own: what tells it to stop, what it listens on, what each thread waits by. */
	int own = 2 + start->threads;
	int next = dup(STDERR_FILENO);
	rlim_t most = (rlim_t)(next + own + start->descriptors_spare);
	const struct rlimit limit = {most, most};

	close(next);
	setrlimit(RLIMIT_NOFILE, &limit);
}

static inline _Noreturn void run(const struct start *start)
{
	struct supervisor supervisor;
	const struct server server = {
	    .supervisor = &supervisor,
	    .pulse = start->pulse,
	    .family = start->family == NULL ? &toy_family : start->family,
	    .socket_path = start->path,
	    .threads = start->threads,
	};
	int file = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	dup2(file, STDERR_FILENO);
	dup2(start->listener >= 0 ? start->listener : open("/dev/null", O_RDONLY), STDIN_FILENO);
	/* Client ends of the parent's: while they are open here, the server does not see them close. */
	close_range(STDERR_FILENO + 1, ~0U, 0);
	if (start->descriptors_spare != 0)
		limit_descriptors(start);
	supervisor_find(&supervisor);
	exit(server_run(&server));
}

/* Starts a server without waiting for it. */
static inline pid_t spawn(struct start start)
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
static inline pid_t start_with(struct start start)
{
	pid_t child = spawn(start);

	CHECK(will_have_logged(" listening on "));
	return child;
}

static inline pid_t start(int threads)
{
	return start_with((struct start){.path = socket_path, .threads = threads, .listener = -1});
}

/* The exit status of a server that ends; -1: a signal ended it. */
static inline int end_of(pid_t server)
{
	int status = 0;

	if (waitpid(server, &status, 0) != server || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static inline int stop(pid_t server)
{
	kill(server, SIGTERM);
	return end_of(server);
}

#define ASK(...) ask_at(socket_path, &(const struct ask){__VA_ARGS__})

/* Whether an answer has this status, and this text in its body. Frees it. */
static inline bool is_answer(char *output, int status, const char *text)
{
	struct answer answer = {0};
	char *blank = output == NULL ? NULL : strstr(output, "\r\n\r\n");
	bool is_good = false;

	if (blank != NULL) {
		char *head = strndup(output, (size_t)(blank + 4 - output));

		answer = (struct answer){.head = head,
		    .head_length = strlen(head),
		    .body = blank + 4,
		    .body_length = strlen(blank + 4)};
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

/* Makes the folder. False: it cannot. */
static inline bool begin_servers(void)
{
	/* Of whoever started the tests: none of these servers is his. */
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	if (!secret_init() || mkdtemp(folder) == NULL)
		return false;
	snprintf(socket_path, sizeof(socket_path), "%s/toy.sock", folder);
	snprintf(log_path, sizeof(log_path), "%s/log", folder);
	return true;
}

static inline void end_servers(void)
{
	unlink(log_path);
	rmdir(folder);
}

#endif
