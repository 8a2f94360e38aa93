#ifndef ADMIN_COMMANDS_H
#define ADMIN_COMMANDS_H

#include "admin/admin.h"

/*
 * The commands. breathctl(8) says what each does; all return its exit status, or ADMIN_WRONG_USAGE.
 */

/* schema.c: one write each */
int command_init(const struct admin *admin) __attribute__((nonnull));
int command_migrate(const struct admin *admin) __attribute__((nonnull));
int command_epoch(const struct admin *admin) __attribute__((nonnull));

/* inspect.c: reads */
int command_check(const struct admin *admin) __attribute__((nonnull));
int command_stats(const struct admin *admin) __attribute__((nonnull));

/* purge.c: many short writes */
int command_purge(const struct admin *admin) __attribute__((nonnull));

/* backup.c */
int command_backup(const struct admin *admin) __attribute__((nonnull));

/* restore.c */
int command_restore(const struct admin *admin) __attribute__((nonnull));

/* probe.c */
int command_probe(const struct admin *admin) __attribute__((nonnull));

/* move.c */
int command_export(const struct admin *admin) __attribute__((nonnull));
int command_import(const struct admin *admin) __attribute__((nonnull));

/* doctor.c */
int command_doctor(const struct admin *admin) __attribute__((nonnull));

/* effective.c */
int command_config(const struct admin *admin) __attribute__((nonnull));

/* boards.c */
int command_boards(const struct admin *admin) __attribute__((nonnull));
int command_moderate(const struct admin *admin) __attribute__((nonnull));

#endif
