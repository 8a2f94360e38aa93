#include "http/visit.h"

#include <fcgiapp.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/log.h"
#include "http/exchange.h"

enum {
	PEER_PATIENCE_S = 10,
	WAIT_PATIENCE_MS = 10000,
	/* A stream has so much time, and for each so many bytes that a client took a second more. */
	STREAM_PATIENCE_MS = 20000,
	STREAM_B_PER_MS = 32,
};

struct visit {
	struct seats_waiter waiter;
	FCGX_Request request;
	struct arena *arena;
	struct exchange exchange;
	struct turn *turn;
	double begun_ms;
};

struct visit *visit_new(void)
{
	struct visit *visit = calloc(1, sizeof(*visit));

	if (visit == NULL)
		log_out_of_memory();
	visit->arena = arena_new();
	return visit;
}

void visit_free(struct visit *visit)
{
	arena_free(visit->arena);
	free(visit);
}

struct seats_waiter *visit_waiter(struct visit *visit)
{
	return &visit->waiter;
}

struct visit *visit_of(struct seats_waiter *waiter)
{
	return (struct visit *)((char *)waiter - offsetof(struct visit, waiter));
}

static size_t read_stdin(void *source, char *into, size_t size)
{
	FCGX_Request *request = source;
	int length = FCGX_GetStr(into, (int)size, request->in);

	return length < 0 ? 0 : (size_t)length;
}

/*
 * Whether the peer has closed the connection, which is how nginx tells that its client has gone. A peer that has
 * only ended its own sending still waits for the answer; on a Unix socket the two can be told apart.
 */
static bool is_peer_gone(void *source)
{
	const FCGX_Request *request = source;
	struct pollfd connection = {.fd = request->ipcFd};

	return poll(&connection, 1, 0) > 0 && (connection.revents & (POLLHUP | POLLERR)) != 0;
}

bool visit_receive(struct visit *visit, int connection)
{
	const struct timeval patience = {.tv_sec = PEER_PATIENCE_S};
	FCGX_Request *request = &visit->request;

	setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));

	/*
	 * To libfcgi this looks like a kept connection, on which it expects a request without
	 * accepting one. When what comes is none it closes the connection and would accept the
	 * next: on no socket, so that it fails and leaves that to us.
	 */
	FCGX_InitRequest(request, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	request->ipcFd = connection;
	request->keepConnection = true;
	return FCGX_Accept_r(request) == 0;
}

int64_t visit_begin(struct visit *visit, const struct family *family)
{
	FCGX_Request *request = &visit->request;
	int64_t holder;

	visit->exchange = (struct exchange){
	    .method = FCGX_GetParam("REQUEST_METHOD", request->envp),
	    .uri = FCGX_GetParam("REQUEST_URI", request->envp),
	    .content_type = FCGX_GetParam("CONTENT_TYPE", request->envp),
	    .content_encoding = FCGX_GetParam("HTTP_CONTENT_ENCODING", request->envp),
	    .content_length = FCGX_GetParam("CONTENT_LENGTH", request->envp),
	    .authorization = FCGX_GetParam("HTTP_AUTHORIZATION", request->envp),
	    .if_none_match = FCGX_GetParam("HTTP_IF_NONE_MATCH", request->envp),
	    .slot = FCGX_GetParam("BREATH_SLOT", request->envp),
	    .read = read_stdin,
	    .is_gone = is_peer_gone,
	    .source = request,
	};
	visit->turn = exchange_begin(family, visit->arena, &visit->exchange, &holder);
	visit->begun_ms = clock_monotonic_ms();
	return holder;
}

void visit_refuse(struct visit *visit)
{
	exchange_refuse(visit->turn);
}

/* Closing a socket on which something lies unread would take the answer from the peer. */
static void read_the_rest(FCGX_Request *request)
{
	char rest[8192];

	while (FCGX_GetStr(rest, sizeof(rest), request->in) > 0)
		;
}

/* A sink that leads to the client. */
struct outlet {
	struct sink sink;
	FCGX_Request *request;
	double began_ms;
	size_t sent;
};

/* False: the client has gone, or takes so little at a time that it would hold its thread for ever. */
static bool take_outlet(struct sink *sink, const char *text, size_t length)
{
	struct outlet *outlet = (struct outlet *)sink;
	double spent_ms = clock_monotonic_ms() - outlet->began_ms;

	if (is_peer_gone(outlet->request) ||
	    spent_ms > STREAM_PATIENCE_MS + (double)outlet->sent / STREAM_B_PER_MS)
		return false;
	outlet->sent += length;
	return FCGX_PutStr(text, (int)length, outlet->request->out) == (int)length;
}

/* Writes the body while it goes out. One that is cut short must not look whole: its connection breaks. */
static void send_stream(const struct stream *stream, FCGX_Request *request)
{
	struct outlet outlet = {
	    .sink = {take_outlet}, .request = request, .began_ms = clock_monotonic_ms()};

	if (!stream->write(&outlet.sink, stream->source))
		shutdown(request->ipcFd, SHUT_RDWR);
}

void visit_end(struct visit *visit)
{
	FCGX_Request *request = &visit->request;
	struct answer answer;

	if (clock_monotonic_ms() - visit->begun_ms > WAIT_PATIENCE_MS)
		visit_refuse(visit);
	exchange_finish(visit->turn, &answer);
	if (answer.head != NULL)
		FCGX_PutStr(answer.head, (int)answer.head_length, request->out);
	if (answer.stream.write != NULL)
		send_stream(&answer.stream, request);
	else if (answer.body_length > 0)
		FCGX_PutStr(answer.body, (int)answer.body_length, request->out);
	exchange_end(&answer);
	read_the_rest(request);
	request->keepConnection = false;
	FCGX_Detach(request);
	FCGX_Finish_r(request);
	arena_reset(visit->arena);
}
