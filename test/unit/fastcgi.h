/*
 * A client that speaks just enough FastCGI to ask a server, whole or half-way, and to read its answer.
 */
#ifndef TEST_UNIT_FASTCGI_H
#define TEST_UNIT_FASTCGI_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	FCGI_BEGIN_REQUEST = 1,
	FCGI_END_REQUEST = 3,
	FCGI_PARAMS = 4,
	FCGI_STDIN = 5,
	FCGI_STDOUT = 6,
	FCGI_RESPONDER = 1,
	FCGI_KEEP_CONN = 1,
	CONTENT_MAX_B = 65535,
	CLIENT_PATIENCE_S = 20,
};

struct bytes {
	unsigned char *data;
	size_t length;
	size_t room;
};

static inline void put(struct bytes *bytes, const void *data, size_t length)
{
	if (bytes->room < bytes->length + length + 1) {
		bytes->room = 2 * (bytes->length + length + 1);
		bytes->data = realloc(bytes->data, bytes->room);
	}
	if (length > 0)
		memcpy(bytes->data + bytes->length, data, length);
	bytes->length += length;
	bytes->data[bytes->length] = '\0';
}

static inline void put_record(struct bytes *bytes, int type, const void *content, size_t length)
{
	const unsigned char header[8] = {1, (unsigned char)type, 0, 1, (unsigned char)(length >> 8),
	    (unsigned char)length, 0, 0};

	put(bytes, header, sizeof(header));
	put(bytes, content, length);
}

static inline void put_begin(struct bytes *bytes, int role, int flags)
{
	const unsigned char body[8] = {0, (unsigned char)role, (unsigned char)flags};

	put_record(bytes, FCGI_BEGIN_REQUEST, body, sizeof(body));
}

static inline void put_length(struct bytes *bytes, size_t length)
{
	const unsigned char large[4] = {(unsigned char)(0x80 | length >> 24),
	    (unsigned char)(length >> 16), (unsigned char)(length >> 8), (unsigned char)length};
	const unsigned char small = (unsigned char)length;

	if (length < 128)
		put(bytes, &small, 1);
	else
		put(bytes, large, sizeof(large));
}

static inline void put_param(struct bytes *bytes, const char *name, const char *value)
{
	if (value == NULL)
		return;
	put_length(bytes, strlen(name));
	put_length(bytes, strlen(value));
	put(bytes, name, strlen(name));
	put(bytes, value, strlen(value));
}

struct ask {
	const char *method;
	const char *uri;
	const char *body;
	const char *content_length; /* instead of the true one */
	const char *authorization;
	const char *if_none_match;
	const char *type;
	int flags;
	size_t piece; /* how much of the body goes into a record; 0: as much as it takes */
};

/* The bytes of a request; the caller frees data. */
static inline struct bytes request_bytes(const struct ask *ask)
{
	size_t length = ask->body == NULL ? 0 : strlen(ask->body);
	size_t piece = ask->piece == 0 ? CONTENT_MAX_B : ask->piece;
	struct bytes params = {0}, bytes = {0};
	char number[32];

	snprintf(number, sizeof(number), "%zu", length);
	put_param(&params, "REQUEST_METHOD", ask->method);
	put_param(&params, "REQUEST_URI", ask->uri);
	put_param(&params, "CONTENT_LENGTH",
	    ask->content_length != NULL ? ask->content_length
		: length == 0           ? ""
					: number);
	put_param(&params, "CONTENT_TYPE", ask->type == NULL ? "" : ask->type);
	put_param(&params, "HTTP_AUTHORIZATION", ask->authorization);
	put_param(&params, "HTTP_IF_NONE_MATCH", ask->if_none_match);

	put_begin(&bytes, FCGI_RESPONDER, ask->flags);
	put_record(&bytes, FCGI_PARAMS, params.data, params.length);
	put_record(&bytes, FCGI_PARAMS, NULL, 0);
	for (size_t at = 0; at < length; at += piece)
		put_record(
		    &bytes, FCGI_STDIN, ask->body + at, length - at < piece ? length - at : piece);
	put_record(&bytes, FCGI_STDIN, NULL, 0);
	free(params.data);
	return bytes;
}

static inline int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const struct timeval patience = {.tv_sec = CLIENT_PATIENCE_S};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static inline bool send_all(int fd, const void *data, size_t length)
{
	const char *at = data;

	while (length > 0) {
		ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		at += sent;
		length -= (size_t)sent;
	}
	return true;
}

static inline int send_ask(const char *path, const struct ask *ask)
{
	struct bytes bytes = request_bytes(ask);
	int fd = connect_to(path);

	if (fd >= 0)
		send_all(fd, bytes.data, bytes.length);
	free(bytes.data);
	return fd;
}

/* Everything until the server closes its end; false: it did not, in time. */
static inline bool receive_all(int fd, struct bytes *bytes)
{
	char buffer[4096];
	ssize_t length;

	while ((length = recv(fd, buffer, sizeof(buffer), 0)) > 0)
		put(bytes, buffer, (size_t)length);
	return length == 0;
}

/* What was written to standard output in the records of a whole answer; NULL: it is none. */
static char *output_of(const struct bytes *bytes)
{
	struct bytes output = {0};
	size_t at = 0;
	bool has_ended = false;

	while (bytes->length - at >= 8 && !has_ended) {
		const unsigned char *header = bytes->data + at;
		size_t length = (size_t)header[4] << 8 | header[5];

		if (bytes->length - at - 8 < length + header[6])
			break;
		if (header[1] == FCGI_STDOUT)
			put(&output, header + 8, length);
		has_ended = header[1] == FCGI_END_REQUEST;
		at += 8 + length + header[6];
	}
	if (has_ended && at == bytes->length)
		return (char *)output.data;
	free(output.data);
	return NULL;
}

/* The answer on a connection, head and body; NULL: there is none. Closes it. The caller frees. */
static inline char *receive(int fd)
{
	struct bytes bytes = {0};
	char *output = NULL;

	if (fd < 0)
		return NULL;
	if (receive_all(fd, &bytes) && bytes.length > 0)
		output = output_of(&bytes);
	free(bytes.data);
	close(fd);
	return output;
}

static inline char *ask_at(const char *path, const struct ask *ask)
{
	return receive(send_ask(path, ask));
}

#endif
