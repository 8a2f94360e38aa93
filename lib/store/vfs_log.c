/*
 * SQLite writes each frame of its write-ahead log in two pieces, a header of 24 bytes and a page, and
 * a transaction of ten pushes has a hundred frames: two hundred calls to append 100 KiB. Here they are
 * gathered and written in one.
 *
 * What must not change is that a transaction is in the file before anybody may take it for committed.
 * So the last frame of a transaction is written through at once with all before it, whether or not
 * an fsync follows; a frame's header says whether it is the last (bytes 4 to 7,
 * https://sqlite.org/fileformat2.html, 4.1). Frames of a transaction that goes on are read by
 * its own connection alone, through this very file: whatever else is asked of the file first has
 * them written. A write that fails is told to whoever asks next, at the latest at the commit, and so
 * within the transaction whose frames are lost.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/vfs_file.h"

enum {
	FRAME_HEADER_B = 24,
	GATHERED_MAX_B = 128 * 1024,
};

static int write_gathered(sqlite3_file *file)
{
	struct vfs_addition *addition = vfs_addition_of(file);
	size_t length = addition->gathered.length;

	addition->gathered.length = 0;
	return length == 0 ? SQLITE_OK
			   : addition->original->xWrite(file, addition->gathered.bytes, (int)length,
				 addition->gathered.offset);
}

/* Whether bytes for a place in the file follow those that are gathered, and have room behind them. */
static bool follows(const struct vfs_addition *addition, size_t length, sqlite3_int64 offset)
{
	size_t gathered = addition->gathered.length;

	return gathered > 0 && offset == addition->gathered.offset + (sqlite3_int64)gathered &&
	    length <= GATHERED_MAX_B - gathered;
}

static void append(struct vfs_addition *addition, const void *data, size_t length)
{
	memcpy(addition->gathered.bytes + addition->gathered.length, data, length);
	addition->gathered.length += length;
}

static int gather_header(sqlite3_file *file, const uint8_t *header, sqlite3_int64 offset)
{
	static const uint8_t goes_on[4] = {0};
	struct vfs_addition *addition = vfs_addition_of(file);

	if (!follows(addition, FRAME_HEADER_B, offset)) {
		int code = write_gathered(file);

		if (code != SQLITE_OK)
			return code;
		if (addition->gathered.bytes == NULL)
			addition->gathered.bytes = malloc(GATHERED_MAX_B);
		if (addition->gathered.bytes == NULL)
			return SQLITE_IOERR_NOMEM;
		addition->gathered.offset = offset;
	}
	append(addition, header, FRAME_HEADER_B);
	addition->gathered.commits = memcmp(header + 4, goes_on, sizeof(goes_on)) != 0;
	return SQLITE_OK;
}

static int write_log(sqlite3_file *file, const void *data, int amount, sqlite3_int64 offset)
{
	struct vfs_addition *addition = vfs_addition_of(file);
	int code;

	if (amount == FRAME_HEADER_B)
		return gather_header(file, data, offset);
	if (follows(addition, (size_t)amount, offset)) {
		append(addition, data, (size_t)amount);
		return addition->gathered.commits ? write_gathered(file) : SQLITE_OK;
	}
	code = write_gathered(file);
	return code == SQLITE_OK ? addition->original->xWrite(file, data, amount, offset) : code;
}

static int read_log(sqlite3_file *file, void *into, int amount, sqlite3_int64 offset)
{
	int code = write_gathered(file);

	return code == SQLITE_OK
	    ? vfs_addition_of(file)->original->xRead(file, into, amount, offset)
	    : code;
}

static int truncate_log(sqlite3_file *file, sqlite3_int64 size)
{
	int code = write_gathered(file);

	return code == SQLITE_OK ? vfs_addition_of(file)->original->xTruncate(file, size) : code;
}

static int sync_log(sqlite3_file *file, int flags)
{
	int code = write_gathered(file);

	return code == SQLITE_OK ? vfs_addition_of(file)->original->xSync(file, flags) : code;
}

static int size_of_log(sqlite3_file *file, sqlite3_int64 *size)
{
	int code = write_gathered(file);

	return code == SQLITE_OK ? vfs_addition_of(file)->original->xFileSize(file, size) : code;
}

/* Frames that nothing has asked for belong to no transaction that was committed. */
static int close_log(sqlite3_file *file)
{
	struct vfs_addition *addition = vfs_addition_of(file);

	free(addition->gathered.bytes);
	return addition->original->xClose(file);
}

void vfs_log_take_over(sqlite3_io_methods *methods)
{
	methods->xClose = close_log;
	methods->xRead = read_log;
	methods->xWrite = write_log;
	methods->xTruncate = truncate_log;
	methods->xSync = sync_log;
	methods->xFileSize = size_of_log;
}
