#ifndef FAMILY_LISTING_H
#define FAMILY_LISTING_H

#include "family/family.h"

/*
 * Replies that list what an account has. Each is a handler as a route's row names it.
 */
enum problem listing_devices(const struct request *request, struct reply *reply);
enum problem listing_imports(const struct request *request, struct reply *reply);

/*
 * Everything that is stored about the account (rule P8). Of accounts with thousands of days one at a time
 * (core/gate.h): PROBLEM_UNAVAILABLE where too many wait.
 */
enum problem listing_export(const struct request *request, struct reply *reply);

#endif
