#include "store/migrate.h"

#include "core/log.h"
#include "store/engine.h"

enum problem migrate_distance(struct db *db, int *behind)
{
	int number = 0;
	enum problem problem = db_schema_number(db, &number);

	if (problem == PROBLEM_NONE)
		*behind = (int)migration_count - number;
	return problem;
}

enum problem migrate_apply(struct db *db, void *argument)
{
	int behind;
	enum problem problem = migrate_distance(db, &behind);

	(void)argument;
	if (problem != PROBLEM_NONE)
		return problem;
	if (behind < 0) {
		log_line("the database is %d migrations newer than this program", -behind);
		return PROBLEM_INTERNAL;
	}
	for (size_t i = migration_count - (size_t)behind; i < migration_count; i++) {
		problem = db_script(db, migrations[i].sql);
		if (problem == PROBLEM_NONE)
			problem = db_set_schema_number(db, migrations[i].number);
		if (problem != PROBLEM_NONE)
			return problem;
		log_line("migration %d applied: %s", migrations[i].number, migrations[i].name);
	}
	return PROBLEM_NONE;
}
