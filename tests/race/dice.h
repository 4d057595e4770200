/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Chance, the same for the same seed. */
#ifndef RACE_DICE_H
#define RACE_DICE_H

/* 31 bits. */
static inline unsigned long roll(unsigned long *dice)
{
	*dice = *dice * 6364136223846793005ul + 1442695040888963407ul;
	return *dice >> 33;
}

#endif
