# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A unit test made of parts of the comparison with the kernel's tree (tests/differential/maple.mk).

MAPLE_EPISODES := $(OUT)/tests/unit/test_maple_episodes.o \
	$(addprefix $(OUT)/tests/differential/,episode_digest.o episode_make.o slab.o live_set.o) \
	$(addprefix $(OUT)/differential/ours/,side_apply.o side_look.o side_ours.o ours_slab.o)

# tests/mutants links it with another library
$(OUT)/unit/test_maple_episodes: $(OUT)/libmaple.a
$(OUT)/mutants/test_maple_episodes: $(OUT)/mutants/libmaple.so
$(OUT)/unit/test_maple_episodes $(OUT)/mutants/test_maple_episodes: $(MAPLE_EPISODES)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(MAPLE_EPISODES) $(filter-out %.o,$^) -lurcu -lpthread -lcmocka
