// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Global variables of every kind, a constant that bounds a loop, and contexts. */
#include "basics.h"

enum shape { SQUARE, ROUND = 2 };

struct inner {
	int two;
	u8 pair[2];
};

struct parts {
	long one;
	struct inner inner;
	struct {
		short five;
	};
	u8 six;
};

struct bits {
	u32 a : 3, b : 4, c : 25;
};

union either {
	u32 number;
	u8 bytes[4];
};

long minus = -1;
signed char small = -1;
char text[4] = "hi";
struct parts parts = { 1, { 2, { 3, 4 } }, { 5 }, 6 };
struct bits bits = { 5, 3, 9 };
union either either = { 42 };
enum shape shape = ROUND;
_Bool flag = 1;
void *pointer __attribute__((section(".data")));
int grid[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } };
u64 result __attribute__((section(".data")));
static volatile int hidden;
const volatile int limit = 10;

SEC("raw_tp")
int show(void *ctx)
{
	hidden = 1;
	return 0;
}

SEC("raw_tp")
int bounded(void *ctx)
{
	char room[64];
	int i;

	/* the verifier knows the constant: within the buffer, or not */
	for (i = 0; i < limit; i++)
		((volatile char *)room)[i] = 1;
	result = i;
	return 0;
}

SEC("raw_tp")
int args(u64 *ctx)
{
	result = ctx[0] + ctx[1];
	return 0;
}

struct __sk_buff {
	u32 len;
};

SEC("socket")
int no_packet(struct __sk_buff *skb)
{
	result = 3;
	return 11;
}

SEC("socket")
int packet(struct __sk_buff *skb)
{
	result = skb->len;
	return 0;
}

SEC("raw_tp")
int loop(void *ctx)
{
	for (int i = 0; i < 4; i++) {
		*(volatile u64 *)&result += 1; /* stops here */
		hidden = i;
	}
	return 0;
}
