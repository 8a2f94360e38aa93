#include "admin/place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/file.h"
#include "core/log.h"
#include "store/engine.h"
#include "store/turn.h"

/* How many old databases of one day may lie beside each other. */
enum { KEPT_MAX = 100 };

/* Somebody who is just ending is waited for. */
enum { ALONE_MS = 1000 };

static bool clear_built(const struct place *place)
{
	static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
	bool done = true;

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		char *path = file_beside(place->built, endings[i]);

		done &= file_remove(path);
		free(path);
	}
	return done;
}

bool place_claim(const struct admin *admin, struct place *place)
{
	*place = (struct place){.database = admin->settings->database};
	place->built = file_beside(place->database, ".new");
	if (turn_open(place->database, &place->turn) != PROBLEM_NONE ||
	    turn_alone(place->turn, ALONE_MS) != PROBLEM_NONE) {
		admin_fail("stop the service first, and let other commands end");
		return false;
	}
	return clear_built(place);
}

/* Gives one file a second name. False: the name is taken, or it failed; *there: there is such a file. */
static bool link_file(const char *from, const char *to, bool *there)
{
	*there = link(from, to) == 0;
	if (*there || errno == ENOENT)
		return true;
	if (errno != EEXIST)
		log_line("%s: %s", to, strerrordesc_np(errno));
	return false;
}

/* Gives the old database and its log second names, of the first number that is free. */
static bool keep_as(struct place *place, const char *name)
{
	char *log_name = file_beside(name, "-wal"), *log = file_beside(place->database, "-wal");
	bool database_there, log_there, done;

	/* A log alone is of a database that was moved away, and its other half is there already. */
	done = access(log_name, F_OK) != 0 && link_file(place->database, name, &database_there);
	if (done && database_there) {
		done = link_file(log, log_name, &log_there);
		place->kept = file_beside(name, "");
	}
	free(log);
	free(log_name);
	return done;
}

static bool keep_old(struct place *place)
{
	char day[DAY_TEXT_B];

	day_format(clock_today(), day);
	for (int i = 1; i <= KEPT_MAX; i++) {
		char ending[sizeof(PLACE_KEPT) + DAY_TEXT_B + 8];
		char *name;
		bool done;

		snprintf(ending, sizeof(ending), i == 1 ? "%s%s" : "%s%s-%d", PLACE_KEPT, day, i);
		name = file_beside(place->database, ending);
		errno = 0;
		done = keep_as(place, name);
		free(name);
		if (done)
			return file_sync_folder(place->database);
		if (errno != EEXIST && errno != 0)
			break;
	}
	log_line("the old database cannot be kept beside %s", place->database);
	return false;
}

/* Brings the old database's log into its file and takes it away, unless the database is too damaged for that. */
static void settle_old(const struct place *place)
{
	struct db *db;

	if (access(place->database, F_OK) != 0)
		return;
	if (db_open(place->database, DB_WRITER, false, &db) == PROBLEM_NONE)
		db_close_last(db);
}

/*
 * Takes the old names away where the old log is still there; else the new file simply takes the old one's name.
 * The database's goes first: a log without a database is nobody's.
 */
static bool remove_old(const struct place *place)
{
	static const char *const endings[] = {"", "-wal", "-shm"};
	char *log = file_beside(place->database, "-wal");
	bool done = true, has_log = access(log, F_OK) == 0;

	free(log);
	for (size_t i = has_log ? 0 : 2; done && i < sizeof(endings) / sizeof(endings[0]); i++) {
		char *path = file_beside(place->database, endings[i]);

		done = file_remove(path) && file_sync_folder(path);
		free(path);
	}
	return done;
}

bool place_take(struct place *place)
{
	settle_old(place);
	return file_sync(place->built) && keep_old(place) && remove_old(place) &&
	    file_publish(place->built, place->database);
}

void place_release(struct place *place)
{
	/* What stays is cleared away by the next one. */
	bool cleared = place->turn == NULL || clear_built(place);

	(void)cleared;
	turn_close(place->turn);
	free(place->built);
	free(place->kept);
}
