#ifndef CORE_PROBLEM_H
#define CORE_PROBLEM_H

/*
 * Everything that can go wrong with a request, in one list. Each layer returns a value of this
 * enum, PROBLEM_NONE for success; the table gives what the client is told. What must not be told
 * (a path, an engine's message) goes to the log where it happens.
 */
enum problem {
	PROBLEM_NONE = 0,

	PROBLEM_MALFORMED_JSON,   /* no JSON by RFC 8259, or deeper or larger than a reader takes */
	PROBLEM_DUPLICATE_MEMBER, /* an object has a member twice */
	PROBLEM_BODY_UNEXPECTED,  /* a body that is not empty, of a route that takes none */
	PROBLEM_BAD_REQUEST,      /* the query string, or the length of the body, cannot be read */

	PROBLEM_TOKEN_MISSING,
	PROBLEM_TOKEN_MALFORMED,
	PROBLEM_TOKEN_UNKNOWN, /* never issued here, or its account was erased */
	PROBLEM_TOKEN_REVOKED, /* its device was revoked, or a newer token took its place */
	PROBLEM_RECOVERY_UNKNOWN,

	PROBLEM_WITHHELD, /* an administrator keeps the account off public boards */

	PROBLEM_NOT_FOUND, /* no such route */
	PROBLEM_UNKNOWN_CODE,
	PROBLEM_UNKNOWN_DEVICE,
	PROBLEM_UNKNOWN_IMPORT,
	PROBLEM_UNKNOWN_SHARE, /* there is no such share, or no longer, or it is another account's */
	PROBLEM_NOT_ON_BOARD, /* the account is not on public boards, or not among what is kept of one */
	PROBLEM_METHOD,

	PROBLEM_DEVICE_FORKED,   /* another copy of this device has pushed */
	PROBLEM_MERGE_NEEDED,    /* two accounts would become one, and nobody agreed to it */
	PROBLEM_REQUEST_REUSED,  /* its identifier was used for another request */
	PROBLEM_QUOTA,           /* the account has as many of these as it may have */
	PROBLEM_PRACTICE_NEEDED, /* the account has not practised on enough days for this */
	PROBLEM_ALREADY_RATED,   /* the account has rated this year */
	PROBLEM_TOO_MANY_DAYS,   /* the account would hold more days than an account may */

	PROBLEM_BODY_TOO_LARGE,
	PROBLEM_MEDIA_TYPE,

	PROBLEM_UNKNOWN_MEMBER,
	PROBLEM_MISSING_MEMBER,
	PROBLEM_WRONG_TYPE,
	PROBLEM_RANGE,
	PROBLEM_BAD_VALUE, /* text of another form than the member has */
	PROBLEM_DAY_TWICE,
	PROBLEM_CLOCK_OFF,
	PROBLEM_CHECKSUM, /* a recovery code that was mistyped */

	PROBLEM_TOO_MANY, /* a rate limit */
	PROBLEM_ACCOUNTS_EXHAUSTED,
	PROBLEM_DAY_EXHAUSTED, /* as many as a day takes have come, from everybody together */
	PROBLEM_NETWORK_EXHAUSTED, /* as many as a day takes from one network have come from the client's */

	PROBLEM_INTERNAL, /* a fault of ours; the log says which */
	PROBLEM_STORE_FULL, /* the store takes nothing new until there is room; what is there may change */
	PROBLEM_UNAVAILABLE, /* busy, or the disk is full: nothing was stored, try again */

	PROBLEM_COUNT
};

struct problem_row {
	int status;        /* of HTTP */
	const char *code;  /* stable, for programs */
	const char *title; /* one line, for people */
};

/* The row of a problem other than PROBLEM_NONE. Borrowed, constant. */
const struct problem_row *problem_row(enum problem problem)
    __attribute__((returns_nonnull, warn_unused_result));

#endif
