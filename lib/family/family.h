#ifndef FAMILY_FAMILY_H
#define FAMILY_FAMILY_H

#include "core/seats.h"
#include "family/guessing.h"
#include "family/settings.h"
#include "family/sweep.h"
#include "game/device.h"
#include "http/route.h"
#include "store/store.h"

/*
 * What every family's executable is: the place where HTTP, the product and the store meet. A file
 * of cgi-src/ is a table of routes, its handlers, and a call of family_main.
 */

/* The process: shared by all its threads. */
struct service {
	struct settings settings;
	struct store *store;
	struct guessing guessing;
	struct seats *large_exports;
};

/* The process that a request runs in. Borrowed. */
struct service *family_service(const struct request *request)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/* Who asks; NULL where a route takes no token, or none was shown. Borrowed. */
const struct caller *family_caller(const struct request *request)
    __attribute__((nonnull, warn_unused_result));

/*
 * What a handler does with the store, inside one transaction.
 * caller  who asks, found again in this very transaction, since between the first look at the token
 *         and now the device may have been revoked, merged into another account or erased; NULL
 *         where nobody showed a token
 */
typedef enum problem family_job(struct db *db, const struct caller *caller, void *argument);

/*
 * Runs a job in a read transaction. Returns what the job returns, or
 * PROBLEM_TOKEN_UNKNOWN, PROBLEM_TOKEN_REVOKED, PROBLEM_UNAVAILABLE, PROBLEM_INTERNAL without it.
 */
enum problem family_read(const struct request *request, family_job *job, void *argument)
    __attribute__((nonnull(1, 2), warn_unused_result));

/* The same in a write transaction; returns after its COMMIT. What the job refuses, it undoes. */
enum problem family_write(const struct request *request, family_job *job, void *argument)
    __attribute__((nonnull(1, 2), warn_unused_result));

/* What an executable is. All of it is constant and outlives the process's threads. */
struct family_plan {
	const char *name;   /* "sync": of the executable and of its socket */
	const char *prefix; /* "/api/v1/sync" */
	int threads;        /* requests at once, where the configuration does not say */
	const struct route *routes;
	size_t route_count;
	sweep_upkeep *upkeep;      /* NULL: none */
	const struct route *pages; /* beside the API, as in struct family; NULL: none */
	size_t page_count;
	const char *const *reads; /* of the system, by its handlers: paths, then NULL; NULL: none */
};

/*
 * The main function of a family's executable: `NAME.fcgi [-n] [-c FILE]`; -n only checks the
 * configuration.
 * Returns its exit status: 0 after an orderly stop, 1 when it could not start, 2 for wrong usage.
 */
int family_main(int argc, char **argv, const struct family_plan *plan)
    __attribute__((nonnull, warn_unused_result));

#endif
