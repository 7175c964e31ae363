/*
 * u-balance.c - lib/work/balance and parts: who measures what, against brute force
 */
#include "base/compat.h"

#include "tap.h"
#include "random.h"
#include "work/balance.h"
#include "work/parts.h"

#define N_MAX 256
#define ROUNDS 1500

struct instance {
	int64_t durations[N_MAX];
	size_t now[N_MAX], owner[N_MAX];
	struct balance b;
};

static size_t below(size_t n)
{
	return (size_t)(uniform() * (double)n);
}

/* Equal ones, very different ones, and those that take no time */
static int64_t any_duration(size_t kind)
{
	switch (kind) {
	case 0:
		return 10;
	case 1:
		return (int64_t)below(8);
	case 2:
		return 1 + (int64_t)(1000 * uniform() * uniform() * uniform());
	default:
		return 20 + (int64_t)below(40);
	}
}

static void make(struct instance *x, size_t n, size_t workers)
{
	size_t i, kind = below(4);

	memset(x, 0, sizeof(*x));
	x->b.durations = x->durations;
	x->b.now = x->now;
	x->b.owner = x->owner;
	x->b.n = n;
	x->b.workers = workers;
	for (i = 0; i < n; i++) {
		x->durations[i] = any_duration(kind);
		x->now[i] = BALANCE_NOBODY;
	}
}

static int64_t makespan_of(const struct instance *x, const size_t *owner)
{
	int64_t load[N_MAX] = { 0 }, most = 0;
	size_t i;

	for (i = 0; i < x->b.n; i++) {
		load[owner[i]] += x->durations[i];
		most = load[owner[i]] > most ? load[owner[i]] : most;
	}
	return most;
}

static size_t moves_of(const struct instance *x, const size_t *owner)
{
	size_t i, n = 0;

	for (i = 0; i < x->b.n; i++)
		n += x->now[i] != BALANCE_NOBODY && x->now[i] != owner[i];
	return n;
}

/* Each is somebody's, and what is said of it is so */
static int is_sound(const struct instance *x)
{
	size_t i;

	for (i = 0; i < x->b.n; i++)
		if (x->owner[i] >= x->b.workers)
			return 0;
	return x->b.makespan == makespan_of(x, x->owner) && x->b.moves == moves_of(x, x->owner);
}

/* All ways there are: the shortest makespan, and the fewest moves within a bound */
static void try_all(const struct instance *x, int64_t bound, int64_t *shortest, size_t *fewest)
{
	size_t owner[N_MAX] = { 0 }, i;

	*shortest = INT64_MAX;
	*fewest = SIZE_MAX;
	for (;;) {
		int64_t makespan = makespan_of(x, owner);
		size_t moves = moves_of(x, owner);

		*shortest = makespan < *shortest ? makespan : *shortest;
		if (makespan <= bound && moves < *fewest)
			*fewest = moves;
		for (i = 0; i < x->b.n && ++owner[i] == x->b.workers; i++)
			owner[i] = 0;
		if (i == x->b.n)
			return;
	}
}

static void test_lpt(void)
{
	size_t round, wrong = 0, late = 0, workers, fewest;
	int64_t shortest;
	struct instance x;

	for (round = 0; round < ROUNDS; round++) {
		workers = 1 + below(3);
		make(&x, below(8), workers);
		if (gitperf_balance_lpt(&x.b) < 0)
			continue;
		try_all(&x, 0, &shortest, &fewest);
		wrong += !is_sound(&x);
		/* Graham's bound, in whole numbers */
		late += 3 * (int64_t)workers * x.b.lpt > (4 * (int64_t)workers - 1) * shortest;
	}
	is_int((int64_t)wrong, 0, "longest first: each is somebody's, once");
	is_int((int64_t)late, 0, "... within 4/3 - 1/(3m) of the shortest there is, by brute force");
}

/* Where it is now: by chance, or nearly right, or in the hands of too few */
static void begin_somewhere(struct instance *x)
{
	size_t i, how = below(4);

	if (how == 1)
		gitperf_balance_lpt(&x->b);
	for (i = 0; i < x->b.n; i++) {
		x->now[i] = how == 1 ? x->owner[i] : how == 2 ? below(x->b.workers - 1) : below(x->b.workers);
		if (!below(how == 3 ? 2 : 9))
			x->now[i] = BALANCE_NOBODY;
	}
}

static void test_moves(void)
{
	size_t round, wrong = 0, late = 0, many = 0, few = 0, unsure = 0, fewest;
	int64_t shortest;
	struct instance x;

	for (round = 0; round < ROUNDS; round++) {
		make(&x, 1 + below(7), 2 + below(2));
		begin_somewhere(&x);
		if (gitperf_balance_move(&x.b) < 0)
			continue;
		try_all(&x, gitperf_balance_bound(x.b.lpt), &shortest, &fewest);
		wrong += !is_sound(&x);
		late += x.b.makespan > gitperf_balance_bound(x.b.lpt);
		many += x.b.moves > fewest;
		few += x.b.moves < fewest;
		unsure += !x.b.is_fewest;
	}
	is_int((int64_t)wrong, 0, "M31: each is somebody's, once");
	is_int((int64_t)late, 0, "M26: within 1.15 of longest first");
	is_int((int64_t)many, 0, "M31: ... with the fewest moves there are, by brute force");
	is_int((int64_t)few + (int64_t)unsure, 0, "... and that is known");
}

/* What people have: some machines, tens of benchmarks, and one machine more, or less */
static void test_machines(void)
{
	size_t round, i, again = 0, late = 0, moved = 0, elsewhere = 0, all = 0, unsure = 0;
	struct instance x;

	for (round = 0; round < 200; round++) {
		size_t workers = 2 + below(3);

		make(&x, 20 + below(60), workers);
		gitperf_balance_lpt(&x.b);
		memcpy(x.now, x.owner, sizeof(x.now));
		gitperf_balance_move(&x.b);
		again += x.b.moves;
		x.b.workers = workers + 1;
		gitperf_balance_move(&x.b);
		late += x.b.makespan > gitperf_balance_bound(x.b.lpt);
		for (i = 0; i < x.b.n; i++)
			elsewhere += x.owner[i] != x.now[i] && x.owner[i] != workers;
		moved += x.b.moves;
		all += x.b.n;
		unsure += !x.b.is_fewest;
	}
	is_int((int64_t)again, 0, "M30: what is in balance is left alone");
	is_int((int64_t)late, 0, "M31: with one machine more, within 1.15 of longest first");
	/* what somebody gives away may fit better where somebody else has given something away */
	ok(elsewhere * 20 < moved, "M31: ... what moves, moves to that machine, but for %zu of %zu", elsewhere, moved);
	/* longest first anew would move two thirds and more of it */
	ok(moved * 3 < all, "M31: ... and that is little: %zu of %zu", moved, all);
	printf("# %zu of %zu moved; %zu of 200 searches were given up\n", moved, all, unsure);
}

static void test_gone(void)
{
	size_t round, i, late = 0, stayed = 0;
	struct instance x;

	for (round = 0; round < 200; round++) {
		make(&x, 20 + below(60), 4);
		gitperf_balance_lpt(&x.b);
		for (i = 0; i < x.b.n; i++)
			x.now[i] = x.owner[i] == 3 ? BALANCE_NOBODY : x.owner[i];
		x.b.workers = 3;
		gitperf_balance_move(&x.b);
		late += x.b.makespan > gitperf_balance_bound(x.b.lpt);
		stayed += !x.b.moves;
	}
	is_int((int64_t)late, 0, "a machine is gone: within 1.15 of longest first");
	ok(stayed > 100, "... and most often no more than what it had changes hands (%zu of 200)", stayed);
}

static void test_huge(void)
{
	enum { N = 40000 };
	struct balance b = { .n = N, .workers = 100 };
	int64_t *durations = calloc(N, sizeof(*durations));
	size_t *now = calloc(N, sizeof(*now)), *owner = calloc(N, sizeof(*owner)), i;

	for (i = 0; i < N; i++)
		durations[i] = INT64_MAX / 32 / (N + 1) / (int64_t)(1 + i % 97);
	b.durations = durations;
	b.now = now;
	b.owner = owner;
	is_ok(gitperf_balance_move(&b), "40,000 tasks, all of one of 100 workers");
	ok(b.makespan <= gitperf_balance_bound(b.lpt), "... in balance, and not out of numbers");
	free(durations);
	free(now);
	free(owner);
}

/* --- Parts of a suite --- */

static const char *const old_a[] = { "a", "c", "gone" }, *const old_b[] = { "b" };
static const struct mark_set two[] = { { "w1", old_a, 3 }, { "w2", old_b, 1 } };

static void test_parts(void)
{
	static const struct mark table = { .kind = MARK_SETS, .sets = two, .nsets = 2 };
	static const struct mark none = { .kind = MARK_SETS };
	static const char *const names[] = { "b", "c", "new", "a" };
	struct arena arena = ARENA_INIT;
	struct parts parts;
	size_t usual = gitperf_parts_usual("new", 2);

	/* printf new | sha256sum */
	is_int((int64_t)usual, 0x11507a0e % 2, "what is new goes by the digest of its name");
	is_ok(gitperf_parts_make(&parts, &arena, &table, names, 4), "a suite is divided");
	is_int((int64_t)parts.n, 2, "... into two parts");
	is_str(parts.list[0].benchmarks[0], "a", "... in order");
	is_int((int64_t)(parts.list[0].n + parts.list[1].n), 4, "... that are all of it, and no more");
	is_str(parts.list[usual].benchmarks[parts.list[usual].n - 1], "new", "... with what is new");
	is_ok(gitperf_parts_make(&parts, &arena, &table, names, 1), "a suite of one benchmark");
	is_int((int64_t)parts.n, 1, "... is for one worker alone");
	is_str(parts.list[0].worker, "w2", "... whose it is");
	is_ok(gitperf_parts_make(&parts, &arena, &table, names, 0), "one without any");
	is_int((int64_t)parts.n, 0, "... is in one piece");
	is_ok(gitperf_parts_make(&parts, &arena, &none, names, 4), "without a table");
	is_int((int64_t)parts.n, 0, "... it is, too");
	gitperf_arena_free(&arena);
}

static size_t count_listed(const struct parts *parts, const char *name)
{
	size_t i, j, n = 0;

	for (i = 0; i < parts->n; i++)
		for (j = 0; j < parts->list[i].n; j++)
			n += !strcmp(parts->list[i].benchmarks[j], name);
	return n;
}

static int is_unordered(const struct mark_set *part)
{
	size_t i;

	for (i = 1; i < part->n; i++)
		if (strcmp(part->benchmarks[i - 1], part->benchmarks[i]) >= 0)
			return 1;
	return 0;
}

/* Any table, any suite: disjoint, and all of it */
static void test_partition(void)
{
	char text[N_MAX][24];
	const char *names[N_MAX], *listed[4][N_MAX];
	size_t round, i, wrong = 0, unordered = 0;

	for (i = 0; i < N_MAX; i++)
		snprintf(text[i], sizeof(text[i]), "bench/%zu", i);
	for (round = 0; round < 300; round++) {
		struct mark_set sets[4] = { { "a", listed[0], 0 }, { "b", listed[1], 0 }, { "c", listed[2], 0 }, { "d", listed[3], 0 } };
		struct mark table = { .kind = MARK_SETS, .sets = sets, .nsets = 1 + below(4) };
		struct arena arena = ARENA_INIT;
		struct parts parts;
		size_t n = 0, total = 0, whose;

		for (i = 0; i < 40; i++) {
			if (below(2))
				names[n++] = text[i];
			if (below(2)) {
				whose = below(table.nsets);
				listed[whose][sets[whose].n++] = text[i];
			}
		}
		gitperf_parts_make(&parts, &arena, &table, names, n);
		for (i = 0; i < parts.n; i++) {
			total += parts.list[i].n;
			wrong += !parts.list[i].n;
			unordered += is_unordered(&parts.list[i]);
		}
		for (i = 0; i < n; i++)
			wrong += count_listed(&parts, names[i]) != 1;
		wrong += total != n;
		gitperf_arena_free(&arena);
	}
	is_int((int64_t)wrong, 0, "any table, any suite: each benchmark is in one part");
	is_int((int64_t)unordered, 0, "... in order");
}

int main(void)
{
	test_lpt();
	test_moves();
	test_machines();
	test_gone();
	test_huge();
	test_parts();
	test_partition();
	return done_testing();
}
