#include "people.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PURPOSE_KEENNESS = 10,
	PURPOSE_PUBLIC = 11,
	PURPOSE_TOKEN = 1000,
	PURPOSE_PAST = 2000, /* two each day */
};

/* Of pushes; above everything else, since there is no end of them. */
#define PURPOSE_PUSH (UINT64_C(1) << 32)

static struct ledger *map(const char *path, int flags, size_t size)
{
	int fd = open(path, flags, 0600);
	struct stat file;
	void *mapped = MAP_FAILED;

	if (fd >= 0 && (size == 0 || ftruncate(fd, (off_t)size) == 0) && fstat(fd, &file) == 0)
		mapped =
		    mmap(NULL, (size_t)file.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mapped == MAP_FAILED) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	close(fd);
	return mapped;
}

struct ledger *ledger_create(const char *path, const struct ledger *head)
{
	struct ledger *ledger = map(path, O_RDWR | O_CREAT | O_TRUNC,
	    sizeof(*ledger) + head->people * sizeof(ledger->answered[0]));

	*ledger = *head;
	return ledger;
}

struct ledger *ledger_open(const char *path)
{
	return map(path, O_RDWR, 0);
}

/* SplitMix64 (G. Steele, D. Lea, C. Flood: Fast splittable pseudorandom number generators, 2014). */
static uint64_t mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

uint64_t person_bits(const struct ledger *ledger, uint32_t person, uint64_t purpose)
{
	return mix(mix(mix(ledger->seed) ^ person) ^ purpose);
}

/* From 0 on, below 1. */
static double person_share(const struct ledger *ledger, uint32_t person, uint64_t purpose)
{
	return (double)(person_bits(ledger, person, purpose) >> 11) * 0x1p-53;
}

void person_uid(const struct ledger *ledger, uint32_t person, uint64_t purpose, uint8_t uid[UUID_B])
{
	uint64_t bits[2] = {
	    person_bits(ledger, person, purpose), person_bits(ledger, person, purpose + 1)};

	memcpy(uid, bits, UUID_B);
	/* A random one, says its form. */
	uid[6] = (uint8_t)((uid[6] & 0x0f) | 0x40);
	uid[8] = (uint8_t)((uid[8] & 0x3f) | 0x80);
}

void person_token(const struct ledger *ledger, uint32_t person, char text[TOKEN_TEXT_B])
{
	uint64_t bits[TOKEN_B / sizeof(uint64_t)];

	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		bits[i] = person_bits(ledger, person, PURPOSE_TOKEN + i);
	memcpy(text, "bm_", 3);
	sodium_bin2base64(text + 3, TOKEN_TEXT_B - 3, (const unsigned char *)bits, sizeof(bits),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool person_is_public(const struct ledger *ledger, uint32_t person)
{
	return person_bits(ledger, person, PURPOSE_PUBLIC) % 100 < ledger->public_percent;
}

int64_t person_place(const struct ledger *ledger, uint32_t person)
{
	/* An odd factor makes of different numbers different ones, among those of 48 bits. */
	return (
	    int64_t)((mix(ledger->seed) | 1) * (person + UINT64_C(1)) & ((UINT64_C(1) << 48) - 1));
}

/*
 * How keen somebody is decides how often they practise and how much: on a quarter of the days to all of
 * them, and from five breaths to some hundreds, half of the people below forty.
 */
struct totals person_past_day(const struct ledger *ledger, uint32_t person, int days_ago)
{
	uint64_t purpose = PURPOSE_PAST + 2 * (uint64_t)days_ago;
	double keenness = person_share(ledger, person, PURPOSE_KEENNESS);
	double typical = 5 + 500 * keenness * keenness * keenness * keenness;
	int64_t cycles = (int64_t)(typical * (0.5 + person_share(ledger, person, purpose)));

	if (days_ago != PERSON_PAST_DAYS &&
	    person_share(ledger, person, purpose + 1) > 0.25 + 0.75 * keenness)
		return (struct totals){0};
	return (struct totals){
	    .xp = cycles, .minutes = cycles / 6, .sessions = 1 + cycles / 30, .cycles = cycles};
}

struct totals person_past(const struct ledger *ledger, uint32_t person)
{
	struct totals sum = {0};

	for (int ago = 1; ago <= PERSON_PAST_DAYS; ago++) {
		struct totals day = person_past_day(ledger, person, ago);

		totals_add(&sum, &day);
	}
	return sum;
}

static int64_t at_most(int64_t value, int64_t max)
{
	return value < max ? value : max;
}

struct totals person_today(uint32_t nth)
{
	return (struct totals){
	    .xp = nth,
	    .minutes = at_most(nth / 6, DAY_MINUTES_MAX),
	    .sessions = at_most(1 + nth / 30, DAY_SESSIONS_MAX),
	    .cycles = nth,
	};
}

static void push_id(
    const struct ledger *ledger, uint32_t person, uint32_t nth, uint8_t id[PUSH_ID_B])
{
	uint64_t bits = person_bits(ledger, person, PURPOSE_PUSH + nth);

	memcpy(id, &bits, PUSH_ID_B);
}

struct person_push person_push(const struct ledger *ledger, uint32_t person, uint32_t nth)
{
	struct person_push push = {.has_after = nth > 1};

	push_id(ledger, person, nth, push.id);
	push_id(ledger, person, nth - 1, push.after);
	push.day = (struct day_totals){ledger->day, person_today(nth)};
	return push;
}

struct share share_of(const struct ledger *ledger, int client, int clients, uint32_t size)
{
	uint32_t step = ledger->people / ((uint32_t)clients * size);

	if (step == 0) {
		fprintf(stderr, "%u people are too few for %d clients with %u each\n",
		    ledger->people, clients, size);
		exit(EXIT_FAILURE);
	}
	return (struct share){
	    .first = (uint32_t)client * step,
	    .step = (uint32_t)clients * step,
	    .size = size,
	};
}

uint32_t share_next(struct share *share)
{
	uint32_t person = share->first + share->next * share->step;

	share->next = (share->next + 1) % share->size;
	return person;
}
