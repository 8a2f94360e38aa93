/*
 * One pass over the text with a stack of JSON_DEPTH_MAX levels and no recursion, so that neither
 * depth nor length of a hostile text costs anything but its own reading. Each byte is looked at once,
 * and copied once where it belongs to a name, a string or a number; a member's name is compared with the at
 * most JSON_MEMBERS_MAX names before it.
 *
 * The grammar is a loop over two questions: which value stands here (read_value), and what follows
 * it (after_value). What an attacker would try (overlong UTF-8 to smuggle a quote, a name spelt
 * with escapes to stand twice, a number that a later reader rounds, depth, a BOM, a NUL) is refused
 * or counted here; nothing after this needs to be afraid of a text.
 *
 * json-c is not asked: it is a forgiving reader, and where it gets no memory it may cut a string short or
 * follow a NULL. The tree is in the arena, for which running out of memory has one orderly end.
 */
#include "http/json_parse.h"

#include <stdint.h>
#include <string.h>

#include "http/pointer.h"
#include "http/text.h"

/* An object or list that is open. */
struct level {
	struct pointer_step step; /* the member or item being read in it */
	struct json_value *value;
	struct json_value **end; /* where the next member or item is hung in */
};

struct parse {
	struct arena *arena;
	const char *at;
	const char *end;
	size_t depth; /* how many levels are open */
	size_t values;
	size_t containers;
	struct json_value *root;
	enum problem problem; /* the first that was found */
	const char *reason;
	struct level *levels; /* JSON_DEPTH_MAX of them */
};

/* Remembers why the text is refused. Returns false, so that a reader ends with it. */
static bool refuse(struct parse *parse, enum problem problem, const char *reason)
{
	parse->problem = problem;
	parse->reason = reason;
	return false;
}

static bool malformed(struct parse *parse, const char *reason)
{
	return refuse(parse, PROBLEM_MALFORMED_JSON, reason);
}

static struct level *innermost(struct parse *parse)
{
	return parse->depth == 0 ? NULL : &parse->levels[parse->depth - 1];
}

/* The byte at hand; -1 at the end. */
static int peek(const struct parse *parse)
{
	return parse->at == parse->end ? -1 : (unsigned char)*parse->at;
}

static void skip_space(struct parse *parse)
{
	while (parse->at != parse->end &&
	    (*parse->at == ' ' || *parse->at == '\t' || *parse->at == '\n' || *parse->at == '\r'))
		parse->at++;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

/* Reads the four digits of a \u escape. */
static bool read_unit(struct parse *parse, uint32_t *unit)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++) {
		int digit = text_hex_value(peek(parse));

		if (digit < 0)
			return malformed(parse, "An escape \\u needs four hexadecimal digits.");
		value = value << 4 | (uint32_t)digit;
		parse->at++;
	}
	*unit = value;
	return true;
}

/* Reads a \u escape after its "\u", and the second one where it is half a pair. */
static bool read_unicode(struct parse *parse, uint32_t *character)
{
	static const char lone[] = "A string holds half a surrogate pair.";
	uint32_t high, low;

	if (!read_unit(parse, &high))
		return false;
	if (high == 0)
		return malformed(parse, "A string holds the character U+0000.");
	if (high < 0xd800 || high > 0xdfff) {
		*character = high;
		return true;
	}
	if (high > 0xdbff || parse->end - parse->at < 2 || memcmp(parse->at, "\\u", 2) != 0)
		return malformed(parse, lone);
	parse->at += 2;
	if (!read_unit(parse, &low))
		return false;
	if (low < 0xdc00 || low > 0xdfff)
		return malformed(parse, lone);
	*character = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

/* Reads an escape after its backslash. */
static bool read_escape(struct parse *parse, uint32_t *character)
{
	static const char letters[] = "\"\\/bfnrt", characters[] = "\"\\/\b\f\n\r\t";
	int c = peek(parse);
	const char *found;

	if (c == 'u') {
		parse->at++;
		return read_unicode(parse, character);
	}
	found = c <= 0 ? NULL : strchr(letters, c);
	if (found == NULL)
		return malformed(parse, "A string holds an escape that JSON does not have.");
	parse->at++;
	*character = (unsigned char)characters[found - letters];
	return true;
}

/* What stands between the quotes at start and end, which check_string has found good, in the arena. */
static const char *resolve(struct parse *parse, const char *start, const char *end, size_t *length)
{
	/* No escape is shorter than what it stands for. */
	char *text = arena_alloc(parse->arena, (size_t)(end - start));
	char *to = text;
	struct parse inside = {.arena = parse->arena, .at = start + 1, .end = end};

	while (inside.at != end) {
		uint32_t character;

		if (*inside.at != '\\') {
			*to++ = *inside.at++;
			continue;
		}
		inside.at++;
		if (read_escape(&inside, &character))
			to = text_utf8_write(to, character);
	}
	*length = (size_t)(to - text);
	return text;
}

/*
 * Passes a string from its opening quote to behind its closing one.
 * has_escapes  set to whether there is a backslash in it
 */
static bool check_string(struct parse *parse, bool *has_escapes)
{
	parse->at++;
	*has_escapes = false;
	for (;;) {
		int c = peek(parse);
		uint32_t ignored;
		size_t length;

		if (c < 0)
			return malformed(parse, "The text ends inside a string.");
		if (c < 0x20)
			return malformed(parse, "A string holds a bare control character.");
		if (c == '"') {
			parse->at++;
			return true;
		}
		if (c == '\\') {
			*has_escapes = true;
			parse->at++;
			if (!read_escape(parse, &ignored))
				return false;
			continue;
		}
		length = text_utf8_length(parse->at, (size_t)(parse->end - parse->at));
		if (length == 0)
			return malformed(parse, "A string is not valid UTF-8.");
		parse->at += length;
	}
}

/* Reads a string: *text is what it stands for, with a NUL behind it, in the arena. */
static bool read_string(struct parse *parse, const char **text, size_t *length)
{
	const char *start = parse->at;
	bool has_escapes;

	if (!check_string(parse, &has_escapes))
		return false;
	if (has_escapes) {
		*text = resolve(parse, start, parse->at - 1, length);
		return true;
	}
	*length = (size_t)(parse->at - 1 - (start + 1));
	*text = arena_strndup(parse->arena, start + 1, *length);
	return true;
}

static bool read_digits(struct parse *parse, const char *reason)
{
	if (!is_digit(peek(parse)))
		return malformed(parse, reason);
	while (is_digit(peek(parse)))
		parse->at++;
	return true;
}

/* Passes a number. */
static bool check_number(struct parse *parse)
{
	if (peek(parse) == '-')
		parse->at++;
	if (peek(parse) == '0') {
		parse->at++;
		if (is_digit(peek(parse)))
			return malformed(parse, "A number begins with a needless zero.");
	} else if (!read_digits(parse, "A number lacks its digits.")) {
		return false;
	}
	if (peek(parse) == '.') {
		parse->at++;
		if (!read_digits(parse, "A number lacks the digits after its point."))
			return false;
	}
	if (peek(parse) == 'e' || peek(parse) == 'E') {
		parse->at++;
		if (peek(parse) == '+' || peek(parse) == '-')
			parse->at++;
		if (!read_digits(parse, "A number lacks the digits of its exponent."))
			return false;
	}
	return true;
}

/* A number is kept as it is spelt; the reader of a field decides what type it is. */
static bool read_number(struct parse *parse, struct json_value *value)
{
	const char *start = parse->at;

	if (!check_number(parse))
		return false;
	value->kind = JSON_NUMBER;
	value->length = (size_t)(parse->at - start);
	value->text = arena_strndup(parse->arena, start, value->length);
	return true;
}

static bool read_word(
    struct parse *parse, const char *word, enum json_kind kind, struct json_value *value)
{
	size_t length = strlen(word);

	if ((size_t)(parse->end - parse->at) < length || memcmp(parse->at, word, length) != 0)
		return malformed(parse, "There is a word that JSON does not have.");
	parse->at += length;
	value->kind = kind;
	value->is_true = *word == 't';
	return true;
}

struct json_value *json_member(const struct json_value *object, const char *name)
{
	struct json_value *member = object->kind == JSON_OBJECT ? object->first : NULL;

	while (member != NULL && strcmp(member->name, name) != 0)
		member = member->next;
	return member;
}

/* Reads a member's name and colon in the object of the innermost level. */
static bool read_name(struct parse *parse, struct level *level)
{
	level->step.name = NULL;
	if (peek(parse) != '"')
		return malformed(parse, "A member lacks its name in double quotes.");
	if (!read_string(parse, &level->step.name, &level->step.length))
		return false;
	if (json_member(level->value, level->step.name) != NULL)
		return refuse(parse, PROBLEM_DUPLICATE_MEMBER, "The object has this member twice.");
	if (level->value->count == JSON_MEMBERS_MAX)
		return malformed(parse, "An object has too many members.");

	skip_space(parse);
	if (peek(parse) != ':')
		return malformed(parse, "A colon is missing after a member's name.");
	parse->at++;
	skip_space(parse);
	return true;
}

/* Hangs a new value in where the text has come to: into the innermost object or list, or as the root. */
static struct json_value *add_value(struct parse *parse)
{
	struct json_value *value = arena_alloc(parse->arena, sizeof(*value));
	struct level *level = innermost(parse);

	if (level == NULL) {
		parse->root = value;
		return value;
	}
	value->name = level->step.name;
	*level->end = value;
	level->end = &value->next;
	level->value->count++;
	return value;
}

/*
 * Reads the bracket that opens an object or a list.
 * is_closed  set to whether the bracket that closes it follows at once
 */
static bool open_level(
    struct parse *parse, enum json_kind kind, struct json_value *value, bool *is_closed)
{
	struct level *outer = innermost(parse), *level;

	if (parse->depth == JSON_DEPTH_MAX)
		return malformed(parse, "Objects and lists are nested too deeply.");
	if (++parse->containers > JSON_CONTAINERS_MAX)
		return malformed(parse, "There are too many objects and lists.");
	value->kind = kind;
	parse->at++;
	skip_space(parse);
	*is_closed = peek(parse) == (kind == JSON_OBJECT ? '}' : ']');
	if (*is_closed) {
		parse->at++;
		return true;
	}
	level = &parse->levels[parse->depth++];
	*level = (struct level){
	    .step = {.outer = outer == NULL ? NULL : &outer->step},
	    .value = value,
	    .end = &value->first,
	};
	return kind == JSON_LIST || read_name(parse, level);
}

/*
 * Reads a value, or of an object or list the beginning.
 * is_whole  set to whether the value ended, so that what follows it comes next
 */
static bool read_value(struct parse *parse, bool *is_whole)
{
	struct json_value *value;

	*is_whole = true;
	if (++parse->values > JSON_VALUES_MAX)
		return malformed(parse, "There are too many values.");
	value = add_value(parse);
	switch (peek(parse)) {
	case -1:
		return malformed(parse, "The text ends where a value should stand.");
	case '{':
		return open_level(parse, JSON_OBJECT, value, is_whole);
	case '[':
		return open_level(parse, JSON_LIST, value, is_whole);
	case '"':
		value->kind = JSON_STRING;
		return read_string(parse, &value->text, &value->length);
	case 't':
		return read_word(parse, "true", JSON_BOOLEAN, value);
	case 'f':
		return read_word(parse, "false", JSON_BOOLEAN, value);
	case 'n':
		return read_word(parse, "null", JSON_NULL, value);
	case '-':
	case '0' ... '9':
		return read_number(parse, value);
	default:
		return malformed(parse, "There is no value where one should stand.");
	}
}

/*
 * Reads what follows a value inside an object or list: a comma and the way to the next value, or
 * the closing bracket, which ends that object or list, itself a value.
 * is_whole  set to whether it is such an end
 */
static bool after_value(struct parse *parse, bool *is_whole)
{
	struct level *level = innermost(parse);

	skip_space(parse);
	*is_whole = peek(parse) == (level->value->kind == JSON_OBJECT ? '}' : ']');
	if (*is_whole) {
		parse->at++;
		parse->depth--;
		return true;
	}
	if (peek(parse) != ',')
		return malformed(parse,
		    peek(parse) < 0 ? "The text ends inside an object or list."
				    : "A comma or a closing bracket is missing after a value.");
	parse->at++;
	skip_space(parse);
	if (level->value->kind == JSON_OBJECT)
		return read_name(parse, level);
	level->step.index++;
	return true;
}

static bool parse_text(struct parse *parse)
{
	bool is_whole = false;

	skip_space(parse);
	while (!is_whole || parse->depth > 0)
		if (!(is_whole ? after_value(parse, &is_whole) : read_value(parse, &is_whole)))
			return false;
	skip_space(parse);
	if (parse->at != parse->end)
		return malformed(parse, "Something follows the value that is the whole text.");
	return true;
}

/* Where the reading stopped. A member whose name cannot be read yet has no place: its object has. */
static const char *here(struct parse *parse)
{
	struct level *level = innermost(parse);

	if (level == NULL)
		return "";
	if (level->value->kind == JSON_OBJECT && level->step.name == NULL)
		return pointer_text(parse->arena, level->step.outer);
	return pointer_text(parse->arena, &level->step);
}

enum problem json_parse(struct arena *arena, const char *text, size_t length,
    const struct json_value **value, struct json_fault *fault)
{
	struct level levels[JSON_DEPTH_MAX]; /* each is filled when it is opened */
	struct parse parse = {.arena = arena, .at = text, .end = text + length, .levels = levels};

	if (parse_text(&parse)) {
		*value = parse.root;
	} else {
		fault->pointer = here(&parse);
		fault->reason = parse.reason;
	}
	return parse.problem;
}
