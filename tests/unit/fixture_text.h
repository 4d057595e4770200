/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Fixtures that exist only as text. */
#ifndef TESTS_FIXTURE_TEXT_H
#define TESTS_FIXTURE_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "model/fixture.h"

/* tv_fixture_load() of the @len bytes at @text. */
static inline int fixture_load_bytes(const char *text, size_t len, struct tv_world **world,
				     struct tv_diag *diag)
{
	int fd = memfd_create("fixture", MFD_CLOEXEC);
	char path[64];
	int err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = tv_fixture_load(path, world, diag);
	close(fd);
	return err;
}

static inline int fixture_load_text(const char *text, struct tv_world **world,
				    struct tv_diag *diag)
{
	return fixture_load_bytes(text, strlen(text), world, diag);
}

#endif
