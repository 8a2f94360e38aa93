#include "http/shape.h"

#include <stdlib.h>

#include "check.h"
#include "core/clock.h"
#include "core/day.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { ITEMS_MAX = 4000 };

/* A shape with a field of each kind, and inner ones. */
struct item {
	day_t day;
	int64_t xp;
};

struct device {
	int kind;
};

struct body {
	int64_t number;
	bool flag;
	day_t day;
	int choice;
	const uint8_t *hex;
	const char *text;
	const struct device *device;
	struct list days;
	const struct device *spare;
	int64_t after; /* the last member: nothing before it may run over */
};

static const char *const kinds[] = {"vscode", "web", "cli", NULL};

static const struct field item_fields[] = {
    {.name = "day", .kind = FIELD_DAY, .offset = offsetof(struct item, day)},
    {.name = "xp", .kind = FIELD_INTEGER, .offset = offsetof(struct item, xp), .max = 100000},
};
static const struct shape item_shape = {sizeof(struct item), item_fields, COUNT(item_fields)};

static const struct field device_fields[] = {
    {.name = "kind",
	.kind = FIELD_CHOICE,
	.offset = offsetof(struct device, kind),
	.choices = kinds},
};
static const struct shape device_shape = {
    sizeof(struct device), device_fields, COUNT(device_fields)};

static const struct field fields[] = {
    {.name = "number",
	.kind = FIELD_INTEGER,
	.offset = offsetof(struct body, number),
	.flags = FIELD_OPTIONAL,
	.min = -5,
	.max = 1440},
    {.name = "flag",
	.kind = FIELD_BOOLEAN,
	.offset = offsetof(struct body, flag),
	.flags = FIELD_OPTIONAL},
    {.name = "day",
	.kind = FIELD_DAY,
	.offset = offsetof(struct body, day),
	.flags = FIELD_OPTIONAL},
    {.name = "choice",
	.kind = FIELD_CHOICE,
	.offset = offsetof(struct body, choice),
	.flags = FIELD_OPTIONAL,
	.choices = kinds},
    {.name = "hex",
	.kind = FIELD_HEX,
	.offset = offsetof(struct body, hex),
	.flags = FIELD_OPTIONAL | FIELD_NULLABLE,
	.max = 8},
    {.name = "text",
	.kind = FIELD_TEXT,
	.offset = offsetof(struct body, text),
	.flags = FIELD_OPTIONAL,
	.max = 10},
    {.name = "device",
	.kind = FIELD_OBJECT,
	.offset = offsetof(struct body, device),
	.flags = FIELD_OPTIONAL,
	.shape = &device_shape},
    {.name = "days",
	.kind = FIELD_LIST,
	.offset = offsetof(struct body, days),
	.max = ITEMS_MAX,
	.shape = &item_shape},
    {.name = "spare",
	.kind = FIELD_OBJECT,
	.offset = offsetof(struct body, spare),
	.flags = FIELD_OPTIONAL | FIELD_NULLABLE,
	.shape = &device_shape},
    {.name = "after",
	.kind = FIELD_INTEGER,
	.offset = offsetof(struct body, after),
	.flags = FIELD_OPTIONAL,
	.max = (INT64_C(1) << 53) - 1},
};
static const struct shape shape = {sizeof(struct body), fields, COUNT(fields)};

static struct arena *arena;
static struct shape_fault fault;

/* Reads a copy that ends where the text ends. */
static enum problem read_bytes(const char *text, size_t length, const struct body **body)
{
	char *copy = malloc(length == 0 ? 1 : length);
	const void *into = NULL;
	enum problem problem;

	memcpy(copy, text, length);
	fault = (struct shape_fault){0};
	problem = shape_read_json(arena, &shape, copy, length, &into, &fault);
	memset(copy, 'x', length);
	free(copy);
	*body = into;
	return problem;
}

static enum problem read_text(const char *text, const struct body **body)
{
	return read_bytes(text, strlen(text), body);
}

static void every_kind_is_read(void)
{
	static const uint8_t bytes[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
	const struct body *body;
	const struct item *items;

	REQUIRE(
	    read_text("{\"number\":1440,\"flag\":true,\"day\":\"2026-11-22\",\"choice\":\"cli\","
		      "\"hex\":\"0123456789abcdef\",\"text\":\"t\\u00e4xt\","
		      "\"device\":{\"kind\":\"web\"},"
		      "\"days\":[{\"xp\":1,\"day\":\"2020-01-01\"},"
		      "{\"day\":\"2024-02-29\",\"xp\":100000}],"
		      "\"after\":9007199254740991}",
		&body) == PROBLEM_NONE);
	CHECK_INT_EQ(body->number, 1440);
	CHECK(body->flag);
	CHECK_INT_EQ(body->day, 20779);
	CHECK_INT_EQ(body->choice, 2);
	CHECK_MEM_EQ(body->hex, bytes, sizeof(bytes));
	CHECK_STR_EQ(body->text, "t\xc3\xa4xt");
	REQUIRE(body->device != NULL);
	CHECK_INT_EQ(body->device->kind, 1);
	REQUIRE(body->days.count == 2);
	items = body->days.items;
	CHECK_INT_EQ(items[0].day, DAY_FIRST);
	CHECK_INT_EQ(items[0].xp, 1);
	CHECK_INT_EQ(items[1].day, 19782);
	CHECK_INT_EQ(items[1].xp, 100000);
	CHECK_INT_EQ(body->after, (INT64_C(1) << 53) - 1);
}

static void what_is_absent_reads_as_absent(void)
{
	static const char *const texts[] = {
	    "{\"days\":[]}",
	    " { \"days\" : [ ] } ",
	    "{\"hex\":null,\"days\":[],\"spare\":null}",
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		const struct body *body;

		REQUIRE(read_text(texts[i], &body) == PROBLEM_NONE);
		CHECK_INT_EQ(body->number, 0);
		CHECK(!body->flag);
		CHECK_INT_EQ(body->day, DAY_NONE);
		CHECK_INT_EQ(body->choice, -1);
		CHECK(body->hex == NULL);
		CHECK(body->text == NULL);
		CHECK(body->device == NULL);
		CHECK_INT_EQ(body->days.count, 0);
		CHECK(body->spare == NULL);
	}
}

static void bounds_belong_to_their_range(void)
{
	static const char *const texts[] = {
	    "{\"number\":-5,\"days\":[]}",
	    "{\"number\":0,\"days\":[]}",
	    "{\"number\":-0,\"days\":[]}",
	    "{\"number\":-5.0,\"days\":[]}",
	    "{\"number\":1.44e3,\"days\":[]}",
	    "{\"number\":14400E-1,\"days\":[]}",
	    "{\"text\":\"a\",\"days\":[]}",
	    "{\"text\":\"0123456789\",\"days\":[]}",
	    "{\"text\":\"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\",\"days\":[]}",
	    "{\"hex\":\"ffffffffffffffff\",\"days\":[]}",
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		const struct body *body;

		if (!CHECK_INT_EQ(read_text(texts[i], &body), PROBLEM_NONE))
			printf("# refused: %s: %s\n", texts[i], fault.detail);
	}
}

static void what_does_not_fit_is_refused_by_name(void)
{
	static const struct {
		const char *text;
		enum problem problem;
		const char *pointer;
		const char *detail; /* a part of it */
	} texts[] = {
	    /* The text as a whole. */
	    {"", PROBLEM_MALFORMED_JSON, NULL, "ends where a value should stand"},
	    {"{", PROBLEM_MALFORMED_JSON, NULL, "double quotes"},
	    {"{\"days\":[],}", PROBLEM_MALFORMED_JSON, NULL, "double quotes"},
	    {"{\"days\":[{\"xp\":01}]}", PROBLEM_MALFORMED_JSON, "/days/0/xp", "needless zero"},
	    {"{\"days\":[],\"days\":[]}", PROBLEM_DUPLICATE_MEMBER, "/days", "twice"},
	    {"{\"days\":[],\"d\\u0061ys\":[]}", PROBLEM_DUPLICATE_MEMBER, "/days", "twice"},
	    {"[]", PROBLEM_WRONG_TYPE, NULL, "must be an object"},
	    {"[{\"days\":[]}]", PROBLEM_WRONG_TYPE, NULL, "must be an object"},
	    {"1", PROBLEM_WRONG_TYPE, NULL, "must be an object"},
	    {" \"{}\" ", PROBLEM_WRONG_TYPE, NULL, "must be an object"},
	    {"null", PROBLEM_WRONG_TYPE, NULL, "must be an object"},
	    {"true", PROBLEM_WRONG_TYPE, NULL, "must be an object"},
	    /* Members that are not known. */
	    {"{\"days\":[],\"email\":\"jane@example.org\"}", PROBLEM_UNKNOWN_MEMBER, "/email",
		"Known here: number, flag, day, choice, hex, text, device, days, spare and after."},
	    {"{\"Days\":[]}", PROBLEM_UNKNOWN_MEMBER, "/Days", "Known here"},
	    {"{\"days \":[]}", PROBLEM_UNKNOWN_MEMBER, "/days ", "Known here"},
	    {"{\"\":1,\"days\":[]}", PROBLEM_UNKNOWN_MEMBER, "/", "Known here"},
	    {"{\"a/b~\":1,\"days\":[]}", PROBLEM_UNKNOWN_MEMBER, "/a~1b~0", "Known here"},
	    {"{\"days\":[{\"day\":\"2026-11-22\",\"xp\":1,\"hour\":7}]}", PROBLEM_UNKNOWN_MEMBER,
		"/days/0/hour", "Known here: day and xp."},
	    {"{\"days\":[],\"device\":{\"kind\":\"cli\",\"name\":\"x\"}}", PROBLEM_UNKNOWN_MEMBER,
		"/device/name", "Known here: kind."},
	    /* Members that are missing. */
	    {"{}", PROBLEM_MISSING_MEMBER, "/days", "must be given"},
	    {"{\"number\":1}", PROBLEM_MISSING_MEMBER, "/days", "must be given"},
	    {"{\"days\":[],\"device\":{}}", PROBLEM_MISSING_MEMBER, "/device/kind",
		"must be given"},
	    {"{\"days\":[{\"xp\":1,\"day\":\"2026-11-22\"},{\"xp\":1}]}", PROBLEM_MISSING_MEMBER,
		"/days/1/day", "must be given"},
	    /* Types. */
	    {"{\"number\":\"1\",\"days\":[]}", PROBLEM_WRONG_TYPE, "/number", "whole number"},
	    {"{\"number\":2.5,\"days\":[]}", PROBLEM_WRONG_TYPE, "/number", "whole number"},
	    {"{\"number\":1e-400,\"days\":[]}", PROBLEM_WRONG_TYPE, "/number", "whole number"},
	    /* As a double it would be 1. */
	    {"{\"number\":1.00000000000000000000000001,\"days\":[]}", PROBLEM_WRONG_TYPE, "/number",
		"whole number"},
	    {"{\"text\":1.0,\"days\":[]}", PROBLEM_WRONG_TYPE, "/text", "string"},
	    {"{\"number\":null,\"days\":[]}", PROBLEM_WRONG_TYPE, "/number", "whole number"},
	    {"{\"number\":true,\"days\":[]}", PROBLEM_WRONG_TYPE, "/number", "whole number"},
	    {"{\"number\":[1],\"days\":[]}", PROBLEM_WRONG_TYPE, "/number", "whole number"},
	    {"{\"flag\":1,\"days\":[]}", PROBLEM_WRONG_TYPE, "/flag", "true or false"},
	    {"{\"flag\":\"true\",\"days\":[]}", PROBLEM_WRONG_TYPE, "/flag", "true or false"},
	    {"{\"flag\":null,\"days\":[]}", PROBLEM_WRONG_TYPE, "/flag", "true or false"},
	    {"{\"day\":20779,\"days\":[]}", PROBLEM_WRONG_TYPE, "/day", "string with a day"},
	    {"{\"day\":null,\"days\":[]}", PROBLEM_WRONG_TYPE, "/day", "string with a day"},
	    {"{\"choice\":1,\"days\":[]}", PROBLEM_WRONG_TYPE, "/choice", "a string"},
	    {"{\"hex\":1234567890123456,\"days\":[]}", PROBLEM_WRONG_TYPE, "/hex", "a string"},
	    {"{\"text\":{},\"days\":[]}", PROBLEM_WRONG_TYPE, "/text", "a string"},
	    {"{\"device\":\"cli\",\"days\":[]}", PROBLEM_WRONG_TYPE, "/device", "an object"},
	    {"{\"device\":[],\"days\":[]}", PROBLEM_WRONG_TYPE, "/device", "an object"},
	    {"{\"device\":null,\"days\":[]}", PROBLEM_WRONG_TYPE, "/device", "an object"},
	    {"{\"days\":{}}", PROBLEM_WRONG_TYPE, "/days", "a list"},
	    {"{\"days\":null}", PROBLEM_WRONG_TYPE, "/days", "a list"},
	    {"{\"days\":[1]}", PROBLEM_WRONG_TYPE, "/days/0", "an object"},
	    {"{\"days\":[null]}", PROBLEM_WRONG_TYPE, "/days/0", "an object"},
	    {"{\"days\":[{\"day\":\"2026-11-22\",\"xp\":1},[]]}", PROBLEM_WRONG_TYPE, "/days/1",
		"an object"},
	    /* Ranges. */
	    {"{\"number\":-6,\"days\":[]}", PROBLEM_RANGE, "/number", "between -5 and 1440."},
	    {"{\"number\":1441,\"days\":[]}", PROBLEM_RANGE, "/number", "between -5 and 1440."},
	    {"{\"number\":1441.0,\"days\":[]}", PROBLEM_RANGE, "/number", "between"},
	    {"{\"number\":1E400,\"days\":[]}", PROBLEM_RANGE, "/number", "between"},
	    {"{\"number\":9223372036854775807,\"days\":[]}", PROBLEM_RANGE, "/number", "between"},
	    {"{\"number\":9223372036854775808,\"days\":[]}", PROBLEM_RANGE, "/number", "between"},
	    {"{\"number\":18446744073709551616,\"days\":[]}", PROBLEM_RANGE, "/number", "between"},
	    {"{\"number\":-9223372036854775809,\"days\":[]}", PROBLEM_RANGE, "/number", "between"},
	    {"{\"number\":99999999999999999999999999999999,\"days\":[]}", PROBLEM_RANGE, "/number",
		"between"},
	    {"{\"after\":9007199254740992,\"days\":[]}", PROBLEM_RANGE, "/after", "between"},
	    {"{\"after\":9223372036854775808,\"days\":[]}", PROBLEM_RANGE, "/after", "between"},
	    {"{\"after\":-9223372036854775809,\"days\":[]}", PROBLEM_RANGE, "/after", "between"},
	    {"{\"day\":\"2019-12-31\",\"days\":[]}", PROBLEM_RANGE, "/day",
		"between 2020-01-01 and"},
	    {"{\"day\":\"1970-01-01\",\"days\":[]}", PROBLEM_RANGE, "/day",
		"between 2020-01-01 and"},
	    {"{\"day\":\"9999-12-31\",\"days\":[]}", PROBLEM_RANGE, "/day",
		"between 2020-01-01 and"},
	    {"{\"days\":[{\"day\":\"2026-11-22\",\"xp\":1},{\"day\":\"2026-11-21\",\"xp\":-1}]}",
		PROBLEM_RANGE, "/days/1/xp", "between 0 and 100000."},
	    /* Forms. */
	    {"{\"day\":\"2026-02-30\",\"days\":[]}", PROBLEM_BAD_VALUE, "/day",
		"a day that exists"},
	    {"{\"day\":\"2026-11-22T07:00\",\"days\":[]}", PROBLEM_BAD_VALUE, "/day",
		"a day that exists"},
	    {"{\"day\":\"\",\"days\":[]}", PROBLEM_BAD_VALUE, "/day", "a day that exists"},
	    {"{\"choice\":\"phone\",\"days\":[]}", PROBLEM_BAD_VALUE, "/choice",
		"\"vscode\", \"web\" or \"cli\"."},
	    {"{\"choice\":\"CLI\",\"days\":[]}", PROBLEM_BAD_VALUE, "/choice", "\"vscode\""},
	    {"{\"choice\":\"cl\",\"days\":[]}", PROBLEM_BAD_VALUE, "/choice", "\"vscode\""},
	    {"{\"choice\":\"\",\"days\":[]}", PROBLEM_BAD_VALUE, "/choice", "\"vscode\""},
	    {"{\"hex\":\"\",\"days\":[]}", PROBLEM_BAD_VALUE, "/hex", "16 hexadecimal digits"},
	    {"{\"hex\":\"0123456789abcde\",\"days\":[]}", PROBLEM_BAD_VALUE, "/hex", "16 hexa"},
	    {"{\"hex\":\"0123456789abcdef0\",\"days\":[]}", PROBLEM_BAD_VALUE, "/hex", "16 hexa"},
	    {"{\"hex\":\"0123456789ABCDEF\",\"days\":[]}", PROBLEM_BAD_VALUE, "/hex", "16 hexa"},
	    {"{\"text\":\"\",\"days\":[]}", PROBLEM_BAD_VALUE, "/text", "1 to 10 characters"},
	    {"{\"text\":\"01234567890\",\"days\":[]}", PROBLEM_BAD_VALUE, "/text",
		"1 to 10 characters"},
	    /* Order: unknown before missing before values, outer before inner, as declared. */
	    {"{\"number\":\"x\",\"email\":1}", PROBLEM_UNKNOWN_MEMBER, "/email", ""},
	    {"{\"number\":\"x\"}", PROBLEM_MISSING_MEMBER, "/days", ""},
	    {"{\"days\":[{\"hour\":1}],\"flag\":0}", PROBLEM_WRONG_TYPE, "/flag", ""},
	    {"{\"days\":[{\"xp\":-1,\"day\":\"x\"}]}", PROBLEM_BAD_VALUE, "/days/0/day", ""},
	    {"{\"after\":-1,\"days\":[{\"xp\":-1,\"day\":\"2026-11-22\"}]}", PROBLEM_RANGE,
		"/days/0/xp", ""},
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		const struct body *body;

		if (!CHECK_INT_EQ(read_text(texts[i].text, &body), texts[i].problem)) {
			printf("# for: %s\n", texts[i].text);
			continue;
		}
		CHECK(body == NULL);
		CHECK_STR_EQ(fault.pointer, texts[i].pointer);
		if (!CHECK(strstr(fault.detail, texts[i].detail) != NULL))
			printf("# for %s said: %s\n", texts[i].text, fault.detail);
	}
}

static void a_day_may_be_one_ahead_of_the_servers(void)
{
	for (int ahead = -1; ahead <= 3; ahead++) {
		char day[DAY_TEXT_B], text[64];
		const struct body *body;

		day_format(clock_today() + ahead, day);
		snprintf(text, sizeof(text), "{\"day\":\"%s\",\"days\":[]}", day);
		CHECK_INT_EQ(read_text(text, &body), ahead <= 1 ? PROBLEM_NONE : PROBLEM_RANGE);
	}
}

static void a_nul_behind_the_text_is_no_end(void)
{
	static const char text[] = "{\"days\":[]}\0{\"days\":[]}";
	const struct body *body;

	CHECK_INT_EQ(read_bytes(text, sizeof(text) - 1, &body), PROBLEM_MALFORMED_JSON);
	CHECK_INT_EQ(read_bytes(text, 11, &body), PROBLEM_NONE);
}

/* A text of an import with so many days; the caller frees it. */
static char *days_text(size_t count)
{
	char *text = malloc(count * 64 + 64), *end = text;

	end += sprintf(end, "{\"days\":[");
	for (size_t i = 0; i < count; i++) {
		char day[DAY_TEXT_B];

		end += sprintf(end, "%s{\"day\":\"%s\",\"xp\":%zu}", i == 0 ? "" : ",",
		    day_format(DAY_FIRST + (day_t)(i % 2000), day), i);
	}
	sprintf(end, "]}");
	return text;
}

static void a_list_takes_as_many_as_it_may(void)
{
	char *text = days_text(ITEMS_MAX);
	const struct body *body;
	const struct item *items;

	REQUIRE(read_text(text, &body) == PROBLEM_NONE);
	REQUIRE(body->days.count == ITEMS_MAX);
	items = body->days.items;
	for (size_t i = 0; i < ITEMS_MAX; i++)
		REQUIRE(items[i].xp == (int64_t)i && items[i].day == DAY_FIRST + (day_t)(i % 2000));
	free(text);

	text = days_text(ITEMS_MAX + 1);
	CHECK_INT_EQ(read_text(text, &body), PROBLEM_RANGE);
	CHECK_STR_EQ(fault.pointer, "/days");
	CHECK_STR_EQ(fault.detail, "It must have at most 4000 items.");
	free(text);
}

static void long_names_and_values_are_not_sent_back(void)
{
	size_t length = 300000;
	char *text = malloc(length + 64), *end;
	const struct body *body;

	end = text + sprintf(text, "{\"");
	memset(end, 'n', length);
	strcpy(end + length, "\":1}");
	CHECK_INT_EQ(read_text(text, &body), PROBLEM_UNKNOWN_MEMBER);
	CHECK(strlen(fault.pointer) < 64 && strlen(fault.detail) < 256);

	end = text + sprintf(text, "{\"days\":[],\"choice\":\"");
	memset(end, 'v', length);
	strcpy(end + length, "\"}");
	CHECK_INT_EQ(read_text(text, &body), PROBLEM_BAD_VALUE);
	CHECK(strstr(fault.pointer, "vv") == NULL && strstr(fault.detail, "vv") == NULL);
	free(text);
}

/* ----- query strings ----- */

struct query {
	day_t today;
	int by;
	int64_t limit;
	const char *cursor;
};

static const char *const steps[] = {"day", "week", NULL};

static const struct field query_fields[] = {
    {.name = "today",
	.kind = FIELD_DAY,
	.offset = offsetof(struct query, today),
	.flags = FIELD_OPTIONAL},
    {.name = "by",
	.kind = FIELD_CHOICE,
	.offset = offsetof(struct query, by),
	.flags = FIELD_OPTIONAL,
	.choices = steps},
    {.name = "limit",
	.kind = FIELD_INTEGER,
	.offset = offsetof(struct query, limit),
	.min = -1,
	.max = 100},
    {.name = "cursor",
	.kind = FIELD_TEXT,
	.offset = offsetof(struct query, cursor),
	.flags = FIELD_OPTIONAL,
	.max = 10},
};
static const struct shape query_shape = {sizeof(struct query), query_fields, COUNT(query_fields)};
static const struct shape empty_shape;

static enum problem read_query(const struct shape *of, const char *text, const void **query)
{
	fault = (struct shape_fault){0};
	*query = NULL;
	return shape_read_query(arena, of, text, query, &fault);
}

static void a_query_string_is_read(void)
{
	const struct query *query;

	REQUIRE(read_query(&query_shape, "today=2026-11-22&by=week&limit=50&cursor=a%2Bb+%C3%A4%26",
		    (const void **)&query) == PROBLEM_NONE);
	CHECK_INT_EQ(query->today, 20779);
	CHECK_INT_EQ(query->by, 1);
	CHECK_INT_EQ(query->limit, 50);
	CHECK_STR_EQ(query->cursor, "a+b \xc3\xa4&");

	REQUIRE(read_query(&query_shape, "&limit=-1&&%62y=day&", (const void **)&query) ==
	    PROBLEM_NONE);
	CHECK_INT_EQ(query->today, DAY_NONE);
	CHECK_INT_EQ(query->by, 0);
	CHECK_INT_EQ(query->limit, -1);
	CHECK(query->cursor == NULL);

	REQUIRE(
	    read_query(&query_shape, "limit=0&cursor==", (const void **)&query) == PROBLEM_NONE);
	CHECK_INT_EQ(query->by, -1);
	CHECK_STR_EQ(query->cursor, "=");
}

static void no_query_string_is_an_empty_one(void)
{
	const void *query;

	CHECK_INT_EQ(read_query(&empty_shape, NULL, &query), PROBLEM_NONE);
	CHECK_INT_EQ(read_query(&empty_shape, "", &query), PROBLEM_NONE);
	CHECK_INT_EQ(read_query(&empty_shape, "&", &query), PROBLEM_NONE);
	CHECK_INT_EQ(read_query(&query_shape, NULL, &query), PROBLEM_MISSING_MEMBER);
	CHECK_STR_EQ(fault.pointer, "?limit");
}

static void a_query_string_that_does_not_fit_is_refused_by_name(void)
{
	static const struct {
		const char *text;
		enum problem problem;
		const char *pointer;
	} texts[] = {
	    /* What cannot be read. */
	    {"limit=1&cursor=%", PROBLEM_BAD_REQUEST, NULL},
	    {"limit=1&cursor=%4", PROBLEM_BAD_REQUEST, NULL},
	    {"limit=1&cursor=%4g", PROBLEM_BAD_REQUEST, NULL},
	    {"limit=1&cursor=%%41", PROBLEM_BAD_REQUEST, NULL},
	    {"limit=1&cursor=a%00b", PROBLEM_BAD_REQUEST, NULL},
	    {"limit=1&cursor=%ff", PROBLEM_BAD_REQUEST, NULL},
	    {"limit=1&cursor=%c0%af", PROBLEM_BAD_REQUEST, NULL},
	    {"limit=1&cursor=\xff", PROBLEM_BAD_REQUEST, NULL},
	    {"%zz=1&limit=1", PROBLEM_BAD_REQUEST, NULL},
	    {"limit=1&limit=1", PROBLEM_BAD_REQUEST, "?limit"},
	    {"limit=1&%6cimit=1", PROBLEM_BAD_REQUEST, "?limit"},
	    {"x=1&x=2", PROBLEM_BAD_REQUEST, "?x"},
	    {"a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q", PROBLEM_BAD_REQUEST, NULL},
	    /* Names. */
	    {"limit=1&email=jane", PROBLEM_UNKNOWN_MEMBER, "?email"},
	    {"limit=1&email", PROBLEM_UNKNOWN_MEMBER, "?email"},
	    {"limit=1&Limit=1", PROBLEM_UNKNOWN_MEMBER, "?Limit"},
	    {"limit=1&=1", PROBLEM_UNKNOWN_MEMBER, "?"},
	    {"limit=1&%C3%A4=1", PROBLEM_UNKNOWN_MEMBER, "?\xc3\xa4"},
	    {"today=2026-11-22", PROBLEM_MISSING_MEMBER, "?limit"},
	    {"today=x&email=1", PROBLEM_UNKNOWN_MEMBER, "?email"},
	    {"today=x", PROBLEM_MISSING_MEMBER, "?limit"},
	    /* Values. */
	    {"limit=", PROBLEM_BAD_VALUE, "?limit"},
	    {"limit", PROBLEM_BAD_VALUE, "?limit"},
	    {"limit=ten", PROBLEM_BAD_VALUE, "?limit"},
	    {"limit=1.0", PROBLEM_BAD_VALUE, "?limit"},
	    {"limit=01", PROBLEM_BAD_VALUE, "?limit"},
	    {"limit=%2B1", PROBLEM_BAD_VALUE, "?limit"},
	    {"limit=+1", PROBLEM_BAD_VALUE, "?limit"},
	    {"limit=-", PROBLEM_BAD_VALUE, "?limit"},
	    {"limit=0x1", PROBLEM_BAD_VALUE, "?limit"},
	    {"limit=101", PROBLEM_RANGE, "?limit"},
	    {"limit=-2", PROBLEM_RANGE, "?limit"},
	    {"limit=18446744073709551617", PROBLEM_RANGE, "?limit"},
	    {"limit=-99999999999999999999", PROBLEM_RANGE, "?limit"},
	    {"limit=1&today=", PROBLEM_BAD_VALUE, "?today"},
	    {"limit=1&today=2026-02-30", PROBLEM_BAD_VALUE, "?today"},
	    {"limit=1&today=2019-12-31", PROBLEM_RANGE, "?today"},
	    {"limit=1&by=month", PROBLEM_BAD_VALUE, "?by"},
	    {"limit=1&by=day%20", PROBLEM_BAD_VALUE, "?by"},
	    {"limit=1&cursor=", PROBLEM_BAD_VALUE, "?cursor"},
	    {"limit=1&cursor=01234567890", PROBLEM_BAD_VALUE, "?cursor"},
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		const void *query;

		if (!CHECK_INT_EQ(
			read_query(&query_shape, texts[i].text, &query), texts[i].problem))
			printf("# for: %s\n", texts[i].text);
		CHECK_STR_EQ(fault.pointer, texts[i].pointer);
		CHECK(fault.detail != NULL);
		CHECK(query == NULL);
	}
}

static void long_parameter_names_are_not_sent_back(void)
{
	char text[10000];
	const void *query;

	memset(text, 'n', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	CHECK_INT_EQ(read_query(&empty_shape, text, &query), PROBLEM_UNKNOWN_MEMBER);
	CHECK(strlen(fault.pointer) < 64);
	CHECK_STR_EQ(fault.detail, "Nothing is known here.");
}

int main(void)
{
	arena = arena_new();
	CASE(every_kind_is_read);
	CASE(what_is_absent_reads_as_absent);
	CASE(bounds_belong_to_their_range);
	CASE(what_does_not_fit_is_refused_by_name);
	CASE(a_day_may_be_one_ahead_of_the_servers);
	CASE(a_nul_behind_the_text_is_no_end);
	CASE(a_list_takes_as_many_as_it_may);
	CASE(long_names_and_values_are_not_sent_back);
	CASE(a_query_string_is_read);
	CASE(no_query_string_is_an_empty_one);
	CASE(a_query_string_that_does_not_fit_is_refused_by_name);
	CASE(long_parameter_names_are_not_sent_back);
	arena_free(arena);
	return check_end();
}
