#include "game/insight.h"

#include "game/fold.h"

/* Streaks that are worth a word, each within sight of the one before. */
static const int32_t marks[] = {3, 7, 14, 30, 60, 100, 180, 365, 500, 730, 1000, 1500, 2000, 3000};

enum { MARKS = sizeof(marks) / sizeof(marks[0]) };

static struct comparison compare(
    const struct practice *practice, enum period_kind kind, day_t today)
{
	int32_t period = period_of(kind, today);
	day_t first = period_first_day(kind, period);
	day_t before = period_first_day(kind, period - 1);
	day_t so_far = before + (today - first);

	/* The month before may be the shorter one. */
	if (so_far >= first)
		so_far = first - 1;
	return (struct comparison){
	    .current = practice_span(practice, first, period_first_day(kind, period + 1) - 1),
	    .previous = practice_span(practice, before, first - 1),
	    .previous_so_far = practice_span(practice, before, so_far),
	};
}

/* The day of most XP, then of most minutes; of equals the latest. */
static struct day_totals find_best(const struct practice *practice, day_t since)
{
	struct day_totals best = {.day = DAY_NONE};

	for (size_t i = 0; i < practice->day_count; i++) {
		const struct day_totals *day = &practice->days[i];

		if (day->day < since || day->totals.xp < best.totals.xp ||
		    (day->totals.xp == best.totals.xp && day->totals.minutes < best.totals.minutes))
			continue;
		best = *day;
	}
	return best;
}

static void count_weekdays(const struct practice *practice, struct insight *insight)
{
	insight->regular_weekday = -1;
	for (day_t day = DAY_FIRST; day < DAY_FIRST + DAYSET_DAYS; day++) {
		day_t monday = period_first_day(PERIOD_WEEK, period_of(PERIOD_WEEK, day));

		if (!dayset_has(&practice->active, day))
			continue;
		insight->active_days++;
		insight->weekdays[day - monday]++;
	}
	if (insight->active_days == 0)
		return;
	insight->regular_weekday = 0;
	for (int i = 1; i < WEEKDAYS; i++)
		if (insight->weekdays[i] > insight->weekdays[insight->regular_weekday])
			insight->regular_weekday = i;
}

/* A mark is reached once, by the longest streak, and approached by the current one. */
static void find_marks(const struct state *state, struct insight *insight)
{
	for (size_t i = 0; i < MARKS && insight->mark_count < MARKS_SHOWN; i++)
		if (marks[i] > state->account.streak.longest)
			insight->marks[insight->mark_count++] = (struct mark){
			    .days = marks[i],
			    .missing = marks[i] - state->current_streak,
			};
}

struct insight insight_of(const struct practice *practice, const struct state *state, day_t today)
{
	struct insight insight = {
	    .week = compare(practice, PERIOD_WEEK, today),
	    .month = compare(practice, PERIOD_MONTH, today),
	    .best_day = find_best(practice, state->server_day - FOLD_AFTER_DAYS),
	};

	count_weekdays(practice, &insight);
	find_marks(state, &insight);
	return insight;
}
