#ifndef CORE_THREAD_H
#define CORE_THREAD_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Threads that live as long as the process or a part of it: with small stacks, since their memory
 * counts, and waits by a clock that never jumps.
 */
enum { THREAD_STACK_B = 256 * 1024 };

/* Starts a thread, with all signals blocked: they are for the main thread. False after a line in the log. */
bool thread_start(pthread_t *thread, void *(*run)(void *), void *argument)
    __attribute__((nonnull(1, 2), warn_unused_result));

/* A condition whose timed waits are measured by the monotonic clock. */
void thread_cond_init(pthread_cond_t *condition) __attribute__((nonnull));

/*
 * Waits on such a condition until it is signalled, or for ms at most. False: the time has passed.
 * The mutex is held, as for pthread_cond_wait, and it may return early without cause.
 */
bool thread_cond_wait_ms(pthread_cond_t *condition, pthread_mutex_t *mutex, long ms)
    __attribute__((nonnull));

/* Waits until a semaphore can be taken, and takes it; false: ms have passed without. */
bool thread_sem_wait_ms(sem_t *semaphore, long ms) __attribute__((nonnull, warn_unused_result));

#endif
