/*
 * What was erased must leave no byte behind (P8). SQLite's secure_delete overwrites a cell that is
 * deleted and a page that is freed, but not all that a cell leaves behind when it *moves*: a b-tree
 * page that is rebuilt because a neighbour took some of its cells keeps their bytes in its gap, the
 * unallocated part between the cell pointers and the first cell (rebuildPage in btree.c; SQLite 3.40).
 * Those copies outlive the deletion of what they are copies of.
 *
 * So the gap is blanked where pages reach the database file, which in WAL mode is the checkpoint: a
 * VFS whose database file is the platform's own but for xWrite. Nothing reads a gap, and pages of the
 * file have no checksum, so to SQLite nothing has changed. What else may hold a copy:
 *
 * - the write-ahead log: db_scrub empties it after a transaction that erased;
 * - pages in a connection's memory, which would carry their gap into the log again: db_scrub lets
 *   those of its own connection go, and an emptied log makes all others read theirs anew.
 *
 * A page is a b-tree's if its first byte says so (https://sqlite.org/fileformat2.html, 1.6). Pages
 * of overflow and of the free list begin with a page number instead, whose first byte is at most 1 as
 * long as there are no more than VFS_PAGES_MAX pages; sqlite.c sets that bound, 34 GB. Pointer map
 * pages, which could be taken for one, exist with auto_vacuum only, which sqlite.c turns off.
 */
#include "store/vfs.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
	PAGE_MIN_B = 512,
	PAGE_MAX_B = 65536,
	FILE_HEADER_B = 100, /* on the first page, before the page's own header */
};

/* What is kept behind the platform's own file, in the same allocation. */
struct addition {
	const sqlite3_io_methods *original;
	sqlite3_io_methods methods; /* the original's, but for xWrite */
};

static const char name[] = "breath";

static sqlite3_vfs *platform;
static sqlite3_vfs own;

static size_t addition_offset(void)
{
	size_t align = _Alignof(struct addition);

	return ((size_t)platform->szOsFile + align - 1) / align * align;
}

static struct addition *addition_of(sqlite3_file *file)
{
	return (struct addition *)((char *)file + addition_offset());
}

static size_t read_u16(const uint8_t *bytes)
{
	return (size_t)bytes[0] << 8 | bytes[1];
}

/* Finds the gap of a b-tree page; false if it is another kind of page, or has no gap. */
static bool find_gap(
    const uint8_t *page, size_t page_b, bool is_first, size_t *gap, size_t *gap_end)
{
	size_t header = is_first ? FILE_HEADER_B : 0;

	switch (page[header]) {
	case 2: /* interior, index */
	case 5: /* interior, table */
		*gap = header + 12;
		break;
	case 10: /* leaf, index */
	case 13: /* leaf, table */
		*gap = header + 8;
		break;
	default:
		return false;
	}
	*gap += 2 * read_u16(page + header + 3);
	*gap_end = read_u16(page + header + 5);
	if (*gap_end == 0)
		*gap_end = PAGE_MAX_B;
	return *gap < *gap_end && *gap_end <= page_b;
}

static bool is_blank(const uint8_t *bytes, size_t length)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0;
}

static bool is_page(int amount, sqlite3_int64 offset)
{
	return amount >= PAGE_MIN_B && amount <= PAGE_MAX_B && (amount & (amount - 1)) == 0 &&
	    offset % amount == 0;
}

static int write_blanked(sqlite3_file *file, const void *data, int amount, sqlite3_int64 offset)
{
	const sqlite3_io_methods *original = addition_of(file)->original;
	uint8_t page[PAGE_MAX_B];
	size_t gap, gap_end;

	if (!is_page(amount, offset) ||
	    !find_gap(data, (size_t)amount, offset == 0, &gap, &gap_end) ||
	    is_blank((const uint8_t *)data + gap, gap_end - gap))
		return original->xWrite(file, data, amount, offset);
	memcpy(page, data, (size_t)amount);
	memset(page + gap, 0, gap_end - gap);
	return original->xWrite(file, page, amount, offset);
}

static int open_file(
    sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags)
{
	int code = platform->xOpen(platform, path, file, flags, out_flags);
	struct addition *addition = addition_of(file);

	(void)vfs;
	if (code != SQLITE_OK || !(flags & SQLITE_OPEN_MAIN_DB))
		return code;
	*addition = (struct addition){file->pMethods, *file->pMethods};
	addition->methods.xWrite = write_blanked;
	file->pMethods = &addition->methods;
	return SQLITE_OK;
}

static void make(void)
{
	platform = sqlite3_vfs_find(NULL);
	if (platform == NULL)
		return;
	own = *platform;
	own.pNext = NULL;
	own.zName = name;
	own.szOsFile = (int)(addition_offset() + sizeof(struct addition));
	own.xOpen = open_file;
	sqlite3_vfs_register(&own, 0);
}

const char *vfs_name(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, make);
	return name;
}
