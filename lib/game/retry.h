#ifndef GAME_RETRY_H
#define GAME_RETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/problem.h"
#include "game/device.h"
#include "store/db.h"

extern const struct statement_table retry_statements;

/*
 * Requests that make a device, repeated because their reply was lost.
 *
 * A client draws a random identifier, stores it, and sends it along (`request`). For some minutes the server
 * knows which device that made, so that the same request again makes no second device, uses up no second code
 * and opens no second account. Only the hash of the identifier is stored, beside a hash of everything that
 * the request asked for: whoever asks for something else under it is refused.
 *
 * What an attacker would try: to get a token of somebody's device by repeating their request. The identifier
 * has 128 random bits, is bound to the device whose token came along, and stops when the device is revoked.
 */
enum { REQUEST_B = 16, RETRY_TTL_S = 600 };

/* Everything that a request asks for. Two that differ in any of it are different requests. */
struct retry {
	const uint8_t
	    *request; /* REQUEST_B bytes; NULL: none was sent, and nothing is looked for or kept */
	const char *route;           /* a name for it, the same for each use of the route */
	const struct caller *caller; /* whose token came along; NULL: none did */
	enum device_kind kind;
	bool merge;
	const uint8_t *code; /* NULL: the route takes none */
	size_t code_length;
};

/*
 * Looks for the device that the same request has made, or for which it has merged. Inside a transaction.
 * *device is 0 where there is none: the request is a new one, or it was made too long ago.
 * PROBLEM_REQUEST_REUSED  the identifier was used for something else
 * PROBLEM_TOKEN_REVOKED   the device was revoked meanwhile
 */
enum problem retry_find(struct db *db, const struct retry *retry, int64_t *device)
    __attribute__((nonnull, warn_unused_result));

/*
 * Keeps what a request has made, until expires_s (seconds since 1970-01-01 UTC). Inside a write transaction.
 */
enum problem retry_keep(struct db *db, const struct retry *retry, int64_t account, int64_t device,
    int64_t expires_s) __attribute__((nonnull, warn_unused_result));

#endif
