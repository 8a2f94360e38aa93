/*
 * The process of a family. libfcgi speaks FastCGI; what it is not asked to do is accept connections:
 * its FCGX_Accept_r waits in accept(2) where only a signal handler of its own reaches it, and cannot
 * be told apart from one that is about to take a connection, so a stop would drop requests. Here each
 * thread waits for a connection or for the stop by an epoll of its own, in which the socket is
 * EPOLLEXCLUSIVE: the kernel wakes one thread a connection, and always the first that is idle, whose
 * memory is still warm. So
 *
 * - a connection is taken by a thread that is free to serve it, and never by one that is not;
 * - a stop is seen between two connections, by each thread, at once;
 * - what was taken is answered, and what waits in the backlog is either answered too, when the
 *   socket is ours and ends with us, or left to whoever inherits the socket next.
 *
 * A connection serves one request: a kept one would pin its thread while others wait. It is closed as
 * soon as the answer is written: libfcgi would first wait for the peer to close, which matters on TCP
 * only. A peer that stops sending or reading is given up (visit.c).
 *
 * Records come from the web server alone: the socket is open to its group and to our own user, by the kernel
 * (breath@.socket, 0660), or to our own user (umask). So they are not checked before libfcgi reads them. Whoever
 * may connect could say that a request comes from any address, or ask libfcgi for more memory than there is,
 * which ends the process; it could not write beyond it, since libfcgi 2.4.2-2+deb12u1 (CVE-2025-23016).
 *
 * No holder of a token gets more than its share of the threads (core/seats.h), an eighth and at least two. What
 * it asks for beyond that waits, as a visit in a queue, and holds no thread, so that a thousand requests of one
 * account take nothing from others but a little memory, and even that has a bound. Somebody's page
 * that asks for eight things at once has them served a few at a time and does not notice.
 */
#include "http/server.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "core/log.h"
#include "core/seats.h"
#include "core/thread.h"
#include "http/exchange.h"
#include "http/visit.h"

enum {
	INHERITED_FD = 0,
	BACKLOG = 511,
	ACCEPT_PAUSE_MS = 100,
	PULSE_RETRY_MS = 1000,
	MALLOC_ARENAS = 2, /* glibc would make eight a core, each of which keeps what it once had */
	SHARES = 8,        /* of the threads, of which a holder gets one */
	SHARE_MIN = 2,
	WAITING_PER_HOLDER = 32,
	WAITING_MAX = 128, /* of 40 KiB each */
};

struct listener {
	int fd;
	const char *path; /* of a socket that is ours; NULL: inherited */
	dev_t device;     /* of the file at path, to know it again */
	ino_t inode;
};

/* What the threads share. */
struct crew {
	const struct family *family;
	struct listener listener;
	struct seats *seats;
	int stop;                   /* eventfd: readable from the stop on */
	atomic_bool has_complained; /* of failing to accept */
};

struct worker {
	struct crew *crew;
	int epoll; /* where it waits for a connection or the stop */
	pthread_t thread;
};

/* Posted by a signal. Static, since a handler is given nothing else; it outlives every server. */
static sem_t stop_wanted;

static void want_stop(int signal_number)
{
	(void)signal_number;
	sem_post(&stop_wanted);
}

/*
 * Serves a visit, if its holder has a seat left, and then those that waited for that seat. Returns a visit that
 * is free for the next connection.
 */
static struct visit *serve(struct crew *crew, struct visit *visit)
{
	int64_t holder = visit_begin(visit, crew->family);
	struct seats_waiter *next;

	if (holder == 0) {
		visit_end(visit);
		return visit;
	}
	switch (seats_ask(crew->seats, holder, visit_waiter(visit))) {
	case SEATS_WAITS:
		return visit_new();
	case SEATS_REFUSED:
		visit_refuse(visit);
		visit_end(visit);
		return visit;
	case SEATS_TAKEN:
		break;
	}
	visit_end(visit);
	while ((next = seats_leave(crew->seats, holder)) != NULL) {
		visit_free(visit);
		visit = visit_of(next);
		visit_end(visit);
	}
	return visit;
}

/* Out of descriptors or memory: says so once, and leaves it time to pass. */
static void pause_accepting(struct crew *crew)
{
	const struct timespec pause = {.tv_nsec = ACCEPT_PAUSE_MS * 1000000L};

	if (!atomic_exchange(&crew->has_complained, true))
		log_line("cannot accept connections: %s", strerrordesc_np(errno));
	nanosleep(&pause, NULL);
}

static bool is_stop(const struct crew *crew, const struct epoll_event *events, int count)
{
	for (int i = 0; i < count; i++)
		if (events[i].data.fd == crew->stop)
			return true;
	return false;
}

/* Waits for a connection. Returns it, or -1 when the work is done. */
static int accept_next(const struct worker *worker)
{
	struct crew *crew = worker->crew;

	for (;;) {
		struct epoll_event events[2];
		int count = epoll_wait(worker->epoll, events, 2, -1);
		bool is_stopping = is_stop(crew, events, count);
		int connection;

		if (is_stopping && crew->listener.path == NULL)
			return -1;
		connection = accept4(crew->listener.fd, NULL, NULL, SOCK_CLOEXEC);
		if (connection >= 0) {
			crew->has_complained = false;
			return connection;
		}
		/* Gone again before it was taken. */
		if (errno == ECONNABORTED || errno == EINTR)
			continue;
		/* Out of descriptors, those that still serve have them, and take what waits. */
		if (is_stopping)
			return -1;
		/* Or taken by another thread or process. */
		if (errno != EAGAIN)
			pause_accepting(crew);
	}
}

static void *work(void *argument)
{
	const struct worker *worker = argument;
	struct visit *visit = visit_new();
	int connection;

	while ((connection = accept_next(worker)) >= 0)
		if (visit_receive(visit, connection))
			visit = serve(worker->crew, visit);
	visit_free(visit);
	return NULL;
}

static bool is_listening(int fd)
{
	int listening = 0;
	socklen_t size = sizeof(listening);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening;
}

static bool inherit(struct listener *listener)
{
	int flags = fcntl(INHERITED_FD, F_GETFL);

	/* Two processes may hold this socket during a restart: accept must not wait for either. */
	if (flags < 0 || fcntl(INHERITED_FD, F_SETFL, flags | O_NONBLOCK) < 0) {
		log_line("cannot prepare the inherited socket: %s", strerrordesc_np(errno));
		return false;
	}
	*listener = (struct listener){.fd = INHERITED_FD};
	return true;
}

/*
 * Makes the socket under a name of its own and moves it to its path once it listens: nobody meets a
 * socket that is not ready, and one of a process that still runs keeps what was sent to it.
 */
static bool make_socket(const char *path, struct listener *listener)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *failed = NULL;
	struct stat file;
	int length;

	length =
	    snprintf(address.sun_path, sizeof(address.sun_path), "%s.%ld", path, (long)getpid());
	if (length < 0 || (size_t)length >= sizeof(address.sun_path)) {
		log_line("the path of the socket is too long (at most %zu bytes): %s",
		    sizeof(address.sun_path) - sizeof(".2147483647"), path);
		return false;
	}
	if (lstat(path, &file) == 0 && !S_ISSOCK(file.st_mode)) {
		log_line("there is something other than a socket at %s", path);
		return false;
	}
	*listener = (struct listener){
	    .fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
	    .path = path,
	};
	unlink(address.sun_path);
	if (listener->fd < 0)
		failed = "make";
	else if (bind(listener->fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		failed = "bind";
	else if (listen(listener->fd, BACKLOG) != 0)
		failed = "listen on";
	else if (lstat(address.sun_path, &file) != 0 || rename(address.sun_path, path) != 0)
		failed = "place";
	if (failed != NULL) {
		log_line("cannot %s the socket %s: %s", failed, path, strerrordesc_np(errno));
		unlink(address.sun_path);
		if (listener->fd >= 0)
			close(listener->fd);
		return false;
	}
	listener->device = file.st_dev;
	listener->inode = file.st_ino;
	return true;
}

static bool open_listener(const struct server *server, struct listener *listener)
{
	if (is_listening(INHERITED_FD))
		return inherit(listener);
	return make_socket(server->socket_path, listener);
}

/* Takes the socket off its path, so that no more connections come, unless a successor's is there. */
static void unpublish(const struct listener *listener)
{
	struct stat file;

	if (listener->path != NULL && lstat(listener->path, &file) == 0 &&
	    file.st_dev == listener->device && file.st_ino == listener->inode)
		unlink(listener->path);
}

static void close_listener(const struct listener *listener)
{
	unpublish(listener);
	if (listener->path != NULL)
		close(listener->fd);
}

/* The process and libfcgi, which sets signal handlers of its own that would take ours away. */
static bool prepare(void)
{
	struct sigaction usr1;
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	const struct sigaction stop = {.sa_handler = want_stop, .sa_flags = SA_RESTART};
	const struct sched_param none = {0};

	/*
	 * An answer wakes several threads. That each pushes another off the processor costs more
	 * than its turn is worth: the workers, which inherit this, wait for one instead (sched(7)).
	 */
	sched_setscheduler(0, SCHED_BATCH, &none);
	mallopt(M_ARENA_MAX, MALLOC_ARENAS);
	sigaction(SIGUSR1, NULL, &usr1);
	if (FCGX_Init() != 0 || sem_init(&stop_wanted, 0, 0) != 0) {
		log_line("cannot prepare to serve: %s", strerrordesc_np(errno));
		return false;
	}
	sigaction(SIGUSR1, &usr1, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	return true;
}

static void forget(const struct worker *workers, int count)
{
	for (int i = 0; i < count; i++)
		if (workers[i].epoll >= 0)
			close(workers[i].epoll);
}

/* Gives each worker the epoll that it waits by; closed by forget. */
static bool watch(struct crew *crew, struct worker *workers, int count)
{
	struct epoll_event stop = {.events = EPOLLIN, .data.fd = crew->stop};
	struct epoll_event connection = {
	    .events = EPOLLIN | EPOLLEXCLUSIVE, .data.fd = crew->listener.fd};

	for (int i = 0; i < count; i++) {
		int epoll = epoll_create1(EPOLL_CLOEXEC);

		workers[i] = (struct worker){.crew = crew, .epoll = epoll};
		if (epoll >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, crew->stop, &stop) == 0 &&
		    epoll_ctl(epoll, EPOLL_CTL_ADD, crew->listener.fd, &connection) == 0)
			continue;
		log_line("cannot watch the socket: %s", strerrordesc_np(errno));
		forget(workers, i + 1);
		return false;
	}
	return true;
}

/* Starts the threads. Returns how many run. */
static int start(struct worker *workers, int count)
{
	for (int i = 0; i < count; i++)
		if (!thread_start(&workers[i].thread, work, &workers[i]))
			return i;
	return count;
}

static bool has_pulse(const struct server *server)
{
	return server->pulse == NULL || server->pulse(server->family->context);
}

/* Waits for the stop; until then the supervisor hears what server.h says. */
static void attend(const struct server *server)
{
	static const struct supervisor nobody = {.fd = -1};
	const struct supervisor *supervisor =
	    server->supervisor == NULL ? &nobody : server->supervisor;

	while (!has_pulse(server))
		if (thread_sem_wait_ms(&stop_wanted, PULSE_RETRY_MS))
			return;
	supervisor_tell(supervisor, "READY=1");
	if (supervisor->beat_ms == 0)
		while (sem_wait(&stop_wanted) != 0)
			;
	else
		while (!thread_sem_wait_ms(&stop_wanted, supervisor->beat_ms)) {
			has_pulse(server);
			supervisor_tell(supervisor, "WATCHDOG=1");
		}
	supervisor_tell(supervisor, "STOPPING=1");
}

/* Runs the threads until a stop is wanted and all of them have ended. Returns as server_run does. */
static int run_workers(const struct server *server, struct crew *crew, struct worker *workers)
{
	int count = server->threads, started;

	/* Before the threads begin, so that it is the first line, above those of requests. */
	log_line("%s listening on %s", crew->family->name,
	    crew->listener.path == NULL ? "the inherited socket" : crew->listener.path);
	started = start(workers, count);
	if (started == count)
		attend(server);
	unpublish(&crew->listener);
	eventfd_write(crew->stop, 1);
	for (int i = 0; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	if (started < count)
		return 1;
	log_line("%s stopped", crew->family->name);
	return 0;
}

static struct seats *new_seats(int threads)
{
	int share = threads / SHARES > SHARE_MIN ? threads / SHARES : SHARE_MIN;
	const struct seats_plan plan = {threads, share, WAITING_PER_HOLDER, WAITING_MAX};

	return seats_new(&plan);
}

int server_run(const struct server *server)
{
	struct crew crew = {.family = server->family, .stop = -1};
	struct worker *workers = calloc((size_t)server->threads, sizeof(*workers));
	int result = 1;

	if (workers == NULL)
		log_out_of_memory();
	if (!prepare())
		goto end;
	crew.seats = new_seats(server->threads);
	crew.stop = eventfd(0, EFD_CLOEXEC);
	if (crew.stop < 0) {
		log_line("cannot make an eventfd: %s", strerrordesc_np(errno));
		goto end;
	}
	if (!open_listener(server, &crew.listener))
		goto end;
	if (watch(&crew, workers, server->threads)) {
		result = run_workers(server, &crew, workers);
		forget(workers, server->threads);
	}
	close_listener(&crew.listener);
end:
	if (crew.stop >= 0)
		close(crew.stop);
	seats_free(crew.seats);
	free(workers);
	return result;
}
