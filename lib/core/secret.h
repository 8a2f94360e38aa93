#ifndef CORE_SECRET_H
#define CORE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Random secrets and how they rest: only their hashes are ever stored (rule P4). The randomness,
 * the hash (BLAKE2b) and the encodings are libsodium's.
 *
 * Tokens and recovery codes hold 128 bits and more, so a plain hash is enough: there is nothing to
 * guess. Pairing codes hold 40 bits and live for ten minutes; their guesses are limited elsewhere.
 */
enum {
	SECRET_HASH_B = 32,
	TOKEN_B = 32,
	TOKEN_TEXT_B = 3 + 43 + 1, /* "bm_", base64url without padding, NUL */
	UUID_B = 16,
	UUID_TEXT_B = 37,
};

/* What a secret is for. Part of its hash, so that none passes for another kind. */
enum secret_kind { SECRET_TOKEN, SECRET_RECOVERY, SECRET_PAIRING, SECRET_REQUEST };

struct secret_hash {
	uint8_t bytes[SECRET_HASH_B];
};

/* To be called once, before any other function here and before threads start. False: no randomness. */
bool secret_init(void) __attribute__((warn_unused_result));

/* Fills into with random bytes. */
void secret_random(void *into, size_t length) __attribute__((nonnull));

/* A random number below bound, all equally likely. */
uint32_t secret_random_below(uint32_t bound) __attribute__((warn_unused_result));

/* The hash under which a secret is stored and looked up. */
struct secret_hash secret_hash(enum secret_kind kind, const void *bytes, size_t length)
    __attribute__((nonnull));

/* Makes a fresh token as its bearer shows it. */
void token_make(char text[TOKEN_TEXT_B]) __attribute__((nonnull));

/* The hash of a token of length bytes. False when the text has not a token's form. */
bool token_read(const char *text, size_t length, struct secret_hash *hash)
    __attribute__((nonnull, warn_unused_result));

/* A random UUID (version 4), as bytes. */
void uuid_make(uint8_t uuid[UUID_B]) __attribute__((nonnull));

/* Writes a UUID in lower case. Returns text. */
char *uuid_format(const uint8_t uuid[UUID_B], char text[UUID_TEXT_B]) __attribute__((nonnull));

/* Reads a UUID in lower case, exactly length bytes. False for anything else. */
bool uuid_parse(const char *text, size_t length, uint8_t uuid[UUID_B])
    __attribute__((nonnull, warn_unused_result));

/* Writes 2 * length lower-case hex digits and a NUL. Returns text. */
char *hex_format(const uint8_t *bytes, size_t length, char *text) __attribute__((nonnull));

/* Reads exactly 2 * length lower-case hex digits. False for anything else. */
bool hex_parse(const char *text, size_t text_length, uint8_t *bytes, size_t length)
    __attribute__((nonnull, warn_unused_result));

#endif
