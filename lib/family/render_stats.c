#include "family/render_stats.h"

#include "family/render.h"

static struct json_object *render_span(const struct span *span)
{
	struct json_object *json = json_new_object();

	json_add_day(json, "first_day", span->first_day);
	json_add_day(json, "last_day", span->last_day);
	render_add_totals(json, &span->totals);
	json_add_integer(json, "active_days", span->active_days);
	return json;
}

static struct json_object *render_comparison(const struct comparison *comparison)
{
	struct json_object *json = json_new_object();

	json_add(json, "current", render_span(&comparison->current));
	json_add(json, "previous", render_span(&comparison->previous));
	json_add(json, "previous_so_far", render_span(&comparison->previous_so_far));
	return json;
}

static struct json_object *render_best_day(const struct day_totals *best)
{
	struct json_object *json;

	if (best->day == DAY_NONE)
		return NULL;
	json = json_new_object();
	json_add_day(json, "day", best->day);
	render_add_totals(json, &best->totals);
	return json;
}

static struct json_object *render_weekdays(const struct insight *insight)
{
	struct json_object *list = json_new_array();

	for (int i = 0; i < WEEKDAYS; i++)
		json_append(list, json_object_new_int64(insight->weekdays[i]));
	return list;
}

static struct json_object *render_next_level(int64_t xp)
{
	struct level level = level_of(xp), next;
	struct json_object *json;

	if (level.xp_next < 0)
		return NULL;
	next = level_of(level.xp_next);
	json = json_new_object();
	json_add_integer(json, "level", next.number);
	json_add_text(json, "title", next.title);
	json_add_integer(json, "missing_xp", next.xp_from - xp);
	return json;
}

static struct json_object *render_next(const struct state *state, const struct insight *insight)
{
	struct json_object *json = json_new_object(), *list = json_new_array();

	for (size_t i = 0; i < insight->mark_count; i++) {
		struct json_object *mark = json_new_object();

		json_add_integer(mark, "days", insight->marks[i].days);
		json_add_integer(mark, "missing_days", insight->marks[i].missing);
		json_append(list, mark);
	}
	json_add(json, "level", render_next_level(state->account.totals.xp));
	json_add(json, "streaks", list);
	return json;
}

struct json_object *render_insight(
    const struct state *state, const struct practice *practice, const struct insight *insight)
{
	struct json_object *json = json_new_object();

	render_add_totals(json, &state->account.totals);
	json_add(json, "undated", render_totals(&practice->undated));
	json_add_integer(json, "active_days", insight->active_days);
	json_add(json, "level", render_level(state->account.totals.xp));
	json_add(json, "streak", render_streak(state));
	json_add(json, "week", render_comparison(&insight->week));
	json_add(json, "month", render_comparison(&insight->month));
	json_add(json, "best_day", render_best_day(&insight->best_day));
	json_add(json, "weekdays", render_weekdays(insight));
	if (insight->regular_weekday < 0)
		json_add(json, "regular_weekday", NULL);
	else
		json_add_integer(json, "regular_weekday", insight->regular_weekday + 1);
	json_add(json, "next", render_next(state, insight));
	return json;
}

struct json_object *render_spans(const struct span *spans, size_t count)
{
	struct json_object *list = json_new_array();

	for (size_t i = 0; i < count; i++)
		json_append(list, render_span(&spans[i]));
	return list;
}

struct json_object *render_folded(const struct practice *practice, day_t from, day_t to)
{
	struct json_object *list = json_new_array();

	for (size_t i = 0; i < practice->month_count; i++) {
		const struct practice_month *month = &practice->months[i];
		struct json_object *json;
		char text[MONTH_TEXT_B];

		if (month->month < day_month(from) || month->month > day_month(to))
			continue;
		json = json_new_object();
		json_add_text(json, "month", month_format(month->month, text));
		render_add_totals(json, &month->totals);
		json_add(json, "active_days", render_day_bits(month->month, month->active));
		json_append(list, json);
	}
	return list;
}

struct json_object *render_community(const struct community_week *weeks, size_t count)
{
	struct json_object *list = json_new_array();

	for (size_t i = 0; i < count; i++) {
		const struct community_week *week = &weeks[i];
		struct json_object *json = json_new_object();
		char text[PERIOD_TEXT_B];

		json_add_text(json, "week", period_format(PERIOD_WEEK, week->week, text));
		json_add_day(json, "first_day", period_first_day(PERIOD_WEEK, week->week));
		json_add_day(json, "last_day", period_first_day(PERIOD_WEEK, week->week + 1) - 1);
		if (week->figures.participation == GROUP_PARTICIPATION_UNKNOWN)
			json_add(json, "participation", NULL);
		else
			json_add_integer(json, "participation", week->figures.participation);
		json_add_integer(json, "minutes", week->figures.minutes);
		json_append(list, json);
	}
	return list;
}
