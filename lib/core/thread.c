#include "core/thread.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "core/log.h"

bool thread_start(pthread_t *thread, void *(*run)(void *), void *argument)
{
	sigset_t all, before;
	pthread_attr_t attributes;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, THREAD_STACK_B);
	error = pthread_create(thread, &attributes, run, argument);
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0)
		log_line("a thread cannot be started: %s", strerrordesc_np(error));
	return error == 0;
}

void thread_cond_init(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

static struct timespec monotonic_in_ms(long ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	return until;
}

bool thread_cond_wait_ms(pthread_cond_t *condition, pthread_mutex_t *mutex, long ms)
{
	struct timespec until = monotonic_in_ms(ms);

	return pthread_cond_timedwait(condition, mutex, &until) == 0;
}

bool thread_sem_wait_ms(sem_t *semaphore, long ms)
{
	struct timespec until = monotonic_in_ms(ms);

	while (sem_clockwait(semaphore, CLOCK_MONOTONIC, &until) != 0)
		if (errno != EINTR)
			return false;
	return true;
}
