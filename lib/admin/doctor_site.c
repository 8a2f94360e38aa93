#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "admin/ask.h"
#include "admin/doctor.h"
#include "core/log.h"
#include "family/families.h"

enum { PATIENCE_S = 5 };

/* ----- sockets ----- */

void doctor_look_at_sockets(const struct admin *admin)
{
	for (int i = 0; i < FAMILIES; i++) {
		char path[4096], uri[64];
		struct stat file;
		int status;

		snprintf(
		    path, sizeof(path), "%s/%s.sock", admin->settings->socket_dir, family_names[i]);
		snprintf(uri, sizeof(uri), "/api/v1/%s/health", family_names[i]);
		if (stat(path, &file) != 0) {
			doctor_say(DOCTOR_WRONG, "there is no socket %s: start %s.fcgi", path,
			    family_names[i]);
			continue;
		}
		if ((file.st_mode & 06) != 0)
			doctor_say(DOCTOR_WRONG,
			    "%s is open to everybody on this machine: chmod 660 it", path);
		status = ask_status(path, uri, PATIENCE_S);
		if (status == 200)
			doctor_say(DOCTOR_GOOD, "%s.fcgi is well", family_names[i]);
		else if (status == 0)
			doctor_say(DOCTOR_WRONG,
			    "%s.fcgi does not answer on %s: see its log, and who may connect",
			    family_names[i], path);
		else
			doctor_say(DOCTOR_WRONG, "%s.fcgi answers %d: see its log", family_names[i],
			    status);
	}
}

/* ----- nginx ----- */

/* What is said of error logs, in one file of the configuration or several. */
struct error_logs {
	int set;
	int loud; /* of these not at emerg: each of their lines names an address */
};

/* Whose address nginx takes a client's to be, and whom it limits by it. */
struct front {
	bool has_tls;              /* nginx speaks it itself */
	bool exempts_this_machine; /* from limits by address */
};

/*
 * What is written before nginx knows which site is meant goes to the error log of the default server of the
 * address. So where that is ours, the other error logs tell nothing of us, and are their sites' own business.
 */
struct site {
	bool is_there;    /* nginx serves Breath Master */
	bool has_privacy; /* the access log is of our format */
	bool is_default;  /* on every address on which it listens */
	struct error_logs ours, others;
	struct front front;
	bool trusts_proxies, trusts_this_machine; /* as a proxy; anywhere in the configuration */
	bool has_metrics;                         /* there is a listener for them */
	/* of the file that is being read */
	bool file_is_ours, file_is_default;
	struct error_logs file;
	struct front file_front;
};

/* A directive of the configuration, if the line is one of that name. */
static bool is_directive(const char *line, const char *name)
{
	size_t length = strlen(name);

	line += strspn(line, " \t");
	return strncmp(line, name, length) == 0 && strchr(" \t", line[length]) != NULL;
}

static void end_file(struct site *site)
{
	struct error_logs *logs = site->file_is_ours ? &site->ours : &site->others;

	logs->set += site->file.set;
	logs->loud += site->file.loud;
	if (site->file_is_ours) {
		site->is_default = site->file_is_default;
		site->front = site->file_front;
	}
	site->is_there |= site->file_is_ours;
	site->file_is_ours = false;
	site->file_is_default = true;
	site->file = (struct error_logs){0};
	site->file_front = (struct front){0};
}

/* Is it an exception that a geo block makes for this machine? */
static bool exempts_this_machine(const char *line)
{
	return (is_directive(line, "127.0.0.0/8") || is_directive(line, "::1/128")) &&
	    strstr(line, " 0;") != NULL;
}

static void read_front(struct site *site, const char *line)
{
	if (is_directive(line, "listen") && strstr(line, " ssl") != NULL)
		site->file_front.has_tls = true;
	if (exempts_this_machine(line))
		site->file_front.exempts_this_machine = true;
	if (is_directive(line, "set_real_ip_from")) {
		site->trusts_proxies = true;
		site->trusts_this_machine |= strstr(line, " 127.") != NULL ||
		    strstr(line, " ::1") != NULL || strstr(line, " unix:") != NULL;
	}
	if (is_directive(line, "include") && strstr(line, "breath-master/metrics.conf") != NULL)
		site->has_metrics = true;
}

static void read_line(struct site *site, const char *line)
{
	if (strncmp(line, "# configuration file ", 21) == 0)
		end_file(site);
	if (is_directive(line, "upstream") && strstr(line, "breath_sync") != NULL)
		site->file_is_ours = true;
	if (is_directive(line, "listen") && strstr(line, " default_server") == NULL)
		site->file_is_default = false;
	if (is_directive(line, "log_format") && strstr(line, " breath ") != NULL)
		site->has_privacy = true;
	if (is_directive(line, "error_log")) {
		site->file.set++;
		site->file.loud += strstr(line, " emerg;") == NULL;
	}
	read_front(site, line);
}

static void say_error_logs(const struct site *site)
{
	/* A site that sets none has that of nginx.conf. */
	const struct error_logs *logs = site->ours.set > 0 ? &site->ours : &site->others;

	if (logs->set == 0 || logs->loud > 0)
		doctor_say(DOCTOR_WRONG,
		    "the error_log of nginx's site is not at emerg and names"
		    " addresses: set it to emerg");
	else if (site->others.loud > 0 && !site->is_default)
		doctor_say(DOCTOR_WRONG,
		    "another error_log of nginx names addresses of requests whose site is not known"
		    " yet: let ours be the default_server, or set that to emerg");
	else
		doctor_say(DOCTOR_GOOD, "nginx's error log names nobody");
}

/* Where the public address has TLS and nginx has none, something in front of nginx speaks it. */
static void say_front(const struct site *site, const struct settings *settings)
{
	bool is_forwarded =
	    strncmp(settings->public_url, "https://", 8) == 0 && !site->front.has_tls;

	if (is_forwarded && !site->trusts_proxies)
		doctor_say(DOCTOR_WRONG,
		    "a proxy in front speaks TLS for nginx, which takes all clients for the proxy:"
		    " they share their limits or have none; name it in nginx's site"
		    " (set_real_ip_from)");
	else if (site->trusts_this_machine && site->front.exempts_this_machine)
		doctor_say(DOCTOR_WRONG,
		    "nginx trusts a proxy on this machine, and limits nothing that comes from"
		    " this machine: take 127.0.0.0/8 and ::1/128 out of geo in nginx's site");
	else if (site->trusts_proxies)
		doctor_say(
		    DOCTOR_GOOD, "nginx knows clients behind its proxies by their addresses");
	if (!site->has_metrics)
		doctor_say(DOCTOR_UNKNOWN,
		    "nginx has no listener for the metrics: if you read them, copy its server"
		    " block from the site that comes with this version");
}

static void say_site(const struct site *site, const struct settings *settings)
{
	if (!site->is_there) {
		doctor_say(DOCTOR_WRONG,
		    "nginx does not serve Breath Master: link its site into"
		    " sites-enabled and restart nginx");
		return;
	}
	doctor_say(DOCTOR_GOOD, "nginx serves Breath Master");
	if (!site->has_privacy)
		doctor_say(DOCTOR_WRONG,
		    "nginx's access log is not of our format and may name"
		    " people: include breath-master/http.conf");
	say_error_logs(site);
	say_front(site, settings);
}

/* Starts `nginx -T`. Returns what it prints, NULL where it cannot be started; *error says why then. */
static FILE *start_nginx(pid_t *pid, int *error)
{
	char *const words[] = {"nginx", "-T", NULL};
	posix_spawn_file_actions_t actions;
	FILE *output;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0) {
		*error = errno;
		return NULL;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	*error = posix_spawnp(pid, "nginx", &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	output = *error == 0 ? fdopen(ends[0], "r") : NULL;
	if (output == NULL)
		close(ends[0]);
	return output;
}

/*
 * nginx lies where only root's path leads. The program that is found runs as root: an entry that is empty
 * or no absolute path would mean the current folder, whose files may be anybody's, and is left out.
 */
static void extend_path(void)
{
	static const char usual[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	const char *path = getenv("PATH");
	char *entries = strdup(path == NULL ? "" : path), *rest = NULL, *safe;
	size_t length = 0;

	if (entries == NULL || (safe = malloc(strlen(entries) + 1 + sizeof(usual))) == NULL)
		log_out_of_memory();
	for (char *entry = strtok_r(entries, ":", &rest); entry != NULL;
	     entry = strtok_r(NULL, ":", &rest))
		if (*entry == '/')
			length += (size_t)sprintf(safe + length, "%s:", entry);
	memcpy(safe + length, usual, sizeof(usual));
	setenv("PATH", safe, 1);
	free(safe);
	free(entries);
}

void doctor_look_at_nginx(const struct admin *admin)
{
	struct site site = {.file_is_default = true};
	char *line = NULL;
	size_t size = 0;
	int status = 0, error;
	pid_t pid;
	FILE *output;

	extend_path();
	output = start_nginx(&pid, &error);
	if (output == NULL) {
		doctor_say(DOCTOR_UNKNOWN,
		    error == ENOENT ? "there is no nginx here" : "nginx cannot be asked");
		return;
	}
	while (getline(&line, &size, output) >= 0)
		read_line(&site, line);
	end_file(&site);
	free(line);
	fclose(output);
	if (waitpid(pid, &status, 0) != pid || status != 0)
		doctor_say(DOCTOR_UNKNOWN,
		    "nginx's configuration cannot be read, or is wrong: run nginx -t, and doctor as"
		    " root");
	else
		say_site(&site, admin->settings);
}
