#include "game/share.h"

#include "core/clock.h"
#include "core/secret.h"
#include "game/gone.h"
#include "game/level.h"
#include "game/period.h"
#include "game/progress.h"
#include "game/state.h"
#include "game/veil.h"

enum { COUNT, ADD, LIST, REMOVE, FIND };

static const struct statement statements[] = {
    [COUNT] = {.sql = "SELECT count(*) FROM share WHERE account = $1"},
    [ADD] = {.sql = "INSERT INTO share (uid, account, what, created_day) VALUES ($1, $2, $3, $4)"},
    [LIST] = {.sql = "SELECT uid, what, created_day FROM share WHERE account = $1"
		     " ORDER BY created_day, uid"},
    [REMOVE] = {.sql = "DELETE FROM share WHERE uid = $1 AND account = $2 RETURNING 1"},
    [FIND] = {.sql = "SELECT uid, what, created_day, account FROM share WHERE uid = $1"},
};

const struct statement_table share_statements = {
    "share", statements, sizeof(statements) / sizeof(statements[0])};

const char *const share_names[] = {
    [SHARE_STREAK] = "streak",
    [SHARE_LEVEL] = "level",
    [SHARE_XP] = "xp",
    [SHARE_WEEK] = "week",
    NULL,
};

/* ----- rows ----- */

static enum problem count(struct db *db, int64_t account, int64_t *shares)
{
	struct query query;

	query_start(&query, db, &statements[COUNT]);
	query_put_integer(&query, account);
	if (query_next(&query))
		*shares = query_integer(&query, 0);
	return query_end(&query);
}

enum problem share_add(
    struct db *db, int64_t account, enum share_what what, int64_t max, struct share *share)
{
	struct query query;
	int64_t shares = 0;
	enum problem problem = count(db, account, &shares);

	if (problem == PROBLEM_NONE && shares >= max)
		problem = PROBLEM_QUOTA;
	if (problem == PROBLEM_NONE && !db_has_room(db))
		problem = PROBLEM_STORE_FULL;
	if (problem == PROBLEM_NONE)
		problem = member_note_share(db, account);
	if (problem != PROBLEM_NONE)
		return problem;
	*share = (struct share){.what = what, .created_day = clock_today()};
	secret_random(share->uid, sizeof(share->uid));
	query_start(&query, db, &statements[ADD]);
	query_put_bytes(&query, share->uid, sizeof(share->uid));
	query_put_integer(&query, account);
	query_put_integer(&query, what);
	query_put_day(&query, share->created_day);
	return query_run(&query);
}

static struct share get(struct query *query)
{
	struct share share = {
	    .what = (enum share_what)query_integer(query, 1),
	    .created_day = query_day(query, 2),
	};

	query_bytes(query, 0, share.uid, sizeof(share.uid));
	return share;
}

enum problem share_list(
    struct db *db, struct arena *arena, int64_t account, struct share **shares, size_t *count)
{
	size_t room = 0;
	struct query query;

	*shares = NULL;
	*count = 0;
	query_start(&query, db, &statements[LIST]);
	query_put_integer(&query, account);
	while (query_next(&query)) {
		*shares = arena_grow(arena, *shares, *count, &room, sizeof(**shares));
		(*shares)[(*count)++] = get(&query);
	}
	return query_end(&query);
}

enum problem share_remove(struct db *db, int64_t account, const uint8_t uid[SHARE_UID_B])
{
	struct query query;
	enum problem problem;
	bool found;

	query_start(&query, db, &statements[REMOVE]);
	query_put_bytes(&query, uid, SHARE_UID_B);
	query_put_integer(&query, account);
	found = query_next(&query);
	problem = query_end(&query);
	if (problem != PROBLEM_NONE)
		return problem;
	if (!found)
		return PROBLEM_UNKNOWN_SHARE;
	db_note_gone(db, GONE_SHARE, uid, SHARE_UID_B);
	db_scrub_after_commit(db);
	return PROBLEM_NONE;
}

/* ----- what one shows ----- */

static enum problem xp_of_week(
    struct db *db, const struct sharer *sharer, int32_t week, day_t last, int64_t *xp)
{
	return progress_xp_between(
	    db, sharer->account.id, period_first_day(PERIOD_WEEK, week), last, xp);
}

static enum problem show_exactly(struct db *db, const struct sharer *sharer, struct shown *shown)
{
	const struct account *account = &sharer->account;
	int32_t week = period_of(PERIOD_WEEK, clock_today());
	struct state state;
	enum problem problem;

	switch (shown->what) {
	case SHARE_STREAK:
		problem = state_of(db, account, DAY_NONE, &state);
		shown->figure = state.current_streak;
		return problem;
	case SHARE_LEVEL:
		shown->figure = level_of(account->totals.xp).number;
		return PROBLEM_NONE;
	case SHARE_XP:
		shown->figure = account->totals.xp;
		return PROBLEM_NONE;
	case SHARE_WEEK:
		return xp_of_week(
		    db, sharer, week, period_first_day(PERIOD_WEEK, week + 1) - 1, &shown->figure);
	}
	return PROBLEM_INTERNAL;
}

/* The streak as it was on a day, with the grace that it has where no device asks. */
static int64_t streak_on(const struct dayset *active, day_t day)
{
	day_t last = day, first;

	while (last > day - GRACE_OF_SERVER && !dayset_has(active, last))
		last--;
	for (first = last; dayset_has(active, first); first--)
		;
	return last - first;
}

/* The day of whose end a veiled figure is: veil.h says why. */
static day_t veiled_day(day_t created_day)
{
	day_t sunday = period_first_day(PERIOD_WEEK, period_of(PERIOD_WEEK, clock_today())) - 1;

	return created_day > sunday ? created_day : sunday;
}

static enum problem show_veiled(
    struct db *db, const struct sharer *sharer, day_t day, struct shown *shown)
{
	const struct account *account = &sharer->account;
	int32_t week = period_of(PERIOD_WEEK, day);
	int64_t since, of_week;
	/* Days that have not begun here may hold practice of where they have. */
	enum problem problem =
	    progress_xp_between(db, account->id, day + 1, clock_today() + 1, &since);

	if (problem == PROBLEM_NONE)
		problem = xp_of_week(db, sharer, week, day, &of_week);
	if (problem != PROBLEM_NONE)
		return problem;
	switch (shown->what) {
	case SHARE_STREAK:
		return veil_streak(db, streak_on(&account->active, day), &shown->figure);
	case SHARE_LEVEL:
		problem = veil_level(db, account->totals.xp - since, &shown->figure);
		if (problem == PROBLEM_NONE && shown->figure > 0)
			shown->figure = level_of(shown->figure).number;
		return problem;
	case SHARE_XP:
		return veil_xp(db, account->totals.xp - since, &shown->figure);
	case SHARE_WEEK:
		return veil_week(db, week, of_week, &shown->figure);
	}
	return PROBLEM_INTERNAL;
}

enum problem share_load_sharer(struct db *db, int64_t account, struct sharer *sharer)
{
	bool found;
	enum problem problem = account_load(db, account, &sharer->account);

	if (problem == PROBLEM_NONE)
		problem = progress_know_active(db, &sharer->account);
	return problem == PROBLEM_NONE ? member_load(db, account, &sharer->member, &found)
				       : problem;
}

enum problem share_show(
    struct db *db, const struct sharer *sharer, const struct share *share, struct shown *shown)
{
	*shown = (struct shown){.what = share->what, .veiled = sharer->member.ranked};
	return shown->veiled ? show_veiled(db, sharer, veiled_day(share->created_day), shown)
			     : show_exactly(db, sharer, shown);
}

enum problem share_find(struct db *db, const uint8_t uid[SHARE_UID_B], struct shown *shown)
{
	struct share share = {.created_day = DAY_NONE};
	struct sharer sharer;
	struct query query;
	int64_t account = 0;
	enum problem problem;

	query_start(&query, db, &statements[FIND]);
	query_put_bytes(&query, uid, SHARE_UID_B);
	if (query_next(&query)) {
		share = get(&query);
		account = query_integer(&query, 3);
	}
	problem = query_end(&query);
	if (problem == PROBLEM_NONE && account == 0)
		problem = PROBLEM_UNKNOWN_SHARE;
	if (problem == PROBLEM_NONE)
		problem = share_load_sharer(db, account, &sharer);
	return problem == PROBLEM_NONE ? share_show(db, &sharer, &share, shown) : problem;
}
