// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Schedules as text. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/read_file.h"
#include "cli/schedule.h"

#define MAX_BYTES	(1 << 20)

void cli_schedule_print(FILE *out, const char *const *names, const struct tv_move *moves,
			unsigned int nr)
{
	unsigned int i, end;

	for (i = 0; i < nr; i = end) {
		for (end = i + 1; end < nr; end++) {
			if (memcmp(&moves[end], &moves[i], sizeof(*moves)))
				break;
		}
		fprintf(out, "%s%s", i ? " " : "", names[moves[i].actor]);
		if (moves[i].choice)
			fprintf(out, "/%u", moves[i].choice);
		if (end - i > 1)
			fprintf(out, "*%u", end - i);
	}
}

/* --- reading ------------------------------------------------------------------- */

struct cursor {
	const char *at, *end;
	const char *line_start;
	int line;
	struct tv_diag *diag;
};

static int bad(const struct cursor *cursor, const char *at, const char *what)
{
	return tv_diag_set(cursor->diag, cursor->line, at - cursor->line_start + 1, "%s", what);
}

/* Past blanks, newlines and comments. */
static void skip_blanks(struct cursor *cursor)
{
	bool comment = false;

	for (; cursor->at < cursor->end; cursor->at++) {
		char c = *cursor->at;

		if (c == '\n') {
			comment = false;
			cursor->line++;
			cursor->line_start = cursor->at + 1;
		} else if (c == '#') {
			comment = true;
		} else if (!comment && c != ' ' && c != '\t' && c != '\r') {
			break;
		}
	}
}

static const char *end_of_word(const struct cursor *cursor)
{
	const char *end = cursor->at;

	while (end < cursor->end && !strchr(" \t\r\n#", *end))
		end++;
	return end;
}

/* Names can hold a '/': the longest that fits is meant. -1: none does. */
static int find_actor(const char *const *names, unsigned int nr_names, const char *word,
		      const char *end)
{
	size_t longest = 0;
	unsigned int i;
	int found = -1;

	for (i = 0; i < nr_names; i++) {
		size_t len = strlen(names[i]);

		if (len <= longest || len > (size_t)(end - word) || memcmp(names[i], word, len))
			continue;
		if (word + len < end && word[len] != '/' && word[len] != '*')
			continue;
		longest = len;
		found = i;
	}
	return found;
}

/* The number behind @sign at *@at, or 1 where that sign is not; up to @max. */
static int read_number(const struct cursor *cursor, char sign, unsigned long absent,
		       const char **at, const char *end, unsigned long max, unsigned long *value)
{
	const char *digit = *at + 1;
	unsigned long number = 0;

	*value = absent;
	if (*at == end || **at != sign)
		return 0;
	if (digit == end || *digit < '0' || *digit > '9')
		return bad(cursor, digit, "expected a number");
	for (; digit < end && *digit >= '0' && *digit <= '9'; digit++) {
		number = number * 10 + (*digit - '0');
		if (number > max)
			return bad(cursor, *at + 1, "number is too large");
	}
	*value = number;
	*at = digit;
	return 0;
}

static int add_moves(struct cli_schedule *schedule, const struct cursor *cursor,
		     struct tv_move move, unsigned long times)
{
	if (times > CLI_SCHEDULE_MAX - schedule->nr)
		return bad(cursor, cursor->at, "the schedule is too long");
	while (times--) {
		schedule->places[schedule->nr] = (struct cli_schedule_place){
			cursor->line, cursor->at - cursor->line_start + 1,
		};
		schedule->moves[schedule->nr++] = move;
	}
	return 0;
}

static int no_actor(const struct cursor *cursor, const char *end)
{
	const char *star = memchr(cursor->at, '*', end - cursor->at);
	int len = (star ? star : end) - cursor->at;

	return tv_diag_set(cursor->diag, cursor->line, cursor->at - cursor->line_start + 1,
			   "there is no actor \"%.*s\"", len < 64 ? len : 64, cursor->at);
}

static int read_entry(struct cli_schedule *schedule, struct cursor *cursor,
		      const char *const *names, unsigned int nr_names)
{
	const char *end = end_of_word(cursor), *at;
	int actor = find_actor(names, nr_names, cursor->at, end), err;
	unsigned long choice, times;

	if (actor < 0)
		return no_actor(cursor, end);
	at = cursor->at + strlen(names[actor]);
	err = read_number(cursor, '/', 0, &at, end, UINT8_MAX, &choice);
	if (!err)
		err = read_number(cursor, '*', 1, &at, end, CLI_SCHEDULE_MAX, &times);
	if (!err && at != end)
		err = bad(cursor, at, "expected a blank after an entry");
	if (!err)
		err = add_moves(schedule, cursor,
				(struct tv_move){ .actor = actor, .choice = choice }, times);
	cursor->at = end;
	return err;
}

static int read_text(struct cli_schedule *schedule, struct cursor *cursor,
		     const char *const *names, unsigned int nr_names)
{
	static const char prefix[] = "schedule:";
	const size_t len = strlen(prefix);
	int err = 0;

	skip_blanks(cursor);
	if ((size_t)(cursor->end - cursor->at) >= len && !memcmp(cursor->at, prefix, len))
		cursor->at += len;
	for (skip_blanks(cursor); !err && cursor->at < cursor->end; skip_blanks(cursor))
		err = read_entry(schedule, cursor, names, nr_names);
	if (!err && !schedule->nr)
		err = bad(cursor, cursor->at, "an empty schedule");
	return err;
}

int cli_schedule_read(const char *path, const char *const *names, unsigned int nr_names,
		      struct cli_schedule *schedule, struct tv_diag *diag)
{
	struct cursor cursor = { .line = 1, .diag = diag };
	struct cli_text text;
	int err;

	*schedule = (struct cli_schedule){ 0 };
	tv_diag_init(diag, path);
	err = cli_read_file(path, MAX_BYTES, &text);
	if (err) {
		tv_diag_set(diag, 0, 0, "%s", strerror(-err));
		return err;
	}
	schedule->moves = calloc(CLI_SCHEDULE_MAX, sizeof(*schedule->moves));
	schedule->places = calloc(CLI_SCHEDULE_MAX, sizeof(*schedule->places));
	if (schedule->moves && schedule->places) {
		cursor.at = cursor.line_start = text.bytes;
		cursor.end = text.bytes + text.len;
		err = read_text(schedule, &cursor, names, nr_names);
	} else {
		tv_diag_set(diag, 0, 0, "out of memory");
		err = -ENOMEM;
	}
	cli_text_fini(&text);
	if (err)
		cli_schedule_fini(schedule);
	return err;
}

void cli_schedule_fini(struct cli_schedule *schedule)
{
	free(schedule->moves);
	free(schedule->places);
	*schedule = (struct cli_schedule){ 0 };
}
