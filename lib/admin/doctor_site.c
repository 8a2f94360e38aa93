#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "admin/ask.h"
#include "admin/doctor.h"
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

struct site {
	bool is_there;    /* nginx serves Breath Master */
	int error_logs;   /* lines that set one, */
	int loud;         /* and those that do not set it to emerg */
	bool has_privacy; /* the access log is of our format */
};

/* A directive of the configuration, if the line is one of that name. */
static bool is_directive(const char *line, const char *name)
{
	size_t length = strlen(name);

	line += strspn(line, " \t");
	return strncmp(line, name, length) == 0 && strchr(" \t", line[length]) != NULL;
}

static void read_line(struct site *site, const char *line)
{
	if (is_directive(line, "upstream") && strstr(line, "breath_sync") != NULL)
		site->is_there = true;
	if (is_directive(line, "log_format") && strstr(line, " breath ") != NULL)
		site->has_privacy = true;
	if (is_directive(line, "error_log")) {
		site->error_logs++;
		site->loud += strstr(line, " emerg;") == NULL;
	}
}

static void say_site(const struct site *site)
{
	if (!site->is_there) {
		doctor_say(DOCTOR_WRONG,
		    "nginx does not serve Breath Master: link its site into"
		    " sites-enabled and reload nginx");
		return;
	}
	doctor_say(DOCTOR_GOOD, "nginx serves Breath Master");
	if (!site->has_privacy)
		doctor_say(DOCTOR_WRONG,
		    "nginx's access log is not of our format and may name"
		    " people: include breath-master/http.conf");
	if (site->error_logs == 0 || site->loud > 0)
		doctor_say(DOCTOR_WRONG,
		    "an error_log of nginx is not at emerg and names"
		    " addresses: set it to emerg");
	else
		doctor_say(DOCTOR_GOOD, "nginx's error log names nobody");
}

void doctor_look_at_nginx(void)
{
	FILE *output = popen("PATH=$PATH:/usr/sbin:/sbin; command -v nginx >/dev/null || exit 127;"
			     " exec nginx -T 2>/dev/null",
	    "re");
	struct site site = {0};
	char *line = NULL;
	size_t size = 0;
	int status;

	if (output == NULL) {
		doctor_say(DOCTOR_UNKNOWN, "nginx's configuration cannot be read");
		return;
	}
	while (getline(&line, &size, output) >= 0)
		read_line(&site, line);
	free(line);
	status = pclose(output);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		doctor_say(DOCTOR_UNKNOWN, "there is no nginx here");
	else if (status != 0)
		doctor_say(DOCTOR_UNKNOWN,
		    "nginx's configuration cannot be read, or is wrong: run nginx -t, and doctor as"
		    " root");
	else
		say_site(&site);
}
