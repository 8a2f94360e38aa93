#ifndef ADMIN_VERIFY_H
#define ADMIN_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/problem.h"
#include "store/db.h"

/*
 * Everything that can be found wrong with a database by looking at it: what `check` prints, and what a
 * backup and a restore ask of a file before they rely on it.
 */
struct verdict {
	int damage; /* findings of the engine: the file itself is not whole */
	int findings; /* derived figures that are not as counted; the rows themselves can be relied on */
	int schema;       /* the number of its newest migration */
	bool is_counted;  /* the schema is this program's, so that figures could be counted */
	int64_t accounts; /* 0 unless counted */
};

/*
 * Looks at a database and prints each finding. A file that is damaged is not counted. Any connection,
 * inside a read transaction; takes as long as reading the whole file.
 */
enum problem verify(struct db *db, struct verdict *verdict)
    __attribute__((nonnull, warn_unused_result));

/* Only whether the file is whole: the first half. */
enum problem verify_file(struct db *db, struct verdict *verdict)
    __attribute__((nonnull, warn_unused_result));

#endif
