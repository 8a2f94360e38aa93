#include "family/settings.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/file.h"
#include "core/log.h"

enum { MIB = 1024 * 1024 };

/* A row's key, kind and place in the settings. */
#define TEXT(key) .name = #key, .kind = CONFIG_TEXT, .offset = offsetof(struct settings, key)
#define ORIGIN(key) .name = #key, .kind = CONFIG_ORIGIN, .offset = offsetof(struct settings, key)
#define NUMBER(key) .name = #key, .kind = CONFIG_NUMBER, .offset = offsetof(struct settings, key)

const struct config_key settings_keys[] = {
    {TEXT(database), .fallback = "/var/lib/breath-master/breath.db",
	.meaning = "The SQLite file. Its log and its lock lie beside it."},
    {TEXT(socket_dir), .fallback = "/run/breath-master",
	.meaning = "The folder of the sockets, one a family, that nginx connects to."
		   " Not used where systemd hands a socket over."},
    {TEXT(metrics_dir), .fallback = "/run/breath-master/metrics",
	.meaning = "The folder in which each executable counts what it does, a file each."
		   " It has to be there, and best lies in memory."},
    {TEXT(backup_dir), .fallback = "backup",
	.meaning = "The folder of backups, made if it is not there. One whose name does not begin"
		   " with a slash lies beside the database."},
    {ORIGIN(public_url), .fallback = "http://127.0.0.1:8080",
	.meaning =
	    "Where people find this site, as in https://breath.example.org: scheme, host and port,"
	    " without a path. Other sites, where a share is posted, fetch its picture from there."},
    {NUMBER(threads), .fallback = "0", .min = 0, .max = 256,
	.meaning =
	    "Requests that one executable works on at once. 0: 32 in sync.fcgi, 8 in the others."},
    {NUMBER(accounts_per_day), .fallback = "10000", .min = 0, .max = 1000000000,
	.meaning =
	    "Accounts that may be opened a day, by everybody together. One network has 2 % of"
	    " them, and at least 5; so of ratings and offers."},
    {NUMBER(devices_per_account), .fallback = "128", .min = 1, .max = 10000,
	.meaning =
	    "Devices that an account may have. Those that were revoked do not count, and recovery makes"
	    " room by revoking the one that was unused for longest."},
    {NUMBER(imports_per_account), .fallback = "16", .min = 1, .max = 1000,
	.meaning = "Imports that an account may have."},
    {NUMBER(days_per_account), .fallback = "20000", .min = 1, .max = 1000000,
	.meaning =
	    "Days and folded months that the devices and imports of an account may hold, all together."
	    " A day counts once for each device that practised on it, until it is 430 days old; then"
	    " its month does."},
    {NUMBER(ratings_per_day), .fallback = "1000", .min = 0, .max = 1000000000,
	.meaning = "Ratings that are taken a day, from everybody together."},
    {NUMBER(offers_per_day), .fallback = "100000", .min = 0, .max = 1000000000,
	.meaning = "Showings of the sync offer that are counted a day."},
    {NUMBER(shares_per_account), .fallback = "32", .min = 0, .max = 1000,
	.meaning = "Shares that an account may have."},
    {NUMBER(wrong_codes_per_10_min), .fallback = "10000", .min = 1, .max = 1000000,
	.meaning = "Wrong pairing codes in ten minutes, by everybody together, before further tries"
		   " have to wait. One network or account has 2 % of them."},
    {NUMBER(database_max_mib), .fallback = "8192", .min = 1, .max = 1000000000,
	.meaning =
	    "Size of the database, in MiB, at which nothing new is taken: no accounts, devices,"
	    " imports, shares and days. Everything else goes on."},
    {NUMBER(disk_reserve_mib), .fallback = "64", .min = 0, .max = 1000000000,
	.meaning = "Free space of the disk, in MiB, below which nothing new is taken either."},
    {NUMBER(unused_account_days), .fallback = "1100", .min = 60, .max = 100000,
	.meaning = "Accounts that were not used for so many days are erased by breathctl purge."},
    {NUMBER(commit_batch_max), .fallback = "64", .min = 1, .max = 1024,
	.meaning = "Writes that share one transaction at most."},
    {NUMBER(commit_window_ms), .fallback = "20", .min = 0, .max = 1000,
	.meaning = "Milliseconds after which no further write joins a transaction."},
    {NUMBER(day_shift), .fallback = "0", .min = -3650, .max = 3650,
	.meaning = "Days by which the server's calendar is shifted, for rehearsals and tests."
		   " Leave it at 0."},
};

const size_t settings_key_count = sizeof(settings_keys) / sizeof(settings_keys[0]);

static const char *origins[sizeof(settings_keys) / sizeof(settings_keys[0])];

const char *settings_origin(size_t key)
{
	return origins[key];
}

static void complain(const char *sentence)
{
	log_line("configuration: %s", sentence);
}

bool settings_load(const char *path, struct settings *settings)
{
	if (!config_load(settings_keys, settings_key_count, path == NULL ? SETTINGS_PATH : path,
		path != NULL, settings, complain, origins))
		return false;
	if (settings->day_shift != 0)
		log_line("the calendar is shifted by %lld days", (long long)settings->day_shift);
	clock_shift((int32_t)settings->day_shift);
	return true;
}

struct store_options settings_store(const struct settings *settings)
{
	return (struct store_options){
	    .path = settings->database,
	    .batch_max = (int)settings->commit_batch_max,
	    .window_ms = (int)settings->commit_window_ms,
	    .room = {settings->database_max_mib * MIB, settings->disk_reserve_mib * MIB},
	};
}

char *settings_backup_folder(const struct settings *settings)
{
	char *database, *path;

	if (settings->backup_dir[0] == '/')
		return file_beside(settings->backup_dir, "");
	database = file_beside(settings->database, "");
	if (asprintf(&path, "%s/%s", dirname(database), settings->backup_dir) < 0)
		log_out_of_memory();
	free(database);
	return path;
}
