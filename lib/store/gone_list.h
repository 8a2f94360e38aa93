#ifndef STORE_GONE_LIST_H
#define STORE_GONE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/day.h"
#include "core/problem.h"

/*
 * What was erased or revoked, so that a backup that is put back does not bring it back (rule P8).
 *
 * It is a file beside the database, `breath.db.gone`: a line each of the civil day, a letter for the kind of
 * thing, and a hash of its identifier, keyed with `breath.db.gone-key`. Whoever has the list alone can lead
 * no line back to anybody, nor find out whether somebody that they know of is on it; backups hold neither.
 */
enum {
	GONE_ID_MAX_B = 64,
	GONE_HASH_B = 32,
	GONE_KEPT_DAYS = 35, /* longer than any backup may lie about */
};

/* ----- while writing: what a transaction takes away; only engines use this ----- */

/* Zeroed: empty. Grows and is cut like struct counts. */
struct gone_notes {
	struct gone_note *notes;
	size_t count;
	size_t room;
	size_t mark;
};

void gone_notes_free(struct gone_notes *notes) __attribute__((nonnull));
void gone_notes_clear(struct gone_notes *notes) __attribute__((nonnull));
void gone_notes_mark(struct gone_notes *notes) __attribute__((nonnull));
void gone_notes_undo(struct gone_notes *notes) __attribute__((nonnull));

/* See db_note_gone. */
void gone_notes_add(struct gone_notes *notes, char kind, const void *id, size_t length)
    __attribute__((nonnull));

/*
 * Adds the notes to the list of a store, durably, and forgets them. Holding the turn, before COMMIT: a crash
 * between the two leaves a line about something that is still there, which gone_list_compact finds out; the
 * other order would lose the line of something that is not.
 * PROBLEM_UNAVAILABLE after a line in the log: the transaction must be rolled back.
 */
enum problem gone_notes_write(struct gone_notes *notes, const char *store_path)
    __attribute__((nonnull, warn_unused_result));

/* ----- reading: what the list of a store says ----- */

struct gone_list;

/*
 * Loads a list; one that is not there is empty. Holding the turn, or alone. The caller frees it.
 * PROBLEM_UNAVAILABLE  it cannot be read, after a line in the log
 * PROBLEM_INTERNAL     it is damaged, or its key is gone or another one, after a line in the log
 */
enum problem gone_list_load(const char *store_path, struct gone_list **list)
    __attribute__((nonnull, warn_unused_result));
void gone_list_free(struct gone_list *list); /* accepts NULL */

/* How many lines it has; and whether there is such a file. */
size_t gone_list_count(const struct gone_list *list) __attribute__((nonnull));
bool gone_list_exists(const struct gone_list *list) __attribute__((nonnull));

/* Is a thing on the list? */
bool gone_list_has(const struct gone_list *list, char kind, const void *id, size_t length)
    __attribute__((nonnull, warn_unused_result));

/* A thing is still there, so what was to take it away was never committed: its lines go when compacted. */
void gone_list_still_there(struct gone_list *list, char kind, const void *id, size_t length)
    __attribute__((nonnull));

/*
 * Removes from the file the lines of before a day, and those of things that are still there, of those that
 * the list had when it was loaded; what was added since stays. Holding the turn.
 * *dropped  how many lines went
 */
enum problem gone_list_compact(const struct gone_list *list, const char *store_path, day_t before,
    size_t *dropped) __attribute__((nonnull, warn_unused_result));

#endif
