// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * LD_PRELOADed into a command, counts its allocations, and lets one of them fail.
 *
 * FAILNTH_DIR is a folder for what it tells, FAILNTH_NTH the allocation that fails. Without FAILNTH_NTH
 * every one fails, each in a copy of the process: at an allocation the process forks, the copy gets
 * NULL and goes on to its own end, and then the process itself goes on, undisturbed. So each failure costs
 * a copy and what comes after, but not all that came before. Where a copy would not stand alone (there are
 * threads, or memory is shared), the allocation is only named, for a run of its own.
 *
 * The one who started the process listens on FAILNTH_SAY: "N ended STATUS", which it acknowledges by a
 * byte on FAILNTH_HEAR; "N again"; "N in all". FAILNTH_SEEN limits how many allocations fail of those who
 * come the same way. FAILNTH_ALONE: each has a run of its own. FAILNTH_SECONDS: what is longer under way
 * hangs; 60 without it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "tests/failnth/preload.h"

#define MAX_FDS		64

static enum mode {
	OFF,		/* not begun, or nothing fails any more */
	FORKING,	/* each fails in a copy */
	ONE,		/* one fails, here */
} mode;

static const char *folder;
static pid_t owner;
static int say_fd = -1, hear_fd = -1;
static unsigned long allocations, nth, max_seen;
static unsigned long max_seconds = 60;	/* that a process whose allocation failed may take */
static bool apart;	/* a copy would not stand alone */
static uintptr_t stack_at_exit;
static bool failed;	/* the allocation that was to fail has */

/* This library's own use of what it replaces. */
static __thread bool inside;
static int table_lock;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t nr, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t align, size_t size);
void __libc_free(void *block);

static void lock(void)
{
	while (__atomic_exchange_n(&table_lock, 1, __ATOMIC_ACQUIRE))
		;
	inside = true;
}

static void unlock(void)
{
	inside = false;
	__atomic_store_n(&table_lock, 0, __ATOMIC_RELEASE);
}

static void say(const char *fmt, ...)
{
	char line[128];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (say_fd >= 0 && write(say_fd, line, len) != len)
		_exit(96);
}

static int open_told(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

static void tell_trace(const char *name, const struct trace *trace)
{
	int fd = open_told(name);

	trace_print(fd, trace);
	close(fd);
}

/* --- a process whose allocation failed ------------------------------------------ */

static void tell_crash(int sig)
{
	struct trace trace;

	inside = true;
	trace_take(&trace);
	tell_trace("crash", &trace);
	signal(sig, SIG_DFL);
	raise(sig);
}

static void catch_crashes(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };
	static char stack[1 << 16];
	const stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction act = { .sa_handler = tell_crash, .sa_flags = SA_ONSTACK | SA_NODEFER };
	size_t i;

	sigaltstack(&alternative, NULL);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &act, NULL);
}

static void limit_time(void)
{
	const struct rlimit cpu = { max_seconds, max_seconds }, core = { 0 };

	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_CORE, &core);
	alarm(max_seconds);
}

/* From now on nothing else fails. */
static void fail_here(const struct trace *trace)
{
	mode = OFF;
	failed = true;
	tell_trace("failed", trace);
	catch_crashes();
}

/* What was printed before belongs to the copy's output, too. */
static void own_output(int fd, const char *name)
{
	off_t at = 0, len = lseek(fd, 0, SEEK_CUR);
	int copy = open_told(name);
	char bytes[4096];
	ssize_t got;

	while (at < len && (got = pread(fd, bytes, sizeof(bytes), at)) > 0) {
		if (at + got > len)
			got = len - at;
		if (write(copy, bytes, got) != got)
			_exit(95);
		at += got;
	}
	dup2(copy, fd);
	close(copy);
}

static void be_copy(const struct trace *trace)
{
	owner = getpid();
	limit_time();
	own_output(STDOUT_FILENO, "out");
	own_output(STDERR_FILENO, "err");
	fail_here(trace);
}

/* --- the process that goes on ---------------------------------------------------- */

/* True in the copy. */
static bool fail_in_copy(unsigned long n, const struct trace *trace)
{
	off_t offsets[MAX_FDS];
	int fd, status = 0;
	pid_t copy;
	char byte;

	/* those of its output are the copy's own */
	for (fd = 0; fd < MAX_FDS; fd++)
		offsets[fd] = fd == STDOUT_FILENO || fd == STDERR_FILENO ? -1 : lseek(fd, 0, SEEK_CUR);
	copy = fork();
	if (!copy) {
		be_copy(trace);
		return true;
	}
	while (waitpid(copy, &status, 0) < 0 && errno == EINTR)
		;
	/* the copy moved them for both */
	for (fd = 0; fd < MAX_FDS; fd++)
		if (offsets[fd] >= 0)
			lseek(fd, offsets[fd], SEEK_SET);
	say("%lu ended %d\n", n, copy < 0 ? -1 : status);
	while (read(hear_fd, &byte, 1) < 0 && errno == EINTR)
		;
	return false;
}

/* An allocation begins: does it fail? Its trace goes to *@trace. */
static bool is_due(uint32_t *number)
{
	int saved = errno;
	struct trace trace;
	unsigned long n, seen;
	bool due = false;

	*number = 0;
	if (inside || !folder)
		return false;
	lock();
	trace_take(&trace);
	*number = trace_keep(&trace);
	seen = trace_seen(*number);
	if (mode != OFF && getpid() == owner) {
		n = ++allocations;
		if (mode == ONE)
			due = n == nth;
		else if (max_seen && seen > max_seen)
			;
		else if (apart)
			say("%lu again\n", n);
		else
			due = fail_in_copy(n, &trace);
		if (due && mode == ONE)
			fail_here(&trace);
	}
	unlock();
	errno = due ? ENOMEM : saved;
	return due;
}

static void *note(void *block, size_t size, uint32_t number)
{
	if (block && number) {
		lock();
		blocks_add(block, size, number);
		unlock();
	}
	return block;
}

/* Blocks from before it all began are nobody's. */
static void forget(void *block)
{
	if (block && !inside && folder) {
		lock();
		blocks_remove(block);
		unlock();
	}
}

/* --- what is replaced ------------------------------------------------------------ */

void *malloc(size_t size)
{
	uint32_t number;

	return is_due(&number) ? NULL : note(__libc_malloc(size), size, number);
}

void *calloc(size_t nr, size_t size)
{
	uint32_t number;

	return is_due(&number) ? NULL : note(__libc_calloc(nr, size), nr * size, number);
}

void *realloc(void *old, size_t size)
{
	uint32_t number;
	void *block;

	if (old && !size) {
		free(old);
		return NULL;
	}
	if (is_due(&number))
		return NULL;
	block = __libc_realloc(old, size);
	if (block) {
		forget(old);
		note(block, size, number);
	}
	return block;
}

void *reallocarray(void *old, size_t nr, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(nr, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, bytes);
}

void *memalign(size_t align, size_t size)
{
	uint32_t number;

	return is_due(&number) ? NULL : note(__libc_memalign(align, size), size, number);
}

void *aligned_alloc(size_t align, size_t size)
{
	return memalign(align, size);
}

int posix_memalign(void **block, size_t align, size_t size)
{
	int saved = errno;
	void *got;

	if (align % sizeof(void *) || align & (align - 1) || !align)
		return EINVAL;
	got = memalign(align, size);
	errno = saved;
	if (!got)
		return ENOMEM;
	*block = got;
	return 0;
}

void free(void *block)
{
	forget(block);
	__libc_free(block);
}

/* Anonymous memory anywhere is an allocation; what is shared, a copy would write for both. */
void *mmap(void *addr, size_t size, int prot, int flags, int fd, off_t offset)
{
	static void *(*real)(void *, size_t, int, int, int, off_t);
	uint32_t number = 0;
	void *map;

	if (!real)
		real = dlsym(RTLD_NEXT, "mmap");
	if (flags & MAP_SHARED && prot & PROT_WRITE)
		apart = true;
	if (flags & MAP_ANONYMOUS && !(flags & MAP_FIXED) && is_due(&number))
		return MAP_FAILED;
	map = real(addr, size, prot, flags, fd, offset);
	if (map != MAP_FAILED)
		note(map, size, number);
	return map;
}

void *mmap64(void *addr, size_t size, int prot, int flags, int fd, off_t offset)
{
	return mmap(addr, size, prot, flags, fd, offset);
}

int munmap(void *map, size_t size)
{
	static int (*real)(void *, size_t);

	if (!real)
		real = dlsym(RTLD_NEXT, "munmap");
	forget(map);
	return real(map, size);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
	static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

	if (!real)
		real = dlsym(RTLD_NEXT, "pthread_create");
	apart = true;
	return real(thread, attr, start, arg);
}

/* Called, not returned to: those who called it still know what they have. */
void exit(int status)
{
	void (*real)(int) = dlsym(RTLD_NEXT, "exit");

	stack_at_exit = (uintptr_t)__builtin_frame_address(0);
	real(status);
	_exit(status);
}

/* Time stands still: how long something took is printed, and must not differ. */
int clock_gettime(clockid_t clock, struct timespec *now)
{
	*now = (struct timespec){ .tv_sec = 1 };
	return 0;
}

/* --- beginning and end ----------------------------------------------------------- */

static unsigned long number_of(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : 0;
}

static void forget_environment(void)
{
	static const char *const names[] = {
		"LD_PRELOAD", "FAILNTH_DIR", "FAILNTH_NTH", "FAILNTH_SAY", "FAILNTH_HEAR", "FAILNTH_SEEN",
		"FAILNTH_ALONE", "FAILNTH_SECONDS",
	};
	size_t i;

	/* programs that the command starts are not looked at */
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
}

__attribute__((constructor)) static void begin(void)
{
	static char folder_name[PATH_MAX];
	struct trace trace;

	if (!getenv("FAILNTH_DIR"))
		return;
	/* its first use loads a library */
	trace_take(&trace);
	snprintf(folder_name, sizeof(folder_name), "%s", getenv("FAILNTH_DIR"));
	owner = getpid();
	mode = FORKING;
	max_seen = number_of("FAILNTH_SEEN");
	if (getenv("FAILNTH_SECONDS"))
		max_seconds = number_of("FAILNTH_SECONDS");
	apart = number_of("FAILNTH_ALONE");
	if (getenv("FAILNTH_NTH")) {
		mode = ONE;
		nth = number_of("FAILNTH_NTH");
		limit_time();
	} else {
		say_fd = (int)number_of("FAILNTH_SAY");
		hear_fd = (int)number_of("FAILNTH_HEAR");
	}
	forget_environment();
	folder = folder_name;
}

__attribute__((destructor)) static void end(void)
{
	int fd;

	if (!folder || getpid() != owner)
		return;
	if (mode == FORKING)
		say("%lu in all\n", allocations);
	mode = OFF;
	inside = true;
	fd = open_told("lost");
	blocks_print_lost(fd, stack_at_exit);
	dprintf(fd, "%s\n", failed ? "failed" : "undisturbed");
	close(fd);
	inside = false;
}
