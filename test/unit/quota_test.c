/* The part of a day's allowance that one network may use up. */
#include "game/quota.h"

#include "check.h"

static void a_share_is_two_in_a_hundred_and_a_handful_at_least(void)
{
	static const struct {
		int64_t max, share;
	} rows[] = {
	    {0, 0},
	    {1, 1},
	    {4, 4},
	    {5, 5},
	    {6, 5},
	    {250, 5},
	    {251, 6},
	    {1000, 20},
	    {10000, 200},
	    {10001, 201},
	    {1000000000, 20000000},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_INT_EQ(quota_share(rows[i].max), rows[i].share);
}

int main(void)
{
	CASE(a_share_is_two_in_a_hundred_and_a_handful_at_least);
	return check_end();
}
