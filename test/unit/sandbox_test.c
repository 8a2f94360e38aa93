/* What a process that has given it up can still do, and what it is refused: each try in a process of its own. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "core/sandbox.h"
#include "core/secret.h"
#include "core/thread.h"
#include "landlock.h"

/* A folder that may be written, one that may be read, and one that nobody spoke of; each has a file. */
static char folder[] = "/tmp/sandbox.XXXXXX";
static char paths[3][64];
enum { WRITABLE, READABLE, UNNAMED };

static const char *path_in(int where, const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", paths[where], name);
	return path;
}

/* What a try comes to: 0 or an errno; a signal is 1000 and its number. */
static int outcome_of(int (*attempt)(void))
{
	const struct sandbox_place places[] = {
	    {.path = paths[WRITABLE], .may_write = true},
	    {.path = paths[READABLE]},
	    {.path = "/nonexistent"},
	};
	const struct rlimit no_core = {0, 0};
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &no_core);
		if (!sandbox_enter(places, sizeof(places) / sizeof(places[0])))
			_exit(255);
		_exit(attempt());
	}
	if (waitpid(child, &status, 0) != child)
		return -1;
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int opening(const char *path, int flags)
{
	return open(path, flags | O_CLOEXEC, 0600) < 0 ? errno : 0;
}

/* ----- files ----- */

static int read_readable(void)
{
	return opening(path_in(READABLE, "file"), O_RDONLY);
}
static int list_readable(void)
{
	return opening(paths[READABLE], O_RDONLY | O_DIRECTORY);
}
static int write_readable(void)
{
	return opening(path_in(READABLE, "file"), O_WRONLY);
}
static int make_readable(void)
{
	return opening(path_in(READABLE, "new"), O_WRONLY | O_CREAT);
}
static int remove_readable(void)
{
	return unlink(path_in(READABLE, "file")) < 0 ? errno : 0;
}
static int write_writable(void)
{
	return opening(path_in(WRITABLE, "file"), O_RDWR | O_TRUNC);
}
static int make_writable(void)
{
	return opening(path_in(WRITABLE, "new"), O_WRONLY | O_CREAT);
}
static int remove_writable(void)
{
	return unlink(path_in(WRITABLE, "new")) < 0 ? errno : 0;
}
static int read_unnamed(void)
{
	return opening(path_in(UNNAMED, "file"), O_RDONLY);
}
static int read_passwd(void)
{
	return opening("/etc/passwd", O_RDONLY);
}

static int read_round_about(void)
{
	char path[192];

	snprintf(path, sizeof(path), "%s/../unnamed/file", paths[READABLE]);
	return opening(path, O_RDONLY);
}

static int read_by_link(void)
{
	return opening(path_in(READABLE, "link"), O_RDONLY);
}

static void files_are_open_as_far_as_they_are_named(void)
{
	CHECK_INT_EQ(outcome_of(read_readable), 0);
	CHECK_INT_EQ(outcome_of(list_readable), 0);
	CHECK_INT_EQ(outcome_of(write_writable), 0);
	CHECK_INT_EQ(outcome_of(make_writable), 0);
	CHECK_INT_EQ(outcome_of(remove_writable), 0);
}

static void files_are_closed_otherwise(void)
{
	NEEDS("landlock", has_landlock());
	CHECK_INT_EQ(outcome_of(write_readable), EACCES);
	CHECK_INT_EQ(outcome_of(make_readable), EACCES);
	CHECK_INT_EQ(outcome_of(remove_readable), EACCES);
	CHECK_INT_EQ(outcome_of(read_unnamed), EACCES);
	CHECK_INT_EQ(outcome_of(read_passwd), EACCES);
	CHECK_INT_EQ(outcome_of(read_round_about), EACCES);
	CHECK_INT_EQ(outcome_of(read_by_link), EACCES);
}

/* ----- what a server does ----- */

static void *do_nothing(void *argument)
{
	return argument;
}

static int start_thread(void)
{
	pthread_t thread;

	return thread_start(&thread, do_nothing, NULL) ? pthread_join(thread, NULL) : EAGAIN;
}

static int draw_randomness(void)
{
	unsigned char bytes[32];

	secret_random(bytes, sizeof(bytes));
	return 0;
}

static int listen_on_path(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/sock", paths[WRITABLE]);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, 1) != 0 || unlink(address.sun_path) != 0)
		return errno;
	return 0;
}

static int take_memory(void)
{
	void *memory = malloc(64 << 20);

	if (memory == NULL)
		return ENOMEM;
	memset(memory, 1, 64 << 20);
	free(memory);
	return 0;
}

static int end_itself(void)
{
	abort();
}

static void what_a_server_does_it_can_do(void)
{
	CHECK_INT_EQ(outcome_of(start_thread), 0);
	CHECK_INT_EQ(outcome_of(draw_randomness), 0);
	CHECK_INT_EQ(outcome_of(listen_on_path), 0);
	CHECK_INT_EQ(outcome_of(take_memory), 0);
	CHECK_INT_EQ(outcome_of(end_itself), 1000 + SIGABRT);
}

/* ----- what an intruder would do ----- */

static int run_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return errno;
}

static int run_program_by_fd(void)
{
	char *const words[] = {(char *)"true", NULL};

	syscall(SYS_execveat, AT_FDCWD, "/bin/true", words, words + 1, 0);
	return errno;
}

static int connect_somewhere(void)
{
	struct sockaddr_un address = {
	    .sun_family = AF_UNIX, .sun_path = "/run/dbus/system_bus_socket"};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? errno : 0;
}

static int be_traced(void)
{
	return syscall(SYS_ptrace, 0, 0, 0, 0) < 0 ? errno : 0;
}
static int signal_parent(void)
{
	return kill(getppid(), 0) < 0 ? errno : 0;
}
static int become_root(void)
{
	return setuid(0) < 0 ? errno : 0;
}
static int make_namespace(void)
{
	return syscall(SYS_unshare, 0x10000000) < 0 ? errno : 0;
}

static void what_only_an_intruder_does_ends_the_process(void)
{
	static int (*const attempts[])(void) = {run_program, run_program_by_fd, connect_somewhere,
	    be_traced, signal_parent, become_root, make_namespace};

	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		CHECK_INT_EQ(outcome_of(attempts[i]), 1000 + SIGSYS);
}

static int open_inet(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0;
}
static int open_inet6(void)
{
	return socket(AF_INET6, SOCK_DGRAM, 0) < 0 ? errno : 0;
}
static int open_netlink(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 0) < 0 ? errno : 0;
}

/* The upper half of a register is no part of the argument, and must not hide it. */
static int open_inet_disguised(void)
{
	return syscall(SYS_socket, (1L << 32) | AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static int fork_child(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child < 0 ? errno : 0;
}

static int signal_parents_thread(void)
{
	return syscall(SYS_tgkill, getppid(), getppid(), 0) < 0 ? errno : 0;
}

static int make_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		   0) == MAP_FAILED
	    ? errno
	    : 0;
}

static int turn_into_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(page, 4096, PROT_READ | PROT_EXEC) < 0 ? errno : 0;
}

static int lift_limits(void)
{
	const struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	return setrlimit(RLIMIT_CORE, &limit) < 0 ? errno : 0;
}

static int send_to_another(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return sendto(fd, "x", 1, 0, (struct sockaddr *)&address, sizeof(address)) < 0 ? errno : 0;
}

static int call_unknown(void)
{
	return syscall(10000) < 0 ? errno : 0;
}
static int set_clock(void)
{
	return syscall(SYS_settimeofday, NULL, NULL) < 0 ? errno : 0;
}
static int make_folder(void)
{
	return mkdir(path_in(WRITABLE, "folder"), 0700) < 0 ? errno : 0;
}
static int make_link(void)
{
	return symlink("/etc", path_in(WRITABLE, "etc")) < 0 ? errno : 0;
}

static void the_rest_is_refused(void)
{
	static int (*const attempts[])(void) = {open_inet, open_inet6, open_netlink,
	    open_inet_disguised, fork_child, signal_parents_thread, make_code, turn_into_code,
	    lift_limits, send_to_another, call_unknown, set_clock, make_folder, make_link};

	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		CHECK_INT_EQ(outcome_of(attempts[i]), ENOSYS);
}

static int ask_privileges(void)
{
	return syscall(SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) < 0 ? errno : 0;
}

/* What a later thread has is what its maker had. */
static void *open_in_thread(void *result)
{
	*(int *)result = read_passwd();
	return NULL;
}

static int open_by_thread(void)
{
	pthread_t thread;
	int result = -1;

	if (!thread_start(&thread, open_in_thread, &result))
		return EAGAIN;
	pthread_join(thread, NULL);
	return result;
}

static void files_are_closed_to_later_threads_too(void)
{
	NEEDS("landlock", has_landlock());
	CHECK_INT_EQ(outcome_of(open_by_thread), EACCES);
}

static void it_cannot_be_taken_back(void)
{
	CHECK_INT_EQ(outcome_of(ask_privileges), ENOSYS);
}

static bool begin(void)
{
	static const char *const names[] = {"writable", "readable", "unnamed"};
	char target[256];

	if (!secret_init() || mkdtemp(folder) == NULL)
		return false;
	for (int i = 0; i < 3; i++) {
		snprintf(paths[i], sizeof(paths[i]), "%s/%s", folder, names[i]);
		if (mkdir(paths[i], 0700) != 0 ||
		    opening(path_in(i, "file"), O_WRONLY | O_CREAT) != 0)
			return false;
	}
	snprintf(target, sizeof(target), "%s", path_in(UNNAMED, "file"));
	return symlink(target, path_in(READABLE, "link")) == 0;
}

static void end(void)
{
	unlink(path_in(READABLE, "link"));
	for (int i = 0; i < 3; i++) {
		unlink(path_in(i, "file"));
		rmdir(paths[i]);
	}
	rmdir(folder);
}

int main(void)
{
	if (!begin())
		return 1;
	CASE(files_are_open_as_far_as_they_are_named);
	CASE(what_a_server_does_it_can_do);
	if (!SANDBOX_IS_OFF) {
		CASE(files_are_closed_otherwise);
		CASE(what_only_an_intruder_does_ends_the_process);
		CASE(the_rest_is_refused);
		CASE(files_are_closed_to_later_threads_too);
		CASE(it_cannot_be_taken_back);
	}
	end();
	return check_end();
}
