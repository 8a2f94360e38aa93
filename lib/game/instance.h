#ifndef GAME_INSTANCE_H
#define GAME_INSTANCE_H

#include <stddef.h>

#include "store/db.h"

extern const struct statement_table instance_statements;

/*
 * Everything that an instance consists of, table by table, for taking it elsewhere: another machine or
 * another engine. Of the schema's tables all are here but `pairing`, whose codes live for minutes and whose
 * expiries are moments (rule P1).
 */
struct instance_table {
	const char *name;
	const char *columns; /* their names, with ", " between */
	const char *kinds;   /* of the columns, a letter each, as below; each may be null as well */
};

enum instance_kind {
	INSTANCE_INTEGER = 'i',
	INSTANCE_TEXT = 't',
	INSTANCE_BYTES = 'b', /* at most INSTANCE_BYTES_MAX of them */
};

enum { INSTANCE_BYTES_MAX = 2050, INSTANCE_COLUMNS_MAX = 17 };

/* In an order in which each table comes after those that its rows refer to. */
extern const struct instance_table instance_tables[];
extern const size_t instance_table_count;

/* Of a table by its number: reads all rows in the order of their keys; inserts one, a parameter a column. */
const struct statement *instance_read(size_t table)
    __attribute__((returns_nonnull, warn_unused_result));
const struct statement *instance_insert(size_t table)
    __attribute__((returns_nonnull, warn_unused_result));

#endif
