#include <stdio.h>
#include <stdlib.h>

#include "admin/commands.h"
#include "game/epoch.h"
#include "store/migrate.h"

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

	options.any_schema = true;
	return run_job(&options, "migrate", bring_up);
}

int command_epoch(const struct admin *admin)
{
	struct store_options options = settings_store(admin->settings);

	return run_job(&options, "epoch", epoch_renew);
}
