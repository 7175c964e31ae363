/*
 * u-coverage.c - lib/query: what became of each commit, checked against brute force
 *
 * Below, what gitperf_fates__settle() answers in a few passes is asked again for each
 * commit by itself, word by word as gitperf-queue(7) has it, and of random histories:
 * those that a planner makes, and those that nobody does.
 */
#include "base/compat.h"
#include "query/fate.h"

#include "random.h"
#include "tap.h"

#define COMMITS_MAX 40
#define DECISIONS_MAX 12
#define ROUNDS 5000

struct history {
	size_t n, ndecisions;
	unsigned char known[COMMITS_MAX];
	struct fate_decision decisions[DECISIONS_MAX];
	char ids[DECISIONS_MAX][41];
	uint32_t chosen[DECISIONS_MAX][COMMITS_MAX];
	struct fate_drop dropped[DECISIONS_MAX][COMMITS_MAX];
};

static size_t below(size_t n)
{
	return (size_t)(uniform() * (double)n);
}

static int one_in(size_t n)
{
	return below(n) == 0;
}

/* --- Brute force ---------------------------------------------------------- */

/* The next older head among all decisions, or FATE_NONE */
static uint32_t next_older(const struct history *h, uint32_t head)
{
	uint32_t found = FATE_NONE;
	size_t i;

	for (i = 0; i < h->ndecisions; i++)
		if (h->decisions[i].head > head && h->decisions[i].head < found)
			found = h->decisions[i].head;
	return found;
}

static int covers(const struct history *h, const struct fate_decision *d, size_t c)
{
	uint32_t older = next_older(h, d->head);

	/* of no commits at all: it only drops some */
	if (c < d->head || d->commits < 1)
		return 0;
	if (d->base != FATE_NONE && d->base > d->head)
		return c < d->base;
	if (older != FATE_NONE)
		return c < older;
	return (int64_t)(c - d->head) < d->commits;
}

/* NULL: nobody decided about it */
static const struct fate_decision *decision_of(const struct history *h, size_t c)
{
	const struct fate_decision *best = NULL;
	size_t i;

	for (i = 0; i < h->ndecisions; i++) {
		const struct fate_decision *d = &h->decisions[i];

		if (covers(h, d, c) && (!best || d->head > best->head ||
					(d->head == best->head && strcmp(d->id, best->id) < 0)))
			best = d;
	}
	return best;
}

static int chooses(const struct fate_decision *d, size_t c)
{
	size_t i;

	for (i = 0; i < d->nchosen; i++)
		if (d->chosen[i] == c)
			return 1;
	return 0;
}

static const char *drops(const struct fate_decision *d, size_t c)
{
	size_t i;

	for (i = 0; i < d->ndropped; i++)
		if (d->dropped[i].commit == c)
			return d->dropped[i].why;
	return NULL;
}

/* Chosen by a decision, and dropped by none of the same age or younger */
static int stays_chosen(const struct history *h, size_t c)
{
	size_t i, j;

	for (i = 0; i < h->ndecisions; i++) {
		int stays = chooses(&h->decisions[i], c);

		for (j = 0; j < h->ndecisions; j++)
			if (drops(&h->decisions[j], c) && h->decisions[j].head <= h->decisions[i].head)
				stays = 0;
		if (stays)
			return 1;
	}
	return 0;
}

/* The youngest that drops it, unless it was chosen again since */
static const struct fate_decision *dropper_of(const struct history *h, size_t c)
{
	const struct fate_decision *best = NULL;
	size_t i;

	if (stays_chosen(h, c))
		return NULL;
	for (i = 0; i < h->ndecisions; i++) {
		const struct fate_decision *d = &h->decisions[i];

		if (drops(d, c) && (!best || d->head < best->head ||
				    (d->head == best->head && strcmp(d->id, best->id) < 0)))
			best = d;
	}
	return best;
}

static int is_measured(const struct history *h, size_t c)
{
	return (h->known[c] & FATE_HAS_RESULT) != 0;
}

static int is_alive(const struct history *h, size_t c)
{
	return (h->known[c] & ~FATE_IS_MERGE) != 0;
}

static uint32_t owner_of(const struct history *h, size_t c)
{
	for (;; c--) {
		if (!decision_of(h, c))
			return FATE_NONE;
		if (is_measured(h, c) || (stays_chosen(h, c) && is_alive(h, c)))
			return (uint32_t)c;
		if (!c)
			return FATE_NONE;
	}
}

static gitperf_fate own_fate(const struct history *h, size_t c)
{
	if (is_measured(h, c) && !(h->known[c] & FATE_IS_IN_PARTS))
		return GITPERF_FATE_MEASURED;
	if (h->known[c] & (FATE_IS_QUEUED | FATE_IS_RUNNING))
		return GITPERF_FATE_PENDING;
	return h->known[c] & FATE_HAS_FAILURE ? GITPERF_FATE_FAILED : GITPERF_FATES;
}

struct answer {
	gitperf_fate fate;
	const char *why;
	uint32_t by;
	int64_t depth;
};

static struct answer undecided(const struct history *h, size_t c)
{
	struct answer skipped = { GITPERF_FATE_SKIPPED, "no-plan", FATE_NONE, -1 };
	struct answer pending = { GITPERF_FATE_PENDING, "unplanned", FATE_NONE, -1 };
	int newer = 0, older = 0;
	size_t i;

	for (i = 0; i < h->n; i++) {
		newer |= i < c && decision_of(h, i);
		older |= i > c && decision_of(h, i);
	}
	if (!newer && !older)
		return skipped;
	if (!newer)
		return pending;
	skipped.why = older ? "no-plan" : "before-planning";
	return skipped;
}

/* Nothing stands for it: look for what was to, among those that are newer */
static struct answer lost(const struct history *h, size_t c, struct answer a)
{
	size_t i;

	a.why = "no-plan";
	for (i = c + 1; i-- > 0 && decision_of(h, i); ) {
		const struct fate_decision *dropper = dropper_of(h, i);

		if (!dropper && !stays_chosen(h, i))
			continue;
		a.why = dropper ? drops(dropper, i) : "cancelled";
		a.depth = dropper ? dropper->depth : a.depth;
		break;
	}
	return a;
}

static struct answer by_decision(const struct history *h, size_t c)
{
	const struct fate_decision *d = decision_of(h, c);
	struct answer a = { GITPERF_FATE_SKIPPED, NULL, owner_of(h, c), d->depth };
	gitperf_fate fate;

	if (d->skipped && (strcmp(d->skipped, "not-merge") || !(h->known[c] & FATE_IS_MERGE))) {
		a.why = d->skipped;
		return a;
	}
	if (a.by == FATE_NONE)
		return lost(h, c, a);
	fate = own_fate(h, a.by);
	a.fate = fate == GITPERF_FATE_FAILED ? GITPERF_FATE_FAILED : GITPERF_FATE_REPRESENTED;
	return a;
}

static struct answer brute(const struct history *h, size_t c)
{
	const struct fate_decision *d = decision_of(h, c), *dropper = dropper_of(h, c);
	struct answer a = { own_fate(h, c), NULL, FATE_NONE, d ? d->depth : -1 };

	if (a.fate != GITPERF_FATES) {
		if (a.fate == GITPERF_FATE_PENDING)
			a.why = h->known[c] & FATE_IS_RUNNING ? "running" : "queued";
		if (a.fate != GITPERF_FATE_MEASURED && d && owner_of(h, c) != c)
			a.by = owner_of(h, c);
		return a;
	}
	a.fate = GITPERF_FATE_SKIPPED;
	if (dropper) {
		a.why = drops(dropper, c);
		a.by = owner_of(h, c);
		a.depth = dropper->depth;
	} else if (stays_chosen(h, c)) {
		a.why = "cancelled";
		a.by = owner_of(h, c);
	} else {
		return d ? by_decision(h, c) : undecided(h, c);
	}
	return a;
}

static int is_brutally_covered(const struct history *h, size_t c)
{
	struct answer a = brute(h, c);

	return a.fate == GITPERF_FATE_MEASURED || (a.by != FATE_NONE && own_fate(h, a.by) == GITPERF_FATE_MEASURED);
}

/* --- Histories ------------------------------------------------------------ */

static void add_decision(struct history *h, uint32_t head)
{
	struct fate_decision *d = &h->decisions[h->ndecisions];
	size_t i = h->ndecisions++, digit;

	memset(d, 0, sizeof(*d));
	for (digit = 0; digit < 40; digit++)
		h->ids[i][digit] = "0123456789abcdef"[below(16)];
	d->id = h->ids[i];
	d->head = head;
	d->base = FATE_NONE;
	d->depth = (int64_t)i;
	d->chosen = h->chosen[i];
	d->dropped = h->dropped[i];
}

static void choose(struct history *h, size_t i, size_t c)
{
	h->chosen[i][h->decisions[i].nchosen++] = (uint32_t)c;
}

static void drop(struct history *h, size_t i, size_t c)
{
	struct fate_drop *d = &h->dropped[i][h->decisions[i].ndropped++];

	d->commit = (uint32_t)c;
	d->why = one_in(2) ? "queue-depth" : "superseded";
}

static const char *any_reason(void)
{
	static const char *const reasons[] = { NULL, NULL, NULL, "not-merge", "not-tagged", "queue-depth" };

	return reasons[below(ARRAY_SIZE(reasons))];
}

static void begin(struct history *h)
{
	static const unsigned flags[] = {
		0, 0, 0, FATE_HAS_RESULT, FATE_HAS_RESULT | FATE_HAS_FAILURE, FATE_HAS_FAILURE,
		FATE_IS_QUEUED, FATE_IS_QUEUED | FATE_IS_RUNNING, FATE_HAS_FAILURE | FATE_IS_QUEUED,
		FATE_HAS_RESULT | FATE_IS_QUEUED | FATE_IS_IN_PARTS
	};
	size_t i, busy = 1 + below(4);

	memset(h, 0, sizeof(*h));
	h->n = 1 + below(COMMITS_MAX);
	for (i = 0; i < h->n; i++)
		h->known[i] = (unsigned char)((one_in(busy) ? flags[below(ARRAY_SIZE(flags))] : 0) |
					      (one_in(3) ? FATE_IS_MERGE : 0));
}

/* Whatever there might be, also what no planner writes */
static void make_wild(struct history *h)
{
	size_t i, c, n = below(DECISIONS_MAX);

	begin(h);
	for (i = 0; i < n; i++) {
		add_decision(h, (uint32_t)below(h->n));
		if (one_in(2))
			h->decisions[i].base = (uint32_t)below(h->n);
		h->decisions[i].commits = (int64_t)below(6) - 1;
		h->decisions[i].skipped = any_reason();
		for (c = 0; c < h->n; c++) {
			if (one_in(5))
				choose(h, i, c);
			if (one_in(9))
				drop(h, i, c);
		}
	}
}

/*
 * As planners do: each decision begins where the last one ended, chooses among its
 * own, and drops what was chosen before. Returns where the first one begins.
 */
static size_t make_planned(struct history *h)
{
	size_t end, start, head, c, i;

	begin(h);
	end = start = 1 + below(h->n);
	while (end && h->ndecisions < DECISIONS_MAX) {
		i = h->ndecisions;
		head = end - 1 - below(end < 8 ? end : 8);
		add_decision(h, (uint32_t)head);
		/* where a trunk was rewritten, the base is nowhere */
		if (end < h->n && !one_in(4))
			h->decisions[i].base = (uint32_t)end;
		h->decisions[i].commits = (int64_t)(end - head);
		h->decisions[i].skipped = any_reason();
		for (c = head; c < end; c++)
			if (one_in(3))
				choose(h, i, c);
		for (c = end; c < start; c++)
			if (one_in(6))
				drop(h, i, c);
		end = one_in(6) ? 0 : head;
	}
	return start;
}

/* --- Comparing ------------------------------------------------------------ */

static int is_same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static int agrees(const struct history *h, const struct fate *fates,
		  const struct fate_decision *sorted, size_t c)
{
	struct answer a = brute(h, c);
	const struct fate *f = &fates[c];
	int64_t depth = f->decision == FATE_NONE ? -1 : sorted[f->decision].depth;

	return f->fate == a.fate && is_same_text(f->why, a.why) && f->by == a.by && depth == a.depth &&
	       f->owner == owner_of(h, c) && gitperf_fates__is_covered(fates, c) == is_brutally_covered(h, c);
}

/* The decisions of a history are left as they are, in another order */
static int settle(struct fate *fates, struct fate_decision *copy, const struct history *h)
{
	size_t i, j;

	for (i = 0; i < h->ndecisions; i++) {
		j = below(i + 1);
		copy[i] = copy[j];
		copy[j] = h->decisions[i];
	}
	return gitperf_fates__settle(fates, h->known, h->n, copy, h->ndecisions);
}

static size_t count_wrong(const struct history *h)
{
	struct fate_decision sorted[DECISIONS_MAX];
	struct fate fates[COMMITS_MAX];
	size_t c, wrong = 0;

	if (settle(fates, sorted, h) < 0)
		return 1;
	for (c = 0; c < h->n; c++)
		wrong += !agrees(h, fates, sorted, c);
	return wrong;
}

static void test_brute_force(void)
{
	struct history h;
	size_t i, wild = 0, planned = 0;

	for (i = 0; i < ROUNDS; i++) {
		make_wild(&h);
		wild += count_wrong(&h);
		make_planned(&h);
		planned += count_wrong(&h);
	}
	is_int((int64_t)wild, 0, "A34: any decisions at all: as by brute force");
	is_int((int64_t)planned, 0, "... and those that planners make");
}

/* --- What always holds ---------------------------------------------------- */

/* Every commit behind the first owner of a stretch is in one range, and ranges are runs */
static int is_partition(const struct history *h, const struct fate *fates)
{
	size_t times[COMMITS_MAX] = { 0 }, c, i, range;

	for (c = 0; c < h->n; c++) {
		range = gitperf_fates__range(fates, h->n, c);
		if (c + range > h->n)
			return 0;
		for (i = c; i < c + range; i++)
			times[i]++;
	}
	for (c = 0; c < h->n; c++) {
		int has_owner = fates[c].owner != FATE_NONE || fates[c].fate == GITPERF_FATE_MEASURED;

		if (times[c] != (size_t)has_owner)
			return 0;
	}
	return 1;
}

/* As planners decide, all from the first owner to the oldest decided one is owned */
static int is_contiguous(const struct fate *fates, size_t start)
{
	size_t c = 0;

	while (c < start && fates[c].owner == FATE_NONE)
		c++;
	for (; c < start; c++)
		if (fates[c].owner == FATE_NONE)
			return 0;
	return 1;
}

static void test_ranges(void)
{
	struct fate_decision sorted[DECISIONS_MAX];
	struct fate fates[COMMITS_MAX];
	size_t i, start, wild = 0, planned = 0;
	struct history h;

	for (i = 0; i < ROUNDS; i++) {
		make_wild(&h);
		settle(fates, sorted, &h);
		wild += !is_partition(&h, fates);
		start = make_planned(&h);
		settle(fates, sorted, &h);
		planned += !is_partition(&h, fates) || !is_contiguous(fates, start);
	}
	is_int((int64_t)wild, 0, "I8, A44: no commit is in two ranges");
	is_int((int64_t)planned, 0, "... and of what was planned none is in none");
}

/* Gaps among the shown commits: all that is not covered, and maximal */
static int is_right_gaps(const struct history *h, const gitperf_gap *gaps, size_t ngaps,
			 const uint32_t *shown, size_t nshown)
{
	size_t i, at = 0, fate, sum;

	for (i = 0; i <= nshown; i++) {
		int gap = i < nshown && !is_brutally_covered(h, shown[i]);
		int before = i && !is_brutally_covered(h, shown[i - 1]);

		if (gap && !before && (at == ngaps || gaps[at].first != i))
			return 0;
		if (!gap && before) {
			for (fate = sum = 0; fate < GITPERF_FATES; fate++)
				sum += gaps[at].by_fate[fate];
			if (gaps[at].first + gaps[at].commits != i || sum != gaps[at].commits || !gaps[at].why)
				return 0;
			at++;
		}
	}
	return at == ngaps;
}

static void test_gaps(void)
{
	struct fate_decision sorted[DECISIONS_MAX];
	struct fate fates[COMMITS_MAX];
	uint32_t shown[COMMITS_MAX];
	size_t i, c, ngaps, nshown, wrong = 0;
	struct history h;
	gitperf_gap *gaps;

	for (i = 0; i < ROUNDS; i++) {
		struct arena arena = ARENA_INIT;

		make_wild(&h);
		settle(fates, sorted, &h);
		for (c = nshown = 0; c < h.n; c++)
			if (!one_in(7))
				shown[nshown++] = (uint32_t)c;
		wrong += gitperf_fates__gaps(&gaps, &ngaps, &arena, fates, shown, nshown) < 0 ||
			 !is_right_gaps(&h, gaps, ngaps, shown, nshown);
		gitperf_arena_free(&arena);
	}
	is_int((int64_t)wrong, 0, "A35: gaps are all that is not covered, in runs");
}

/* --- By hand --------------------------------------------------------------- */

/* Six commits: 0 is new, 1 and 3 were chosen of 1..3, and 5 is older than all */
static void make_small(struct history *h)
{
	memset(h, 0, sizeof(*h));
	h->n = 6;
	add_decision(h, 1);
	h->decisions[0].base = 4;
	h->decisions[0].commits = 3;
	h->decisions[0].depth = 7;
	choose(h, 0, 1);
	choose(h, 0, 3);
	add_decision(h, 4);
	h->decisions[1].commits = 1;
}

static void is_fate(const struct history *h, size_t c, gitperf_fate fate, const char *why, uint32_t by)
{
	struct fate_decision sorted[DECISIONS_MAX];
	struct fate fates[COMMITS_MAX];

	is_ok(settle(fates, sorted, h), "settled");
	is_str(gitperf_fate_name(fates[c].fate), gitperf_fate_name(fate), "its fate");
	is_str(fates[c].why ? fates[c].why : "", why, "... and why");
	is_int(fates[c].by, by, "... and what stands for it");
}

static void test_by_hand(void)
{
	struct history h;

	make_small(&h);
	is_fate(&h, 0, GITPERF_FATE_PENDING, "unplanned", FATE_NONE);
	is_fate(&h, 1, GITPERF_FATE_SKIPPED, "cancelled", FATE_NONE);
	is_fate(&h, 2, GITPERF_FATE_SKIPPED, "cancelled", FATE_NONE);
	is_fate(&h, 5, GITPERF_FATE_SKIPPED, "before-planning", FATE_NONE);
	h.known[1] = FATE_IS_QUEUED;
	is_fate(&h, 1, GITPERF_FATE_PENDING, "queued", FATE_NONE);
	is_fate(&h, 2, GITPERF_FATE_REPRESENTED, "", 1);
	/* asked for and gone: the next one stands for it, and for those behind */
	is_fate(&h, 3, GITPERF_FATE_SKIPPED, "cancelled", 1);
	is_fate(&h, 4, GITPERF_FATE_REPRESENTED, "", 1);
	/* what somebody asks for besides, or has tried in vain, is stood for all the same */
	h.known[2] = FATE_IS_RUNNING;
	is_fate(&h, 2, GITPERF_FATE_PENDING, "running", 1);
	h.known[2] = FATE_HAS_FAILURE;
	is_fate(&h, 2, GITPERF_FATE_FAILED, "", 1);
	h.known[2] = 0;
	h.known[1] = FATE_HAS_FAILURE;
	is_fate(&h, 1, GITPERF_FATE_FAILED, "", FATE_NONE);
	is_fate(&h, 2, GITPERF_FATE_FAILED, "", 1);
	h.known[1] = FATE_HAS_FAILURE | FATE_HAS_RESULT;
	is_fate(&h, 1, GITPERF_FATE_MEASURED, "", FATE_NONE);
	/* a part has landed, another has not: it stands for others, and is not done */
	h.known[1] = FATE_HAS_RESULT | FATE_IS_QUEUED | FATE_IS_IN_PARTS;
	is_fate(&h, 1, GITPERF_FATE_PENDING, "queued", FATE_NONE);
	is_fate(&h, 2, GITPERF_FATE_REPRESENTED, "", 1);
	h.known[1] = FATE_HAS_RESULT;
	drop(&h, 0, 3);
	h.dropped[0][0].why = "superseded";
	is_fate(&h, 3, GITPERF_FATE_SKIPPED, "superseded", 1);
	/* a decision that only drops is about none of the commits before its head */
	add_decision(&h, 1);
	h.decisions[2].id = "0";
	h.decisions[2].base = 1;
	is_fate(&h, 2, GITPERF_FATE_REPRESENTED, "", 1);
	h.ndecisions = 2;
	h.decisions[0].skipped = "not-merge";
	is_fate(&h, 2, GITPERF_FATE_SKIPPED, "not-merge", 1);
	h.known[2] = FATE_IS_MERGE;
	is_fate(&h, 2, GITPERF_FATE_REPRESENTED, "", 1);
	h.ndecisions = 0;
	is_fate(&h, 2, GITPERF_FATE_SKIPPED, "no-plan", FATE_NONE);
}

int main(void)
{
	test_by_hand();
	test_brute_force();
	test_ranges();
	test_gaps();
	return done_testing();
}
