#ifndef FAMILY_RENDER_H
#define FAMILY_RENDER_H

#include "game/device.h"
#include "game/import.h"
#include "game/level.h"
#include "game/member.h"
#include "game/rating.h"
#include "game/share.h"
#include "game/state.h"
#include "http/reply.h"

/*
 * What the product knows, as the API's JSON. Members are added to an object that the caller owns, or
 * a new value is returned that the caller owns.
 */
void render_uuid(struct json_object *json, const char *name, const uint8_t uid[UUID_B])
    __attribute__((nonnull));

/* The four members of totals, added to an object, and as one of their own. */
void render_add_totals(struct json_object *json, const struct totals *totals)
    __attribute__((nonnull));
struct json_object *render_totals(const struct totals *totals)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/* {"level","title","xp_from","xp_next"} */
struct json_object *render_level(int64_t xp) __attribute__((returns_nonnull, warn_unused_result));

/* {"current","longest","last_day","active_today"} */
struct json_object *render_streak(const struct state *state)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/* The days of a month whose bits are set (bit k: day k + 1), as a list. */
struct json_object *render_day_bits(int32_t month, int64_t days)
    __attribute__((returns_nonnull, warn_unused_result));

/* The merged state, whole. */
struct json_object *render_state(const struct state *state)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/* How an account stands to boards: {"visible","from_day","withheld"} */
struct json_object *render_member(const struct member *member)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/* What an account has on boards: [{"metric","period","period_id","value"}] */
struct json_object *render_standings(const struct score *rows, size_t count)
    __attribute__((returns_nonnull, warn_unused_result));

/* A share itself: {"id","what","created_day"} */
struct json_object *render_share(const struct share *share)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/* A client in the list of devices; caller_device is marked as `this`. */
struct json_object *render_device(const struct device *device, int64_t caller_device)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/* An import in the list of imports. */
struct json_object *render_import(const struct import *import, const struct extent *extent)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/* What an export says of the account itself; rated_year as rating_year has it. */
struct json_object *render_account(const struct account *account, const char *const *former,
    size_t former_count, int32_t rated_year)
    __attribute__((nonnull(1), returns_nonnull, warn_unused_result));

/* What an export says of a device or an import, but for its days and months, which follow (export.c). */
struct json_object *render_whole_device(const struct device *device, const char *const *joined,
    size_t joined_count) __attribute__((nonnull(1), returns_nonnull, warn_unused_result));
struct json_object *render_whole_import(const struct device *device, const struct import *import)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

#endif
