/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The name index of checked BTF. Private to bpf/. */
#ifndef TV_BPF_BTF_INDEX_H
#define TV_BPF_BTF_INDEX_H

#include "bpf/btf.h"

/*
 * Length of a name without its flavour: "task_struct" of "task_struct___old". CO-RE takes types
 * whose names agree up to there for candidates of each other.
 */
size_t btf_essential_len(const char *name);

/*
 * Walks ids, ascending, of all named types whose essential name may be the @len bytes at @name:
 * others hash alike, so the caller compares. 0 ends the walk. @len is btf_essential_len().
 */
uint32_t btf_chain(const struct tv_btf *btf, const char *name, size_t len);
uint32_t btf_chain_next(const struct tv_btf *btf, uint32_t id);

/* For the loader, which fills in what the compiler left open before anybody else reads. */
struct btf_type *btf_type_for_fixup(const struct tv_btf *btf, uint32_t id);

#endif
