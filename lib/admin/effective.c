/* config: what the configuration comes to, and where each value is from. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/commands.h"

static void print_key(const struct settings *settings, size_t key)
{
	const char *place = (const char *)settings + settings_keys[key].offset;
	const char *text;
	int64_t number;

	/* A line of the configuration file; as a whole they are one. */
	printf("# %s\n", settings_origin(key));
	if (settings_keys[key].kind != CONFIG_NUMBER) {
		memcpy(&text, place, sizeof(text));
		printf("%s = %s\n", settings_keys[key].name, text);
	} else {
		memcpy(&number, place, sizeof(number));
		printf("%s = %" PRId64 "\n", settings_keys[key].name, number);
	}
}

int command_config(const struct admin *admin)
{
	for (size_t i = 0; i < settings_key_count; i++)
		print_key(admin->settings, i);
	return EXIT_SUCCESS;
}
