#include "core/problem.h"

#include "check.h"

static void every_problem_has_a_row(void)
{
	for (enum problem problem = 0; problem < PROBLEM_COUNT; problem++) {
		const struct problem_row *row = problem_row(problem);

		REQUIRE(row->code != NULL && row->title != NULL);
		CHECK(*row->code != '\0');
		CHECK_INT_EQ(strspn(row->code, "abcdefghijklmnopqrstuvwxyz_"), strlen(row->code));
		CHECK(row->title[0] >= 'A' && row->title[0] <= 'Z');
		/* A title is no sentence: where a detail is wanted it gets its full stop. */
		CHECK(row->title[strlen(row->title) - 1] != '.');
	}
}

static void every_problem_is_an_error_of_http(void)
{
	for (enum problem problem = PROBLEM_NONE + 1; problem < PROBLEM_COUNT; problem++) {
		int status = problem_row(problem)->status;

		CHECK(status >= 400 && status < 600);
	}
	CHECK_INT_EQ(problem_row(PROBLEM_NONE)->status, 200);
}

/* Programs act on the code alone. */
static void no_two_problems_share_a_code(void)
{
	for (enum problem a = 0; a < PROBLEM_COUNT; a++)
		for (enum problem b = 0; b < a; b++)
			if (!CHECK(strcmp(problem_row(a)->code, problem_row(b)->code) != 0))
				printf("# twice: %s\n", problem_row(a)->code);
}

int main(void)
{
	CASE(every_problem_has_a_row);
	CASE(every_problem_is_an_error_of_http);
	CASE(no_two_problems_share_a_code);
	return check_end();
}
