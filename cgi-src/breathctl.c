/*
 * breathctl: the administrator's command. A table of commands; each lies in lib/admin/.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "admin/commands.h"
#include "core/secret.h"
#include "family/families.h"

/*
 * name, words  as the usage shows them
 * run          what it does
 * words_min    at least so many words stand behind it,
 * words_max    and at most
 * summary      one line for the usage
 */
static const struct command {
	const char *name;
	const char *words;
	int (*run)(const struct admin *admin);
	int words_min;
	int words_max;
	const char *summary;
} commands[] = {
    {"init", "", command_init, 0, 0, "make a new, empty database"},
    {"migrate", "", command_migrate, 0, 0, "bring the database's schema up to this program's"},
    {"check", "", command_check, 0, 0,
	"check the file, and every derived figure against what it is derived from"},
    {"stats", "", command_stats, 0, 0, "count what is stored"},
    {"purge", "", command_purge, 0, 0,
	"fold days older than 430 days, erase accounts unused for long, drop closed boards"},
    {"epoch", "", command_epoch, 0, 0,
	"say that a backup was put back: clients send again what they hold"},
    {"backup", "", command_backup, 0, 0,
	"make a checked copy of the database, and remove those older than 30 days"},
    {"restore", "FILE [force]", command_restore, 1, 2,
	"put a backup back, without what was erased or revoked since"},
    {"probe", "[FAMILY ...]", command_probe, 0, FAMILIES,
	"look whether every executable is well, or these, and note it; once a minute"},
    {"export", "", command_export, 0, 0,
	"write the whole instance to standard output, as lines of JSON"},
    {"import", "", command_import, 0, 0,
	"make the database of what an export wrote, from standard input"},
    {"doctor", "", command_doctor, 0, 0,
	"look at all that has to be right, and say what to do about what is not"},
    {"config", "", command_config, 0, 0,
	"print what the configuration comes to, and where each value is from"},
    {"boards", "show|recount|mend", command_boards, 1, 1,
	"what boards hold; whether it is as counted; make it so"},
    {"moderate", "withhold HANDLE implausible|automated|shared, or lift HANDLE", command_moderate,
	2, 3, "keep somebody off boards, or end that"},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static int usage(void)
{
	fputs("usage: breathctl [-c file] command [word ...]\n", stderr);
	for (size_t i = 0; i < COMMANDS; i++) {
		fprintf(stderr, "  %-8s %s\n", commands[i].name, commands[i].summary);
		if (commands[i].words_max > 0)
			fprintf(stderr, "           %s\n", commands[i].words);
	}
	return ADMIN_WRONG_USAGE;
}

static const struct command *find(const char *name, int words)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(name, commands[i].name) == 0)
			return words < commands[i].words_min || words > commands[i].words_max
			    ? NULL
			    : &commands[i];
	return NULL;
}

int main(int argc, char **argv)
{
	struct settings settings;
	struct admin admin = {.settings = &settings};
	const struct command *command;
	const char *config = NULL;
	int option, status;

	while ((option = getopt(argc, argv, "c:")) != -1) {
		if (option != 'c')
			return usage();
		config = optarg;
	}
	command = optind < argc ? find(argv[optind], argc - optind - 1) : NULL;
	if (command == NULL)
		return usage();
	umask(0077);
	if (!secret_init())
		return admin_fail("there is no source of randomness");
	if (!settings_load(config, &settings))
		return EXIT_FAILURE;
	admin.words = argv + optind + 1;
	/* doctor does it later: it asks nginx first, whose keys are root's. */
	if (command->run != command_doctor && !admin_become_owner(&admin))
		return EXIT_FAILURE;
	status = command->run(&admin);
	return status == ADMIN_WRONG_USAGE ? usage() : status;
}
