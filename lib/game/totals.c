#include "game/totals.h"

void totals_add(struct totals *sum, const struct totals *more)
{
	sum->xp += more->xp;
	sum->minutes += more->minutes;
	sum->sessions += more->sessions;
	sum->cycles += more->cycles;
}

void totals_subtract(struct totals *sum, const struct totals *less)
{
	sum->xp -= less->xp;
	sum->minutes -= less->minutes;
	sum->sessions -= less->sessions;
	sum->cycles -= less->cycles;
}

static void raise(int64_t *mine, int64_t other)
{
	if (other > *mine)
		*mine = other;
}

void totals_raise(struct totals *mine, const struct totals *other)
{
	raise(&mine->xp, other->xp);
	raise(&mine->minutes, other->minutes);
	raise(&mine->sessions, other->sessions);
	raise(&mine->cycles, other->cycles);
}

bool totals_equal(const struct totals *a, const struct totals *b)
{
	return a->xp == b->xp && a->minutes == b->minutes && a->sessions == b->sessions &&
	    a->cycles == b->cycles;
}

bool totals_any(const struct totals *totals)
{
	return totals->xp > 0 || totals->minutes > 0 || totals->sessions > 0 || totals->cycles > 0;
}

void totals_put(struct query *query, const struct totals *totals)
{
	query_put_integer(query, totals->xp);
	query_put_integer(query, totals->minutes);
	query_put_integer(query, totals->sessions);
	query_put_integer(query, totals->cycles);
}

struct totals totals_get(const struct query *query, int first_column)
{
	return (struct totals){
	    .xp = query_integer(query, first_column),
	    .minutes = query_integer(query, first_column + 1),
	    .sessions = query_integer(query, first_column + 2),
	    .cycles = query_integer(query, first_column + 3),
	};
}
