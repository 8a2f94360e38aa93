#include "family/measures.h"

#include "core/clock.h"
#include "game/closing.h"
#include "game/community.h"
#include "game/period.h"
#include "game/tally.h"

enum { SATISFACTION_WEEKS = 52, PEOPLE_MIN = 5, PEOPLE_STEP = 5, MB = 1000000 };

/* ----- what the store knows ----- */

/*
 * Offers and accounts are told of blocks of weeks that do not overlap. Of sums over the last weeks, told anew
 * each week, the difference would be that of single weeks.
 */
static day_t first_day_of_block(int32_t closed)
{
	int32_t block = (closed + 1) / MEASURES_WEEKS - 1;

	return period_first_day(PERIOD_WEEK, block * MEASURES_WEEKS);
}

static day_t last_day_of_block(int32_t closed)
{
	return first_day_of_block(closed) + 7 * MEASURES_WEEKS - 1;
}

/* How much is practised on a day: a seventh of what is published of the week, so that it tells nothing more. */
static enum problem load_daily_minutes(
    struct db *db, struct arena *arena, struct measures *measures)
{
	struct community_week *weeks;
	size_t count;
	enum problem problem = community_list(db, arena, measures->closed, &weeks, &count);

	if (problem == PROBLEM_NONE && count > 0)
		measures->daily_minutes = weeks[0].figures.minutes / 7;
	return problem;
}

static enum problem load_people(struct db *db, struct arena *arena, struct measures *measures)
{
	day_t first = first_day_of_block(measures->closed);
	day_t last = last_day_of_block(measures->closed);
	enum problem problem = tally_sum(db, TALLY_OFFERS, first, last, &measures->offers);

	if (problem == PROBLEM_NONE)
		problem = tally_sum(db, TALLY_WEB_ACCOUNTS, first, last, &measures->accounts);
	if (problem == PROBLEM_NONE)
		problem = load_daily_minutes(db, arena, measures);
	return problem == PROBLEM_NONE
	    ? satisfaction_since(
		  db, measures->closed - SATISFACTION_WEEKS + 1, &measures->satisfaction)
	    : problem;
}

enum problem measures_load(struct db *db, struct arena *arena, struct measures *measures)
{
	day_t today = clock_today();
	enum problem problem;

	*measures = (struct measures){.today = today};
	problem = uptime_sum(db, today - MEASURES_DAYS + 1, today, &measures->uptime);
	if (problem == PROBLEM_NONE)
		problem = latency_sum(db, today - MEASURES_DAYS, today - 1, &measures->latency);
	if (problem == PROBLEM_NONE)
		problem = closing_newest(db, &measures->closed, &measures->any_closed);
	return problem == PROBLEM_NONE && measures->any_closed ? load_people(db, arena, measures)
							       : problem;
}

/* ----- how it is told ----- */

/* Where nobody can say, null is said. */
static void add_known(struct json_object *json, const char *name, bool known, int64_t value)
{
	if (known)
		json_add_integer(json, name, value);
	else
		json_add(json, name, NULL);
}

static void add_share(
    struct json_object *json, const char *name, int64_t part, int64_t whole, bool known)
{
	/* Rounded down: one failure in a million is no hundred percent. */
	if (known)
		json_add_decimal(json, name, part * 10000 / whole, 2);
	else
		json_add(json, name, NULL);
}

static struct json_object *begin_days(day_t first, day_t last)
{
	struct json_object *json = json_new_object();

	json_add_day(json, "first_day", first);
	json_add_day(json, "last_day", last);
	return json;
}

static struct json_object *render_uptime(const struct measures *measures)
{
	const struct uptime *uptime = &measures->uptime;
	struct json_object *json = begin_days(measures->today - MEASURES_DAYS + 1, measures->today);

	json_add_integer(json, "probes", uptime->probes);
	add_share(json, "percent", uptime->up, uptime->probes, uptime->probes > 0);
	json_add_decimal(json, "target_percent", TARGET_UPTIME_HUNDREDTHS, 2);
	return json;
}

static void add_percentile(struct json_object *json, const char *name,
    const struct latency *latency, bool known, int percent)
{
	/* In tenths of a millisecond, which is what the finest bound is. */
	if (known)
		json_add_decimal(json, name, latency_percentile(latency, percent) / 100, 1);
	else
		json_add(json, name, NULL);
}

static struct json_object *render_latency(const struct measures *measures)
{
	const struct latency *latency = &measures->latency;
	int64_t requests = latency_count(latency);
	bool known = requests >= MEASURES_REQUESTS_MIN;
	struct json_object *json = begin_days(measures->today - MEASURES_DAYS, measures->today - 1);

	add_percentile(json, "p50_ms", latency, known, 50);
	add_percentile(json, "p95_ms", latency, known, 95);
	add_percentile(json, "p99_ms", latency, known, 99);
	add_share(
	    json, "percent_in_target", latency_within(latency, TARGET_LATENCY_US), requests, known);
	json_add_integer(json, "target_ms", TARGET_LATENCY_US / 1000);
	return json;
}

static struct json_object *render_memory(const struct family_metrics families[FAMILIES])
{
	struct json_object *json = json_new_object(), *list = json_new_array();
	uint64_t sum_b = 0;

	for (int i = 0; i < FAMILIES; i++) {
		struct json_object *process;

		if (!families[i].is_up || families[i].metrics.pss_b == 0)
			continue;
		process = json_new_object();
		json_add_text(process, "name", families[i].name);
		json_add_integer(
		    process, "mb", (int64_t)((families[i].metrics.pss_b + MB / 2) / MB));
		json_append(list, process);
		sum_b += families[i].metrics.pss_b;
	}
	json_add(json, "processes", list);
	json_add_integer(json, "mb", (int64_t)((sum_b + MB / 2) / MB));
	json_add_integer(json, "target_mb", TARGET_MEMORY_MB);
	return json;
}

/* What so few had a part in is not told, and of more only how many fives there are. */
static void add_people(struct json_object *json, const char *name, int64_t people)
{
	add_known(json, name, people >= PEOPLE_MIN, people - people % PEOPLE_STEP);
}

static struct json_object *render_adoption(const struct measures *measures)
{
	struct json_object *json = measures->any_closed
	    ? begin_days(first_day_of_block(measures->closed), last_day_of_block(measures->closed))
	    : begin_days(DAY_NONE, DAY_NONE);

	add_people(json, "offers", measures->offers);
	/* An account may be opened in the week after its offer, or by whoever was never shown one. */
	add_people(json, "accounts",
	    measures->accounts < measures->offers ? measures->accounts : measures->offers);
	add_known(json, "daily_minutes", measures->daily_minutes > 0, measures->daily_minutes);
	return json;
}

static struct json_object *render_satisfaction(const struct satisfaction *satisfaction)
{
	struct json_object *json = json_new_object();

	add_known(json, "ratings", satisfaction->ratings > 0, satisfaction->ratings);
	if (satisfaction->ratings > 0)
		json_add_decimal(json, "average", satisfaction->tenths, 1);
	else
		json_add(json, "average", NULL);
	return json;
}

struct json_object *measures_render(
    const struct measures *measures, const struct family_metrics families[FAMILIES])
{
	struct json_object *json = json_new_object();

	json_add(json, "uptime", render_uptime(measures));
	json_add(json, "latency", render_latency(measures));
	json_add(json, "memory", render_memory(families));
	json_add(json, "adoption", render_adoption(measures));
	json_add(json, "satisfaction", render_satisfaction(&measures->satisfaction));
	return json;
}
