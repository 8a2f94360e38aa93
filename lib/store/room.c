#include "store/room.h"

#include <sys/statvfs.h>

#include "core/log.h"
#include "store/engine.h"

enum problem room_measure(
    struct db *db, const char *path, const struct room_limits *limits, struct room *room)
{
	struct statvfs disk;

	if (statvfs(path, &disk) != 0) {
		log_line("cannot ask for the free space at %s: %m", path);
		return PROBLEM_UNAVAILABLE;
	}
	*room =
	    (struct room){.limits = *limits, .free_b = (int64_t)(disk.f_bavail * disk.f_frsize)};
	return db_used_b(db, &room->used_b);
}

bool room_is_full(const struct room *room)
{
	const struct room_limits *limits = &room->limits;

	return (limits->size_max_b > 0 && room->used_b >= limits->size_max_b) ||
	    room->free_b < limits->disk_free_b;
}

bool room_is_scarce(const struct room *room)
{
	const struct room_limits *limits = &room->limits;

	return (limits->size_max_b > 0 && room->used_b >= limits->size_max_b / 10 * 9) ||
	    room->free_b < 2 * limits->disk_free_b;
}
