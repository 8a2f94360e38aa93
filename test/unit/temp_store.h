/*
 * A store of its own for a unit test: a new database with the product's schema in a temporary
 * folder, gone at the end.
 */
#ifndef TEST_UNIT_TEMP_STORE_H
#define TEST_UNIT_TEMP_STORE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/secret.h"
#include "game/epoch.h"
#include "store/migrate.h"
#include "store/store.h"

/* Where its folder is made. */
#ifndef TEMP_STORE_IN
#define TEMP_STORE_IN "/tmp"
#endif

struct temp_store {
	char folder[64];
	char path[96];
	struct store *store;
};

static inline enum problem temp_store_found(struct db *db, void *argument)
{
	enum problem problem = migrate_apply(db, argument);

	return problem == PROBLEM_NONE ? epoch_renew(db, argument) : problem;
}

static inline void temp_store_must(enum problem problem, const char *what)
{
	if (problem == PROBLEM_NONE)
		return;
	printf("Bail out! %s: %s\n", what, problem_row(problem)->code);
	exit(EXIT_FAILURE);
}

static inline struct store_options temp_store_options(const struct temp_store *temp)
{
	return (struct store_options){.path = temp->path, .batch_max = 64, .window_ms = 20};
}

static inline void temp_store_open(struct temp_store *temp)
{
	struct store_options options;

	if (!secret_init())
		temp_store_must(PROBLEM_INTERNAL, "randomness");
	snprintf(temp->folder, sizeof(temp->folder), TEMP_STORE_IN "/breath-unit-XXXXXX");
	if (mkdtemp(temp->folder) == NULL)
		temp_store_must(PROBLEM_UNAVAILABLE, "a temporary folder");
	snprintf(temp->path, sizeof(temp->path), "%s/breath.db", temp->folder);
	options = temp_store_options(temp);
	options.create = options.any_schema = true;
	temp_store_must(store_open(&options, &temp->store), "open");
	temp_store_must(store_write(temp->store, temp_store_found, NULL), "migrate");
}

static inline void temp_store_close(struct temp_store *temp)
{
	static const char *const endings[] = {"", "-wal", "-shm", ".lock", ".gone", ".gone-key"};

	store_close(temp->store);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s%s", temp->path, endings[i]);
		unlink(path);
	}
	rmdir(temp->folder);
}

#endif
