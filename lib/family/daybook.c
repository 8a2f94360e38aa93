#include "family/daybook.h"

#include <string.h>

#include "core/clock.h"

enum { PERIOD_MS = 60 * 60 * 1000 };

/* Who looks after the service is none of those whom it serves. */
static bool is_served(const struct metrics_route *route)
{
	return strcmp(route->path, "-") != 0 && strcmp(route->path, "/health") != 0 &&
	    strcmp(route->path, "/metrics") != 0;
}

static struct latency count(const struct metrics *metrics)
{
	struct latency sum = {0};

	for (size_t i = 0; i < metrics->route_count; i++)
		for (int k = 0; is_served(&metrics->routes[i]) && k < METRICS_LATENCIES; k++)
			sum.took[k] +=
			    __atomic_load_n(&metrics->routes[i].took[k], __ATOMIC_RELAXED);
	return sum;
}

void daybook_begin(struct daybook *daybook, const struct metrics *metrics)
{
	*daybook = (struct daybook){
	    .metrics = metrics, .day = clock_today(), .told_ms = clock_monotonic_ms()};
}

bool daybook_is_due(const struct daybook *daybook)
{
	return clock_today() != daybook->day ||
	    clock_monotonic_ms() - daybook->told_ms >= PERIOD_MS;
}

struct page {
	day_t day;
	struct latency news;
};

static enum problem add_page(struct db *db, void *argument)
{
	const struct page *page = argument;

	return latency_add(db, page->day, &page->news);
}

enum problem daybook_write(struct daybook *daybook, struct store *store)
{
	struct latency counted = count(daybook->metrics);
	struct page page = {.day = daybook->day, .news = counted};
	enum problem problem = PROBLEM_NONE;

	for (int i = 0; i < METRICS_LATENCIES; i++)
		page.news.took[i] -= daybook->told.took[i];
	if (latency_count(&page.news) > 0)
		problem = store_write(store, add_page, &page);
	if (problem != PROBLEM_NONE)
		return problem;
	daybook->told = counted;
	daybook->day = clock_today();
	daybook->told_ms = clock_monotonic_ms();
	return PROBLEM_NONE;
}
