#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"

static bool complain(const char *path)
{
	log_line("%s: %s", path, strerrordesc_np(errno));
	return false;
}

static bool sync_opened(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	bool synced;

	if (fd < 0)
		return complain(path);
	synced = fsync(fd) == 0 || complain(path);
	close(fd);
	return synced;
}

bool file_sync(const char *path)
{
	return sync_opened(path, O_RDONLY);
}

bool file_sync_folder(const char *path)
{
	char *copy = file_beside(path, "");
	bool synced = sync_opened(dirname(copy), O_RDONLY | O_DIRECTORY);

	free(copy);
	return synced;
}

bool file_publish(const char *written, const char *path)
{
	if (!file_sync(written))
		return false;
	if (rename(written, path) != 0)
		return complain(path);
	return file_sync_folder(path);
}

bool file_remove(const char *path)
{
	return unlink(path) == 0 || errno == ENOENT || complain(path);
}

char *file_beside(const char *path, const char *ending)
{
	char *joined;

	if (asprintf(&joined, "%s%s", path, ending) < 0)
		log_out_of_memory();
	return joined;
}
