/*
 * doctor: looks at all that has to be right for the service to run, and to go on running, and says what to
 * do about what is not. It changes nothing, and runs beside the service.
 */
#include "admin/doctor.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/timex.h>

#include "admin/commands.h"

/* Versions between which two connections can corrupt a write-ahead log (turn.h). */
enum { RESET_BUG_FIRST = 3007000, RESET_BUG_LAST = 3051002 };

static int wrongs;

void doctor_say(enum doctor_finding finding, const char *format, ...)
{
	static const char *const words[] = {
	    [DOCTOR_GOOD] = "good   ", [DOCTOR_UNKNOWN] = "note   ", [DOCTOR_WRONG] = "WRONG  "};
	va_list args;

	wrongs += finding == DOCTOR_WRONG;
	fputs(words[finding], stdout);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

int doctor_wrongs(void)
{
	return wrongs;
}

static void look_at_versions(void)
{
	int number = sqlite3_libversion_number();

	if (number < RESET_BUG_FIRST)
		doctor_say(DOCTOR_WRONG, "SQLite %s is too old for a write-ahead log: update it",
		    sqlite3_libversion());
	else if (number <= RESET_BUG_LAST)
		doctor_say(DOCTOR_UNKNOWN,
		    "SQLite %s can corrupt its log when two programs write at once; ours take turns,"
		    " so let no other program write to the database",
		    sqlite3_libversion());
	else
		doctor_say(DOCTOR_GOOD, "SQLite %s", sqlite3_libversion());
	if (!sqlite3_threadsafe())
		doctor_say(DOCTOR_WRONG,
		    "this SQLite is built without threads: take your"
		    " distribution's");
}

static void look_at_clock(const struct admin *admin)
{
	struct timex state = {0};
	int status = adjtimex(&state);

	if (admin->settings->day_shift != 0)
		doctor_say(DOCTOR_WRONG, "day_shift is set: the calendar is not the world's");
	if (status < 0)
		doctor_say(DOCTOR_UNKNOWN, "whether the clock is kept right cannot be told");
	else if (status == TIME_ERROR || (state.status & STA_UNSYNC))
		doctor_say(DOCTOR_UNKNOWN,
		    "nobody keeps the clock right: run a time service, such as"
		    " systemd-timesyncd or chrony");
	else
		doctor_say(DOCTOR_GOOD, "the clock is kept right");
}

int command_doctor(const struct admin *admin)
{
	look_at_versions();
	look_at_clock(admin);
	doctor_look_at_nginx(admin);
	if (!admin_become_owner(admin))
		return EXIT_FAILURE;
	doctor_look_at_files(admin);
	doctor_look_at_database(admin);
	doctor_look_at_backups(admin);
	doctor_look_at_sockets(admin);
	if (wrongs > 0)
		return admin_fail("%d of this is wrong", wrongs);
	return EXIT_SUCCESS;
}
