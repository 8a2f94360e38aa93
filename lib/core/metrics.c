#include "core/metrics.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

const uint32_t metrics_latency_us[METRICS_LATENCIES] = {100, 200, 500, 1000, 2000, 3000, 5000, 7500,
    10000, 15000, 20000, 30000, 50000, 75000, 100000, 150000, 200000, 300000, 500000, 1000000,
    2000000, 5000000, 10000000, 60000000};

const uint32_t metrics_batch_jobs[METRICS_BATCHES] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

char *metrics_path(const char *folder, const char *name, char path[METRICS_FILE_B])
{
	snprintf(path, METRICS_FILE_B, "%s/%s.metrics", folder, name);
	return path;
}

int metrics_bound(const uint32_t *bounds, int count, double value)
{
	int i = 0;

	while (i < count - 1 && value > bounds[i])
		i++;
	return i;
}

/* Its process has a lock on it for as long as it lives, however it dies. */
static bool is_alive(int fd)
{
	struct flock whole = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
}

union image {
	struct metrics metrics;
	uint64_t words[sizeof(struct metrics) / sizeof(uint64_t)];
};

/* Each word by itself: a process that counts does not wait for whoever looks. */
static void copy(struct metrics *reading, const union image *shared)
{
	union image image;

	for (size_t i = 0; i < sizeof(image.words) / sizeof(image.words[0]); i++)
		image.words[i] = __atomic_load_n(&shared->words[i], __ATOMIC_RELAXED);
	*reading = image.metrics;
}

/* What another process has written is looked at before it is used. */
static bool is_sound(struct metrics *reading)
{
	if (memcmp(reading->magic, METRICS_MAGIC, METRICS_MAGIC_B) != 0 ||
	    reading->size_b != sizeof(*reading) || reading->route_count > METRICS_ROUTES_MAX)
		return false;
	reading->name[METRICS_NAME_B - 1] = '\0';
	for (size_t i = 0; i < reading->route_count; i++) {
		reading->routes[i].method[METRICS_METHOD_B - 1] = '\0';
		reading->routes[i].path[METRICS_PATH_B - 1] = '\0';
	}
	for (int i = 0; i < PROBLEM_COUNT; i++)
		reading->refusals[i].code[METRICS_CODE_B - 1] = '\0';
	return true;
}

bool metrics_read(const char *folder, const char *name, struct metrics *reading)
{
	char path[METRICS_FILE_B];
	int fd = open(metrics_path(folder, name, path), O_RDONLY | O_CLOEXEC);
	struct stat file;
	void *shared = MAP_FAILED;

	if (fd < 0)
		return false;
	if (fstat(fd, &file) == 0 && (size_t)file.st_size == sizeof(*reading) && is_alive(fd))
		shared = mmap(NULL, sizeof(*reading), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (shared == MAP_FAILED)
		return false;
	copy(reading, shared);
	munmap(shared, sizeof(*reading));
	return is_sound(reading);
}
