#include "http/json_parse.h"

#include <stdlib.h>

#include "check.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A text and its length, for those that hold a NUL. */
#define TEXT(literal) literal, sizeof(literal) - 1

static struct arena *arena;
static struct json_fault fault;
static const struct json_value *value;

/* Reads a copy that ends where the text ends, so that a read beyond it does not go unseen. */
static enum problem parse(const char *text, size_t length)
{
	char *copy = malloc(length == 0 ? 1 : length);
	enum problem problem;

	memcpy(copy, text, length);
	fault = (struct json_fault){0};
	problem = json_parse(arena, copy, length, &value, &fault);
	/* The tree, and what a fault says, stay good when the text is gone. */
	memset(copy, 'x', length);
	free(copy);
	return problem;
}

/* Room for large texts that a case builds piece by piece. */
static char built[4 * 1024 * 1024];
static size_t built_length;

static void build(const char *piece, size_t times)
{
	size_t length = strlen(piece);

	for (size_t i = 0; i < times && built_length + length < sizeof(built); i++) {
		memcpy(built + built_length, piece, length);
		built_length += length;
	}
}

static void good_texts_are_taken(void)
{
	static const struct {
		const char *text;
		size_t length;
	} texts[] = {
	    {TEXT("{}")},
	    {TEXT("[]")},
	    {TEXT(" \t\r\n{ \t\r\n} \t\r\n")},
	    {TEXT("[ ]")},
	    {TEXT("true")},
	    {TEXT("false")},
	    {TEXT("null")},
	    {TEXT("\"\"")},
	    {TEXT("0")},
	    {TEXT("-0")},
	    {TEXT("7")},
	    {TEXT("-1")},
	    {TEXT("10")},
	    {TEXT("0.5")},
	    {TEXT("-0.0")},
	    {TEXT("2.0")},
	    {TEXT("1e5")},
	    {TEXT("0e400")},
	    {TEXT("1e400")},
	    {TEXT("1E+05")},
	    {TEXT("1.25e-300")},
	    {TEXT("123456789012345678901234567890")},
	    {TEXT("[1,2 ,3, 4]")},
	    {TEXT("[[],[[]],{\"a\":[{}]}]")},
	    {TEXT("{\"a\":1,\"b\":{\"a\":1},\"c\":[{\"a\":1},{\"a\":1}]}")},
	    {TEXT("{\"\":0,\" \":1,\"A\":2,\"a\":3}")},
	    {TEXT("{\"a\" :\t1\n,\r\"b\": 2}")},
	    {TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"")},
	    {TEXT("\"\\u0001\\u001f\\u007f\\uABCD\\uabcd\\ud7ff\\ue000\\uffff\"")},
	    {TEXT("\"\\ud800\\udc00 \\uDBFF\\uDFFF\"")},
	    {TEXT("\"\x7f\"")},
	    {TEXT("\"\xc2\x80 \xdf\xbf\"")},
	    {TEXT("\"\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf\"")},
	    {TEXT("\"\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf\"")},
	    {TEXT("\"\xef\xbb\xbf\"")}, /* U+FEFF is a character like others inside a string */
	    {TEXT("[[[[[[[[1]]]]]]]]")},
	};

	for (size_t i = 0; i < COUNT(texts); i++)
		if (!CHECK_INT_EQ(parse(texts[i].text, texts[i].length), PROBLEM_NONE))
			printf("# refused: %s at \"%s\": %s\n", texts[i].text, fault.pointer,
			    fault.reason);
}

static void bad_texts_are_refused(void)
{
	static const struct {
		const char *text;
		size_t length;
		const char *pointer;
	} texts[] = {
	    /* Not a value. */
	    {TEXT(""), ""},
	    {TEXT(" "), ""},
	    {TEXT("\0"), ""},
	    {TEXT("nul"), ""},
	    {TEXT("nulL"), ""},
	    {TEXT("True"), ""},
	    {TEXT("truee"), ""},
	    {TEXT("undefined"), ""},
	    {TEXT("NaN"), ""},
	    {TEXT("Infinity"), ""},
	    {TEXT("-Infinity"), ""},
	    {TEXT("'a'"), ""},
	    {TEXT("a"), ""},
	    {TEXT("//\n1"), ""},
	    {TEXT("/* */1"), ""},
	    /* Numbers. */
	    {TEXT("-"), ""},
	    {TEXT("+1"), ""},
	    {TEXT("01"), ""},
	    {TEXT("00"), ""},
	    {TEXT("-01"), ""},
	    {TEXT("- 1"), ""},
	    {TEXT("1."), ""},
	    {TEXT(".5"), ""},
	    {TEXT("-.5"), ""},
	    {TEXT("1.e5"), ""},
	    {TEXT("1e"), ""},
	    {TEXT("1e+"), ""},
	    {TEXT("1e5.5"), ""},
	    {TEXT("2.0.0"), ""},
	    {TEXT("2.e0"), ""},
	    {TEXT("0x10"), ""},
	    {TEXT("1_000"), ""},
	    {TEXT("1 000"), ""},
	    /* Strings. */
	    {TEXT("\""), ""},
	    {TEXT("\"a"), ""},
	    {TEXT("\"\\\""), ""},
	    {TEXT("\"\\"), ""},
	    {TEXT("\"\\a\""), ""},
	    {TEXT("\"\\x41\""), ""},
	    {TEXT("\"\\\0\""), ""},
	    {TEXT("\"\\u12\""), ""},
	    {TEXT("\"\\u123"), ""},
	    {TEXT("\"\\u12g4\""), ""},
	    {TEXT("\"\\U0041\""), ""},
	    {TEXT("\"a\nb\""), ""},
	    {TEXT("\"a\tb\""), ""},
	    {TEXT("\"a\x1f\""), ""},
	    {TEXT("\"a\0b\""), ""},
	    {TEXT("\"\\u0000\""), ""},
	    {TEXT("\"\\ud800\""), ""},
	    {TEXT("\"\\udc00\""), ""},
	    {TEXT("\"\\udc00\\ud800\""), ""},
	    {TEXT("\"\\ud800\\ud800\""), ""},
	    {TEXT("\"\\ud800\\n\""), ""},
	    {TEXT("\"\\ud800x\""), ""},
	    {TEXT("\"\\ud800\\u0041\""), ""},
	    {TEXT("\"\\ud800\\u"), ""},
	    /* UTF-8. */
	    {TEXT("\xef\xbb\xbf{}"), ""},
	    {TEXT("\xfe\xff\0{\0}"), ""},
	    {TEXT("{\0}\0"), ""},
	    {TEXT("\"\x80\""), ""},
	    {TEXT("\"\xc2\""), ""},
	    {TEXT("\"\xc2"), ""},
	    {TEXT("\"\xc0\xa2\""), ""},
	    {TEXT("\"\xc1\xbf\""), ""},
	    {TEXT("\"\xe0\x9f\xbf\""), ""},
	    {TEXT("\"\xe2\x82\""), ""},
	    {TEXT("\"\xe2\x82"), ""},
	    {TEXT("\"\xed\xa0\x80\""), ""},
	    {TEXT("\"\xed\xa0\xbd\xed\xb8\x80\""), ""},
	    {TEXT("\"\xf0\x8f\xbf\xbf\""), ""},
	    {TEXT("\"\xf0\x9f\x98\""), ""},
	    {TEXT("\"\xf4\x90\x80\x80\""), ""},
	    {TEXT("\"\xf5\x80\x80\x80\""), ""},
	    {TEXT("\"\xff\""), ""},
	    {TEXT("\"\xe4\""), ""},
	    {TEXT("\xc2\xa0{}"), ""},
	    /* What surrounds values. */
	    {TEXT("{} {}"), ""},
	    {TEXT("{}x"), ""},
	    {TEXT("{}\0"), ""},
	    {TEXT("1,"), ""},
	    {TEXT("\v{}"), ""},
	    {TEXT("]"), ""},
	    {TEXT("}"), ""},
	    {TEXT("["), "/0"},
	    {TEXT("[1"), "/0"},
	    {TEXT("[1,"), "/1"},
	    {TEXT("[1,]"), "/1"},
	    {TEXT("[,1]"), "/0"},
	    {TEXT("[1 2]"), "/0"},
	    {TEXT("[1}"), "/0"},
	    {TEXT("[1:2]"), "/0"},
	    {TEXT("{"), ""},
	    {TEXT("{a:1}"), ""},
	    {TEXT("{'a':1}"), ""},
	    {TEXT("{1:1}"), ""},
	    {TEXT("{\"a\"}"), "/a"},
	    {TEXT("{\"a\" 1}"), "/a"},
	    {TEXT("{\"a\":}"), "/a"},
	    {TEXT("{\"a\":1,}"), ""},
	    {TEXT("{,\"a\":1}"), ""},
	    {TEXT("{\"a\":1;\"b\":2}"), "/a"},
	    {TEXT("{\"a\":1]"), "/a"},
	    {TEXT("{\"a\":1"), "/a"},
	    {TEXT("{\"a\":01}"), "/a"},
	    {TEXT("{\"a\":{\"b\":[1,2,{\"c\":tru}]}}"), "/a/b/2/c"},
	    {TEXT("{\"a\":[{},{\"b\xff\":1}]}"), "/a/1"},
	    {TEXT("{\"a/b\":{\"c~d\":.5}}"), "/a~1b/c~0d"},
	    {TEXT("{\"\\u0041\\ud83d\\ude00\":-}"), "/A\xf0\x9f\x98\x80"},
	    {TEXT("{\"\":x}"), "/"},
	    {TEXT("[[[[[[[[[1]]]]]]]]]"), "/0/0/0/0/0/0/0/0"},
	    {TEXT("{\"a\":[[[[[[[[]]]]]]]]}"), "/a/0/0/0/0/0/0/0"},
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		if (!CHECK_INT_EQ(parse(texts[i].text, texts[i].length), PROBLEM_MALFORMED_JSON)) {
			printf("# taken: %s\n", texts[i].text);
			continue;
		}
		CHECK_STR_EQ(fault.pointer, texts[i].pointer);
		CHECK(fault.reason != NULL && fault.reason[strlen(fault.reason) - 1] == '.');
	}
}

static void a_member_stands_once(void)
{
	static const struct {
		const char *text;
		const char *pointer;
	} texts[] = {
	    {"{\"a\":1,\"a\":1}", "/a"},
	    {"{\"a\":1,\"b\":2,\"a\":3}", "/a"},
	    {"{\"\":1,\"\":1}", "/"},
	    {"{\"a\":1,\"\\u0061\":1}", "/a"},
	    {"{\"\\u0061\":1,\"a\":1}", "/a"},
	    {"{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":1}", "/\xf0\x9f\x98\x80"},
	    {"{\"\\/\":1,\"/\":1}", "/~1"},
	    {"{\"\xc3\xa4\":1,\"\\u00e4\":1}", "/\xc3\xa4"},
	    {"{\"\xe2\x82\xac\":1,\"\\u20ac\":1}", "/\xe2\x82\xac"},
	    {"[0,{\"x\":{\"y\":1,\"y\":1}}]", "/1/x/y"},
	    {"{\"days\":[{\"xp\":1},{\"xp\":1,\"xp\":2}]}", "/days/1/xp"},
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		CHECK_INT_EQ(parse(texts[i].text, strlen(texts[i].text)), PROBLEM_DUPLICATE_MEMBER);
		CHECK_STR_EQ(fault.pointer, texts[i].pointer);
	}
}

/* A fault before the second of two is told first, one after it is not reached. */
static void the_first_fault_is_told(void)
{
	CHECK_INT_EQ(parse(TEXT("{\"a\":1,\"b\":01,\"a\":1}")), PROBLEM_MALFORMED_JSON);
	CHECK_INT_EQ(parse(TEXT("{\"a\":1,\"a\":1,\"b\":01}")), PROBLEM_DUPLICATE_MEMBER);
}

static void every_kind_is_in_the_tree(void)
{
	const struct json_value *list, *item;

	REQUIRE(parse(TEXT("{\"a\":[1,null,true,\"c\",[],{\"b\":-2.50e+1}],\"d\":false}")) ==
	    PROBLEM_NONE);
	REQUIRE(CHECK(value->kind == JSON_OBJECT && value->count == 2));
	CHECK(json_member(value, "b") == NULL);
	list = json_member(value, "a");
	REQUIRE(CHECK(list->kind == JSON_LIST && list->count == 6));
	item = list->first;
	CHECK(item->kind == JSON_NUMBER && item->length == 1);
	CHECK_STR_EQ(item->text, "1");
	item = item->next;
	CHECK(item->kind == JSON_NULL);
	item = item->next;
	CHECK(item->kind == JSON_BOOLEAN && item->is_true);
	item = item->next;
	CHECK(item->kind == JSON_STRING && item->length == 1);
	CHECK_STR_EQ(item->text, "c");
	item = item->next;
	CHECK(item->kind == JSON_LIST && item->count == 0 && item->first == NULL);
	CHECK(json_member(item, "b") == NULL);
	item = item->next;
	CHECK(item->kind == JSON_OBJECT && item->count == 1 && item->next == NULL);
	CHECK_STR_EQ(json_member(item, "b")->text, "-2.50e+1");
	item = json_member(value, "d");
	CHECK(item->kind == JSON_BOOLEAN && !item->is_true && item->next == NULL);
}

static void escapes_are_resolved_in_names_and_strings(void)
{
	REQUIRE(
	    parse(TEXT(
		"{\"\\u0061\\/\":\"\\\"\\\\\\b\\f\\n\\r\\t\\u00e4\\u20AC\\ud83d\\ude00\\ud834\\udd1e\"}")) ==
	    PROBLEM_NONE);
	value = json_member(value, "a/");
	REQUIRE(CHECK(value != NULL));
	CHECK_STR_EQ(
	    value->text, "\"\\\b\f\n\r\t\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xf0\x9d\x84\x9e");
	CHECK_INT_EQ(value->length, strlen(value->text));
}

static void success_leaves_the_fault_alone(void)
{
	struct json_fault before = {"here", "why"};

	CHECK_INT_EQ(json_parse(arena, "{}", 2, &value, &before), PROBLEM_NONE);
	CHECK_STR_EQ(before.pointer, "here");
	CHECK_STR_EQ(before.reason, "why");
}

static void a_long_name_is_not_sent_back(void)
{
	built_length = 0;
	build("{\"", 1);
	build("n", 300000);
	build("\":?}", 1);
	CHECK_INT_EQ(parse(built, built_length), PROBLEM_MALFORMED_JSON);
	CHECK_STR_EQ(
	    fault.pointer, "/nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\xe2\x80\xa6");

	/* Cut between characters: 48 bytes would end inside the sixteenth one of three. */
	built_length = 0;
	build("{\"x", 1);
	build("\xe2\x82\xac", 1000);
	build("\":?}", 1);
	CHECK_INT_EQ(parse(built, built_length), PROBLEM_MALFORMED_JSON);
	CHECK_INT_EQ(strlen(fault.pointer), 1 + 1 + 15 * 3 + 3);
}

/* A fault says where, never what stood there: a value may be a person's. */
static void a_value_is_not_sent_back(void)
{
	CHECK_INT_EQ(parse(TEXT("{\"device\":{\"kind\":\"jane.doe@example.org\x01\"}}")),
	    PROBLEM_MALFORMED_JSON);
	CHECK_STR_EQ(fault.pointer, "/device/kind");
	CHECK(strstr(fault.reason, "jane") == NULL);
}

static void members_are_bounded(void)
{
	char member[32];

	for (int count = JSON_MEMBERS_MAX; count <= JSON_MEMBERS_MAX + 1; count++) {
		built_length = 0;
		for (int i = 0; i < count; i++) {
			snprintf(member, sizeof(member), "%c\"m%d\":%d", i == 0 ? '{' : ',', i, i);
			build(member, 1);
		}
		build("}", 1);
		CHECK_INT_EQ(parse(built, built_length),
		    count <= JSON_MEMBERS_MAX ? PROBLEM_NONE : PROBLEM_MALFORMED_JSON);
	}
	CHECK_STR_EQ(fault.pointer, "/m64");
}

static void values_are_bounded(void)
{
	/* The list itself is a value, too. */
	for (size_t count = JSON_VALUES_MAX - 1; count <= JSON_VALUES_MAX; count++) {
		built_length = 0;
		build("[0", 1);
		build(",0", count - 1);
		build("]", 1);
		CHECK_INT_EQ(parse(built, built_length),
		    count < JSON_VALUES_MAX ? PROBLEM_NONE : PROBLEM_MALFORMED_JSON);
	}
	CHECK_STR_EQ(fault.pointer, "/65535");
}

static void containers_are_bounded(void)
{
	for (size_t count = JSON_CONTAINERS_MAX - 1; count <= JSON_CONTAINERS_MAX; count++) {
		built_length = 0;
		build("[{}", 1);
		build(",{}", count - 1);
		build("]", 1);
		CHECK_INT_EQ(parse(built, built_length),
		    count < JSON_CONTAINERS_MAX ? PROBLEM_NONE : PROBLEM_MALFORMED_JSON);
	}
}

/* A megabyte of brackets is refused at the ninth, without a stack that grows with it. */
static void depth_costs_nothing(void)
{
	built_length = 0;
	build("[", 1000000);
	CHECK_INT_EQ(parse(built, built_length), PROBLEM_MALFORMED_JSON);
	CHECK_STR_EQ(fault.pointer, "/0/0/0/0/0/0/0/0");
	built_length = 0;
	build("{\"a\":", 200000);
	CHECK_INT_EQ(parse(built, built_length), PROBLEM_MALFORMED_JSON);
	CHECK_STR_EQ(fault.pointer, "/a/a/a/a/a/a/a/a");
}

int main(void)
{
	arena = arena_new();
	CASE(good_texts_are_taken);
	CASE(bad_texts_are_refused);
	CASE(a_member_stands_once);
	CASE(the_first_fault_is_told);
	CASE(every_kind_is_in_the_tree);
	CASE(escapes_are_resolved_in_names_and_strings);
	CASE(success_leaves_the_fault_alone);
	CASE(a_long_name_is_not_sent_back);
	CASE(a_value_is_not_sent_back);
	CASE(members_are_bounded);
	CASE(values_are_bounded);
	CASE(containers_are_bounded);
	CASE(depth_costs_nothing);
	arena_free(arena);
	return check_end();
}
