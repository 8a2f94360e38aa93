#include "game/check.h"

#include <stdio.h>

#include "game/account.h"
#include "game/progress.h"

/* What must never be found, each a statement whose rows are findings. */
static const struct statement statements[] = {
    {.sql = "SELECT 'account ' || day.account || ' has days of a device of another: ' || day.device"
	    " FROM day LEFT JOIN device ON device.device = day.device"
	    " WHERE device.account IS NOT day.account",
	.flags = STATEMENT_SCANS},
    {.sql = "SELECT 'account ' || month.account || ' has months of a device of another: '"
	    " || month.device FROM month LEFT JOIN device ON device.device = month.device"
	    " WHERE device.account IS NOT month.account",
	.flags = STATEMENT_SCANS},
    {.sql = "SELECT 'import ' || import.device || ' and its device differ in account or kind'"
	    " FROM import JOIN device ON device.device = import.device"
	    " WHERE device.account <> import.account OR device.kind <> 0",
	.flags = STATEMENT_SCANS},
    {.sql = "SELECT 'device ' || device || ' is an import without its row' FROM device"
	    " WHERE kind = 0 AND NOT EXISTS"
	    " (SELECT 1 FROM import WHERE import.device = device.device)",
	.flags = STATEMENT_SCANS},
    {.sql = "SELECT 'device ' || day.device || ' has a day that was folded: ' || day.day"
	    " FROM day JOIN device ON device.device = day.device"
	    " WHERE day.day <= device.horizon_day",
	.flags = STATEMENT_SCANS},
    {.sql = "SELECT 'device ' || day.device || ' is an import with XP for boards on ' || day.day"
	    " FROM day JOIN device ON device.device = day.device"
	    " WHERE device.kind = 0 AND day.timely_xp > 0",
	.flags = STATEMENT_SCANS},
    {.sql = "SELECT 'device ' || device.device || ' keeps last_day ' || coalesce(last_day, 'none')"
	    " || ', found is ' || coalesce(found.day, 'none') FROM device LEFT JOIN"
	    " (SELECT device, max(day) AS day FROM day GROUP BY device) AS found"
	    " ON found.device = device.device WHERE last_day IS NOT found.day"
	    /* Where all is folded, its day is known as a part of a month only. */
	    " AND (found.day IS NOT NULL OR last_day IS NOT horizon_day)",
	.flags = STATEMENT_SCANS},
    {.sql = "SELECT 'device ' || device.device || ' keeps totals or a first day that its rows do"
	    " not have' FROM device LEFT JOIN (SELECT device, sum(xp) AS xp, sum(minutes) AS minutes,"
	    " sum(sessions) AS sessions, sum(cycles) AS cycles, min(day) AS day FROM (SELECT device,"
	    " xp, minutes, sessions, cycles, day FROM day UNION ALL SELECT device, xp, minutes,"
	    " sessions, cycles, NULL FROM month) AS part GROUP BY device) AS found"
	    " ON found.device = device.device WHERE device.xp <> coalesce(found.xp, 0)"
	    " OR device.minutes <> coalesce(found.minutes, 0)"
	    " OR device.sessions <> coalesce(found.sessions, 0)"
	    " OR device.cycles <> coalesce(found.cycles, 0)"
	    " OR (found.device IS NULL) <> (device.first_day IS NULL)"
	    " OR found.day < device.first_day OR device.first_day > device.last_day",
	.flags = STATEMENT_SCANS},
    {.sql = "SELECT 'device ' || device || ' has ' || count(*) || ' current tokens' FROM token"
	    " WHERE state = 1 GROUP BY device HAVING count(*) > 1",
	.flags = STATEMENT_SCANS},
    {.sql = "SELECT 'week ' || week || ' is published and was not closed' FROM"
	    " (SELECT week FROM community UNION SELECT week FROM satisfaction) AS published"
	    " WHERE week > (SELECT coalesce(max(week), 0) FROM closing)",
	.flags = STATEMENT_SCANS},
    {.sql = "SELECT 'the store has ' || count(*) || ' epochs' FROM store HAVING count(*) <> 1",
	.flags = STATEMENT_SCANS},
};

enum { STATEMENTS = sizeof(statements) / sizeof(statements[0]) };

const struct statement_table check_statements = {"check", statements, STATEMENTS};

static void complain_figure(void (*complain)(const char *finding), int64_t account,
    const char *figure, int64_t kept, int64_t counted)
{
	char finding[128];

	if (kept == counted)
		return;
	snprintf(finding, sizeof(finding), "account %lld keeps %s %lld, counted are %lld",
	    (long long)account, figure, (long long)kept, (long long)counted);
	complain(finding);
}

static void complain_days(void (*complain)(const char *finding), int64_t account)
{
	char finding[128];

	snprintf(finding, sizeof(finding),
	    "account %lld keeps other active days than its rows have", (long long)account);
	complain(finding);
}

static enum problem check_account(struct db *db, int64_t id, void (*complain)(const char *finding))
{
	struct account kept, counted;
	enum problem problem = account_load(db, id, &kept);

	counted = kept;
	if (problem == PROBLEM_NONE)
		problem = progress_recount(db, &counted);
	if (problem != PROBLEM_NONE)
		return problem;
	const struct {
		const char *name;
		int64_t kept, counted;
	} figures[] = {
	    {"xp", kept.totals.xp, counted.totals.xp},
	    {"minutes", kept.totals.minutes, counted.totals.minutes},
	    {"sessions", kept.totals.sessions, counted.totals.sessions},
	    {"cycles", kept.totals.cycles, counted.totals.cycles},
	    {"run_first", kept.streak.run_first, counted.streak.run_first},
	    {"run_last", kept.streak.run_last, counted.streak.run_last},
	    {"longest", kept.streak.longest, counted.streak.longest},
	    {"row_count", kept.row_count, counted.row_count},
	};
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		complain_figure(complain, id, figures[i].name, figures[i].kept, figures[i].counted);
	if (kept.knows_active && !dayset_equal(&kept.active, &counted.active))
		complain_days(complain, id);
	return PROBLEM_NONE;
}

enum problem check_progress(struct db *db, void (*complain)(const char *finding), int64_t *accounts)
{
	enum problem problem = PROBLEM_NONE;
	int64_t id = 0;

	for (size_t i = 0; problem == PROBLEM_NONE && i < STATEMENTS; i++) {
		struct query query;

		query_start(&query, db, &statements[i]);
		while (query_next(&query))
			complain(query_text(&query, 0));
		problem = query_end(&query);
	}
	for (*accounts = 0; problem == PROBLEM_NONE; ++*accounts) {
		problem = account_next(db, id, &id);
		if (problem != PROBLEM_NONE || id == 0)
			break;
		problem = check_account(db, id, complain);
	}
	return problem;
}
