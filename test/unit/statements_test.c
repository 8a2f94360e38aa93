/*
 * Walks every statement of the product: each prepares, names its parameters $1, $2 … in the order
 * in which SQLite numbers them, and reads a whole table only where its row says that it means to.
 */
#include "game/statements.h"

#include <ctype.h>
#include <sqlite3.h>

#include "check.h"
#include "temp_store.h"

static struct temp_store temp;
static sqlite3 *raw;

static bool is_table(const char *name, size_t length)
{
	sqlite3_stmt *look;
	bool found;

	sqlite3_prepare_v2(
	    raw, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", -1, &look, NULL);
	sqlite3_bind_text(look, 1, name, (int)length, SQLITE_STATIC);
	found = sqlite3_step(look) == SQLITE_ROW;
	sqlite3_finalize(look);
	return found;
}

/* Is that a table of the schema, by its own name or by the one that a statement gives it (day AS d)? */
static bool means_table(const char *sql, const char *name, size_t length)
{
	char alias[80];

	if (is_table(name, length))
		return true;
	snprintf(alias, sizeof(alias), " AS %.*s", (int)length, name);
	for (const char *as = strstr(sql, alias); as != NULL; as = strstr(as + 1, alias)) {
		const char *word = as;

		while (word > sql && (isalnum((unsigned char)word[-1]) || word[-1] == '_'))
			word--;
		if (!isalnum((unsigned char)as[strlen(alias)]) && as[strlen(alias)] != '_' &&
		    is_table(word, (size_t)(as - word)))
			return true;
	}
	return false;
}

/*
 * Does a step of the plan walk a table of the schema from end to end? "SCAN day" does, and so does
 * "SEARCH day" without a word on what it searches by, or by an index that is made for it alone. Subqueries by
 * other names may be scanned.
 */
static bool walks(const char *sql, const char *detail)
{
	if (strncmp(detail, "SCAN ", 5) == 0)
		return means_table(sql, detail + 5, strcspn(detail + 5, " "));
	if (strncmp(detail, "SEARCH ", 7) == 0 &&
	    (strchr(detail, '(') == NULL || strstr(detail, " AUTOMATIC ") != NULL))
		return means_table(sql, detail + 7, strcspn(detail + 7, " "));
	return false;
}

static bool scans(const char *sql)
{
	sqlite3_stmt *plan;
	char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
	bool found = false;

	sqlite3_prepare_v2(raw, explain, -1, &plan, NULL);
	while (sqlite3_step(plan) == SQLITE_ROW)
		found |= walks(sql, (const char *)sqlite3_column_text(plan, 3));
	sqlite3_finalize(plan);
	sqlite3_free(explain);
	return found;
}

static void check_statement(const char *module, const struct statement *statement)
{
	sqlite3_stmt *handle = NULL;
	int parameters;

	printf("# %s: %.60s\n", module, statement->sql);
	REQUIRE(sqlite3_prepare_v2(raw, statement->sql, -1, &handle, NULL) == SQLITE_OK);
	parameters = sqlite3_bind_parameter_count(handle);
	for (int k = 1; k <= parameters; k++) {
		char name[16];

		snprintf(name, sizeof(name), "$%d", k);
		CHECK_STR_EQ(sqlite3_bind_parameter_name(handle, k), name);
	}
	sqlite3_finalize(handle);
	/* A mark that is not needed any more would hide the next scan. */
	CHECK_INT_EQ(scans(statement->sql), (statement->flags & STATEMENT_SCANS) != 0);
}

static void every_statement_holds_the_rules(void)
{
	for (size_t i = 0; game_statements[i] != NULL; i++) {
		const struct statement_table *table = game_statements[i];

		CHECK(table->count > 0);
		for (size_t k = 0; k < table->count; k++)
			check_statement(table->module, &table->rows[k]);
	}
}

static enum problem run_misnamed(struct db *db, void *argument)
{
	static const struct statement misnamed = {
	    .sql = "SELECT 1 FROM account WHERE account = $2 AND xp > $1"};
	struct query query;

	(void)argument;
	query_start(&query, db, &misnamed);
	query_put_integer(&query, 1);
	query_put_integer(&query, 2);
	return query_run(&query);
}

static void parameters_out_of_order_are_refused_when_prepared(void)
{
	CHECK_INT_EQ(store_read(temp.store, run_misnamed, NULL), PROBLEM_INTERNAL);
}

static enum problem run_unbound(struct db *db, void *argument)
{
	static const struct statement two = {.sql = "SELECT $1 + $2"};
	struct query query;

	(void)argument;
	query_start(&query, db, &two);
	query_put_integer(&query, 1);
	return query_run(&query);
}

static void a_parameter_too_few_is_refused(void)
{
	CHECK_INT_EQ(store_read(temp.store, run_unbound, NULL), PROBLEM_INTERNAL);
}

static void the_walk_sees_a_scan(void)
{
	CHECK(scans("SELECT * FROM day WHERE device = 1"));
	CHECK(scans("SELECT * FROM day AS d WHERE d.device = 1"));
	CHECK(!scans("SELECT * FROM day AS d WHERE d.account = 1"));
	/* By an index that is made for this statement and thrown away: as slow as reading all of it. */
	CHECK(scans(
	    "SELECT * FROM account JOIN day AS d ON d.xp = account.xp WHERE account.account = 1"));
	CHECK(scans("SELECT * FROM account JOIN day ON day.xp + 0 = account.xp"));
	CHECK(!scans("SELECT * FROM day WHERE account = 1"));
}

int main(void)
{
	temp_store_open(&temp);
	sqlite3_open(temp.path, &raw);
	CASE(every_statement_holds_the_rules);
	CASE(parameters_out_of_order_are_refused_when_prepared);
	CASE(a_parameter_too_few_is_refused);
	CASE(the_walk_sees_a_scan);
	sqlite3_close(raw);
	temp_store_close(&temp);
	return check_end();
}
