// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Global data of every sort: custom sections, static and hidden variables, strings, pointers to data. */
#include "common.h"

int counter = 42;
static int static_counter = 7;
__attribute__((visibility("hidden"))) int hidden_counter = 9;
int zeroed[5];
static volatile __u64 static_zeroed;
const volatile int limit = 100;
const char greeting[] = "hello";
static const int table[] = { 1, 2, 4, 8, 16, 32, 64, 128 };
int tuned SEC(".data.tuned") = 3;
static int only_static SEC(".data.quiet") = 5;
const volatile struct { __u8 a; __u64 b; } packed SEC(".rodata.packed") = { 1, 2 };
int later SEC(".bss.later");

SEC("raw_tp")
int use(void *ctx)
{
	int i = counter & 7;

	static_counter += table[i];
	hidden_counter += static_counter;
	static_zeroed += hidden_counter;
	zeroed[i % 5] = limit + tuned + packed.b;
	only_static += later;
	later = only_static;
	bpf_printk("%s %d", greeting, zeroed[0]);
	return counter;
}

SEC("?raw_tp")
int not_loaded_by_itself(void *ctx)
{
	return tuned;
}

LICENSE("GPL");
