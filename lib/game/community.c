#include "game/community.h"

#include "game/period.h"

enum { PRACTISED, PUT, LIST };

static const struct statement statements[] = {
    /*
     * The account leads, and its days are found by their key, so they come in order. Who has last used it
     * before a day has none from then on; that day is kept give or take a week.
     */
    [PRACTISED] = {.sql = "SELECT account.account, day.day, sum(day.minutes)"
			  " FROM account CROSS JOIN day CROSS JOIN device"
			  " WHERE account.used_day >= $1 AND day.account = account.account"
			  " AND day.day BETWEEN $2 AND $3"
			  " AND device.device = day.device AND device.kind <> 0"
			  " GROUP BY account.account, day.day ORDER BY account.account, day.day",
	.flags = STATEMENT_SCANS},
    [PUT] = {.sql = "INSERT INTO community (week, participation, minutes) VALUES ($1, $2, $3)"},
    [LIST] = {.sql = "SELECT week, participation, minutes FROM community"
		     " WHERE week >= $1 ORDER BY week"},
};

const struct statement_table community_statements = {
    "community", statements, sizeof(statements) / sizeof(statements[0])};

enum { WEEKS = COMMUNITY_LOOKBACK_WEEKS + 1, USED_DAY_SLACK = 8 };

/* One account's weeks, the measured one last. */
struct person {
	int64_t account; /* 0: nobody yet */
	int active_days[WEEKS];
	int64_t minutes[WEEKS];
};

static void count_person(const struct person *person, struct group_count *count)
{
	bool counted = false;

	for (int i = 0; i < WEEKS; i++)
		counted |=
		    group_week_class(person->active_days[i], person->minutes[i]) != CLASS_NONE;
	if (counted)
		count->people[group_week_class(
		    person->active_days[WEEKS - 1], person->minutes[WEEKS - 1])]++;
}

enum problem community_measure(struct db *db, int32_t week, struct community_week *measured)
{
	int32_t first_week = week - COMMUNITY_LOOKBACK_WEEKS;
	day_t first = period_first_day(PERIOD_WEEK, first_week);
	struct person person = {0};
	struct group_count count = {0};
	struct query query;
	enum problem problem;

	*measured = (struct community_week){.week = week};
	query_start(&query, db, &statements[PRACTISED]);
	query_put_day(&query, first - USED_DAY_SLACK);
	query_put_day(&query, first);
	query_put_day(&query, period_first_day(PERIOD_WEEK, week + 1) - 1);
	while (query_next(&query)) {
		int64_t account = query_integer(&query, 0);
		int32_t i = period_of(PERIOD_WEEK, query_day(&query, 1)) - first_week;

		if (account != person.account) {
			count_person(&person, &count);
			person = (struct person){.account = account};
		}
		person.active_days[i]++;
		person.minutes[i] += query_integer(&query, 2);
	}
	count_person(&person, &count);
	problem = query_end(&query);
	if (problem == PROBLEM_NONE)
		measured->published = group_week_of(&count, &measured->figures);
	return problem;
}

enum problem community_put(struct db *db, const struct community_week *week)
{
	struct query query;

	if (!week->published)
		return PROBLEM_NONE;
	query_start(&query, db, &statements[PUT]);
	query_put_integer(&query, week->week);
	query_put_integer(&query, week->figures.participation);
	query_put_integer(&query, week->figures.minutes);
	return query_run(&query);
}

enum problem community_list(
    struct db *db, struct arena *arena, int32_t from, struct community_week **weeks, size_t *count)
{
	size_t room = 0;
	struct query query;

	*weeks = NULL;
	*count = 0;
	query_start(&query, db, &statements[LIST]);
	query_put_integer(&query, from);
	while (query_next(&query)) {
		*weeks = arena_grow(arena, *weeks, *count, &room, sizeof(**weeks));
		(*weeks)[(*count)++] = (struct community_week){
		    .week = (int32_t)query_integer(&query, 0),
		    .published = true,
		    .figures =
			{
			    .participation = (int)query_integer(&query, 1),
			    .minutes = query_integer(&query, 2),
			},
		};
	}
	return query_end(&query);
}
