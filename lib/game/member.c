#include "game/member.h"

#include "core/clock.h"
#include "core/secret.h"
#include "game/account.h"
#include "game/board.h"
#include "game/gone.h"
#include "game/standing.h"

enum { LOAD, SAVE, PLACE_TAKEN, BY_HANDLE, NEXT };

static const struct statement statements[] = {
    [LOAD] = {.sql = "SELECT place, visible, withheld, from_day, run_first, run_last, longest,"
		     " shared, ranked FROM member WHERE account = $1"},
    [SAVE] = {.sql = "INSERT INTO member (account, place, visible, withheld, from_day, run_first,"
		     " run_last, longest, shared, ranked)"
		     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
		     " ON CONFLICT (account) DO UPDATE SET place = excluded.place,"
		     " visible = excluded.visible, withheld = excluded.withheld,"
		     " shared = excluded.shared, ranked = excluded.ranked,"
		     " from_day = excluded.from_day, run_first = excluded.run_first,"
		     " run_last = excluded.run_last, longest = excluded.longest"},
    [PLACE_TAKEN] = {.sql = "SELECT 1 FROM member WHERE place = $1"},
    [BY_HANDLE] = {.sql = "SELECT member.account FROM account"
			  " JOIN member ON member.account = account.account"
			  " WHERE account.handle = $1"},
    [NEXT] = {.sql = "SELECT account FROM member WHERE account > $1 ORDER BY account LIMIT 1"},
};

const struct statement_table member_statements = {
    "member", statements, sizeof(statements) / sizeof(statements[0])};

const char *const withheld_names[WITHHELD_REASONS] = {
    [WITHHELD_IMPLAUSIBLE] = "implausible",
    [WITHHELD_AUTOMATED] = "automated",
    [WITHHELD_SHARED] = "shared",
};

static const struct streak no_run = {DAY_NONE, DAY_NONE, 0};

/* ----- the row ----- */

enum problem member_load(struct db *db, int64_t account, struct member *member, bool *found)
{
	struct query query;

	*member = (struct member){.account = account, .from_day = DAY_NONE, .run = no_run};
	query_start(&query, db, &statements[LOAD]);
	query_put_integer(&query, account);
	*found = query_next(&query);
	if (*found) {
		member->place = query_integer(&query, 0);
		member->visible = query_integer(&query, 1) != 0;
		member->withheld = (enum withheld)query_integer(&query, 2);
		member->from_day = query_day(&query, 3);
		member->run.run_first = query_day(&query, 4);
		member->run.run_last = query_day(&query, 5);
		member->run.longest = (int32_t)query_integer(&query, 6);
		member->shared = query_integer(&query, 7) != 0;
		member->ranked = query_integer(&query, 8) != 0;
	}
	return query_end(&query);
}

bool member_is_on_boards(const struct member *member)
{
	return member->visible && member->withheld == WITHHELD_NOT;
}

static enum problem save(struct db *db, const struct member *member)
{
	struct query query;

	query_start(&query, db, &statements[SAVE]);
	query_put_integer(&query, member->account);
	query_put_integer(&query, member->place);
	query_put_integer(&query, member->visible);
	query_put_integer(&query, member->withheld);
	query_put_day(&query, member->from_day);
	query_put_day(&query, member->run.run_first);
	query_put_day(&query, member->run.run_last);
	query_put_integer(&query, member->run.longest);
	query_put_integer(&query, member->shared);
	query_put_integer(&query, member->ranked);
	return query_run(&query);
}

/* 48 random bits but for 0, which are short in a row and in a cursor. Each byte counts alike on every machine. */
static int64_t random_place(void)
{
	int64_t place = 0;

	while (place == 0) {
		uint8_t bytes[6];

		secret_random(bytes, sizeof(bytes));
		for (size_t i = 0; i < sizeof(bytes); i++)
			place = place << 8 | bytes[i];
	}
	return place;
}

/* A place that nobody has. */
static enum problem draw_place(struct db *db, int64_t *place)
{
	bool taken = true;

	while (taken) {
		struct query query;
		enum problem problem;

		*place = random_place();
		query_start(&query, db, &statements[PLACE_TAKEN]);
		query_put_integer(&query, *place);
		taken = query_next(&query);
		problem = query_end(&query);
		if (problem != PROBLEM_NONE)
			return problem;
	}
	return PROBLEM_NONE;
}

/* The row as it is, or a new one's beginnings. */
static enum problem load_or_begin(struct db *db, int64_t account, struct member *member)
{
	bool found;
	enum problem problem = member_load(db, account, member, &found);

	if (problem == PROBLEM_NONE && !found)
		problem = draw_place(db, &member->place);
	return problem;
}

/* ----- on and off ----- */

/* Takes the standings of a row off all boards; the row is the caller's to save. */
static enum problem take_off(struct db *db, struct member *member)
{
	if (!member_is_on_boards(member))
		return PROBLEM_NONE;
	member->run = no_run;
	db_scrub_after_commit(db);
	return standing_remove(db, member->place);
}

/* Makes a saved row's standings what counting says; *changed is how many figures were not. */
static enum problem put_on(struct db *db, struct member *member, int64_t *changed)
{
	struct streak run = member->run;
	struct scores scores;
	enum problem problem =
	    scores_count(db, member->account, member->from_day, &scores, &member->run);

	*changed = 0;
	if (problem == PROBLEM_NONE)
		problem = standing_set(db, member->place, &scores, changed);
	if (problem != PROBLEM_NONE ||
	    (run.run_first == member->run.run_first && run.run_last == member->run.run_last &&
		run.longest == member->run.longest))
		return problem;
	++*changed;
	return save(db, member);
}

/* From the first day on that nobody can have seen yet, days count, and none before. */
static enum problem begin_anew(struct db *db, int64_t account, struct member *member)
{
	day_t last, today = clock_today();
	enum problem problem = scores_last_day(db, account, &last);
	day_t unseen = last >= today ? last + 1 : today;

	if (unseen > member->from_day)
		member->from_day = unseen;
	return problem;
}

/* A row that has changed in what it asks for: off boards first if it was on them, on if it is to be. */
static enum problem change(
    struct db *db, struct member *member, bool visible, enum withheld withheld)
{
	int64_t changed;
	enum problem problem = take_off(db, member);

	member->visible = visible;
	member->withheld = withheld;
	if (member_is_on_boards(member)) {
		if (problem == PROBLEM_NONE && member->shared)
			problem = begin_anew(db, member->account, member);
		member->shared = false;
		member->ranked = true;
	}
	if (problem == PROBLEM_NONE)
		problem = save(db, member);
	if (problem == PROBLEM_NONE && member_is_on_boards(member))
		problem = put_on(db, member, &changed);
	return problem;
}

enum problem member_show(struct db *db, int64_t account, bool visible, struct member *member)
{
	enum problem problem = load_or_begin(db, account, member);

	if (problem != PROBLEM_NONE || member->visible == visible)
		return problem;
	if (!visible)
		problem = gone_note_account(db, GONE_VISIBLE, account);
	if (problem != PROBLEM_NONE)
		return problem;
	return change(db, member, visible, member->withheld);
}

enum problem member_rename(
    struct db *db, int64_t account, struct member *member, char handle[HANDLE_TEXT_B])
{
	enum problem problem = load_or_begin(db, account, member);

	if (problem == PROBLEM_NONE)
		problem = take_off(db, member);
	if (problem == PROBLEM_NONE)
		problem = gone_note_account(db, GONE_HANDLE, account);
	if (problem == PROBLEM_NONE)
		problem = account_renew_handle(db, account, handle);
	if (problem == PROBLEM_NONE)
		problem = begin_anew(db, account, member);
	if (problem == PROBLEM_NONE)
		problem = draw_place(db, &member->place);
	member->visible = false;
	return problem == PROBLEM_NONE ? save(db, member) : problem;
}

enum problem member_forget(struct db *db, int64_t account)
{
	struct member member;
	bool found;
	enum problem problem = member_load(db, account, &member, &found);

	return problem == PROBLEM_NONE && found ? take_off(db, &member) : problem;
}

enum problem member_moderate(struct db *db, const char *handle, enum withheld withheld)
{
	struct member member = {0};
	struct query query;
	int64_t account = 0;
	enum problem problem;
	bool found;

	query_start(&query, db, &statements[BY_HANDLE]);
	query_put_text(&query, handle);
	if (query_next(&query))
		account = query_integer(&query, 0);
	problem = query_end(&query);
	if (problem == PROBLEM_NONE)
		problem = member_load(db, account, &member, &found);
	if (problem == PROBLEM_NONE && !found)
		problem = PROBLEM_NOT_ON_BOARD;
	return problem == PROBLEM_NONE ? change(db, &member, member.visible, withheld) : problem;
}

enum problem member_note_share(struct db *db, int64_t account)
{
	struct member member;
	enum problem problem = load_or_begin(db, account, &member);

	if (problem != PROBLEM_NONE || member.shared || member.ranked)
		return problem;
	member.shared = true;
	return save(db, &member);
}

/* ----- along ----- */

/* What one more board day does to the streak, which only all days together may be able to tell. */
static enum problem extend_run(
    struct db *db, struct member *member, day_t day, struct scores *changes)
{
	struct scores ignored;
	int32_t longest = member->run.longest;
	enum problem problem = PROBLEM_NONE;

	if (!streak_extend(&member->run, day))
		problem =
		    scores_count(db, member->account, member->from_day, &ignored, &member->run);
	scores_add(changes, BOARD_STREAK_ALL, 0, member->run.longest - longest);
	return problem;
}

enum problem member_follow(struct db *db, int64_t account, const struct gains *gains)
{
	struct member member;
	struct scores changes = scores_begin();
	bool found, ran = false;
	enum problem problem = PROBLEM_NONE;

	if (gains->count == 0)
		return PROBLEM_NONE;
	problem = member_load(db, account, &member, &found);
	if (problem != PROBLEM_NONE || !found || !member_is_on_boards(&member))
		return problem;
	for (size_t i = 0; problem == PROBLEM_NONE && i < gains->count; i++) {
		const struct gain *gain = &gains->days[i];
		int64_t xp = 0;

		if (gain->day < member.from_day)
			continue;
		problem = scores_timely_xp(db, account, gain->day, &xp);
		scores_add_day(&changes, gain->day, board_day_xp(xp) - board_day_xp(xp - gain->xp),
		    xp == gain->xp);
		if (problem == PROBLEM_NONE && xp == gain->xp) {
			problem = extend_run(db, &member, gain->day, &changes);
			ran = true;
		}
	}
	if (problem == PROBLEM_NONE)
		problem = standing_add(db, member.place, &changes);
	return problem == PROBLEM_NONE && ran ? save(db, &member) : problem;
}

enum problem member_recount(struct db *db, int64_t account, int64_t *changed)
{
	struct member member;
	bool found;
	enum problem problem = member_load(db, account, &member, &found);

	*changed = 0;
	if (problem != PROBLEM_NONE || !found)
		return problem;
	if (!member_is_on_boards(&member)) {
		const struct scores none = scores_begin();

		return standing_set(db, member.place, &none, changed);
	}
	return put_on(db, &member, changed);
}

/* What holds of one account comes to hold of the other as well. */
static enum problem inherit(struct db *db, const struct member *theirs, struct member *ours)
{
	enum withheld withheld = ours->withheld != WITHHELD_NOT ? ours->withheld : theirs->withheld;
	enum problem problem = PROBLEM_NONE;

	if (theirs->from_day > ours->from_day)
		ours->from_day = theirs->from_day;
	ours->ranked = ours->ranked || theirs->ranked;
	/* What a share of theirs has shown would come to boards as what ours grow by, on one day. */
	if (theirs->shared && member_is_on_boards(ours)) {
		problem = begin_anew(db, theirs->account, ours);
		if (problem == PROBLEM_NONE)
			problem = begin_anew(db, ours->account, ours);
	} else if (theirs->shared) {
		ours->shared = true;
	}
	if (problem != PROBLEM_NONE)
		return problem;
	if (withheld != ours->withheld)
		return change(db, ours, ours->visible, withheld);
	return save(db, ours);
}

enum problem member_merge(struct db *db, int64_t from, int64_t into)
{
	struct member theirs, ours;
	bool found;
	enum problem problem = member_load(db, from, &theirs, &found);

	if (problem != PROBLEM_NONE || !found)
		return problem;
	problem = take_off(db, &theirs);
	if (theirs.withheld == WITHHELD_NOT && theirs.from_day == DAY_NONE && !theirs.shared &&
	    !theirs.ranked)
		return problem;
	if (problem == PROBLEM_NONE)
		problem = load_or_begin(db, into, &ours);
	return problem == PROBLEM_NONE ? inherit(db, &theirs, &ours) : problem;
}

enum problem member_next(struct db *db, int64_t after, int64_t *account)
{
	struct query query;

	*account = 0;
	query_start(&query, db, &statements[NEXT]);
	query_put_integer(&query, after);
	if (query_next(&query))
		*account = query_integer(&query, 0);
	return query_end(&query);
}
