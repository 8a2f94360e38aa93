/*
 * Readers are kept in a stack: who reads takes the connection that was given back last, whose pages
 * in memory are the newest. A commit by anybody makes each connection read its pages anew, so under
 * load it is worth much that one or two of them do most of the work instead of one a thread.
 */
#include "store/store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/log.h"
#include "store/engine.h"
#include "store/migrate.h"
#include "store/turn.h"
#include "store/writer.h"

struct reader {
	struct db *db;
	struct reader *below;
};

struct store {
	char *path;
	struct turn *turn;
	struct writer *writer;
	pthread_mutex_t mutex; /* guards what follows */
	struct reader *idle;   /* the top of the stack */
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

/* A file that was about to take the database's place (admin/place.h) says that it is not init that is wanted. */
static void complain_of_none(const char *path)
{
	char *unfinished = file_beside(path, ".new");

	if (access(unfinished, F_OK) == 0)
		log_line(
		    "there is no database at %s, but %s: a restore or an import was interrupted;"
		    " run it again",
		    path, unfinished);
	else
		log_line("there is no database at %s: run breathctl init", path);
	free(unfinished);
}

static enum problem check_file(const struct store_options *options)
{
	bool exists = access(options->path, F_OK) == 0;

	if (exists && options->create) {
		log_line("there is a database at %s already", options->path);
		return PROBLEM_INTERNAL;
	}
	if (!exists && !options->create) {
		complain_of_none(options->path);
		return PROBLEM_UNAVAILABLE;
	}
	return PROBLEM_NONE;
}

/* The schema is looked at once it cannot change any more. */
static enum problem begin_use(const struct store_options *options, struct turn *turn)
{
	enum problem problem =
	    options->alone_ms > 0 ? turn_alone(turn, options->alone_ms) : turn_share(turn);

	if (problem != PROBLEM_NONE || options->any_schema)
		return problem;
	return check_schema(options->path);
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
	pthread_mutex_init(&opened->mutex, NULL);
	problem = turn_open(options->path, &opened->turn);
	if (problem == PROBLEM_NONE)
		problem = begin_use(options, opened->turn);
	if (problem == PROBLEM_NONE)
		problem = writer_start(options, opened->turn, &opened->writer);
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
	while (store->idle != NULL) {
		struct reader *reader = store->idle;

		store->idle = reader->below;
		db_close(reader->db);
		free(reader);
	}
	writer_stop(store->writer);
	turn_close(store->turn);
	pthread_mutex_destroy(&store->mutex);
	free(store->path);
	free(store);
}

/* Takes the reader that was given back last, or opens one more. */
static enum problem take_reader(struct store *store, struct reader **reader)
{
	enum problem problem;

	pthread_mutex_lock(&store->mutex);
	*reader = store->idle;
	if (*reader != NULL)
		store->idle = (*reader)->below;
	pthread_mutex_unlock(&store->mutex);
	if (*reader != NULL)
		return PROBLEM_NONE;
	*reader = malloc(sizeof(**reader));
	if (*reader == NULL)
		log_out_of_memory();
	problem = db_open(store->path, DB_READER, false, &(*reader)->db);
	if (problem != PROBLEM_NONE)
		free(*reader);
	return problem;
}

static void give_reader(struct store *store, struct reader *reader)
{
	pthread_mutex_lock(&store->mutex);
	reader->below = store->idle;
	store->idle = reader;
	pthread_mutex_unlock(&store->mutex);
}

enum problem store_read(struct store *store, store_job *job, void *argument)
{
	struct reader *reader;
	enum problem problem = take_reader(store, &reader);

	if (problem != PROBLEM_NONE)
		return problem;
	problem = db_read_begin(reader->db);
	if (problem == PROBLEM_NONE) {
		problem = job(reader->db, argument);
		db_read_end(reader->db);
	}
	give_reader(store, reader);
	return problem;
}

enum problem store_write(struct store *store, store_job *job, void *argument)
{
	return writer_run(store->writer, job, argument);
}
