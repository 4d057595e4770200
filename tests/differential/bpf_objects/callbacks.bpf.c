// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Functions by address: loops, map walks, timers; locks in map values; syscall and socket programs. */
#include "common.h"

struct counter {
	struct bpf_spin_lock lock;
	__u64 hits;
	struct bpf_timer timer;
};

MAP(ARRAY, counters, __u32, struct counter, 8);
MAP(HASH, names, __u32, __u64, 64);

__u64 sum;

static int add_one(__u32 i, void *ctx)
{
	*(__u64 *)ctx += i;
	return 0;
}

static long add_value(struct bpf_map *map, __u32 *key, __u64 *value, void *ctx)
{
	sum += *key + *value;
	return 0;
}

static int on_timer(void *map, __u32 *key, struct counter *c)
{
	bpf_spin_lock(&c->lock);
	c->hits++;
	bpf_spin_unlock(&c->lock);
	return 0;
}

__noinline int walk(void)
{
	__u64 local = 0;

	bpf_loop(10, add_one, &local, 0);
	bpf_for_each_map_elem(&names, add_value, NULL, 0);
	return local;
}

SEC("syscall")
int run(void *ctx)
{
	__u32 zero = 0;
	struct counter *c = bpf_map_lookup_elem(&counters, &zero);

	if (!c)
		return 1;
	bpf_timer_init(&c->timer, &counters, 1);
	bpf_timer_set_callback(&c->timer, on_timer);
	return walk();
}

SEC("socket")
int filter(struct __sk_buff *skb)
{
	__u64 local = skb->len;

	bpf_loop(skb->len & 7, add_one, &local, 0);
	return local;
}

LICENSE("GPL");
