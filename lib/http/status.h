#ifndef HTTP_STATUS_H
#define HTTP_STATUS_H

/* The phrase of an HTTP status that the executables answer with (RFC 9110, section 15). A constant. */
const char *status_phrase(int status) __attribute__((returns_nonnull, warn_unused_result));

#endif
