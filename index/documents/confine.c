/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confine.c - limits of the system, and lists of system calls. */
#define _GNU_SOURCE
#include "index/documents/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { CONFINE_MEMORY = 0 };
#elif defined(__has_feature)
enum { CONFINE_MEMORY = !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer) };
#else
enum { CONFINE_MEMORY = 1 };
#endif

/* All that reading takes: memory, open files, time, signals to itself.  A list of what is left, and not of what is
 * forbidden: the kernel gets new calls every year. */
static const int confine_left[] = {
	SCMP_SYS(access),
	SCMP_SYS(arch_prctl),
	SCMP_SYS(brk),
	SCMP_SYS(clock_getres),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(close),
	SCMP_SYS(dup),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(fcntl),
	SCMP_SYS(fstat),
	SCMP_SYS(fstatfs),
	SCMP_SYS(futex),
	SCMP_SYS(getcwd),
	SCMP_SYS(getdents64),
	SCMP_SYS(getegid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getpid),
	SCMP_SYS(getrandom),
	SCMP_SYS(getrlimit),
	SCMP_SYS(getrusage),
	SCMP_SYS(gettid),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(getuid),
	SCMP_SYS(lseek),
	SCMP_SYS(lstat),
	SCMP_SYS(madvise),
	SCMP_SYS(mmap),
	SCMP_SYS(mprotect),
	SCMP_SYS(mremap),
	SCMP_SYS(munmap),
	SCMP_SYS(nanosleep),
	SCMP_SYS(newfstatat),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(pread64),
	SCMP_SYS(read),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(readv),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(rseq),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_yield),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(stat),
	SCMP_SYS(statfs),
	SCMP_SYS(statx),
	SCMP_SYS(sysinfo),
	SCMP_SYS(time),
	SCMP_SYS(uname),
	SCMP_SYS(write),
	SCMP_SYS(writev),
};

/* The hard limit as well: it cannot be raised again. */
static int confine_limit(int resource, rlim_t most, rlim_t hard)
{
	const struct rlimit limit = {most, hard};

	return setrlimit(resource, &limit) == 0 ? 0 : -errno;
}

/* `file`: bytes of the largest file that is written. */
static int confine_limits(int seconds, int64_t memory, int64_t file)
{
	/* At the hard limit comes SIGKILL, which does not tell why. */
	int error = confine_limit(RLIMIT_CPU, (rlim_t)seconds, (rlim_t)seconds + 1);

	/* Not RLIMIT_AS: it counts mapped files too, so the models that are built in. */
	if (!error && CONFINE_MEMORY)
		error = confine_limit(RLIMIT_DATA, (rlim_t)memory, (rlim_t)memory);
	if (!error)
		error = confine_limit(RLIMIT_CORE, 0, 0);
	if (!error)
		error = confine_limit(RLIMIT_FSIZE, (rlim_t)file, (rlim_t)file);
	return error;
}

/* What is not allowed fails as if the system had no such call: libraries are ready for that. */
static int confine_calls(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp reads =
		SCMP_A2(SCMP_CMP_MASKED_EQ, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND,
			O_RDONLY);
	const struct scmp_arg_cmp itself = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid());
	/* Asked for, and not set. */
	const struct scmp_arg_cmp asks = SCMP_A2(SCMP_CMP_EQ, 0);
	size_t i;
	int error = 0;

	for (i = 0; i < sizeof confine_left / sizeof *confine_left && !error; i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, confine_left[i], 0);
	/* open() of the C library is this call, too. */
	if (!error)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, reads);
	if (!error)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, asks);
	/* abort() sends a signal. */
	if (!error)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, itself);
	return error ? error : seccomp_load(filter);
}

/* No socket, no network; these make one, or have another process do so. */
static int confine_network(scmp_filter_ctx filter)
{
	static const int calls[] = {SCMP_SYS(socket), SCMP_SYS(io_uring_setup), SCMP_SYS(ptrace)};
	int error = 0;

	for (size_t i = 0; i < sizeof calls / sizeof *calls && !error; i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), calls[i], 0);
	return error ? error : seccomp_load(filter);
}

static int confine_result(int error)
{
	return error ? xs_fail(XS_EUNSUPPORTED,
			       "this system cannot confine a process that reads documents: %s",
			       strerror(-error))
		     : XS_OK;
}

int xs_confine(int seconds, int64_t memory)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int error = filter ? confine_limits(seconds, memory, 0) : -ENOMEM;

	if (!error)
		error = confine_calls(filter);
	seccomp_release(filter);
	return confine_result(error);
}

int xs_confine_command(int seconds, int64_t memory)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int error = filter ? confine_limits(seconds, memory, memory) : -ENOMEM;

	if (!error)
		error = confine_network(filter);
	seccomp_release(filter);
	return confine_result(error);
}
