#include "store/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"

/* Each lock is one byte of the file, which itself stays empty. */
enum { BYTE_NEXT, BYTE_TURN };

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

static enum problem change(const struct turn *turn, short type, off_t byte)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};

	while (fcntl(turn->fd, F_OFD_SETLKW, &lock) != 0) {
		if (errno == EINTR)
			continue;
		log_line("store: the write lock: %s", strerror(errno));
		return PROBLEM_UNAVAILABLE;
	}
	return PROBLEM_NONE;
}

static void release(const struct turn *turn, off_t byte)
{
	/* Giving up a lock that is held cannot fail in a way that anything could be done about. */
	enum problem ignored = change(turn, F_UNLCK, byte);

	(void)ignored;
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
