/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the explorer runs with the design mmap_lock, once more for spin: READERS
 * programs walk, and fault, while one writer changes the address space. One
 * statement here is one step there. The task is pid 42's, its mm has one VMA
 * that matters; nobody exits, so counts are kept and never reach 0.
 */
#ifndef READERS
#define READERS 1
#endif

byte rcu, task_usage = 1, mm_users = 1;
bool alloc_lock;
byte readers;				/* mmap_lock */
bool writer, writer_waits;
byte readers_wait;

inline find_task()
{
	rcu++;
	skip;			/* find_task_by_pid */
	task_usage++;
	rcu--
}

inline get_task_mm()
{
	atomic { !alloc_lock -> alloc_lock = true };
	skip;			/* read task->mm */
	mm_users++;
	alloc_lock = false
}

/* A queue keeps newcomers out. Only behind a writer do readers have to wait once in it. */
inline mmap_read_lock()
{
	atomic {
		if
		:: writer || writer_waits || readers_wait -> readers_wait++; behind = writer_waits
		:: else -> readers++; goto read_locked
		fi
	};
	atomic {
		!writer && !(behind && writer_waits) ->
		readers_wait--; readers++
	}
}

active [READERS] proctype reader()
{
	bool behind;

	find_task();
	task_usage++;		/* new */
	skip;			/* read task->mm */
	atomic {
		if
		:: writer || writer_waits || readers_wait -> goto busy
		:: else -> readers++
		fi
	};
	skip;			/* vma_next */
	get_task_mm();		/* bpf_copy_from_user_task */
	mmap_read_lock();
read_locked:
	readers--;
	mm_users--;
	readers--;		/* destroy */
busy:
	task_usage--;
	skip;			/* bpf_mem_free */
	task_usage--
}

active proctype mprotect()
{
	find_task();
	get_task_mm();
	atomic {
		if
		:: writer || readers || readers_wait -> writer_waits = true
		:: else -> writer = true; goto write_locked
		fi
	};
	atomic { !writer && !readers -> writer_waits = false; writer = true };
write_locked:
	skip;			/* vma_start_write */
	skip;			/* write vm_flags */
	skip;			/* vma_end_write_all */
	writer = false;
	mm_users--;
	task_usage--
}
