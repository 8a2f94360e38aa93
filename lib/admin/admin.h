#ifndef ADMIN_ADMIN_H
#define ADMIN_ADMIN_H

#include <stdbool.h>

#include "core/problem.h"
#include "family/settings.h"
#include "store/store.h"

/*
 * What breathctl's commands have in common. A command is a function of one of the files here, declared
 * in commands.h and named in the table of cgi-src/breathctl.c, which has loaded the settings and counted
 * the words before it runs. It speaks to a person: what it found on standard output, what went wrong
 * on standard error.
 *
 * It works beside the running service: what it writes goes through the same fair lock, in transactions
 * short enough that no sync waits for it.
 */
struct admin {
	const struct settings *settings;
	char *const *words; /* what stands behind the command, ended by NULL */
};

/* A command's answer other than EXIT_SUCCESS and EXIT_FAILURE: its words make no sense, show the usage. */
enum { ADMIN_WRONG_USAGE = 2 };

/* Says what went wrong; EXIT_FAILURE. */
int admin_fail(const char *format, ...) __attribute__((nonnull(1), format(printf, 1, 2)));

/* The same where the store has said it in a line of its own; what: "purge". */
int admin_fail_on(const char *what, enum problem problem) __attribute__((nonnull));

/*
 * Root goes on as whom the database's folder belongs to, by user and group: what a command made as root the service
 * could neither read nor replace. False after saying why. Anybody else stays who he is.
 */
bool admin_become_owner(const struct admin *admin) __attribute__((nonnull, warn_unused_result));

/* Opens the store, runs a job that reads, closes. See store_open and store_read; what they say was logged. */
enum problem admin_read(const struct admin *admin, store_job *job, void *argument)
    __attribute__((nonnull(1, 2), warn_unused_result));

/* The same for a job that writes, on a store that is opened as the options say. */
enum problem admin_write(const struct store_options *options, store_job *job, void *argument)
    __attribute__((nonnull(1, 2), warn_unused_result));

/* Prints a finding of a check, and counts it. */
void admin_print_finding(const char *finding) __attribute__((nonnull));
int admin_findings(void) __attribute__((warn_unused_result));

#endif
