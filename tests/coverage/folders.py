#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
folders.py LINES.json [--list FILE] [--require]: gcovr's counts by folder, with the files below the
aim (lines 95 %, branches 85 % of maple/, model/, bpf/ and verifier_sim/).

--list writes FILE:FIRST-LAST for lines that nothing reached and FILE:LINE taken/all for branches.
--require exits with 1 while a folder is below the aim.
"""
import argparse
import collections
import json

AIM = {"lines": 95.0, "branches": 85.0}
HELD_TO_IT = ("maple", "model", "bpf", "verifier_sim")


class Count:
    """Of one file or folder: how many there are, and how many were reached."""

    def __init__(self):
        self.lines = self.lines_hit = self.branches = self.branches_hit = 0

    def add(self, other):
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def percent(self, what):
        total = getattr(self, what)
        return 100.0 if not total else 100.0 * getattr(self, what + "_hit") / total

    def below(self):
        return any(self.percent(what) < aim for what, aim in AIM.items())


def count_file(lines):
    count = Count()
    for line in lines:
        count.lines += 1
        count.lines_hit += line["count"] > 0
        count.branches += len(line["branches"])
        count.branches_hit += sum(b["count"] > 0 for b in line["branches"])
    return count


def runs(numbers):
    """Sorted numbers as (first, last) of each run without a hole."""
    first = last = None
    for number in numbers:
        if first is not None and number == last + 1:
            last = number
            continue
        if first is not None:
            yield first, last
        first = last = number
    if first is not None:
        yield first, last


def unreached(lines):
    """(first, last) of each run of lines of code, as places in lines, that nothing reached."""
    # blank lines and braces between two lines are no holes
    return runs([place for place, line in enumerate(lines) if not line["count"]])


def uncovered(name, lines):
    for first, last in unreached(lines):
        yield f"{name}:{lines[first]['line_number']}-{lines[last]['line_number']}"
    for line in lines:
        taken = sum(b["count"] > 0 for b in line["branches"])
        if line["count"] and taken < len(line["branches"]):
            yield f"{name}:{line['line_number']} {taken}/{len(line['branches'])} branches"


def read_counts(path):
    """Of each file its lines of code in order, and where its functions begin: line: name."""
    lines, functions = {}, {}
    with open(path, encoding="utf-8") as f:
        for entry in json.load(f)["files"]:
            known = lines.setdefault(entry["file"], {})
            for line in entry["lines"]:
                if not line.get("gcovr/noncode"):
                    known[line["line_number"]] = line
            begin = functions.setdefault(entry["file"], {})
            begin.update((function["lineno"], function["name"]) for function in entry["functions"])
    return {name: [known[n] for n in sorted(known)] for name, known in sorted(lines.items())}, functions


def row(name, count):
    print(f"{name:32} {count.lines_hit:6}/{count.lines:<6} {count.percent('lines'):6.1f} %"
          f"   {count.branches_hit:6}/{count.branches:<6} {count.percent('branches'):6.1f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines")
    parser.add_argument("--list")
    parser.add_argument("--require", action="store_true")
    args = parser.parse_args()

    files, _ = read_counts(args.lines)
    folders = collections.defaultdict(Count)
    counts = {name: count_file(lines) for name, lines in files.items()}
    for name, count in counts.items():
        folders[name.split("/")[0]].add(count)
    print(f"{'':32} {'lines':>22}   {'branches':>22}")
    for name in sorted(folders):
        row(name + "/", folders[name])
    below = [n for n in counts if counts[n].below() and n.split("/")[0] in HELD_TO_IT]
    if below:
        print(f"\nfiles below {AIM['lines']:.0f} % of lines or {AIM['branches']:.0f} % of branches:")
        for name in below:
            row(name, counts[name])
    if args.list:
        with open(args.list, "w", encoding="utf-8") as f:
            for name, lines in files.items():
                f.writelines(text + "\n" for text in uncovered(name, lines))
    if args.require and any(folders[name].below() for name in HELD_TO_IT):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
