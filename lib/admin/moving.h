#ifndef ADMIN_MOVING_H
#define ADMIN_MOVING_H

#include <stdio.h>

#include "core/problem.h"
#include "store/db.h"

/*
 * A whole instance as lines of JSON, each a value by itself:
 *
 *	{"breath_master":1,"schema":4}               the version of this form, and the number of the schema
 *	{"table":"account","columns":"account, uid"}  what follows are its rows
 *	[1,"0f3a"]                                    a row: numbers, text, bytes in hexadecimal, null
 *	{"end":2}                                     how many rows there were; what has no such line is not whole
 *
 * It is read and written row by row, in memory that does not grow with it.
 */
struct moving {
	FILE *file;
	int64_t rows;
	size_t line; /* the one that was read last, from 1 */
	const char
	    *why; /* why reading it failed, one sentence; NULL: it did not, or the log says it */
};

/* Writes everything. A job for store_read; argument is a struct moving. */
enum problem moving_write(struct db *db, void *argument)
    __attribute__((nonnull, warn_unused_result));

/*
 * Reads everything into an empty database of the program's schema, in the caller's write transaction.
 * PROBLEM_BAD_VALUE  the text is not such a one; moving->line and moving->why say where and why
 * PROBLEM_INTERNAL   a row is one that the schema refuses, after a line in the log; moving->line says which
 */
enum problem moving_read(struct db *db, struct moving *moving)
    __attribute__((nonnull, warn_unused_result));

#endif
