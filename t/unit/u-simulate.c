/*
 * u-simulate.c - planners, workers and people at one queue, for days
 *
 * The clock is simulated, so a day takes a moment. Each history is what it is by the
 * number of its seed: "u-simulate <history> <seed>" plays one again, and --long
 * (here, or in GIT_PERF_TEST_OPTS) plays more of them. t/bench/plan.sh has it replay what
 * has really happened.
 */
#include "base/compat.h"

#include <stdlib.h>

#include "tap.h"
#include "simulate-replay.h"

#define HOUR (60 * LAB_MINUTE)
#define SUITE(policy) "[policy]\n" policy "\n[platform \"p0\"]\n[platform \"p1\"]\n[platform \"p2\"]\n"

/* 10 to 20 jobs an hour, and more than 60 commits */
#define BUSY .per_hour = 66, .shortest = 3 * LAB_MINUTE, .longest = 6 * LAB_MINUTE, .check = 0.02, \
	.planners = 3

static const struct history {
	const char *name;
	struct sim_options o;
	int hours, times;              /* so many of these, one after the other */
	gitperf_time stalest;          /* A1: at most; 0: no matter */
} histories[] = {
	{ "window", { SUITE("plan = window=15m tagged"), BUSY, .workers = 1 }, 24, 1, 36 * LAB_MINUTE },
	{ "window-timer", { SUITE("plan = window=15m tagged"), BUSY, .workers = 1, .lose = 1, .timer = 15 * LAB_MINUTE,
	  .skew = 20 * LAB_SECOND }, 24, 1, 36 * LAB_MINUTE },
	{ "commits", { SUITE("plan = commits=5"), BUSY, .workers = 1, .burst = 0.02, .merge = 0.3 }, 24, 1, 36 * LAB_MINUTE },
	{ "every", { SUITE("plan = every"), BUSY, .workers = 1, .lose = 0.3 }, 24, 1, 0 },
	{ "every-skip", { SUITE("plan = every\ndegrade = skip"), BUSY, .workers = 1, .lose = 0.3 }, 24, 1, 0 },
	{ "merges", { SUITE("plan = merges\nidle = remeasure"), BUSY, .workers = 1, .merge = 0.4, .night = 0.4 }, 36, 1, 0 },
	{ "trouble", { SUITE("plan = window=15m commits=5 tagged\nidle = remeasure"), BUSY, .night = 0.3, .burst = 0.05,
	  .rewrite = 0.02, .marked = 0.02, .merge = 0.3, .wish = 0.02, .lose = 0.3, .twice = 0.2, .die = 0.05,
	  .revive = 0.5, .fail = 0.03, .release = 0.03, .update = 0.01, .oneshot = 0.5, .slow = 0.05,
	  .skew = 40 * LAB_SECOND, .workers = 2 }, 36, 1, 0 },
};

/* Short, and with everything that can go wrong */
static const char *const short_suites[] = {
	SUITE("plan = window=15m tagged"), SUITE("plan = commits=5 tagged"), SUITE("plan = every\nidle = remeasure"),
	SUITE("plan = merges tagged"), SUITE("plan = merges window=15m"), SUITE("plan = window=15m commits=3"),
	SUITE("plan = every\ndegrade = skip"), SUITE("plan = window=15m commits=2\ndegrade = skip\nidle = remeasure"),
	SUITE("plan = every\nwidenOver = 2\nwidenUntil = 1\ndropOver = 4\ndropUntil = 2"),
	SUITE("plan = commits=2 merges\nwidenOver = 2\nwidenUntil = 1\ndropOver = 4\ndropUntil = 3"),
	SUITE("plan = every\ndepthUnit = jobs") "config = cc=gcc\nconfig = cc=clang\n", SUITE("plan = tagged")
};

static void play(struct sim *sim, const struct sim_options *o, uint64_t seed, int hours)
{
	sim_open(sim, o, seed);
	sim_run(sim, LAB_EPOCH + hours * HOUR);
}

static void tell(const struct sim *sim)
{
	const struct sim_stats *s = &sim->stats;

	printf("# %zu commits, %zu decisions; %zu plans, %zu swaps, %zu lost races; %zu claims, %zu results, %zu late,\n"
	       "# %zu leases taken back, %zu taken on again, %zu given back; %zu times another version was wanted, %zu jobs\n"
	       "# adopted, %zu given up; %zu rewrites; at most %lld wait; at most %lld minutes behind\n",
	       sim->lab.ncommits, sim->lab.nlog, s->plans, s->swaps, s->lost, s->claims, s->landed, s->late,
	       s->taken_back, s->retaken, s->released, s->refused, s->adopted, s->failures, s->rewrites, (long long)s->deepest, (long long)(s->stalest / LAB_MINUTE));
}

static void play_long(const struct history *h, uint64_t seed)
{
	struct sim sim;
	size_t counts[5];

	play(&sim, &h->o, seed, h->hours);
	if (h->stalest && sim.stats.stalest > h->stalest)
		sim_wrong(&sim, "A1: what is measured is %lld minutes behind", (long long)(sim.stats.stalest / LAB_MINUTE));
	sim_drain(&sim);
	count_fates(&sim, 0, counts);
	if (!ok(!*sim.wrong, "A1, A9, I14: '%s', seed %llu: %d hours", h->name, (unsigned long long)seed, h->hours))
		printf("# %s\n", sim.wrong);
	tell(&sim);
	printf("# p0: %zu measured, %zu pending, %zu failed, %zu represented, %zu skipped\n", counts[0], counts[1],
	       counts[2], counts[3], counts[4]);
	sim_close(&sim);
}

static struct sim_options short_options(uint64_t seed)
{
	struct sim_options o = {
		.suite = short_suites[seed % ARRAY_SIZE(short_suites)], .planners = 1 + (int)(seed / 12 % 3),
		.workers = 1 + (int)(seed / 36 % 2), .per_hour = 10 + (double)(seed % 7) * 10, .burst = 0.1,
		.rewrite = 0.15, .marked = 0.1, .merge = 0.3, .wish = 0.1, .lose = 0.4, .twice = 0.3, .die = 0.2,
		.revive = 0.7, .fail = 0.1, .release = seed % 11 ? 0.1 : 0.9, .update = seed % 2 ? 0.02 : 0,
		.oneshot = (double)(seed % 3) / 2, .slow = 0.2, .check = 0.1, .shortest = LAB_MINUTE,
		.longest = (seed % 8 ? 9 : 70) * LAB_MINUTE, .skew = seed % 5 ? 40 * LAB_SECOND : 2 * HOUR
	};

	return o;
}

static int play_short(uint64_t seed)
{
	struct sim_options o = short_options(seed);
	struct sim sim;
	int good;

	play(&sim, &o, seed, 1);
	sim_drain(&sim);
	good = !*sim.wrong;
	if (!good) {
		printf("# short %llu: %s\n", (unsigned long long)seed, sim.wrong);
		tell(&sim);
	}
	sim_close(&sim);
	return good;
}

static void play_many(uint64_t first, uint64_t n)
{
	uint64_t seed;
	int good = 1;

	for (seed = first; seed < first + n && good; seed++)
		good = play_short(seed);
	ok(good, "A9, A44, I3, I4, I6, I7, I8, I9, I10, I13, I14: an hour of trouble, seeds %llu to %llu", (unsigned long long)first,
	   (unsigned long long)(first + n - 1));
}

static int is_long(int argc, char **argv)
{
	const char *opts = getenv("GIT_PERF_TEST_OPTS");

	return (argc > 1 && !strcmp(argv[1], "--long")) || (opts && strstr(opts, "--long"));
}

static void play_again(const char *name, uint64_t seed)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(histories); i++)
		if (!strcmp(histories[i].name, name))
			play_long(&histories[i], seed);
	if (!strcmp(name, "short"))
		play_many(seed, 1);
}

int main(int argc, char **argv)
{
	int more = is_long(argc, argv), j;
	uint64_t first;
	size_t i;

	if (argc == 7 && !strcmp(argv[1], "replay"))
		return replay(argv[2], argv[3], argv + 4);
	if (argc == 4 && !strcmp(argv[1], "replayed"))
		return replayed(argv[2], argv[3]);
	if (argc == 3) {
		play_again(argv[1], strtoull(argv[2], NULL, 10));
		return done_testing();
	}
	for (i = 0; i < ARRAY_SIZE(histories); i++)
		for (j = 0; j < histories[i].times * (more ? 20 : 1); j++)
			play_long(&histories[i], (uint64_t)j + 1);
	for (first = 1; first <= (more ? 20000 : 400); first += 200)
		play_many(first, 200);
	return done_testing();
}
