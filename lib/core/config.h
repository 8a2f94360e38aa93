#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Configuration: lines of `key = value` in a file, each of which an environment variable
 * overrides (`threads` by BREATH_THREADS). The keys are a table of the program's; all are checked at
 * start, and an unknown key in the file is an error, because it is a typing error.
 */
enum config_kind {
	CONFIG_TEXT, /* const char *: lives as long as the process; spaces around it are cut off */
	CONFIG_NUMBER, /* int64_t between min and max */
	CONFIG_ORIGIN, /* const char *: http or https, host, port if any; a slash behind it is taken off */
};

struct config_key {
	const char *name;
	enum config_kind kind;
	size_t offset;        /* in the settings struct */
	const char *fallback; /* the value when neither file nor environment gives one */
	int64_t min;
	int64_t max;
	const char *meaning; /* for the manual page and the example file */
};

/*
 * Fills settings from fallbacks, the file, then the environment. To be called before threads start.
 * path      the file; one that does not exist is an error only if must_exist
 * complain  called with one sentence for each fault, all of them, not only the first
 * origins   where each value is from: "default", "/etc/breath.conf:12", "BREATH_THREADS"; as many as keys,
 *           and they live as long as the process. NULL: nobody asks
 * Returns true when there was no fault; settings are not to be used otherwise.
 */
bool config_load(const struct config_key *keys, size_t count, const char *path, bool must_exist,
    void *settings, void (*complain)(const char *sentence), const char **origins)
    __attribute__((nonnull(1, 3, 5, 6), warn_unused_result));

#endif
