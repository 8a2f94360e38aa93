#include "core/problem.h"

#include <assert.h>
#include <stddef.h>

/* clang-format off */
static const struct problem_row rows[PROBLEM_COUNT] = {
	/*                              status  code                      title */
	[PROBLEM_NONE]               = { 200, "none",                   "Nothing is wrong" },
	[PROBLEM_MALFORMED_JSON]     = { 400, "malformed_json",         "The body is not well-formed JSON" },
	[PROBLEM_DUPLICATE_MEMBER]   = { 400, "duplicate_member",       "A member stands twice in its object" },
	[PROBLEM_BODY_UNEXPECTED]    = { 400, "body_unexpected",        "The route takes no body" },
	[PROBLEM_BAD_REQUEST]        = { 400, "bad_request",            "The request cannot be read" },
	[PROBLEM_TOKEN_MISSING]      = { 401, "token_missing",          "This needs a token" },
	[PROBLEM_TOKEN_MALFORMED]    = { 401, "token_malformed",        "The Authorization header holds no token of ours" },
	[PROBLEM_TOKEN_UNKNOWN]      = { 401, "token_unknown",          "The token is not known here" },
	[PROBLEM_TOKEN_REVOKED]      = { 401, "token_revoked",          "The token was revoked or replaced" },
	[PROBLEM_RECOVERY_UNKNOWN]   = { 401, "recovery_code_unknown",  "The recovery code fits no account" },
	[PROBLEM_WITHHELD]           = { 403, "withheld",               "The account is kept off public boards" },
	[PROBLEM_NOT_FOUND]          = { 404, "not_found",              "There is nothing at this path" },
	[PROBLEM_UNKNOWN_CODE]       = { 404, "unknown_code",           "The pairing code is unknown, used or expired" },
	[PROBLEM_UNKNOWN_DEVICE]     = { 404, "unknown_device",         "The account has no such device" },
	[PROBLEM_UNKNOWN_IMPORT]     = { 404, "unknown_import",         "The account has no such import" },
	[PROBLEM_UNKNOWN_SHARE]      = { 404, "unknown_share",          "There is no such share" },
	[PROBLEM_NOT_ON_BOARD]       = { 404, "not_on_board",           "The account is not on this board" },
	[PROBLEM_METHOD]             = { 405, "method_not_allowed",     "The path does not take this method" },
	[PROBLEM_DEVICE_FORKED]      = { 409, "device_forked",          "Another copy of this device has pushed" },
	[PROBLEM_MERGE_NEEDED]       = { 409, "merge_needed",           "This would merge two accounts" },
	[PROBLEM_REQUEST_REUSED]     = { 409, "request_reused",         "The request identifier was used for something else" },
	[PROBLEM_QUOTA]              = { 409, "quota_reached",          "The account has as many as it may have" },
	[PROBLEM_PRACTICE_NEEDED]    = { 409, "practice_needed",        "The account has not practised on enough days" },
	[PROBLEM_ALREADY_RATED]      = { 409, "already_rated",          "The account has rated this year" },
	[PROBLEM_TOO_MANY_DAYS]      = { 409, "too_many_days",          "The account holds as many days as it may hold" },
	[PROBLEM_BODY_TOO_LARGE]     = { 413, "body_too_large",         "The body is larger than this route takes" },
	[PROBLEM_MEDIA_TYPE]         = { 415, "unsupported_media_type", "The body must be application/json" },
	[PROBLEM_UNKNOWN_MEMBER]     = { 422, "unknown_member",         "A member is not known here" },
	[PROBLEM_MISSING_MEMBER]     = { 422, "missing_member",         "A member is missing" },
	[PROBLEM_WRONG_TYPE]         = { 422, "wrong_type",             "A member is of another type" },
	[PROBLEM_RANGE]              = { 422, "out_of_range",           "A value lies outside its range" },
	[PROBLEM_BAD_VALUE]          = { 422, "bad_value",              "A value is not of its form" },
	[PROBLEM_DAY_TWICE]          = { 422, "day_twice",              "A day is named twice" },
	[PROBLEM_CLOCK_OFF]          = { 422, "clock_off",              "The device's clock is off by more than a day" },
	[PROBLEM_CHECKSUM]           = { 422, "bad_checksum",           "The recovery code was mistyped" },
	[PROBLEM_TOO_MANY]           = { 429, "too_many_requests",      "Too many requests" },
	[PROBLEM_ACCOUNTS_EXHAUSTED] = { 429, "accounts_exhausted",     "No more accounts can be opened today" },
	[PROBLEM_DAY_EXHAUSTED]      = { 429, "day_exhausted",          "No more of these are taken today" },
	[PROBLEM_NETWORK_EXHAUSTED]  = { 429, "network_exhausted",      "No more of these are taken from your network today" },
	[PROBLEM_INTERNAL]           = { 500, "internal_error",         "Something went wrong here" },
	[PROBLEM_STORE_FULL]         = { 503, "store_full",             "The service has no room for anything new" },
	[PROBLEM_UNAVAILABLE]        = { 503, "unavailable",            "The service cannot answer just now" },
};
/* clang-format on */

const struct problem_row *problem_row(enum problem problem)
{
	assert(problem < PROBLEM_COUNT && rows[problem].code != NULL);
	return &rows[problem];
}
