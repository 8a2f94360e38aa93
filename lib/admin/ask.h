#ifndef ADMIN_ASK_H
#define ADMIN_ASK_H

/*
 * Asks the executable behind a socket for a path, as nginx would: a GET without a body or any header.
 * Returns the status of its answer; 0 where there is none, or none within patience_s seconds.
 */
int ask_status(const char *socket_path, const char *uri, int patience_s)
    __attribute__((nonnull, warn_unused_result));

#endif
