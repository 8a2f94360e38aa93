/*
 * The exposition format: https://prometheus.io/docs/instrumenting/exposition_formats/. The lines of a
 * metric stand together, below its help and its type, so each metric walks over all families.
 */
#include "family/prometheus.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"

enum { LABEL_B = 64 };

struct page {
	FILE *out;
	const struct family_metrics *families;
};

/* What may stand between quotation marks. */
static const char *label(const char *text, char safe[LABEL_B])
{
	size_t i = 0;

	for (; i < LABEL_B - 1 && text[i] != '\0'; i++) {
		bool known = (text[i] >= 'a' && text[i] <= 'z') ||
		    (text[i] >= 'A' && text[i] <= 'Z') || (text[i] >= '0' && text[i] <= '9') ||
		    strchr("/{}_-.", text[i]) != NULL;

		safe[i] = '_';
		if (known)
			safe[i] = text[i];
	}
	safe[i] = '\0';
	return safe;
}

static void begin(const struct page *page, const char *name, const char *type, const char *help)
{
	fprintf(page->out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* The families that run, one after the other. */
static const struct family_metrics *next(const struct page *page, int *at)
{
	while (*at < FAMILIES) {
		const struct family_metrics *family = &page->families[(*at)++];

		if (family->is_up)
			return family;
	}
	return NULL;
}

static void put_up(const struct page *page)
{
	begin(page, "breath_up", "gauge", "Whether the executable of a family runs.");
	for (int i = 0; i < FAMILIES; i++)
		fprintf(page->out, "breath_up{family=\"%s\"} %d\n", page->families[i].name,
		    page->families[i].is_up);
}

static uint64_t answers(const struct metrics_route *route)
{
	uint64_t sum = 0;

	for (int i = 0; i < METRICS_CLASSES; i++)
		sum += route->by_class[i];
	return sum;
}

/* Writes `family="…",method="…",route="…"`. */
static void put_route(
    const struct page *page, const char *family, const struct metrics_route *route)
{
	char method[LABEL_B], path[LABEL_B];

	fprintf(page->out, "family=\"%s\",method=\"%s\",route=\"%s\"", family,
	    label(route->method, method), label(route->path, path));
}

static void put_requests(const struct page *page)
{
	const struct family_metrics *family;

	begin(page, "breath_requests_total", "counter",
	    "Requests by the template of their route and the class of their status.");
	for (int at = 0; (family = next(page, &at)) != NULL;) {
		for (size_t i = 0; i < family->metrics.route_count; i++) {
			const struct metrics_route *route = &family->metrics.routes[i];

			for (int k = 0; k < METRICS_CLASSES; k++) {
				if (route->by_class[k] == 0)
					continue;
				fputs("breath_requests_total{", page->out);
				put_route(page, family->name, route);
				fprintf(page->out, ",class=\"%dxx\"} %" PRIu64 "\n", k + 1,
				    route->by_class[k]);
			}
		}
	}
}

static void put_duration(
    const struct page *page, const char *family, const struct metrics_route *route)
{
	static const char name[] = "breath_request_duration_seconds";
	uint64_t below = 0;

	for (int k = 0; k < METRICS_LATENCIES - 1; k++) {
		below += route->took[k];
		fprintf(page->out, "%s_bucket{", name);
		put_route(page, family, route);
		fprintf(page->out, ",le=\"%g\"} %" PRIu64 "\n", metrics_latency_us[k] / 1e6, below);
	}
	below += route->took[METRICS_LATENCIES - 1];
	fprintf(page->out, "%s_bucket{", name);
	put_route(page, family, route);
	fprintf(page->out, ",le=\"+Inf\"} %" PRIu64 "\n%s_sum{", below, name);
	put_route(page, family, route);
	fprintf(page->out, "} %.6f\n%s_count{", (double)route->took_us / 1e6, name);
	put_route(page, family, route);
	fprintf(page->out, "} %" PRIu64 "\n", below);
}

static void put_durations(const struct page *page)
{
	const struct family_metrics *family;

	begin(page, "breath_request_duration_seconds", "histogram",
	    "How long an executable took over a request.");
	for (int at = 0; (family = next(page, &at)) != NULL;)
		for (size_t i = 0; i < family->metrics.route_count; i++)
			if (answers(&family->metrics.routes[i]) > 0)
				put_duration(page, family->name, &family->metrics.routes[i]);
}

/* Also those that there were none of: a rate is made of two values, and the first refusal must be one. */
static void put_refusals(const struct page *page)
{
	const struct family_metrics *family;

	begin(page, "breath_refusals_total", "counter", "Refusals by the code of their problem.");
	for (int at = 0; (family = next(page, &at)) != NULL;) {
		for (int i = PROBLEM_NONE + 1; i < PROBLEM_COUNT; i++) {
			const struct metrics_refusal *refusal = &family->metrics.refusals[i];
			char code[LABEL_B];

			fprintf(page->out,
			    "breath_refusals_total{family=\"%s\",code=\"%s\"} %" PRIu64 "\n",
			    family->name, label(refusal->code, code), refusal->count);
		}
	}
}

static void put_commits(const struct page *page)
{
	const struct family_metrics *family;

	begin(page, "breath_commits_lost_total", "counter", "Transactions that were not stored.");
	for (int at = 0; (family = next(page, &at)) != NULL;)
		fprintf(page->out, "breath_commits_lost_total{family=\"%s\"} %" PRIu64 "\n",
		    family->name, family->metrics.commits_lost);

	begin(page, "breath_commit_jobs", "histogram", "Writes that shared a transaction.");
	for (int at = 0; (family = next(page, &at)) != NULL;) {
		uint64_t below = 0;

		for (int k = 0; k < METRICS_BATCHES; k++) {
			below += family->metrics.batches[k];
			fprintf(page->out,
			    "breath_commit_jobs_bucket{family=\"%s\",le=\"%" PRIu32 "\"} %" PRIu64
			    "\n",
			    family->name, metrics_batch_jobs[k], below);
		}
		fprintf(page->out,
		    "breath_commit_jobs_bucket{family=\"%s\",le=\"+Inf\"} %" PRIu64 "\n"
		    "breath_commit_jobs_sum{family=\"%s\"} %" PRIu64 "\n"
		    "breath_commit_jobs_count{family=\"%s\"} %" PRIu64 "\n",
		    family->name, below, family->name, family->metrics.jobs, family->name, below);
	}
}

static void put_gauges(const struct page *page, int64_t wal_b)
{
	const struct family_metrics *family;

	begin(page, "breath_writes_waiting", "gauge", "Writes that wait for their transaction.");
	for (int at = 0; (family = next(page, &at)) != NULL;)
		fprintf(page->out, "breath_writes_waiting{family=\"%s\"} %" PRIu64 "\n",
		    family->name, family->metrics.waiting);

	begin(page, "breath_memory_pss_bytes", "gauge",
	    "Memory of an executable, and its share of what it has in common with others.");
	for (int at = 0; (family = next(page, &at)) != NULL;)
		fprintf(page->out, "breath_memory_pss_bytes{family=\"%s\"} %" PRIu64 "\n",
		    family->name, family->metrics.pss_b);

	begin(page, "breath_wal_bytes", "gauge", "The store's write-ahead log.");
	fprintf(page->out, "breath_wal_bytes %" PRId64 "\n", wal_b);
}

static void put_room(const struct page *page, const struct room *room)
{
	begin(page, "breath_database_bytes", "gauge",
	    "The database, without what can be used again.");
	fprintf(page->out, "breath_database_bytes %" PRId64 "\n", room->used_b);

	begin(page, "breath_database_limit_bytes", "gauge",
	    "What the database may have before nothing new is taken.");
	fprintf(page->out, "breath_database_limit_bytes %" PRId64 "\n", room->limits.size_max_b);

	begin(page, "breath_disk_free_bytes", "gauge", "Free space of the disk with the database.");
	fprintf(page->out, "breath_disk_free_bytes %" PRId64 "\n", room->free_b);

	begin(page, "breath_disk_reserve_bytes", "gauge",
	    "Free space of the disk below which nothing new is taken.");
	fprintf(page->out, "breath_disk_reserve_bytes %" PRId64 "\n", room->limits.disk_free_b);
}

const char *prometheus_text(struct arena *arena, const struct family_metrics families[FAMILIES],
    int64_t wal_b, const struct room *room)
{
	char *text = NULL;
	size_t length = 0;
	struct page page = {open_memstream(&text, &length), families};
	const char *copy;

	if (page.out == NULL)
		log_out_of_memory();
	put_up(&page);
	put_requests(&page);
	put_durations(&page);
	put_refusals(&page);
	put_commits(&page);
	put_gauges(&page, wal_b);
	if (room != NULL)
		put_room(&page, room);
	if (fclose(page.out) != 0)
		log_out_of_memory();
	copy = arena_strndup(arena, text, length);
	free(text);
	return copy;
}
