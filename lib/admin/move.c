/*
 * Moving house: `export` writes an instance to standard output, `import` makes one of standard input, all of
 * it or nothing. The new database is made beside the place and takes it when it is whole (place.h).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "admin/commands.h"
#include "admin/moving.h"
#include "admin/place.h"
#include "admin/verify.h"
#include "game/account.h"
#include "store/engine.h"
#include "store/migrate.h"

int command_export(const struct admin *admin)
{
	struct moving moving = {.file = stdout};
	enum problem problem = admin_read(admin, moving_write, &moving);

	if (problem != PROBLEM_NONE)
		return admin_fail_on("export", problem);
	fprintf(stderr, "wrote %" PRId64 " rows\n", moving.rows);
	return EXIT_SUCCESS;
}

/* Whoever has an account here would lose it. */
static bool is_empty(const struct place *place)
{
	struct db *db;
	int64_t account = 0;
	enum problem problem;

	if (access(place->database, F_OK) != 0)
		return true;
	problem = db_open(place->database, DB_READER, false, &db);
	if (problem == PROBLEM_NONE) {
		problem = account_next(db, 0, &account);
		db_close(db);
	}
	if (problem == PROBLEM_NONE && account == 0)
		return true;
	admin_fail("there is a database at %s that is not empty", place->database);
	return false;
}

static enum problem fill(struct db *db, struct moving *moving, struct verdict *verdict)
{
	enum problem problem = db_write_begin(db);

	if (problem == PROBLEM_NONE)
		problem = migrate_apply(db, NULL);
	if (problem == PROBLEM_NONE)
		problem = moving_read(db, moving);
	if (problem == PROBLEM_NONE)
		problem = db_commit(db);
	if (problem == PROBLEM_NONE)
		problem = db_read_begin(db);
	if (problem == PROBLEM_NONE) {
		problem = verify(db, verdict);
		db_read_end(db);
	}
	return problem == PROBLEM_NONE ? db_make_live(db) : problem;
}

static enum problem build(const struct place *place, struct moving *moving, struct verdict *verdict)
{
	struct db *db;
	enum problem problem = db_open(place->built, DB_COPY, true, &db);

	if (problem != PROBLEM_NONE)
		return problem;
	problem = fill(db, moving, verdict);
	db_close(db);
	return problem;
}

static int import_into(struct place *place)
{
	struct moving moving = {.file = stdin};
	struct verdict verdict = {0};
	enum problem problem;

	if (!is_empty(place))
		return EXIT_FAILURE;
	problem = build(place, &moving, &verdict);
	if (problem == PROBLEM_BAD_VALUE)
		return admin_fail("line %zu: %s Nothing was imported.", moving.line, moving.why);
	if (problem != PROBLEM_NONE)
		return admin_fail("line %zu: import failed: see the line above", moving.line);
	if (verdict.damage > 0)
		return admin_fail("what came of it does not belong together; nothing was imported");
	if (!place_take(place))
		return admin_fail_on("import", PROBLEM_INTERNAL);
	printf("read %" PRId64 " rows\n%" PRId64 " accounts, %d findings\n", moving.rows,
	    verdict.accounts, verdict.findings);
	if (verdict.findings > 0)
		return admin_fail("all rows were imported, but figures are not as counted");
	return EXIT_SUCCESS;
}

int command_import(const struct admin *admin)
{
	struct place place;
	int status = EXIT_FAILURE;

	if (place_claim(admin, &place))
		status = import_into(&place);
	place_release(&place);
	return status;
}
