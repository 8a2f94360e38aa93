/* Where somebody stands among equals on a board. */
#include "game/member.h"
#include "game/quota.h"

#include <sodium.h>

#include "check.h"
#include "game/account.h"
#include "temp_store.h"

static struct temp_store temp;

/* Randomness of the test's own: 0x81, 0x82, 0x83 … */
static void fill(void *into, const size_t length)
{
	unsigned char *bytes = into;

	for (size_t i = 0; i < length; i++)
		bytes[i] = (unsigned char)(0x81 + i);
}

static const char *name(void)
{
	return "counted";
}

static uint32_t number(void)
{
	uint32_t value;

	fill(&value, sizeof(value));
	return value;
}

static struct randombytes_implementation counted = {.implementation_name = name,
    .random = number,
    .buf = fill};

static enum problem join(struct db *db, void *argument)
{
	struct account account;
	char recovery_code[RECOVERY_TEXT_B];
	enum problem problem = account_open(db, 1, QUOTA_SLOT_NONE, &account, recovery_code);

	return problem == PROBLEM_NONE ? member_show(db, account.id, true, argument) : problem;
}

/* On a big-endian machine the bytes of a number begin with its sign. */
static void a_place_is_the_same_number_on_every_machine_and_fits_its_check(void)
{
	struct member member = {0};

	randombytes_set_implementation(&counted);
	CHECK_INT_EQ(store_write(temp.store, join, &member), PROBLEM_NONE);
	CHECK_INT_EQ(member.place, INT64_C(0x818283848586));
}

int main(void)
{
	temp_store_open(&temp);
	CASE(a_place_is_the_same_number_on_every_machine_and_fits_its_check);
	temp_store_close(&temp);
	return check_end();
}
