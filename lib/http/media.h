#ifndef HTTP_MEDIA_H
#define HTTP_MEDIA_H

#include <stdbool.h>

/*
 * Returns true if a Content-Type is that of JSON in UTF-8: application/json in any case, with parameters as RFC 9110,
 * section 5.6.6, lets one write them, empty ones included. None of them has a meaning here but charset, which must
 * be utf-8. type NULL: there is none.
 */
bool media_is_json(const char *type) __attribute__((warn_unused_result));

#endif
