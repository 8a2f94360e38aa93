#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "admin/doctor.h"
#include "admin/rotation.h"
#include "core/clock.h"
#include "core/file.h"
#include "game/account.h"
#include "store/engine.h"
#include "store/migrate.h"

enum {
	ROOM_MIN_MIB = 64,  /* less than this fills before anybody looks */
	LOG_LONG_MIB = 256, /* a log of pages that somebody keeps from beginning again */
	BACKUP_AGE_DAYS = 2,
	CLOCK_AHEAD_DAYS = 1,
	MIB = 1024 * 1024,
};

/* ----- files ----- */

/* Is a file its owner's alone, and that the one whom the folder belongs to? */
static void look_at_file(const char *path, uid_t owner, bool is_folder)
{
	struct stat file;

	if (stat(path, &file) != 0) {
		if (errno != ENOENT)
			doctor_say(DOCTOR_UNKNOWN, "%s: %s", path, strerrordesc_np(errno));
		return;
	}
	if (file.st_uid != owner)
		doctor_say(DOCTOR_WRONG,
		    "%s belongs to another user than its folder: chown it, and run breathctl as the"
		    " service's user",
		    path);
	if ((file.st_mode & 077) != 0)
		doctor_say(DOCTOR_WRONG, "%s can be read or written by others: chmod %s it", path,
		    is_folder ? "700" : "600");
}

static void look_at_room(const char *folder, int64_t database_b)
{
	struct statvfs disk;
	uint64_t free_b;

	if (statvfs(folder, &disk) != 0)
		return;
	free_b = (uint64_t)disk.f_bavail * disk.f_frsize;
	if (free_b < (uint64_t)ROOM_MIN_MIB * MIB || free_b < (uint64_t)database_b)
		doctor_say(DOCTOR_WRONG,
		    "%s has room for %" PRIu64 " MiB only: a backup takes as much as the database,"
		    " and a full disk refuses everything that is to be stored",
		    folder, free_b / MIB);
	else
		doctor_say(DOCTOR_GOOD, "%s has room for %" PRIu64 " MiB", folder, free_b / MIB);
	if (disk.f_flag & ST_RDONLY)
		doctor_say(DOCTOR_WRONG, "%s is mounted read-only", folder);
}

static void look_at_log(const char *path)
{
	struct stat log;

	if (stat(path, &log) == 0 && log.st_size > (off_t)LOG_LONG_MIB * MIB)
		doctor_say(DOCTOR_WRONG,
		    "%s has %lld MiB: something reads without an end; restart the service, and see"
		    " what holds the file open",
		    path, (long long)(log.st_size / MIB));
}

void doctor_look_at_files(const struct admin *admin)
{
	static const char *const endings[] = {"", "-wal", "-shm", ".lock", ".gone", ".gone-key"};
	char *copy = file_beside(admin->settings->database, "");
	const char *folder = dirname(copy);
	struct stat state = {0}, database = {0};

	if (stat(folder, &state) != 0) {
		doctor_say(DOCTOR_WRONG, "%s: %s", folder, strerrordesc_np(errno));
		free(copy);
		return;
	}
	if ((state.st_mode & 022) != 0)
		doctor_say(DOCTOR_WRONG, "%s can be written by others: chmod 700 it", folder);
	if (geteuid() != state.st_uid)
		doctor_say(DOCTOR_WRONG, "%s is not yours: run breathctl as root, or as its owner",
		    folder);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		char *path = file_beside(admin->settings->database, endings[i]);

		look_at_file(path, state.st_uid, false);
		if (strcmp(endings[i], "-wal") == 0)
			look_at_log(path);
		if (strcmp(endings[i], "") == 0 && stat(path, &database) != 0)
			database.st_size = 0;
		free(path);
	}
	look_at_room(folder, database.st_size);
	free(copy);
}

/* ----- the database ----- */

struct view {
	int behind;
	day_t newest;
	struct room room;
};

static enum problem look(struct db *db, const struct settings *settings, struct view *view)
{
	const struct store_options options = settings_store(settings);
	enum problem problem = db_read_begin(db);

	if (problem != PROBLEM_NONE)
		return problem;
	problem = migrate_distance(db, &view->behind);
	if (problem == PROBLEM_NONE)
		problem = account_newest_use(db, &view->newest);
	if (problem == PROBLEM_NONE)
		problem = room_measure(db, options.path, &options.room, &view->room);
	db_read_end(db);
	return problem;
}

static void say_schema(const struct view *view)
{
	if (view->behind > 0)
		doctor_say(DOCTOR_WRONG, "the database lacks %d migrations: run breathctl migrate",
		    view->behind);
	else if (view->behind < 0)
		doctor_say(DOCTOR_WRONG,
		    "the database is %d migrations newer than this program: install that version, or"
		    " restore the backup from before it",
		    -view->behind);
	else
		doctor_say(DOCTOR_GOOD, "the database is of this program's schema");
}

static void say_calendar(const struct view *view)
{
	char text[DAY_TEXT_B];

	if (view->newest == DAY_NONE)
		return;
	if (account_doubts_clock(view->newest))
		doctor_say(DOCTOR_WRONG,
		    "the newest day in the database is %s: if people practise, the clock is ahead,"
		    " and purge removes nothing until it is right",
		    day_format(view->newest, text));
	else if (view->newest > clock_today() + CLOCK_AHEAD_DAYS)
		doctor_say(DOCTOR_WRONG,
		    "the newest day in the database is %s: the clock is behind",
		    day_format(view->newest, text));
	else
		doctor_say(DOCTOR_GOOD, "the newest day in the database is %s",
		    day_format(view->newest, text));
}

static void say_room(const struct room *room)
{
	if (room_is_full(room))
		doctor_say(DOCTOR_WRONG,
		    "the store is full, and nothing new is taken: the database has %" PRId64
		    " of %" PRId64 " MiB (database_max_mib), the disk %" PRId64
		    " MiB free of at least %" PRId64 " (disk_reserve_mib)",
		    room->used_b / MIB, room->limits.size_max_b / MIB, room->free_b / MIB,
		    room->limits.disk_free_b / MIB);
	else if (room_is_scarce(room))
		doctor_say(DOCTOR_WRONG,
		    "the store is nearly full: the database has %" PRId64 " of %" PRId64
		    " MiB (database_max_mib), the disk %" PRId64 " MiB free, of which %" PRId64
		    " stay free (disk_reserve_mib)",
		    room->used_b / MIB, room->limits.size_max_b / MIB, room->free_b / MIB,
		    room->limits.disk_free_b / MIB);
	else
		doctor_say(DOCTOR_GOOD, "the database has %" PRId64 " of %" PRId64 " MiB",
		    room->used_b / MIB, room->limits.size_max_b / MIB);
}

void doctor_look_at_database(const struct admin *admin)
{
	struct view view = {.newest = DAY_NONE};
	struct db *db;
	enum problem problem;

	if (access(admin->settings->database, F_OK) != 0) {
		doctor_say(DOCTOR_WRONG,
		    "there is no database at %s: run breathctl init, or restore",
		    admin->settings->database);
		return;
	}
	problem = db_open(admin->settings->database, DB_READER, false, &db);
	if (problem == PROBLEM_NONE) {
		problem = look(db, admin->settings, &view);
		db_close(db);
	}
	if (problem != PROBLEM_NONE) {
		doctor_say(DOCTOR_WRONG,
		    "the database cannot be read: see the line above, and"
		    " breathctl check");
		return;
	}
	say_schema(&view);
	say_room(&view.room);
	say_calendar(&view);
}

/* ----- backups ----- */

void doctor_look_at_backups(const struct admin *admin)
{
	char *folder = settings_backup_folder(admin->settings);
	struct rotation backups = {
	    .folder = folder, .start = "breath-", .end = ".db", .before = DAY_NONE};
	struct stat state;
	char text[DAY_TEXT_B];

	if (stat(folder, &state) != 0) {
		doctor_say(DOCTOR_WRONG,
		    "there are no backups: run breathctl backup now, and see that something does"
		    " once a day");
	} else if (state.st_uid != geteuid()) {
		doctor_say(DOCTOR_WRONG,
		    "%s belongs to another user, and no backup can be made there: chown it",
		    folder);
	} else if (rotation_run(&backups)) {
		look_at_file(folder, state.st_uid, true);
		if (backups.newest == DAY_NONE || backups.newest < clock_today() - BACKUP_AGE_DAYS)
			doctor_say(DOCTOR_WRONG,
			    "the newest of %d backups is of %s: run breathctl backup once a day",
			    backups.kept,
			    backups.newest == DAY_NONE ? "no day"
						       : day_format(backups.newest, text));
		else
			doctor_say(DOCTOR_GOOD, "%d backups, the newest of %s", backups.kept,
			    day_format(backups.newest, text));
		if (backups.ahead > 0)
			doctor_say(DOCTOR_WRONG,
			    "%d backups are of days to come, up to %s: the clock was ahead when they were"
			    " made, nobody knows how old they are, and nothing removes them; do it"
			    " yourself",
			    backups.ahead, day_format(backups.ahead_newest, text));
	}
	free(folder);
}
