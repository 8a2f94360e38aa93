/*
 * breathctl: the administrator's command.
 *
 * It works on the database beside the running service: what it writes goes through the same fair
 * lock, in transactions short enough that no sync waits for it.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/secret.h"
#include "family/settings.h"
#include "game/account.h"
#include "game/board.h"
#include "game/board_care.h"
#include "game/check.h"
#include "game/epoch.h"
#include "game/figures.h"
#include "game/fold.h"
#include "game/member.h"
#include "game/pairing.h"
#include "game/quota.h"
#include "store/engine.h"
#include "store/migrate.h"

enum {
	STATUS_WRONG_USAGE = 2,
	PURGE_CHUNK = 32,      /* accounts a transaction */
	CLOCK_DOUBT_DAYS = 30, /* purge doubts a clock that is so far past the newest stored day */
};

/* Says what went wrong and gives the exit status for it. */
__attribute__((format(printf, 1, 2))) static int fail(const char *format, ...)
{
	va_list args;

	fputs("breathctl: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return EXIT_FAILURE;
}

static int fail_on(const char *what, enum problem problem)
{
	return fail("%s failed: %s", what,
	    problem == PROBLEM_UNAVAILABLE ? "the database cannot be used just now"
					   : "see the line above");
}

static int usage(void);

/* ----- init, migrate, epoch: one write ----- */

/* Brings a store up to the program's schema, from wherever it is. */
static enum problem bring_up(struct db *db, void *argument)
{
	enum problem problem = migrate_apply(db, argument);

	return problem == PROBLEM_NONE ? epoch_begin(db, argument) : problem;
}

static int run_job(const struct store_options *options, const char *what, store_job *job)
{
	struct store *store;
	enum problem problem = store_open(options, &store);

	if (problem != PROBLEM_NONE)
		return EXIT_FAILURE;
	problem = store_write(store, job, NULL);
	store_close(store);
	return problem == PROBLEM_NONE ? EXIT_SUCCESS : fail_on(what, problem);
}

static int init(const struct settings *settings)
{
	struct store_options options = settings_store(settings);
	int status;

	options.create = options.any_schema = true;
	status = run_job(&options, "init", bring_up);
	if (status == EXIT_SUCCESS)
		printf("made %s\n", settings->database);
	return status;
}

static int migrate(const struct settings *settings)
{
	struct store_options options = settings_store(settings);

	options.any_schema = true;
	return run_job(&options, "migrate", bring_up);
}

static int epoch(const struct settings *settings)
{
	struct store_options options = settings_store(settings);

	return run_job(&options, "epoch", epoch_renew);
}

/* ----- check, stats: reads ----- */

static int findings;

static void print_finding(const char *finding)
{
	findings++;
	printf("%s\n", finding);
}

static enum problem check_all(struct db *db, void *argument)
{
	enum problem problem = db_integrity(db, print_finding);

	if (problem == PROBLEM_NONE)
		problem = check_progress(db, print_finding, argument);
	return problem == PROBLEM_NONE ? boards_check(db, print_finding) : problem;
}

/* Opens the store, runs a job that reads, closes. The problem of opening has been logged. */
static enum problem read_once(const struct settings *settings, store_job *job, void *argument)
{
	struct store_options options = settings_store(settings);
	struct store *store;
	enum problem problem = store_open(&options, &store);

	if (problem != PROBLEM_NONE)
		return problem;
	problem = store_read(store, job, argument);
	store_close(store);
	return problem;
}

static int check(const struct settings *settings)
{
	int64_t accounts = 0;
	enum problem problem = read_once(settings, check_all, &accounts);

	if (problem != PROBLEM_NONE)
		return fail_on("check", problem);
	printf("%" PRId64 " accounts, %d findings\n", accounts, findings);
	return findings == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

struct stats {
	struct figures figures;
	int64_t size_b;
	int schema;
	char epoch[EPOCH_TEXT_B];
};

static enum problem count_all(struct db *db, void *argument)
{
	struct stats *stats = argument;
	enum problem problem = figures_count(db, &stats->figures);

	if (problem == PROBLEM_NONE)
		problem = db_size_b(db, &stats->size_b);
	if (problem == PROBLEM_NONE)
		problem = db_schema_number(db, &stats->schema);
	return problem == PROBLEM_NONE ? epoch_load(db, stats->epoch) : problem;
}

static int stats(const struct settings *settings)
{
	struct stats stats = {0};
	enum problem problem = read_once(settings, count_all, &stats);

	if (problem != PROBLEM_NONE)
		return fail_on("stats", problem);
	printf("accounts      %" PRId64 "\n", stats.figures.accounts);
	printf("devices       %" PRId64 "\n", stats.figures.devices);
	printf("imports       %" PRId64 "\n", stats.figures.imports);
	printf("days          %" PRId64 "\n", stats.figures.days);
	printf("folded months %" PRId64 "\n", stats.figures.months);
	printf("open pairings %" PRId64 "\n", stats.figures.pairings);
	printf("database      %" PRId64 " bytes\n", stats.size_b);
	printf("schema        %d\n", stats.schema);
	printf("epoch         %s\n", stats.epoch);
	return EXIT_SUCCESS;
}

/* ----- purge: many short writes ----- */

struct purge {
	const struct settings *settings;
	int64_t after; /* the account that the walk has reached */
	bool more;
	int64_t folded;
	int64_t erased;
	int64_t dropped;
};

/*
 * A clock that has jumped forward would make everything old. So a purge asks for somebody who was
 * here lately; an empty store has nothing to lose.
 */
static enum problem doubt_clock(struct db *db, void *argument)
{
	day_t *newest = argument;

	return account_newest_use(db, newest);
}

static enum problem fold_chunk(struct db *db, void *argument)
{
	struct purge *purge = argument;
	day_t before = clock_today() - FOLD_AFTER_DAYS;

	for (int i = 0; i < PURGE_CHUNK; i++) {
		int64_t id, folded;
		enum problem problem = account_next(db, purge->after, &id);

		purge->more = id != 0;
		if (problem != PROBLEM_NONE || id == 0)
			return problem;
		problem = fold_account(db, id, before, &folded);
		if (problem != PROBLEM_NONE)
			return problem;
		purge->after = id;
		purge->folded += folded;
	}
	return PROBLEM_NONE;
}

static enum problem erase_chunk(struct db *db, void *argument)
{
	struct purge *purge = argument;
	day_t before = clock_today() - (day_t)purge->settings->unused_account_days;
	int64_t ids[PURGE_CHUNK];
	size_t count;
	enum problem problem = account_find_unused(db, before, ids, PURGE_CHUNK, &count);

	for (size_t i = 0; problem == PROBLEM_NONE && i < count; i++)
		problem = account_erase(db, ids[i]);
	purge->more = count == PURGE_CHUNK;
	purge->erased += (int64_t)count;
	return problem;
}

static enum problem forget_expired(struct db *db, void *argument)
{
	enum problem problem = pairing_forget_expired(db);

	(void)argument;
	return problem == PROBLEM_NONE ? quota_forget_past(db) : problem;
}

static enum problem purge_store(struct store *store, struct purge *purge)
{
	static store_job *const walks[] = {erase_chunk, fold_chunk};
	enum problem problem = store_write(store, forget_expired, NULL);

	for (size_t i = 0; i < sizeof(walks) / sizeof(walks[0]); i++)
		for (purge->more = true; problem == PROBLEM_NONE && purge->more;)
			problem = store_write(store, walks[i], purge);
	return problem == PROBLEM_NONE ? boards_close(store, &purge->dropped) : problem;
}

static int purge(const struct settings *settings)
{
	struct store_options options = settings_store(settings);
	struct purge purge = {.settings = settings};
	day_t newest = DAY_NONE;
	struct store *store;
	enum problem problem = read_once(settings, doubt_clock, &newest);
	char text[DAY_TEXT_B];

	if (problem != PROBLEM_NONE)
		return fail_on("purge", problem);
	if (newest != DAY_NONE && clock_today() > newest + CLOCK_DOUBT_DAYS)
		return fail("the newest day in the database is %s, over %d days ago; a purge now"
			    " might rest on a wrong clock",
		    day_format(newest, text), CLOCK_DOUBT_DAYS);
	problem = store_open(&options, &store);
	if (problem != PROBLEM_NONE)
		return EXIT_FAILURE;
	problem = purge_store(store, &purge);
	store_close(store);
	if (problem != PROBLEM_NONE)
		return fail_on("purge", problem);
	printf("erased %" PRId64 " unused accounts, folded %" PRId64 " days\n", purge.erased,
	    purge.folded);
	printf("dropped %" PRId64 " standings of closed boards\n", purge.dropped);
	return EXIT_SUCCESS;
}

/* ----- boards, moderate ----- */

static void print_board(int board, int32_t period, int64_t people, void *argument)
{
	char text[PERIOD_TEXT_B];
	const char *name = period_format(boards[board].kind, period, text);

	(void)argument;
	printf("%-6s %-5s %-10s %" PRId64 "\n", metric_names[boards[board].metric],
	    period_names[boards[board].kind], name == NULL ? "" : name, people);
}

static enum problem list_boards(struct db *db, void *argument)
{
	return boards_list(db, print_board, argument);
}

static enum problem recount_boards(struct db *db, void *argument)
{
	(void)argument;
	return boards_check(db, print_finding);
}

static int mend_boards(const struct settings *settings)
{
	struct store_options options = settings_store(settings);
	struct store *store;
	int64_t mended = 0;
	enum problem problem = store_open(&options, &store);

	if (problem != PROBLEM_NONE)
		return EXIT_FAILURE;
	problem = boards_mend(store, &mended);
	store_close(store);
	if (problem != PROBLEM_NONE)
		return fail_on("mend", problem);
	printf("mended %" PRId64 " figures\n", mended);
	return EXIT_SUCCESS;
}

static int board_command(const struct settings *settings, char **words)
{
	enum problem problem;

	if (strcmp(words[0], "mend") == 0)
		return mend_boards(settings);
	if (strcmp(words[0], "show") == 0)
		problem = read_once(settings, list_boards, NULL);
	else if (strcmp(words[0], "recount") == 0)
		problem = read_once(settings, recount_boards, NULL);
	else
		return usage();
	if (problem != PROBLEM_NONE)
		return fail_on(words[0], problem);
	return findings == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

struct moderation {
	const char *handle;
	enum withheld withheld;
};

static enum problem moderate_job(struct db *db, void *argument)
{
	const struct moderation *moderation = argument;

	return member_moderate(db, moderation->handle, moderation->withheld);
}

static int moderate_as(const struct settings *settings, struct moderation moderation)
{
	struct store_options options = settings_store(settings);
	struct store *store;
	enum problem problem = store_open(&options, &store);

	if (problem != PROBLEM_NONE)
		return EXIT_FAILURE;
	problem = store_write(store, moderate_job, &moderation);
	store_close(store);
	if (problem == PROBLEM_NOT_ON_BOARD)
		return fail("nobody of that pseudonym has asked to be on boards");
	return problem == PROBLEM_NONE ? EXIT_SUCCESS : fail_on("moderate", problem);
}

static int withhold(const struct settings *settings, char **words)
{
	for (int i = 1; i < WITHHELD_REASONS; i++)
		if (strcmp(words[2], withheld_names[i]) == 0)
			return moderate_as(
			    settings, (struct moderation){words[1], (enum withheld)i});
	return usage();
}

static int moderate(const struct settings *settings, char **words)
{
	if (strcmp(words[0], "withhold") == 0 && words[1] != NULL && words[2] != NULL &&
	    words[3] == NULL)
		return withhold(settings, words);
	if (strcmp(words[0], "lift") == 0 && words[1] != NULL && words[2] == NULL)
		return moderate_as(settings, (struct moderation){words[1], WITHHELD_NOT});
	return usage();
}

/* ----- the commands ----- */

static const struct {
	const char *name;
	int (*run)(const struct settings *settings);
	/* Of a command that takes words, which NULL ends: at least so many, and at most. */
	int (*run_on)(const struct settings *settings, char **words);
	int words_min;
	int words_max;
	const char *summary;
} commands[] = {
    {"init", init, .summary = "make a new, empty database"},
    {"migrate", migrate, .summary = "bring the database's schema up to this program's"},
    {"check", check,
	.summary = "check the file, and every derived figure against what it is derived from"},
    {"stats", stats, .summary = "count what is stored"},
    {"purge", purge,
	.summary =
	    "fold days older than 430 days, erase accounts unused for long, drop closed boards"},
    {"epoch", epoch,
	.summary = "say that a backup was put back: clients send again what they hold"},
    {"boards", NULL, board_command, 1, 1,
	"show, recount or mend: what boards hold, whether it is as counted, make it so"},
    {"moderate", NULL, moderate, 2, 3,
	"withhold HANDLE implausible|automated|shared, or lift HANDLE: keep off boards"},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static int usage(void)
{
	fputs("usage: breathctl [-c file] command [word ...]\n", stderr);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(stderr, "  %-8s %s\n", commands[i].name, commands[i].summary);
	return STATUS_WRONG_USAGE;
}

int main(int argc, char **argv)
{
	struct settings settings;
	const char *config = NULL;
	int option;

	while ((option = getopt(argc, argv, "c:")) != -1) {
		if (option != 'c')
			return usage();
		config = optarg;
	}
	if (optind >= argc)
		return usage();
	umask(0077);
	if (!secret_init())
		return fail("there is no source of randomness");
	for (size_t i = 0; i < COMMANDS; i++) {
		int words = argc - optind - 1;

		if (strcmp(argv[optind], commands[i].name) != 0)
			continue;
		if (words < commands[i].words_min || words > commands[i].words_max)
			break;
		if (!settings_load(config, &settings))
			return EXIT_FAILURE;
		return commands[i].run != NULL ? commands[i].run(&settings)
					       : commands[i].run_on(&settings, argv + optind + 1);
	}
	return usage();
}
