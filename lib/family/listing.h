#ifndef FAMILY_LISTING_H
#define FAMILY_LISTING_H

#include "family/family.h"

/*
 * Replies that list what an account has. Each is a handler as a route's row names it.
 */
enum problem listing_devices(const struct request *request, struct reply *reply);
enum problem listing_imports(const struct request *request, struct reply *reply);

#endif
