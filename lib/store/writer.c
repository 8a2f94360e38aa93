/*
 * Group commit.
 *
 * One thread owns the writing connection. It takes the turn (turn.h), opens a transaction, runs
 * the jobs that wait, each in a savepoint, commits, and only then tells their callers. While it
 * waits for the disk the next jobs gather, so the batch grows with the load by itself; nobody is
 * ever made to wait for company.
 *
 * Invariants:
 * - A caller is told PROBLEM_NONE only after the COMMIT that holds its job.
 * - A job that fails is undone to its savepoint, and the others stay.
 * - When the engine ends the transaction by itself (disk full), every job of it is told
 *   PROBLEM_UNAVAILABLE, also those that had gone well.
 * - A job that has not been started within WAIT_MAX_MS is withdrawn by its caller: overload and
 *   another process's long turn end in a polite refusal, never in a pile.
 * - Where the log of pages was taken away, or the database, nothing more is written: what is in the log is
 *   brought into the database file, and the process ends, to begin again on what there is. It looks before
 *   each transaction, and every LOOK_MS when there is none.
 * - What was deleted for good leaves the log of pages before its caller is told (db_scrub); if a
 *   reader is in the way it is tried again every RETRY_SCRUB_MS until it worked, for the last time at the stop.
 *   The duty itself is remembered nowhere: so a service, which may follow one that was killed, begins with it.
 * - The last process that leaves takes the log away. A checkpoint beside another writer is what turn.h forbids:
 *   it is made holding the turn, and the store alone.
 */
#include "store/writer.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/thread.h"
#include "store/engine.h"
#include "store/turn.h"

enum {
	WAIT_MAX_MS = 10000,
	RETRY_SCRUB_MS = 200,
	LOOK_MS = 1000,
	LAST_SCRUB_MS = 2000,
	ROOM_MS = 1000,
};

struct job {
	store_job *run;
	void *argument;
	enum problem result;         /* the job's own, while the transaction is open */
	_Atomic enum problem answer; /* what stands after it; the writer's last word on a job */
	sem_t told;                  /* posted once there is an answer */
	struct job *next;
};

struct writer {
	struct db *db;
	struct turn *turn;
	int batch_max;
	int window_ms;
	struct meter *meter;
	const char *path;
	struct room_limits room;
	double room_seen_ms; /* when it was last measured */
	bool is_full;
	pthread_t thread;

	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t work;
	struct job *first, **last; /* jobs that wait, oldest first */
	bool stopping;
};

/* ----- the queue; the mutex is held ----- */

static void enqueue(struct writer *writer, struct job *job)
{
	*writer->last = job;
	writer->last = &job->next;
	meter_wait(writer->meter, 1);
	pthread_cond_signal(&writer->work);
}

static struct job *dequeue(struct writer *writer)
{
	struct job *job = writer->first;

	if (job == NULL)
		return NULL;
	writer->first = job->next;
	if (writer->first == NULL)
		writer->last = &writer->first;
	job->next = NULL;
	meter_wait(writer->meter, -1);
	return job;
}

/* Takes a job out of the queue; false if it is not there any more because it was started. */
static bool withdraw(struct writer *writer, struct job *job)
{
	for (struct job **link = &writer->first; *link != NULL; link = &(*link)->next) {
		if (*link != job)
			continue;
		*link = job->next;
		if (writer->last == &job->next)
			writer->last = link;
		meter_wait(writer->meter, -1);
		return true;
	}
	return false;
}

/* ----- the thread ----- */

/* Runs one job in its savepoint. Returns false when the whole transaction is lost. */
static bool run_job(struct db *db, struct job *job)
{
	if (db_savepoint(db) != PROBLEM_NONE)
		return false;
	job->result = job->run(db, job->argument);
	if (!db_in_transaction(db))
		return false;
	if (job->result == PROBLEM_NONE)
		return db_savepoint_keep(db) == PROBLEM_NONE;
	return db_savepoint_undo(db) == PROBLEM_NONE;
}

/* Gathers and runs jobs until none waits or the batch is full. Returns false when all is lost. */
static bool run_batch(struct writer *writer, struct job **batch, int *count)
{
	double start_ms = clock_monotonic_ms();

	for (*count = 0; *count < writer->batch_max;) {
		struct job *job;

		pthread_mutex_lock(&writer->mutex);
		job = dequeue(writer);
		pthread_mutex_unlock(&writer->mutex);
		if (job == NULL)
			break;
		batch[(*count)++] = job;
		if (!run_job(writer->db, job))
			return false;
		if (clock_monotonic_ms() - start_ms >= writer->window_ms)
			break;
	}
	return true;
}

/* A job is its caller's memory, and gone once its semaphore is posted. */
static void tell(struct job **batch, int count, bool committed)
{
	for (int i = 0; i < count; i++) {
		/* Without a COMMIT nobody's result stands: all may try again. */
		batch[i]->answer = committed ? batch[i]->result : PROBLEM_UNAVAILABLE;
		sem_post(&batch[i]->told);
	}
}

/* Nothing that was acknowledged is lost by this; who waits for an answer gets none. Holding the turn. */
static void leave(struct writer *writer)
{
	bool is_home = db_bring_home(writer->db);

	log_line("the database or its log of pages was taken away; %s; the process ends",
	    is_home ? "all that was written is in the database file"
		    : "the last of what was written may be lost");
	_exit(EXIT_FAILURE);
}

/*
 * Measures the store's room, at most every ROOM_MS. Where it cannot be measured the store may grow: a disk that
 * is full says so itself. In a write transaction.
 */
static void look_at_room(struct writer *writer)
{
	double now_ms = clock_monotonic_ms();
	struct room room;
	bool is_full;

	if (writer->room_seen_ms > 0 && now_ms - writer->room_seen_ms < ROOM_MS)
		return;
	writer->room_seen_ms = now_ms;
	is_full = room_measure(writer->db, writer->path, &writer->room, &room) == PROBLEM_NONE &&
	    room_is_full(&room);
	if (is_full != writer->is_full)
		log_line(is_full ? "the store is full: nothing new is taken until there is room"
				 : "the store has room again");
	writer->is_full = is_full;
	db_set_room(writer->db, !is_full);
}

/* One turn: a transaction of everything that waits. */
static void write_once(struct writer *writer, struct job **batch)
{
	int count = 0;
	bool committed = false;

	if (turn_take(writer->turn) != PROBLEM_NONE) {
		pthread_mutex_lock(&writer->mutex);
		batch[count++] = dequeue(writer);
		pthread_mutex_unlock(&writer->mutex);
		tell(batch, batch[0] == NULL ? 0 : count, false);
		return;
	}
	if (!db_has_files(writer->db))
		leave(writer);
	if (db_write_begin(writer->db) == PROBLEM_NONE) {
		look_at_room(writer);
		committed =
		    run_batch(writer, batch, &count) && db_commit(writer->db) == PROBLEM_NONE;
		if (!committed)
			db_rollback(writer->db);
	} else {
		pthread_mutex_lock(&writer->mutex);
		for (; count < writer->batch_max && writer->first != NULL; count++)
			batch[count] = dequeue(writer);
		pthread_mutex_unlock(&writer->mutex);
	}
	if (db_scrub_due(writer->db))
		db_scrub(writer->db);
	turn_give(writer->turn);
	meter_commit(writer->meter, count, committed);
	tell(batch, count, committed);
}

/* Does what is to be done though nobody asks for anything. */
static void look_after(struct writer *writer)
{
	if ((!db_scrub_due(writer->db) && db_has_files(writer->db)) ||
	    turn_take(writer->turn) != PROBLEM_NONE)
		return;
	if (!db_has_files(writer->db))
		leave(writer);
	db_scrub(writer->db);
	turn_give(writer->turn);
}

/* Waits for work; false: there is none and there will be none. */
static bool wait_for_work(struct writer *writer)
{
	bool more;

	pthread_mutex_lock(&writer->mutex);
	while (writer->first == NULL && !writer->stopping) {
		long wait_ms = db_scrub_due(writer->db) ? RETRY_SCRUB_MS : LOOK_MS;

		if (thread_cond_wait_ms(&writer->work, &writer->mutex, wait_ms))
			continue;
		pthread_mutex_unlock(&writer->mutex);
		look_after(writer);
		pthread_mutex_lock(&writer->mutex);
	}
	more = writer->first != NULL;
	pthread_mutex_unlock(&writer->mutex);
	return more;
}

static void *write_until_stopped(void *argument)
{
	struct writer *writer = argument;
	struct job **batch = calloc((size_t)writer->batch_max, sizeof(struct job *));

	if (batch == NULL)
		log_out_of_memory();
	while (wait_for_work(writer))
		write_once(writer, batch);
	free(batch);
	return NULL;
}

/* ----- the face ----- */

static void writer_free(struct writer *writer)
{
	pthread_cond_destroy(&writer->work);
	pthread_mutex_destroy(&writer->mutex);
	free(writer);
}

/* Closes the connection, after what is to be done before nobody of this process can do it any more. */
static void close_connection(struct writer *writer)
{
	double began_ms = clock_monotonic_ms();

	if (turn_take(writer->turn) != PROBLEM_NONE || !db_has_files(writer->db)) {
		db_close(writer->db);
		return;
	}
	while (db_scrub_due(writer->db) && clock_monotonic_ms() - began_ms < LAST_SCRUB_MS)
		db_scrub(writer->db);
	/* The turn is given with the lock file's closing: until then no other process may take itself for the last. */
	if (turn_is_last(writer->turn))
		db_close_last(writer->db);
	else
		db_close(writer->db);
}

enum problem writer_start(
    const struct store_options *options, struct turn *turn, struct writer **writer)
{
	struct writer *started = calloc(1, sizeof(*started));
	enum problem problem;

	if (started == NULL)
		log_out_of_memory();
	started->turn = turn;
	started->batch_max = options->batch_max;
	started->window_ms = options->window_ms;
	started->meter = options->meter;
	started->path = options->path;
	started->room = options->room;
	started->last = &started->first;
	pthread_mutex_init(&started->mutex, NULL);
	thread_cond_init(&started->work);
	problem = db_open(options->path, DB_WRITER, options->create, &started->db);
	if (problem == PROBLEM_NONE && options->scrub)
		db_scrub_after_commit(started->db);
	if (problem == PROBLEM_NONE &&
	    !thread_start(&started->thread, write_until_stopped, started))
		problem = PROBLEM_UNAVAILABLE;
	if (problem != PROBLEM_NONE) {
		db_close(started->db);
		writer_free(started);
		return problem;
	}
	*writer = started;
	return PROBLEM_NONE;
}

void writer_stop(struct writer *writer)
{
	if (writer == NULL)
		return;
	pthread_mutex_lock(&writer->mutex);
	writer->stopping = true;
	pthread_cond_signal(&writer->work);
	pthread_mutex_unlock(&writer->mutex);
	pthread_join(writer->thread, NULL);
	close_connection(writer);
	writer_free(writer);
}

enum problem writer_run(struct writer *writer, store_job *run, void *argument)
{
	struct job job = {.run = run, .argument = argument, .answer = PROBLEM_UNAVAILABLE};
	bool waits;

	sem_init(&job.told, 0, 0);
	pthread_mutex_lock(&writer->mutex);
	waits = !writer->stopping;
	if (waits)
		enqueue(writer, &job);
	pthread_mutex_unlock(&writer->mutex);
	/* A job that was started is waited for: its caller's memory is in use. */
	while (waits && !thread_sem_wait_ms(&job.told, WAIT_MAX_MS)) {
		pthread_mutex_lock(&writer->mutex);
		waits = !withdraw(writer, &job);
		pthread_mutex_unlock(&writer->mutex);
	}
	sem_destroy(&job.told);
	return job.answer;
}
