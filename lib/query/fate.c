/*
 * fate.c - what became of each commit of a chain on one platform
 *
 * One pass from new to old for each question: which decision is about a commit,
 * which commit stands for it, what follows. So it takes as long as the chain is,
 * and as there are decisions.
 */
#include "base/compat.h"
#include "base/error.h"
#include "query/fate.h"

#define PENDING_MASK (FATE_IS_QUEUED | FATE_IS_RUNNING)

/* What decisions say of a commit itself: the newest that does; FATE_NONE: none does */
struct mark {
	uint32_t chooser, dropper;
	const char *why;               /* it was dropped */
	uint32_t lost;                 /* what was to stand for it, and does not; FATE_NONE: no such */
};

struct table {
	struct fate *fates;
	const unsigned char *known;
	size_t n;
	struct fate_decision *decisions;
	size_t ndecisions;
	struct mark *marks;            /* of each commit */
	uint32_t *open;                /* decisions that have begun; the last one counts */
	size_t nopen;
	size_t newest, oldest;         /* commits that decisions are about: from, to; 0: none */
};

/* --- Which decision is about which commits -------------------------------- */

static int compare_decisions(const void *a, const void *b)
{
	const struct fate_decision *x = a, *y = b;

	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* A base that is newer than the head is none; a decision of no commits only drops some */
static void find_ends(struct table *t)
{
	uint32_t older = FATE_NONE;
	size_t i;

	for (i = t->ndecisions; i--;) {
		struct fate_decision *d = &t->decisions[i];
		int64_t room = (int64_t)t->n - d->head;
		int64_t commits = d->commits < room ? d->commits : room;

		if (i + 1 < t->ndecisions && d[1].head > d->head)
			older = d[1].head;
		if (d->commits < 1)
			d->end = d->head;
		else if (d->base != FATE_NONE && d->base > d->head)
			d->end = d->base;
		else
			d->end = older != FATE_NONE ? older : d->head + (uint32_t)commits;
	}
}

/* Of those that reach a commit, the one that has begun last */
static void find_decisions(struct table *t)
{
	size_t next = 0, end, i, j;

	for (i = 0; i < t->n; i++) {
		for (end = next; end < t->ndecisions && t->decisions[end].head == i; end++)
			;
		/* the first of those with the same head goes on top */
		for (j = end; j-- > next;)
			t->open[t->nopen++] = (uint32_t)j;
		next = end;
		while (t->nopen && t->decisions[t->open[t->nopen - 1]].end <= i)
			t->nopen--;
		t->fates[i].decision = t->nopen ? t->open[t->nopen - 1] : FATE_NONE;
		if (!t->nopen)
			continue;
		t->newest = t->oldest ? t->newest : i;
		t->oldest = i + 1;
	}
}

static void find_marks(struct table *t)
{
	size_t i, j;

	for (i = 0; i < t->n; i++)
		t->marks[i].chooser = t->marks[i].dropper = FATE_NONE;
	for (i = t->ndecisions; i--;) {
		const struct fate_decision *d = &t->decisions[i];

		for (j = 0; j < d->nchosen; j++)
			t->marks[d->chosen[j]].chooser = (uint32_t)i;
		for (j = d->ndropped; j--;) {
			t->marks[d->dropped[j].commit].dropper = (uint32_t)i;
			t->marks[d->dropped[j].commit].why = d->dropped[j].why;
		}
	}
}

/* By a decision that is not older than the last one which chose it */
static int is_dropped(const struct table *t, size_t i)
{
	const struct mark *m = &t->marks[i];

	if (m->dropper == FATE_NONE || m->chooser == FATE_NONE)
		return m->dropper != FATE_NONE;
	return t->decisions[m->dropper].head <= t->decisions[m->chooser].head;
}

static int is_chosen(const struct table *t, size_t i)
{
	return t->marks[i].chooser != FATE_NONE && !is_dropped(t, i);
}

/* --- Which commit stands for which ---------------------------------------- */

/* What was chosen and is nowhere any more stands for nothing, as what was dropped */
static void find_owners(struct table *t)
{
	uint32_t owner = FATE_NONE, lost = FATE_NONE;
	size_t i;

	for (i = 0; i < t->n; i++) {
		unsigned known = t->known[i];

		if (t->fates[i].decision == FATE_NONE)
			owner = lost = FATE_NONE;
		else if ((known & FATE_HAS_RESULT) ||
			 (is_chosen(t, i) && (known & (PENDING_MASK | FATE_HAS_FAILURE))))
			owner = (uint32_t)i;
		else if (is_chosen(t, i) || is_dropped(t, i))
			lost = (uint32_t)i;
		t->fates[i].owner = owner;
		t->marks[i].lost = lost;
	}
}

/* --- What follows ---------------------------------------------------------- */

static void settle(struct fate *f, gitperf_fate fate, const char *why, uint32_t by)
{
	f->fate = fate;
	f->why = why;
	f->by = by;
}

/* Newer than all that was decided, older, or lost on the way */
static void settle_undecided(const struct table *t, size_t i)
{
	struct fate *f = &t->fates[i];

	if (!t->oldest)
		settle(f, GITPERF_FATE_SKIPPED, "no-plan", FATE_NONE);
	else if (i < t->newest)
		settle(f, GITPERF_FATE_PENDING, "unplanned", FATE_NONE);
	else
		settle(f, GITPERF_FATE_SKIPPED, i >= t->oldest ? "before-planning" : "no-plan", FATE_NONE);
}

/* The reason for which a decision leaves out what it has not chosen, or NULL */
static const char *why_left_out(const struct table *t, size_t i)
{
	const char *skipped = t->decisions[t->fates[i].decision].skipped;

	if (skipped && !strcmp(skipped, "not-merge") && (t->known[i] & FATE_IS_MERGE))
		return NULL;
	return skipped;
}

/* Nothing stands for it: if something was to, for the same reason */
static void settle_lost(const struct table *t, size_t i)
{
	struct fate *f = &t->fates[i];
	uint32_t lost = t->marks[i].lost;

	if (lost == FATE_NONE) {
		settle(f, GITPERF_FATE_SKIPPED, "no-plan", FATE_NONE);
	} else if (is_dropped(t, lost)) {
		settle(f, GITPERF_FATE_SKIPPED, t->marks[lost].why, FATE_NONE);
		f->decision = t->marks[lost].dropper;
	} else {
		settle(f, GITPERF_FATE_SKIPPED, "cancelled", FATE_NONE);
	}
}

static void settle_decided(const struct table *t, size_t i)
{
	struct fate *f = &t->fates[i];
	const char *why = why_left_out(t, i);

	if (why)
		settle(f, GITPERF_FATE_SKIPPED, why, f->owner);
	else if (f->owner == FATE_NONE)
		settle_lost(t, i);
	else if (t->fates[f->owner].fate == GITPERF_FATE_FAILED)
		settle(f, GITPERF_FATE_FAILED, NULL, f->owner);
	else
		settle(f, GITPERF_FATE_REPRESENTED, NULL, f->owner);
}

static void settle_commit(const struct table *t, size_t i)
{
	struct fate *f = &t->fates[i];
	unsigned known = t->known[i];
	/* somebody's wish to know more of a commit takes nothing from what is known of it */
	uint32_t other = f->owner == i ? FATE_NONE : f->owner;

	/* of a suite in parts, a result may be that of one, while another is still to come */
	if ((known & FATE_HAS_RESULT) && !(known & FATE_IS_IN_PARTS)) {
		settle(f, GITPERF_FATE_MEASURED, NULL, FATE_NONE);
	} else if (known & PENDING_MASK) {
		settle(f, GITPERF_FATE_PENDING, known & FATE_IS_RUNNING ? "running" : "queued", other);
	} else if (known & FATE_HAS_FAILURE) {
		settle(f, GITPERF_FATE_FAILED, NULL, other);
	} else if (is_dropped(t, i)) {
		settle(f, GITPERF_FATE_SKIPPED, t->marks[i].why, f->owner);
		f->decision = t->marks[i].dropper;
	} else if (is_chosen(t, i)) {
		settle(f, GITPERF_FATE_SKIPPED, "cancelled", f->owner);
	} else if (f->decision == FATE_NONE) {
		settle_undecided(t, i);
	} else {
		settle_decided(t, i);
	}
}

int gitperf_fates__settle(struct fate *out, const unsigned char *known, size_t n,
			   struct fate_decision *decisions, size_t ndecisions)
{
	struct table t = { .fates = out, .known = known, .n = n, .decisions = decisions,
			   .ndecisions = ndecisions };
	size_t i;

	t.marks = calloc(n + 1, sizeof(*t.marks));
	t.open = calloc(ndecisions + 1, sizeof(*t.open));
	if (!t.marks || !t.open) {
		free(t.marks);
		free(t.open);
		return gitperf_fail_oom();
	}
	if (ndecisions)
		qsort(decisions, ndecisions, sizeof(*decisions), compare_decisions);
	find_ends(&t);
	find_decisions(&t);
	find_marks(&t);
	find_owners(&t);
	for (i = 0; i < n; i++)
		settle_commit(&t, i);
	free(t.marks);
	free(t.open);
	return 0;
}

size_t gitperf_fates__range(const struct fate *fates, size_t n, size_t i)
{
	size_t end = i + 1;

	if (fates[i].fate != GITPERF_FATE_MEASURED && fates[i].owner != i)
		return 0;
	while (end < n && fates[end].owner == i)
		end++;
	return end - i;
}
