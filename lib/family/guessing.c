#include "family/guessing.h"

#include "game/quota.h"

enum { PERIOD_S = 600 };

void guessing_init(struct guessing *guessing, int64_t most)
{
	int64_t share = quota_share(most);

	limit_init(&guessing->all, most, PERIOD_S);
	for (int i = 0; i < SLOTS; i++)
		limit_init(&guessing->by_slot[i], share, PERIOD_S);
	for (int i = 0; i < GUESSING_ACCOUNTS; i++)
		limit_init(&guessing->by_account[i], share, PERIOD_S);
}

static struct limit *limit_of_account(struct guessing *guessing, int64_t account)
{
	return &guessing->by_account[account % GUESSING_ACCOUNTS];
}

bool guessing_must_wait(struct guessing *guessing, int slot, int64_t account, int *wait_s)
{
	return limit_exhausted(&guessing->all, wait_s) ||
	    (slot != SLOT_NONE && limit_exhausted(&guessing->by_slot[slot], wait_s)) ||
	    (account != 0 && limit_exhausted(limit_of_account(guessing, account), wait_s));
}

void guessing_count(struct guessing *guessing, int slot, int64_t account)
{
	limit_take(&guessing->all);
	if (slot != SLOT_NONE)
		limit_take(&guessing->by_slot[slot]);
	if (account != 0)
		limit_take(limit_of_account(guessing, account));
}
