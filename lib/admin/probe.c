#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/ask.h"
#include "admin/commands.h"
#include "family/families.h"
#include "game/uptime.h"

/* Who waits longer than this for a page has gone. */
enum { PATIENCE_S = 5 };

static bool is_well(const struct settings *settings, const char *family)
{
	char path[4096], uri[64];
	int status;

	snprintf(path, sizeof(path), "%s/%s.sock", settings->socket_dir, family);
	snprintf(uri, sizeof(uri), "/api/v1/%s/health", family);
	status = ask_status(path, uri, PATIENCE_S);
	if (status == 0)
		printf("%s does not answer\n", family);
	else if (status != 200)
		printf("%s answers %d\n", family, status);
	return status == 200;
}

static enum problem note(struct db *db, void *argument)
{
	const bool *all_well = argument;

	return uptime_note(db, *all_well);
}

static bool is_family(const char *word)
{
	for (int i = 0; i < FAMILIES; i++)
		if (strcmp(word, family_names[i]) == 0)
			return true;
	return false;
}

int command_probe(const struct admin *admin)
{
	struct store_options options = settings_store(admin->settings);
	bool all_well = true;
	enum problem problem;

	for (int i = 0; admin->words[i] != NULL; i++)
		if (!is_family(admin->words[i]))
			return ADMIN_WRONG_USAGE;
	for (int i = 0; admin->words[i] != NULL; i++)
		all_well &= is_well(admin->settings, admin->words[i]);
	for (int i = 0; admin->words[0] == NULL && i < FAMILIES; i++)
		all_well &= is_well(admin->settings, family_names[i]);
	problem = admin_write(&options, note, &all_well);
	if (problem != PROBLEM_NONE)
		return admin_fail_on("probe", problem);
	return all_well ? EXIT_SUCCESS : EXIT_FAILURE;
}
