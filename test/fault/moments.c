/*
 * Looks, after everything that gives a file another name or takes one away, whether a file is still there: to be
 * loaded before the C library (LD_PRELOAD). Each moment in which MOMENT_FILE is not there becomes a line in the
 * file MOMENT_LOG.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *next(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (found == NULL)
		abort();
	return found;
}

static void look(const char *call)
{
	const char *file = getenv("MOMENT_FILE"), *log = getenv("MOMENT_LOG");
	int fd;

	if (file == NULL || log == NULL || access(file, F_OK) == 0)
		return;
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || dprintf(fd, "after %s there is none\n", call) < 0)
		abort();
	close(fd);
}

int unlink(const char *path)
{
	int (*real)(const char *) = next("unlink");
	int result = real(path);

	look("unlink");
	return result;
}

int rename(const char *from, const char *to)
{
	int (*real)(const char *, const char *) = next("rename");
	int result = real(from, to);

	look("rename");
	return result;
}

int link(const char *from, const char *to)
{
	int (*real)(const char *, const char *) = next("link");
	int result = real(from, to);

	look("link");
	return result;
}
