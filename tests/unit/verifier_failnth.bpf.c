// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Programs for test_verifier_failnth.c: between them they reach each place where a verification asks
 * for memory. No header is needed.
 */
typedef unsigned char __u8;
typedef unsigned int __u32;
typedef unsigned long long __u64;

#define SEC(name)	__attribute__((section(name), used))
#define NOINLINE	__attribute__((noinline))

struct bpf_iter_num {
	__u64 opaque;
};

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __attribute__((section(".ksyms")));
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __attribute__((section(".ksyms")));
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __attribute__((section(".ksyms")));

static long (*const bpf_map_update_elem)(void *map, const void *key, const void *value, __u64 flags) = (void *)2;
static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static __u32 (*const bpf_get_prandom_u32)(void) = (void *)7;
static void *(*const bpf_ringbuf_reserve)(void *ringbuf, __u64 size, __u64 flags) = (void *)131;
static void (*const bpf_ringbuf_submit)(void *data, __u64 flags) = (void *)132;
static long (*const bpf_for_each_map_elem)(void *map, void *fn, void *ctx, __u64 flags) = (void *)164;
static long (*const bpf_loop)(__u32 n, void *fn, void *ctx, __u64 flags) = (void *)181;
static long (*const bpf_timer_init)(void *timer, void *map, __u64 flags) = (void *)169;

struct {
	int (*type)[1];		/* BPF_MAP_TYPE_HASH */
	int (*max_entries)[8];
	__u32 *key;
	__u64 *value;
} numbers SEC(".maps");

struct {
	int (*type)[27];	/* BPF_MAP_TYPE_RINGBUF */
	int (*max_entries)[4096];
} events SEC(".maps");

__u8 seen[64];

static NOINLINE int count(struct bpf_iter_num *it, __u64 *sum)
{
	int *value, odd = 0;

	while ((value = bpf_iter_num_next(it))) {
		*sum += *value;
		if (*value & 1)
			odd++;
	}
	return odd;
}

static int each(__u32 i, void *ctx)
{
	__u64 *sum = ctx;

	if (i < sizeof(seen))
		seen[i] = *sum;
	return 0;
}

static int each_entry(void *map, const void *key, void *value, void *ctx)
{
	*(__u64 *)value += *(__u32 *)ctx;
	return 0;
}

NOINLINE int anyones(int n)
{
	return n > 7 ? n : bpf_get_prandom_u32();
}

SEC("raw_tp/sys_enter")
int accepted(void *ctx)
{
	__u64 sum = 0, *event, table[8] = {};
	__u32 key = bpf_get_prandom_u32();
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	key += count(&it, &sum);
	bpf_iter_num_destroy(&it);
	bpf_loop(8, each, &sum, 0);
	bpf_for_each_map_elem(&numbers, each_entry, &key, 0);
	table[key & 7] = sum;
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (event) {
		*event = table[anyones(key) & 7];
		bpf_ringbuf_submit(event, 0);
	}
	bpf_map_update_elem(&numbers, &key, &sum, 0);
	return 0;
}

SEC("raw_tp/sys_enter")
int leaks(void *ctx)
{
	__u64 *one, *two, *three, *four, *five;

	one = bpf_ringbuf_reserve(&events, sizeof(*one), 0);
	two = bpf_ringbuf_reserve(&events, sizeof(*two), 0);
	three = bpf_ringbuf_reserve(&events, sizeof(*three), 0);
	four = bpf_ringbuf_reserve(&events, sizeof(*four), 0);
	five = bpf_ringbuf_reserve(&events, sizeof(*five), 0);
	return !one + !two + !three + !four + !five;
}

SEC("raw_tp/sys_enter")
int rejected(void *ctx)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&numbers, &key);

	return *value;
}

SEC("raw_tp/sys_enter")
int unsupported(void *ctx)
{
	__u64 timer[2];

	return bpf_timer_init(timer, &numbers, 0);
}

/* Each round of the loop is a state of its own, up to its end. */
SEC("raw_tp/sys_enter") __attribute__((btf_decl_tag("comment:test_prog_flags=BPF_F_TEST_STATE_FREQ")))
int slow(void *ctx)
{
	int i;

	for (i = 0; i < 200; i++)
		if (bpf_get_prandom_u32() == 7)
			seen[i & 63]++;
	return 0;
}

char _license[] SEC("license") = "GPL";
