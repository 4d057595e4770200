#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""reuse_copy.py DIR: copies the files named on stdin, with what REUSE.toml says of each written into it.

As in REUSE.toml, of several tables that match the last one counts, and a file's own line comes first.
"""
import os
import re
import shutil
import sys
import tomllib

TAG = "SPDX-License" + "-Identifier"


def pattern(glob):
    """REUSE.toml's patterns: * is any part of a name, ** any path."""
    parts = re.split(r"(\*\*|\*)", glob)
    return "".join({"*": "[^/]*", "**": ".*"}.get(part, re.escape(part)) for part in parts)


def tables():
    with open("REUSE.toml", "rb") as file:
        for table in tomllib.load(file)["annotations"]:
            globs = table["path"] if isinstance(table["path"], list) else [table["path"]]
            yield re.compile("|".join(pattern(glob) for glob in globs)), table


def main():
    rules = list(tables())
    for path in sys.stdin.read().splitlines():
        matching = [table for match, table in rules if match.fullmatch(path)]
        target = os.path.join(sys.argv[1], path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if path.startswith("LICENSES/") or path == "LICENSE" or not matching:
            shutil.copyfile(path, target)
            continue
        content = b""
        if matching[-1]["precedence"] != "override":
            with open(path, "rb") as file:
                content = file.read()
        added = ["SPDX-FileCopyrightText: " + matching[-1]["SPDX-FileCopyrightText"]]
        if TAG.encode() not in content and TAG in matching[-1]:
            added.append(TAG + ": " + matching[-1][TAG])
        with open(target, "wb") as file:
            file.write("".join(line + "\n" for line in added).encode() + content)


main()
