// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Runs a command, lets each of its allocations fail once, and judges what comes of it:
 *
 *	run_failnth [OPTION...] NAME COMMAND [ARG...]
 *
 *	-p LIBRARY	what is preloaded (preload.c)
 *	-l LIST		what is a library's fault; -u FILE: append the lines of it that were needed
 *	-s N		at most N of the allocations that are reached the same way; 0 (default): all
 *	-a		a run of its own for each: it starts processes, or uses the kernel's objects
 *	-f FILE		what the command writes, by its whole path, in a folder of its own; -b: it is there before
 *	-w N		seconds that a run may take; default 60
 *	-t N		tell at most N of what is wrong; default 16
 *
 * Prints what is wrong, and one line of counts. Exit 1 when anything is wrong, 2 when it cannot be asked.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/failnth/judge.h"

#define BEFORE	"what was there before\n"

/* The command's ends of the two pipes. */
#define SAY_FD	198
#define HEAR_FD	199

struct asked {
	struct judge judge;
	char **command;
	const char *preload, *file, *used;
	unsigned long seen, nr_all;
	bool alone, before;
	/* those that need a run of their own */
	unsigned long *again;
	size_t nr_again, room;
};

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* --- the file it writes ---------------------------------------------------------- */

static void prepare_file(const struct asked *asked)
{
	FILE *out;

	if (!asked->file)
		return;
	unlink(asked->file);
	if (!asked->before)
		return;
	out = fopen(asked->file, "w");
	if (!out || fputs(BEFORE, out) < 0 || fclose(out))
		die(asked->file);
}

/* Other files in its folder; they are removed. */
static unsigned int clear_beside(const char *file)
{
	char path[4096], other[8192], *folder, *name;
	struct dirent *entry;
	unsigned int nr = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s", file);
	name = strrchr(path, '/');
	*name++ = '\0';
	folder = path;
	dir = opendir(folder);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || !strcmp(entry->d_name, name))
			continue;
		snprintf(other, sizeof(other), "%s/%s", folder, entry->d_name);
		nr += !unlink(other);
	}
	if (dir)
		closedir(dir);
	return nr;
}

/* --- processes ------------------------------------------------------------------- */

static void set_number(const char *name, unsigned long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%lu", value);
	setenv(name, text, 1);
}

static void redirect(const struct asked *asked, int fd, const char *name)
{
	char path[4096];
	int file;

	snprintf(path, sizeof(path), "%s/%s", asked->judge.dir, name);
	file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (file < 0 || dup2(file, fd) < 0)
		die(path);
	close(file);
}

static void set_environment(const struct asked *asked)
{
	setenv("LD_PRELOAD", asked->preload, 1);
	setenv("FAILNTH_DIR", asked->judge.dir, 1);
	/* new memory is no zeroes, freed memory holds nothing */
	setenv("GLIBC_TUNABLES", "glibc.malloc.perturb=165", 1);
}

static void forget_told(const struct asked *asked)
{
	static const char *const names[] = { "failed", "crash", "lost" };
	char path[4096];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", asked->judge.dir, names[i]);
		unlink(path);
	}
}

static void read_outcome(const struct asked *asked, const char *out, const char *err,
			 struct outcome *outcome)
{
	outcome->out = text_read(asked->judge.dir, out);
	outcome->err = text_read(asked->judge.dir, err);
	outcome->file = asked->file ? text_read("/", asked->file) : (struct text){ 0 };
	outcome->nr_beside = asked->file ? clear_beside(asked->file) : 0;
}

/* A run in which the @nth allocation fails; with 0 none does. */
static void run_one(const struct asked *asked, unsigned long nth, struct outcome *outcome)
{
	pid_t pid;

	forget_told(asked);
	prepare_file(asked);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		set_environment(asked);
		set_number("FAILNTH_NTH", nth);
		redirect(asked, STDOUT_FILENO, "out");
		redirect(asked, STDERR_FILENO, "err");
		execvp(asked->command[0], asked->command);
		die(asked->command[0]);
	}
	while (waitpid(pid, &outcome->status, 0) < 0 && errno == EINTR)
		;
	read_outcome(asked, "out", "err", outcome);
}

static void judge_one(struct asked *asked, unsigned long nth)
{
	struct outcome outcome = { 0 };

	run_one(asked, nth, &outcome);
	judge_outcome(&asked->judge, nth, &outcome);
	outcome_free(&outcome);
}

/* --- all of them ------------------------------------------------------------------ */

static pid_t start_forking(const struct asked *asked, int *say, int *hear)
{
	int from[2], to[2];
	pid_t pid;

	if (pipe2(from, O_CLOEXEC) || pipe2(to, O_CLOEXEC))
		die("pipe");
	prepare_file(asked);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		dup2(from[1], SAY_FD);
		dup2(to[0], HEAR_FD);
		set_environment(asked);
		set_number("FAILNTH_SAY", SAY_FD);
		set_number("FAILNTH_HEAR", HEAR_FD);
		set_number("FAILNTH_SEEN", asked->seen);
		set_number("FAILNTH_ALONE", asked->alone);
		redirect(asked, STDOUT_FILENO, "forking.out");
		redirect(asked, STDERR_FILENO, "forking.err");
		execvp(asked->command[0], asked->command);
		die(asked->command[0]);
	}
	close(from[1]);
	close(to[0]);
	*say = from[0];
	*hear = to[1];
	return pid;
}

static void judge_copy(struct asked *asked, unsigned long nth, int status)
{
	struct outcome outcome = { .status = status };

	read_outcome(asked, "out", "err", &outcome);
	judge_outcome(&asked->judge, nth, &outcome);
	outcome_free(&outcome);
	forget_told(asked);
}

static void add_again(struct asked *asked, unsigned long nth)
{
	if (asked->nr_again == asked->room) {
		asked->room = asked->room ? asked->room * 2 : 1024;
		asked->again = realloc(asked->again, asked->room * sizeof(*asked->again));
		if (!asked->again)
			die("again");
	}
	asked->again[asked->nr_again++] = nth;
}

/* One line of what the process says. */
static void hear(struct asked *asked, const char *line, int to)
{
	unsigned long nth;
	char word[16];
	int status;

	if (sscanf(line, "%lu %15s", &nth, word) != 2)
		return;
	if (!strcmp(word, "again"))
		add_again(asked, nth);
	else if (!strcmp(word, "in"))
		asked->nr_all = nth;
	else if (sscanf(line, "%*u ended %d", &status) == 1) {
		judge_copy(asked, nth, status);
		if (write(to, "", 1) != 1)
			die("write");
	}
}

/* True: the process that went on ended as it should. */
static bool run_forking(struct asked *asked)
{
	struct outcome outcome = { 0 };
	char line[128];
	int from, to;
	bool same;
	FILE *in;
	pid_t pid;

	pid = start_forking(asked, &from, &to);
	in = fdopen(from, "r");
	if (!in)
		die("fdopen");
	while (fgets(line, sizeof(line), in))
		hear(asked, line, to);
	fclose(in);
	close(to);
	while (waitpid(pid, &outcome.status, 0) < 0 && errno == EINTR)
		;
	read_outcome(asked, "forking.out", "forking.err", &outcome);
	same = outcome.status == asked->judge.want.status &&
	       same_text(&outcome.out, &asked->judge.want.out) && asked->nr_all;
	if (!same)
		printf("%s: undisturbed it ends otherwise than before (status %d, %zu bytes of output)\n",
		       asked->judge.name, WEXITSTATUS(outcome.status), outcome.out.len);
	outcome_free(&outcome);
	return same;
}

static bool run_all(struct asked *asked)
{
	bool fine = true;
	size_t i;

	run_one(asked, 0, &asked->judge.want);
	if (!WIFEXITED(asked->judge.want.status) || WEXITSTATUS(asked->judge.want.status) > 1) {
		printf("%s: undisturbed it fails: %s\n", asked->judge.name, asked->judge.want.err.bytes);
		return false;
	}
	if (asked->before)
		asked->judge.before = (struct text){ BEFORE, strlen(BEFORE) };
	fine = judge_undisturbed(&asked->judge);
	fine = run_forking(asked) && fine;
	for (i = 0; i < asked->nr_again; i++)
		judge_one(asked, asked->again[i]);
	return fine;
}

static bool print_counts(const struct asked *asked)
{
	const unsigned long *nr = asked->judge.nr;
	unsigned long sum = 0;
	int i;

	for (i = 0; i < NR_VERDICTS; i++)
		sum += nr[i];
	printf("%-28s %6lu allocations, %6lu failed: %lu clean, %lu harmless, %lu crashes, %lu hangs, "
	       "%lu wrong, %lu lost memory", asked->judge.name, asked->nr_all, sum, nr[CLEAN],
	       nr[HARMLESS], nr[CRASHED], nr[HUNG], nr[WRONG], nr[LOST]);
	if (nr[EXPECTED])
		printf(", %lu in libraries", nr[EXPECTED]);
	printf("\n");
	return sum && !nr[CRASHED] && !nr[HUNG] && !nr[WRONG] && !nr[LOST];
}

static int usage(void)
{
	fputs("usage: run_failnth -p LIBRARY [-l LIST] [-u USED] [-s N] [-a] [-f FILE [-b]] [-t N] [-w N]\n"
	      "       NAME COMMAND [ARG...]\n", stderr);
	return 2;
}

static void remove_folder(const struct asked *asked)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/x", asked->judge.dir);
	clear_beside(path);
	rmdir(asked->judge.dir);
}

/* 0, or the status to end with. */
static int parse(struct asked *asked, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "+p:l:u:s:af:bt:w:")) != -1) {
		switch (c) {
		case 'p':
			asked->preload = optarg;
			break;
		case 'l':
			if (libraries_read(optarg))
				return 2;
			break;
		case 'u':
			asked->used = optarg;
			break;
		case 's':
			asked->seen = strtoul(optarg, NULL, 10);
			break;
		case 'a':
			asked->alone = true;
			break;
		case 'f':
			/* a copy would write for both */
			asked->alone = true;
			asked->file = optarg;
			break;
		case 'b':
			asked->before = true;
			break;
		case 't':
			asked->judge.max_told = strtoul(optarg, NULL, 10);
			break;
		case 'w':
			setenv("FAILNTH_SECONDS", optarg, 1);
			break;
		default:
			return usage();
		}
	}
	if (argc - optind < 2 || !asked->preload || (asked->file && *asked->file != '/'))
		return usage();
	asked->judge.name = argv[optind];
	asked->command = argv + optind + 1;
	return 0;
}

int main(int argc, char **argv)
{
	static char folder[] = "/tmp/failnth.XXXXXX";
	struct asked asked = { .judge = { .dir = folder, .max_told = 16 } };
	int status = parse(&asked, argc, argv);
	bool fine;

	if (status)
		return status;
	if (!mkdtemp(folder))
		die(folder);
	fine = run_all(&asked);
	fine = print_counts(&asked) && fine;
	if (asked.used && libraries_write_used(asked.used))
		fine = false;
	remove_folder(&asked);
	return fine ? 0 : 1;
}
