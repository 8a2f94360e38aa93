#include "game/state.h"

#include "core/clock.h"
#include "game/device.h"
#include "game/progress.h"

/* What today means for a person: the current streak, and whether today is a part of it. */
static enum problem look_at_today(struct db *db, day_t asked, struct state *state)
{
	const struct streak *streak = &state->account.streak;
	day_t today = asked == DAY_NONE ? state->server_day : asked;
	int grace_days = asked == DAY_NONE ? GRACE_OF_SERVER : GRACE_OF_DEVICE;
	enum problem problem;

	if (streak_current(streak, today, grace_days, &state->current_streak)) {
		/* The latest run does not begin after today, or the set would have been asked. */
		state->active_today = today <= streak->run_last;
		return PROBLEM_NONE;
	}
	problem = progress_know_active(db, &state->account);
	state->current_streak = streak_current_in(&state->account.active, today);
	state->active_today = dayset_has(&state->account.active, today);
	return problem;
}

enum problem state_of(
    struct db *db, const struct account *account, day_t today, struct state *state)
{
	enum problem problem;

	*state = (struct state){.account = *account, .server_day = clock_today()};
	problem = device_count_clients(db, account->id, &state->devices);
	if (problem == PROBLEM_NONE)
		problem = epoch_load(db, state->epoch);
	return problem == PROBLEM_NONE ? look_at_today(db, today, state) : problem;
}
