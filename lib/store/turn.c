#include "store/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"

/* Each lock is one byte of the file, which itself stays empty. */
enum { BYTE_NEXT, BYTE_TURN, BYTE_USE };

enum { RETRY_MS = 20 };

struct turn {
	int fd;
};

enum problem turn_open(const char *store_path, struct turn **turn)
{
	char *path;
	int fd;

	if (asprintf(&path, "%s.lock", store_path) < 0)
		log_out_of_memory();
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		log_line("store: %s: %s", path, strerror(errno));
	free(path);
	if (fd < 0)
		return PROBLEM_UNAVAILABLE;
	*turn = malloc(sizeof(**turn));
	if (*turn == NULL)
		log_out_of_memory();
	(*turn)->fd = fd;
	return PROBLEM_NONE;
}

void turn_close(struct turn *turn)
{
	if (turn == NULL)
		return;
	close(turn->fd);
	free(turn);
}

/* One try. command: F_OFD_SETLKW waits, F_OFD_SETLK does not. Returns 0 or an errno. */
static int try_change(const struct turn *turn, int command, short type, off_t byte)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};

	return fcntl(turn->fd, command, &lock) == 0 ? 0 : errno;
}

static enum problem fail(int error)
{
	log_line("store: the lock: %s", strerrordesc_np(error));
	return PROBLEM_UNAVAILABLE;
}

static enum problem change(const struct turn *turn, short type, off_t byte)
{
	int error;

	do {
		error = try_change(turn, F_OFD_SETLKW, type, byte);
	} while (error == EINTR);
	return error == 0 ? PROBLEM_NONE : fail(error);
}

static void release(const struct turn *turn, off_t byte)
{
	/* Giving up a lock that is held cannot fail in a way that anything could be done about. */
	enum problem ignored = change(turn, F_UNLCK, byte);

	(void)ignored;
}

enum problem turn_share(struct turn *turn)
{
	return change(turn, F_RDLCK, BYTE_USE);
}

enum problem turn_alone(struct turn *turn, long wait_ms)
{
	const struct timespec pause = {.tv_nsec = RETRY_MS * 1000000L};
	double began_ms = clock_monotonic_ms();

	for (;;) {
		int error = try_change(turn, F_OFD_SETLK, F_WRLCK, BYTE_USE);

		if (error == 0)
			return PROBLEM_NONE;
		if (error != EAGAIN && error != EACCES && error != EINTR)
			return fail(error);
		if (clock_monotonic_ms() - began_ms >= (double)wait_ms) {
			log_line("the database is in use: stop what uses it first");
			return PROBLEM_UNAVAILABLE;
		}
		nanosleep(&pause, NULL);
	}
}

bool turn_is_last(struct turn *turn)
{
	return try_change(turn, F_OFD_SETLK, F_WRLCK, BYTE_USE) == 0;
}

enum problem turn_take(struct turn *turn)
{
	enum problem problem = change(turn, F_WRLCK, BYTE_NEXT);

	if (problem != PROBLEM_NONE)
		return problem;
	problem = change(turn, F_WRLCK, BYTE_TURN);
	release(turn, BYTE_NEXT);
	return problem;
}

void turn_give(struct turn *turn)
{
	release(turn, BYTE_TURN);
}
