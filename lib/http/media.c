#include "http/media.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "http/text.h"

/* Reads a token (RFC 9110, section 5.6.2). Returns what follows it; text itself if it is none. */
static const char *skip_token(const char *text)
{
	return text +
	    strspn(text,
		"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

/* The same of a quoted string. */
static const char *skip_quoted(const char *text)
{
	const char *end = text;

	if (*end++ != '"')
		return text;
	for (; *end != '\0' && *end != '"'; end++)
		if (*end == '\\' && *++end == '\0')
			return text;
	return *end == '"' ? end + 1 : text;
}

/* Reads one parameter, and whether it lets the body be JSON in UTF-8. NULL: it is none. */
static const char *skip_parameter(const char *text, bool *fits)
{
	static const char charset[] = "charset=";
	static const char *const names[] = {"utf-8", "\"utf-8\""};
	const char *value = skip_token(text), *end;

	if (value == text || *value++ != '=')
		return NULL;
	end = *value == '"' ? skip_quoted(value) : skip_token(value);
	if (end == value)
		return NULL;
	if (strncasecmp(text, charset, sizeof(charset) - 1) != 0)
		return end;
	*fits = false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((size_t)(end - value) == strlen(names[i]) &&
		    strncasecmp(value, names[i], strlen(names[i])) == 0)
			*fits = true;
	return end;
}

bool media_is_json(const char *type)
{
	static const char json[] = "application/json";
	bool fits = true;

	if (type == NULL)
		return false;
	type = text_skip_blanks(type);
	if (strncasecmp(type, json, sizeof(json) - 1) != 0)
		return false;
	type = text_skip_blanks(type + sizeof(json) - 1);
	while (type != NULL && *type == ';') {
		type = text_skip_blanks(type + 1);
		if (*type != ';' && *type != '\0')
			type = skip_parameter(type, &fits);
		if (type != NULL)
			type = text_skip_blanks(type);
	}
	return fits && type != NULL && *type == '\0';
}
