/*
 * A backup is a file of its own, `breath-2026-11-27.db`, that needs nothing beside it. What must hold:
 *
 * - It is the database as it was at one moment, while everybody goes on writing. The copy is made by one
 *   reader in one step. As long as that reads, the log of pages cannot begin again from its start, so
 *   it grows by what is written meanwhile; afterwards it is emptied and given back to the disk.
 * - It can be relied on: it is opened, checked and made durable under another name, and only then gets
 *   its own, so that whatever is called a backup is one. A backup that fails leaves the others alone.
 * - It holds no moment: open pairing codes and remembered requests, whose expiry is one, are taken out of it (rule P1).
 * - It does not lie about for longer than BACKUP_KEPT_DAYS (P8). Days are told by names, and the head of
 *   the file says on which one it was made. A clock that has jumped ahead would make all backups old, so
 *   none is removed when the clock is far past the newest use of the service. One that was made then is of
 *   a day to come once the clock is right: of unknown age, kept, and named as wrong (rotation.h).
 */
#include "admin/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "admin/commands.h"
#include "admin/place.h"
#include "admin/rotation.h"
#include "admin/verify.h"
#include "core/clock.h"
#include "core/file.h"
#include "core/log.h"
#include "game/account.h"
#include "game/expiry.h"
#include "store/engine.h"

struct backup {
	const struct admin *admin;
	char *folder;
	char *written; /* the copy while it is not yet a backup */
	char *path;
	int lock; /* the folder, locked against another backup */
	day_t newest_use;
	struct verdict verdict;
	struct rotation rotation;
};

static const char name_start[] = "breath-", name_end[] = ".db";

/* ----- the place ----- */

static bool open_folder(struct backup *backup)
{
	if (mkdir(backup->folder, 0700) != 0 && errno != EEXIST) {
		admin_fail("cannot make the folder %s: %s", backup->folder, strerrordesc_np(errno));
		return false;
	}
	backup->lock = open(backup->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (backup->lock < 0 || faccessat(backup->lock, ".", W_OK | X_OK, AT_EACCESS) != 0) {
		admin_fail(
		    "cannot write in the folder %s: %s", backup->folder, strerrordesc_np(errno));
		return false;
	}
	if (flock(backup->lock, LOCK_EX | LOCK_NB) != 0) {
		admin_fail("another backup is being made in %s", backup->folder);
		return false;
	}
	return true;
}

/* Asked before, since a file system that fills up is in the way of everything else on it. */
static enum problem has_room(struct db *db, const struct backup *backup)
{
	struct statvfs disk;
	int64_t needed_b = 0;
	enum problem problem = db_size_b(db, &needed_b);

	if (problem != PROBLEM_NONE || fstatvfs(backup->lock, &disk) != 0)
		return problem;
	if ((uint64_t)needed_b <= (uint64_t)disk.f_bavail * disk.f_frsize)
		return PROBLEM_NONE;
	admin_fail("%s has room for %" PRIu64 " bytes, and the copy needs %" PRId64, backup->folder,
	    (uint64_t)disk.f_bavail * disk.f_frsize, needed_b);
	return PROBLEM_UNAVAILABLE;
}

/* ----- the copy ----- */

static enum problem copy(struct db *db, void *argument)
{
	struct backup *backup = argument;
	enum problem problem = has_room(db, backup);

	if (problem == PROBLEM_NONE)
		problem = account_newest_use(db, &backup->newest_use);
	return problem == PROBLEM_NONE ? db_copy(db, backup->written) : problem;
}

/* Nothing is changed, but the log of pages is emptied. */
static enum problem empty_log(struct db *db, void *argument)
{
	(void)argument;
	db_scrub_after_commit(db);
	return PROBLEM_NONE;
}

static enum problem copy_database(struct backup *backup)
{
	struct store_options options = settings_store(backup->admin->settings);
	struct store *store;
	enum problem problem, emptied;

	options.any_schema = true;
	problem = store_open(&options, &store);
	if (problem != PROBLEM_NONE)
		return problem;
	problem = store_read(store, copy, backup);
	emptied = store_write(store, empty_log, NULL);
	store_close(store);
	/* A log that stays long for now costs room and nothing else. */
	(void)emptied;
	return problem;
}

static enum problem settle(struct db *db)
{
	enum problem problem = db_write_begin(db);

	if (problem == PROBLEM_NONE)
		problem = expiry_forget_all(db);
	if (problem == PROBLEM_NONE)
		problem = db_set_mark(db, clock_today());
	return problem == PROBLEM_NONE ? db_commit(db) : problem;
}

/* Opens the copy, makes a file of its own of it and checks it. */
static enum problem settle_and_verify(struct backup *backup)
{
	struct db *db;
	enum problem problem = db_open(backup->written, DB_COPY, false, &db);

	if (problem != PROBLEM_NONE)
		return problem;
	problem = settle(db);
	if (problem == PROBLEM_NONE)
		problem = db_read_begin(db);
	if (problem == PROBLEM_NONE) {
		problem = verify(db, &backup->verdict);
		db_read_end(db);
	}
	db_close(db);
	return problem;
}

/* ----- those before it ----- */

/* Removes what is too old, old databases that a restore has kept among it, and counts what stays. */
static bool rotate(struct backup *backup, bool may_remove)
{
	day_t before = may_remove ? clock_today() - BACKUP_KEPT_DAYS : DAY_NONE;
	char *kept = file_beside(backup->admin->settings->database, PLACE_KEPT);
	char *folder = file_beside(kept, ""), *name = file_beside(kept, "");
	struct rotation replaced = {
	    .folder = dirname(folder), .start = basename(name), .before = before};
	bool done;

	backup->rotation = (struct rotation){
	    .folder = backup->folder, .start = name_start, .end = name_end, .before = before};
	done = rotation_run(&backup->rotation) && rotation_run(&replaced);
	free(name);
	free(folder);
	free(kept);
	return done;
}

static int rotate_and_report(struct backup *backup)
{
	bool may_remove = !account_doubts_clock(backup->newest_use);
	char text[DAY_TEXT_B];

	if (!rotate(backup, may_remove))
		return admin_fail(
		    "the backup is made, but old ones in %s cannot be removed", backup->folder);
	printf("made %s\n", backup->path);
	if (backup->verdict.is_counted)
		printf("%" PRId64 " accounts, %d findings\n", backup->verdict.accounts,
		    backup->verdict.findings);
	else
		printf("of schema %d, which is not this program's: only the file was checked\n",
		    backup->verdict.schema);
	printf("%d backups are kept, the oldest of %s\n", backup->rotation.kept,
	    day_format(backup->rotation.oldest, text));
	if (backup->rotation.ahead > 0)
		printf(
		    "%d more are of days to come, up to %s: nobody knows how old they are, and they"
		    " stay until you remove them\n",
		    backup->rotation.ahead, day_format(backup->rotation.ahead_newest, text));
	if (!may_remove)
		return admin_fail(
		    "the newest day in the database is %s, so the clock may be wrong: no old"
		    " backup was removed",
		    day_format(backup->newest_use, text));
	if (backup->verdict.findings > 0)
		return admin_fail(
		    "the backup is made, but figures in the database are not as counted");
	return EXIT_SUCCESS;
}

/* ----- the command ----- */

static int make(struct backup *backup)
{
	enum problem problem;

	if (!open_folder(backup) || !file_remove(backup->written))
		return EXIT_FAILURE;
	problem = copy_database(backup);
	if (problem == PROBLEM_NONE)
		problem = settle_and_verify(backup);
	if (problem != PROBLEM_NONE)
		return admin_fail_on("backup", problem);
	if (backup->verdict.damage > 0)
		return admin_fail(
		    "the database is damaged; no backup was made of it, and none was removed");
	if (!file_publish(backup->written, backup->path))
		return admin_fail_on("backup", PROBLEM_INTERNAL);
	return rotate_and_report(backup);
}

int command_backup(const struct admin *admin)
{
	struct backup backup = {.admin = admin, .lock = -1, .newest_use = DAY_NONE};
	char day[DAY_TEXT_B];
	int status;

	backup.folder = settings_backup_folder(admin->settings);
	backup.written = file_beside(backup.folder, "/unfinished.db");
	if (asprintf(&backup.path, "%s/%s%s%s", backup.folder, name_start,
		day_format(clock_today(), day), name_end) < 0)
		log_out_of_memory();
	status = make(&backup);
	/* Gone already if it became a backup. */
	if (backup.lock >= 0 && !file_remove(backup.written))
		status = EXIT_FAILURE;
	if (backup.lock >= 0)
		close(backup.lock);
	free(backup.path);
	free(backup.written);
	free(backup.folder);
	return status;
}
