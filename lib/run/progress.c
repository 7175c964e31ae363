/*
 * progress.c - how far a measurement is
 */
#include "base/compat.h"
#include "base/buf.h"
#include "run/progress.h"

/* The total for which `done` is no smaller a part than what was told before */
static uint64_t find_total(const struct progress *p)
{
	uint64_t total = p->expected, most;

	if (p->told_done) {
		most = p->done * p->told_total / p->told_done;
		if (total > most)
			total = most;
	}
	/* but not the whole before it is */
	if (total <= p->done && p->done < p->expected)
		total = p->done + 1;
	return total;
}

void gitperf_progress__count(struct progress *p)
{
	p->told_total = find_total(p);
	p->told_done = p->done;
}

void gitperf_progress__tell(struct progress *p, const char *verb, const char *name)
{
	gitperf_buffer what = GITPERF_BUFFER_INIT;

	if (!p->events || !p->events->progress)
		return;
	gitperf_progress__count(p);
	gitperf_buf_addf(&what, "%s %s", verb, name);
	p->events->progress(p->events->payload, what.ptr, p->told_done, p->told_total);
	gitperf_buffer_dispose(&what);
}
