// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What exploring gave, in words that all formats share. */
#include <string.h>
#include "cli/explored.h"

const char *cli_explored_why(const struct cli_explored *explored, char *buf, size_t size)
{
	const struct tv_explore_result *search = &explored->found.search;
	const struct tv_explore_limits *limits = explored->limits;

	if (search->exhausted)
		return NULL;
	if (search->too_deep)
		snprintf(buf, size, "an execution took more than %u steps", search->deepest);
	else if (limits->max_states && search->states >= limits->max_states)
		snprintf(buf, size, "--max-states %lu were reached", limits->max_states);
	else
		snprintf(buf, size, "--time %g was over", limits->max_seconds);
	return buf;
}

const struct tv_finding *cli_explored_finding(const struct cli_explored *explored,
					      unsigned int n)
{
	const struct tv_finding *finding = explored->found.findings;

	while (finding && --n)
		finding = finding->next;
	return finding;
}

const char *cli_step_text(const struct tv_trace_step *step, char *buf, size_t size)
{
	size_t len = strlen(step->what);
	/* what can go two ways is asked: "bpf_mem_alloc fails?" */
	const char *way = len && step->what[len - 1] == '?' ? step->choice ? " yes" : " no" : "";

	snprintf(buf, size, "%s%s%s%s", step->what, way, step->object[0] ? " of " : "",
		 step->object);
	return buf;
}
