/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What arrays of things that user space puts in by file descriptor share. Private to the maps of bpf/map_instance.h. */
#ifndef TV_BPF_MAP_FD_H
#define TV_BPF_MAP_FD_H

#include "bpf/map_kind.h"

/* v6.12 kernel/bpf/arraymap.c: fd_array_map_alloc_check */
int map_fd_check(const struct tv_bpf_map *def);
/* Keys 0, 1, ... of every kind of array, whether there is something or not. */
int map_index_next_key(const struct tv_map *map, const void *prev, void *key);

#endif
