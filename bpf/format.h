/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Text as bpf_printk() and bpf_snprintf() make it. Private to bpf/. */
#ifndef TV_BPF_FORMAT_H
#define TV_BPF_FORMAT_H

#include "bpf/machine_state.h"

#define FORMAT_ARGS	12u	/* Linux: MAX_BPRINTF_VARARGS */
#define FORMAT_TEXT	1024u	/* Linux: MAX_BPRINTF_BUF */

/*
 * @fmt with @cnt arguments into @size bytes at @to (ended with 0 unless @size is 0; both what
 * snprintf() takes). Returns the length of the whole text, as snprintf() does, or what the kernel refuses
 * the format with: -EINVAL, -ENOSPC. The run may have been stopped, by what is not modelled.
 */
int64_t format_text(struct tv_machine *machine, char *to, uint64_t size, const char *fmt,
		    const uint64_t *args, uint32_t cnt);

#endif
