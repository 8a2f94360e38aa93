#ifndef FAMILY_EXPORT_H
#define FAMILY_EXPORT_H

#include "family/family.h"

/*
 * Everything that is stored about the account (rule P8), as a handler that a route's row names. All of it is read in
 * one transaction of a few milliseconds, kept packed (game/history.h), and written as text while it goes out. What
 * is larger than nginx takes off our hands at once may hold a thread for as long as its client reads, so
 * only a few of those are under way, one of an account: PROBLEM_UNAVAILABLE to others.
 */
enum problem export_account(const struct request *request, struct reply *reply)
    __attribute__((nonnull, warn_unused_result));

#endif
