#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "core/supervisor.h"
#include "http/route.h"

/*
 * The process of a family: worker threads that take FastCGI connections from one listening socket,
 * one request a connection.
 */
struct server {
	const struct family *family;
	const char
	    *socket_path; /* where to listen unless file descriptor 0 is a listening socket */
	int threads;
	const struct supervisor *supervisor; /* told of the start and the end; NULL: nobody is */

	/*
	 * Does what the family rests on answer? Asked with the family's context, on the main thread, before
	 * the supervisor is told that the service is ready, and at each beat. Whatever the answer, the service
	 * lives as long as there is one: what a restart would not mend is no reason for one. NULL: always.
	 */
	bool (*pulse)(void *context);
};

/*
 * Serves until SIGTERM or SIGINT; then takes no further connection, finishes what was taken, and
 * returns 0. Returns 1 when it could not start, after a line in the log.
 * The socket file is created with the process's umask, and an old one at that path is replaced; anything
 * else at that path is refused. Connections that wait on a socket of our own are answered before the
 * end; on an inherited one they are left to whoever inherits it next. One server at a time a process:
 * it takes the handlers of SIGTERM, SIGINT and SIGPIPE.
 */
int server_run(const struct server *server) __attribute__((nonnull, warn_unused_result));

#endif
