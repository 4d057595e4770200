/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What Linux's lib/maple_tree.c and include/linux/maple_tree.h ask of the kernel around them, over
 * liburcu and GCC builtins, so that both compile unchanged in user space.
 *
 * It stands apart from maple/compat.h on purpose: the reference must not lean on what it judges.
 * Only facts live here (values of flags, encodings of value entries); no kernel function is redone.
 */
#ifndef TV_TESTS_KERNEL_ENV_H
#define TV_TESTS_KERNEL_ENV_H

/* Without this the header silently takes 32-bit geometry: 32 slots, 512-byte nodes. */
#if __SIZEOF_LONG__ == 8
#define CONFIG_64BIT 1
#endif

#ifndef _LGPL_SOURCE
#define _LGPL_SOURCE
#endif
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <urcu.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
#define U8_MAX UINT8_MAX

/* Compiler. */
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#undef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#define noinline __attribute__((__noinline__))
#define noinline_for_stack noinline
#define __maybe_unused __attribute__((__unused__))
#define fallthrough __attribute__((__fallthrough__))
#define __rcu
#define __init
#define __exit
#define __must_hold(lock)
#define __acquires(lock)
#define __releases(lock)
#define EXPORT_SYMBOL(sym)
#define EXPORT_SYMBOL_GPL(sym)
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define tracepoint_string(text) (text)
#undef container_of
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))

#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))
#define smp_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)

#undef min
#undef max
#define min(a, b) ({ __auto_type _a = (a); __auto_type _b = (b); _a < _b ? _a : _b; })
#define max(a, b) ({ __auto_type _a = (a); __auto_type _b = (b); _a > _b ? _a : _b; })
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define swap(a, b) do { __auto_type _t = (a); (a) = (b); (b) = _t; } while (0)

/* Messages and assertions. A failed kernel assertion ends the run: the reference must not err. */
#define printk printf
#define pr_info printf
#define pr_cont printf
#define pr_debug(...) do { if (0) printf(__VA_ARGS__); } while (0)
#define pr_err(...) fprintf(stderr, __VA_ARGS__)
#define dump_stack() abort()
#define BUG_ON(x) do { if (unlikely(x)) abort(); } while (0)
#define BUG() abort()
#define WARN_ON(x) ({								\
	bool _bad = !!(x);							\
	if (unlikely(_bad))							\
		fprintf(stderr, "kernel WARN at %s:%d\n", __FILE__, __LINE__);	\
	unlikely(_bad);								\
})
#define WARN_ON_ONCE(x) WARN_ON(x)

/* Atomics, as far as the test counters need them. */
typedef struct { int counter; } atomic_t;
#define atomic_inc(v) ((void)__atomic_fetch_add(&(v)->counter, 1, __ATOMIC_RELAXED))
#define atomic_read(v) __atomic_load_n(&(v)->counter, __ATOMIC_RELAXED)

/* Locks. The same lock as maple/ uses when both are timed side by side: see TV_LOCKS_OF_MAPLE. */
#ifdef TV_LOCKS_OF_MAPLE
#include "kernel_env_locks.h"
#else
typedef pthread_mutex_t spinlock_t;
#define __SPIN_LOCK_UNLOCKED(name) PTHREAD_MUTEX_INITIALIZER
#define spin_lock_init(lock) pthread_mutex_init(lock, NULL)
#define spin_lock(lock) pthread_mutex_lock(lock)
#define spin_lock_nested(lock, subclass) pthread_mutex_lock(lock)
#define spin_unlock(lock) pthread_mutex_unlock(lock)
#endif

struct rw_semaphore { pthread_rwlock_t lock; };
#define SINGLE_DEPTH_NESTING 1
#define init_rwsem(sem) pthread_rwlock_init(&(sem)->lock, NULL)
#define down_write(sem) pthread_rwlock_wrlock(&(sem)->lock)
#define down_write_nested(sem, subclass) down_write(sem)
#define up_write(sem) pthread_rwlock_unlock(&(sem)->lock)

static inline int lockdep_is_held(const void *lock)
{
	return 1;
}

/* RCU: liburcu's names are the kernel's; only the checked forms are missing. */
#define rcu_dereference_check(p, held) rcu_dereference(p)
#define rcu_dereference_protected(p, held) (p)
#define RCU_INIT_POINTER(p, value) ((p) = (value))

/* Allocation. */
typedef unsigned int gfp_t;
#define __GFP_HIGH 0x20u
#define __GFP_IO 0x40u
#define __GFP_FS 0x80u
#define __GFP_ZERO 0x100u
#define __GFP_DIRECT_RECLAIM 0x400u
#define __GFP_KSWAPD_RECLAIM 0x800u
#define __GFP_NOWARN 0x2000u
#define __GFP_NOFAIL 0x8000u
#define __GFP_ACCOUNT 0x400000u
#define GFP_ATOMIC (__GFP_HIGH | __GFP_KSWAPD_RECLAIM)
#define GFP_KERNEL (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_NOWAIT (__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)
#define gfpflags_allow_blocking(gfp) (!!((gfp) & __GFP_DIRECT_RECLAIM))

#define SLAB_PANIC 0x40000u
struct kmem_cache;
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *object));
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp);
int kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t gfp, size_t count, void **objects);
void kmem_cache_free(struct kmem_cache *cache, void *object);
void kmem_cache_free_bulk(struct kmem_cache *cache, size_t count, void **objects);

/* What lib/test_maple_tree.c calls: lib/maple_tree.c has them when built for debugging only. */
void mt_set_non_kernel(unsigned int val);
void mt_set_callback(void (*callback)(void *private));
void mt_set_private(void *private);
unsigned long mt_get_alloc_size(void);
void mt_zero_nr_tallocated(void);
unsigned int mt_nr_tallocated(void);
unsigned int mt_nr_allocated(void);

/* Entries: bit 0 marks a value, bits 1-0 == 10b an internal entry, of which zero is number 257. */
static inline bool xa_is_value(const void *entry) { return (uintptr_t)entry & 1; }
static inline void *xa_mk_value(unsigned long v) { return (void *)(v << 1 | 1); }
static inline unsigned long xa_to_value(const void *entry) { return (uintptr_t)entry >> 1; }
static inline bool xa_is_internal(const void *entry) { return ((uintptr_t)entry & 3) == 2; }
static inline void *xa_mk_internal(unsigned long v) { return (void *)(v << 2 | 2); }
static inline unsigned long xa_to_internal(const void *entry) { return (uintptr_t)entry >> 2; }
#define XA_ZERO_ENTRY xa_mk_internal(257)
static inline bool xa_is_zero(const void *entry) { return entry == XA_ZERO_ENTRY; }
static inline bool xa_is_node(const void *entry)
{
	return xa_is_internal(entry) && (uintptr_t)entry > 4096;
}
static inline bool xa_is_err(const void *entry)
{
	return xa_is_internal(entry) && (uintptr_t)entry >= (uintptr_t)xa_mk_internal(-4095UL);
}
static inline int xa_err(void *entry)
{
	return xa_is_err(entry) ? (int)((long)entry >> 2) : 0;
}
static inline bool xa_is_advanced(const void *entry)
{
	return xa_is_internal(entry) && (uintptr_t)entry <= (uintptr_t)xa_mk_internal(256);
}

/* Tracing and module glue vanish; the module's init function stays reachable by one name. */
#define trace_ma_op(...) do { } while (0)
#define trace_ma_read(...) do { } while (0)
#define trace_ma_write(...) do { } while (0)
int tv_module_init(void);
void tv_module_exit(void);
#define module_init(fn) int tv_module_init(void) { return fn(); }
#define module_exit(fn) void tv_module_exit(void) { fn(); }
#define MODULE_AUTHOR(text)
#define MODULE_DESCRIPTION(text)
#define MODULE_LICENSE(text)

#endif
