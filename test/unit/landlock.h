/*
 * Whether the kernel offers Landlock. It may be older than 5.13, booted without it, or behind a container
 * that keeps it away; then an executable goes on without (core/sandbox.h), and what rests on it is skipped.
 */
#ifndef TEST_UNIT_LANDLOCK_H
#define TEST_UNIT_LANDLOCK_H

#include <linux/landlock.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline bool has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

#endif
