#include "admin/rotation.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/file.h"
#include "core/log.h"

/* The day that a name tells; DAY_NONE for one of another form. */
static day_t day_of(const struct rotation *rotation, const char *name)
{
	size_t start_b = strlen(rotation->start);
	day_t day = DAY_NONE;

	if (strncmp(name, rotation->start, start_b) != 0 ||
	    strlen(name) < start_b + DAY_TEXT_B - 1 ||
	    !day_parse(name + start_b, DAY_TEXT_B - 1, &day))
		return DAY_NONE;
	if (rotation->end != NULL && strcmp(name + start_b + DAY_TEXT_B - 1, rotation->end) != 0)
		return DAY_NONE;
	return day;
}

day_t rotation_last_day(void)
{
	return clock_today() + 1;
}

static bool look_at(struct rotation *rotation, DIR *folder, const char *name)
{
	day_t day = day_of(rotation, name);

	if (day == DAY_NONE)
		return true;
	if (rotation->before != DAY_NONE && day < rotation->before) {
		if (unlinkat(dirfd(folder), name, 0) == 0)
			return true;
		log_line("%s/%s: %s", rotation->folder, name, strerrordesc_np(errno));
		return false;
	}
	if (day > rotation_last_day()) {
		rotation->ahead++;
		if (day > rotation->ahead_newest)
			rotation->ahead_newest = day;
		return true;
	}
	rotation->kept++;
	if (rotation->oldest == DAY_NONE || day < rotation->oldest)
		rotation->oldest = day;
	if (day > rotation->newest)
		rotation->newest = day;
	return true;
}

bool rotation_run(struct rotation *rotation)
{
	DIR *folder = opendir(rotation->folder);
	struct dirent *entry;
	bool done = true;

	rotation->kept = rotation->ahead = 0;
	rotation->oldest = rotation->newest = rotation->ahead_newest = DAY_NONE;
	if (folder == NULL) {
		log_line("%s: %s", rotation->folder, strerrordesc_np(errno));
		return false;
	}
	while ((entry = readdir(folder)) != NULL)
		done &= look_at(rotation, folder, entry->d_name);
	done &= fsync(dirfd(folder)) == 0;
	closedir(folder);
	return done;
}
