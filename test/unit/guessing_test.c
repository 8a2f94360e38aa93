/* Wrong codes: who has to wait because of whom. */
#include "family/guessing.h"

#include "check.h"

static struct guessing guessing;

static bool must_wait(int slot, int64_t account)
{
	int wait_s = 0;
	bool waits = guessing_must_wait(&guessing, slot, account, &wait_s);

	CHECK(!waits || (wait_s >= 1 && wait_s <= 600));
	return waits;
}

static void count(int times, int slot, int64_t account)
{
	for (int i = 0; i < times; i++)
		guessing_count(&guessing, slot, account);
}

static void a_network_that_tries_keeps_no_other_waiting(void)
{
	guessing_init(&guessing, 1000);
	count(20, 17, 0);
	CHECK(must_wait(17, 0));
	CHECK(must_wait(17, 4));
	CHECK(!must_wait(18, 0));
	CHECK(!must_wait(SLOT_NONE, 0));
}

static void an_account_that_tries_from_everywhere_keeps_no_other_waiting(void)
{
	guessing_init(&guessing, 1000);
	for (int i = 0; i < 20; i++)
		count(1, i, 4);
	CHECK(must_wait(100, 4));
	CHECK(!must_wait(100, 5));
	CHECK(!must_wait(0, 0));
}

static void all_together_have_a_bound(void)
{
	guessing_init(&guessing, 1000);
	for (int i = 0; i < 100; i++)
		count(10, i, 0);
	CHECK(must_wait(200, 0));
	CHECK(must_wait(200, 9));
	CHECK(must_wait(SLOT_NONE, 0));
}

static void where_nothing_is_known_only_the_whole_counts(void)
{
	guessing_init(&guessing, 1000);
	count(999, SLOT_NONE, 0);
	CHECK(!must_wait(SLOT_NONE, 0));
	CHECK(!must_wait(0, 1));
	count(2, SLOT_NONE, 0);
	CHECK(must_wait(SLOT_NONE, 0));
}

int main(void)
{
	CASE(a_network_that_tries_keeps_no_other_waiting);
	CASE(an_account_that_tries_from_everywhere_keeps_no_other_waiting);
	CASE(all_together_have_a_bound);
	CASE(where_nothing_is_known_only_the_whole_counts);
	return check_end();
}
