#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Take what can run against any maple tree out of the kernel's tools/testing/radix-tree/maple.c.

usage: extract.py tests MAPLE_C      C text of the file's definitions, without what needs internals
       extract.py histories MAPLE_C  C tables of the recorded address-space histories
       extract.py names MAPLE_C      which definitions are taken and which are left out, and why

The text is made when the tests are built and lives in the build folder only.
Exit 2 when the file does not look as expected: better than running fewer tests in silence.
"""
import re
import sys

# What a definition needs that a tree's public header cannot give, even with its layout.
NODE_STORE = "the kernel's node store by name (mas_node_count, mas_pop_node, mas_push_node, mas_allocated)"
LEFT_OUT = {
    "get_alloc_node_count": NODE_STORE,
    "check_mas_alloc_node_count": NODE_STORE,
    "check_new_node": NODE_STORE,
    "check_prealloc": NODE_STORE,
    "farmer_tests": "makes nodes by hand (mt_alloc_one, mt_mk_node); what it calls is called by the runner",
    "regression_tests": "what it calls is called by the runner",
    "maple_tree_tests": "what it calls is called by the runner",
    "main": "the runner has its own",
}
HISTORIES = 43      # the recorded histories in Linux 6.12
FUNCTION = re.compile(r"^(?:[a-z_]\w*[\s*]+)+\*?(\w+)\s*\(", re.S)


def chunks(text):
    """Yield the file's top-level pieces in order: directives, comments, definitions."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        start = at
        line = lines[at]
        if line.startswith("#"):
            while lines[at].endswith("\\"):
                at += 1
        elif line.startswith("//"):
            pass
        elif line.lstrip().startswith("/*"):
            while "*/" not in lines[at]:
                at += 1
        elif line.strip():
            # A definition ends at its closing brace in column 0; a declaration at its semicolon.
            while not (lines[at].startswith("}") or (lines[at].endswith(";") and not lines[at][:1].isspace()
                                                     and "{" not in "".join(lines[start:at + 1]))):
                at += 1
        at += 1
        yield "\n".join(lines[start:at])


def name_of(chunk):
    """The name of the function that @chunk defines, or None."""
    found = FUNCTION.match(chunk)
    if found and "{" in chunk and not chunk.startswith(("struct rcu", "#", "/*")):
        return found.group(1)
    return None


def wanted(chunk):
    if re.match(r"#\s*include\b", chunk) or re.match(r"#define (module_|MODULE_|dump_stack|CONFIG_|MAPLE_32BIT)", chunk):
        return False
    return name_of(chunk) not in LEFT_OUT


def histories(text):
    body = re.search(r"^static [^\n]*\bcheck_erase2_sets\(.*?^}", text, re.S | re.M).group(0)
    sets = re.findall(r"static const unsigned long (set\w*)\[\] = \{(.*?)\};", body, re.S)
    if len(sets) != HISTORIES:
        sys.exit(f"extract: {len(sets)} histories found, {HISTORIES} expected")
    yield "/* Made from the kernel's recorded address-space histories; not to be committed. */"
    for name, values in sets:
        values = re.sub(r"/\*.*?\*/", "", values, flags=re.S)
        words = [w.strip() for w in values.split(",") if w.strip()]
        if len(words) % 3:
            sys.exit(f"extract: {name} is not a list of triples")
        yield f"static const struct history_step {name}[] = {{"
        for i in range(0, len(words), 3):
            yield "\t{ HISTORY_%s, %sul, %sul }," % tuple(words[i:i + 3])
        yield "};"
    yield "const struct history histories[] = {"
    for name, _ in sets:
        yield f'\t{{ "{name}", {name}, sizeof({name}) / sizeof({name}[0]) }},'
    yield "};"
    yield f"const unsigned int nr_histories = {len(sets)};"


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("tests", "histories", "names"):
        sys.exit(__doc__)
    with open(sys.argv[2], encoding="utf-8") as f:
        text = f.read()
    pieces = list(chunks(text))
    names = [n for n in map(name_of, pieces) if n]
    lost = [n for n in LEFT_OUT if n not in names]
    if lost:
        sys.exit("extract: not found: " + ", ".join(lost))
    if sys.argv[1] == "histories":
        print("\n".join(histories(text)))
    elif sys.argv[1] == "tests":
        print("\n".join(p for p in pieces if wanted(p)))
    else:
        for n in names:
            print(f"left out: {n}: {LEFT_OUT[n]}" if n in LEFT_OUT else f"taken: {n}")


if __name__ == "__main__":
    main()
