#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "admin/commands.h"
#include "admin/verify.h"
#include "core/file.h"
#include "game/epoch.h"
#include "store/migrate.h"

enum { MIGRATE_WAIT_MS = 60000 };

static enum problem look(struct db *db, void *argument)
{
	return migrate_distance(db, argument);
}

/* Brings a store up to the program's schema, from wherever it is. */
static enum problem bring_up(struct db *db, void *argument)
{
	enum problem problem = migrate_apply(db, argument);

	return problem == PROBLEM_NONE ? epoch_begin(db, argument) : problem;
}

static int run_job(const struct store_options *options, const char *what, store_job *job)
{
	enum problem problem = admin_write(options, job, NULL);

	return problem == PROBLEM_NONE ? EXIT_SUCCESS : admin_fail_on(what, problem);
}

int command_init(const struct admin *admin)
{
	struct store_options options = settings_store(admin->settings);
	int status;

	options.create = options.any_schema = true;
	status = run_job(&options, "init", bring_up);
	if (status == EXIT_SUCCESS)
		printf("made %s\n", admin->settings->database);
	return status;
}

int command_migrate(const struct admin *admin)
{
	struct store_options options = settings_store(admin->settings);
	struct store *store;
	int behind = 0;
	enum problem problem;

	options.any_schema = true;
	problem = store_open(&options, &store);
	if (problem != PROBLEM_NONE)
		return admin_fail_on("migrate", problem);
	problem = store_read(store, look, &behind);
	store_close(store);
	if (problem != PROBLEM_NONE)
		return admin_fail_on("migrate", problem);
	if (behind == 0)
		return EXIT_SUCCESS;
	/* The executables of the schema as it is have to end first; others may be stopping them just now. */
	options.alone_ms = behind > 0 ? MIGRATE_WAIT_MS : 0;
	return run_job(&options, "migrate", bring_up);
}

/* Was there anything in the log before this looked? Whoever opens the database alone takes it away afterwards. */
static bool has_log(const char *database)
{
	char *log = file_beside(database, "-wal");
	struct stat state;
	bool has = stat(log, &state) == 0 && state.st_size > 0;

	free(log);
	return has;
}

static enum problem look_for_damage(struct db *db, void *argument)
{
	return verify_file(db, argument);
}

int command_epoch(const struct admin *admin)
{
	struct store_options options = settings_store(admin->settings);
	const char *database = admin->settings->database;
	bool had_log = has_log(database);
	struct verdict verdict = {0};
	enum problem problem = admin_read(admin, look_for_damage, &verdict);
	int status = EXIT_FAILURE;

	if (problem != PROBLEM_NONE)
		admin_fail_on("epoch", problem);
	else if (verdict.damage > 0)
		admin_fail("%s is damaged", database);
	else
		status = run_job(&options, "epoch", epoch_renew);
	if (status != EXIT_SUCCESS && had_log)
		admin_fail(
		    "if %s was put back by hand: beside it lay %s-wal, the log of the one that was"
		    " there before, and the two do not go together. Stop the service, move that log"
		    " away if it is there, put the copy back once more, and run epoch again",
		    database, database);
	return status;
}
