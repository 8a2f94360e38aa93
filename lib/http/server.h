#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

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
