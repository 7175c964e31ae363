/*
 * balance.c - which of some workers does which of some tasks
 *
 * Longest processing time first takes at most 4/3 - 1/(3m) times as long as would be
 * possible (Graham, Bounds on multiprocessing timing anomalies, SIAM J. Appl. Math. 17,
 * 1969). Those who move a task pay for it with the comparability of its results, so what
 * is there is kept while it is good enough. Which moves are the fewest is as hard as
 * packing bins: a search tells for what people have, and gives up in time; then what a
 * rule of thumb has found is good enough, too.
 */
#include "base/compat.h"
#include "base/error.h"
#include "work/balance.h"

/* for what takes longer, nobody waits: fractions of a second */
#define NODES_MAX 300000
#define SEARCH_TASKS_MAX 512
#define SEARCH_WORKERS_MAX 16    /* bits of a number */

int64_t gitperf_balance_bound(int64_t lpt)
{
	return lpt + lpt * 15 / 100;
}

/* --- Longest first --- */

struct task {
	int64_t duration;
	size_t i;
};

static int by_duration(const void *a, const void *b)
{
	const struct task *x = a, *y = b;

	if (x->duration != y->duration)
		return x->duration > y->duration ? -1 : 1;
	return x->i < y->i ? -1 : x->i > y->i;
}

/* What all ways have in common */
struct way {
	const struct balance *b;
	struct task *order;            /* the longest first */
	int64_t *load;                 /* of each worker */
	size_t *owner;                 /* by task */
	int64_t bound;
};

static void close_way(struct way *w)
{
	free(w->order);
	free(w->load);
	free(w->owner);
}

static int open_way(struct way *w, const struct balance *b)
{
	size_t i;

	w->b = b;
	w->order = calloc(b->n + 1, sizeof(*w->order));
	w->load = calloc(b->workers, sizeof(*w->load));
	w->owner = calloc(b->n + 1, sizeof(*w->owner));
	if (!w->order || !w->load || !w->owner) {
		close_way(w);
		return gitperf_fail_oom();
	}
	for (i = 0; i < b->n; i++) {
		w->order[i].duration = b->durations[i];
		w->order[i].i = i;
		w->owner[i] = BALANCE_NOBODY;
	}
	if (b->n)
		qsort(w->order, b->n, sizeof(*w->order), by_duration);
	return 0;
}

static size_t least(const int64_t *load, size_t n)
{
	size_t i, best = 0;

	for (i = 1; i < n; i++)
		if (load[i] < load[best])
			best = i;
	return best;
}

static size_t most(const int64_t *load, size_t n)
{
	size_t i, best = 0;

	for (i = 1; i < n; i++)
		if (load[i] > load[best])
			best = i;
	return best;
}

/* Give to somebody whatever is nobody's */
static void place_rest(struct way *w)
{
	size_t i;

	for (i = 0; i < w->b->n; i++) {
		size_t *owner = &w->owner[w->order[i].i];

		if (*owner != BALANCE_NOBODY)
			continue;
		*owner = least(w->load, w->b->workers);
		w->load[*owner] += w->order[i].duration;
	}
}

static void keep_way(struct balance *out, const struct way *w)
{
	size_t i;

	memcpy(out->owner, w->owner, out->n * sizeof(*out->owner));
	out->moves = 0;
	for (i = 0; i < out->n; i++)
		out->moves += out->now[i] != BALANCE_NOBODY && out->now[i] != out->owner[i];
	out->makespan = w->load[most(w->load, out->workers)];
}

int gitperf_balance_lpt(struct balance *b)
{
	struct way w;
	int err = open_way(&w, b);

	if (err < 0)
		return err;
	place_rest(&w);
	keep_way(b, &w);
	b->lpt = b->makespan;
	b->is_fewest = 0;
	close_way(&w);
	return 0;
}

/* --- A rule of thumb --- */

/* What stays where it is; `taken` is what was taken from those who had it */
static void leave(struct way *w, const char *taken)
{
	size_t i;

	memset(w->load, 0, w->b->workers * sizeof(*w->load));
	for (i = 0; i < w->b->n; i++) {
		w->owner[i] = taken[i] ? BALANCE_NOBODY : w->b->now[i];
		if (w->owner[i] != BALANCE_NOBODY)
			w->load[w->owner[i]] += w->b->durations[i];
	}
}

/* The longest that a worker (or, NOBODY, anybody) still has: 1; 0 if there is none */
static int take_longest(struct way *w, char *taken, size_t worker)
{
	size_t i, task;

	for (i = 0; i < w->b->n; i++) {
		task = w->order[i].i;
		if (taken[task] || w->b->now[task] == BALANCE_NOBODY ||
		    (worker != BALANCE_NOBODY && w->b->now[task] != worker))
			continue;
		taken[task] = 1;
		w->load[w->b->now[task]] -= w->order[i].duration;
		return 1;
	}
	return 0;
}

/* Who has too much gives the longest away, so that it is little that moves */
static void shed(struct way *w, char *taken)
{
	size_t i;

	leave(w, taken);
	for (i = 0; i < w->b->workers; i++)
		while (w->load[i] > w->bound && take_longest(w, taken, i))
			;
}

/* What would fit where it was need not have moved; of the short ones more do */
static void put_back(struct way *w)
{
	size_t i;

	for (i = w->b->n; i-- > 0; ) {
		size_t task = w->order[i].i, was = w->b->now[task];

		if (was == BALANCE_NOBODY || was == w->owner[task] ||
		    w->load[was] + w->order[i].duration > w->bound)
			continue;
		w->load[w->owner[task]] -= w->order[i].duration;
		w->load[was] += w->order[i].duration;
		w->owner[task] = was;
	}
}

/* More and more is taken and given anew; when it is all, that is longest first */
static int move_by_thumb(struct balance *b, struct way *w)
{
	char *taken = calloc(b->n + 1, 1);
	size_t step = 1, i;

	if (!taken)
		return gitperf_fail_oom();
	shed(w, taken);
	for (;;) {
		size_t slow;

		leave(w, taken);
		place_rest(w);
		slow = most(w->load, b->workers);
		if (w->load[slow] <= w->bound)
			break;
		for (i = 0; i < step; i++)
			if (!take_longest(w, taken, slow) && !take_longest(w, taken, BALANCE_NOBODY))
				break;
		/* of very many, not one by one */
		step += step / 8 + (b->n > SEARCH_TASKS_MAX);
	}
	free(taken);
	put_back(w);
	keep_way(b, w);
	return 0;
}

/* --- A search --- */

struct search {
	struct way *w;
	int64_t *rest;                 /* of each worker: of what is not decided */
	size_t *next;                  /* by place: the next one of the same owner, or n */
	size_t *first;                 /* by worker: his first one that is not decided, or n */
	size_t nobodys;                /* not decided, and nobody's */
	size_t nodes;
};

static size_t now_at(const struct search *s, size_t at)
{
	return s->w->b->now[s->w->order[at].i];
}

/* So many of a worker's have to go at least: the longest that he has left */
static size_t must_go(const struct search *s, size_t worker)
{
	int64_t excess = s->w->load[worker] + s->rest[worker] - s->w->bound;
	size_t n = 0, at = s->first[worker];

	for (; excess > 0 && at < s->w->b->n; at = s->next[at], n++)
		excess -= s->w->order[at].duration;
	return excess > 0 ? SIZE_MAX : n;
}

static int is_hopeless(const struct search *s, size_t left)
{
	size_t i, n, all = 0;

	for (i = 0; i < s->w->b->workers && all <= left; i++) {
		if ((n = must_go(s, i)) == SIZE_MAX)
			return 1;
		all += n;
	}
	return all > left;
}

static int search(struct search *s, size_t at, size_t left);

/* As an earlier one has it: nothing decided, nothing left, and as much to do */
static int is_like_another(const struct search *s, size_t worker, size_t was)
{
	size_t i;

	for (i = 0; i < worker; i++)
		if (i != was && !s->rest[i] && !s->rest[worker] && s->w->load[i] == s->w->load[worker])
			return 1;
	return 0;
}

static int try_worker(struct search *s, size_t at, size_t worker, size_t left)
{
	const struct task *task = &s->w->order[at];
	int found;

	if (s->w->load[worker] + task->duration > s->w->bound)
		return 0;
	s->w->load[worker] += task->duration;
	s->w->owner[task->i] = worker;
	found = search(s, at + 1, left);
	/* what was found is kept */
	if (!found)
		s->w->load[worker] -= task->duration;
	return found;
}

/* Who will have the least to do; of those in `tried`, none. NOBODY: there is no other */
static size_t least_busy(const struct search *s, unsigned tried)
{
	size_t i, best = BALANCE_NOBODY;

	for (i = 0; i < s->w->b->workers; i++)
		if (!(tried & 1u << i) &&
		    (best == BALANCE_NOBODY || s->w->load[i] + s->rest[i] < s->w->load[best] + s->rest[best]))
			best = i;
	return best;
}

static int try_others(struct search *s, size_t at, size_t was, size_t left)
{
	unsigned tried = was == BALANCE_NOBODY ? 0 : 1u << was;
	size_t worker;
	int found = 0;

	while (!found && (worker = least_busy(s, tried)) != BALANCE_NOBODY) {
		tried |= 1u << worker;
		if (!is_like_another(s, worker, was))
			found = try_worker(s, at, worker, left);
	}
	return found;
}

/* All that is left stays: it may */
static void stay(struct search *s, size_t at)
{
	for (; at < s->w->b->n; at++) {
		size_t was = now_at(s, at);

		s->w->owner[s->w->order[at].i] = was;
		s->w->load[was] += s->w->order[at].duration;
	}
}

/* Whoever has too much, tries to give first */
static int try_task(struct search *s, size_t at, size_t left)
{
	size_t was = now_at(s, at);
	int found = 0, gives;

	if (was == BALANCE_NOBODY)
		return try_others(s, at, was, left);
	gives = s->w->load[was] + s->rest[was] + s->w->order[at].duration > s->w->bound;
	if (gives && left)
		found = try_others(s, at, was, left - 1);
	if (!found)
		found = try_worker(s, at, was, left);
	if (!found && !gives && left)
		found = try_others(s, at, was, left - 1);
	return found;
}

/* From the task at a place of the order on, with so many moves: 1, 0, or 0 when it takes too long */
static int search(struct search *s, size_t at, size_t left)
{
	size_t was;
	int found;

	if (s->nodes >= NODES_MAX || is_hopeless(s, left))
		return 0;
	s->nodes++;
	if (at == s->w->b->n || (!left && !s->nobodys)) {
		stay(s, at);
		return 1;
	}
	was = now_at(s, at);
	if (was == BALANCE_NOBODY) {
		s->nobodys--;
	} else {
		s->rest[was] -= s->w->order[at].duration;
		s->first[was] = s->next[at];
	}
	found = try_task(s, at, left);
	if (was == BALANCE_NOBODY) {
		s->nobodys++;
	} else {
		s->rest[was] += s->w->order[at].duration;
		s->first[was] = at;
	}
	return found;
}

static int open_search(struct search *s, struct way *w)
{
	const struct balance *b = w->b;
	size_t i, at;

	memset(s, 0, sizeof(*s));
	s->w = w;
	s->rest = calloc(b->workers, sizeof(*s->rest));
	s->next = calloc(b->n + 1, sizeof(*s->next));
	s->first = calloc(b->workers, sizeof(*s->first));
	if (!s->rest || !s->next || !s->first)
		return gitperf_fail_oom();
	memset(w->load, 0, b->workers * sizeof(*w->load));
	for (i = 0; i < b->workers; i++)
		s->first[i] = b->n;
	for (at = b->n; at-- > 0; ) {
		size_t was = now_at(s, at);

		s->nobodys += was == BALANCE_NOBODY;
		if (was == BALANCE_NOBODY)
			continue;
		s->next[at] = s->first[was];
		s->first[was] = at;
		s->rest[was] += w->order[at].duration;
	}
	return 0;
}

/* With one move, with two, ... as long as that is fewer than are known to do */
static int move_by_search(struct balance *b, struct way *w)
{
	struct search s;
	size_t moves;
	int found = 0, err = open_search(&s, w);

	for (moves = 0; !err && !found && moves < b->moves && s.nodes < NODES_MAX; moves++)
		found = search(&s, 0, moves);
	if (found)
		keep_way(b, w);
	b->is_fewest = !err && s.nodes < NODES_MAX;
	free(s.rest);
	free(s.next);
	free(s.first);
	return err;
}

int gitperf_balance_move(struct balance *b)
{
	struct way w;
	int err = gitperf_balance_lpt(b);

	if (err < 0 || (err = open_way(&w, b)) < 0)
		return err;
	w.bound = gitperf_balance_bound(b->lpt);
	err = move_by_thumb(b, &w);
	b->is_fewest = !b->moves;
	if (!err && b->moves && b->n <= SEARCH_TASKS_MAX && b->workers <= SEARCH_WORKERS_MAX)
		err = move_by_search(b, &w);
	close_way(&w);
	return err;
}
