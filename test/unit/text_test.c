#include "http/text.h"

#include "check.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void a_whole_number_may_have_a_point_or_an_exponent(void)
{
	static const struct {
		const char *text;
		int64_t value;
	} texts[] = {
	    {"0", 0},
	    {"7", 7},
	    {"-7", -7},
	    {"2.0", 2},
	    {"-5.0", -5},
	    {"1e2", 100},
	    {"1E+02", 100},
	    {"1.44e3", 1440},
	    {"14400e-1", 1440},
	    {"-50e-1", -5},
	    {"0.007e3", 7},
	    {"1440.000000000000000000000000000000", 1440},
	    {"1440000000000000000000000000000000e-30", 1440},
	    {"9007199254740993.0", 9007199254740993},
	    {"9223372036854775807", INT64_MAX},
	    {"-0", 0},
	    {"-0.0", 0},
	    {"0.000", 0},
	    {"0e400", 0},
	    {"0e-400", 0},
	    {"0.0e99999999999999999999", 0},
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		int64_t value = -1;

		if (!CHECK(text_read_whole(texts[i].text, &value)))
			printf("# refused: %s\n", texts[i].text);
		CHECK_INT_EQ(value, texts[i].value);
	}
}

static void nothing_is_rounded_to_a_whole_number(void)
{
	static const char *const texts[] = {
	    "2.5",
	    "-0.1",
	    "25e-1",
	    "1.44e1",
	    "1e-1",
	    "1e-400",
	    "1e-99999999999999999999",
	    /* As doubles these would be 1 and 9007199254740992. */
	    "1.00000000000000000000000001",
	    "9007199254740992.0000000001",
	    "9223372036854775808.5",
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		int64_t value = -1;

		if (!CHECK(!text_read_whole(texts[i], &value)))
			printf("# taken: %s\n", texts[i]);
		CHECK_INT_EQ(value, -1);
	}
}

static void what_does_not_fit_becomes_the_nearest_that_does(void)
{
	static const char *const texts[] = {
	    "9223372036854775808",
	    "9223372036854775808.0",
	    "1e19",
	    "1e400",
	    "1e99999999999999999999",
	    "123456789012345678901234567890",
	    "0.00001e99999",
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		char negative[64];
		int64_t value = -1;

		CHECK(text_read_whole(texts[i], &value));
		CHECK_INT_EQ(value, INT64_MAX);
		snprintf(negative, sizeof(negative), "-%s", texts[i]);
		CHECK(text_read_whole(negative, &value));
		CHECK_INT_EQ(value, -INT64_MAX);
	}
}

int main(void)
{
	CASE(a_whole_number_may_have_a_point_or_an_exponent);
	CASE(nothing_is_rounded_to_a_whole_number);
	CASE(what_does_not_fit_becomes_the_nearest_that_does);
	return check_end();
}
