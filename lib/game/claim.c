#include "game/claim.h"

enum { LIST };

static const struct statement statements[] = {
    [LIST] = {.sql = "SELECT device, claim_days, claim_last, claim_longest FROM import"
		     " WHERE account = $1 AND claim_last IS NOT NULL"},
};

const struct statement_table claim_statements = {
    "claim", statements, sizeof(statements) / sizeof(statements[0])};

void claim_merge(struct claim *mine, const struct claim *other)
{
	if (other->last_day > mine->last_day ||
	    (other->last_day == mine->last_day && other->days > mine->days)) {
		mine->days = other->days;
		mine->last_day = other->last_day;
	}
	if (other->longest > mine->longest)
		mine->longest = other->longest;
}

day_t claim_first_day(const struct claim *claim)
{
	return claim->last_day - claim->days + 1;
}

bool claim_speaks_for(const struct claim *claim, day_t day)
{
	return day >= claim_first_day(claim) - 1 && day <= claim->last_day + 1;
}

enum problem claim_list(struct db *db, struct arena *arena, int64_t account,
    struct device_claim **claims, size_t *count)
{
	size_t room = 0;
	struct query query;

	*claims = NULL;
	*count = 0;
	query_start(&query, db, &statements[LIST]);
	query_put_integer(&query, account);
	while (query_next(&query)) {
		*claims = arena_grow(arena, *claims, *count, &room, sizeof(**claims));
		(*claims)[(*count)++] = (struct device_claim){
		    .device = query_integer(&query, 0),
		    .claim = {(int32_t)query_integer(&query, 1), query_day(&query, 2),
			(int32_t)query_integer(&query, 3)},
		};
	}
	return query_end(&query);
}
