#ifndef STORE_VFS_H
#define STORE_VFS_H

/*
 * How SQLite writes its files: as always, but to the database no byte that belongs to no cell of a page
 * (the essay in vfs.c says why secure_delete alone does not keep rule P8).
 */

/*
 * The name for sqlite3_open_v2, of a VFS that is made at the first call; safe from any thread. Where it
 * could not be made SQLite knows no such name and opens nothing, rather than without it.
 */
const char *vfs_name(void) __attribute__((returns_nonnull, warn_unused_result));

/* Above this many pages, first bytes of other pages can look like those of a b-tree's (vfs.c). */
enum { VFS_PAGES_MAX = 0x01ffffff };

#endif
