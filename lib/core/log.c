#include "core/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_MAX_B = 1024 };

/* One write a line, so that lines of several threads and processes never mix. */
static void write_line(char *line, int length)
{
	ssize_t written;

	if (length < 0)
		return;
	if (length > LINE_MAX_B - 2)
		length = LINE_MAX_B - 2;
	for (int i = 0; i < length; i++)
		if ((unsigned char)line[i] < ' ')
			line[i] = ' ';
	line[length] = '\n';
	/* A log that cannot be written (a full disk) must not stop the service. */
	written = write(STDERR_FILENO, line, (size_t)length + 1);
	(void)written;
}

void log_line(const char *format, ...)
{
	char line[LINE_MAX_B];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	write_line(line, length);
}

void log_request(const struct log_request *request)
{
	char line[LINE_MAX_B];
	int length = snprintf(line, sizeof(line),
	    "request id=%s family=%s method=%s route=%s status=%d code=%s ms=%.2f", request->id,
	    request->family, request->method, request->route, request->status, request->code,
	    request->duration_ms);

	write_line(line, length);
}

void log_out_of_memory(void)
{
	char line[] = "out of memory, the process ends\n";

	write_line(line, (int)sizeof(line) - 2);
	abort();
}
