/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Chance, the same for the same seed. */
#ifndef RACE_DICE_H
#define RACE_DICE_H

#include <stdint.h>

/* 31 bits. */
static inline unsigned long roll(uint64_t *dice)
{
	*dice = *dice * 6364136223846793005u + 1442695040888963407u;
	return *dice >> 33;
}

#endif
