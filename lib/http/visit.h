#ifndef HTTP_VISIT_H
#define HTTP_VISIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/seats.h"
#include "http/route.h"

/*
 * A connection with its one request, from the first byte of FastCGI to the last one of the answer. Between
 * visit_begin and visit_end it may wait for its holder's share of the threads (core/seats.h) and go on in another
 * thread; at any time one thread has it.
 */
struct visit;

/* A visit without a connection. The caller owns it: visit_free. */
struct visit *visit_new(void) __attribute__((returns_nonnull, warn_unused_result));
void visit_free(struct visit *visit) __attribute__((nonnull));

/* What stands for the visit in a queue, and back. */
struct seats_waiter *visit_waiter(struct visit *visit)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));
struct visit *visit_of(struct seats_waiter *waiter)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/*
 * Reads the request of a connection, which is the visit's from now on. Returns false if there is none: the
 * connection is closed, and the visit is free for another one.
 */
bool visit_receive(struct visit *visit, int connection)
    __attribute__((nonnull, warn_unused_result));

/* Begins the request (exchange_begin). Returns its holder, 0 for none. visit_end must follow. */
int64_t visit_begin(struct visit *visit, const struct family *family)
    __attribute__((nonnull, warn_unused_result));

/* Refuses the request, because its holder has too many under way; visit_end tells the client. */
void visit_refuse(struct visit *visit) __attribute__((nonnull));

/*
 * Answers the request and closes the connection; the visit is free for another one. A request that had to wait for
 * longer than a client has patience is refused.
 */
void visit_end(struct visit *visit) __attribute__((nonnull));

#endif
