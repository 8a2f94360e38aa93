#include "game/community.h"

#include "game/period.h"

enum { CONTRIBUTORS, PUT, LIST };

static const struct statement statements[] = {
    /*
     * The account leads, and its days are found by their key. Who has last used it before the week has
     * no day in it, but for one whose tomorrow has begun.
     */
    [CONTRIBUTORS] = {.sql = "SELECT count(DISTINCT day.day), sum(day.xp), sum(day.minutes),"
			     " sum(day.sessions)"
			     " FROM account CROSS JOIN day CROSS JOIN device"
			     " WHERE account.used_day >= $1 AND day.account = account.account"
			     " AND day.day BETWEEN $2 AND $3"
			     " AND device.device = day.device AND device.kind <> 0"
			     " GROUP BY account.account HAVING count(DISTINCT day.day) >= $4",
	.flags = STATEMENT_SCANS},
    [PUT] = {.sql = "INSERT INTO community (week, people, days, xp, minutes, sessions)"
		    " VALUES ($1, $2, $3, $4, $5, $6)"},
    [LIST] = {.sql = "SELECT week, people, days, xp, minutes, sessions FROM community"
		     " WHERE week >= $1 ORDER BY week"},
};

const struct statement_table community_statements = {
    "community", statements, sizeof(statements) / sizeof(statements[0])};

/* About what a diligent person does in a week; of days a little more, which need no cap then. */
enum { STEP_DAYS = 10, STEP_XP = 500, STEP_MINUTES = 100, STEP_SESSIONS = 20, STEPS_OF_ONE = 2 };

/* What somebody counts with. */
static int64_t cap(int64_t value, int64_t step)
{
	return value < STEPS_OF_ONE * step ? value : STEPS_OF_ONE * step;
}

/* To the nearest multiple. */
static int64_t round_to(int64_t value, int64_t step)
{
	return (value + step / 2) / step * step;
}

/* Makes of exact sums what may be published, or nothing. */
static void publish(struct community_week *week)
{
	if (week->people < COMMUNITY_PEOPLE_MIN) {
		*week = (struct community_week){.week = week->week};
		return;
	}
	week->people -= week->people % COMMUNITY_PEOPLE_STEP;
	week->days = round_to(week->days, STEP_DAYS);
	week->xp = round_to(week->xp, STEP_XP);
	week->minutes = round_to(week->minutes, STEP_MINUTES);
	week->sessions = round_to(week->sessions, STEP_SESSIONS);
}

enum problem community_measure(struct db *db, int32_t week, struct community_week *measured)
{
	day_t first = period_first_day(PERIOD_WEEK, week);
	struct query query;
	enum problem problem;

	*measured = (struct community_week){.week = week};
	query_start(&query, db, &statements[CONTRIBUTORS]);
	query_put_day(&query, first - 1);
	query_put_day(&query, first);
	query_put_day(&query, period_first_day(PERIOD_WEEK, week + 1) - 1);
	query_put_integer(&query, COMMUNITY_DAYS_MIN);
	while (query_next(&query)) {
		measured->people++;
		measured->days += query_integer(&query, 0);
		measured->xp += cap(query_integer(&query, 1), STEP_XP);
		measured->minutes += cap(query_integer(&query, 2), STEP_MINUTES);
		measured->sessions += cap(query_integer(&query, 3), STEP_SESSIONS);
	}
	problem = query_end(&query);
	publish(measured);
	return problem;
}

enum problem community_put(struct db *db, const struct community_week *week)
{
	struct query query;

	if (week->people == 0)
		return PROBLEM_NONE;
	query_start(&query, db, &statements[PUT]);
	query_put_integer(&query, week->week);
	query_put_integer(&query, week->people);
	query_put_integer(&query, week->days);
	query_put_integer(&query, week->xp);
	query_put_integer(&query, week->minutes);
	query_put_integer(&query, week->sessions);
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
		    .people = query_integer(&query, 1),
		    .days = query_integer(&query, 2),
		    .xp = query_integer(&query, 3),
		    .minutes = query_integer(&query, 4),
		    .sessions = query_integer(&query, 5),
		};
	}
	return query_end(&query);
}
