#ifndef FAMILY_FAMILIES_H
#define FAMILY_FAMILIES_H

#include <stdbool.h>

#include "core/metrics.h"

/*
 * The families that there are, for whoever looks at all of them: those who look after the service. Each is
 * a file of cgi-src/, and test/house-rules holds the two against each other.
 */
enum { FAMILIES = 3 };
extern const char *const family_names[FAMILIES];

/* A family, and what its process has counted; nothing where none runs. */
struct family_metrics {
	const char *name;
	bool is_up;
	struct metrics metrics;
};

/* Reads what all of them have counted, from their files in a folder. */
void families_read(const char *folder, struct family_metrics families[FAMILIES])
    __attribute__((nonnull));

#endif
