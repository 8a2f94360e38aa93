#include "game/latency.h"

enum { ADD, SUM };

static const struct statement statements[] = {
    [ADD] = {.sql = "INSERT INTO latency (day, up_to_us, requests) VALUES ($1, $2, $3)"
		    " ON CONFLICT (day, up_to_us) DO UPDATE SET"
		    " requests = latency.requests + excluded.requests"},
    [SUM] = {.sql = "SELECT up_to_us, sum(requests) FROM latency WHERE day BETWEEN $1 AND $2"
		    " GROUP BY up_to_us"},
};

const struct statement_table latency_statements = {
    "latency", statements, sizeof(statements) / sizeof(statements[0])};

enum problem latency_add(struct db *db, day_t day, const struct latency *more)
{
	enum problem problem = PROBLEM_NONE;

	for (int i = 0; problem == PROBLEM_NONE && i < METRICS_LATENCIES; i++) {
		struct query query;

		if (more->took[i] == 0)
			continue;
		query_start(&query, db, &statements[ADD]);
		query_put_day(&query, day);
		query_put_integer(&query, metrics_latency_us[i]);
		query_put_integer(&query, (int64_t)more->took[i]);
		problem = query_run(&query);
	}
	return problem;
}

enum problem latency_sum(struct db *db, day_t first, day_t last, struct latency *sum)
{
	struct query query;

	*sum = (struct latency){0};
	query_start(&query, db, &statements[SUM]);
	query_put_day(&query, first);
	query_put_day(&query, last);
	while (query_next(&query)) {
		/* A bound that another version had goes to the next one above. */
		int bound = metrics_bound(
		    metrics_latency_us, METRICS_LATENCIES, (double)query_integer(&query, 0));

		sum->took[bound] += (uint64_t)query_integer(&query, 1);
	}
	return query_end(&query);
}

int64_t latency_within(const struct latency *latency, uint32_t us)
{
	int64_t count = 0;

	for (int i = 0; i < METRICS_LATENCIES && metrics_latency_us[i] <= us; i++)
		count += (int64_t)latency->took[i];
	return count;
}

int64_t latency_count(const struct latency *latency)
{
	return latency_within(latency, UINT32_MAX);
}

uint32_t latency_percentile(const struct latency *latency, int percent)
{
	int64_t wanted = latency_count(latency) * percent, found = 0;

	if (wanted == 0)
		return 0;
	for (int i = 0; i < METRICS_LATENCIES; i++) {
		found += (int64_t)latency->took[i];
		if (found * 100 >= wanted)
			return metrics_latency_us[i];
	}
	return metrics_latency_us[METRICS_LATENCIES - 1];
}
