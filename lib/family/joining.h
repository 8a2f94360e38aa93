#ifndef FAMILY_JOINING_H
#define FAMILY_JOINING_H

#include "family/family.h"

/*
 * What makes a device, or makes one account of two, over HTTP; each a handler as a route's row names it. A
 * client whose reply was lost repeats its request under the same identifier (game/retry.h).
 *
 * What an attacker would try, and where it ends:
 * - to guess pairing codes: wrong ones are limited, for all together and for each who tries (guessing.h);
 * - to merge a stranger's account into one's own: a merge needs a code of the one and a token of the
 *   other, and a `true` that no other route reads;
 * - to repeat somebody's request: its identifier is a secret of 128 bits, of which only a hash is stored.
 */

struct joining_kind {
	int kind; /* index into device_kinds */
};

/* {"device": {"kind": "web"}, "request": "…"}: a body. */
struct joining_device_body {
	const struct joining_kind *device;
	const uint8_t *request; /* NULL: the client will not repeat it */
};
extern const struct shape joining_device;

/* {"code": "…", "device": {"kind": "web"}, "merge": true, "request": "…"}, or with "recovery_code": a body. */
struct joining_code_body {
	const char *code;
	const struct joining_kind *device;
	bool merge;
	const uint8_t *request;
};
extern const struct shape joining_pairing;
extern const struct shape joining_recovery;

enum problem joining_open_account(const struct request *request, struct reply *reply);
enum problem joining_add_device(const struct request *request, struct reply *reply);
enum problem joining_open_pairing(const struct request *request, struct reply *reply);
enum problem joining_redeem(const struct request *request, struct reply *reply);
enum problem joining_recover(const struct request *request, struct reply *reply);

#endif
