#ifndef ADMIN_DOCTOR_H
#define ADMIN_DOCTOR_H

#include "admin/admin.h"

/*
 * What `doctor` looks at, each a function that says what it found: one line a finding, of one of three
 * kinds, and where something is wrong, what to do about it.
 */
enum doctor_finding {
	DOCTOR_GOOD,
	DOCTOR_UNKNOWN, /* it could not be looked at, or is worth knowing */
	DOCTOR_WRONG,
};

/* Prints a finding and counts those that are wrong. */
void doctor_say(enum doctor_finding finding, const char *format, ...)
    __attribute__((nonnull(2), format(printf, 2, 3)));
int doctor_wrongs(void) __attribute__((warn_unused_result));

/* doctor_store.c */
void doctor_look_at_files(const struct admin *admin) __attribute__((nonnull));
void doctor_look_at_database(const struct admin *admin) __attribute__((nonnull));
void doctor_look_at_backups(const struct admin *admin) __attribute__((nonnull));

/* doctor_site.c */
void doctor_look_at_sockets(const struct admin *admin) __attribute__((nonnull));
void doctor_look_at_nginx(const struct admin *admin) __attribute__((nonnull));

#endif
