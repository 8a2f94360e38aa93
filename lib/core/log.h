#ifndef CORE_LOG_H
#define CORE_LOG_H

/*
 * The log: whole lines on standard error, where systemd's journal (or `make run`) collects them.
 *
 * Rule P3: no line bears an address, account, device, pseudonym, token, query string or body.
 * What a client sent never reaches a format's arguments; what the engine says (an SQLite message)
 * may, because statements hold parameters, not values.
 */

/*
 * One line about the service itself, e.g. a start or a failure; cut at 1 KiB, with spaces for control
 * characters. Safe from any thread.
 */
void log_line(const char *format, ...) __attribute__((nonnull(1), format(printf, 1, 2)));

/* One line about a request: all that is ever written about it. */
struct log_request {
	const char *id;     /* random, told to the client as X-Request-Id */
	const char *family; /* "sync" */
	const char *method; /* a known method or "-" */
	const char *route;  /* the template of the route, "/devices/{device_id}", never the path */
	int status;
	const char *code; /* the problem's code, or "-" */
	double duration_ms;
};
void log_request(const struct log_request *request) __attribute__((nonnull));

/* Says so and ends the process (SIGABRT). */
void log_out_of_memory(void) __attribute__((noreturn));

#endif
