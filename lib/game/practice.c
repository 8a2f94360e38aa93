#include "game/practice.h"

#include "game/progress.h"

enum { DAYS, MONTHS, UNDATED };

static const struct statement statements[] = {
    [DAYS] = {.sql = "SELECT day, sum(xp), sum(minutes), sum(sessions), sum(cycles) FROM day"
		     " WHERE account = $1 GROUP BY day ORDER BY day"},
    [MONTHS] = {.sql = "SELECT month, xp, minutes, sessions, cycles, active FROM month"
		       " WHERE account = $1 ORDER BY month"},
    [UNDATED] = {.sql = "SELECT coalesce(sum(xp), 0), coalesce(sum(minutes), 0),"
			" coalesce(sum(sessions), 0), coalesce(sum(cycles), 0) FROM import"
			" WHERE account = $1"},
};

const struct statement_table practice_statements = {
    "practice", statements, sizeof(statements) / sizeof(statements[0])};

static enum problem load_days(
    struct db *db, struct arena *arena, int64_t account, struct practice *practice)
{
	size_t room = 0;
	struct query query;

	query_start(&query, db, &statements[DAYS]);
	query_put_integer(&query, account);
	while (query_next(&query)) {
		practice->days = arena_grow(
		    arena, practice->days, practice->day_count, &room, sizeof(*practice->days));
		practice->days[practice->day_count++] =
		    (struct day_totals){query_day(&query, 0), totals_get(&query, 1)};
	}
	return query_end(&query);
}

/* The bits of a month's days that are in a set. */
static int64_t days_of_month(const struct dayset *set, int32_t month, int64_t days)
{
	int64_t found = 0;

	for (int k = 0; k < 31; k++)
		if (days >> k & 1 && dayset_has(set, month_first_day(month) + k))
			found |= INT64_C(1) << k;
	return found;
}

/* Devices fold for themselves: their rows of a month become one. */
static enum problem load_months(
    struct db *db, struct arena *arena, int64_t account, struct practice *practice)
{
	struct practice_month *month = NULL;
	size_t room = 0;
	struct query query;

	query_start(&query, db, &statements[MONTHS]);
	query_put_integer(&query, account);
	while (query_next(&query)) {
		int32_t number = (int32_t)query_integer(&query, 0);
		struct totals totals = totals_get(&query, 1);

		if (month == NULL || month->month != number) {
			practice->months = arena_grow(arena, practice->months,
			    practice->month_count, &room, sizeof(*practice->months));
			month = &practice->months[practice->month_count++];
			*month = (struct practice_month){.month = number};
		}
		totals_add(&month->totals, &totals);
		month->active |= days_of_month(&practice->active, number, query_integer(&query, 5));
	}
	return query_end(&query);
}

static enum problem load_undated(struct db *db, int64_t account, struct practice *practice)
{
	struct query query;

	query_start(&query, db, &statements[UNDATED]);
	query_put_integer(&query, account);
	if (query_next(&query))
		practice->undated = totals_get(&query, 0);
	return query_end(&query);
}

enum problem practice_load(
    struct db *db, struct arena *arena, int64_t account, struct practice **practice)
{
	struct practice *loaded = arena_alloc(arena, sizeof(*loaded));
	enum problem problem = progress_active_days(db, account, &loaded->active);

	if (problem == PROBLEM_NONE)
		problem = load_days(db, arena, account, loaded);
	if (problem == PROBLEM_NONE)
		problem = load_months(db, arena, account, loaded);
	if (problem == PROBLEM_NONE)
		problem = load_undated(db, account, loaded);
	*practice = loaded;
	return problem;
}

/* Where the days from one on begin. */
static size_t find_day(const struct practice *practice, day_t day)
{
	size_t low = 0, high = practice->day_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (practice->days[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct span practice_span(const struct practice *practice, day_t first, day_t last)
{
	struct span span = {.first_day = first, .last_day = last};

	for (size_t i = find_day(practice, first);
	     i < practice->day_count && practice->days[i].day <= last; i++)
		totals_add(&span.totals, &practice->days[i].totals);
	for (day_t day = first; day <= last; day++)
		span.active_days += dayset_has(&practice->active, day);
	return span;
}

static void add_folded(const struct practice *practice, int32_t month, struct span *span)
{
	for (size_t i = 0; i < practice->month_count; i++)
		if (practice->months[i].month == month)
			totals_add(&span->totals, &practice->months[i].totals);
}

struct span *practice_series(const struct practice *practice, struct arena *arena,
    enum period_kind kind, day_t from, day_t to, size_t *count)
{
	int32_t last = period_of(kind, to);
	struct span *spans = NULL;
	size_t room = 0;

	*count = 0;
	for (int32_t period = period_of(kind, from); period <= last; period++) {
		struct span span = practice_span(practice, period_first_day(kind, period),
		    period_first_day(kind, period + 1) - 1);

		if (kind == PERIOD_MONTH)
			add_folded(practice, period, &span);
		if (span.active_days == 0 && !totals_any(&span.totals))
			continue;
		spans = arena_grow(arena, spans, *count, &room, sizeof(*spans));
		spans[(*count)++] = span;
	}
	return spans;
}
