/*
 * Puts a backup back. The copy is made beside the database and everything is done to it there: it is
 * checked, brought to this program's schema, loses what its owners took back since (rule P8), and gets a new
 * epoch, on which clients send again what they hold. Then it takes the database's place, which is kept.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/backup.h"
#include "admin/commands.h"
#include "admin/place.h"
#include "admin/rotation.h"
#include "admin/verify.h"
#include "core/clock.h"
#include "game/account.h"
#include "game/epoch.h"
#include "game/expiry.h"
#include "game/gone.h"
#include "store/engine.h"
#include "store/migrate.h"

struct restore {
	const char *file;
	bool is_forced; /* also if its age is unknown */
	struct place place;
	day_t made_day; /* when the backup was made, as far as it says; DAY_NONE: it is empty */
	struct gone_list *gone;
	struct gone_count counts[GONE_KINDS];
	struct verdict verdict;
};

/* ----- the copy ----- */

/* Our own backups say when they were made; of other copies the newest use in them tells as much. */
static enum problem find_day(struct db *db, day_t *day)
{
	int mark = 0;
	enum problem problem = db_mark(db, &mark);

	*day = mark > 0 ? mark : DAY_NONE;
	if (problem == PROBLEM_NONE && mark <= 0)
		problem = account_newest_use(db, day);
	return problem;
}

static enum problem copy_from(struct db *db, struct restore *restore)
{
	enum problem problem = db_read_begin(db);

	if (problem != PROBLEM_NONE)
		return problem;
	problem = find_day(db, &restore->made_day);
	if (problem == PROBLEM_NONE)
		problem = db_copy(db, restore->place.built);
	db_read_end(db);
	return problem;
}

static enum problem copy_backup(struct restore *restore)
{
	struct db *db;
	enum problem problem = db_open(restore->file, DB_READER, false, &db);

	if (problem != PROBLEM_NONE)
		return problem;
	problem = copy_from(db, restore);
	db_close(db);
	return problem;
}

/* What was erased long before today is on the list no more, and would be back. */
static bool is_too_old(const struct restore *restore)
{
	char text[DAY_TEXT_B];

	if (restore->made_day == DAY_NONE || restore->made_day >= clock_today() - GONE_KEPT_DAYS)
		return false;
	admin_fail(
	    "%s is of %s: what was erased since is remembered for %d days only, and would be back",
	    restore->file, day_format(restore->made_day, text), GONE_KEPT_DAYS);
	return true;
}

/* So it may be where a backup says that it is of a day to come: then nobody knows how old it is. */
static bool is_of_unknown_age(const struct restore *restore)
{
	char text[DAY_TEXT_B];

	if (restore->is_forced || restore->made_day <= rotation_last_day())
		return false;
	admin_fail(
	    "%s is of %s, a day to come: the clock was ahead when it was made, and nobody knows"
	    " how old it is. If it is older than %d days, people who erased something since would"
	    " have it back. To restore it all the same: breathctl restore %s force",
	    restore->file, day_format(restore->made_day, text), GONE_KEPT_DAYS, restore->file);
	return true;
}

/* ----- what is done to it ----- */

static enum problem change(struct db *db, struct restore *restore)
{
	enum problem problem = migrate_apply(db, NULL);

	if (problem == PROBLEM_NONE)
		problem = expiry_forget_all(db);
	if (problem == PROBLEM_NONE)
		problem = gone_again(db, restore->gone, restore->counts);
	if (problem == PROBLEM_NONE)
		problem = epoch_renew(db, NULL);
	return problem == PROBLEM_NONE ? db_set_mark(db, 0) : problem;
}

static enum problem check_copy(struct db *db,
    enum problem (*check)(struct db *db, struct verdict *verdict), struct verdict *verdict)
{
	enum problem problem = db_read_begin(db);

	if (problem != PROBLEM_NONE)
		return problem;
	problem = check(db, verdict);
	db_read_end(db);
	return problem;
}

static enum problem prepare_opened(struct db *db, struct restore *restore)
{
	enum problem problem = check_copy(db, verify_file, &restore->verdict);

	if (problem != PROBLEM_NONE || restore->verdict.damage > 0 || restore->verdict.schema == 0)
		return problem;
	problem = db_write_begin(db);
	if (problem == PROBLEM_NONE)
		problem = change(db, restore);
	if (problem == PROBLEM_NONE)
		problem = db_commit(db);
	if (problem == PROBLEM_NONE)
		problem = check_copy(db, verify, &restore->verdict);
	return problem == PROBLEM_NONE ? db_make_live(db) : problem;
}

static enum problem prepare(struct restore *restore)
{
	struct db *db;
	enum problem problem = db_open(restore->place.built, DB_COPY, false, &db);

	if (problem != PROBLEM_NONE)
		return problem;
	problem = prepare_opened(db, restore);
	db_close(db);
	return problem;
}

/* ----- the command ----- */

static int report(const struct restore *restore)
{
	char text[DAY_TEXT_B];

	printf("restored %s, of %s\n", restore->file,
	    restore->made_day == DAY_NONE ? "no day" : day_format(restore->made_day, text));
	printf("%" PRId64 " accounts, %d findings\n", restore->verdict.accounts,
	    restore->verdict.findings);
	for (size_t i = 0; i < GONE_KINDS; i++)
		if (restore->counts[i].count > 0)
			printf("%s again: %" PRId64 "\n", restore->counts[i].name,
			    restore->counts[i].count);
	if (restore->place.kept != NULL)
		printf("the database that was there is %s, for %d days\n", restore->place.kept,
		    BACKUP_KEPT_DAYS);
	if (restore->place.kept == NULL && !gone_list_exists(restore->gone))
		printf("there is no %s.gone: if anybody was erased since, on another machine,"
		       " they are back\n",
		    restore->place.database);
	if (restore->verdict.findings > 0)
		return admin_fail("the backup was put back, but figures in it are not as counted");
	return EXIT_SUCCESS;
}

static int put_back(const struct admin *admin, struct restore *restore)
{
	enum problem problem;

	if (!place_claim(admin, &restore->place))
		return EXIT_FAILURE;
	problem = gone_list_load(restore->place.database, &restore->gone);
	if (problem == PROBLEM_NONE)
		problem = copy_backup(restore);
	if (problem != PROBLEM_NONE)
		return admin_fail_on("restore", problem);
	if (is_too_old(restore))
		return EXIT_FAILURE;
	problem = prepare(restore);
	if (problem != PROBLEM_NONE)
		return admin_fail_on("restore", problem);
	if (restore->verdict.damage > 0)
		return admin_fail("%s is damaged; nothing was changed", restore->file);
	if (restore->verdict.schema == 0)
		return admin_fail("%s is no database of Breath Master", restore->file);
	if (is_of_unknown_age(restore))
		return EXIT_FAILURE;
	if (!place_take(&restore->place))
		return admin_fail_on("restore", PROBLEM_INTERNAL);
	return report(restore);
}

int command_restore(const struct admin *admin)
{
	struct restore restore = {.file = admin->words[0], .made_day = DAY_NONE};
	int status;

	restore.is_forced = admin->words[1] != NULL;
	if (restore.is_forced && strcmp(admin->words[1], "force") != 0)
		return ADMIN_WRONG_USAGE;
	status = put_back(admin, &restore);

	gone_list_free(restore.gone);
	place_release(&restore.place);
	return status;
}
