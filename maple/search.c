// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the processor can do for search.h. */
#include "maple/search.h"

bool ma_has_avx2;

#ifdef MA_SEARCH_AVX2
__attribute__((__constructor__)) static void ask_processor(void)
{
	__builtin_cpu_init();
	ma_has_avx2 = __builtin_cpu_supports("avx2");
}
#endif
