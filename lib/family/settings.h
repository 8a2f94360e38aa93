#ifndef FAMILY_SETTINGS_H
#define FAMILY_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/config.h"
#include "store/store.h"

/* The configuration of every executable; breath.conf(5) says what each key is for. */
struct settings {
	const char *database;
	const char *socket_dir;
	const char *metrics_dir;
	const char *backup_dir;
	const char *public_url; /* an origin: no slash at its end */
	int64_t threads;        /* 0: the family's own number */
	int64_t accounts_per_day;
	int64_t devices_per_account;
	int64_t imports_per_account;
	int64_t days_per_account;
	int64_t ratings_per_day;
	int64_t offers_per_day;
	int64_t shares_per_account;
	int64_t wrong_codes_per_10_min;
	int64_t database_max_mib;
	int64_t disk_reserve_mib;
	int64_t unused_account_days;
	int64_t commit_batch_max;
	int64_t commit_window_ms;
	int64_t day_shift;
};

/* The keys, for the tests that compare them with the manual page and the example. */
extern const struct config_key settings_keys[];
extern const size_t settings_key_count;

#define SETTINGS_PATH "/etc/breath-master/breath.conf"

/*
 * Loads the settings and shifts the clock as they say.
 * path  the file, or NULL: the usual one if it exists
 * False after lines on standard error that say what is wrong.
 */
bool settings_load(const char *path, struct settings *settings)
    __attribute__((nonnull(2), warn_unused_result));

/* Where the value of a key, by its number, is from; after settings_load, see config_load. */
const char *settings_origin(size_t key) __attribute__((returns_nonnull, warn_unused_result));

/* How these settings want the store to be opened. */
struct store_options settings_store(const struct settings *settings) __attribute__((nonnull));

/* The folder of backups. The caller frees it; never NULL. */
char *settings_backup_folder(const struct settings *settings)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

#endif
