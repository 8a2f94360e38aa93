#ifndef FAMILY_MEASURES_H
#define FAMILY_MEASURES_H

#include "core/day.h"
#include "core/problem.h"
#include "family/families.h"
#include "game/latency.h"
#include "game/satisfaction.h"
#include "game/uptime.h"
#include "http/reply.h"
#include "store/db.h"

/*
 * By what the service is to be judged: whether it is there, fast and small, and whether people come and are
 * content. Anybody may read these, so they are of whole days that are over, or of closed weeks where they are
 * about people (rule P7): whoever looks every minute sees nobody come and go. The exceptions are whether
 * the service is there, and how large it is in whole megabytes.
 */
struct measures {
	day_t today;
	struct uptime uptime;   /* of the last MEASURES_DAYS days, today among them */
	struct latency latency; /* of as many days before today */

	bool any_closed;       /* else what follows is nothing */
	int32_t closed;        /* the newest closed week */
	int64_t offers;        /* in the newest block of MEASURES_WEEKS closed weeks */
	int64_t accounts;      /* that were opened in a browser then */
	int64_t daily_minutes; /* of everybody, on a day of the newest closed week; 0: not told */
	struct satisfaction satisfaction; /* of the last year */
};

enum {
	MEASURES_DAYS = 30,
	MEASURES_WEEKS = 4,
	MEASURES_REQUESTS_MIN = 100, /* below it nobody can say how fast the service is */
};

/* What is wanted of the service. */
enum { TARGET_UPTIME_HUNDREDTHS = 9990, TARGET_LATENCY_US = 100000, TARGET_MEMORY_MB = 50 };

/* Loads what the store knows. Inside the caller's transaction. */
enum problem measures_load(struct db *db, struct arena *arena, struct measures *measures)
    __attribute__((nonnull, warn_unused_result));

/* All of it beside what is wanted, as the API's JSON, which the caller owns. */
struct json_object *measures_render(
    const struct measures *measures, const struct family_metrics families[FAMILIES])
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

#endif
