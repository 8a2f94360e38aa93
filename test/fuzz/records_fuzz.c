/*
 * What comes over a connection before there is a request: whatever bytes arrive in place of FastCGI's records, the
 * connection is given up, or its request is answered in the form that every answer has. Lengths that lie, records
 * that break off, come twice or in another order, and names without values are libfcgi's to read, and
 * nobody else has looked at it for a long time.
 *
 * An input is what a peer sends before it ends its sending.
 */
#include <fcgiapp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../unit/fastcgi.h"
#include "../unit/toy.h"
#include "core/log.h"
#include "core/secret.h"
#include "http/visit.h"

/* A peer's input is sent before anybody reads it, so it must fit into the socket. */
enum { INPUT_MAX_B = 128 * 1024 };

static struct route routes[TOY_COUNT(toy_routes)];
static struct family family;
static struct visit *visit;

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* These stand for lib/core/log.c. */
void log_request(const struct log_request *line)
{
	require(strlen(line->id) == 16);
}

void log_line(const char *format, ...)
{
	(void)format;
}

void log_out_of_memory(void)
{
	abort();
}

/*
 * libfcgi takes lengths of a name and its value of up to 2^31 together, asks for the memory, and ends the process
 * where it gets none. Whoever may connect to the socket may do that (lib/http/server.c says who it is), and a
 * fuzzer would find nothing else. Whatever could be a length of 64 KiB or more is left out here, and with it
 * every byte above 0x80: what texts hold is request_fuzz.c's to try. That lengths which overflow together
 * are refused (CVE-2025-23016) is in test/unit/server_test.c.
 */
static bool may_be_long(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (data[i] > 0x80 || (data[i] == 0x80 && i + 1 < size && data[i + 1] != 0))
			return true;
	return false;
}

/* The head is one: a status, and no byte that no header may hold. The body is request_fuzz.c's to judge. */
static void judge(const char *output)
{
	const char *end = strstr(output, "\r\n\r\n");
	int status = 0;

	require(end != NULL && sscanf(output, "Status: %d ", &status) == 1);
	require(status >= 200 && status < 600);
	for (const char *c = output; c < end; c++)
		require(((unsigned char)*c >= ' ' && (unsigned char)*c < 0x7f) || *c == '\r' ||
		    *c == '\n');
}

/*
 * libfcgi 2.4.2 forgets 48 bytes for each management record of a kind that it does not know. nginx never sends
 * one.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfcgi.so\n";
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	require(secret_init());
	require(FCGX_Init() == 0);
	memcpy(routes, toy_routes, sizeof(routes));
	/* Nobody waits here. */
	for (size_t i = 0; i < TOY_COUNT(routes); i++)
		if (routes[i].handle == toy_wait)
			routes[i].handle = toy_tell;
	family = toy_family;
	family.routes = routes;
	visit = visit_new();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes answer = {0};
	bool has_request;
	int ends[2];
	char *output;

	if (size > INPUT_MAX_B || may_be_long(data, size))
		return 0;
	require(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	require(send_all(ends[0], data, size) && shutdown(ends[0], SHUT_WR) == 0);
	has_request = visit_receive(visit, ends[1]);
	if (has_request) {
		int64_t holder = visit_begin(visit, &family);

		(void)holder;
		visit_end(visit);
	}
	/* Whatever came, the connection is closed, and what was sent over it is whole or nothing. */
	require(receive_all(ends[0], &answer));
	output = answer.length == 0 ? NULL : output_of(&answer);
	if (output != NULL)
		judge(output);
	free(output);
	free(answer.data);
	close(ends[0]);
	return 0;
}
