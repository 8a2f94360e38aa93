/*
 * A disk of a given slowness: preloaded, every fsync and fdatasync takes SLOW_FSYNC_US microseconds
 * (2000) and does nothing else, so that what a disk costs is the same on every machine.
 */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int take_time(void)
{
	const char *set = getenv("SLOW_FSYNC_US");
	long us = set == NULL ? 2000 : atol(set);
	const struct timespec pause = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};

	nanosleep(&pause, NULL);
	return 0;
}

int fsync(int fd)
{
	(void)fd;
	return take_time();
}

int fdatasync(int fd)
{
	(void)fd;
	return take_time();
}
