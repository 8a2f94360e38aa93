#include "store/store.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "store/engine.h"
#include "store/migrate.h"
#include "store/writer.h"

struct store {
	char *path;
	struct writer *writer;
};

/* Is the database's schema the program's own? */
static enum problem check_schema(const char *path)
{
	struct db *db;
	int behind = 0;
	enum problem problem = db_open(path, DB_READER, false, &db);

	if (problem != PROBLEM_NONE)
		return problem;
	problem = migrate_distance(db, &behind);
	db_close(db);
	if (problem == PROBLEM_NONE && behind != 0) {
		log_line(behind > 0 ? "the database lacks %d migrations: run breathctl migrate"
				    : "the database is %d migrations newer than this program",
		    abs(behind));
		problem = PROBLEM_INTERNAL;
	}
	return problem;
}

static enum problem check_file(const struct store_options *options)
{
	bool exists = access(options->path, F_OK) == 0;

	if (exists && options->create) {
		log_line("there is a database at %s already", options->path);
		return PROBLEM_INTERNAL;
	}
	if (!exists && !options->create) {
		log_line("there is no database at %s: run breathctl init", options->path);
		return PROBLEM_UNAVAILABLE;
	}
	return options->any_schema ? PROBLEM_NONE : check_schema(options->path);
}

enum problem store_open(const struct store_options *options, struct store **store)
{
	struct store *opened;
	enum problem problem = check_file(options);

	if (problem != PROBLEM_NONE)
		return problem;
	opened = calloc(1, sizeof(*opened));
	if (opened == NULL || (opened->path = strdup(options->path)) == NULL)
		log_out_of_memory();
	problem = writer_start(options, &opened->writer);
	if (problem != PROBLEM_NONE) {
		store_close(opened);
		return problem;
	}
	*store = opened;
	return PROBLEM_NONE;
}

void store_close(struct store *store)
{
	if (store == NULL)
		return;
	writer_stop(store->writer);
	free(store->path);
	free(store);
}

enum problem store_reader_open(struct store *store, struct db **db)
{
	return db_open(store->path, DB_READER, false, db);
}

void store_reader_close(struct db *db)
{
	db_close(db);
}

enum problem store_read(struct db *reader, store_job *job, void *argument)
{
	enum problem problem = db_read_begin(reader);

	if (problem != PROBLEM_NONE)
		return problem;
	problem = job(reader, argument);
	db_read_end(reader);
	return problem;
}

enum problem store_write(struct store *store, store_job *job, void *argument)
{
	return writer_run(store->writer, job, argument);
}
