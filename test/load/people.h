#ifndef TEST_LOAD_PEOPLE_H
#define TEST_LOAD_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/secret.h"
#include "game/push.h"
#include "game/totals.h"

/*
 * The people of a load: as many as one wants, each with an account, one device, a month of practice
 * behind them, and one breath more to tell with each push. They differ as people do: most practise
 * now and then and a little, few every day and much.
 *
 * Everything about a person follows from the seed, their number, and from how many of their pushes
 * were answered, which the ledger holds; so whoever has the ledger can go on with a database where
 * another program left it, and knows what each answer must say.
 *
 * Nothing here is secret. A database of such people must never serve anybody else.
 */
enum { PERSON_PAST_DAYS = 30 };

/* A file that is mapped: who pushed how often. It belongs to one database, and is copied with it. */
struct ledger {
	uint64_t seed;
	uint32_t people;         /* numbered from 0 */
	uint32_t public_percent; /* how many of a hundred are on boards */
	day_t day; /* the day on which they practise now; their past ended on the day before */
	uint32_t answered[];
};

/* Both end the program, after a line on standard error, when that is not possible. */
struct ledger *ledger_create(const char *path, const struct ledger *head)
    __attribute__((nonnull, returns_nonnull));
struct ledger *ledger_open(const char *path) __attribute__((nonnull, returns_nonnull));

/* Sixty-four bits that look random and are the same each time, for one purpose of a person. */
uint64_t person_bits(const struct ledger *ledger, uint32_t person, uint64_t purpose)
    __attribute__((nonnull));

void person_uid(const struct ledger *ledger, uint32_t person, uint64_t purpose, uint8_t uid[UUID_B])
    __attribute__((nonnull));
void person_token(const struct ledger *ledger, uint32_t person, char text[TOKEN_TEXT_B])
    __attribute__((nonnull));

/* Is the person on boards, and by which place? No two people have the same one. */
bool person_is_public(const struct ledger *ledger, uint32_t person) __attribute__((nonnull));
int64_t person_place(const struct ledger *ledger, uint32_t person) __attribute__((nonnull));

/*
 * What they practised on a day of the past, 1 to PERSON_PAST_DAYS days ago, and on all of them. On the
 * first everybody practised, on others all totals may be 0.
 */
struct totals person_past_day(const struct ledger *ledger, uint32_t person, int days_ago)
    __attribute__((nonnull));
struct totals person_past(const struct ledger *ledger, uint32_t person) __attribute__((nonnull));

/* What they have practised today by their nth push, from 1 on. */
struct totals person_today(uint32_t nth);

/* The nth push of a person; the first comes after none. */
struct person_push {
	uint8_t id[PUSH_ID_B];
	uint8_t after[PUSH_ID_B];
	bool has_after;
	struct day_totals day;
};
struct person_push person_push(const struct ledger *ledger, uint32_t person, uint32_t nth)
    __attribute__((nonnull));

/* Whose turn it is: each of several clients goes round a share of the people that is its own. */
struct share {
	uint32_t
	    first; /* the shares of all clients interleave, so that each spreads over everybody */
	uint32_t step;
	uint32_t size;
	uint32_t next;
};
struct share share_of(const struct ledger *ledger, int client, int clients, uint32_t size)
    __attribute__((nonnull));
uint32_t share_next(struct share *share) __attribute__((nonnull));

#endif
