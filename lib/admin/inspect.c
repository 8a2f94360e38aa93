#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "admin/commands.h"
#include "admin/verify.h"
#include "game/epoch.h"
#include "game/figures.h"
#include "store/engine.h"

static enum problem verify_job(struct db *db, void *argument)
{
	return verify(db, argument);
}

int command_check(const struct admin *admin)
{
	struct verdict verdict;
	enum problem problem = admin_read(admin, verify_job, &verdict);

	if (problem != PROBLEM_NONE)
		return admin_fail_on("check", problem);
	printf("%" PRId64 " accounts, %d findings\n", verdict.accounts, admin_findings());
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
	printf("shares        %" PRId64 "\n", stats.figures.shares);
	printf("database      %" PRId64 " bytes\n", stats.size_b);
	printf("schema        %d\n", stats.schema);
	printf("epoch         %s\n", stats.epoch);
	return EXIT_SUCCESS;
}
