#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
unreached.py LINES.json [--list FILE] [--root DIR] [--require]: holds the runs of lines that nothing
reached against the list of reasons (tests/coverage/unreached.txt, which says how it is written).

By folder: how many runs there are, and how many have a reason. Then the runs that have none, and
what is wrong with entries: their line is gone, or they would hold for more than is meant. Entries
whose lines are reached now are noted. --require exits with 1 where a reason is missing or wrong.
"""
import argparse
import collections
import fnmatch
import os
import re

from folders import HELD_TO_IT, read_counts, unreached

HERE = os.path.dirname(os.path.abspath(__file__))


class Entry:
    """FILE | [each: ][FUNCTION():][ TEXT] | REASON"""

    def __init__(self, line):
        self.file, place, self.reason = line.rstrip("\n").split(" | ", 2)
        self.each = place.startswith("each: ")
        place = place.removeprefix("each: ")
        inside = re.match(r"(\w+)\(\):(?: |$)", place)
        self.function = inside and inside[1]
        self.text = place[inside.end():] if inside else place
        self.name = f"{self.file} | {place}"
        self.there = False
        self.holds_for = []

    def many(self):
        """Whether it is meant to hold for more than one place."""
        return self.each or not self.text


class Run:
    """Lines of one function that nothing reached, in one run, with the line of code before them."""

    def __init__(self, source, function, lines, before):
        self.file = source.name
        self.function = function
        self.first, self.last = lines[0], lines[-1]
        self.own = source.text[self.first - 1:self.last]
        self.lines = source.text[(before or self.first) - 1:self.last]
        self.shown = source.text[self.first - 1].strip()


class Source:
    """One file: its text, its functions, its runs."""

    def __init__(self, root, name, lines, functions):
        self.name = name
        with open(os.path.join(root, name), encoding="utf-8") as f:
            self.text = f.read().splitlines()
        self.begins = sorted(functions.items())
        self.runs = list(self.find_runs(lines))

    def function_at(self, number):
        name = None
        for first, function in self.begins:
            if first <= number:
                name = function
        return name

    def find_runs(self, lines):
        """A run ends where a function does, else one reason would speak for two functions."""
        starts = {first for first, _ in self.begins}
        for first, last in unreached(lines):
            run = []
            for place in range(first, last + 1):
                number = lines[place]["line_number"]
                if run and number in starts:
                    yield self.run_of(lines, run)
                    run = []
                run.append(place)
            yield self.run_of(lines, run)

    def run_of(self, lines, places):
        numbers = [lines[place]["line_number"] for place in places]
        function = self.function_at(numbers[0])
        before = lines[places[0] - 1]["line_number"] if places[0] else None
        if before and self.function_at(before) != function:
            before = None
        return Run(self, function, numbers, before)

    def has(self, entry):
        if entry.function and entry.function not in (name for _, name in self.begins):
            return False
        return any(entry.text in line for line in self.text)


def holds(entry, run):
    if entry.function and entry.function != run.function:
        return False
    return any(entry.text in line for line in (run.own if entry.each else run.lines))


def match(sources, entries):
    """The runs without a reason."""
    without = []
    for source in sources:
        mine = [entry for entry in entries if fnmatch.fnmatchcase(source.name, entry.file)]
        for entry in mine:
            entry.there = entry.there or source.has(entry)
        for run in source.runs:
            reasons = [entry for entry in mine if holds(entry, run)]
            # what is said of one place goes before what is said of many
            for entry in sorted(reasons, key=Entry.many)[:1]:
                entry.holds_for.append(run)
            if not reasons:
                without.append(run)
    return without


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines")
    parser.add_argument("--list", default=os.path.join(HERE, "unreached.txt"))
    parser.add_argument("--root", default=".")
    parser.add_argument("--require", action="store_true")
    args = parser.parse_args()

    with open(args.list, encoding="utf-8") as f:
        entries = [Entry(line) for line in f if line.strip() and not line.startswith("#")]
    files, functions = read_counts(args.lines)
    sources = [Source(args.root, name, lines, functions[name]) for name, lines in files.items()
               if name.split("/")[0] in HELD_TO_IT]
    without = match(sources, entries)

    count = collections.Counter(s.name.split("/")[0] for s in sources for _ in s.runs)
    open_ones = collections.Counter(run.file.split("/")[0] for run in without)
    print(f"{'runs of lines not reached':32} {'all':>6} {'with reason':>12} {'without':>8}")
    for name in sorted(HELD_TO_IT):
        print(f"{name + '/':32} {count[name]:6} {count[name] - open_ones[name]:12} {open_ones[name]:8}")
    for run in without:
        print(f"no reason: {run.file}:{run.first}-{run.last} {run.function}(): {run.shown}")
    wrong = [f"is gone: {e.name}" for e in entries if not e.there]
    wrong += [f"holds for {len(e.holds_for)} places: {e.name}" for e in entries
              if len(e.holds_for) > 1 and not e.many()]
    for line in wrong:
        print(line)
    for entry in entries:
        if entry.there and not entry.holds_for:
            print(f"note: reached now: {entry.name}")
    if args.require and (without or wrong):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
