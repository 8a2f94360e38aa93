/*
 * Clients that push, or read, as fast as they are answered.
 *
 *	load -a HOST:PORT -l LEDGER -c CLIENTS -t SECONDS [-n PUSHES] [-s SHARE]
 *	     [-p PATH | -r PATH | -o PATH]
 *
 * Each client holds a connection and has a SHARE (1) of the people (people.h) to itself, whose next push
 * it sends, one after the other, going round; it waits for each answer. Every answer must be 200
 * and show the XP that this person must have now, unless the push goes to another PATH (-p) than the
 * service's. Instead of pushing it reads a PATH as anybody (-r), or as the person whose turn it is (-o).
 * It ends after SECONDS, or after PUSHES if they come first; what is read counts as a push.
 *
 * One thread and epoll, since it shares its machine with what it measures: it builds no JSON, reads no
 * more of an answer than it has to, and takes the time once a request.
 *
 * Prints one line of NAME=VALUE:
 *	pushes, seconds       answered, and from the first request to the last answer
 *	rate                  the one by the other
 *	p50_ms p90_ms p99_ms max_ms
 *	fewest, most          what the slowest and the fastest client got answered
 *	failures              answers that were not what they must be; the first is shown. Exit status 1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/clock.h"
#include "people.h"

enum {
	CLIENTS_MAX = 4096,
	REQUEST_MAX_B = 1024,
	ANSWER_MAX_B = 32768,
	LAST_ANSWERS_MS = 15000, /* how long answers may take once nothing is asked any more */
};

static const char service_path[] = "/api/v1/sync";

enum what { PUSH, READ_AS_ANYBODY, READ_AS_ONESELF };

struct client {
	int fd; /* -1: not connected */
	struct share share;
	uint32_t person; /* whose push is under way */
	double sent_ms;
	bool waits;
	uint32_t answered;
	size_t received;
	char answer[ANSWER_MAX_B + 1];
};

static struct {
	struct sockaddr_in address;
	const char *path;
	enum what what;
	bool is_service; /* pushes, and to the service */
	struct ledger *ledger;
	int epoll;
	struct client *clients;
	int client_count;
	int waiting; /* clients that wait for an answer */
	double began_ms, ended_ms;
	double *latencies_ms;
	size_t latency_room;
	size_t pushes;
	size_t failures;
	size_t sent, sent_max;
} load;

static void die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

/* ----- one request ----- */

static int write_body(char *into, size_t room, uint32_t person)
{
	struct person_push push =
	    person_push(load.ledger, person, load.ledger->answered[person] + 1);
	const struct totals *totals = &push.day.totals;
	char today[DAY_TEXT_B], day[DAY_TEXT_B], id[2 * PUSH_ID_B + 1], after[2 * PUSH_ID_B + 3];

	snprintf(after, sizeof(after), push.has_after ? "\"%s\"" : "null",
	    hex_format(push.after, PUSH_ID_B, id));
	return snprintf(into, room,
	    "{\"today\":\"%s\",\"push\":\"%s\",\"after\":%s,\"days\":[{\"day\":\"%s\",\"xp\":%lld,"
	    "\"minutes\":%lld,\"sessions\":%lld,\"cycles\":%lld}]}",
	    day_format(clock_today(), today), hex_format(push.id, PUSH_ID_B, id), after,
	    day_format(push.day.day, day), (long long)totals->xp, (long long)totals->minutes,
	    (long long)totals->sessions, (long long)totals->cycles);
}

static int write_push(char *into, size_t room, uint32_t person)
{
	char body[REQUEST_MAX_B], token[TOKEN_TEXT_B];
	int body_length = write_body(body, sizeof(body), person);

	person_token(load.ledger, person, token);
	return snprintf(into, room,
	    "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
	    "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
	    load.path, token, body_length, body);
}

static int write_read(char *into, size_t room, uint32_t person)
{
	char token[TOKEN_TEXT_B], bearer[TOKEN_TEXT_B + 32] = "";

	person_token(load.ledger, person, token);
	if (load.what == READ_AS_ONESELF)
		snprintf(bearer, sizeof(bearer), "Authorization: Bearer %s\r\n", token);
	return snprintf(
	    into, room, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", load.path, bearer);
}

static void connect_client(struct client *client)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
	const int one = 1;

	client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd < 0 ||
	    connect(client->fd, (struct sockaddr *)&load.address, sizeof(load.address)) != 0)
		die("connect");
	setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, client->fd, &event) != 0)
		die("epoll_ctl");
}

static void send_next(struct client *client)
{
	char request[2 * REQUEST_MAX_B];
	int length;

	client->person = share_next(&client->share);
	length =
	    (load.what == PUSH ? write_push : write_read)(request, sizeof(request), client->person);
	if (client->fd < 0)
		connect_client(client);
	client->received = 0;
	client->waits = true;
	load.waiting++;
	load.sent++;
	client->sent_ms = clock_monotonic_ms();
	/* A request is far smaller than a socket's buffer, which is empty. */
	if (send(client->fd, request, (size_t)length, MSG_NOSIGNAL) != length)
		die("send");
}

/* ----- one answer ----- */

/* The number that stands behind a text in an answer; -1 if it is not there. */
static long long number_behind(const char *answer, const char *text)
{
	const char *found = strcasestr(answer, text);

	return found == NULL ? -1 : strtoll(found + strlen(text), NULL, 10);
}

/* Where an answer's body is, once all of it has come; NULL before. */
static const char *whole_body(const struct client *client)
{
	const char *end = strstr(client->answer, "\r\n\r\n");
	size_t head;

	if (end == NULL)
		return NULL;
	head = (size_t)(end + 4 - client->answer);
	return (long long)(client->received - head) >=
		number_behind(client->answer, "\r\nContent-Length: ")
	    ? end + 4
	    : NULL;
}

static bool is_right(const struct client *client, const char *body)
{
	uint32_t nth = load.ledger->answered[client->person] + 1;

	if (strncmp(client->answer, "HTTP/1.1 200 ", 13) != 0)
		return false;
	return !load.is_service ||
	    number_behind(body, "\"xp\":") == person_past(load.ledger, client->person).xp + nth;
}

static void note_latency(double latency_ms)
{
	if (load.pushes == load.latency_room) {
		load.latency_room = load.latency_room == 0 ? 65536 : 2 * load.latency_room;
		load.latencies_ms = realloc(load.latencies_ms, load.latency_room * sizeof(double));
		if (load.latencies_ms == NULL)
			die("realloc");
	}
	load.latencies_ms[load.pushes++] = latency_ms;
}

static void fail_push(const struct client *client, const char *why)
{
	if (load.failures++ == 0)
		fprintf(stderr, "load: person %u, push %u: %s\n%s\n", client->person,
		    load.ledger->answered[client->person] + 1, why, client->answer);
}

static void disconnect(struct client *client)
{
	close(client->fd);
	client->fd = -1;
}

static void take_answer(struct client *client, const char *body)
{
	double now_ms = clock_monotonic_ms();

	client->waits = false;
	load.waiting--;
	load.ended_ms = now_ms;
	if (!is_right(client, body)) {
		fail_push(client, "a wrong answer");
	} else {
		note_latency(now_ms - client->sent_ms);
		client->answered++;
		if (load.is_service)
			load.ledger->answered[client->person]++;
	}
	if (strcasestr(client->answer, "\r\nConnection: close\r\n") != NULL)
		disconnect(client);
}

/* Reads what has come. Returns whether an answer is complete, or has become impossible. */
static bool receive(struct client *client)
{
	ssize_t got =
	    recv(client->fd, client->answer + client->received, ANSWER_MAX_B - client->received, 0);
	const char *body;

	if (got <= 0) {
		bool waited = client->waits;

		if (waited) {
			load.waiting--;
			client->waits = false;
			fail_push(client, got == 0 ? "hung up" : strerror(errno));
		}
		disconnect(client);
		return waited;
	}
	client->received += (size_t)got;
	client->answer[client->received] = '\0';
	body = whole_body(client);
	if (body != NULL)
		take_answer(client, body);
	return body != NULL;
}

/* ----- all of it ----- */

static void push_and_wait(double seconds)
{
	struct epoll_event events[64];
	double now_ms = clock_monotonic_ms(), until_ms = now_ms + seconds * 1e3;

	load.began_ms = now_ms;
	for (int i = 0; i < load.client_count; i++)
		send_next(&load.clients[i]);
	while (load.waiting > 0 && now_ms < until_ms + LAST_ANSWERS_MS) {
		int count = epoll_wait(load.epoll, events, 64, 1000);

		now_ms = clock_monotonic_ms();
		for (int i = 0; i < count; i++) {
			struct client *client = events[i].data.ptr;

			if (receive(client) && now_ms < until_ms && load.sent < load.sent_max)
				send_next(client);
		}
	}
	for (int i = 0; i < load.client_count; i++)
		if (load.clients[i].waits)
			fail_push(&load.clients[i], "no answer");
}

static int compare(const void *a, const void *b)
{
	double difference = *(const double *)a - *(const double *)b;

	return (difference > 0) - (difference < 0);
}

static double percentile_ms(double share)
{
	return load.pushes == 0 ? 0
				: load.latencies_ms[(size_t)((double)(load.pushes - 1) * share)];
}

static void report(void)
{
	uint32_t fewest = UINT32_MAX, most = 0;
	double seconds = (load.ended_ms - load.began_ms) / 1e3;

	for (int i = 0; i < load.client_count; i++) {
		uint32_t answered = load.clients[i].answered;

		fewest = answered < fewest ? answered : fewest;
		most = answered > most ? answered : most;
	}
	qsort(load.latencies_ms, load.pushes, sizeof(double), compare);
	printf("pushes=%zu seconds=%.3f rate=%.1f p50_ms=%.2f p90_ms=%.2f p99_ms=%.2f max_ms=%.2f"
	       " fewest=%u most=%u failures=%zu\n",
	    load.pushes, seconds, (double)load.pushes / seconds, percentile_ms(0.5),
	    percentile_ms(0.9), percentile_ms(0.99), percentile_ms(1), fewest, most, load.failures);
}

static bool read_address(char *text)
{
	char *colon = strrchr(text, ':');

	if (colon == NULL)
		return false;
	*colon = '\0';
	load.address.sin_family = AF_INET;
	load.address.sin_port = htons((uint16_t)atoi(colon + 1));
	return inet_pton(AF_INET, text, &load.address.sin_addr) == 1;
}

static int usage(void)
{
	fputs("usage: load -a HOST:PORT -l LEDGER -c CLIENTS -t SECONDS [-n PUSHES] [-s SHARE]"
	      " [-p PATH | -r PATH | -o PATH]\n",
	    stderr);
	return 2;
}

int main(int argc, char **argv)
{
	const char *ledger = NULL;
	double seconds = 0;
	int share = 1, option;

	load.path = service_path;
	load.sent_max = SIZE_MAX;
	while ((option = getopt(argc, argv, "a:l:c:t:n:s:p:r:o:")) != -1) {
		switch (option) {
		case 'a':
			if (!read_address(optarg))
				return usage();
			break;
		case 'l':
			ledger = optarg;
			break;
		case 'c':
			load.client_count = atoi(optarg);
			break;
		case 't':
			seconds = atof(optarg);
			break;
		case 'n':
			load.sent_max = strtoul(optarg, NULL, 10);
			break;
		case 's':
			share = atoi(optarg);
			break;
		case 'p':
			load.path = optarg;
			break;
		case 'r':
			load.what = READ_AS_ANYBODY;
			load.path = optarg;
			break;
		case 'o':
			load.what = READ_AS_ONESELF;
			load.path = optarg;
			break;
		default:
			return usage();
		}
	}
	if (load.address.sin_port == 0 || ledger == NULL || load.client_count < 1 ||
	    load.client_count > CLIENTS_MAX || share < 1 || seconds <= 0)
		return usage();
	load.is_service = load.what == PUSH && strcmp(load.path, service_path) == 0;
	load.ledger = ledger_open(ledger);
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	load.clients = calloc((size_t)load.client_count, sizeof(*load.clients));
	if (load.epoll < 0 || load.clients == NULL)
		die("start");
	for (int i = 0; i < load.client_count; i++) {
		load.clients[i].fd = -1;
		load.clients[i].share =
		    share_of(load.ledger, i, load.client_count, (uint32_t)share);
	}
	push_and_wait(seconds);
	report();
	return load.failures == 0 && load.pushes > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
