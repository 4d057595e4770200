#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Builds mutants of C sources one by one and runs tests on each; exit 1 when one survives unlisted.

A mutant differs from its source in one place (mutations.py). Its object replaces the original's in
a shared library, which the tests, linked with that library once, find through LD_LIBRARY_PATH.
They run one after the other until one fails, which kills the mutant; to crash, or to take more
processor time than usual by far, is to fail.

Every mutant that survives has to be listed with a reason, in the file of equivalents (no test can
tell it from the original) or in that of known survivors (a test could, and there is none). Lines are
    FILE | OPERATOR | TEXT | REASON
where TEXT is what the report prints of the mutant. Known survivors count as survived: less killed
than --least percent is exit 1 as well. Which mutants are made, of all there could be, is a matter of
counting: every N-th.
"""

import argparse
import concurrent.futures
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

from mutations import mutations


def arguments():
    p = argparse.ArgumentParser(description=__doc__.split('\n\n', maxsplit=1)[0])
    p.add_argument('--library', required=True, help='the shared library, as the linker made it')
    p.add_argument('--link', required=True, help='command that links objects given after it')
    p.add_argument('--objects', required=True, help='folder of the objects of the library')
    p.add_argument('--equivalent', required=True, help='file of mutants that cannot be told')
    p.add_argument('--survivors', required=True, help='file of mutants that are known to survive')
    p.add_argument('--least', type=float, default=90, metavar='PERCENT')
    p.add_argument('--ignore-calls', default='', help='names, separated by commas')
    p.add_argument('--setting-calls', default='', help='the same, of calls that only set')
    p.add_argument('--every', type=int, default=1, metavar='N')
    p.add_argument('--offset', type=int, default=0, metavar='K', help='begin with the K-th, from 0')
    p.add_argument('--folders', default='maple,model,bpf,verifier_sim',
                   help="those of the library's sources, separated by commas")
    p.add_argument('--result', help='file to write the counts to')
    p.add_argument('--jobs', type=int, default=2)
    p.add_argument('--only', help='regular expression for FILE:LINE: OPERATOR: TEXT')
    p.add_argument('--list', action='store_true', help='print the mutants and make none')
    p.add_argument('--test', action='append', required=True, metavar='COMMAND')
    p.add_argument('sources', nargs='+')
    return p.parse_args()


class Mutant:
    def __init__(self, source, mutation):
        self.source, self.mutation = source, mutation
        self.killer = None
        self.note = ''

    def __str__(self):
        m = self.mutation
        return '%s:%d: %s: %s' % (self.source, m.line, m.operator, m.what)

    def key(self):
        m = self.mutation
        return self.source, m.operator, ' '.join(m.what.split())


def make_mutants(sources, every, offset, ignored, setting):
    """All mutants of the sources, or each N-th of them, counted over all sources from @offset."""
    everything = []
    for source in sources:
        with open(source, encoding='utf-8') as f:
            everything += [Mutant(source, m) for m in mutations(f.read(), ignored, setting)]
    return everything[offset::every]


def read_reasons(path):
    reasons = {}
    with open(path, encoding='utf-8') as f:
        for number, line in enumerate(f, 1):
            if not line.strip() or line.startswith('#'):
                continue
            # a text may have bars of its own: the reason has none
            parts = [part.strip() for part in line.split(' | ')]
            if len(parts) < 4:
                sys.exit('%s:%d: not FILE | OPERATOR | TEXT | REASON' % (path, number))
            reasons[(parts[0], parts[1], ' | '.join(parts[2:-1]))] = parts[-1]
    return reasons


class Builder:
    """Compiles what depends on a source, with the very command that make uses."""

    def __init__(self, args):
        self.args = args
        self.objects = sorted(
            os.path.join(folder, name) for folder, _, names in os.walk(args.objects)
            for name in names if name.endswith('.o') and self.in_library(folder, name))
        self.commands = {}

    def in_library(self, folder, name):
        source = os.path.relpath(os.path.join(folder, name), self.args.objects)[:-2] + '.c'
        return source.split('/')[0] in self.args.folders.split(',') and \
            os.path.exists(source)

    def sources_of(self, source):
        """The C files to compile when @source changes: itself, or who includes a header."""
        if source.endswith('.c'):
            return [source]
        found = []
        for obj in self.objects:
            with open(obj[:-2] + '.d', encoding='utf-8') as f:
                if source in f.read().split():
                    found.append(os.path.relpath(obj, self.args.objects)[:-2] + '.c')
        return found

    def command(self, source):
        if source not in self.commands:
            obj = os.path.join(self.args.objects, source[:-2] + '.o')
            out = subprocess.run(['make', '--no-print-directory', '-n', '-W', source, 'V=1', obj],
                                 capture_output=True, text=True, check=True).stdout
            line = [l for l in out.splitlines() if ' -c %s ' % source in l][-1]
            self.commands[source] = shlex.split(line)
        return list(self.commands[source])

    def build(self, mutant, folder):
        """The library with the mutant; None, or why it cannot be made."""
        path = os.path.join(folder, mutant.source)
        os.makedirs(os.path.dirname(path))
        with open(mutant.source, encoding='utf-8') as f:
            text = f.read()
        m = mutant.mutation
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text[:m.start] + m.new + text[m.end:])

        objects = list(self.objects)
        for source in self.sources_of(mutant.source):
            made = os.path.join(folder, source.replace('/', '_')[:-2] + '.o')
            command = [path if word == source and path.endswith('.c') else word
                       for word in self.command(source)]
            command[command.index('-o') + 1] = made
            # the mutant's folder comes before that of the original
            command[1:1] = ['-w', '-I' + folder, '-iquote', os.path.dirname(source)]
            # and is made fast: nobody looks at it in a debugger, or runs it for long
            command = [w for w in command if w not in ('-MMD', '-MP', '-Werror', '-g', '-O2')]
            command.insert(1, '-O1')
            if subprocess.run(command, capture_output=True, check=False).returncode:
                return 'does not compile'
            objects[objects.index(os.path.join(self.args.objects, source[:-2] + '.o'))] = made
        library = os.path.join(folder, os.path.basename(self.args.library) + '.0')
        link = shlex.split(self.args.link)
        at = link.index('OBJECTS')
        link[at:at + 1] = objects
        link[link.index('LIBRARY')] = library
        if subprocess.run(link, capture_output=True, check=False).returncode:
            return 'does not link'
        return None


def limit(seconds):
    def set_limits():
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return set_limits


def run_test(command, folder, seconds):
    """(status, output, processor seconds). What it writes it writes in @folder."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # cmocka ends at the first test that fails
    env = dict(os.environ, LD_LIBRARY_PATH=folder, TMPDIR=folder, CMOCKA_TEST_ABORT='1')
    try:
        done = subprocess.run(command, shell=True, env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              preexec_fn=limit(seconds), timeout=60 * seconds, check=False)
        status, out = done.returncode, done.stdout.decode(errors='replace')
    except subprocess.TimeoutExpired:
        status, out = -1, ''
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return status, out, after.ru_utime - before.ru_utime


def first_sign(out):
    """Of a test's output, the piece that says what was wrong."""
    for pattern in (r'^\[  FAILED  \] (\w+)', r'^(\S+\.yaml, design .*)$', r'^(not ok - .*)$'):
        found = re.search(pattern, out, re.M)
        if found:
            return ': ' + found.group(1)
    return ''


class Tester:
    def __init__(self, args, builder):
        self.args, self.builder = args, builder
        self.seconds = {}

    def name(self, test):
        """The command, but for its folder and its operands; what runs under valgrind is told so."""
        words = [os.path.basename(word) for word in test.split() if word[0] != '-']
        return ' '.join(words[:2] if words[0] == 'valgrind' else words[:1])

    def check_original(self):
        """Every test passes without mutants; how long each takes is the measure for them."""
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(self.args.library, os.path.join(
                folder, os.path.basename(self.args.library) + '.0'))
            for test in self.args.test:
                status, out, seconds = run_test(test, folder, 600)
                if status:
                    sys.exit('%s fails without any mutant:\n%s' % (self.name(test), out[-2000:]))
                self.seconds[test] = int(3 * seconds) + 3

    def judge(self, mutant):
        with tempfile.TemporaryDirectory() as folder:
            mutant.note = self.builder.build(mutant, folder)
            if mutant.note:
                return mutant
            for test in self.args.test:
                status, out, _ = run_test(test, folder, self.seconds[test])
                if status:
                    mutant.killer = self.name(test) + (
                        first_sign(out) or
                        (': ended by signal %d' % -status if status < 0 else
                         ': status %d' % status if status > 2 else ''))
                    return mutant
        return mutant


def report(mutant, equivalents, survivors):
    """Prints one line; which of the five it is."""
    if mutant.note:
        kind, text = 'invalid', mutant.note
    elif mutant.killer:
        kind, text = 'killed', mutant.killer
    elif mutant.key() in equivalents:
        kind, text = 'equivalent', equivalents[mutant.key()]
    elif mutant.key() in survivors:
        kind, text = 'survived', 'known: ' + survivors[mutant.key()]
    else:
        kind, text = 'SURVIVED', ''
    print('%-10s %s%s' % (kind, mutant, ' (%s)' % text if text else ''), flush=True)
    return kind


def main():
    args = arguments()
    started = time.monotonic()
    mutants = make_mutants(args.sources, args.every, args.offset, *(
        [name.strip() for name in names.split(',') if name.strip()]
        for names in (args.ignore_calls, args.setting_calls)))
    if args.only:
        mutants = [m for m in mutants if re.search(args.only, str(m))]
    if args.list:
        for mutant in mutants:
            print(mutant)
        return 0
    equivalents, survivors = read_reasons(args.equivalent), read_reasons(args.survivors)
    builder = Builder(args)
    for source in args.sources:
        for each in builder.sources_of(source):
            builder.command(each)
    tester = Tester(args, builder)
    tester.check_original()

    counts = dict.fromkeys(('killed', 'equivalent', 'survived', 'SURVIVED', 'invalid'), 0)
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for mutant in pool.map(tester.judge, mutants):
            counts[report(mutant, equivalents, survivors)] += 1
    survived = counts['survived'] + counts['SURVIVED']
    print('%d mutants: %d killed, %d equivalent, %d survived (%d known), %d invalid; %d s' % (
        sum(counts.values()), counts['killed'], counts['equivalent'], survived, counts['survived'],
        counts['invalid'], time.monotonic() - started))
    if args.result:
        with open(args.result, 'w', encoding='utf-8') as f:
            print(counts['killed'], counts['equivalent'], survived, file=f)
    # of a few that are picked the percentage says nothing
    least = 0 if args.only else args.least
    return 1 if counts['SURVIVED'] or not counts['killed'] or \
        100 * counts['killed'] < least * (counts['killed'] + survived) else 0


if __name__ == '__main__':
    sys.exit(main())
