#include "admin/admin.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"

int admin_fail(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("breathctl: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return EXIT_FAILURE;
}

int admin_fail_on(const char *what, enum problem problem)
{
	return admin_fail("%s failed: %s", what,
	    problem == PROBLEM_UNAVAILABLE ? "the database cannot be used just now"
					   : "see the line above");
}

bool admin_become_owner(const struct admin *admin)
{
	char *copy = file_beside(admin->settings->database, "");
	const char *folder = dirname(copy);
	struct stat state;
	bool became = true;

	/* Without a folder there is nothing to do for a command, which will say so. */
	if (geteuid() == 0 && stat(folder, &state) == 0 && state.st_uid != 0)
		became = setgroups(0, NULL) == 0 &&
		    setresgid(state.st_gid, state.st_gid, state.st_gid) == 0 &&
		    setresuid(state.st_uid, state.st_uid, state.st_uid) == 0;
	if (!became)
		admin_fail("cannot go on as the owner of %s: %s", folder, strerrordesc_np(errno));
	free(copy);
	return became;
}

enum problem admin_read(const struct admin *admin, store_job *job, void *argument)
{
	struct store_options options = settings_store(admin->settings);
	struct store *store;
	enum problem problem = store_open(&options, &store);

	if (problem != PROBLEM_NONE)
		return problem;
	problem = store_read(store, job, argument);
	store_close(store);
	return problem;
}

enum problem admin_write(const struct store_options *options, store_job *job, void *argument)
{
	struct store *store;
	enum problem problem = store_open(options, &store);

	if (problem != PROBLEM_NONE)
		return problem;
	problem = store_write(store, job, argument);
	store_close(store);
	return problem;
}

static int findings;

void admin_print_finding(const char *finding)
{
	findings++;
	printf("%s\n", finding);
}

int admin_findings(void)
{
	return findings;
}
