#include "core/config.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct settings {
	const char *database;
	int64_t threads;
	int64_t shift;
	const char *site;
};

static const struct config_key keys[] = {
    {"database", CONFIG_TEXT, offsetof(struct settings, database), "breath.db", 0, 0, "the file"},
    {"threads", CONFIG_NUMBER, offsetof(struct settings, threads), "32", 1, 256, "how many"},
    {"day_shift", CONFIG_NUMBER, offsetof(struct settings, shift), "0", -10, 10, "days"},
    {"site", CONFIG_ORIGIN, offsetof(struct settings, site), "http://127.0.0.1:8080", 0, 0,
	"where"},
};

static char path[] = "/tmp/config_test.XXXXXX";
static char complaints[4096];
static unsigned complaint_count;

static void complain(const char *sentence)
{
	size_t length = strlen(complaints);

	snprintf(complaints + length, sizeof(complaints) - length, "%s\n", sentence);
	complaint_count++;
}

/* Loads settings from a file with this text of length bytes. */
static bool load_bytes(const char *text, size_t length, struct settings *settings)
{
	FILE *file = fopen(path, "w");

	complaints[0] = '\0';
	complaint_count = 0;
	if (file == NULL || fwrite(text, 1, length, file) != length || fclose(file) != 0)
		return CHECK(false);
	return config_load(keys, COUNT(keys), path, true, settings, complain, NULL);
}

static bool load(const char *text, struct settings *settings)
{
	return load_bytes(text, strlen(text), settings);
}

static void without_a_file_fallbacks_hold(void)
{
	struct settings settings = {0};

	CHECK(config_load(
	    keys, COUNT(keys), "/nonexistent/breath.conf", false, &settings, complain, NULL));
	CHECK_STR_EQ(settings.database, "breath.db");
	CHECK_INT_EQ(settings.threads, 32);
	CHECK_INT_EQ(settings.shift, 0);
}

static void a_file_that_was_asked_for_must_be_there(void)
{
	struct settings settings = {0};

	complaint_count = 0;
	CHECK(!config_load(
	    keys, COUNT(keys), "/nonexistent/breath.conf", true, &settings, complain, NULL));
	CHECK_INT_EQ(complaint_count, 1);
	CHECK(strstr(complaints, "/nonexistent/breath.conf") != NULL);
	/* A folder opens, but cannot be read. */
	complaint_count = 0;
	CHECK(!config_load(keys, COUNT(keys), "/", false, &settings, complain, NULL));
	CHECK_INT_EQ(complaint_count, 1);
}

static void lines_are_read(void)
{
	struct settings settings = {0};

	CHECK(load("# a comment with = in it\n"
		   "\n"
		   "   \t \n"
		   "database = /srv/a folder/breath=master.db  \n"
		   "\tthreads=8\r\n"
		   "  # threads = 9\n"
		   "day_shift = -10",
	    &settings));
	CHECK_STR_EQ(settings.database, "/srv/a folder/breath=master.db");
	CHECK_INT_EQ(settings.threads, 8);
	CHECK_INT_EQ(settings.shift, -10);
	CHECK_INT_EQ(complaint_count, 0);
}

static void the_environment_is_stronger_than_the_file(void)
{
	struct settings settings = {0};

	setenv("BREATH_THREADS", "4", 1);
	setenv("BREATH_DATABASE", "/tmp/other.db", 1);
	setenv("BREATH_UNKNOWN", "may be anybody's", 1);
	CHECK(load("threads = 8\ndatabase = here.db\n", &settings));
	CHECK_INT_EQ(settings.threads, 4);
	CHECK_STR_EQ(settings.database, "/tmp/other.db");

	setenv("BREATH_THREADS", "four", 1);
	CHECK(!load("", &settings));
	CHECK(strstr(complaints, "BREATH_THREADS: threads must be") != NULL);
	unsetenv("BREATH_THREADS");
	unsetenv("BREATH_DATABASE");
	unsetenv("BREATH_UNKNOWN");
}

static void faults_are_told_with_their_line(void)
{
	static const struct {
		const char *text;
		const char *complaint;
	} faults[] = {
	    {"threds = 8\n", ":1: there is no key \"threds\"."},
	    {"Threads = 8\n", ":1: there is no key \"Threads\"."},
	    {"\n= 8\n", ":2: there is no key \"\"."},
	    {"threads 8\n", ":1: a line must be"},
	    {"[breath]\n", ":1: a line must be"},
	    {"threads = 8\n\nthreads = 8\n", ":3: threads stands twice in the file."},
	    {"threads =\n", ":1: threads must be a whole number from 1 to 256."},
	    {"threads = 0\n", ":1: threads must be a whole number from 1 to 256."},
	    {"threads = 257\n", ":1: threads must be a whole number from 1 to 256."},
	    {"threads = 8 # eight\n", ":1: threads must be a whole number from 1 to 256."},
	    {"threads = +8\n", ":1: threads must be a whole number from 1 to 256."},
	    {"threads = 8.0\n", ":1: threads must be a whole number from 1 to 256."},
	    {"threads = 0x8\n", ":1: threads must be a whole number from 1 to 256."},
	    {"threads = 99999999999999999999\n", ":1: threads must be a whole number"},
	    {"threads = -99999999999999999999\n", ":1: threads must be a whole number"},
	    {"day_shift = -\n", ":1: day_shift must be a whole number from -10 to 10."},
	    {"day_shift = - 1\n", ":1: day_shift must be a whole number from -10 to 10."},
	    {"day_shift = -11\n", ":1: day_shift must be a whole number from -10 to 10."},
	};

	for (size_t i = 0; i < COUNT(faults); i++) {
		struct settings settings = {0};

		CHECK(!load(faults[i].text, &settings));
		CHECK_INT_EQ(complaint_count, 1);
		if (!CHECK(strstr(complaints, faults[i].complaint) != NULL))
			printf("# said: %s", complaints);
	}
}

static void all_faults_are_told_at_once(void)
{
	struct settings settings = {0};

	CHECK(!load("threads = none\nwhat\nday_shift = 11\nkey = value\n", &settings));
	CHECK_INT_EQ(complaint_count, 4);
}

static void a_nul_in_a_line_is_a_fault(void)
{
	static const char text[] = "threads = 8\0 16\n";
	struct settings settings = {0};

	CHECK(!load_bytes(text, sizeof(text) - 1, &settings));
	CHECK(strstr(complaints, ":1: there is a NUL") != NULL);
}

static void an_origin_loses_the_slash_behind_it(void)
{
	static const char *const pairs[][2] = {
	    {"https://breath.example.org", "https://breath.example.org"},
	    {"https://breath.example.org/", "https://breath.example.org"},
	    {"http://127.0.0.1:8080/", "http://127.0.0.1:8080"},
	    {"http://[::1]:65535", "http://[::1]:65535"},
	    {"http://[::1]/", "http://[::1]"},
	    {"https://Intranet", "https://Intranet"},
	};

	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct settings settings = {0};
		char line[128];

		snprintf(line, sizeof(line), "site = %s\n", pairs[i][0]);
		CHECK(load(line, &settings));
		CHECK_STR_EQ(settings.site, pairs[i][1]);
	}
}

static void what_is_no_origin_is_told(void)
{
	static const char *const values[] = {"", "/", "breath.example.org", "//breath.example.org",
	    "ftp://breath.example.org", "https:/breath.example.org", "https://", "https:///",
	    "https://breath.example.org//", "https://breath.example.org/path",
	    "https://breath.example.org/path/", "https://breath.example.org?a", "https://a.org#b",
	    "https://jane@breath.example.org", "https://breath.example.org:", "https://a.org:0",
	    "https://a.org:65536", "https://a.org:-1", "https://a.org:8080a", "https://[::1",
	    "https://[]", "https://[breath]", "https://::1", "https://a b", "https://a\"b",
	    "https://a<b", "javascript:alert(1)"};

	for (size_t i = 0; i < COUNT(values); i++) {
		struct settings settings = {0};
		char line[128];

		snprintf(line, sizeof(line), "\nsite = %s\n", values[i]);
		CHECK(!load(line, &settings));
		CHECK_INT_EQ(complaint_count, 1);
		if (!CHECK(strstr(complaints, ":2: site must be http:// or https://") != NULL))
			printf("# %s: %s", values[i], complaints);
	}
}

int main(void)
{
	int file = mkstemp(path);

	if (file < 0)
		return 1;
	close(file);
	CASE(without_a_file_fallbacks_hold);
	CASE(a_file_that_was_asked_for_must_be_there);
	CASE(lines_are_read);
	CASE(the_environment_is_stronger_than_the_file);
	CASE(faults_are_told_with_their_line);
	CASE(all_faults_are_told_at_once);
	CASE(a_nul_in_a_line_is_a_fault);
	CASE(an_origin_loses_the_slash_behind_it);
	CASE(what_is_no_origin_is_told);
	unlink(path);
	return check_end();
}
