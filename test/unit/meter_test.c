/*
 * What a process counts of its work, by many threads and read by others, and the text that Prometheus is
 * given of it.
 */
#include "core/meter.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "family/prometheus.h"

enum { THREADS = 4, ANSWERS = 50000 };

static char folder[64];

static bool has_file(const char *name)
{
	char path[METRICS_FILE_B];

	return access(metrics_path(folder, name, path), F_OK) == 0;
}

static struct meter *open_toy(const char *name)
{
	struct meter *meter = meter_open(folder, name);

	meter_add_route(meter, "GET", "/toys");
	meter_add_route(meter, "POST", "/toys/{id}");
	return meter;
}

static void answers_are_counted_by_route_class_duration_and_code(void)
{
	struct meter *meter = open_toy("toy");
	const struct metrics *metrics = meter_metrics(meter);

	meter_answer(meter, 1, 200, PROBLEM_NONE, 0.05);
	meter_answer(meter, 1, 304, PROBLEM_NONE, 0.1);
	meter_answer(meter, 2, 422, PROBLEM_RANGE, 100);
	meter_answer(meter, 2, 503, PROBLEM_UNAVAILABLE, 90000);
	meter_answer(meter, 0, 404, PROBLEM_NOT_FOUND, 0.15);
	meter_answer(meter, 99, 404, PROBLEM_NOT_FOUND, 0.15);
	CHECK_INT_EQ(metrics->route_count, 3);
	CHECK_INT_EQ(metrics->routes[1].by_class[1], 1);
	CHECK_INT_EQ(metrics->routes[1].by_class[2], 1);
	CHECK_INT_EQ(metrics->routes[2].by_class[3], 1);
	CHECK_INT_EQ(metrics->routes[2].by_class[4], 1);
	CHECK_INT_EQ(metrics->routes[0].by_class[3], 2);
	/* A bound belongs to what is below it, and the last takes what is above as well. */
	CHECK_INT_EQ(metrics->routes[1].took[0], 2);
	CHECK_INT_EQ(metrics->routes[0].took[1], 2);
	CHECK_INT_EQ(metrics->routes[2].took[14], 1);
	CHECK_INT_EQ(metrics_latency_us[14], 100000);
	CHECK_INT_EQ(metrics->routes[2].took[METRICS_LATENCIES - 1], 1);
	CHECK_INT_EQ(metrics->routes[2].took_us, 90100000);
	CHECK_INT_EQ(metrics->refusals[PROBLEM_NOT_FOUND].count, 2);
	CHECK_STR_EQ(metrics->refusals[PROBLEM_NOT_FOUND].code, "not_found");
	CHECK_INT_EQ(metrics->refusals[PROBLEM_NONE].count, 0);
	meter_close(meter);
}

static void transactions_and_queues_are_counted(void)
{
	struct meter *meter = open_toy("toy");
	const struct metrics *metrics = meter_metrics(meter);

	meter_commit(meter, 1, true);
	meter_commit(meter, 3, true);
	meter_commit(meter, 4, true);
	meter_commit(meter, 64, false);
	CHECK_INT_EQ(metrics->commits, 3);
	CHECK_INT_EQ(metrics->commits_lost, 1);
	CHECK_INT_EQ(metrics->jobs, 8);
	CHECK_INT_EQ(metrics->batches[0], 1);
	CHECK_INT_EQ(metrics->batches[2], 2);
	meter_wait(meter, 1);
	meter_wait(meter, 1);
	meter_wait(meter, -1);
	CHECK_INT_EQ(metrics->waiting, 1);
	meter_weigh(meter);
	CHECK(metrics->pss_b > 100000 && metrics->pss_b < 1000000000);
	meter_close(meter);
}

static void no_meter_counts_nothing(void)
{
	meter_answer(NULL, 1, 200, PROBLEM_NONE, 1);
	meter_commit(NULL, 1, true);
	meter_wait(NULL, 1);
	meter_close(NULL);
}

static void *answer_many(void *meter)
{
	for (int i = 0; i < ANSWERS; i++)
		meter_answer(meter, 1, 200, PROBLEM_NONE, 0.05);
	return NULL;
}

static void threads_lose_no_count(void)
{
	struct meter *meter = open_toy("toy");
	struct metrics reading;
	pthread_t threads[THREADS];

	meter_publish(meter);
	for (int i = 0; i < THREADS; i++)
		REQUIRE(pthread_create(&threads[i], NULL, answer_many, meter) == 0);
	for (int i = 0; i < 100; i++)
		CHECK(metrics_read(folder, "toy", &reading));
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	REQUIRE(metrics_read(folder, "toy", &reading));
	CHECK_INT_EQ(reading.routes[1].by_class[1], THREADS * ANSWERS);
	CHECK_INT_EQ(reading.routes[1].took[0], THREADS * ANSWERS);
	meter_close(meter);
}

static void a_file_is_found_from_its_publication_to_its_end(void)
{
	struct metrics reading;
	struct meter *meter = open_toy("toy");

	CHECK(!metrics_read(folder, "toy", &reading));
	meter_publish(meter);
	REQUIRE(metrics_read(folder, "toy", &reading));
	CHECK_STR_EQ(reading.name, "toy");
	CHECK_INT_EQ(reading.route_count, 3);
	CHECK_STR_EQ(reading.routes[2].path, "/toys/{id}");
	meter_close(meter);
	CHECK(!metrics_read(folder, "toy", &reading));
	CHECK(!has_file("toy"));
}

static void a_successor_is_left_in_peace(void)
{
	struct metrics reading;
	struct meter *first = open_toy("toy"), *second;

	meter_publish(first);
	second = open_toy("toy");
	/* One that has not begun to serve takes nobody's place. */
	meter_answer(first, 1, 200, PROBLEM_NONE, 1);
	REQUIRE(metrics_read(folder, "toy", &reading));
	CHECK_INT_EQ(reading.routes[1].by_class[1], 1);
	meter_publish(second);
	REQUIRE(metrics_read(folder, "toy", &reading));
	CHECK_INT_EQ(reading.routes[1].by_class[1], 0);
	meter_close(first);
	CHECK(metrics_read(folder, "toy", &reading));
	meter_close(second);
	CHECK(!has_file("toy"));
}

static void what_a_dead_process_left_is_not_read(void)
{
	struct metrics reading;
	int ready[2], status;
	char byte;
	pid_t child;

	REQUIRE(pipe(ready) == 0);
	child = fork();
	if (child == 0) {
		meter_publish(open_toy("toy"));
		if (write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	REQUIRE(child > 0 && read(ready[0], &byte, 1) == 1);
	CHECK(metrics_read(folder, "toy", &reading));
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	CHECK(has_file("toy"));
	CHECK(!metrics_read(folder, "toy", &reading));
	meter_close(open_toy("toy"));
	CHECK(has_file("toy"));
}

static void write_file(const char *name, const void *bytes, size_t length)
{
	char path[METRICS_FILE_B];
	FILE *file = fopen(metrics_path(folder, name, path), "w");

	fwrite(bytes, length, 1, file);
	fclose(file);
}

static void what_is_no_file_of_metrics_is_not_read(void)
{
	struct metrics reading;
	struct meter *meter;

	CHECK(!metrics_read(folder, "nothing", &reading));
	CHECK(!metrics_read("/nowhere", "toy", &reading));
	write_file("noise", "breath-metrics1", 15);
	CHECK(!metrics_read(folder, "noise", &reading));
	/* Of another version, though its process lives. */
	meter = open_toy("toy");
	meter_publish(meter);
	((struct metrics *)(uintptr_t)meter_metrics(meter))->size_b++;
	CHECK(!metrics_read(folder, "toy", &reading));
	((struct metrics *)(uintptr_t)meter_metrics(meter))->size_b--;
	((struct metrics *)(uintptr_t)meter_metrics(meter))->route_count = METRICS_ROUTES_MAX + 1;
	CHECK(!metrics_read(folder, "toy", &reading));
	meter_close(meter);
}

static void without_a_folder_a_process_counts_for_itself(void)
{
	struct meter *meter = meter_open("/nowhere", "toy");

	meter_add_route(meter, "GET", "/toys");
	meter_publish(meter);
	meter_answer(meter, 1, 200, PROBLEM_NONE, 1);
	CHECK_INT_EQ(meter_metrics(meter)->routes[1].by_class[1], 1);
	meter_close(meter);
}

static void rows_beyond_the_last_are_counted_as_none(void)
{
	struct meter *meter = meter_open(folder, "toy");

	for (int i = 0; i < 2 * METRICS_ROUTES_MAX; i++)
		meter_add_route(meter, "GET", "/toys");
	CHECK_INT_EQ(meter_metrics(meter)->route_count, METRICS_ROUTES_MAX);
	meter_answer(meter, METRICS_ROUTES_MAX + 1, 200, PROBLEM_NONE, 1);
	CHECK_INT_EQ(meter_metrics(meter)->routes[0].by_class[1], 1);
	meter_close(meter);
}

/* ----- Prometheus ----- */

static struct family_metrics families[FAMILIES];

static const char *text(struct arena *arena)
{
	static const struct room room = {{1000, 64}, 900, 65};

	return prometheus_text(arena, families, 4711, &room);
}

static void has_line(const char *page, const char *line)
{
	char wanted[256];

	snprintf(wanted, sizeof(wanted), "\n%s\n", line);
	if (!CHECK(strstr(page, wanted) != NULL))
		printf("# no line %s\n", line);
}

static void prometheus_is_told_what_was_counted(void)
{
	struct arena *arena = arena_new();
	struct meter *meter = open_toy("toy");
	const char *page;

	meter_answer(meter, 2, 422, PROBLEM_RANGE, 0.3);
	meter_answer(meter, 2, 200, PROBLEM_NONE, 70000);
	meter_commit(meter, 3, true);
	families[0] =
	    (struct family_metrics){.name = "toy", .is_up = true, .metrics = *meter_metrics(meter)};
	families[1] = (struct family_metrics){.name = "away"};
	families[2] = (struct family_metrics){.name = "gone"};
	page = text(arena);
	has_line(page, "breath_up{family=\"toy\"} 1");
	has_line(page, "breath_up{family=\"away\"} 0");
	has_line(page,
	    "breath_requests_total{family=\"toy\",method=\"POST\",route=\"/toys/{id}\",class=\"4xx\"} 1");
	has_line(page,
	    "breath_request_duration_seconds_bucket{family=\"toy\",method=\"POST\","
	    "route=\"/toys/{id}\",le=\"0.0002\"} 0");
	has_line(page,
	    "breath_request_duration_seconds_bucket{family=\"toy\",method=\"POST\","
	    "route=\"/toys/{id}\",le=\"0.0005\"} 1");
	has_line(page,
	    "breath_request_duration_seconds_bucket{family=\"toy\",method=\"POST\","
	    "route=\"/toys/{id}\",le=\"10\"} 1");
	has_line(page,
	    "breath_request_duration_seconds_bucket{family=\"toy\",method=\"POST\","
	    "route=\"/toys/{id}\",le=\"+Inf\"} 2");
	has_line(page,
	    "breath_request_duration_seconds_sum{family=\"toy\",method=\"POST\","
	    "route=\"/toys/{id}\"} 70.000300");
	has_line(page, "breath_refusals_total{family=\"toy\",code=\"out_of_range\"} 1");
	has_line(page, "breath_commit_jobs_bucket{family=\"toy\",le=\"2\"} 0");
	has_line(page, "breath_commit_jobs_bucket{family=\"toy\",le=\"4\"} 1");
	has_line(page, "breath_commit_jobs_sum{family=\"toy\"} 3");
	has_line(page, "breath_wal_bytes 4711");
	has_line(page, "breath_database_bytes 900");
	has_line(page, "breath_database_limit_bytes 1000");
	has_line(page, "breath_disk_free_bytes 65");
	has_line(page, "breath_disk_reserve_bytes 64");
	/* What does not run has said nothing. */
	CHECK(strstr(page, "breath_writes_waiting{family=\"away\"}") == NULL);
	meter_close(meter);
	arena_free(arena);
}

static void no_label_makes_a_line_or_ends_itself(void)
{
	static const char evil[] = "/x\"} 1\nevil 7\n\\";
	struct arena *arena = arena_new();
	struct meter *meter = meter_open(folder, "toy");
	const char *page;

	meter_add_route(meter, "A\"\nB", evil);
	meter_answer(meter, 1, 200, PROBLEM_NONE, 1);
	families[0] =
	    (struct family_metrics){.name = "toy", .is_up = true, .metrics = *meter_metrics(meter)};
	memset(families[0].metrics.refusals[1].code, '\n', METRICS_CODE_B - 1);
	families[0].metrics.refusals[1].count = 1;
	page = text(arena);
	CHECK(strstr(page, "\nevil") == NULL && strchr(page, '\\') == NULL);
	has_line(page,
	    "breath_requests_total{family=\"toy\",method=\"A__B\",route=\"/x_}_1_evil_7__\",class=\"2xx\"} 1");
	for (const char *line = page; *line != '\0'; line = strchr(line, '\n') + 1)
		CHECK(strncmp(line, "# ", 2) == 0 || strncmp(line, "breath_", 7) == 0);
	meter_close(meter);
	arena_free(arena);
}

int main(void)
{
	char command[96];

	snprintf(folder, sizeof(folder), "/tmp/breath-meter-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return EXIT_FAILURE;
	CASE(answers_are_counted_by_route_class_duration_and_code);
	CASE(transactions_and_queues_are_counted);
	CASE(no_meter_counts_nothing);
	CASE(threads_lose_no_count);
	CASE(a_file_is_found_from_its_publication_to_its_end);
	CASE(a_successor_is_left_in_peace);
	CASE(what_a_dead_process_left_is_not_read);
	CASE(what_is_no_file_of_metrics_is_not_read);
	CASE(without_a_folder_a_process_counts_for_itself);
	CASE(rows_beyond_the_last_are_counted_as_none);
	CASE(prometheus_is_told_what_was_counted);
	CASE(no_label_makes_a_line_or_ends_itself);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command) == 0 ? check_end() : EXIT_FAILURE;
}
