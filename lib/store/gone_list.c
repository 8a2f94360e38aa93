/*
 * All lines are of one length, so that half a line, which a crash may leave at the end, is known for what
 * it is and cut off by whoever writes next. The first line is of kind `key`: what the key makes of nothing.
 * By it a list whose key was lost or changed is told from one that names nobody.
 */
#include "store/gone_list.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/file.h"
#include "core/log.h"
#include "core/secret.h"

enum {
	FIRST_ROOM = 16,
	KEY_B = 32,
	LINE_B = DAY_TEXT_B - 1 + 3 + 2 * GONE_HASH_B + 1, /* "2026-11-27 a <64 digits>\n" */
	KIND_KEY = 'k',
};

struct gone_note {
	char kind;
	uint8_t length;
	uint8_t id[GONE_ID_MAX_B];
};

/* ----- the key, and what it makes ----- */

static bool complain(const char *path)
{
	log_line("store: %s: %s", path, strerrordesc_np(errno));
	return false;
}

static bool read_key(const char *path, uint8_t key[KEY_B], bool *found)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	*found = fd >= 0;
	if (fd < 0)
		return errno == ENOENT || complain(path);
	length = read(fd, key, KEY_B);
	close(fd);
	if (length == KEY_B)
		return true;
	log_line("store: %s is not a key of %d bytes", path, KEY_B);
	return false;
}

/* Writes bytes to a new file and gives it its name. */
static bool publish(const char *path, const void *bytes, size_t length)
{
	char *written = file_beside(path, ".new");
	int fd = open(written, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool done = fd >= 0 && (length == 0 || write(fd, bytes, length) == (ssize_t)length);

	if (!done)
		complain(written);
	if (fd >= 0)
		close(fd);
	done = done && file_publish(written, path);
	free(written);
	return done;
}

/* The key of a list; the first to need it makes it. */
static bool take_key(const char *store_path, uint8_t key[KEY_B])
{
	char *path = file_beside(store_path, ".gone-key");
	bool found, done = read_key(path, key, &found);

	if (done && !found) {
		secret_random(key, KEY_B);
		done = publish(path, key, KEY_B);
	}
	free(path);
	return done;
}

static void hash(
    const uint8_t key[KEY_B], char kind, const void *id, size_t length, uint8_t into[GONE_HASH_B])
{
	uint8_t text[1 + GONE_ID_MAX_B];

	text[0] = (uint8_t)kind;
	memcpy(text + 1, id, length);
	crypto_generichash(into, GONE_HASH_B, text, 1 + length, key, KEY_B);
}

/* ----- notes ----- */

void gone_notes_free(struct gone_notes *notes)
{
	free(notes->notes);
	*notes = (struct gone_notes){0};
}

void gone_notes_clear(struct gone_notes *notes)
{
	notes->count = notes->mark = 0;
}

void gone_notes_mark(struct gone_notes *notes)
{
	notes->mark = notes->count;
}

void gone_notes_undo(struct gone_notes *notes)
{
	notes->count = notes->mark;
}

void gone_notes_add(struct gone_notes *notes, char kind, const void *id, size_t length)
{
	struct gone_note *note;

	if (length > GONE_ID_MAX_B)
		abort();
	if (notes->count == notes->room) {
		notes->room = notes->room == 0 ? FIRST_ROOM : 2 * notes->room;
		notes->notes = reallocarray(notes->notes, notes->room, sizeof(*notes->notes));
		if (notes->notes == NULL)
			log_out_of_memory();
	}
	note = &notes->notes[notes->count++];
	note->kind = kind;
	note->length = (uint8_t)length;
	memcpy(note->id, id, length);
}

static void format_line(
    const uint8_t key[KEY_B], char kind, const void *id, size_t length, char line[LINE_B + 1])
{
	char day[DAY_TEXT_B], digits[2 * GONE_HASH_B + 1];
	uint8_t hashed[GONE_HASH_B];

	hash(key, kind, id, length, hashed);
	hex_format(hashed, sizeof(hashed), digits);
	snprintf(line, LINE_B + 1, "%s %c %s\n", day_format(clock_today(), day), kind, digits);
}

/* The lines of all notes; before them, in an empty list, that of the key. The caller frees them. */
static char *format_notes(
    const struct gone_notes *notes, const uint8_t key[KEY_B], bool begins, size_t *length_b)
{
	char *lines = calloc(notes->count + 1, LINE_B + 1), *end = lines;

	if (lines == NULL)
		log_out_of_memory();
	if (begins) {
		format_line(key, KIND_KEY, "", 0, end);
		end += LINE_B;
	}
	for (size_t i = 0; i < notes->count; i++, end += LINE_B)
		format_line(
		    key, notes->notes[i].kind, notes->notes[i].id, notes->notes[i].length, end);
	*length_b = (size_t)(end - lines);
	return lines;
}

static bool append(const struct gone_notes *notes, const uint8_t key[KEY_B], const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	struct stat file;
	bool done = fd >= 0 && fstat(fd, &file) == 0;
	size_t length_b;
	char *lines;

	if (!done) {
		complain(path);
		goto end;
	}
	file.st_size -= file.st_size % LINE_B;
	lines = format_notes(notes, key, file.st_size == 0, &length_b);
	done = pwrite(fd, lines, length_b, file.st_size) == (ssize_t)length_b && fsync(fd) == 0;
	if (!done)
		complain(path);
	free(lines);
	if (done && file.st_size == 0)
		done = file_sync_folder(path);
end:
	if (fd >= 0)
		close(fd);
	return done;
}

enum problem gone_notes_write(struct gone_notes *notes, const char *store_path)
{
	uint8_t key[KEY_B];
	char *path;
	bool done;

	if (notes->count == 0)
		return PROBLEM_NONE;
	path = file_beside(store_path, ".gone");
	done = take_key(store_path, key) && append(notes, key, path);
	free(path);
	gone_notes_clear(notes);
	return done ? PROBLEM_NONE : PROBLEM_UNAVAILABLE;
}

/* ----- the list ----- */

struct gone {
	uint8_t hash[GONE_HASH_B];
	char kind;
	bool still_there;
	day_t day;
	size_t line; /* in the file, from 0 */
};

struct gone_list {
	uint8_t key[KEY_B];
	struct gone *things; /* in the order of their hashes */
	size_t count;
	size_t lines; /* that the file had, that of the key included */
	bool exists;
};

static int compare(const void *one, const void *other)
{
	return memcmp(
	    ((const struct gone *)one)->hash, ((const struct gone *)other)->hash, GONE_HASH_B);
}

/* A whole file, without what a crash left half at its end; NULL after a line in the log. The caller frees it. */
static char *read_lines(const char *path, size_t *lines, bool *exists)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat file = {0};
	char *text;

	*exists = fd >= 0;
	if ((fd < 0 && errno != ENOENT) || (fd >= 0 && fstat(fd, &file) != 0)) {
		complain(path);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	*lines = (size_t)file.st_size / LINE_B;
	text = calloc(*lines + 1, LINE_B);
	if (text == NULL)
		log_out_of_memory();
	if (fd >= 0 && read(fd, text, *lines * LINE_B) != (ssize_t)(*lines * LINE_B)) {
		complain(path);
		free(text);
		text = NULL;
	}
	if (fd >= 0)
		close(fd);
	return text;
}

static bool read_line(const char *line, struct gone *thing)
{
	const char *kind = line + DAY_TEXT_B, *digits = kind + 2;

	thing->kind = *kind;
	return day_parse(line, DAY_TEXT_B - 1, &thing->day) && kind[-1] == ' ' && kind[1] == ' ' &&
	    line[LINE_B - 1] == '\n' &&
	    hex_parse(digits, (size_t)2 * GONE_HASH_B, thing->hash, GONE_HASH_B);
}

static enum problem take_lines(struct gone_list *list, const char *text, const char *path)
{
	uint8_t of_key[GONE_HASH_B];

	hash(list->key, KIND_KEY, "", 0, of_key);
	for (size_t i = 0; i < list->lines; i++) {
		struct gone *thing = &list->things[list->count];

		*thing = (struct gone){.line = i};
		if (!read_line(text + i * LINE_B, thing) || (i == 0) != (thing->kind == KIND_KEY)) {
			log_line("%s: line %zu is damaged", path, i + 1);
			return PROBLEM_INTERNAL;
		}
		if (i == 0 && memcmp(thing->hash, of_key, GONE_HASH_B) != 0) {
			log_line("%s was written with another key than %s-key", path, path);
			return PROBLEM_INTERNAL;
		}
		list->count += i > 0;
	}
	if (list->count > 1)
		qsort(list->things, list->count, sizeof(*list->things), compare);
	return PROBLEM_NONE;
}

static enum problem load(const char *path, struct gone_list *list)
{
	char *key_path = file_beside(path, "-key");
	char *text = read_lines(path, &list->lines, &list->exists);
	enum problem problem = PROBLEM_UNAVAILABLE;
	bool found = false;

	if (text != NULL && read_key(key_path, list->key, &found))
		problem = PROBLEM_NONE;
	if (problem == PROBLEM_NONE && list->lines > 0 && !found) {
		log_line("%s is of no use without %s", path, key_path);
		problem = PROBLEM_INTERNAL;
	}
	if (problem == PROBLEM_NONE) {
		list->things = calloc(list->lines + 1, sizeof(*list->things));
		if (list->things == NULL)
			log_out_of_memory();
		problem = take_lines(list, text, path);
	}
	free(text);
	free(key_path);
	return problem;
}

enum problem gone_list_load(const char *store_path, struct gone_list **list)
{
	struct gone_list *loaded = calloc(1, sizeof(*loaded));
	char *path = file_beside(store_path, ".gone");
	enum problem problem;

	if (loaded == NULL)
		log_out_of_memory();
	problem = load(path, loaded);
	free(path);
	if (problem != PROBLEM_NONE) {
		gone_list_free(loaded);
		return problem;
	}
	*list = loaded;
	return PROBLEM_NONE;
}

void gone_list_free(struct gone_list *list)
{
	if (list == NULL)
		return;
	free(list->things);
	free(list);
}

size_t gone_list_count(const struct gone_list *list)
{
	return list->count;
}

bool gone_list_exists(const struct gone_list *list)
{
	return list->exists;
}

static struct gone *find(const struct gone_list *list, char kind, const void *id, size_t length)
{
	struct gone wanted = {.kind = kind};

	if (list->count == 0 || length > GONE_ID_MAX_B)
		return NULL;
	hash(list->key, kind, id, length, wanted.hash);
	return bsearch(&wanted, list->things, list->count, sizeof(wanted), compare);
}

bool gone_list_has(const struct gone_list *list, char kind, const void *id, size_t length)
{
	return find(list, kind, id, length) != NULL;
}

void gone_list_still_there(struct gone_list *list, char kind, const void *id, size_t length)
{
	struct gone *found = find(list, kind, id, length);
	struct gone *end = list->things + list->count;

	/* Left and come back and left again: the same thing may have several lines. */
	while (found != NULL && found > list->things && compare(found - 1, found) == 0)
		found--;
	for (struct gone *thing = found; thing != NULL && thing < end && compare(thing, found) == 0;
	     thing++)
		thing->still_there = true;
}

/* Cuts lines out of a text; returns how many. What is not of the list stays. */
static size_t cut(const struct gone_list *list, char *text, size_t lines, day_t before)
{
	bool *goes = calloc(lines + 1, sizeof(*goes));
	size_t kept = 0;

	if (goes == NULL)
		log_out_of_memory();
	for (size_t i = 0; i < list->count; i++)
		goes[list->things[i].line] =
		    list->things[i].still_there || list->things[i].day < before;
	for (size_t i = 0; i < lines; i++)
		if (!goes[i])
			memmove(text + kept++ * LINE_B, text + i * LINE_B, LINE_B);
	free(goes);
	return lines - kept;
}

enum problem gone_list_compact(
    const struct gone_list *list, const char *store_path, day_t before, size_t *dropped)
{
	char *path = file_beside(store_path, ".gone");
	size_t lines;
	bool exists, done;
	char *text = read_lines(path, &lines, &exists);

	*dropped = 0;
	done = text != NULL && lines >= list->lines;
	if (done && lines > 0)
		*dropped = cut(list, text, lines, before);
	if (done && *dropped > 0)
		done = publish(path, text, (lines - *dropped) * LINE_B);
	free(text);
	free(path);
	return done ? PROBLEM_NONE : PROBLEM_UNAVAILABLE;
}
