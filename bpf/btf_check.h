/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whether raw BTF can be trusted. Private to bpf/. */
#ifndef TV_BPF_BTF_CHECK_H
#define TV_BPF_BTF_CHECK_H

#include <stddef.h>

#include "bpf/error.h"

/* What btf.h promises about parsed BTF, checked on raw bytes. 0, -EINVAL, -ENOTSUP, -EFBIG, -ENOMEM. */
int btf_check(const void *data, size_t size, const char *what, struct tv_bpf_error *error);

#endif
