// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The scenarios that decisions are tried on, as the command carries them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "cli/ablate_scenarios.h"

/* identifier, name */
#define SCENARIOS(X) \
	X(alloc_lock, "ablate-alloc-lock") \
	X(grow, "ablate-grow") \
	X(new_fails, "ablate-new-fails") \
	X(page_step, "ablate-page-step") \
	X(plain, "ablate-plain") \
	X(task_bare, "ablate-task-bare") \
	X(task_exit, "ablate-task-exit") \
	X(exit_during_new, "exit-during-new") \
	X(irq_work_busy, "irq-work-busy") \
	X(nmi_walk, "nmi-walk")

/* The bytes of the file, found from the root of the tree, where the compiler runs. */
#define X(id, name) \
	extern const char scenario_##id[], scenario_##id##_end[]; \
	__asm__(".pushsection .rodata\n" \
		"scenario_" #id ":\n" \
		".incbin \"fixtures/scenarios/" name ".yaml\"\n" \
		"scenario_" #id "_end:\n" \
		".popsection\n");
SCENARIOS(X)
#undef X

static const struct embedded {
	const char *name, *from, *to;
} embedded[] = {
#define X(id, name) { name, scenario_##id, scenario_##id##_end },
	SCENARIOS(X)
#undef X
};

#define NR_EMBEDDED	(sizeof(embedded) / sizeof(embedded[0]))

/* What reads scenarios reads files. */
static int load_bytes(const struct embedded *file, struct tv_scenario **scenario,
		      struct tv_diag *diag)
{
	size_t size = file->to - file->from;
	int fd = memfd_create(file->name, MFD_CLOEXEC), err;
	char path[32];

	if (fd < 0)
		return tv_diag_set(diag, 0, 0, "%s", strerror(errno));
	if (write(fd, file->from, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET)) {
		err = tv_diag_set(diag, 0, 0, "%s", strerror(errno));
	} else {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		err = tv_scenario_load(path, scenario, diag);
	}
	close(fd);
	return err;
}

int cli_ablate_scenario(const char *name, struct tv_scenario **scenario, struct tv_diag *diag)
{
	size_t i;

	*scenario = NULL;
	tv_diag_init(diag, name);
	for (i = 0; i < NR_EMBEDDED; i++) {
		if (!strcmp(embedded[i].name, name))
			return load_bytes(&embedded[i], scenario, diag);
	}
	return tv_diag_set(diag, 0, 0, "no such scenario");
}
