/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Pictures through Graphviz's dot. */
#ifndef TV_CLI_GRAPHVIZ_H
#define TV_CLI_GRAPHVIZ_H

#include <stdio.h>
#include "cli/cli.h"

/*
 * Turns the graph that @graph holds from its beginning into SVG on @out.
 * Nothing is written when dot fails. What went wrong has been said.
 */
enum cli_status cli_graphviz_svg(FILE *graph, FILE *out);

#endif
