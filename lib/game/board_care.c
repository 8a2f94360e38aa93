#include "game/board_care.h"

#include <stdio.h>

#include "core/clock.h"
#include "game/board.h"
#include "game/bucket.h"
#include "game/member.h"
#include "game/ranking.h"
#include "game/standing.h"

enum {
	MEMBERS_CHUNK = 32, /* accounts a transaction */
	DROP_CHUNK = 500,   /* standings a transaction */
	BUCKETS = 4096,     /* more than those of 48 bits */
	FINDING_B = 160,
};

enum { VALUES, HISTOGRAM, FORGET, PUT, LIST, NEXT_HISTOGRAM, LAST_KEPT, DROP };

static const struct statement statements[] = {
    [VALUES] = {.sql = "SELECT value, count(*) FROM standing WHERE board = $1 AND period = $2"
		       " GROUP BY value"},
    [HISTOGRAM] = {.sql = "SELECT bucket, people FROM histogram WHERE board = $1 AND period = $2"},
    [FORGET] = {.sql = "DELETE FROM histogram WHERE board = $1 AND period = $2"},
    [PUT] = {.sql =
		 "INSERT INTO histogram (board, period, bucket, people) VALUES ($1, $2, $3, $4)"},
    [LIST] = {.sql = "SELECT board, period, sum(people) FROM histogram GROUP BY board, period",
	.flags = STATEMENT_SCANS},
    [NEXT_HISTOGRAM] = {.sql = "SELECT board, period FROM histogram"
			       " WHERE (board, period) > ($1, $2) ORDER BY board, period LIMIT 1"},
    [LAST_KEPT] = {.sql = "SELECT value, place FROM standing WHERE board = $1 AND period = $2"
			  " ORDER BY value DESC, place DESC LIMIT 1 OFFSET $3"},
    [DROP] = {.sql = "DELETE FROM standing WHERE (place, board, period) IN"
		     " (SELECT place, board, period FROM standing WHERE board = $1 AND period = $2"
		     " AND (value, place) < ($3, $4) LIMIT $5) RETURNING place"},
};

const struct statement_table board_care_statements = {
    "board_care", statements, sizeof(statements) / sizeof(statements[0])};

static void begin(struct query *query, struct db *db, int which, int board, int32_t period)
{
	query_start(query, db, &statements[which]);
	query_put_integer(query, board);
	query_put_integer(query, period);
}

/* What a finding is about: "xp of week 2026-W47". */
static const char *describe(int board, int32_t period, char text[FINDING_B])
{
	char id[PERIOD_TEXT_B];
	const char *name = period_format(boards[board].kind, period, id);

	if (name == NULL)
		snprintf(text, FINDING_B, "%s of all time", metric_names[boards[board].metric]);
	else
		snprintf(text, FINDING_B, "%s of %s", metric_names[boards[board].metric], name);
	return text;
}

/* ----- histograms ----- */

/* How many people each bucket has. */
struct buckets {
	int64_t people[BUCKETS];
};

static enum problem read_buckets(
    struct db *db, int which, int board, int32_t period, struct buckets *buckets)
{
	struct query query;

	*buckets = (struct buckets){0};
	begin(&query, db, which, board, period);
	while (query_next(&query)) {
		int64_t first = query_integer(&query, 0);
		int64_t bucket = which == VALUES ? bucket_of(first) : first;

		if (bucket >= 0 && bucket < BUCKETS)
			buckets->people[bucket] += query_integer(&query, 1);
	}
	return query_end(&query);
}

static enum problem check_histogram(
    struct db *db, int board, int32_t period, void (*complain)(const char *finding))
{
	struct buckets counted, kept;
	char what[FINDING_B], finding[2 * FINDING_B];
	enum problem problem = read_buckets(db, VALUES, board, period, &counted);

	if (problem == PROBLEM_NONE)
		problem = read_buckets(db, HISTOGRAM, board, period, &kept);
	for (int i = 0; problem == PROBLEM_NONE && i < BUCKETS; i++) {
		if (counted.people[i] == kept.people[i])
			continue;
		snprintf(finding, sizeof(finding),
		    "bucket %d of %s keeps %lld people, counted are %lld", i,
		    describe(board, period, what), (long long)kept.people[i],
		    (long long)counted.people[i]);
		complain(finding);
	}
	return problem;
}

struct instance {
	int board;
	int32_t period;
};

static enum problem write_histogram(struct db *db, void *argument)
{
	const struct instance *of = argument;
	struct buckets counted;
	struct query query;
	enum problem problem = read_buckets(db, VALUES, of->board, of->period, &counted);

	if (problem != PROBLEM_NONE)
		return problem;
	begin(&query, db, FORGET, of->board, of->period);
	problem = query_run(&query);
	for (int i = 0; problem == PROBLEM_NONE && i < BUCKETS; i++) {
		if (counted.people[i] == 0)
			continue;
		begin(&query, db, PUT, of->board, of->period);
		query_put_integer(&query, i);
		query_put_integer(&query, counted.people[i]);
		problem = query_run(&query);
	}
	return problem;
}

/* The next board in an open period; begins with a board of -1. False after the last one. */
static bool next_open(struct instance *of)
{
	day_t today = clock_today();

	if (of->board >= 0 && period_is_open(boards[of->board].kind, of->period + 1, today)) {
		of->period++;
		return true;
	}
	if (++of->board == BOARDS)
		return false;
	of->period = period_of(boards[of->board].kind, today);
	if (period_is_open(boards[of->board].kind, of->period - 1, today) && of->period > 0)
		of->period--;
	return true;
}

/* ----- accounts ----- */

static void compare(const struct scores *counted, const struct scores *kept, int64_t account,
    void (*complain)(const char *finding))
{
	struct scores differences = *counted;
	char what[FINDING_B], finding[2 * FINDING_B];

	for (size_t i = 0; i < kept->count; i++)
		scores_add(
		    &differences, kept->rows[i].board, kept->rows[i].period, -kept->rows[i].value);
	for (size_t i = 0; i < differences.count; i++) {
		const struct score *row = &differences.rows[i];

		if (row->value == 0)
			continue;
		snprintf(finding, sizeof(finding),
		    "account %lld keeps on the board for %s %lld less than is counted",
		    (long long)account, describe(row->board, row->period, what),
		    (long long)row->value);
		complain(finding);
	}
}

static enum problem check_member(
    struct db *db, int64_t account, void (*complain)(const char *finding))
{
	struct scores counted = scores_begin(), kept;
	struct streak run = {DAY_NONE, DAY_NONE, 0};
	struct member member;
	char finding[FINDING_B];
	bool found;
	enum problem problem = member_load(db, account, &member, &found);

	if (problem == PROBLEM_NONE && member_is_on_boards(&member))
		problem = scores_count(db, account, member.from_day, &counted, &run);
	if (problem == PROBLEM_NONE)
		problem = standing_load(db, member.place, counted.today, &kept);
	if (problem != PROBLEM_NONE)
		return problem;
	compare(&counted, &kept, account, complain);
	if (run.run_first != member.run.run_first || run.run_last != member.run.run_last ||
	    run.longest != member.run.longest) {
		snprintf(finding, sizeof(finding),
		    "account %lld keeps another streak for boards than is counted",
		    (long long)account);
		complain(finding);
	}
	return PROBLEM_NONE;
}

enum problem boards_check(struct db *db, void (*complain)(const char *finding))
{
	struct instance of = {.board = -1};
	int64_t account = 0;
	enum problem problem = PROBLEM_NONE;

	while (problem == PROBLEM_NONE && next_open(&of))
		problem = check_histogram(db, of.board, of.period, complain);
	while (problem == PROBLEM_NONE) {
		problem = member_next(db, account, &account);
		if (problem != PROBLEM_NONE || account == 0)
			break;
		problem = check_member(db, account, complain);
	}
	return problem;
}

/* ----- mending ----- */

struct mending {
	int64_t after; /* the account that the walk has reached; 0 at its end */
	int64_t mended;
};

static enum problem mend_chunk(struct db *db, void *argument)
{
	struct mending *mending = argument;

	for (int i = 0; i < MEMBERS_CHUNK; i++) {
		int64_t changed;
		enum problem problem = member_next(db, mending->after, &mending->after);

		if (problem == PROBLEM_NONE && mending->after != 0)
			problem = member_recount(db, mending->after, &changed);
		if (problem != PROBLEM_NONE || mending->after == 0)
			return problem;
		mending->mended += changed;
	}
	return PROBLEM_NONE;
}

enum problem boards_mend(struct store *store, int64_t *mended)
{
	struct mending mending = {0};
	struct instance of = {.board = -1};
	enum problem problem;

	do {
		problem = store_write(store, mend_chunk, &mending);
	} while (problem == PROBLEM_NONE && mending.after != 0);
	while (problem == PROBLEM_NONE && next_open(&of))
		problem = store_write(store, write_histogram, &of);
	*mended = mending.mended;
	return problem;
}

/* ----- closing ----- */

struct closing {
	struct instance at; /* the histogram that the walk has reached */
	bool more;
	int64_t dropped;
};

static enum problem forget_histogram(struct db *db, const struct instance *of)
{
	struct query query;

	begin(&query, db, FORGET, of->board, of->period);
	return query_run(&query);
}

/* Drops some of those who are not kept; *dropped is how many, 0 when it is done. */
static enum problem drop_some(struct db *db, const struct instance *of, int64_t *dropped)
{
	int64_t value = 0, place = 0;
	struct query query;
	enum problem problem;

	*dropped = 0;
	begin(&query, db, LAST_KEPT, of->board, of->period);
	query_put_integer(&query, RANKING_KEPT - 1);
	if (query_next(&query)) {
		value = query_integer(&query, 0);
		place = query_integer(&query, 1);
	}
	problem = query_end(&query);
	if (problem != PROBLEM_NONE || place == 0)
		return problem;
	begin(&query, db, DROP, of->board, of->period);
	query_put_integer(&query, value);
	query_put_integer(&query, place);
	query_put_integer(&query, DROP_CHUNK);
	while (query_next(&query))
		++*dropped;
	return query_end(&query);
}

static enum problem close_chunk(struct db *db, void *argument)
{
	struct closing *closing = argument;
	struct instance next = {0};
	struct query query;
	int64_t dropped;
	enum problem problem;

	begin(&query, db, NEXT_HISTOGRAM, closing->at.board, closing->at.period);
	closing->more = query_next(&query);
	if (closing->more)
		next = (struct instance){
		    (int)query_integer(&query, 0), (int32_t)query_integer(&query, 1)};
	problem = query_end(&query);
	if (problem != PROBLEM_NONE || !closing->more)
		return problem;
	/* Of a board that there is not nobody has a standing. */
	if (next.board >= 0 && next.board < BOARDS &&
	    period_is_open(boards[next.board].kind, next.period, clock_today())) {
		closing->at = next;
		return PROBLEM_NONE;
	}
	problem = drop_some(db, &next, &dropped);
	closing->dropped += dropped;
	return problem == PROBLEM_NONE && dropped == 0 ? forget_histogram(db, &next) : problem;
}

enum problem boards_close(struct store *store, int64_t *dropped)
{
	struct closing closing = {.at = {.board = INT32_MIN}};
	enum problem problem;

	do {
		problem = store_write(store, close_chunk, &closing);
	} while (problem == PROBLEM_NONE && closing.more);
	*dropped = closing.dropped;
	return problem;
}

enum problem boards_list(struct db *db, boards_see *see, void *argument)
{
	struct query query;

	query_start(&query, db, &statements[LIST]);
	while (query_next(&query)) {
		int64_t board = query_integer(&query, 0);

		if (board >= 0 && board < BOARDS)
			see((int)board, (int32_t)query_integer(&query, 1), query_integer(&query, 2),
			    argument);
	}
	return query_end(&query);
}
