#ifndef FAMILY_RENDER_STATS_H
#define FAMILY_RENDER_STATS_H

#include "game/community.h"
#include "game/insight.h"
#include "game/practice.h"
#include "game/state.h"
#include "http/reply.h"

/* Statistics as the API's JSON; each returns a new value that the caller owns. */

/* What an account has reached and what it is about to. */
struct json_object *render_insight(const struct state *state, const struct practice *practice,
    const struct insight *insight) __attribute__((nonnull, returns_nonnull, warn_unused_result));

/* [{"first_day","last_day","xp","minutes","sessions","cycles","active_days"}] */
struct json_object *render_spans(const struct span *spans, size_t count)
    __attribute__((returns_nonnull, warn_unused_result));

/* The folded months that days from one on up to another lie in, with the days that were active. */
struct json_object *render_folded(const struct practice *practice, day_t from, day_t to)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/* [{"week","first_day","last_day","participation","minutes"}] */
struct json_object *render_community(const struct community_week *weeks, size_t count)
    __attribute__((returns_nonnull, warn_unused_result));

#endif
