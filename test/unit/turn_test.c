/* The turn to write goes to who waits for it, however soon its last holder wants it again. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "core/thread.h"
#include "store/turn.h"

enum { ROUNDS = 50, PATIENCE_MS = 60000 };

static char folder[] = "/tmp/turn.XXXXXX";
static char store_path[64], lock_path[80];

/* A process of its own, as far as the lock can tell: what it has opened is nobody else's. */
struct waiter {
	struct turn *turn;
	atomic_int taken;
};

static void *take_and_give(void *argument)
{
	struct waiter *waiter = argument;

	if (turn_take(waiter->turn) == PROBLEM_NONE) {
		waiter->taken++;
		turn_give(waiter->turn);
	}
	return NULL;
}

/* Waits until somebody beside the holder has a lock on the file: who is next. */
static bool is_waited_for(int file)
{
	for (int waited = 0; waited < PATIENCE_MS; waited++) {
		struct flock lock = {
		    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};

		if (fcntl(file, F_OFD_GETLK, &lock) != 0)
			return false;
		if (lock.l_type != F_UNLCK)
			return true;
		usleep(1000);
	}
	return false;
}

static void who_waits_is_before_who_has_just_had_it(void)
{
	struct waiter waiter = {0};
	struct turn *busy;
	pthread_t thread;
	int file;

	REQUIRE(turn_open(store_path, &busy) == PROBLEM_NONE);
	REQUIRE(turn_open(store_path, &waiter.turn) == PROBLEM_NONE);
	file = open(lock_path, O_RDWR | O_CLOEXEC);
	REQUIRE(file >= 0);
	for (int round = 1; round <= ROUNDS; round++) {
		REQUIRE(turn_take(busy) == PROBLEM_NONE);
		REQUIRE(thread_start(&thread, take_and_give, &waiter));
		REQUIRE(is_waited_for(file));
		turn_give(busy);
		REQUIRE(turn_take(busy) == PROBLEM_NONE);
		REQUIRE(waiter.taken == round);
		turn_give(busy);
		pthread_join(thread, NULL);
	}
	close(file);
	turn_close(waiter.turn);
	turn_close(busy);
}

int main(void)
{
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(store_path, sizeof(store_path), "%s/store", folder);
	snprintf(lock_path, sizeof(lock_path), "%s.lock", store_path);
	CASE(who_waits_is_before_who_has_just_had_it);
	unlink(lock_path);
	rmdir(folder);
	return check_end();
}
