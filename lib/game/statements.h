#ifndef GAME_STATEMENTS_H
#define GAME_STATEMENTS_H

#include "store/db.h"

/* Every statement table of the product, for the test that walks them all. NULL-terminated. */
extern const struct statement_table *const game_statements[];

#endif
