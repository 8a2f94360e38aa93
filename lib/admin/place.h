#ifndef ADMIN_PLACE_H
#define ADMIN_PLACE_H

#include <stdbool.h>

#include "admin/admin.h"
#include "core/problem.h"
#include "store/db.h"

/*
 * The place of the database, while another file is being made to take it: by a restore or an import.
 *
 * It is claimed first, which fails as long as anybody uses the database and keeps everybody from it
 * afterwards; the locks say so, not process ids or sockets, which systemd holds also for a service that
 * does not run. The new file is made beside it. Only when that is whole and durable does it take the
 * place, and what was there gets another name. A crash leaves the old database or the new one, never a mixture, of
 * which the worst would be the new file beside the old one's log of pages. So the old log is brought into the old
 * file first; where that is too damaged for it, both are taken away before, and there is a moment without any.
 */
struct place {
	const char *database;
	char *built; /* the path of the new file */
	char *kept;  /* the name that the old one got; NULL: there was none */
	struct turn *turn;
};

/* Claims the place and clears away what an earlier try left. False after lines that say what to do. */
bool place_claim(const struct admin *admin, struct place *place)
    __attribute__((nonnull, warn_unused_result));

/* Puts the built file, which nobody has open, in its place. False after a line in the log. */
bool place_take(struct place *place) __attribute__((nonnull, warn_unused_result));

/* Gives the place back, and removes a built file that did not take it. Accepts a zeroed one. */
void place_release(struct place *place) __attribute__((nonnull));

/* What begins the name of an old database, behind the database's own; a day follows. */
#define PLACE_KEPT ".replaced-"

#endif
