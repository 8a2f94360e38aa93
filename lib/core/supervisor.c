#include "core/supervisor.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/log.h"

/* A beat that comes at half of the time after which it would be missed may be late by as much. */
enum { BEATS_A_PERIOD = 2, US_A_MS = 1000 };

/* The address of a path, or of a name that is none where it begins with "@". 0: it is neither. */
static socklen_t read_address(const char *name, struct sockaddr_un *address)
{
	size_t length = strlen(name);

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if ((name[0] != '/' && name[0] != '@') || length < 2 || length >= sizeof(address->sun_path))
		return 0;
	memcpy(address->sun_path, name, length);
	if (name[0] == '@')
		address->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

static long read_beat_ms(void)
{
	const char *period_us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");

	/* Meant for another process, whose environment this one has. */
	if (period_us == NULL || (pid != NULL && strtoll(pid, NULL, 10) != getpid()))
		return 0;
	return (long)(strtoll(period_us, NULL, 10) / US_A_MS / BEATS_A_PERIOD);
}

/* A socket that leads to an address; -1, and errno says why: none does. */
static int connect_to(const char *name)
{
	struct sockaddr_un address;
	socklen_t length = read_address(name, &address);
	int fd, error;

	if (length == 0) {
		errno = EINVAL;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, length) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

void supervisor_find(struct supervisor *supervisor)
{
	const char *name = getenv("NOTIFY_SOCKET");

	*supervisor = (struct supervisor){.fd = -1};
	if (name == NULL)
		return;
	supervisor->fd = connect_to(name);
	if (supervisor->fd >= 0)
		supervisor->beat_ms = read_beat_ms();
	else
		log_line(
		    "the supervisor cannot be reached at NOTIFY_SOCKET and is told nothing: %s",
		    strerrordesc_np(errno));
}

void supervisor_tell(const struct supervisor *supervisor, const char *state)
{
	if (supervisor->fd >= 0)
		send(supervisor->fd, state, strlen(state), MSG_NOSIGNAL);
}
