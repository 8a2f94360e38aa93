/*
 * A disk with faults, to be loaded before the C library: LD_PRELOAD.
 *
 * What is written to files of a database (their names hold FAULT_FILE) fails as long as the file
 * FAULT_CONTROL says how:
 *
 *	enospc   the disk is full
 *	erofs    the file system was made read-only, as Linux does after a fault
 *	eio      the disk answers no write
 *	fsync    writes go through, but nothing can be made durable
 *	slow     all goes well, but a write takes 2 ms and making it durable 250 ms
 *
 * Reads always work.  An empty or absent FAULT_CONTROL is a good disk.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum operation { WRITE, SYNC };

/* The function of that name that stands behind ours. */
static void *next(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (found == NULL)
		abort();
	return found;
}

static bool is_of_database(int fd)
{
	const char *part = getenv("FAULT_FILE");
	char link[64], path[4096];
	ssize_t length;

	if (part == NULL)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path) - 1);
	if (length < 0)
		return false;
	path[length] = '\0';
	return strstr(path, part) != NULL;
}

/* The word in FAULT_CONTROL. Read anew each time, by calls that this file does not replace. */
static void read_fault(char word[16])
{
	const char *path = getenv("FAULT_CONTROL");
	int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, word, 15);

	if (fd >= 0)
		close(fd);
	word[length < 0 ? 0 : length] = '\0';
	word[strcspn(word, "\n")] = '\0';
}

/* 0, or the error that an operation on a file is to fail with. */
static int fault(int fd, enum operation operation)
{
	int before = errno, error = 0;
	char word[16];

	if (is_of_database(fd)) {
		read_fault(word);
		if (strcmp(word, "fsync") == 0)
			error = operation == SYNC ? EIO : 0;
		else if (strcmp(word, "eio") == 0)
			error = EIO;
		else if (strcmp(word, "enospc") == 0)
			error = operation == WRITE ? ENOSPC : 0;
		else if (strcmp(word, "erofs") == 0)
			error = operation == WRITE ? EROFS : 0;
		else if (strcmp(word, "slow") == 0)
			usleep(operation == WRITE ? 2000 : 250000);
	}
	errno = error == 0 ? before : error;
	return error;
}

ssize_t write(int fd, const void *bytes, size_t count)
{
	static ssize_t (*real)(int, const void *, size_t);

	if (real == NULL)
		real = next("write");
	return fault(fd, WRITE) != 0 ? -1 : real(fd, bytes, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at)
{
	static ssize_t (*real)(int, const void *, size_t, off64_t);

	if (real == NULL)
		real = next("pwrite64");
	return fault(fd, WRITE) != 0 ? -1 : real(fd, bytes, count, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at)
{
	return pwrite64(fd, bytes, count, at);
}

int ftruncate64(int fd, off64_t length)
{
	static int (*real)(int, off64_t);

	if (real == NULL)
		real = next("ftruncate64");
	return fault(fd, WRITE) != 0 ? -1 : real(fd, length);
}

int ftruncate(int fd, off_t length)
{
	return ftruncate64(fd, length);
}

int fsync(int fd)
{
	static int (*real)(int);

	if (real == NULL)
		real = next("fsync");
	return fault(fd, SYNC) != 0 ? -1 : real(fd);
}

int fdatasync(int fd)
{
	static int (*real)(int);

	if (real == NULL)
		real = next("fdatasync");
	return fault(fd, SYNC) != 0 ? -1 : real(fd);
}
