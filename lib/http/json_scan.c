/*
 * One pass over the text with a stack of JSON_DEPTH_MAX levels and no recursion, so that neither
 * depth nor length of a hostile text costs anything but its own reading. Each byte is looked at once;
 * a member's name is compared with the at most JSON_MEMBERS_MAX names before it.
 *
 * The grammar is a loop over two questions: which value stands here (read_value), and what follows
 * it (after_value). What an attacker would try (overlong UTF-8 to smuggle a quote, a name spelt
 * with escapes to stand twice, a number that a later reader rounds, depth, a BOM, a NUL) is refused
 * or counted here; nothing after this needs to be afraid of a text.
 */
#include "http/json_scan.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "http/pointer.h"
#include "http/text.h"

struct name {
	const char *text; /* in the scanned text, or in the arena where escapes were resolved */
	size_t length;
};

/* An object or list that is open. */
struct level {
	struct pointer_step step; /* the member or item being read in it */
	bool is_object;
	size_t count; /* members so far */
	struct name names[JSON_MEMBERS_MAX];
};

struct scan {
	struct arena *arena;
	const char *at;
	const char *end;
	size_t depth; /* how many levels are open */
	size_t values;
	size_t containers;
	enum problem problem; /* the first that was found */
	const char *reason;
	struct level *levels; /* JSON_DEPTH_MAX of them */
};

/* Remembers why the text is refused. Returns false, so that a reader ends with it. */
static bool refuse(struct scan *scan, enum problem problem, const char *reason)
{
	scan->problem = problem;
	scan->reason = reason;
	return false;
}

static bool malformed(struct scan *scan, const char *reason)
{
	return refuse(scan, PROBLEM_MALFORMED_JSON, reason);
}

static struct level *innermost(struct scan *scan)
{
	return scan->depth == 0 ? NULL : &scan->levels[scan->depth - 1];
}

/* The byte at hand; -1 at the end. */
static int peek(const struct scan *scan)
{
	return scan->at == scan->end ? -1 : (unsigned char)*scan->at;
}

static void skip_space(struct scan *scan)
{
	while (scan->at != scan->end &&
	    (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\n' || *scan->at == '\r'))
		scan->at++;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

/* Reads the four digits of a \u escape. */
static bool read_unit(struct scan *scan, uint32_t *unit)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++) {
		int digit = text_hex_value(peek(scan));

		if (digit < 0)
			return malformed(scan, "An escape \\u needs four hexadecimal digits.");
		value = value << 4 | (uint32_t)digit;
		scan->at++;
	}
	*unit = value;
	return true;
}

/* Reads a \u escape after its "\u", and the second one where it is half a pair. */
static bool read_unicode(struct scan *scan, uint32_t *character)
{
	static const char lone[] = "A string holds half a surrogate pair.";
	uint32_t high, low;

	if (!read_unit(scan, &high))
		return false;
	if (high == 0)
		return malformed(scan, "A string holds the character U+0000.");
	if (high < 0xd800 || high > 0xdfff) {
		*character = high;
		return true;
	}
	if (high > 0xdbff || scan->end - scan->at < 2 || memcmp(scan->at, "\\u", 2) != 0)
		return malformed(scan, lone);
	scan->at += 2;
	if (!read_unit(scan, &low))
		return false;
	if (low < 0xdc00 || low > 0xdfff)
		return malformed(scan, lone);
	*character = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

/* Reads an escape after its backslash. */
static bool read_escape(struct scan *scan, uint32_t *character)
{
	static const char letters[] = "\"\\/bfnrt", characters[] = "\"\\/\b\f\n\r\t";
	int c = peek(scan);
	const char *found;

	if (c == 'u') {
		scan->at++;
		return read_unicode(scan, character);
	}
	found = c <= 0 ? NULL : strchr(letters, c);
	if (found == NULL)
		return malformed(scan, "A string holds an escape that JSON does not have.");
	scan->at++;
	*character = (unsigned char)characters[found - letters];
	return true;
}

/*
 * Reads a string from its opening quote to behind its closing one.
 * has_escapes  told whether there is a backslash in it
 */
static bool read_string(struct scan *scan, bool *has_escapes)
{
	scan->at++;
	*has_escapes = false;
	for (;;) {
		int c = peek(scan);
		uint32_t ignored;
		size_t length;

		if (c < 0)
			return malformed(scan, "The text ends inside a string.");
		if (c < 0x20)
			return malformed(scan, "A string holds a bare control character.");
		if (c == '"') {
			scan->at++;
			return true;
		}
		if (c == '\\') {
			*has_escapes = true;
			scan->at++;
			if (!read_escape(scan, &ignored))
				return false;
			continue;
		}
		length = text_utf8_length(scan->at, (size_t)(scan->end - scan->at));
		if (length == 0)
			return malformed(scan, "A string is not valid UTF-8.");
		scan->at += length;
	}
}

/* What stands between the quotes at start and end, which read_string has found good. */
static struct name resolve(struct scan *scan, const char *start, const char *end)
{
	/* No escape is shorter than what it stands for. */
	char *text = arena_alloc(scan->arena, (size_t)(end - start));
	char *to = text;
	struct scan inside = {.arena = scan->arena, .at = start + 1, .end = end};

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
	return (struct name){text, (size_t)(to - text)};
}

static bool read_digits(struct scan *scan, const char *reason)
{
	if (!is_digit(peek(scan)))
		return malformed(scan, reason);
	while (is_digit(peek(scan)))
		scan->at++;
	return true;
}

static bool read_number(struct scan *scan)
{
	if (peek(scan) == '-')
		scan->at++;
	if (peek(scan) == '0') {
		scan->at++;
		if (is_digit(peek(scan)))
			return malformed(scan, "A number begins with a needless zero.");
	} else if (!read_digits(scan, "A number lacks its digits.")) {
		return false;
	}
	if (peek(scan) == '.') {
		scan->at++;
		if (!read_digits(scan, "A number lacks the digits after its point."))
			return false;
	}
	if (peek(scan) == 'e' || peek(scan) == 'E') {
		scan->at++;
		if (peek(scan) == '+' || peek(scan) == '-')
			scan->at++;
		if (!read_digits(scan, "A number lacks the digits of its exponent."))
			return false;
	}
	return true;
}

static bool read_word(struct scan *scan, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0)
		return malformed(scan, "There is a word that JSON does not have.");
	scan->at += length;
	return true;
}

/* Reads a member's name and colon in the innermost object. */
static bool read_name(struct scan *scan)
{
	struct level *level = innermost(scan);
	const char *start = scan->at;
	bool has_escapes;
	struct name name;

	level->step.name = NULL;
	if (peek(scan) != '"')
		return malformed(scan, "A member lacks its name in double quotes.");
	if (!read_string(scan, &has_escapes))
		return false;
	if (has_escapes)
		name = resolve(scan, start, scan->at - 1);
	else
		name = (struct name){start + 1, (size_t)(scan->at - 1 - (start + 1))};

	level->step.name = name.text;
	level->step.length = name.length;
	for (size_t i = 0; i < level->count; i++)
		if (level->names[i].length == name.length &&
		    memcmp(level->names[i].text, name.text, name.length) == 0)
			return refuse(
			    scan, PROBLEM_DUPLICATE_MEMBER, "The object has this member twice.");
	if (level->count == JSON_MEMBERS_MAX)
		return malformed(scan, "An object has too many members.");
	level->names[level->count++] = name;

	skip_space(scan);
	if (peek(scan) != ':')
		return malformed(scan, "A colon is missing after a member's name.");
	scan->at++;
	skip_space(scan);
	return true;
}

/*
 * Reads the bracket that opens an object or a list.
 * is_closed  told whether the bracket that closes it follows at once
 */
static bool open_level(struct scan *scan, bool is_object, bool *is_closed)
{
	struct level *outer = innermost(scan);
	struct level *level;

	if (scan->depth == JSON_DEPTH_MAX)
		return malformed(scan, "Objects and lists are nested too deeply.");
	if (++scan->containers > JSON_CONTAINERS_MAX)
		return malformed(scan, "There are too many objects and lists.");
	scan->at++;
	skip_space(scan);
	*is_closed = peek(scan) == (is_object ? '}' : ']');
	if (*is_closed) {
		scan->at++;
		return true;
	}
	level = &scan->levels[scan->depth++];
	level->step = (struct pointer_step){.outer = outer == NULL ? NULL : &outer->step};
	level->is_object = is_object;
	level->count = 0;
	return !is_object || read_name(scan);
}

/*
 * Reads a value, or of an object or list the beginning.
 * is_whole  told whether the value ended, so that what follows it comes next
 */
static bool read_value(struct scan *scan, bool *is_whole)
{
	bool ignored;

	*is_whole = true;
	if (++scan->values > JSON_VALUES_MAX)
		return malformed(scan, "There are too many values.");
	switch (peek(scan)) {
	case -1:
		return malformed(scan, "The text ends where a value should stand.");
	case '{':
		return open_level(scan, true, is_whole);
	case '[':
		return open_level(scan, false, is_whole);
	case '"':
		return read_string(scan, &ignored);
	case 't':
		return read_word(scan, "true");
	case 'f':
		return read_word(scan, "false");
	case 'n':
		return read_word(scan, "null");
	case '-':
	case '0' ... '9':
		return read_number(scan);
	default:
		return malformed(scan, "There is no value where one should stand.");
	}
}

/*
 * Reads what follows a value inside an object or list: a comma and the way to the next value, or
 * the closing bracket, which ends that object or list, itself a value.
 * is_whole  told whether it is such an end
 */
static bool after_value(struct scan *scan, bool *is_whole)
{
	struct level *level = innermost(scan);

	skip_space(scan);
	*is_whole = peek(scan) == (level->is_object ? '}' : ']');
	if (*is_whole) {
		scan->at++;
		scan->depth--;
		return true;
	}
	if (peek(scan) != ',')
		return malformed(scan,
		    peek(scan) < 0 ? "The text ends inside an object or list."
				   : "A comma or a closing bracket is missing after a value.");
	scan->at++;
	skip_space(scan);
	if (level->is_object)
		return read_name(scan);
	level->step.index++;
	return true;
}

static bool scan_text(struct scan *scan)
{
	bool is_whole = false;

	skip_space(scan);
	while (!is_whole || scan->depth > 0)
		if (!(is_whole ? after_value(scan, &is_whole) : read_value(scan, &is_whole)))
			return false;
	skip_space(scan);
	if (scan->at != scan->end)
		return malformed(scan, "Something follows the value that is the whole text.");
	return true;
}

/* Where the scan stopped. A member whose name cannot be read yet has no place: its object has. */
static const char *here(struct scan *scan)
{
	struct level *level = innermost(scan);

	if (level == NULL)
		return "";
	if (level->is_object && level->step.name == NULL)
		return pointer_text(scan->arena, level->step.outer);
	return pointer_text(scan->arena, &level->step);
}

enum problem json_scan(
    struct arena *arena, const char *text, size_t length, size_t *values, struct json_fault *fault)
{
	struct level levels[JSON_DEPTH_MAX]; /* each is filled when it is opened */
	struct scan scan = {.arena = arena, .at = text, .end = text + length, .levels = levels};

	if (!scan_text(&scan)) {
		fault->pointer = here(&scan);
		fault->reason = scan.reason;
	}
	*values = scan.values;
	return scan.problem;
}
