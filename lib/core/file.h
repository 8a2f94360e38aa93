#ifndef CORE_FILE_H
#define CORE_FILE_H

#include <stdbool.h>

/*
 * Files that must be whole, whatever happens: what is written under another name, made durable and then
 * renamed is there as a whole or not at all, also after a power failure.
 *
 * All return false after a line in the log that says what failed on which path.
 */

/* Makes a file's bytes durable. */
bool file_sync(const char *path) __attribute__((nonnull, warn_unused_result));

/* Makes the names in a path's folder durable: what was made, renamed or removed there. */
bool file_sync_folder(const char *path) __attribute__((nonnull, warn_unused_result));

/* Gives a file its name, durably; what had the name before is gone in the same moment. Both in one folder. */
bool file_publish(const char *written, const char *path)
    __attribute__((nonnull, warn_unused_result));

/* Removes a file; one that is not there is as well. Not yet durable. */
bool file_remove(const char *path) __attribute__((nonnull, warn_unused_result));

/* "the file's path" and an ending, joined. The caller frees it; never NULL. */
char *file_beside(const char *path, const char *ending)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));

#endif
