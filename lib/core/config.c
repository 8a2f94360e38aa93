#include "core/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"

enum { SENTENCE_MAX_B = 1024, VARIABLE_MAX_B = 64 };

/*
 * Where texts rest: configuration is read once, before threads start, and holds for as long as the
 * process lives, so nobody frees it.
 */
static struct arena *texts;

struct load {
	const struct config_key *keys;
	size_t count;
	void *settings;
	void (*complain)(const char *sentence);
	const char **origins;
	bool is_good; /* nothing was complained of */
};

__attribute__((format(printf, 2, 3))) static void complain(
    struct load *load, const char *format, ...)
{
	char sentence[SENTENCE_MAX_B];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	load->complain(sentence);
	load->is_good = false;
}

/* A decimal number and nothing else: strtoll alone would take spaces and a plus. */
static bool read_number(const char *text, int64_t *number)
{
	const char *digits = *text == '-' ? text + 1 : text;

	if (*digits == '\0' || digits[strspn(digits, "0123456789")] != '\0')
		return false;
	errno = 0;
	*number = strtoll(text, NULL, 10);
	return errno == 0;
}

static bool is_port(const char *text)
{
	int64_t number;

	return *text != '-' && read_number(text, &number) && number >= 1 && number <= 65535;
}

/* A name or an IPv4 address; in brackets an IPv6 address. Returns where it ends, NULL: it is neither. */
static const char *skip_host(const char *text)
{
	static const char name[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
	size_t length;

	if (*text != '[') {
		length = strspn(text, name);
		return length == 0 ? NULL : text + length;
	}
	length = strspn(text + 1, "0123456789abcdefABCDEF:.");
	return length == 0 || text[1 + length] != ']' ? NULL : text + length + 2;
}

/* An origin (RFC 6454): people's addresses are made by writing a path behind it. */
static bool is_origin(const char *text)
{
	static const char *const schemes[] = {"http://", "https://"};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t length = strlen(schemes[i]);
		const char *end =
		    strncmp(text, schemes[i], length) == 0 ? skip_host(text + length) : NULL;

		if (end != NULL)
			return *end == '\0' || (*end == ':' && is_port(end + 1));
	}
	return false;
}

/* Takes a value; origin says where it stands, for a complaint. */
static void take(
    struct load *load, const struct config_key *key, const char *value, const char *origin)
{
	unsigned char *place = (unsigned char *)load->settings + key->offset;
	int64_t number;

	if (load->origins != NULL)
		load->origins[key - load->keys] = arena_strndup(texts, origin, strlen(origin));
	if (key->kind != CONFIG_NUMBER) {
		size_t length = strlen(value);
		bool has_slash =
		    key->kind == CONFIG_ORIGIN && length > 0 && value[length - 1] == '/';
		const char *text = arena_strndup(texts, value, has_slash ? length - 1 : length);

		if (key->kind == CONFIG_ORIGIN && !is_origin(text))
			complain(load,
			    "%s: %s must be http:// or https://, a host and, if need be, :port.",
			    origin, key->name);
		memcpy(place, &text, sizeof(text));
		return;
	}
	if (!read_number(value, &number) || number < key->min || number > key->max) {
		complain(load, "%s: %s must be a whole number from %lld to %lld.", origin,
		    key->name, (long long)key->min, (long long)key->max);
		return;
	}
	memcpy(place, &number, sizeof(number));
}

/* Cuts the spaces off both ends of text, in place. */
static char *trim(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return text;
}

static size_t find_key(const struct load *load, const char *name)
{
	size_t i = 0;

	while (i < load->count && strcmp(load->keys[i].name, name) != 0)
		i++;
	return i;
}

/*
 * Takes one line of the file.
 * seen  for each key, whether an earlier line had it
 */
static void take_line(struct load *load, char *line, const char *origin, bool *seen)
{
	char *name = trim(line);
	char *equals = strchr(name, '=');
	size_t key;

	if (*name == '\0' || *name == '#')
		return;
	if (equals == NULL) {
		complain(load, "%s: a line must be empty, a comment (#) or key = value.", origin);
		return;
	}
	*equals = '\0';
	name = trim(name);
	key = find_key(load, name);
	if (key == load->count) {
		complain(load, "%s: there is no key \"%s\".", origin, name);
		return;
	}
	if (seen[key]) {
		complain(load, "%s: %s stands twice in the file.", origin, name);
		return;
	}
	seen[key] = true;
	take(load, &load->keys[key], trim(equals + 1), origin);
}

static void take_lines(struct load *load, const char *path, FILE *file, bool *seen)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	for (unsigned number = 1; (length = getline(&line, &size, file)) >= 0; number++) {
		char origin[SENTENCE_MAX_B / 2];

		snprintf(origin, sizeof(origin), "%s:%u", path, number);
		if (strlen(line) != (size_t)length)
			complain(load, "%s: there is a NUL in this line.", origin);
		else
			take_line(load, line, origin, seen);
	}
	if (ferror(file))
		complain(load, "%s: cannot be read: %s.", path, strerrordesc_np(errno));
	free(line);
}

static void take_file(struct load *load, const char *path, bool must_exist)
{
	FILE *file = fopen(path, "re");

	if (file == NULL) {
		if (must_exist || errno != ENOENT)
			complain(load, "%s: cannot be opened: %s.", path, strerrordesc_np(errno));
		return;
	}
	take_lines(load, path, file, arena_array(texts, load->count, sizeof(bool)));
	fclose(file);
}

static void take_environment(struct load *load)
{
	for (size_t i = 0; i < load->count; i++) {
		char variable[VARIABLE_MAX_B];
		const char *value;

		snprintf(variable, sizeof(variable), "BREATH_%s", load->keys[i].name);
		for (char *c = variable; *c != '\0'; c++)
			*c = (char)toupper((unsigned char)*c);
		value = getenv(variable);
		if (value != NULL)
			take(load, &load->keys[i], value, variable);
	}
}

bool config_load(const struct config_key *keys, size_t count, const char *path, bool must_exist,
    void *settings, void (*complain_to)(const char *sentence), const char **origins)
{
	struct load load = {keys, count, settings, complain_to, origins, true};

	if (texts == NULL)
		texts = arena_new();
	for (size_t i = 0; i < count; i++)
		take(&load, &keys[i], keys[i].fallback, "default");
	take_file(&load, path, must_exist);
	take_environment(&load);
	return load.is_good;
}
