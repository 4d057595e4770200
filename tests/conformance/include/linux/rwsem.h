/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TV_TESTS_LINUX_RWSEM_H
#define TV_TESTS_LINUX_RWSEM_H

#include <pthread.h>

struct rw_semaphore {
	pthread_rwlock_t lock;
};

#define init_rwsem(sem) pthread_rwlock_init(&(sem)->lock, NULL)
#define down_write(sem) pthread_rwlock_wrlock(&(sem)->lock)
#define down_write_nested(sem, subclass) down_write(sem)
#define up_write(sem) pthread_rwlock_unlock(&(sem)->lock)

#endif
