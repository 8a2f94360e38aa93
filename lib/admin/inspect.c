#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "admin/commands.h"
#include "game/board_care.h"
#include "game/check.h"
#include "game/epoch.h"
#include "game/figures.h"
#include "store/engine.h"

static enum problem check_all(struct db *db, void *argument)
{
	enum problem problem = db_integrity(db, admin_print_finding);

	if (problem == PROBLEM_NONE)
		problem = check_progress(db, admin_print_finding, argument);
	return problem == PROBLEM_NONE ? boards_check(db, admin_print_finding) : problem;
}

int command_check(const struct admin *admin)
{
	int64_t accounts = 0;
	enum problem problem = admin_read(admin, check_all, &accounts);

	if (problem != PROBLEM_NONE)
		return admin_fail_on("check", problem);
	printf("%" PRId64 " accounts, %d findings\n", accounts, admin_findings());
	return admin_findings() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

struct stats {
	struct figures figures;
	int64_t size_b;
	int schema;
	char epoch[EPOCH_TEXT_B];
};

static enum problem count_all(struct db *db, void *argument)
{
	struct stats *stats = argument;
	enum problem problem = figures_count(db, &stats->figures);

	if (problem == PROBLEM_NONE)
		problem = db_size_b(db, &stats->size_b);
	if (problem == PROBLEM_NONE)
		problem = db_schema_number(db, &stats->schema);
	return problem == PROBLEM_NONE ? epoch_load(db, stats->epoch) : problem;
}

int command_stats(const struct admin *admin)
{
	struct stats stats = {0};
	enum problem problem = admin_read(admin, count_all, &stats);

	if (problem != PROBLEM_NONE)
		return admin_fail_on("stats", problem);
	printf("accounts      %" PRId64 "\n", stats.figures.accounts);
	printf("devices       %" PRId64 "\n", stats.figures.devices);
	printf("imports       %" PRId64 "\n", stats.figures.imports);
	printf("days          %" PRId64 "\n", stats.figures.days);
	printf("folded months %" PRId64 "\n", stats.figures.months);
	printf("open pairings %" PRId64 "\n", stats.figures.pairings);
	printf("database      %" PRId64 " bytes\n", stats.size_b);
	printf("schema        %d\n", stats.schema);
	printf("epoch         %s\n", stats.epoch);
	return EXIT_SUCCESS;
}
