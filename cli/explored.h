/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What exploring a scenario with one design gave, and how it is shown. */
#ifndef TV_CLI_EXPLORED_H
#define TV_CLI_EXPLORED_H

#include <stdio.h>
#include "cli/cli.h"
#include "model/explore.h"

struct cli_explored {
	const struct tv_scenario *scenario;
	const struct tv_iter_design *design;
	const struct tv_explore_limits *limits;
	const char *const *names;	/* of the actors, by number */
	struct tv_exploration found;
	bool replayed;			/* one schedule, not all */

	const struct tv_expectation *expect;	/* NULL: the scenario does not say */
	unsigned int missing;		/* bit sets of enum tv_hazard_kind: expected, not found */
	unsigned int surplus;		/* found, not expected */
};

/* Why it is not exhausted, as a clause; NULL when it is. */
const char *cli_explored_why(const struct cli_explored *explored, char *buf, size_t size);

/* Finding number @n, from 1; NULL: there are not so many. */
const struct tv_finding *cli_explored_finding(const struct cli_explored *explored,
					      unsigned int n);

/* "what object", and which way it went where it could go two ways. */
const char *cli_step_text(const struct tv_trace_step *step, char *buf, size_t size);

void cli_explored_text(FILE *out, const struct cli_explored *explored);
/* One object for the design, then one for each finding; each on a line. */
void cli_explored_json(FILE *out, const struct cli_explored *explored);

/* Steps that fit a picture; dot takes long for more. */
#define CLI_PICTURE_STEPS	400
/* A sequence diagram: a column for each actor that takes part, a row for each step. */
void cli_finding_dot(FILE *out, const struct cli_explored *explored,
		     const struct tv_finding *finding);

#endif
