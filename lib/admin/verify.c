#include "admin/verify.h"

#include "admin/admin.h"
#include "game/board_care.h"
#include "game/check.h"
#include "store/engine.h"
#include "store/migrate.h"

static enum problem count(struct db *db, struct verdict *verdict)
{
	int before = admin_findings();
	enum problem problem = check_progress(db, admin_print_finding, &verdict->accounts);

	if (problem == PROBLEM_NONE)
		problem = boards_check(db, admin_print_finding);
	verdict->findings = admin_findings() - before;
	return problem;
}

enum problem verify_file(struct db *db, struct verdict *verdict)
{
	int before = admin_findings();
	enum problem problem = db_integrity(db, admin_print_finding);

	*verdict = (struct verdict){.damage = admin_findings() - before};
	return problem == PROBLEM_NONE ? db_schema_number(db, &verdict->schema) : problem;
}

enum problem verify(struct db *db, struct verdict *verdict)
{
	int behind = 0;
	enum problem problem = verify_file(db, verdict);

	if (problem == PROBLEM_NONE)
		problem = migrate_distance(db, &behind);
	if (problem != PROBLEM_NONE || behind != 0 || verdict->damage > 0)
		return problem;
	verdict->is_counted = true;
	return count(db, verdict);
}
