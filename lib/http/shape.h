#ifndef HTTP_SHAPE_H
#define HTTP_SHAPE_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/problem.h"

/*
 * Typed input: a route declares the shape of its body and of its query string once, as a table;
 * what arrives is checked against it and laid out in a struct before the handler runs. A handler
 * never looks anything up by name, and what is not declared is refused by name (rule P2).
 */
struct shape;

enum field_kind {
	FIELD_INTEGER, /* int64_t; min and max are its bounds */
	FIELD_BOOLEAN, /* bool */
	FIELD_DAY, /* day_t; from DAY_FIRST up to the server's day and one more; absent: DAY_NONE */
	FIELD_TODAY, /* day_t; the asking device's own day, within one of the server's; absent: DAY_NONE */
	FIELD_CHOICE, /* int: index into choices; absent: -1 */
	FIELD_HEX,  /* const uint8_t *: max bytes as lower-case hex digits; absent or null: NULL */
	FIELD_TEXT, /* const char *: 1 to max characters of text; absent: NULL */
	FIELD_OBJECT, /* const void *: the struct of shape; absent: NULL */
	FIELD_LIST,   /* struct list: 0 to max structs of shape */
};

enum {
	FIELD_OPTIONAL = 1, /* may be absent */
	FIELD_NULLABLE = 2, /* may be null, which reads as absent */
};

struct field {
	const char *name;
	enum field_kind kind;
	size_t offset;  /* in the shape's struct, of the type given with the kind */
	unsigned flags; /* FIELD_OPTIONAL, FIELD_NULLABLE */
	int64_t min;
	int64_t max;
	const struct shape *shape;  /* of an object, or of a list's items */
	const char *const *choices; /* NULL-terminated */
	/*
	 * Of text that the handler reads further: what it takes, as a pattern of JSON Schema. The document
	 * has it; nothing here checks it. NULL: any text.
	 */
	const char *pattern;
};

struct shape {
	size_t size; /* of the struct */
	const struct field *fields;
	size_t count;
};

/* The beginning of a field's row: its name on the wire, its kind, and where it goes. */
#define FIELD(label, field_kind, type, member) \
	.name = (label), .kind = (field_kind), .offset = offsetof(type, member)

/* The shape of a struct by its table of fields. */
#define SHAPE(type, table)                                  \
	{                                                   \
		.size = sizeof(type), .fields = (table),    \
		.count = sizeof(table) / sizeof((table)[0]) \
	}

/* A list that was read: count structs, one after the other, in the arena. Who takes it may sort it. */
struct list {
	void *items;
	size_t count;
};

/* Which member is at fault, and why. */
struct shape_fault {
	const char
	    *pointer; /* "/days/3/xp", or "?today" in a query string; in the arena; NULL: none */
	const char *detail; /* one sentence for people; in the arena or constant */
};

/*
 * Reads a JSON body of length bytes into a struct of shape, in the arena; *into is set on success.
 * Order of refusals: the text as a whole; then an object at a time: an unknown member, a missing
 * member, then each member in declared order.
 * PROBLEM_MALFORMED_JSON, PROBLEM_DUPLICATE_MEMBER  see json_parse
 * PROBLEM_UNKNOWN_MEMBER, PROBLEM_MISSING_MEMBER, PROBLEM_WRONG_TYPE, PROBLEM_RANGE, PROBLEM_BAD_VALUE,
 * PROBLEM_CLOCK_OFF (of a FIELD_TODAY)
 * A number or day outside its bounds, and a list that is too long, are PROBLEM_RANGE; text that is too
 * long is PROBLEM_BAD_VALUE. On each, *fault says why, and names the member if one is at fault.
 */
enum problem shape_read_json(struct arena *arena, const struct shape *shape, const char *text,
    size_t length, const void **into, struct shape_fault *fault)
    __attribute__((nonnull, warn_unused_result));

/*
 * The same for a query string ("today=2026-11-22&by=day", without '?'; NULL or "" is empty), whose
 * fields are integers, days, choices and text. Percent-escapes and + are resolved.
 * PROBLEM_BAD_REQUEST for broken escapes, invalid UTF-8, too many parameters or a name that stands
 * twice; otherwise as above, but
 * each value that cannot be read is PROBLEM_BAD_VALUE.
 */
enum problem shape_read_query(struct arena *arena, const struct shape *shape, const char *query,
    const void **into, struct shape_fault *fault)
    __attribute__((nonnull(1, 2, 4, 5), warn_unused_result));

/*
 * The parameters of a query string that a shape declares, as they came, for routes that ignore the others.
 * What cannot be read is not declared. Returns "" or text in the arena.
 */
const char *shape_known_query(struct arena *arena, const struct shape *shape, const char *query)
    __attribute__((nonnull(1, 2), returns_nonnull, warn_unused_result));

#endif
