/*
 * Memory that runs out at any one allocation on the way of a request. The program that includes this is an
 * executable of the product with another way to allocate: the C library's functions, of which one that is
 * counted out fails. It runs itself again as the service (memory_serve) and asks it, again and again: at first
 * the first allocation of the request fails, then the second, and so on, until none is left to fail: those
 * of libfcgi, json-c and SQLite among them.
 */
#ifndef TEST_UNIT_MEMORY_H
#define TEST_UNIT_MEMORY_H

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <signal.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "admin/verify.h"
#include "check.h"
#include "core/clock.h"
#include "fastcgi.h"
/* Thousands of transactions, none of which has to survive: in memory. */
#define TEMP_STORE_IN "/dev/shm"
#include "store/engine.h"
#include "temp_store.h"

/* ----- allocations that fail ----- */

/* Of this process and of the service, which share it: so many allocations until one fails; 0: none does. */
static atomic_long *memory_left;
/* Is it this process whose allocations are counted? */
static bool memory_counts;

enum { MEMORY_FD = 9 };

#ifndef SANITIZED
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static bool memory_fails(void)
{
	if (!memory_counts || atomic_load(memory_left) <= 0 ||
	    atomic_fetch_sub(memory_left, 1) != 1)
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return memory_fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return memory_fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return memory_fails() ? NULL : __libc_realloc(old, size);
}
#endif

static bool memory_share(void)
{
	memory_left =
	    mmap(NULL, sizeof(*memory_left), PROT_READ | PROT_WRITE, MAP_SHARED, MEMORY_FD, 0);
	return memory_left != MAP_FAILED;
}

/* Is this process to be the service? Then it goes on as one. */
static bool memory_is_service(void)
{
	memory_counts = getenv("MEMORY_SERVES") != NULL && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
	    memory_share();
	return memory_counts;
}

/* ----- the service ----- */

static struct temp_store memory_store;
static char memory_socket[100], memory_log[128], memory_settings[128];
static const char *memory_family;
static pid_t memory_service;

static void memory_start(void)
{
	char *const words[] = {"service", "-c", memory_settings, NULL};
	posix_spawn_file_actions_t actions;
	int fd;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(
	    &actions, STDERR_FILENO, memory_log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (posix_spawn(&memory_service, "/proc/self/exe", &actions, NULL, words, environ) != 0)
		exit(EXIT_FAILURE);
	posix_spawn_file_actions_destroy(&actions);
	while ((fd = connect_to(memory_socket)) < 0) {
		const struct timespec pause = {.tv_nsec = 1000000};

		if (waitpid(memory_service, NULL, WNOHANG) != 0) {
			printf("Bail out! the service does not start\n");
			exit(EXIT_FAILURE);
		}
		nanosleep(&pause, NULL);
	}
	close(fd);
}

static int memory_end(int signal_number)
{
	int status = 0;

	kill(memory_service, signal_number);
	waitpid(memory_service, &status, 0);
	unlink(memory_socket);
	return status;
}

/*
 * Did a service end in one of the ways that are meant: with a line that says why? libfcgi has an assertion of
 * its own for its memory, which ends the process with another line; one that still starts may get no thread.
 */
static bool memory_is_orderly(int status, const char *line)
{
	if (WIFEXITED(status))
		return strstr(line, "a thread cannot be started") != NULL;
	return WTERMSIG(status) == SIGABRT &&
	    (strcmp(line, "out of memory, the process ends") == 0 ||
		strstr(line, "fcgiapp.c") != NULL);
}

/* The last line of the log of a service that has ended. */
static const char *memory_last_line(void)
{
	static char text[8192];
	FILE *file = fopen(memory_log, "r");
	char line[8192];

	text[0] = '\0';
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		snprintf(text, sizeof(text), "%s", line);
	if (file != NULL)
		fclose(file);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* ----- what is asked ----- */

/* An answer. */
struct memory_answer {
	int status; /* 0: the service did not live to give one */
	struct json_object *json;
};

static char memory_token[128];

/* A path begins below the family's prefix, that of a page at the root. A page is no JSON, whatever its status. */
static struct memory_answer memory_ask_for(
    bool is_page, const char *method, const char *path, const char *body)
{
	char uri[256], authorization[192];
	const struct ask ask = {
	    .method = method,
	    .uri = uri,
	    .body = body,
	    .type = "application/json",
	    .authorization = memory_token[0] == '\0' ? NULL : authorization,
	};
	struct memory_answer answer = {0};
	const char *start;
	char *text;

	snprintf(uri, sizeof(uri), "%s%s%s", is_page ? "" : "/api/v1/",
	    is_page ? "" : memory_family, path);
	snprintf(authorization, sizeof(authorization), "Bearer %s", memory_token);
	text = ask_at(memory_socket, &ask);
	if (text == NULL)
		return answer;
	CHECK(sscanf(text, "Status: %d ", &answer.status) == 1);
	start = strstr(text, "\r\n\r\n");
	if (CHECK(start != NULL) && start[4] != '\0' && !is_page)
		CHECK((answer.json = json_tokener_parse(start + 4)) != NULL);
	free(text);
	return answer;
}

static struct memory_answer memory_ask(const char *method, const char *path, const char *body)
{
	return memory_ask_for(false, method, path, body);
}

static const char *memory_member(const struct memory_answer *answer, const char *name)
{
	return json_object_get_string(json_object_object_get(answer->json, name));
}

/*
 * A request to be asked.
 * prepare  makes all that it needs, an account of its own for instance, and fills in path and body; it may
 *          ask the service. What is on disk is looked at between it and the request
 * cold     the service has just started, and has nothing prepared
 */
struct memory_case {
	const char *method;
	char path[128];
	char body[1024];
	int status; /* of the answer when memory does not fail */
	void (*prepare)(struct memory_case *with);
	bool cold;
	bool is_page;
};

/* ----- what is stored ----- */

enum { MEMORY_TABLES_MAX = 64 };

/* How many rows there are in each table, and the XP of all accounts together. */
struct memory_rows {
	sqlite3_int64 counts[MEMORY_TABLES_MAX];
	int tables;
};

static sqlite3_int64 memory_number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;
	sqlite3_int64 number = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	CHECK(number >= 0);
	return number;
}

static struct memory_rows memory_look(void)
{
	struct memory_rows rows = {0};
	sqlite3_stmt *names;
	sqlite3 *db;

	sqlite3_open_v2(memory_store.path, &db, SQLITE_OPEN_READWRITE, NULL);
	sqlite3_busy_timeout(db, 10000);
	/* Whoever closes last would take the log away from a service that has just died. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_prepare_v2(
	    db, "SELECT name FROM sqlite_master WHERE type = 'table'", -1, &names, NULL);
	while (sqlite3_step(names) == SQLITE_ROW && rows.tables < MEMORY_TABLES_MAX - 1) {
		char *sql =
		    sqlite3_mprintf("SELECT count(*) FROM \"%w\"", sqlite3_column_text(names, 0));

		rows.counts[rows.tables++] = memory_number(db, sql);
		sqlite3_free(sql);
	}
	sqlite3_finalize(names);
	rows.counts[rows.tables++] = memory_number(db, "SELECT coalesce(sum(xp), 0) FROM account");
	sqlite3_close(db);
	return rows;
}

/* What came to it, table by table. */
static struct memory_rows memory_change(
    const struct memory_rows *before, const struct memory_rows *after)
{
	struct memory_rows change = {.tables = after->tables};

	for (int i = 0; i < after->tables; i++)
		change.counts[i] = after->counts[i] - before->counts[i];
	return change;
}

static bool memory_is_same(const struct memory_rows *one, const struct memory_rows *other)
{
	return memcmp(one, other, sizeof(*one)) == 0;
}

/* ----- the walk ----- */

struct memory_walk {
	struct memory_case *with;
	struct memory_rows whole; /* what the request changes when it goes well */
	int refused, died;
};

/* Asks once. nth 0: no allocation fails. False: the request needed fewer than nth. */
static bool memory_try(struct memory_walk *walk, long nth)
{
	struct memory_case *with = walk->with;
	struct memory_rows before, after, change, none = {0};
	struct memory_answer answer;
	bool has_failed, has_ended = false;

	with->prepare(with);
	if (with->cold) {
		memory_end(SIGTERM);
		memory_start();
	}
	before = memory_look();
	atomic_store(memory_left, nth);
	answer = memory_ask_for(
	    with->is_page, with->method, with->path, with->body[0] == '\0' ? NULL : with->body);
	has_failed = atomic_exchange(memory_left, 0) == 0;
	if (answer.status == 0) {
		CHECK(memory_is_orderly(memory_end(SIGCONT), memory_last_line()));
		walk->died++;
	} else if (answer.status != with->status) {
		CHECK_INT_EQ(answer.status, 503);
		CHECK_STR_EQ(memory_member(&answer, "code"), with->is_page ? NULL : "unavailable");
		CHECK_STR_EQ(memory_member(&answer, "pointer"), NULL);
		walk->refused++;
	}
	if (answer.status != 0) {
		struct memory_answer health = memory_ask("GET", "/health", NULL);

		/* Nothing of the failure is left behind; it may come when the answer is out. */
		has_ended = health.status == 0 && has_failed;
		if (has_ended) {
			CHECK(memory_is_orderly(memory_end(SIGCONT), memory_last_line()));
			walk->died++;
		} else {
			CHECK_INT_EQ(health.status, 200);
		}
		json_object_put(health.json);
	}
	after = memory_look();
	change = memory_change(&before, &after);
	none.tables = after.tables;
	if (nth == 0)
		walk->whole = change;
	else if (answer.status == with->status)
		CHECK(memory_is_same(&change, &walk->whole));
	else if (answer.status != 0)
		CHECK(memory_is_same(&change, &none));
	else
		CHECK(memory_is_same(&change, &none) || memory_is_same(&change, &walk->whole));
	if (check_failures > 0)
		printf("# %s %s, allocation %ld: %d %s\n", with->method, with->path, nth,
		    answer.status, answer.status == 0 ? memory_last_line() : "");
	json_object_put(answer.json);
	if (answer.status == 0 || has_ended)
		memory_start();
	return has_failed && check_failures == 0;
}

/*
 * Lets allocations of a request fail, one after the other: every MEMORY_EVERY-th, from one that differs from run to
 * run and is printed. MEMORY_EVERY=1, as in the soak, is all of them.
 */
static void memory_walk(struct memory_case *with)
{
	const char *variable = getenv("MEMORY_EVERY");
	long every = variable == NULL ? 8 : atol(variable);
	long first = 1 + getpid() % every;
	struct memory_walk walk = {.with = with};
	long nth = first;

	memory_try(&walk, 0);
	while (memory_try(&walk, nth))
		nth += every;
	printf("# %s %s: %ld allocations, every %ld from %ld; %d answers of 503, %d orderly ends\n",
	    with->method, with->path, nth - 1, every, first, walk.refused, walk.died);
	CHECK(nth > 10);
}

/* Is the database whole after all this, and every figure as counted? */
static void memory_check_store(void)
{
	struct verdict verdict;
	struct db *db;

	memory_end(SIGTERM);
	REQUIRE(db_open(memory_store.path, DB_READER, false, &db) == PROBLEM_NONE);
	REQUIRE(db_read_begin(db) == PROBLEM_NONE);
	CHECK_INT_EQ(verify(db, &verdict), PROBLEM_NONE);
	db_read_end(db);
	db_close(db);
	CHECK_INT_EQ(verdict.damage, 0);
	CHECK_INT_EQ(verdict.findings, 0);
	CHECK(verdict.is_counted);
	memory_start();
}

/* A sanitizer has its own way to allocate. */
static inline int memory_skip(void)
{
	printf("ok 1 - memory runs out # SKIP a sanitizer has its own way to allocate\n1..1\n");
	return 0;
}

static void memory_begin(const char *family)
{
	static const struct rlimit no_core = {0, 0};
	FILE *settings;
	int fd = memfd_create("memory", 0);

	memory_family = family;
	setrlimit(RLIMIT_CORE, &no_core);
	if (fd < 0 || ftruncate(fd, sizeof(*memory_left)) != 0 || dup2(fd, MEMORY_FD) < 0 ||
	    !memory_share())
		exit(EXIT_FAILURE);
	close(fd);
	temp_store_open(&memory_store);
	snprintf(memory_socket, sizeof(memory_socket), "%s/%s.sock", memory_store.folder, family);
	snprintf(memory_log, sizeof(memory_log), "%s/log", memory_store.folder);
	snprintf(memory_settings, sizeof(memory_settings), "%s/conf", memory_store.folder);
	settings = fopen(memory_settings, "w");
	fprintf(settings,
	    "database = %s\nsocket_dir = %s\nmetrics_dir = %s\nthreads = 1\n"
	    "accounts_per_day = 1000000\ncommit_window_ms = 0\n",
	    memory_store.path, memory_store.folder, memory_store.folder);
	fclose(settings);
	setenv("MEMORY_SERVES", "1", 1);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	memory_start();
}

static int memory_finish(void)
{
	char metrics[128];

	memory_end(SIGTERM);
	snprintf(metrics, sizeof(metrics), "%s/%s.metrics", memory_store.folder, memory_family);
	unlink(metrics);
	unlink(memory_log);
	unlink(memory_settings);
	temp_store_close(&memory_store);
	return check_end();
}

#endif
