/*
 * Power cuts. Below the store's VFS lies a disk that keeps what is written in memory and loses it unless it was
 * synced: at a cut some of the unsynced pieces have reached the platter and others have not, in sectors, in
 * any order. What was acknowledged is there afterwards; what was not is there as a whole, or not at all.
 *
 * The service is a process that ends at the cut; the next one begins on what the disk then holds, and so on.
 * The same seed gives the same cuts, up to the order in which threads come to their turns.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "core/clock.h"
#include "game/quota.h"
#include "plain_sqlite.h"
#include "store/engine.h"
#include "temp_store.h"

enum {
	WRITERS = 4,
	MANY = 1000000,
	SECTOR_B = 512,
	CUT_AFTER_MAX =
	    120, /* writes, truncations and syncs that a process lives to make, at most */
	FILES_MAX = 4,
	NOT_CUT = 0,
	CUT = 3,
};

/* ----- the disk ----- */

/* A write, or with data NULL a truncation, that is not yet durable. */
struct piece {
	sqlite3_int64 offset;
	size_t length;
	unsigned char *data;
	struct piece *next;
};

/* A file as everybody reads it; the file of that path holds what is durable. */
struct image {
	char path[128];
	int fd;
	unsigned char *bytes;
	size_t length, room;
	struct piece *first, **last;
};

static struct {
	sqlite3_vfs vfs, *platform;
	pthread_mutex_t mutex; /* guards what follows */
	struct image images[FILES_MAX];
	int count;
	long left; /* operations until the cut; 0: it never comes */
	bool lies; /* a sync does nothing and says that it has */
	uint32_t random;
} disk = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* What lies behind the platform's own file, in the same allocation. */
struct addition {
	const sqlite3_io_methods *original;
	sqlite3_io_methods methods;
	struct image *image;
};

static unsigned random_below(unsigned bound)
{
	disk.random = disk.random * 1664525 + 1013904223;
	return (disk.random >> 8) % bound;
}

static struct addition *addition_of(sqlite3_file *file)
{
	return (struct addition *)((char *)file + ((size_t)disk.platform->szOsFile + 15) / 16 * 16);
}

static void resize(struct image *image, size_t length)
{
	if (length > image->room) {
		image->room = 2 * length;
		image->bytes = realloc(image->bytes, image->room);
	}
	if (length > image->length)
		memset(image->bytes + image->length, 0, length - image->length);
	image->length = length;
}

static void must(bool held)
{
	if (!held)
		abort();
}

/* Makes a piece durable, or so much of it as begins at a sector and ends after one. */
static void apply(const struct image *image, const struct piece *piece, bool in_part)
{
	size_t from = 0, to = piece->length;

	if (piece->data == NULL) {
		must(ftruncate(image->fd, piece->offset) == 0);
		return;
	}
	if (in_part && piece->length > SECTOR_B) {
		from = random_below((unsigned)(piece->length / SECTOR_B)) * SECTOR_B;
		to = from + SECTOR_B;
	}
	must(pwrite(image->fd, piece->data + from, to - from, piece->offset + (off_t)from) ==
	    (ssize_t)(to - from));
}

static void forget_pieces(struct image *image)
{
	while (image->first != NULL) {
		struct piece *piece = image->first;

		image->first = piece->next;
		free(piece->data);
		free(piece);
	}
	image->last = &image->first;
}

/* Of each file some pieces have arrived, in the order in which they were written or in the reverse one. */
static _Noreturn void cut_power(void)
{
	for (int i = 0; i < disk.count; i++) {
		struct image *image = &disk.images[i];
		struct piece *order[4096];
		size_t count = 0;
		bool is_reverse = random_below(2) == 0;
		unsigned each = random_below(4);

		for (struct piece *piece = image->first; piece != NULL && count < 4096;
		     piece = piece->next)
			order[count++] = piece;
		for (size_t k = 0; k < count; k++)
			if (each > 0 && random_below(each + 1) > 0)
				apply(image, order[is_reverse ? count - 1 - k : k],
				    random_below(3) == 0);
	}
	_exit(CUT);
}

/* One operation more; the mutex is held. */
static void step(void)
{
	if (disk.left > 0 && --disk.left == 0)
		cut_power();
}

static void add_piece(struct image *image, sqlite3_int64 offset, const void *data, size_t length)
{
	struct piece *piece = calloc(1, sizeof(*piece));

	*piece = (struct piece){.offset = offset, .length = length};
	if (data != NULL) {
		piece->data = malloc(length);
		memcpy(piece->data, data, length);
	}
	*image->last = piece;
	image->last = &piece->next;
}

static int disk_read(sqlite3_file *file, void *into, int amount, sqlite3_int64 offset)
{
	struct image *image = addition_of(file)->image;
	size_t there;

	pthread_mutex_lock(&disk.mutex);
	there = (size_t)offset < image->length ? image->length - (size_t)offset : 0;
	if (there > (size_t)amount)
		there = (size_t)amount;
	if (there > 0)
		memcpy(into, image->bytes + offset, there);
	pthread_mutex_unlock(&disk.mutex);
	memset((char *)into + there, 0, (size_t)amount - there);
	return there == (size_t)amount ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int disk_write(sqlite3_file *file, const void *data, int amount, sqlite3_int64 offset)
{
	struct image *image = addition_of(file)->image;
	size_t end = (size_t)offset + (size_t)amount;

	pthread_mutex_lock(&disk.mutex);
	step();
	if (end > image->length)
		resize(image, end);
	memcpy(image->bytes + offset, data, (size_t)amount);
	add_piece(image, offset, data, (size_t)amount);
	pthread_mutex_unlock(&disk.mutex);
	return SQLITE_OK;
}

static int disk_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct image *image = addition_of(file)->image;

	pthread_mutex_lock(&disk.mutex);
	step();
	resize(image, (size_t)size);
	add_piece(image, size, NULL, 0);
	pthread_mutex_unlock(&disk.mutex);
	return SQLITE_OK;
}

static int disk_sync(sqlite3_file *file, int flags)
{
	struct image *image = addition_of(file)->image;

	(void)flags;
	pthread_mutex_lock(&disk.mutex);
	step();
	if (!disk.lies) {
		for (struct piece *piece = image->first; piece != NULL; piece = piece->next)
			apply(image, piece, false);
		forget_pieces(image);
	}
	pthread_mutex_unlock(&disk.mutex);
	return SQLITE_OK;
}

static int disk_size(sqlite3_file *file, sqlite3_int64 *size)
{
	pthread_mutex_lock(&disk.mutex);
	*size = (sqlite3_int64)addition_of(file)->image->length;
	pthread_mutex_unlock(&disk.mutex);
	return SQLITE_OK;
}

/* All that open a file share what it is. */
static struct image *find_image(const char *path)
{
	struct image *image = NULL;
	off_t length;

	pthread_mutex_lock(&disk.mutex);
	for (int i = 0; i < disk.count; i++)
		if (strcmp(disk.images[i].path, path) == 0)
			image = &disk.images[i];
	if (image == NULL) {
		must(disk.count < FILES_MAX);
		image = &disk.images[disk.count++];
		snprintf(image->path, sizeof(image->path), "%s", path);
		image->fd = open(path, O_RDWR | O_CLOEXEC);
		length = lseek(image->fd, 0, SEEK_END);
		must(image->fd >= 0 && length >= 0);
		resize(image, (size_t)length);
		must(pread(image->fd, image->bytes, image->length, 0) == length);
		image->last = &image->first;
	}
	pthread_mutex_unlock(&disk.mutex);
	return image;
}

static int disk_open(
    sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags)
{
	int code = disk.platform->xOpen(disk.platform, path, file, flags, out_flags);
	struct addition *addition = addition_of(file);

	(void)vfs;
	if (code != SQLITE_OK || !(flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)))
		return code;
	*addition = (struct addition){file->pMethods, *file->pMethods, find_image(path)};
	addition->methods.iVersion = 2; /* nothing is mapped but the shared memory */
	addition->methods.xRead = disk_read;
	addition->methods.xWrite = disk_write;
	addition->methods.xTruncate = disk_truncate;
	addition->methods.xSync = disk_sync;
	addition->methods.xFileSize = disk_size;
	file->pMethods = &addition->methods;
	return SQLITE_OK;
}

/* Before the store's VFS is made: it stands on the one that is the default then. */
static void disk_begin(void)
{
	disk.platform = sqlite3_vfs_find(NULL);
	disk.vfs = *disk.platform;
	disk.vfs.zName = "disk";
	disk.vfs.szOsFile = (disk.platform->szOsFile + 15) / 16 * 16 + (int)sizeof(struct addition);
	disk.vfs.xOpen = disk_open;
	sqlite3_vfs_register(&disk.vfs, 1);
}

/* ----- who writes ----- */

static struct temp_store temp;

/* Shared with the process that ends: how many writes of each kind were acknowledged. */
static struct {
	atomic_int acknowledged[WRITERS];
} * shared;

struct task {
	int kind;
	bool scrubs;
};

/* Two rows in one transaction, of which never one alone may be found. */
static enum problem take_twice(struct db *db, void *argument)
{
	const struct task *task = argument;
	enum problem problem = quota_take(db, (enum quota)task->kind, MANY, QUOTA_SLOT_NONE);

	if (problem == PROBLEM_NONE)
		problem = quota_take(db, (enum quota)(task->kind + WRITERS), MANY, QUOTA_SLOT_NONE);
	/* The log is emptied and begins anew. */
	if (task->scrubs)
		db_scrub_after_commit(db);
	return problem;
}

static void *write_on(void *argument)
{
	struct task task = {.kind = (int)(intptr_t)argument};

	for (int i = 1; i <= CUT_AFTER_MAX; i++) {
		task.scrubs = (i + task.kind) % 7 == 0;
		if (store_write(temp.store, take_twice, &task) == PROBLEM_NONE)
			shared->acknowledged[task.kind]++;
	}
	return NULL;
}

static _Noreturn void serve_until_cut(uint32_t seed, bool lies)
{
	struct store_options options = temp_store_options(&temp);
	pthread_t threads[WRITERS];

	close(STDERR_FILENO);
	disk.random = seed;
	disk.left = 1 + (long)(seed % CUT_AFTER_MAX);
	disk.lies = lies;
	options.scrub = seed % 2 == 0;
	if (store_open(&options, &temp.store) != PROBLEM_NONE)
		_exit(1);
	for (intptr_t i = 0; i < WRITERS; i++)
		pthread_create(&threads[i], NULL, write_on, (void *)i);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);
	store_close(temp.store);
	_exit(NOT_CUT);
}

/* An empty store, made by a process of its own: this one never opens anything on that disk. */
static bool make_store(void)
{
	struct store_options options;
	pid_t child;
	int status = 0;

	snprintf(temp.folder, sizeof(temp.folder), "/tmp/breath-unit-XXXXXX");
	if (!secret_init() || mkdtemp(temp.folder) == NULL)
		return false;
	snprintf(temp.path, sizeof(temp.path), "%s/breath.db", temp.folder);
	child = fork();
	if (child == 0) {
		close(STDERR_FILENO);
		options = temp_store_options(&temp);
		options.create = options.any_schema = true;
		temp_store_must(store_open(&options, &temp.store), "open");
		temp_store_must(store_write(temp.store, temp_store_found, NULL), "migrate");
		store_close(temp.store);
		_exit(EXIT_SUCCESS);
	}
	waitpid(child, &status, 0);
	for (int kind = 0; kind < WRITERS; kind++)
		shared->acknowledged[kind] = 0;
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

/* ----- what is there afterwards ----- */

/* A database of which the tables may be asked for what was counted; -1: it cannot be read. */
static sqlite3_int64 used(sqlite3 *db, int kind)
{
	char sql[96];

	snprintf(
	    sql, sizeof(sql), "SELECT coalesce(sum(used), 0) FROM quota WHERE what = %d", kind);
	return plain_number(db, sql);
}

struct loss {
	int lost;   /* kinds of which acknowledged writes were missing */
	int halves; /* transactions of which a part was there */
	int broken; /* databases that were not whole */
};

/* As the next process finds it, which first brings the log in order; nothing of this is lost by its ending. */
static void look(struct loss *loss)
{
	sqlite3 *db = plain_open(temp.path, "unix");

	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (!plain_is_whole(db)) {
		loss->broken++;
	} else {
		for (int kind = 0; kind < WRITERS; kind++) {
			sqlite3_int64 count = used(db, kind);

			loss->lost += count < shared->acknowledged[kind];
			loss->halves += count != used(db, kind + WRITERS);
			/* What was not acknowledged and is there nevertheless stays from now on. */
			shared->acknowledged[kind] = (int)count;
		}
	}
	sqlite3_close(db);
}

/* Cut after cut on one database. */
static struct loss cut_again_and_again(int cuts, uint32_t seed, bool lies)
{
	struct loss loss = {0};
	int cut = 0;

	CHECK(make_store());
	for (int i = 0; i < cuts && loss.broken == 0; i++) {
		int status = 0;
		pid_t child = fork();

		if (child == 0)
			serve_until_cut(seed + (uint32_t)i * 2654435761U, lies);
		waitpid(child, &status, 0);
		cut += WIFEXITED(status) && WEXITSTATUS(status) == CUT;
		look(&loss);
		if (lies && loss.lost + loss.halves > 0)
			break;
		if (loss.lost + loss.halves + loss.broken > 0) {
			printf("# seed %u, cut %d\n", seed, i);
			break;
		}
	}
	if (!lies)
		CHECK(cut > cuts / 2);
	temp_store_close(&temp);
	return loss;
}

static void what_was_acknowledged_survives_power_cuts(void)
{
	for (uint32_t seed = 1; seed <= 12; seed++) {
		struct loss loss = cut_again_and_again(25, seed, false);

		CHECK_INT_EQ(loss.lost, 0);
		CHECK_INT_EQ(loss.halves, 0);
		REQUIRE(CHECK_INT_EQ(loss.broken, 0));
	}
}

/* Were it not so, the case above could not fail. */
static void a_disk_that_does_not_sync_is_found_out(void)
{
	int found = 0;

	for (uint32_t seed = 1; seed <= 4; seed++) {
		struct loss loss = cut_again_and_again(25, seed, true);

		found += loss.lost + loss.broken > 0;
	}
	CHECK(found > 0);
}

int main(void)
{
	shared =
	    mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return EXIT_FAILURE;
	disk_begin();
	CASE(what_was_acknowledged_survives_power_cuts);
	CASE(a_disk_that_does_not_sync_is_found_out);
	return check_end();
}
