// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Scheduling points. */
#include "model/fiber.h"
#include "model/hazard.h"
#include "model/step.h"
#include "model/world.h"

/* Under the explorer: the actor offers @point, and goes on when it was chosen. */
static void offer(const struct tv_point *point)
{
	struct tv_actor *actor = tv_current;

	actor->point = point;
	tv_fiber_yield();
	actor->point = NULL;
}

void tv_step(uint32_t object, enum tv_access access, const char *what, const void *who,
	     const struct tv_site *site)
{
	struct tv_point point;

	if (!tv_current->explored)
		return;
	point = (struct tv_point){
		.step = { .object = object, .access = access, .cpu = tv_actor_cpu(tv_current) },
		.what = what, .object = who, .site = site,
	};
	offer(&point);
}

void tv_step_when(bool (*can)(const void *arg), const void *arg, uint32_t object,
		  enum tv_access access, const char *what, const void *who,
		  const struct tv_site *site)
{
	struct tv_point point;

	if (!tv_current->explored) {
		if (!can(arg))
			tv_hazard(TV_HAZARD_DEADLOCK, site, NULL, "%s would wait for ever", what);
		return;
	}
	point = (struct tv_point){
		.step = { .object = object, .access = access, .cpu = tv_actor_cpu(tv_current) },
		.what = what, .object = who, .site = site, .can = can, .arg = arg,
	};
	offer(&point);
}

void tv_step_idle(bool (*can)(const void *arg), const void *arg, uint32_t object, bool takes_cpu,
		  const char *what, const struct tv_site *site)
{
	struct tv_point point = {
		.step = { .object = object, .access = TV_ACCESS_WRITE, .takes_cpu = takes_cpu,
			  .cpu = tv_actor_cpu(tv_current) },
		.what = what, .site = site, .can = can, .arg = arg, .idle = true,
	};

	offer(&point);
}

void tv_step_cpu(const char *what, const struct tv_site *site)
{
	struct tv_point point = {
		.step = { .takes_cpu = true, .cpu = tv_actor_cpu(tv_current) },
		.what = what, .site = site,
	};

	if (tv_current->explored)
		offer(&point);
}

void tv_step_irqs(uint32_t object, const char *what, const struct tv_site *site)
{
	struct tv_point point = {
		.step = { .object = object, .access = TV_ACCESS_WRITE, .takes_cpu = true,
			  .cpu = tv_actor_cpu(tv_current) },
		.what = what, .site = site,
	};

	if (tv_current->explored)
		offer(&point);
}

unsigned int tv_step_choose(unsigned int ways, const char *what, const struct tv_site *site)
{
	return tv_step_choose_of(0, ways, what, site);
}

unsigned int tv_step_choose_of(uint32_t object, unsigned int ways, const char *what,
			       const struct tv_site *site)
{
	struct tv_point point;

	if (!tv_current->explored || ways < 2)
		return 0;
	point = (struct tv_point){
		.step = {
			.object = object, .access = object ? TV_ACCESS_WRITE : TV_ACCESS_READ,
			.choices = ways, .cpu = tv_actor_cpu(tv_current),
		},
		.what = what, .site = site,
	};
	offer(&point);
	return tv_current->choice;
}
