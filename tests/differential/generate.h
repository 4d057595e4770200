/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Programs that nobody wrote, for two verifiers to judge: mutations of real ones, and ones made from
 * building blocks. All are instruction arrays in the frame of a real program (its maps, its types,
 * its attach point), which the running kernel holds ready as well.
 */
#ifndef TV_TEST_GENERATE_H
#define TV_TEST_GENERATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bpf/object.h"
#include "tests/differential/bpf_capture.h"

#define MAX_FUNCS	16
#define MAX_INSNS	4096	/* of a program that is generated; larger ones are not mutated */

/* --- chance --------------------------------------------------------------------- */

struct chance {
	uint64_t state;
};

uint32_t chance_below(struct chance *c, uint32_t limit);	/* [0, limit); 0 for limit 0 */
bool chance_percent(struct chance *c, uint32_t percent);
int32_t chance_number(struct chance *c);	/* small ones, powers of two, extremes */

/* --- a program that can be changed ---------------------------------------------- */

/* Maps and kfuncs in @insns are those of struct tv_bpf_prog. */
struct draft {
	struct bpf_insn insns[MAX_INSNS];
	uint32_t cnt;
	struct tv_bpf_func_info funcs[MAX_FUNCS];	/* ascending; none: no function records */
	uint32_t func_cnt;
	uint32_t flags;		/* BPF_F_* */
	uint32_t type;		/* BPF_PROG_TYPE_*; 0: that of the program whose place it takes */
};

bool draft_of(struct draft *draft, const struct tv_bpf_prog *prog);	/* false: too large */
/* One instruction, with both its slots, taken out or doubled; jumps and records move along. */
void draft_remove(struct draft *draft, uint32_t insn);
void draft_double(struct draft *draft, uint32_t insn);
/* Whether slot @insn is the second half of a 64-bit immediate. */
bool draft_is_second(const struct draft *draft, uint32_t insn);

/* One to three random changes. */
void mutate(struct draft *draft, struct chance *chance);
/* From building blocks, in the frame of the program "carrier" of carrier.bpf.c. */
void compose(struct draft *draft, const struct tv_bpf_object *obj, struct chance *chance);

/* --- two judges ----------------------------------------------------------------- */

/* An object whose maps and types the kernel holds, and one of its programs. */
struct frame {
	const char *file;
	const struct tv_btf *vmlinux;
	struct tv_bpf_object *obj;
	struct bpf_object *theirs;
	struct capture capture;
	char *log;		/* the kernel's */
};

int frame_open(struct frame *frame, const char *file, const struct tv_btf *vmlinux);
void frame_close(struct frame *frame);
/* Whether the kernel can be asked about program @prog. */
bool frame_has(const struct frame *frame, uint32_t prog);
/* The kernel's verdict, 0 or -errno, and its log. */
int frame_load(const struct frame *frame, uint32_t prog, const struct draft *draft, uint32_t level);

enum finding { SAME, COUNTS_DIFFER, MESSAGE_DIFFERS, VERDICT_DIFFERS, UNSUPPORTED, NO_ORACLE, FINDINGS };

struct judgement {
	enum finding finding;
	int ours, theirs;	/* 0 or -errno */
	char text[1024];	/* what either says */
};

void judge(struct frame *frame, uint32_t prog, const struct draft *draft, struct judgement *result);
/* Takes away instructions as long as the finding (and the verdicts) stay. */
void shrink(struct frame *frame, uint32_t prog, struct draft *draft, const struct judgement *first);

/* --- on paper ------------------------------------------------------------------- */

/* Lines "code dst src off imm ; text", kfuncs by name, behind a head that names the frame. */
void draft_print(FILE *f, const struct frame *frame, uint32_t prog, const struct draft *draft,
		 const struct judgement *result);
/* The frame's object and program of a file draft_print() wrote; 0 or -errno. */
int draft_frame(const char *path, char *object, char *program, size_t size);
int draft_read(const char *path, const struct frame *frame, struct draft *draft);

#endif
