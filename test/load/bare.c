/*
 * What the engine alone can do: the statements of a push, in the order and with the transactions in
 * which the service runs them, by one thread in a loop, with nobody who asks.
 *
 *	bare DATABASE LEDGER BATCH SECONDS CLIENTS [SHARE]
 *
 * BATCH jobs share a transaction. The people are those of `load -c CLIENTS -s SHARE`, in turn. Before
 * its job each is looked up on a reader, as a token is before a body is read. Connections are opened as
 * the service opens them, so settings and durability are the same; but files are the platform's own,
 * as SQLite alone has them, and the turn to write is not taken, since nobody else writes.
 *
 * Prints pushes=N seconds=N rate=N processor_us=N, the last a push.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "core/clock.h"
#include "game/push.h"
#include "game/state.h"
#include "people.h"
#include "store/engine.h"
#include "store/vfs.h"

static struct db *reader, *writer;

static void must(enum problem problem, const char *what)
{
	if (problem == PROBLEM_NONE)
		return;
	fprintf(stderr, "bare: %s: %s\n", what, problem_row(problem)->code);
	exit(EXIT_FAILURE);
}

static struct secret_hash look_up(const struct ledger *ledger, uint32_t person)
{
	char token[TOKEN_TEXT_B];
	struct secret_hash hash;
	struct caller caller;

	person_token(ledger, person, token);
	must(token_read(token, TOKEN_TEXT_B - 1, &hash) ? PROBLEM_NONE : PROBLEM_TOKEN_MALFORMED,
	    "token");
	must(db_read_begin(reader), "begin");
	must(device_authenticate(reader, &hash, &caller), "look up");
	db_read_end(reader);
	return hash;
}

static void push(const struct ledger *ledger, uint32_t person, const struct secret_hash *hash)
{
	struct person_push next = person_push(ledger, person, ledger->answered[person] + 1);
	const struct push push = {next.id, next.has_after ? next.after : NULL, &next.day, 1, 20000};
	struct caller caller;
	struct account account;
	struct state state;
	char epoch[EPOCH_TEXT_B];
	bool received;

	must(db_savepoint(writer), "savepoint");
	must(device_authenticate(writer, hash, &caller), "authenticate");
	must(epoch_load(writer, epoch), "epoch");
	must(push_take(writer, &caller, &push, &account, &received), "push");
	must(state_of(writer, &account, clock_today(), &state), "state");
	must(db_savepoint_keep(writer), "release");
}

static void push_batch(struct ledger *ledger, const uint32_t *people, int count)
{
	struct secret_hash hashes[1024];

	for (int i = 0; i < count; i++)
		hashes[i] = look_up(ledger, people[i]);
	must(db_write_begin(writer), "begin");
	for (int i = 0; i < count; i++)
		push(ledger, people[i], &hashes[i]);
	must(db_commit(writer), "commit");
	for (int i = 0; i < count; i++)
		ledger->answered[people[i]]++;
}

static double processor_us(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
	    (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void report(unsigned long pushes, double seconds, double used_us)
{
	printf("pushes=%lu seconds=%.3f rate=%.1f processor_us=%.1f\n", pushes, seconds,
	    (double)pushes / seconds, used_us / (double)pushes);
}

/* In place of what the service calls by that name (store/vfs.h). */
static void use_plain_files(void)
{
	static sqlite3_vfs plain;

	plain = *sqlite3_vfs_find(NULL);
	plain.zName = vfs_name();
	sqlite3_vfs_register(&plain, 1);
}

int main(int argc, char **argv)
{
	uint32_t people[1024];
	struct share *shares;
	struct ledger *ledger;
	int batch, clients, client = 0;
	double began_ms, began_us, until_ms;
	unsigned long pushes = 0;

	if (argc < 6 || (batch = atoi(argv[3])) < 1 || batch > 1024 ||
	    (clients = atoi(argv[5])) < batch || !secret_init()) {
		fputs(
		    "usage: bare DATABASE LEDGER BATCH SECONDS CLIENTS [SHARE], BATCH <= CLIENTS\n",
		    stderr);
		return 2;
	}
	use_plain_files();
	ledger = ledger_open(argv[2]);
	shares = calloc((size_t)clients, sizeof(*shares));
	if (shares == NULL)
		return EXIT_FAILURE;
	for (int i = 0; i < clients; i++)
		shares[i] = share_of(ledger, i, clients, argc > 6 ? (uint32_t)atoi(argv[6]) : 1);
	must(db_open(argv[1], DB_WRITER, false, &writer), "open");
	must(db_open(argv[1], DB_READER, false, &reader), "open");
	began_ms = clock_monotonic_ms();
	began_us = processor_us();
	for (until_ms = began_ms + atof(argv[4]) * 1e3; clock_monotonic_ms() < until_ms;) {
		for (int i = 0; i < batch; i++) {
			people[i] = share_next(&shares[client]);
			client = (client + 1) % clients;
		}
		push_batch(ledger, people, batch);
		pushes += (unsigned long)batch;
	}
	report(pushes, (clock_monotonic_ms() - began_ms) / 1e3, processor_us() - began_us);
	db_close(reader);
	db_close(writer);
	free(shares);
	return EXIT_SUCCESS;
}
