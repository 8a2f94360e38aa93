#include "core/limit.h"

#include "core/clock.h"

void limit_init(struct limit *limit, int64_t most, int64_t period_s)
{
	pthread_mutex_init(&limit->mutex, NULL);
	limit->left = limit->most = (double)most;
	limit->per_ms = (double)most / ((double)period_s * 1000);
	limit->counted_ms = clock_monotonic_ms();
}

/* Gives back what came back since the last look. The mutex is held. */
static void refill(struct limit *limit)
{
	double now_ms = clock_monotonic_ms();

	limit->left += (now_ms - limit->counted_ms) * limit->per_ms;
	if (limit->left > limit->most)
		limit->left = limit->most;
	limit->counted_ms = now_ms;
}

bool limit_exhausted(struct limit *limit, int *wait_s)
{
	bool exhausted;

	pthread_mutex_lock(&limit->mutex);
	refill(limit);
	exhausted = limit->left < 1;
	if (exhausted)
		*wait_s = (int)((1 - limit->left) / limit->per_ms / 1000) + 1;
	pthread_mutex_unlock(&limit->mutex);
	return exhausted;
}

void limit_take(struct limit *limit)
{
	pthread_mutex_lock(&limit->mutex);
	refill(limit);
	limit->left -= 1;
	pthread_mutex_unlock(&limit->mutex);
}
