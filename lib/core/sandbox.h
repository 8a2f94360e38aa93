#ifndef CORE_SANDBOX_H
#define CORE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What this process gives up before it meets a stranger, whoever started it and how: whatever somebody
 * makes it do by a fault of ours or of a library, it runs no program, forks no process, makes no code,
 * reaches no network, and opens no file but those that are named here. It cannot be taken back, and holds
 * for every thread that starts later.
 */
struct sandbox_place {
	const char *
	    path; /* a file, or a folder with all that is in it; one that is not there is nothing */
	bool may_write; /* and make, replace and remove files and sockets in it */
};

/*
 * Gives it up. To be called before threads start, since some of it holds for the calling thread and its
 * children only.
 * False after a line in the log: it could not be done, and the process must not go on. A kernel without
 * Landlock (before 5.13, or booted without it), or a container that has none of it, is told apart: there
 * files stay open to the process as they are to its user, which is said in the log.
 */
bool sandbox_enter(const struct sandbox_place *places, size_t count)
    __attribute__((nonnull, warn_unused_result));

/* A sanitizer does what no program of ours may: built with one, a process gives up nothing. */
#ifdef SANITIZED
enum { SANDBOX_IS_OFF = 1 };
#else
enum { SANDBOX_IS_OFF = 0 };
#endif

#endif
