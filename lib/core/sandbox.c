/*
 * Two walls, of which each would do for much of what the other keeps out.
 *
 * Landlock closes the file system but for the places that are named. It knows what a path leads to, which
 * a filter of system calls cannot.
 *
 * The filter lets pass what the C library, SQLite, libfcgi and the drawing libraries need to serve. Of the
 * rest
 * - what only an intruder would ask for (another program, another process, somebody's memory) ends the
 *   process at once: whoever got that far gets no second try;
 * - everything else is answered ENOSYS, "this kernel has no such call". That is what a C library newer than
 *   this list expects to hear of a call that it tries first, and falls back from.
 */
#include "core/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/log.h"

/* Of later kernels than Debian 12's headers. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15)
#endif

static bool fail(const char *what, int error)
{
	log_line("cannot close the process down: %s: %s", what, strerrordesc_np(error));
	return false;
}

/* ----- files ----- */

enum {
	ACCESS_FILE_READ = LANDLOCK_ACCESS_FS_READ_FILE,
	ACCESS_FILE =
	    ACCESS_FILE_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE,
	ACCESS_READ = ACCESS_FILE_READ | LANDLOCK_ACCESS_FS_READ_DIR,
	ACCESS_WRITE = ACCESS_FILE | ACCESS_READ | LANDLOCK_ACCESS_FS_MAKE_REG |
	    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE,
};

/* What a kernel can refuse, by the version of its Landlock. */
static uint64_t refusable(long version)
{
	/* Everything up to MAKE_SYM. */
	uint64_t access = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;

	if (version >= 2)
		access |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		access |= LANDLOCK_ACCESS_FS_TRUNCATE;
	if (version >= 5)
		access |= LANDLOCK_ACCESS_FS_IOCTL_DEV;
	return access;
}

static bool allow_place(int rules, const struct sandbox_place *place, uint64_t refused)
{
	int fd = open(place->path, O_PATH | O_CLOEXEC);
	struct landlock_path_beneath_attr beneath = {.parent_fd = fd};
	struct stat file;
	bool is_allowed;

	if (fd < 0)
		return errno == ENOENT || fail(place->path, errno);
	if (fstat(fd, &file) == 0 && S_ISDIR(file.st_mode))
		beneath.allowed_access = place->may_write ? ACCESS_WRITE : ACCESS_READ;
	else
		beneath.allowed_access = place->may_write ? ACCESS_FILE : ACCESS_FILE_READ;
	beneath.allowed_access &= refused;
	is_allowed =
	    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
	if (!is_allowed)
		fail(place->path, errno);
	close(fd);
	return is_allowed;
}

static bool close_files(const struct sandbox_place *places, size_t count)
{
	struct landlock_ruleset_attr attributes = {0};
	long version =
	    syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	bool is_closed = true;
	int rules;

	if (version < 0) {
		/* The last one is the word of a container that does not know it. */
		if (errno != ENOSYS && errno != EOPNOTSUPP && errno != EPERM)
			return fail("Landlock", errno);
		log_line("there is no Landlock: files are kept by their modes alone");
		return true;
	}
	attributes.handled_access_fs = refusable(version);
	rules = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0);
	if (rules < 0)
		return fail("Landlock", errno);
	for (size_t i = 0; is_closed && i < count; i++)
		is_closed = allow_place(rules, &places[i], attributes.handled_access_fs);
	if (is_closed && syscall(SYS_landlock_restrict_self, rules, 0) != 0)
		is_closed = fail("Landlock", errno);
	close(rules);
	return is_closed;
}

/* ----- system calls ----- */

/* clang-format off */

#define CALLS(...) ((const int[]){__VA_ARGS__, END})
#define CALL SCMP_SYS
enum { END = INT32_MIN };

/* What pass in any form. A name that the machine lacks is left out by libseccomp. */
static const int *const passing[] = {
	/* files */
	CALLS(CALL(access), CALL(close), CALL(faccessat), CALL(faccessat2), CALL(fallocate), CALL(fchmod),
		CALL(fchown), CALL(fcntl), CALL(fdatasync), CALL(fstat), CALL(fstatfs), CALL(fsync), CALL(ftruncate),
		CALL(getcwd), CALL(getdents64), CALL(lseek), CALL(lstat), CALL(newfstatat), CALL(open), CALL(openat),
		CALL(pread64), CALL(pwrite64), CALL(read), CALL(readlink), CALL(readlinkat), CALL(readv), CALL(rename),
		CALL(renameat), CALL(renameat2), CALL(stat), CALL(statfs), CALL(statx), CALL(unlink), CALL(unlinkat),
		CALL(write), CALL(writev)),
	/* sockets that are there, and waiting */
	CALLS(CALL(accept), CALL(accept4), CALL(bind), CALL(epoll_create1), CALL(epoll_ctl), CALL(epoll_pwait),
		CALL(epoll_wait), CALL(eventfd2), CALL(getsockname), CALL(getsockopt), CALL(listen), CALL(poll),
		CALL(ppoll), CALL(pselect6), CALL(recvfrom), CALL(select), CALL(setsockopt), CALL(shutdown)),
	/* memory and threads */
	CALLS(CALL(brk), CALL(exit), CALL(exit_group), CALL(futex), CALL(get_robust_list), CALL(madvise),
		CALL(membarrier), CALL(mremap), CALL(munmap), CALL(restart_syscall), CALL(rseq), CALL(rt_sigaction),
		CALL(rt_sigprocmask), CALL(rt_sigreturn), CALL(sched_getaffinity), CALL(sched_setscheduler),
		CALL(sched_yield), CALL(set_robust_list), CALL(sigaltstack)),
	/* what time it is, and who we are */
	CALLS(CALL(clock_getres), CALL(clock_gettime), CALL(clock_nanosleep), CALL(getegid), CALL(geteuid),
		CALL(getgid), CALL(getpid), CALL(getrandom), CALL(getrusage), CALL(gettid), CALL(gettimeofday),
		CALL(getuid), CALL(nanosleep), CALL(sysinfo), CALL(time), CALL(uname)),
};

/* What only an intruder asks for. */
static const int *const deadly[] = {
	CALLS(CALL(execve), CALL(execveat), CALL(fork), CALL(vfork), CALL(ptrace), CALL(process_vm_readv),
		CALL(process_vm_writev), CALL(connect), CALL(kill), CALL(setuid), CALL(setgid), CALL(unshare),
		CALL(setns), CALL(mount), CALL(chroot), CALL(memfd_create), CALL(bpf), CALL(io_uring_setup),
		CALL(init_module), CALL(finit_module), CALL(keyctl), CALL(perf_event_open), CALL(userfaultfd)),
};

/* What passes with an argument of ours: the argument, the bits of it that are looked at, what they are to be. */
static const struct narrow {
	int call;
	unsigned argument;
	uint64_t mask;
	uint64_t value;
} narrow[] = {
	{ CALL(clone),    0, CLONE_THREAD, CLONE_THREAD }, /* threads, not processes */
	{ CALL(mmap),     2, PROT_EXEC,    0 },            /* memory that holds no code, */
	{ CALL(mprotect), 2, PROT_EXEC,    0 },            /* and does not become any */
	{ CALL(socket),   0, UINT32_MAX,   AF_UNIX },
	{ CALL(prctl),    0, UINT32_MAX,   PR_SET_NAME },
	{ CALL(sendto),   4, UINT64_MAX,   0 },            /* to whom the socket is connected */
	{ CALL(prlimit64), 2, UINT64_MAX,  0 },            /* asked, not set */
};

/* clang-format on */

static int add_all(scmp_filter_ctx filter, uint32_t action, const int *const groups[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (const int *call = groups[i]; *call != END; call++) {
			int error = seccomp_rule_add(filter, action, *call, 0);

			if (error != 0)
				return error;
		}
	return 0;
}

static int add_rules(scmp_filter_ctx filter)
{
	int error = add_all(filter, SCMP_ACT_ALLOW, passing, sizeof(passing) / sizeof(passing[0]));

	if (error == 0)
		error = add_all(
		    filter, SCMP_ACT_KILL_PROCESS, deadly, sizeof(deadly) / sizeof(deadly[0]));
	/* A signal to ourselves, as abort does it. */
	if (error == 0)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
		    SCMP_CMP(0, SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
	for (size_t i = 0; error == 0 && i < sizeof(narrow) / sizeof(narrow[0]); i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, narrow[i].call, 1,
		    SCMP_CMP(
			narrow[i].argument, SCMP_CMP_MASKED_EQ, narrow[i].mask, narrow[i].value));
	return error;
}

static bool filter_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int error;

	if (filter == NULL)
		return fail("seccomp", ENOMEM);
	/* A tree instead of a list, since every call walks it. */
	error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (error == 0)
		error = add_rules(filter);
	if (error == 0)
		error = seccomp_load(filter);
	seccomp_release(filter);
	return error == 0 || fail("seccomp", -error);
}

/* ----- both ----- */

bool sandbox_enter(const struct sandbox_place *places, size_t count)
{
	if (SANDBOX_IS_OFF)
		return true;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fail("its privileges", errno);
	return close_files(places, count) && filter_calls();
}
