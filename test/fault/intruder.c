/*
 * Somebody who got into an executable, to be loaded before the C library: LD_PRELOAD. At the first
 * connection he tries what he would try, and says on standard error what came of it:
 *
 *	intruder: what 13
 *
 * with an errno, or 0 where it worked.
 *
 *	INTRUDER_FILE  a file that he would like to read
 *	INTRUDER_ENDS  set: he tries to run a program, too
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static void say(const char *what, int failed)
{
	char line[64];
	int length = snprintf(line, sizeof(line), "intruder: %s %d\n", what, failed ? errno : 0);

	if (write(STDERR_FILENO, line, (size_t)length) < 0)
		abort();
}

static int make_process(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child;
}

static void intrude(void)
{
	const char *file = getenv("INTRUDER_FILE");

	say("passwd", open("/etc/passwd", O_RDONLY) < 0);
	if (file != NULL)
		say("file", open(file, O_RDONLY) < 0);
	say("network", socket(AF_INET, SOCK_STREAM, 0) < 0);
	say("process", make_process() < 0);
	say("code",
	    mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
		MAP_FAILED);
	if (getenv("INTRUDER_ENDS") != NULL) {
		execl("/bin/true", "true", (char *)NULL);
		say("program", 1);
	}
}

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags)
{
	static int has_tried;
	int (*original)(int, struct sockaddr *, socklen_t *, int);

	*(void **)&original = dlsym(RTLD_NEXT, "accept4");
	/* nginx is no executable of ours, and has the same environment. */
	if (strstr(program_invocation_short_name, ".fcgi") != NULL &&
	    !__atomic_exchange_n(&has_tried, 1, __ATOMIC_SEQ_CST))
		intrude();
	return original(fd, address, length, flags);
}
