# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The running kernel's configuration, for .kconfig externs, is compressed; libelf needs zlib as well.
LDLIBS += -lz
PKGS_build += zlib1g-dev
