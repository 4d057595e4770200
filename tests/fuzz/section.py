#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""section.py OBJECT NAME: the bytes of a section of a 64-bit little-endian ELF file."""
import struct
import sys


def section(elf, name):
    headers = struct.unpack_from("<Q", elf, 0x28)[0]
    count, names = struct.unpack_from("<HH", elf, 0x3C)
    table = [struct.unpack_from("<IIQQQQ", elf, headers + 64 * i) for i in range(count)]
    strings = table[names][4]
    for word, _, _, _, offset, size in table:
        start = strings + word
        if elf[start : elf.index(b"\0", start)] == name.encode():
            return elf[offset : offset + size]
    raise SystemExit(f"no section {name}")


with open(sys.argv[1], "rb") as f:
    sys.stdout.buffer.write(section(f.read(), sys.argv[2]))
