#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/commands.h"
#include "game/board.h"
#include "game/board_care.h"
#include "game/member.h"

static void print_board(int board, int32_t period, int64_t people, void *argument)
{
	char text[PERIOD_TEXT_B];
	const char *name = period_format(boards[board].kind, period, text);

	(void)argument;
	printf("%-6s %-5s %-10s %" PRId64 "\n", metric_names[boards[board].metric],
	    period_names[boards[board].kind], name == NULL ? "" : name, people);
}

static enum problem list_boards(struct db *db, void *argument)
{
	return boards_list(db, print_board, argument);
}

static enum problem recount_boards(struct db *db, void *argument)
{
	(void)argument;
	return boards_check(db, admin_print_finding);
}

static int mend_boards(const struct admin *admin)
{
	struct store_options options = settings_store(admin->settings);
	struct store *store;
	int64_t mended = 0;
	enum problem problem = store_open(&options, &store);

	if (problem != PROBLEM_NONE)
		return EXIT_FAILURE;
	problem = boards_mend(store, &mended);
	store_close(store);
	if (problem != PROBLEM_NONE)
		return admin_fail_on("mend", problem);
	printf("mended %" PRId64 " figures\n", mended);
	return EXIT_SUCCESS;
}

int command_boards(const struct admin *admin)
{
	enum problem problem;

	if (strcmp(admin->words[0], "mend") == 0)
		return mend_boards(admin);
	if (strcmp(admin->words[0], "show") == 0)
		problem = admin_read(admin, list_boards, NULL);
	else if (strcmp(admin->words[0], "recount") == 0)
		problem = admin_read(admin, recount_boards, NULL);
	else
		return ADMIN_WRONG_USAGE;
	if (problem != PROBLEM_NONE)
		return admin_fail_on(admin->words[0], problem);
	return admin_findings() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

struct moderation {
	const char *handle;
	enum withheld withheld;
};

static enum problem moderate_job(struct db *db, void *argument)
{
	const struct moderation *moderation = argument;

	return member_moderate(db, moderation->handle, moderation->withheld);
}

static int moderate_as(const struct admin *admin, struct moderation moderation)
{
	struct store_options options = settings_store(admin->settings);
	enum problem problem = admin_write(&options, moderate_job, &moderation);

	if (problem == PROBLEM_NOT_ON_BOARD)
		return admin_fail("nobody of that pseudonym has asked to be on boards");
	return problem == PROBLEM_NONE ? EXIT_SUCCESS : admin_fail_on("moderate", problem);
}

static int withhold(const struct admin *admin)
{
	for (int i = 1; i < WITHHELD_REASONS; i++)
		if (strcmp(admin->words[2], withheld_names[i]) == 0)
			return moderate_as(
			    admin, (struct moderation){admin->words[1], (enum withheld)i});
	return ADMIN_WRONG_USAGE;
}

int command_moderate(const struct admin *admin)
{
	if (strcmp(admin->words[0], "withhold") == 0 && admin->words[1] != NULL &&
	    admin->words[2] != NULL && admin->words[3] == NULL)
		return withhold(admin);
	if (strcmp(admin->words[0], "lift") == 0 && admin->words[1] != NULL &&
	    admin->words[2] == NULL)
		return moderate_as(admin, (struct moderation){admin->words[1], WITHHELD_NOT});
	return ADMIN_WRONG_USAGE;
}
