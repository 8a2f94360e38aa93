/*
 * Pages of shares: whatever path comes, what is answered is a page, a badge, a picture or a problem, and
 * whatever text is written, what comes out is markup that is closed as it was opened.
 *
 * An input is a line, the target of a request, and behind it text for a page and a badge. The store is
 * one in which each identifier is of a share, and what it shows is made of its bytes; no card is drawn.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/secret.h"
#include "family/sharing.h"
#include "game/share.h"
#include "http/exchange.h"
#include "page/badge.h"
#include "page/sheet.h"

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* ----- what stands for the store, the family and the drawing ----- */

static struct service service = {
    .settings = {.public_url = "https://breath.example.org?\"'<&>"},
};

struct service *family_service(const struct request *request)
{
	(void)request;
	return &service;
}

/* Nothing looks into it. */
static max_align_t store;

enum problem family_read(const struct request *request, family_job *job, void *argument)
{
	(void)request;
	return job((struct db *)(void *)&store, NULL, argument);
}

enum problem family_write(const struct request *request, family_job *job, void *argument)
{
	return family_read(request, job, argument);
}

void log_request(const struct log_request *line)
{
	(void)line;
}

void log_line(const char *format, ...)
{
	(void)format;
	abort();
}

void log_out_of_memory(void)
{
	abort();
}

const char *const share_names[] = {"streak", "level", "xp", "week", NULL};

enum problem share_add(
    struct db *db, int64_t account, enum share_what what, int64_t max, struct share *share)
{
	(void)db, (void)account, (void)what, (void)max, (void)share;
	abort();
}

enum problem share_list(
    struct db *db, struct arena *arena, int64_t account, struct share **shares, size_t *count)
{
	(void)db, (void)arena, (void)account, (void)shares, (void)count;
	abort();
}

enum problem share_remove(struct db *db, int64_t account, const uint8_t uid[SHARE_UID_B])
{
	(void)db, (void)account, (void)uid;
	abort();
}

enum problem share_load_sharer(struct db *db, int64_t account, struct sharer *sharer)
{
	(void)db, (void)account, (void)sharer;
	abort();
}

enum problem share_show(
    struct db *db, const struct sharer *sharer, const struct share *share, struct shown *shown)
{
	(void)db, (void)sharer, (void)share, (void)shown;
	abort();
}

enum problem share_find(struct db *db, const uint8_t uid[SHARE_UID_B], struct shown *shown)
{
	int64_t figure;

	(void)db;
	memcpy(&figure, uid + 2, sizeof(figure));
	*shown = (struct shown){
	    .what = (enum share_what)(uid[0] % 4),
	    .figure = figure & INT64_MAX,
	    .veiled = (uid[1] & 1) != 0,
	};
	if (shown->what == SHARE_LEVEL)
		shown->figure = uid[2] % 8 + 1;
	if ((uid[1] & 2) != 0)
		shown->figure = 0;
	if (shown->what == SHARE_LEVEL && shown->figure == 0)
		shown->veiled = true;
	return (uid[1] & 4) != 0 ? PROBLEM_UNKNOWN_SHARE : PROBLEM_NONE;
}

const char *const card_themes[] = {"light", "dark", NULL};

enum problem card_draw(
    struct arena *arena, const struct card *card, const void **png, size_t *length)
{
	(void)arena;
	require(card->large[0] != '\0' && card->small[0] != '\0');
	require(card->theme == CARD_LIGHT || card->theme == CARD_DARK);
	*png = "PNG";
	*length = 3;
	return PROBLEM_NONE;
}

/* ----- markup ----- */

enum { DEPTH_MAX = 32, NAME_MAX_B = 32 };

/* Elements that HTML does not close. */
static bool is_void(const char *name)
{
	static const char *const names[] = {"!doctype", "meta", "link", "img", "source", NULL};

	for (size_t i = 0; names[i] != NULL; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static const char *skip_reference(const char *text)
{
	static const char *const references[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;", NULL};

	for (size_t i = 0; references[i] != NULL; i++)
		if (strncmp(text, references[i], strlen(references[i])) == 0)
			return text + strlen(references[i]);
	abort();
}

/* The inside of a tag: attributes whose values stand in quotes. Returns the '>' or "/>". */
static const char *skip_attributes(const char *text)
{
	while (*text != '>' && *text != '/') {
		require(*text == ' ');
		text += 1 +
		    strspn(text + 1,
			"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789");
		if (*text != '=')
			continue;
		require(*++text == '"');
		for (text++; *text != '"';) {
			require(*text != '\0' && *text != '<' && *text != '>');
			text = *text == '&' ? skip_reference(text) : text + 1;
		}
		text++;
	}
	return text;
}

static void check_markup(const char *text)
{
	char open[DEPTH_MAX][NAME_MAX_B];
	size_t depth = 0;

	while (*text != '\0') {
		char name[NAME_MAX_B] = "";
		size_t length;
		bool closes;

		require(*text != '>');
		require((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t');
		if (*text != '<') {
			text = *text == '&' ? skip_reference(text) : text + 1;
			continue;
		}
		closes = text[1] == '/';
		text += closes ? 2 : 1;
		length = strcspn(text, " />");
		require(length > 0 && length < NAME_MAX_B);
		memcpy(name, text, length);
		text = skip_attributes(text + length);
		if (closes) {
			require(depth > 0 && strcmp(open[--depth], name) == 0);
		} else if (*text != '/' && !is_void(name)) {
			require(depth < DEPTH_MAX && strcmp(name, "script") != 0);
			memcpy(open[depth++], name, sizeof(name));
		}
		text += *text == '/' ? 2 : 1;
		require(text[-1] == '>');
	}
	require(depth == 0);
}

/* ----- requests ----- */

static const struct route pages[] = {
    {METHOD_GET, "/s/{id}", NEEDS_NOTHING, 0, NULL, NULL, sharing_page, "page"},
    {METHOD_GET, "/badge/{id}.svg", NEEDS_NOTHING, 0, NULL, NULL, sharing_badge, "badge"},
    {METHOD_GET, "/card/{id}.png", NEEDS_NOTHING, 0, &sharing_query, NULL, sharing_card, "card"},
};

static const struct family family = {
    .name = "stats",
    .prefix = "/api/v1/stats",
    .routes = pages, /* of the API: none of them */
    .route_count = 0,
    .pages = pages,
    .page_count = sizeof(pages) / sizeof(pages[0]),
};

static size_t read_nothing(void *source, char *into, size_t size)
{
	(void)source, (void)into, (void)size;
	return 0;
}

static bool has_type(const struct answer *answer, const char *type)
{
	const char *found = strstr(answer->head, "\r\nContent-Type: ");

	return found != NULL &&
	    strncmp(found + strlen("\r\nContent-Type: "), type, strlen(type)) == 0;
}

static void check_request(struct arena *arena, const char *target)
{
	const struct exchange exchange = {.method = "GET", .uri = target, .read = read_nothing};
	struct answer answer;
	int status;

	exchange_answer(&family, arena, &exchange, &answer);
	status = atoi(answer.head + strlen("Status: "));
	for (const char *c = answer.head; *c != '\0'; c++)
		require(((unsigned char)*c >= ' ' && (unsigned char)*c < 0x7f) || *c == '\r' ||
		    *c == '\n');
	if (has_type(&answer, "text/html") || has_type(&answer, "image/svg+xml")) {
		require(status == 200 || (status == 404 && has_type(&answer, "text/html")));
		check_markup(arena_strndup(arena, answer.body, answer.body_length));
	} else if (has_type(&answer, "image/png")) {
		require(status == 200);
	} else {
		require(has_type(&answer, "application/problem+json"));
		require(status == 400 || status == 404 || status == 422);
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	require(secret_init());
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *input = arena_strndup(arena, (const char *)data, size);
	size_t length = strcspn(input, "\n");
	const char *text = input[length] == '\n' ? input + length + 1 : "";
	const struct sheet sheet = {
	    .site = text,
	    .address = text,
	    .title = text,
	    .text = text,
	    .picture = text,
	    .picture_light = text,
	    .picture_dark = text,
	};

	check_request(arena, arena_strndup(arena, input, length));
	check_markup(sheet_write(arena, &sheet));
	check_markup(badge_draw(arena, &(struct badge){text, text, "#17685b"}));
	arena_free(arena);
	return 0;
}
