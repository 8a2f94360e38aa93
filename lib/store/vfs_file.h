#ifndef STORE_VFS_FILE_H
#define STORE_VFS_FILE_H

/*
 * What vfs.c and vfs_log.c share: how a file of our VFS is the platform's own but for some methods.
 */
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

/* What we keep behind the platform's own file, in the same allocation. */
struct vfs_addition {
	const sqlite3_io_methods *original;
	sqlite3_io_methods methods; /* the original's, but for those that are ours */
	/* Of a write-ahead log only: frames that SQLite has written and the platform not yet. */
	struct {
		unsigned char *bytes; /* NULL until the first */
		size_t length;
		sqlite3_int64 offset; /* in the file, of the first byte */
		bool commits;         /* the last frame ends a transaction */
	} gathered;
};

/* Of a file that was opened by our VFS. */
struct vfs_addition *vfs_addition_of(sqlite3_file *file)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

/* Replaces those methods of a write-ahead log that vfs_log.c has its own of. */
void vfs_log_take_over(sqlite3_io_methods *methods) __attribute__((nonnull));

#endif
