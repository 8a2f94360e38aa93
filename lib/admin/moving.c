#include "admin/moving.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/log.h"
#include "core/secret.h"
#include "game/instance.h"
#include "http/json_parse.h"
#include "http/text.h"
#include "store/engine.h"

enum { VERSION = 1, LINE_MAX_B = 8192 };

/* ----- out ----- */

/* A column's value as JSON; the caller puts it. NULL is JSON's null; after a fault the query says so at its end. */
static struct json_object *column_value(struct query *query, int column, char kind)
{
	uint8_t bytes[INSTANCE_BYTES_MAX];
	char digits[2 * INSTANCE_BYTES_MAX + 1];
	size_t length = query_length(query, column);

	if (query_is_null(query, column))
		return NULL;
	if (kind == INSTANCE_BYTES && length > sizeof(bytes)) {
		query_bytes(query, column, bytes, sizeof(bytes));
		return NULL;
	}
	switch (kind) {
	case INSTANCE_INTEGER:
		return json_object_new_int64(query_integer(query, column));
	case INSTANCE_TEXT:
		return json_object_new_string(query_text(query, column));
	default:
		query_bytes(query, column, bytes, length);
		return json_object_new_string(hex_format(bytes, length, digits));
	}
}

static void write_row(struct moving *moving, struct query *query, const char *kinds)
{
	struct json_object *row = json_object_new_array();

	if (row == NULL)
		log_out_of_memory();
	for (int i = 0; kinds[i] != '\0'; i++)
		json_object_array_add(row, column_value(query, i, kinds[i]));
	fprintf(moving->file, "%s\n", json_object_to_json_string_ext(row, JSON_C_TO_STRING_PLAIN));
	json_object_put(row);
	moving->rows++;
}

static enum problem write_table(struct db *db, struct moving *moving, size_t table)
{
	struct query query;

	fprintf(moving->file, "{\"table\":\"%s\",\"columns\":\"%s\"}\n",
	    instance_tables[table].name, instance_tables[table].columns);
	query_start(&query, db, instance_read(table));
	while (!ferror(moving->file) && query_next(&query))
		write_row(moving, &query, instance_tables[table].kinds);
	return query_end(&query);
}

enum problem moving_write(struct db *db, void *argument)
{
	struct moving *moving = argument;
	int schema = 0;
	enum problem problem = db_schema_number(db, &schema);

	fprintf(moving->file, "{\"breath_master\":%d,\"schema\":%d}\n", VERSION, schema);
	for (size_t i = 0; problem == PROBLEM_NONE && i < instance_table_count; i++)
		problem = write_table(db, moving, i);
	if (problem != PROBLEM_NONE)
		return problem;
	fprintf(moving->file, "{\"end\":%" PRId64 "}\n", moving->rows);
	if (fflush(moving->file) == 0 && !ferror(moving->file))
		return PROBLEM_NONE;
	log_line("the lines cannot be written");
	return PROBLEM_UNAVAILABLE;
}

/* ----- in ----- */

static enum problem refuse(struct moving *moving, const char *why)
{
	moving->why = why;
	return PROBLEM_BAD_VALUE;
}

/* The next line as JSON, in place of the one before it in the arena. */
static enum problem next_line(
    struct moving *moving, struct arena *arena, const struct json_value **value)
{
	char text[LINE_MAX_B];
	struct json_fault fault;
	size_t length;

	moving->line++;
	if (fgets(text, sizeof(text), moving->file) == NULL)
		return refuse(moving, "The text ends before its last line.");
	length = strlen(text);
	if (length == 0 || text[length - 1] != '\n')
		return refuse(moving, "The line is too long, breaks off or has a NUL in it.");
	arena_reset(arena);
	if (json_parse(arena, text, length - 1, value, &fault) != PROBLEM_NONE)
		return refuse(moving, fault.reason);
	return PROBLEM_NONE;
}

/* A whole number that is a member; false if it is none. */
static bool get_number(const struct json_value *object, const char *name, int64_t *number)
{
	const struct json_value *member = json_member(object, name);

	return member != NULL && member->kind == JSON_NUMBER &&
	    text_read_whole(member->text, number);
}

static bool is_text(const struct json_value *object, const char *name, const char *text)
{
	const struct json_value *member = json_member(object, name);

	return member != NULL && member->kind == JSON_STRING && strcmp(member->text, text) == 0;
}

/* Puts one value as the next parameter. bytes and values must live until the query's end. */
static bool put_value(struct query *query, char kind, const struct json_value *value,
    uint8_t bytes[INSTANCE_BYTES_MAX])
{
	int64_t number;

	if (value->kind == JSON_NULL) {
		query_put_day(query, DAY_NONE);
		return true;
	}
	if (kind == INSTANCE_INTEGER) {
		if (value->kind != JSON_NUMBER || !text_read_whole(value->text, &number))
			return false;
		query_put_integer(query, number);
		/* What is larger was read as the largest. */
		return number != INT64_MAX && number != -INT64_MAX;
	}
	if (value->kind != JSON_STRING)
		return false;
	if (kind == INSTANCE_TEXT) {
		query_put_text(query, value->text);
		return true;
	}
	if (value->length > (size_t)2 * INSTANCE_BYTES_MAX ||
	    !hex_parse(value->text, value->length, bytes, value->length / 2))
		return false;
	query_put_bytes(query, bytes, value->length / 2);
	return true;
}

static enum problem read_row(
    struct db *db, struct moving *moving, size_t table, const struct json_value *row)
{
	uint8_t bytes[INSTANCE_COLUMNS_MAX][INSTANCE_BYTES_MAX];
	const char *kinds = instance_tables[table].kinds;
	const struct json_value *value = row->first;
	struct query query;
	enum problem problem;
	bool is_good = true;

	if (row->count != strlen(kinds))
		return refuse(moving, "The row has another number of values than its table.");
	query_start(&query, db, instance_insert(table));
	for (size_t i = 0; is_good && kinds[i] != '\0'; i++, value = value->next)
		is_good = put_value(&query, kinds[i], value, bytes[i]);
	if (is_good)
		return query_run(&query);
	/* A query that lacks parameters does nothing but say so. */
	problem = query_end(&query);
	(void)problem;
	return refuse(moving, "A value is of another kind than its column.");
}

/* Reads the rows of a table; *line is then the line behind them. */
static enum problem read_rows(struct db *db, struct moving *moving, size_t table,
    struct arena *arena, const struct json_value **line)
{
	for (;;) {
		enum problem problem = next_line(moving, arena, line);

		if (problem != PROBLEM_NONE || (*line)->kind != JSON_LIST)
			return problem;
		problem = read_row(db, moving, table, *line);
		if (problem != PROBLEM_NONE)
			return problem;
		moving->rows++;
	}
}

static enum problem read_head(struct db *db, struct moving *moving, struct arena *arena)
{
	const struct json_value *line;
	int64_t version, schema;
	int own = 0;
	enum problem problem = db_schema_number(db, &own);

	if (problem == PROBLEM_NONE)
		problem = next_line(moving, arena, &line);
	if (problem != PROBLEM_NONE)
		return problem;
	if (!get_number(line, "breath_master", &version) || !get_number(line, "schema", &schema))
		return refuse(moving, "It does not begin as an export of an instance does.");
	if (version != VERSION || schema > own)
		return refuse(moving, "It was written by a newer version than this one.");
	if (schema < own)
		return refuse(moving,
		    "It was written by an older version: import it with that one, then migrate.");
	return PROBLEM_NONE;
}

static enum problem read_all(struct db *db, struct moving *moving, struct arena *arena)
{
	const struct json_value *line;
	int64_t rows;
	enum problem problem = read_head(db, moving, arena);

	if (problem == PROBLEM_NONE)
		problem = next_line(moving, arena, &line);
	for (size_t i = 0; problem == PROBLEM_NONE && i < instance_table_count; i++) {
		if (!is_text(line, "table", instance_tables[i].name) ||
		    !is_text(line, "columns", instance_tables[i].columns))
			return refuse(moving, "Another table should stand here.");
		problem = read_rows(db, moving, i, arena, &line);
	}
	if (problem != PROBLEM_NONE)
		return problem;
	if (!get_number(line, "end", &rows) || rows != moving->rows)
		return refuse(moving, "It is not whole: the last line does not fit.");
	if (fgetc(moving->file) != EOF)
		return refuse(moving, "Something follows the last line.");
	return PROBLEM_NONE;
}

enum problem moving_read(struct db *db, struct moving *moving)
{
	struct arena *arena = arena_new();
	enum problem problem = read_all(db, moving, arena);

	arena_free(arena);
	return problem;
}
