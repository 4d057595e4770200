#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Takes the open-coded task_vma iterator out of the kernel's task_iter.c.

usage: take_out.py < task_iter.c > task_iter.c.without

What goes is known by its names alone: the items at file level called bpf_iter_task_vma or
bpf_iter_task_vma_*, with the comments right above them; static helpers that only those used; a pair
of __bpf_kfunc_start_defs() and _end_defs() with nothing left in between. Exit 1 when what the
iterator consists of is not found, or is found twice, or is still mentioned afterwards.
"""
import re
import sys

OURS = re.compile(r'bpf_iter_task_vma(_\w+)?')
EXPECTED = ['bpf_iter_task_vma', 'bpf_iter_task_vma_new', 'bpf_iter_task_vma_next',
            'bpf_iter_task_vma_destroy']
START, END = '__bpf_kfunc_start_defs', '__bpf_kfunc_end_defs'
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.S)


def blanked(text):
    """The same length, with comments, strings and preprocessor lines made of spaces."""
    dull = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
              r'|^[ \t]*#(?:\\\n|[^\n])*', re.S | re.M)
    return dull.sub(lambda m: re.sub(r'[^\n]', ' ', m.group()), text)


def item_ends(code):
    """Yields where each item at file level ends: behind ; or a function's } or a macro's )."""
    depth, begin = 0, 0
    body_of_function = False
    for i, char in enumerate(code):
        if char in '({':
            if char == '{' and depth == 0:
                body_of_function = code[begin:i].rstrip().endswith(')')
            depth += 1
        elif char in ')}':
            depth -= 1
            if depth < 0:
                sys.exit('take_out: unbalanced braces')
            alone = char == ')' and code[i + 1:i + 3] == '\n\n'
            if depth == 0 and (alone or (char == '}' and body_of_function)):
                begin = i + 1
                yield begin
        elif char == ';' and depth == 0:
            begin = i + 1
            yield begin
    if depth:
        sys.exit('take_out: unbalanced braces')


class Item:
    """A declaration or definition, and whatever stands between it and the one before it."""

    def __init__(self, text, code):
        self.text = text
        # what belongs to it: from the comment right above it, if any, behind preprocessor lines
        first = len(code) - len(code.lstrip())
        for comment in COMMENT.finditer(text[:first]):
            if text[comment.end():first].strip() == '':
                first = comment.start()
                break
        self.above, self.own = text[:first], text[first:]
        self.code = code.strip()
        found = re.match(r'struct\s+(\w+)\s*\{', self.code) or re.search(r'(\w+)\s*\(', self.code)
        self.name = found.group(1) if found else ''

    def is_helper(self):
        return self.code.startswith('static') and self.code.endswith('}')


def read_items(text):
    code, at, items = blanked(text), 0, []
    for end in item_ends(code):
        items.append(Item(text[at:end], code[at:end]))
        at = end
    return items, text[at:]


def mentions(name, items):
    return any(re.search(r'\b%s\b' % name, item.code) for item in items)


def orphans(kept, gone):
    """Static functions that those gone used, and that nobody uses any more."""
    return [item for item in kept if item.is_helper() and mentions(item.name, gone) and
        not mentions(item.name, [other for other in kept if other is not item])]


def empty_pairs(kept):
    empty = []
    for first, second in zip(kept, kept[1:]):
        if first.name == START and second.name == END:
            empty += [first, second]
    return empty


def main():
    items, rest = read_items(sys.stdin.read())
    gone = [item for item in items if OURS.fullmatch(item.name)]
    names = [item.name for item in gone]
    for name in EXPECTED:
        if names.count(name) != 1:
            sys.exit(f'take_out: {name} is there {names.count(name)} times, expected once: '
                 'not a task_iter.c that this series is for')
    kept = [item for item in items if item not in gone]
    while more := orphans(kept, gone) or empty_pairs(kept):
        gone += more
        kept = [item for item in kept if item not in more]
    for name in names:
        if mentions(name, kept):
            sys.exit(f'take_out: {name} is used by what stays')

    out = ''
    for item in items:
        if item in gone:
            # preprocessor lines above it stay, the empty lines go with it
            out += item.above.rstrip() + '\n' if '#' in item.above else ''
        else:
            out += item.text
    sys.stdout.write(out + rest)


main()
