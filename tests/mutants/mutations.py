# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Small changes to C text, each of which a test should notice.

The text is taken as the kernel's coding style writes it: a function's body is what stands between
a "{" and a "}" at the left margin, a statement starts after tabs, operators have blanks around
them. Nothing outside of bodies is changed, nor comments, nor strings.
"""

import re
from typing import NamedTuple


class Mutation(NamedTuple):
    operator: str
    line: int       # from 1
    start: int      # offsets into the text
    end: int
    new: str
    what: str       # the text it replaces, in one line


# What starts a line and is no statement that could go: control flow, and declarations.
_NO_STATEMENT = re.compile(
    r'(?:if|else|while|for|do|switch|case|default|return|goto|break|continue|struct|union|enum|'
    r'const|static|extern|unsigned|signed|int|long|short|char|bool|void|size_t|ssize_t|'
    r'u?int\d+_t|u64|u32|double|MA_STATE|VMA_ITERATOR|FILE|va_list)\b')

_RELATIONS = {'<': '<=', '<=': '<', '>': '>=', '>=': '>', '==': '!=', '!=': '=='}


def _mask(text):
    """The text with comments, strings and preprocessor lines blanked, as long as before."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|'
                         r'^[ \t]*#(?:\\\n|[^\n])*', re.S | re.M)
    return pattern.sub(lambda m: re.sub(r'[^\n]', ' ', m.group()), text)


def _bodies(code):
    for m in re.finditer(r'^\{\n.*?^\}', code, re.S | re.M):
        yield m.start() + 2, m.end() - 1


def _closing(code, at):
    """Where the parenthesis closes that opens at @at."""
    depth = 0
    for i in range(at, len(code)):
        depth += {'(': 1, ')': -1}.get(code[i], 0)
        if not depth:
            return i
    raise ValueError('unbalanced parenthesis')


class _Body:
    def __init__(self, text, code, start, end):
        self.text, self.code, self.start, self.end = text, code, start, end
        self.found = []

    def add(self, operator, start, end, new):
        what = ' '.join(self.text[start:end].split())
        line = self.text.count('\n', 0, start) + 1
        self.found.append(Mutation(operator, line, start, end, new, what))

    def statements(self):
        """(start, end, indent) of calls and assignments, with their semicolon."""
        for m in re.compile(r'^(\t+)(?=[a-zA-Z_*(+-])', re.M).finditer(self.code, self.start,
                                                                      self.end):
            start = m.end()
            if _NO_STATEMENT.match(self.code, start):
                continue
            previous = self.code[:m.start()].rstrip()
            if previous[-1] not in ';{}):' and not previous.endswith('else'):
                continue        # a line that goes on
            end = self.code.find(';', start)
            piece = self.code[start:end]
            if end < 0 or piece.count('(') != piece.count(')') or '{' in piece or '}' in piece:
                continue
            if not re.search(r'\(|=|\+\+|--', piece):
                continue
            yield start, end + 1, len(m.group(1))

    def mutate_statements(self):
        before = None
        for start, end, indent in self.statements():
            piece = self.code[start:end]
            text = self.text[start:end]
            self.add('dropped', start, end, ';')
            if not re.match(r'\w+\(.*\)$', piece, re.S):
                before = None
                continue
            self.add('done twice', start, end, '{ %s %s }' % (text, text))
            # what is assigned rarely matters to its neighbour: only calls are swapped
            if before and before[2] == indent and not self.code[before[1]:start].strip() and \
                    self.code[before[1]:start].count('\n') == 1:
                self.add('swapped', before[0], end,
                         '%s %s' % (text, self.text[before[0]:before[1]]))
            before = start, end, indent

    def mutate_conditions(self):
        for m in re.compile(r'\b(if|while) (?=\()').finditer(self.code, self.start, self.end):
            close = _closing(self.code, m.end())
            condition = self.text[m.end() + 1:close]
            if m.group(1) == 'if':
                self.add('negated', m.end() + 1, close, '!(%s)' % condition)
            self.add('never', m.end() + 1, close, '0 && (%s)' % condition)

    def mutate_returns(self):
        for m in re.compile(r'\breturn ([^;]*);').finditer(self.code, self.start, self.end):
            start, end = m.start(1), m.end(1)
            value = self.text[start:end]
            other = {'true': 'false', 'false': 'true', '0': '-EINVAL'}.get(value)
            if value.startswith('-E'):
                other = '0'
            elif value.startswith('!') and not re.search(r'[&|?]', value):
                other = '!' + value
            if other:
                self.add('other result', start, end, other)

    def mutate_operators(self):
        for m in re.compile(r' (<=|>=|==|!=|<|>|&&|\|\||\+|-|\?) ').finditer(
                self.code, self.start, self.end):
            token = m.group(1)
            line_start = self.code.rfind('\n', 0, m.start()) + 1
            line_end = self.code.find('\n', m.end())
            start, end = m.start(1), m.end(1)

            def put(operator, new):
                self.add(operator, start, end, new)
                # one operator alone says nothing: the line it is in does
                place = ' '.join(self.text[line_start:line_end].split())
                self.found[-1] = self.found[-1]._replace(what=place)
            if token in _RELATIONS:
                put('%s for %s' % (_RELATIONS[token], token), _RELATIONS[token])
            elif token in ('&&', '||'):
                new = '||' if token == '&&' else '&&'
                put('%s for %s' % (new, token), new)
            elif token == '?':
                put('always the first', '|| 1 ?')
                put('always the second', '&& 0 ?')
            else:
                new = '-' if token == '+' else '+'
                put('%s for %s' % (new, token), new)
        for m in re.compile(r'\+\+|--').finditer(self.code, self.start, self.end):
            self.add('one off', m.start(), m.end(), '--' if m.group() == '++' else '++')
            self.found[-1] = self.found[-1]._replace(what=' '.join(
                self.text[self.text.rfind('\n', 0, m.start()) + 1:
                          self.text.find('\n', m.end())].split()))


def _calls(names):
    return re.compile(r'(?:%s)\(' % '|'.join(names)) if names else None


def _involves(mutation, calls):
    """Is one of the @calls what the mutation is about? Of two that are swapped, either."""
    if calls is None:
        return False
    if mutation.operator == 'swapped':
        return any(calls.match(piece.strip()) for piece in mutation.what.split(';'))
    return bool(calls.match(mutation.what))


def mutations(text, ignored_calls=(), setting_calls=()):
    """All mutations of the C @text, in its order. Calls of @ignored_calls are not dropped,
    doubled or swapped: what they do is not the text's own affair. Calls of @setting_calls give
    something a value: to do so twice, or a little earlier, is the same."""
    code = _mask(text)
    found = []
    for start, end in _bodies(code):
        body = _Body(text, code, start, end)
        body.mutate_statements()
        body.mutate_conditions()
        body.mutate_returns()
        body.mutate_operators()
        found += body.found
    ignored, setting = _calls(ignored_calls), _calls(setting_calls)
    found = [m for m in found if not (
        m.operator in ('dropped', 'done twice', 'swapped') and _involves(m, ignored) or
        m.operator in ('done twice', 'swapped') and _involves(m, setting))]
    return sorted(found, key=lambda m: (m.start, m.operator))
