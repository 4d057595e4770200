// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * json_lines [KEY]: reads one JSON object a line from standard input and
 * prints the value of KEY of each, "-" where it has none. Exit 1 at the first
 * line that is no JSON object.
 */
#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_value(struct fy_document *doc, const char *key)
{
	struct fy_node *value = fy_node_mapping_lookup_by_string(fy_document_root(doc), key,
								 strlen(key));
	const char *text;
	size_t len;

	if (!value) {
		puts("-");
	} else if (fy_node_is_scalar(value)) {
		text = fy_node_get_scalar(value, &len);
		fwrite(text, 1, len, stdout);
		putchar('\n');
	} else {
		printf("%d items\n", fy_node_is_sequence(value) ?
		       fy_node_sequence_item_count(value) : fy_node_mapping_item_count(value));
	}
}

int main(int argc, char **argv)
{
	const struct fy_parse_cfg cfg = { .flags = FYPCF_JSON_FORCE };
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	while ((len = getline(&line, &room, stdin)) > 0) {
		struct fy_document *doc = fy_document_build_from_string(&cfg, line, len);

		if (!doc || !fy_node_is_mapping(fy_document_root(doc))) {
			fprintf(stderr, "no JSON object: %s", line);
			return 1;
		}
		if (argc > 1)
			print_value(doc, argv[1]);
		fy_document_destroy(doc);
	}
	free(line);
	return 0;
}
