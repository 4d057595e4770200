#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""check_rst.py FILE...: is it well-formed reStructuredText? Exit 1 and a line for each mistake if not."""
import sys

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, directives, roles


class OfSphinx(Directive):
    """What only Sphinx knows is taken for granted."""
    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = {'identifiers': directives.unchanged, 'maxdepth': directives.unchanged}

    def run(self):
        return []


for name in ('kernel-doc', 'toctree', 'only'):
    directives.register_directive(name, OfSphinx)
roles.register_local_role('ref', lambda *args, **more: ([nodes.Text('')], []))

wrong = False
for path in sys.argv[1:]:
    with open(path, encoding='utf-8') as file:
        tree = publish_doctree(file.read(), source_path=path,
                               settings_overrides={'report_level': 2, 'halt_level': 5})
    wrong |= any(message['level'] >= 2 for message in tree.findall(nodes.system_message))
sys.exit(wrong)
