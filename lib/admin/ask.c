/*
 * The little of FastCGI that a question without a body takes
 * (https://fastcgi-archives.github.io/FastCGI_Specification.html): a record that begins the request, its
 * parameters, the ends of both streams; and of the answer the first record of its output, which begins
 * with the status.
 */
#include "admin/ask.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { BEGIN_REQUEST = 1, PARAMS = 4, STDIN = 5, STDOUT = 6, RESPONDER = 1, HEADER_B = 8 };

struct message {
	unsigned char bytes[1024];
	size_t length;
	bool too_long;
};

static void put(struct message *message, const void *bytes, size_t length)
{
	if (length > sizeof(message->bytes) - message->length) {
		message->too_long = true;
		return;
	}
	memcpy(message->bytes + message->length, bytes, length);
	message->length += length;
}

static void put_header(struct message *message, unsigned char type, size_t length)
{
	const unsigned char header[HEADER_B] = {
	    1, type, 0, 1, (unsigned char)(length >> 8), (unsigned char)length, 0, 0};

	put(message, header, sizeof(header));
}

static void put_param(struct message *params, const char *name, const char *value)
{
	/* Lengths below 128 take a byte each. */
	const unsigned char lengths[2] = {
	    (unsigned char)strlen(name), (unsigned char)strlen(value)};

	if (strlen(value) > 127)
		params->too_long = true;
	put(params, lengths, sizeof(lengths));
	put(params, name, strlen(name));
	put(params, value, strlen(value));
}

/* False where the path is too long for it. */
static bool make_request(const char *uri, struct message *request)
{
	const unsigned char begin[HEADER_B] = {0, RESPONDER};
	struct message params = {.length = 0};

	put_param(&params, "REQUEST_METHOD", "GET");
	put_param(&params, "REQUEST_URI", uri);
	put_header(request, BEGIN_REQUEST, sizeof(begin));
	put(request, begin, sizeof(begin));
	put_header(request, PARAMS, params.length);
	put(request, params.bytes, params.length);
	put_header(request, PARAMS, 0);
	put_header(request, STDIN, 0);
	return !params.too_long && !request->too_long;
}

static int connect_to(const char *path, int patience_s)
{
	const struct timeval patience = {.tv_sec = patience_s};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if ((size_t)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path) >=
	    sizeof(address.sun_path))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	/* It holds for the connection as well, which waits where too many wait already. */
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool read_whole(int fd, void *into, size_t length)
{
	return recv(fd, into, length, MSG_WAITALL) == (ssize_t)length;
}

static int read_status(int fd)
{
	static const char name[] = "Status: ";
	unsigned char header[HEADER_B];
	char text[sizeof(name) - 1 + 4] = "";

	if (!read_whole(fd, header, sizeof(header)) || header[1] != STDOUT ||
	    !read_whole(fd, text, sizeof(text) - 1) || strncmp(text, name, sizeof(name) - 1) != 0)
		return 0;
	return (int)strtol(text + sizeof(name) - 1, NULL, 10);
}

int ask_status(const char *socket_path, const char *uri, int patience_s)
{
	struct message request = {.length = 0};
	int status = 0, fd;

	if (!make_request(uri, &request))
		return 0;
	fd = connect_to(socket_path, patience_s);
	if (fd < 0)
		return 0;
	if (send(fd, request.bytes, request.length, MSG_NOSIGNAL) == (ssize_t)request.length)
		status = read_status(fd);
	close(fd);
	return status;
}
