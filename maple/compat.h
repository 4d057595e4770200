/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel primitives that the maple tree and its users rely on, over C11 atomics and liburcu.
 *
 * Grouped: compiler, memory order, messages, gfp flags, xarray entries, locks, RCU.
 * Names that liburcu also has (rcu_read_lock, rcu_dereference, ...) are redefined here; include
 * <urcu.h>, if at all, before this header.
 */
#ifndef TV_MAPLE_COMPAT_H
#define TV_MAPLE_COMPAT_H

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_THREAD__)
#define TV_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TV_TSAN 1
#endif
#endif

/*
 * Inlined read-side primitives; this project's licence is compatible with the LGPL. Not under
 * ThreadSanitizer, which knows nothing of the order that liburcu relies on.
 */
#if !defined(_LGPL_SOURCE) && !defined(TV_TSAN)
#define _LGPL_SOURCE
#endif
#include <urcu/urcu-memb.h>

/* The word size decides the node geometry; nobody has to configure it by hand. */
#if ULONG_MAX > 0xffffffffUL && !defined(CONFIG_64BIT)
#define CONFIG_64BIT 1
#endif

/* --- compiler ---------------------------------------------------------------------------- */

#ifndef likely
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#endif
#ifndef __always_inline
#define __always_inline		inline __attribute__((__always_inline__))
#endif
#ifndef noinline
#define noinline		__attribute__((__noinline__))
#endif
#ifndef __maybe_unused
#define __maybe_unused		__attribute__((__unused__))
#endif
#ifndef __aligned
#define __aligned(bytes)	__attribute__((__aligned__(bytes)))
#endif
#ifndef fallthrough
#define fallthrough		__attribute__((__fallthrough__))
#endif
#ifndef __init
#define __init
#define __exit
#endif
#ifndef __rcu
#define __rcu
#define __must_hold(lock)
#endif
#ifndef EXPORT_SYMBOL
#define EXPORT_SYMBOL(sym)	struct tv_export_##sym
#define EXPORT_SYMBOL_GPL(sym)	struct tv_export_##sym
#endif
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#endif
#ifndef DIV_ROUND_UP
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#endif
#ifndef container_of
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#endif
#ifndef U8_MAX
#define U8_MAX			UCHAR_MAX
#endif

/* --- memory order ------------------------------------------------------------------------ */

/*
 * Every word that a lock-free reader may see while a writer changes it goes through these, so that
 * the compiler neither tears nor invents accesses and ThreadSanitizer knows them as atomic.
 */
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
#define smp_load_acquire(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)	__atomic_store_n((p), (v), __ATOMIC_RELEASE)

#ifdef TV_TSAN
/* ThreadSanitizer does not model fences; the accesses they order are atomic in their own right. */
#define smp_rmb()		__asm__ __volatile__("" : : : "memory")
#define smp_wmb()		__asm__ __volatile__("" : : : "memory")
#define smp_mb()		__asm__ __volatile__("" : : : "memory")
#else
#define smp_rmb()		__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb()		__atomic_thread_fence(__ATOMIC_RELEASE)
#define smp_mb()		__atomic_thread_fence(__ATOMIC_SEQ_CST)
#endif

typedef struct {
	int counter;
} atomic_t;

#define ATOMIC_INIT(i)		{ (i) }
#define atomic_read(v)		__atomic_load_n(&(v)->counter, __ATOMIC_RELAXED)
#define atomic_set(v, i)	__atomic_store_n(&(v)->counter, (i), __ATOMIC_RELAXED)
#define atomic_add(i, v)	((void)__atomic_fetch_add(&(v)->counter, (i), __ATOMIC_RELAXED))
#define atomic_inc(v)		atomic_add(1, v)
#define atomic_dec(v)		atomic_add(-1, v)

/* --- messages ---------------------------------------------------------------------------- */

#ifndef pr_info
#define pr_info(...)		printf(__VA_ARGS__)
#define pr_cont(...)		printf(__VA_ARGS__)
#define pr_debug(...)		printf(__VA_ARGS__)
#define pr_warn(...)		fprintf(stderr, __VA_ARGS__)
#define pr_err(...)		fprintf(stderr, __VA_ARGS__)
#endif
#ifndef dump_stack
#define dump_stack()		((void)0)
#endif

/* A broken invariant: says where, then aborts (BUG) or goes on (WARN). */
void tv_bug(const char *file, int line, const char *what) __attribute__((__noreturn__));
void tv_warn(const char *file, int line, const char *what);

#ifndef BUG_ON
#define BUG_ON(cond) \
	do { if (unlikely(cond)) tv_bug(__FILE__, __LINE__, #cond); } while (0)
#endif
#ifndef WARN_ON
#define WARN_ON(cond) ({						\
	bool tv_bad = !!(cond);						\
	if (unlikely(tv_bad))						\
		tv_warn(__FILE__, __LINE__, #cond);			\
	unlikely(tv_bad);						\
})
#define WARN_ON_ONCE(cond) ({						\
	static bool tv_told;						\
	bool tv_bad = !!(cond);						\
	if (unlikely(tv_bad) && !__atomic_exchange_n(&tv_told, true, __ATOMIC_RELAXED)) \
		tv_warn(__FILE__, __LINE__, #cond);			\
	unlikely(tv_bad);						\
})
#endif

/* --- gfp flags --------------------------------------------------------------------------- */

typedef unsigned int gfp_t;

#define __GFP_HIGH		((gfp_t)1 << 5)
#define __GFP_IO		((gfp_t)1 << 6)
#define __GFP_FS		((gfp_t)1 << 7)
#define __GFP_ZERO		((gfp_t)1 << 8)
#define __GFP_DIRECT_RECLAIM	((gfp_t)1 << 10)
#define __GFP_KSWAPD_RECLAIM	((gfp_t)1 << 11)
#define __GFP_NOWARN		((gfp_t)1 << 13)
#define __GFP_NOFAIL		((gfp_t)1 << 15)
#define __GFP_RECLAIM		(__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)
#define __GFP_ACCOUNT		((gfp_t)1 << 22)

#define GFP_NOWAIT		(__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)
#define GFP_ATOMIC		(__GFP_HIGH | __GFP_KSWAPD_RECLAIM)
#define GFP_KERNEL		(__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_KERNEL_ACCOUNT	(GFP_KERNEL | __GFP_ACCOUNT)

static inline bool gfpflags_allow_blocking(const gfp_t gfp)
{
	return gfp & __GFP_DIRECT_RECLAIM;
}

/* --- xarray entries ---------------------------------------------------------------------- */

/*
 * What an entry's two low bits say: 00 a pointer, x1 a value (xa_mk_value), 10 internal. Internal
 * entries above 4096 are nodes; XA_ZERO_ENTRY is a reservation, seen by the advanced API only.
 */
static inline void *xa_mk_value(unsigned long value)
{
	return (void *)(value << 1 | 1);
}

static inline unsigned long xa_to_value(const void *entry)
{
	return (unsigned long)entry >> 1;
}

static inline bool xa_is_value(const void *entry)
{
	return (unsigned long)entry & 1;
}

static inline void *xa_mk_internal(unsigned long n)
{
	return (void *)(n << 2 | 2);
}

static inline unsigned long xa_to_internal(const void *entry)
{
	return (unsigned long)entry >> 2;
}

static inline bool xa_is_internal(const void *entry)
{
	return ((unsigned long)entry & 3) == 2;
}

#define XA_ZERO_ENTRY		xa_mk_internal(257)

static inline bool xa_is_zero(const void *entry)
{
	return entry == XA_ZERO_ENTRY;
}

static inline bool xa_is_node(const void *entry)
{
	return xa_is_internal(entry) && (unsigned long)entry > 4096;
}

static inline bool xa_is_err(const void *entry)
{
	return xa_is_internal(entry) && entry >= xa_mk_internal(-4095UL);
}

/* The negative errno in an error entry, 0 for any other. */
static inline int xa_err(const void *entry)
{
	return xa_is_err(entry) ? (int)((long)entry >> 2) : 0;
}

/* Entries that only the advanced API may store: all internal ones but the reservation's. */
static inline bool xa_is_advanced(const void *entry)
{
	return xa_is_internal(entry) && entry <= xa_mk_internal(256);
}

/* --- locks ------------------------------------------------------------------------------- */

/* One word, so that struct maple_tree is as small as the kernel's. 0: free, 1: held. */
typedef struct {
	int held;
} spinlock_t;

void tv_spin_lock_contended(spinlock_t *lock);

#ifndef spin_lock
#define __SPIN_LOCK_UNLOCKED(name)	{ 0 }
#define DEFINE_SPINLOCK(name)		spinlock_t name = { 0 }

static inline void spin_lock_init(spinlock_t *lock)
{
	WRITE_ONCE(lock->held, 0);
}

static inline void spin_lock(spinlock_t *lock)
{
	if (unlikely(__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE)))
		tv_spin_lock_contended(lock);
}

static inline void spin_unlock(spinlock_t *lock)
{
	smp_store_release(&lock->held, 0);
}

#define spin_lock_nested(lock, subclass)	spin_lock(lock)
#define spin_lock_bh(lock)			spin_lock(lock)
#define spin_unlock_bh(lock)			spin_unlock(lock)
#define spin_lock_irq(lock)			spin_lock(lock)
#define spin_unlock_irq(lock)			spin_unlock(lock)
#define spin_lock_irqsave(lock, flags)		do { (flags) = 0; spin_lock(lock); } while (0)
#define spin_unlock_irqrestore(lock, flags)	do { (void)(flags); spin_unlock(lock); } while (0)
#endif

#ifndef SINGLE_DEPTH_NESTING
#define SINGLE_DEPTH_NESTING	1
#endif
#ifndef lockdep_is_held
#define lockdep_is_held(lock)	1
#endif

/* --- RCU --------------------------------------------------------------------------------- */

/*
 * Read-side sections over liburcu's memb flavour. A thread is registered by its first
 * rcu_read_lock() and unregistered when it ends, so users have nothing to set up. Threads that
 * registered themselves with liburcu are left alone.
 */
void tv_rcu_register_thread(void);
void tv_rcu_unregister_thread(void);

/* Waits until every node and callback handed over before the call has been dealt with. */
void tv_rcu_barrier(void);

#ifdef TV_TSAN
/*
 * A grace period in terms that ThreadSanitizer follows, since liburcu is not instrumented: what each
 * reader did up to the end of its section, and the writer up to its call_rcu(), comes before what
 * the callback does.
 */
extern unsigned long tv_rcu_order;
#define tv_rcu_before()		((void)__atomic_fetch_add(&tv_rcu_order, 1, __ATOMIC_RELEASE))
#define tv_rcu_after()		((void)__atomic_load_n(&tv_rcu_order, __ATOMIC_ACQUIRE))
#else
#define tv_rcu_before()		((void)0)
#define tv_rcu_after()		((void)0)
#endif

/* Whether liburcu knows the calling thread. */
#ifdef TV_TSAN
extern __thread bool tv_rcu_registered;
#define tv_rcu_is_registered()	tv_rcu_registered
#else
#define tv_rcu_is_registered()	(URCU_TLS(urcu_memb_reader).registered)
#endif

static inline void tv_rcu_read_lock(void)
{
	if (unlikely(!tv_rcu_is_registered()))
		tv_rcu_register_thread();
	urcu_memb_read_lock();
}

static inline void tv_rcu_read_unlock(void)
{
	tv_rcu_before();
	urcu_memb_read_unlock();
}

#undef rcu_read_lock
#undef rcu_read_unlock
#undef rcu_register_thread
#undef rcu_unregister_thread
#undef rcu_init
#undef rcu_barrier
#undef synchronize_rcu
#undef call_rcu
#undef rcu_dereference
#undef rcu_assign_pointer

#define rcu_read_lock()			tv_rcu_read_lock()
#define rcu_read_unlock()		tv_rcu_read_unlock()
#define rcu_register_thread()		tv_rcu_register_thread()
#define rcu_unregister_thread()		tv_rcu_unregister_thread()
#define rcu_init()			urcu_memb_init()
#define rcu_barrier()			tv_rcu_barrier()
#define synchronize_rcu()		urcu_memb_synchronize_rcu()
#define call_rcu(head, func)		urcu_memb_call_rcu(head, func)

/* Publication: the reader's load acquires what the writer's store releases. */
#define rcu_dereference(p)		__atomic_load_n(&(p), __ATOMIC_ACQUIRE)
#define rcu_dereference_raw(p)		rcu_dereference(p)
#define rcu_dereference_check(p, c)	rcu_dereference(p)
#define rcu_dereference_protected(p, c)	READ_ONCE(p)
#define rcu_assign_pointer(p, v)	__atomic_store_n(&(p), (v), __ATOMIC_RELEASE)
#define RCU_INIT_POINTER(p, v)		WRITE_ONCE(p, v)

#endif /* TV_MAPLE_COMPAT_H */
