/*
 * A unit test program in one header.
 *
 *	static void takes_a_leap_day(void)
 *	{
 *		CHECK_INT_EQ(day_parse("2024-02-29"), 19782);
 *		CHECK_STR_EQ(day_text(19782), "2024-02-29");
 *	}
 *
 *	int main(void)
 *	{
 *		CASE(takes_a_leap_day);
 *		return check_end();
 *	}
 *
 * What it prints is TAP (testanything.org): a line a case, and the plan at the end, so that whoever
 * counts sees a program that died half-way as one that failed. A case goes on after a failed CHECK,
 * so that one run shows all that is wrong; REQUIRE leaves the case, for what the rest of it stands on.
 * NEEDS leaves it as skipped where the machine lacks something, by a name that test/machine.bash knows.
 * A case that main() forgets is an unused static function, which the compiler refuses.
 *
 * CHECK may be used from several threads at once; CASE may not.
 */
#ifndef TEST_UNIT_CHECK_H
#define TEST_UNIT_CHECK_H

#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Failed checks of the running case, and cases run and failed so far. */
static atomic_uint check_failures;
static unsigned check_cases, check_cases_failed;
/* What the running case needs and this machine lacks; NULL: nothing. */
static const char *check_lacking;

#define CASE(function) check_case(#function, function)

#define CHECK(condition) check_true((condition), #condition, __FILE__, __LINE__)

#define CHECK_INT_EQ(got, want) \
	check_int((intmax_t)(got), (intmax_t)(want), #got, __FILE__, __LINE__)

/* Either may be NULL, which equals nothing but NULL. */
#define CHECK_STR_EQ(got, want) check_str((got), (want), #got, __FILE__, __LINE__)

#define CHECK_MEM_EQ(got, want, size) check_mem((got), (want), (size), #got, __FILE__, __LINE__)

#define REQUIRE(condition)             \
	do {                           \
		if (!CHECK(condition)) \
			return;        \
	} while (0)

#define NEEDS(need, is_there)                 \
	do {                                  \
		if (!(is_there)) {            \
			check_lacking = need; \
			return;               \
		}                             \
	} while (0)

static inline bool check_true(bool held, const char *what, const char *file, int line)
{
	if (!held) {
		printf("# %s:%d: does not hold: %s\n", file, line, what);
		check_failures++;
	}
	return held;
}

static inline bool check_int(
    intmax_t got, intmax_t want, const char *what, const char *file, int line)
{
	if (got != want) {
		printf("# %s:%d: %s is %jd, not %jd\n", file, line, what, got, want);
		check_failures++;
	}
	return got == want;
}

static inline bool check_str(
    const char *got, const char *want, const char *what, const char *file, int line)
{
	bool same = got && want ? strcmp(got, want) == 0 : got == want;

	if (!same) {
		printf("# %s:%d: %s\n#   is  %s%s%s\n#   not %s%s%s\n", file, line, what,
		    got ? "\"" : "", got ? got : "NULL", got ? "\"" : "", want ? "\"" : "",
		    want ? want : "NULL", want ? "\"" : "");
		check_failures++;
	}
	return same;
}

static inline bool check_mem(
    const void *got, const void *want, size_t size, const char *what, const char *file, int line)
{
	const unsigned char *g = got, *w = want;

	for (size_t i = 0; i < size; i++) {
		if (g[i] == w[i])
			continue;
		printf("# %s:%d: %s differs at byte %zu of %zu: %02x, not %02x\n", file, line, what,
		    i, size, g[i], w[i]);
		check_failures++;
		return false;
	}
	return true;
}

static inline void check_case(const char *name, void (*function)(void))
{
	check_failures = 0;
	check_lacking = NULL;
	function();
	check_cases++;
	if (check_failures)
		check_cases_failed++;
	printf("%sok %u - %s", check_failures ? "not " : "", check_cases, name);
	if (check_lacking != NULL)
		printf(" # SKIP needs %s", check_lacking);
	putchar('\n');
	/* Nothing said so far may be lost if the next case crashes. */
	fflush(stdout);
}

/* Prints the plan; what main() returns. */
static inline int check_end(void)
{
	printf("1..%u\n", check_cases);
	return check_cases_failed != 0;
}

#endif
