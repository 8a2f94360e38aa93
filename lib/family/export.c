#include "family/export.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "family/render.h"
#include "game/former.h"
#include "game/history.h"
#include "game/merge.h"
#include "game/share.h"
#include "game/standing.h"

/* Of text, about; and what nginx has room for with some to spare (conf/nginx/fastcgi.conf). */
enum { DAY_TEXT_ABOUT_B = 100, MONTH_TEXT_ABOUT_B = 1000, LARGE_B = 768 * 1024 };

enum { BUFFER_B = 8192, ROW_B = 256 };

/* A device or an import: its own members as text, without the brace at their end, and what it counted. */
struct part {
	const char *head;
	const struct history *history;
	bool is_import;
};

struct export
{
	struct arena *arena;
	struct json_object *json; /* what is small, while it is loaded */
	const char *head;         /* the same as text, without the brace at its end */
	struct part *parts;
	size_t part_count;
	struct seats *seats; /* of large exports, one of which is taken; NULL: none is */
	int64_t account;
};

/* ----- loading ----- */

static enum problem fill_account(struct db *db, struct export *export, int64_t id)
{
	char epoch[EPOCH_TEXT_B];
	struct account account;
	const char **former;
	size_t count;
	int32_t rated_year;
	enum problem problem = account_load(db, id, &account);

	if (problem == PROBLEM_NONE)
		problem = epoch_load(db, epoch);
	if (problem == PROBLEM_NONE)
		problem = merge_list_former(db, export->arena, id, &former, &count);
	if (problem == PROBLEM_NONE)
		problem = rating_year(db, id, &rated_year);
	if (problem != PROBLEM_NONE)
		return problem;
	json_add(export->json, "account", render_account(&account, former, count, rated_year));
	json_add_text(export->json, "epoch", epoch);
	json_add(export->json, "totals", render_totals(&account.totals));
	return PROBLEM_NONE;
}

static enum problem fill_boards(struct db *db, struct export *export, int64_t account)
{
	struct json_object *json;
	struct member member;
	struct score *rows = NULL;
	size_t count = 0;
	bool found;
	enum problem problem = member_load(db, account, &member, &found);

	if (problem == PROBLEM_NONE)
		problem = standing_list(db, export->arena, member.place, &rows, &count);
	json = render_member(&member);
	json_add_boolean(json, "shared", member.shared);
	json_add_boolean(json, "ranked", member.ranked);
	json_add(json, "standings", render_standings(rows, count));
	json_add(export->json, "boards", json);
	return problem;
}

static enum problem fill_shares(struct db *db, struct export *export, int64_t account)
{
	struct json_object *list = json_new_array();
	struct share *shares;
	size_t count = 0;
	enum problem problem = share_list(db, export->arena, account, &shares, &count);

	json_add(export->json, "shares", list);
	for (size_t i = 0; problem == PROBLEM_NONE && i < count; i++)
		json_append(list, render_share(&shares[i]));
	return problem;
}

static const struct import *find_import(const struct import *imports, size_t count, int64_t device)
{
	for (size_t i = 0; i < count; i++)
		if (imports[i].device == device)
			return &imports[i];
	return NULL;
}

/* The text of an object without the brace at its end, in the arena. Takes ownership of json. */
static const char *open_text(struct arena *arena, struct json_object *json)
{
	size_t length;
	const char *text = json_text(arena, json, &length);

	text = arena_strndup(arena, text, length - 1);
	json_object_put(json);
	return text;
}

static enum problem fill_part(struct db *db, struct export *export, const struct device *device,
    const struct import *import, struct part *part)
{
	const char **joined = NULL;
	size_t joined_count = 0;
	enum problem problem = former_list(db, export->arena, device->id, &joined, &joined_count);

	if (problem != PROBLEM_NONE)
		return problem;
	part->is_import = import != NULL;
	part->head = open_text(export->arena,
	    import == NULL ? render_whole_device(device, joined, joined_count)
			   : render_whole_import(device, import));
	return PROBLEM_NONE;
}

static enum problem fill_parts(struct db *db, struct export *export, int64_t account)
{
	struct device *devices;
	struct import *imports;
	struct history *histories;
	size_t import_count;
	enum problem problem =
	    device_list(db, export->arena, account, &devices, &export->part_count);

	if (problem == PROBLEM_NONE)
		problem = import_list(db, export->arena, account, &imports, &import_count);
	if (problem != PROBLEM_NONE)
		return problem;
	histories = arena_array(export->arena, export->part_count, sizeof(*histories));
	export->parts = arena_array(export->arena, export->part_count, sizeof(*export->parts));
	for (size_t i = 0; i < export->part_count; i++) {
		histories[i].device = devices[i].id;
		export->parts[i].history = &histories[i];
	}
	problem = history_load(db, export->arena, account, histories, export->part_count);
	for (size_t i = 0; problem == PROBLEM_NONE && i < export->part_count; i++)
		problem = fill_part(db, export, &devices[i],
		    find_import(imports, import_count, devices[i].id), &export->parts[i]);
	return problem;
}

static enum problem fill_export(struct db *db, const struct caller *caller, void *argument)
{
	struct export *export = argument;
	enum problem problem;

	export->account = caller->account;
	problem = fill_account(db, export, caller->account);
	if (problem == PROBLEM_NONE)
		problem = fill_boards(db, export, caller->account);
	if (problem == PROBLEM_NONE)
		problem = fill_shares(db, export, caller->account);
	return problem == PROBLEM_NONE ? fill_parts(db, export, caller->account) : problem;
}

/* ----- writing ----- */

/* Gathers small texts for a sink. Once the sink wants no more, neither does it. */
struct writer {
	struct sink *sink;
	bool is_wanted;
	size_t used;
	char buffer[BUFFER_B];
};

static void flush(struct writer *writer)
{
	if (writer->is_wanted && writer->used > 0)
		writer->is_wanted = writer->sink->take(writer->sink, writer->buffer, writer->used);
	writer->used = 0;
}

static void put(struct writer *writer, const char *text)
{
	size_t length = strlen(text);

	while (length > 0) {
		size_t room = sizeof(writer->buffer) - writer->used;
		size_t piece = length < room ? length : room;

		memcpy(writer->buffer + writer->used, text, piece);
		writer->used += piece;
		text += piece;
		length -= piece;
		if (writer->used == sizeof(writer->buffer))
			flush(writer);
	}
}

static void put_totals(struct writer *writer, const struct totals *totals)
{
	char text[ROW_B];

	snprintf(text, sizeof(text),
	    ",\"xp\":%" PRId64 ",\"minutes\":%" PRId64 ",\"sessions\":%" PRId64
	    ",\"cycles\":%" PRId64,
	    totals->xp, totals->minutes, totals->sessions, totals->cycles);
	put(writer, text);
}

static void put_integer(struct writer *writer, const char *name, int64_t value)
{
	char text[ROW_B];

	snprintf(text, sizeof(text), ",\"%s\":%" PRId64, name, value);
	put(writer, text);
}

static void put_days(struct writer *writer, const struct history *history)
{
	struct history_reader reader = {.chunk = history->days.first};
	const char *before = "{\"day\":\"";
	struct history_day day;

	while (writer->is_wanted && history_next_day(&reader, &day)) {
		char text[DAY_TEXT_B];

		put(writer, before);
		put(writer, day_format(day.counted.day, text));
		put(writer, "\"");
		put_totals(writer, &day.counted.totals);
		put_integer(writer, "timely_xp", day.timely_xp);
		put(writer, "}");
		before = ",{\"day\":\"";
	}
}

/* The days of a month whose bits are set, as a member of a month. */
static void put_bits(struct writer *writer, const char *name, int32_t month, int64_t days)
{
	const char *before = "\"";

	put(writer, name);
	for (int k = 0; k < 31; k++) {
		char text[DAY_TEXT_B];

		if ((days >> k & 1) == 0)
			continue;
		put(writer, before);
		put(writer, day_format(month_first_day(month) + k, text));
		put(writer, "\"");
		before = ",\"";
	}
	put(writer, "]");
}

static void put_months(struct writer *writer, const struct history *history)
{
	struct history_reader reader = {.chunk = history->months.first};
	const char *before = "{\"month\":\"";
	struct month_totals month;

	while (writer->is_wanted && history_next_month(&reader, &month)) {
		char text[MONTH_TEXT_B];

		put(writer, before);
		put(writer, month_format(month.month, text));
		put(writer, "\"");
		put_totals(writer, &month.totals);
		put_bits(writer, ",\"active_days\":[", month.month, month.active);
		put_integer(writer, "board_xp", month.board_xp);
		put_bits(writer, ",\"board_days\":[", month.month, month.board_days);
		put(writer, "}");
		before = ",{\"month\":\"";
	}
}

static void put_parts(struct writer *writer, const struct export *export, bool imports)
{
	const char *before = "";

	for (size_t i = 0; i < export->part_count; i++) {
		const struct part *part = &export->parts[i];

		if (part->is_import != imports)
			continue;
		put(writer, before);
		put(writer, part->head);
		put(writer, ",\"days\":[");
		put_days(writer, part->history);
		put(writer, "],\"months\":[");
		put_months(writer, part->history);
		put(writer, "]}");
		before = ",";
	}
}

static bool write_export(struct sink *sink, void *source)
{
	const struct export *export = source;
	struct writer writer = {.sink = sink, .is_wanted = true};

	put(&writer, export->head);
	put(&writer, ",\"devices\":[");
	put_parts(&writer, export, false);
	put(&writer, "],\"imports\":[");
	put_parts(&writer, export, true);
	put(&writer, "]}");
	flush(&writer);
	return writer.is_wanted;
}

static void end_export(void *source)
{
	const struct export *export = source;

	/* Nobody waits for such a seat. */
	if (export->seats != NULL && seats_leave(export->seats, export->account) != NULL)
		log_line("somebody waits for a seat where nobody can");
}

/* ----- the handler ----- */

static bool is_large(const struct export *export)
{
	size_t about_b = 0;

	for (size_t i = 0; i < export->part_count; i++)
		about_b += export->parts[i].history->days.count * DAY_TEXT_ABOUT_B +
		    export->parts[i].history->months.count * MONTH_TEXT_ABOUT_B;
	return about_b > LARGE_B;
}

enum problem export_account(const struct request *request, struct reply *reply)
{
	struct export *export = arena_alloc(request->arena, sizeof(*export));
	struct seats *seats = family_service(request)->large_exports;
	const struct stream stream = {write_export, end_export, export};
	struct seats_waiter none;
	enum problem problem;

	export->arena = request->arena;
	export->json = json_new_object();
	problem = family_read(request, fill_export, export);
	export->head = open_text(request->arena, export->json);
	if (problem != PROBLEM_NONE)
		return problem;
	if (is_large(export)) {
		if (seats_ask(seats, export->account, &none) != SEATS_TAKEN)
			return PROBLEM_UNAVAILABLE;
		export->seats = seats;
	}
	return reply_stream(reply, &stream);
}
