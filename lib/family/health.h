#ifndef FAMILY_HEALTH_H
#define FAMILY_HEALTH_H

#include "http/route.h"
#include "store/store.h"

/*
 * The route /health, which every family has: who answers at all is alive, who can read the store is ready.
 * breathctl probe asks it.
 */
enum problem health_show(const struct request *request, struct reply *reply)
    __attribute__((nonnull, warn_unused_result));

/* Can the store be read? Returns as store_read does. */
enum problem health_of_store(struct store *store) __attribute__((nonnull, warn_unused_result));

/* Its row, for the table of a family. */
#define HEALTH_ROUTE                                                              \
	{                                                                         \
		METHOD_GET, "/health", NEEDS_NOTHING, 0, NULL, NULL, health_show, \
		    "Whether the executable is alive and can read its store"      \
	}

#endif
