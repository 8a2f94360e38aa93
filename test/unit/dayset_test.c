#include "game/dayset.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

enum { SEED = 20261128, RUNS = 20000 };

static size_t pack(const struct dayset *set, uint8_t bytes[DAYSET_PACKED_MAX_B])
{
	memset(bytes, 0xa5, DAYSET_PACKED_MAX_B);
	return dayset_pack(set, bytes);
}

static void what_is_packed_comes_out_again(void)
{
	unsigned seed = SEED;

	printf("# seed %d\n", SEED);
	for (int run = 0; run < RUNS; run++) {
		uint8_t bytes[DAYSET_PACKED_MAX_B];
		struct dayset set = {0}, again;
		int span = 1 + rand_r(&seed) % DAYSET_DAYS;
		int count = rand_r(&seed) % 40;

		for (int i = 0; i < count; i++)
			dayset_add(&set, DAY_FIRST + rand_r(&seed) % span);
		if (!CHECK(dayset_unpack(bytes, pack(&set, bytes), &again)) ||
		    !CHECK(dayset_equal(&set, &again)))
			return;
	}
}

static void a_set_takes_as_many_bytes_as_its_days_span(void)
{
	uint8_t bytes[DAYSET_PACKED_MAX_B];
	struct dayset set = {0};

	CHECK_INT_EQ(pack(&set, bytes), 0);
	dayset_add(&set, DAY_FIRST + 2400);
	CHECK_INT_EQ(pack(&set, bytes), 3);
	CHECK_INT_EQ(bytes[0] | bytes[1] << 8, 300);
	CHECK_INT_EQ(bytes[2], 1);
	dayset_add_range(&set, DAY_FIRST + 2400, DAY_FIRST + 2407 + 8 * 9);
	CHECK_INT_EQ(pack(&set, bytes), 2 + 10);
	dayset_add(&set, DAY_FIRST);
	dayset_add(&set, DAY_FIRST + DAYSET_DAYS - 1);
	CHECK_INT_EQ(pack(&set, bytes), DAYSET_PACKED_MAX_B);
}

static void bytes_that_were_never_packed_are_refused(void)
{
	static const struct {
		const char *bytes;
		size_t length;
	} wrong[] = {
	    {"\x00", 1},             /* half an offset */
	    {"\x00\x00", 2},         /* no days */
	    {"\x00\x00\x00", 3},     /* zero at both ends */
	    {"\x00\x00\x00\x01", 4}, /* at the beginning */
	    {"\x00\x00\x01\x00", 4}, /* at the end */
	    {"\x00\x08\x01", 3},     /* behind the last day */
	    {"\xff\x07\x01\x01", 4}, /* beyond it */
	};
	struct dayset set, empty = {0};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CHECK(!dayset_unpack((const uint8_t *)wrong[i].bytes, wrong[i].length, &set));
		CHECK(dayset_equal(&set, &empty));
	}
	CHECK(dayset_unpack((const uint8_t *)"\xff\x07\x80", 3, &set));
	CHECK(dayset_has(&set, DAY_FIRST + DAYSET_DAYS - 1));
	CHECK_INT_EQ(dayset_count(&set), 1);
	CHECK(dayset_unpack(NULL, 0, &set));
	CHECK_INT_EQ(dayset_count(&set), 0);
}

int main(void)
{
	CASE(what_is_packed_comes_out_again);
	CASE(a_set_takes_as_many_bytes_as_its_days_span);
	CASE(bytes_that_were_never_packed_are_refused);
	return check_end();
}
