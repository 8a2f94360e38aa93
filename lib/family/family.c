#include "family/family.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log.h"
#include "core/sandbox.h"
#include "core/secret.h"
#include "core/supervisor.h"
#include "family/health.h"
#include "http/exchange.h"
#include "http/server.h"

enum { STATUS_WRONG_USAGE = 2, PLACES_MAX = 16 };

struct service *family_service(const struct request *request)
{
	return request->context;
}

const struct caller *family_caller(const struct request *request)
{
	return request->caller;
}

/* A handler's job on its way through the store. */
struct errand {
	const struct caller *caller;
	family_job *job;
	void *argument;
};

static enum problem run_errand(struct db *db, void *argument)
{
	const struct errand *errand = argument;
	struct caller caller;
	enum problem problem;

	if (errand->caller == NULL)
		return errand->job(db, NULL, errand->argument);
	problem = device_authenticate(db, &errand->caller->token, &caller);
	return problem == PROBLEM_NONE ? errand->job(db, &caller, errand->argument) : problem;
}

enum problem family_read(const struct request *request, family_job *job, void *argument)
{
	struct errand errand = {family_caller(request), job, argument};

	return store_read(family_service(request)->store, run_errand, &errand);
}

enum problem family_write(const struct request *request, family_job *job, void *argument)
{
	struct errand errand = {family_caller(request), job, argument};

	return store_write(family_service(request)->store, run_errand, &errand);
}

/* ----- what the server calls ----- */

static enum problem look_up(struct db *db, void *argument)
{
	struct caller *caller = argument;
	struct secret_hash token = caller->token;

	return device_authenticate(db, &token, caller);
}

static enum problem settle(struct db *db, void *argument)
{
	struct caller *caller = argument;
	struct secret_hash token = caller->token;
	enum problem problem = device_authenticate(db, &token, caller);

	return problem == PROBLEM_NONE ? device_settle(db, caller) : problem;
}

static enum problem authenticate(
    void *context, struct arena *arena, const char *token, struct bearer *bearer)
{
	struct service *service = context;
	struct caller *caller = arena_alloc(arena, sizeof(*caller));
	enum problem problem;

	if (!token_read(token, strlen(token), &caller->token))
		return PROBLEM_TOKEN_MALFORMED;
	problem = store_read(service->store, look_up, caller);
	if (problem != PROBLEM_NONE)
		return problem;
	*bearer = (struct bearer){caller, caller->account};
	/* A rare write: a token's first use, or an account's first use in a week. */
	if (caller->token_waits || caller->account_idle)
		problem = store_write(service->store, settle, caller);
	/* What cannot be noted now is noted at the next request: a full disk keeps nobody from reading. */
	return problem == PROBLEM_UNAVAILABLE ? PROBLEM_NONE : problem;
}

static enum problem write_nothing(struct db *db, void *argument)
{
	(void)db;
	(void)argument;
	return PROBLEM_NONE;
}

/*
 * Ready is who can read the store; that the writer comes back at all is asked along with it. An empty
 * transaction leaves nothing in the log of pages, and where there is no turn to be had it ends in time.
 */
static bool pulse(void *context)
{
	struct service *service = context;
	enum problem can_read = health_of_store(service->store);
	enum problem can_write = store_write(service->store, write_nothing, NULL);

	(void)can_write;
	return can_read == PROBLEM_NONE;
}

/* ----- start ----- */

/* Gives up what a family does not need. Where its files and its socket are, the settings say. */
static bool close_down(const struct settings *settings, const char *const *reads)
{
	char *database = strdup(settings->database);
	struct sandbox_place places[PLACES_MAX] = {
	    {.path = settings->socket_dir, .may_write = true},
	    {.path = settings->metrics_dir, .may_write = true},
	    {.path = "/dev/urandom"}, /* SQLite's randomness */
	    {.path = "/proc/self"},   /* what the process itself takes */
	};
	size_t count = 4;
	bool is_closed;

	if (database == NULL)
		log_out_of_memory();
	places[count++] = (struct sandbox_place){.path = dirname(database), .may_write = true};
	for (; reads != NULL && *reads != NULL && count < PLACES_MAX; reads++)
		places[count++] = (struct sandbox_place){.path = *reads};
	is_closed = sandbox_enter(places, count);
	free(database);
	return is_closed;
}

/* With everything around it that was opened; closes none of it. */
static int run(struct service *service, const struct server *server, sweep_upkeep *upkeep)
{
	/* Each may hold a thread while its client reads; nobody waits for one. */
	static const struct seats_plan large_exports = {.threads = 4, .per_holder = 1};
	const struct sweep_plan plan = {service->store, server->family->meter, upkeep};
	struct sweep *sweep = NULL;
	int status = EXIT_FAILURE;

	guessing_init(&service->guessing, service->settings.wrong_codes_per_10_min);
	service->large_exports = seats_new(&large_exports);
	exchange_name_routes(server->family);
	meter_publish(server->family->meter);
	if (sweep_start(&plan, &sweep) == PROBLEM_NONE)
		status = server_run(server);
	sweep_stop(sweep);
	seats_free(service->large_exports);
	return status;
}

static int serve(struct service *service, struct family *family, const struct family_plan *plan)
{
	char path[4096];
	struct supervisor supervisor;
	struct server server = {
	    .family = family,
	    .socket_path = path,
	    .threads = plan->threads,
	    .supervisor = &supervisor,
	    .pulse = pulse,
	};
	struct store_options options = settings_store(&service->settings);
	int status = EXIT_FAILURE;

	options.scrub = true;
	if (service->settings.threads > 0)
		server.threads = (int)service->settings.threads;
	snprintf(path, sizeof(path), "%s/%s.sock", service->settings.socket_dir, family->name);
	supervisor_find(&supervisor);
	if (!close_down(&service->settings, plan->reads))
		return EXIT_FAILURE;
	family->meter = options.meter = meter_open(service->settings.metrics_dir, family->name);
	if (store_open(&options, &service->store) == PROBLEM_NONE)
		status = run(service, &server, plan->upkeep);
	store_close(service->store);
	meter_close(family->meter);
	return status;
}

static int usage(const char *name)
{
	fprintf(stderr, "usage: %s.fcgi [-n] [-c file]\n", name);
	return STATUS_WRONG_USAGE;
}

int family_main(int argc, char **argv, const struct family_plan *plan)
{
	struct service service = {0};
	struct family family = {
	    .name = plan->name,
	    .prefix = plan->prefix,
	    .routes = plan->routes,
	    .route_count = plan->route_count,
	    .pages = plan->pages,
	    .page_count = plan->page_count,
	    .context = &service,
	    .authenticate = authenticate,
	};
	const char *config = NULL;
	bool only_check = false;
	int option;

	while ((option = getopt(argc, argv, "c:n")) != -1) {
		switch (option) {
		case 'c':
			config = optarg;
			break;
		case 'n':
			only_check = true;
			break;
		default:
			return usage(plan->name);
		}
	}
	if (optind != argc)
		return usage(plan->name);
	umask(0077);
	if (!settings_load(config, &service.settings))
		return EXIT_FAILURE;
	if (only_check)
		return EXIT_SUCCESS;
	if (!secret_init()) {
		log_line("there is no source of randomness");
		return EXIT_FAILURE;
	}
	return serve(&service, &family, plan);
}
