/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What one side does in an episode, as two numbers: so what the kernel's tree did can be written
 * down, and a test without the kernel's tree can hold ours against it.
 */
#ifndef TV_TESTS_EPISODE_DIGEST_H
#define TV_TESTS_EPISODE_DIGEST_H

#include "tests/differential/episode.h"

struct episode_digest {
	unsigned long calls;	/* what every call returned, and where it left the state */
	unsigned long trees;	/* entries, nodes and gaps, looked at now and then */
	bool false_place;	/* a state was left active in a place that is not its own */
	const char *broken;	/* a rule that the tree did not keep, or NULL */
};

/* @side is initialised. */
struct episode_digest episode_digest(const struct side *side, const struct episode *episode);

#endif
