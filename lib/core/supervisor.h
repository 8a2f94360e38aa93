#ifndef CORE_SUPERVISOR_H
#define CORE_SUPERVISOR_H

#include <stdbool.h>

/*
 * Who started this process and wants to hear from it: systemd, for units of Type=notify, or whoever else
 * speaks its protocol (sd_notify(3)). That is a datagram of a few words to the socket that NOTIFY_SOCKET
 * names, and not worth a library. Where nobody asked, nobody is told.
 */
struct supervisor {
	int fd;       /* -1: there is none */
	long beat_ms; /* how often it wants to hear that the process lives; 0: it does not ask */
};

/*
 * Finds out who that is. To be called once at start, before the process gives up its right to make
 * sockets. One that cannot be reached is logged, and counts as none: people are served without it.
 */
void supervisor_find(struct supervisor *supervisor) __attribute__((nonnull));

/* Tells it. state: "READY=1", "WATCHDOG=1", "STOPPING=1". What does not arrive is the supervisor's to notice. */
void supervisor_tell(const struct supervisor *supervisor, const char *state)
    __attribute__((nonnull));

#endif
