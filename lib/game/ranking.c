#include "game/ranking.h"

#include <stdio.h>

#include "core/clock.h"
#include "game/board.h"
#include "game/bucket.h"
#include "game/level.h"

enum { BEHIND, BEFORE, VALUE, COUNT_PEOPLE, COUNT_ABOVE, COUNT_EQUAL, NEXT_ABOVE };

/* Whoever reads a row is told the level as well, from the board for XP of all time. */
#define ROW                                                                                  \
	"SELECT standing.value, standing.place, account.handle, coalesce((SELECT xp.value"   \
	" FROM standing AS xp WHERE xp.place = standing.place AND xp.board = 3"              \
	" AND xp.period = 0), 0) FROM standing JOIN member ON member.place = standing.place" \
	" JOIN account ON account.account = member.account"                                  \
	" WHERE standing.board = $1 AND standing.period = $2"

_Static_assert(BOARD_XP_ALL == 3, "the statement above says it");

/* The index has value and place in one direction, so a row value finds its point in one step. */
static const struct statement statements[] = {
    [BEHIND] = {.sql = ROW " AND (standing.value, standing.place) < ($3, $4)"
			   " ORDER BY standing.value DESC, standing.place DESC LIMIT $5"},
    [BEFORE] = {.sql = ROW " AND (standing.value, standing.place) > ($3, $4)"
			   " ORDER BY standing.value, standing.place LIMIT $5"},
    [VALUE] = {.sql = "SELECT value FROM standing"
		      " WHERE place = $1 AND board = $2 AND period = $3"},
    [COUNT_PEOPLE] = {.sql = "SELECT coalesce(sum(people), 0),"
			     " coalesce(sum(CASE WHEN bucket > $1 THEN people ELSE 0 END), 0)"
			     " FROM histogram WHERE board = $2 AND period = $3"},
    [COUNT_ABOVE] = {.sql = "SELECT count(*) FROM standing WHERE board = $1 AND period = $2"
			    " AND value > $3 AND value < $4"},
    [COUNT_EQUAL] = {.sql = "SELECT people FROM histogram"
			    " WHERE board = $1 AND period = $2 AND bucket = $3"},
    [NEXT_ABOVE] = {.sql = "SELECT value FROM standing WHERE board = $1 AND period = $2"
			   " AND value > $3 ORDER BY value LIMIT 1"},
};

const struct statement_table ranking_statements = {
    "ranking", statements, sizeof(statements) / sizeof(statements[0])};

/* A list of people as it grows. */
struct people {
	struct ranking_entry *entries;
	size_t count;
	size_t room;
};

static void begin(struct query *query, struct db *db, int which, const struct leaderboard *of)
{
	query_start(query, db, &statements[which]);
	query_put_integer(query, of->board);
	query_put_integer(query, of->period);
}

/* Reads up to limit people on one side of a point, the nearest first, without their ranks. */
static enum problem read_people(struct db *db, struct arena *arena, const struct leaderboard *of,
    int which, int64_t value, int64_t place, int64_t limit, struct people *people)
{
	struct query query;

	begin(&query, db, which, of);
	query_put_integer(&query, value);
	query_put_integer(&query, place);
	query_put_integer(&query, limit);
	while (query_next(&query)) {
		struct ranking_entry *entry;

		people->entries = arena_grow(
		    arena, people->entries, people->count, &people->room, sizeof(*entry));
		entry = &people->entries[people->count++];
		entry->value = query_integer(&query, 0);
		entry->place = query_integer(&query, 1);
		snprintf(entry->handle, sizeof(entry->handle), "%s", query_text(&query, 2));
		entry->level = level_of(query_integer(&query, 3)).number;
	}
	return query_end(&query);
}

/* ----- counting ----- */

/*
 * A histogram that was lost, to a clock that had jumped or to a hand in the database, says what cannot be,
 * until `breathctl boards mend`. Ranks are wrong then, but they are ranks: nothing is divided by nobody.
 */
static int64_t at_least(int64_t least, int64_t counted)
{
	return counted < least ? least : counted;
}

/* How many people there are, and how many of them stand above a value, which somebody has if it is not 0. */
static enum problem count_people(
    struct db *db, const struct leaderboard *of, int64_t value, int64_t *total, int64_t *above)
{
	int32_t bucket = bucket_of(value);
	struct query query;
	enum problem problem;

	query_start(&query, db, &statements[COUNT_PEOPLE]);
	query_put_integer(&query, bucket);
	query_put_integer(&query, of->board);
	query_put_integer(&query, of->period);
	if (query_next(&query)) {
		*total = query_integer(&query, 0);
		*above = query_integer(&query, 1);
	}
	problem = query_end(&query);
	*above = at_least(0, *above);
	if (problem == PROBLEM_NONE && bucket >= BUCKET_EXACT) {
		begin(&query, db, COUNT_ABOVE, of);
		query_put_integer(&query, value);
		query_put_integer(&query, bucket_first(bucket + 1));
		if (query_next(&query))
			*above += query_integer(&query, 0);
		problem = query_end(&query);
	}
	*total = at_least(*above + (value > 0), *total);
	return problem;
}

/* How many people have exactly a value. */
static enum problem count_equal(
    struct db *db, const struct leaderboard *of, int64_t value, int64_t *equal)
{
	bool exact = value < BUCKET_EXACT;
	struct query query;

	*equal = 0;
	begin(&query, db, exact ? COUNT_EQUAL : COUNT_ABOVE, of);
	query_put_integer(&query, exact ? value : value - 1);
	if (!exact)
		query_put_integer(&query, value + 1);
	if (query_next(&query))
		*equal = at_least(0, query_integer(&query, 0));
	return query_end(&query);
}

/*
 * Gives consecutive people their ranks.
 * above  people above the first one
 * equal  people with the first one's value, of whom some may stand before the first one
 */
static void give_ranks(struct ranking_entry *entries, size_t count, int64_t above, int64_t equal)
{
	above = at_least(0, above);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && entries[i].value != entries[i - 1].value) {
			above += equal;
			equal = 0;
			for (size_t k = i; k < count && entries[k].value == entries[i].value; k++)
				equal++;
		}
		entries[i].rank = above + 1;
	}
}

/* ----- closed periods ----- */

static bool is_closed(const struct leaderboard *of)
{
	return !period_is_open(boards[of->board].kind, of->period, clock_today());
}

/* All who are kept, with their ranks. */
static enum problem read_kept(
    struct db *db, struct arena *arena, const struct leaderboard *of, struct people *people)
{
	int64_t equal = 0;
	enum problem problem =
	    read_people(db, arena, of, BEHIND, INT64_MAX, INT64_MAX, RANKING_KEPT, people);

	while ((size_t)equal < people->count &&
	    people->entries[equal].value == people->entries[0].value)
		equal++;
	give_ranks(people->entries, people->count, 0, equal);
	return problem;
}

static enum problem kept_page(struct db *db, struct arena *arena, const struct leaderboard *of,
    const struct cursor *behind, int64_t limit, struct ranking_page *page)
{
	struct people kept = {0};
	size_t first = 0;
	enum problem problem = read_kept(db, arena, of, &kept);

	while (behind != NULL && first < kept.count &&
	    (kept.entries[first].value > behind->value ||
		(kept.entries[first].value == behind->value &&
		    kept.entries[first].place >= behind->place)))
		first++;
	page->total = (int64_t)kept.count;
	page->entries = kept.count == 0 ? NULL : &kept.entries[first];
	page->count = kept.count - first;
	page->more = page->count > (size_t)limit;
	if (page->more)
		page->count = (size_t)limit;
	return problem;
}

static void set_percentile(struct ranking_me *me)
{
	me->percentile = (int)(100 * (me->total - me->rank + 1) / me->total);
}

static enum problem kept_find(struct db *db, struct arena *arena, const struct leaderboard *of,
    int64_t place, int64_t around, struct ranking_me *me)
{
	struct people kept = {0};
	size_t mine = 0, first, next, last;
	enum problem problem = read_kept(db, arena, of, &kept);

	if (problem != PROBLEM_NONE)
		return problem;
	while (mine < kept.count && kept.entries[mine].place != place)
		mine++;
	if (mine == kept.count)
		return PROBLEM_NOT_ON_BOARD;
	me->rank = kept.entries[mine].rank;
	me->value = kept.entries[mine].value;
	me->total = (int64_t)kept.count;
	set_percentile(me);
	for (next = mine; next > 0 && kept.entries[next].value == me->value;)
		next--;
	me->has_next = kept.entries[next].value > me->value;
	me->next_gap = kept.entries[next].value - me->value;
	me->next_rank = kept.entries[next].rank;
	first = mine > (size_t)around ? mine - (size_t)around : 0;
	last = mine + (size_t)around < kept.count ? mine + (size_t)around : kept.count - 1;
	me->around = kept.entries + first;
	me->around_count = last - first + 1;
	return PROBLEM_NONE;
}

/* ----- open periods ----- */

static enum problem open_page(struct db *db, struct arena *arena, const struct leaderboard *of,
    const struct cursor *behind, int64_t limit, struct ranking_page *page)
{
	int64_t value = behind == NULL ? INT64_MAX : behind->value;
	int64_t place = behind == NULL ? INT64_MAX : behind->place;
	int64_t above = 0, equal = 0;
	struct people people = {0};
	enum problem problem = read_people(db, arena, of, BEHIND, value, place, limit + 1, &people);

	if (problem == PROBLEM_NONE)
		problem = count_people(
		    db, of, people.count == 0 ? 0 : people.entries[0].value, &page->total, &above);
	if (problem == PROBLEM_NONE && people.count > 0)
		problem = count_equal(db, of, people.entries[0].value, &equal);
	give_ranks(people.entries, people.count, above, equal);
	page->entries = people.entries;
	page->count = people.count;
	page->more = page->count > (size_t)limit;
	if (page->more)
		page->count = (size_t)limit;
	return problem;
}

/* What is missing to the next higher value, and the rank that has it. */
static enum problem find_next(
    struct db *db, const struct leaderboard *of, int64_t above, struct ranking_me *me)
{
	int64_t next = 0, equal = 0;
	struct query query;
	enum problem problem;

	begin(&query, db, NEXT_ABOVE, of);
	query_put_integer(&query, me->value);
	if (query_next(&query))
		next = query_integer(&query, 0);
	problem = query_end(&query);
	if (problem != PROBLEM_NONE || next == 0)
		return problem;
	problem = count_equal(db, of, next, &equal);
	me->has_next = true;
	me->next_gap = next - me->value;
	me->next_rank = at_least(1, above - equal + 1);
	return problem;
}

static enum problem find_value(
    struct db *db, const struct leaderboard *of, int64_t place, int64_t *value)
{
	struct query query;

	*value = 0;
	query_start(&query, db, &statements[VALUE]);
	query_put_integer(&query, place);
	query_put_integer(&query, of->board);
	query_put_integer(&query, of->period);
	if (query_next(&query))
		*value = query_integer(&query, 0);
	return query_end(&query);
}

/*
 * The ranks of neighbours follow from one's own: whoever is listed above, but for those with the
 * first one's value, is listed with all equals.
 * above  people above the person, of whom `listed` are at the beginning of the list
 */
static enum problem rank_neighbours(struct db *db, const struct leaderboard *of, int64_t above,
    size_t listed, struct people *people)
{
	int64_t equal;
	int64_t first = people->count == 0 ? 0 : people->entries[0].value;
	enum problem problem = count_equal(db, of, first, &equal);

	if (listed > 0) {
		above -= equal;
		for (size_t i = 0; i < listed; i++)
			above -= people->entries[i].value != first;
	}
	give_ranks(people->entries, people->count, above, equal);
	return problem;
}

static enum problem read_around(struct db *db, struct arena *arena, const struct leaderboard *of,
    int64_t place, int64_t around, int64_t above, struct ranking_me *me)
{
	struct people before = {0}, people = {0};
	size_t listed = 0;
	/* The person is the first behind the point just before, or nobody. */
	enum problem problem =
	    read_people(db, arena, of, BEFORE, me->value, place, around, &before);

	while (problem == PROBLEM_NONE && people.count < before.count) {
		people.entries = arena_grow(
		    arena, people.entries, people.count, &people.room, sizeof(*people.entries));
		people.entries[people.count] = before.entries[before.count - 1 - people.count];
		listed += people.entries[people.count++].value > me->value;
	}
	if (problem == PROBLEM_NONE && me->value > 0)
		problem =
		    read_people(db, arena, of, BEHIND, me->value, place + 1, around + 1, &people);
	if (problem == PROBLEM_NONE && people.count > 0)
		problem = rank_neighbours(db, of, above, listed, &people);
	me->around = people.entries;
	me->around_count = people.count;
	return problem;
}

static enum problem open_find(struct db *db, struct arena *arena, const struct leaderboard *of,
    int64_t place, int64_t around, struct ranking_me *me)
{
	int64_t above = 0;
	enum problem problem = find_value(db, of, place, &me->value);

	if (problem == PROBLEM_NONE)
		problem = count_people(db, of, me->value, &me->total, &above);
	if (problem != PROBLEM_NONE)
		return problem;
	if (me->value > 0) {
		me->rank = above + 1;
		set_percentile(me);
	}
	problem = find_next(db, of, above, me);
	return problem == PROBLEM_NONE ? read_around(db, arena, of, place, around, above, me)
				       : problem;
}

/* ----- the face ----- */

enum problem ranking_page(struct db *db, struct arena *arena, const struct leaderboard *of,
    const struct cursor *behind, int64_t limit, struct ranking_page *page)
{
	*page = (struct ranking_page){0};
	return is_closed(of) ? kept_page(db, arena, of, behind, limit, page)
			     : open_page(db, arena, of, behind, limit, page);
}

enum problem ranking_find(struct db *db, struct arena *arena, const struct leaderboard *of,
    int64_t place, int64_t around, struct ranking_me *me)
{
	*me = (struct ranking_me){0};
	return is_closed(of) ? kept_find(db, arena, of, place, around, me)
			     : open_find(db, arena, of, place, around, me);
}
