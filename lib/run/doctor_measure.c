/*
 * doctor_measure.c - how quiet this machine is, in figures
 *
 * Measures the clock itself, a loop that always does the same, and what an
 * iteration of nothing costs us. Time is real here, even when a test has
 * stopped the clock for everything else.
 */
#include "base/compat.h"
#include "base/clock.h"
#include "base/error.h"
#include "run/doctor.h"

#include <gitperf/run.h>

/* Readings of the clock, and how long a coarse one is waited for */
#define READINGS 20000
#define STEPS_MAX 4096
#define PATIENCE_NS INT64_C(20000000)

/* A call into the kernel takes longer than reading the time without it. */
#define SLOW_CALL_NS 250
#define COARSE_STEP_NS 1000

#define SPINS 20
#define SPIN_NS INT64_C(5000000)

/* From one per cent on: what people look for is often as small. */
#define NOISY_PERMYRIAD 100

/* So many that starting the monitor is no part of it */
#define ITERATIONS 200

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Sorts; the upper one of the middle two */
static int64_t middle(int64_t *values, size_t n)
{
	qsort(values, n, sizeof(*values), compare);
	return values[n / 2];
}

static void measure_timer(gitperf_doctor *doctor)
{
	int64_t steps[STEPS_MAX], began = gitperf_clock_read_ns(CLOCK_MONOTONIC);
	int64_t before = began, now = began, typical, call;
	unsigned i, n = 0;

	for (i = 0; i < READINGS || (!n && now - began < PATIENCE_NS && i < 1000 * READINGS); i++) {
		now = gitperf_clock_read_ns(CLOCK_MONOTONIC);
		if (now != before && n < STEPS_MAX)
			steps[n++] = now - before;
		before = now;
	}
	if (!n) {
		gitperf_doctor__say(doctor, DOCTOR_TIMER, GITPERF_FINDING_NOISY, "it stands still");
		return;
	}
	typical = middle(steps, n);
	call = (now - began) / i;
	gitperf_doctor__say(doctor, DOCTOR_TIMER,
			    steps[0] >= COARSE_STEP_NS || call >= SLOW_CALL_NS ?
			    GITPERF_FINDING_NOISY : GITPERF_FINDING_OK,
			    "steps of %lld ns, mostly %lld ns; %lld ns a call",
			    (long long)steps[0], (long long)typical, (long long)call);
}

/*
 * Each turn needs the one before (xorshift64: Marsaglia, J. Stat. Software 8,
 * 2003), so that it cannot be shortened; it lives in a register.
 */
static int64_t spin(uint64_t turns)
{
	volatile uint64_t result;
	uint64_t x = UINT64_C(88172645463325252);
	int64_t began = gitperf_clock_read_ns(CLOCK_MONOTONIC);

	while (turns--) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
	}
	result = x;
	(void)result;
	return gitperf_clock_read_ns(CLOCK_MONOTONIC) - began;
}

/* How many turns take SPIN_NS when nobody interrupts them */
static uint64_t calibrate(void)
{
	uint64_t turns;
	int64_t took, again;
	int i;

	for (turns = 1 << 14; turns < UINT64_C(1) << 40; turns *= 2) {
		/* the least of three: one may have been interrupted */
		for (took = spin(turns), i = 1; i < 3; i++) {
			again = spin(turns);
			took = again < took ? again : took;
		}
		if (took >= SPIN_NS / 8)
			return (uint64_t)((double)turns * (double)SPIN_NS / (double)took);
	}
	return turns;
}

/*
 * The median absolute deviation, not the standard deviation: a single
 * interruption is no property of the machine. Where a quarter is interrupted,
 * it is one, though the median may not show it.
 */
static void measure_spin(gitperf_doctor *doctor)
{
	int64_t ns[SPINS], off[SPINS], median, spread, most;
	uint64_t turns = calibrate();
	unsigned i;

	for (i = 0; i < SPINS; i++)
		ns[i] = spin(turns);
	median = middle(ns, SPINS);
	for (i = 0; i < SPINS; i++)
		off[i] = llabs(ns[i] - median);
	median = median ? median : 1;
	spread = middle(off, SPINS) * 10000 / median;
	most = (ns[SPINS - 1] - ns[0]) * 1000 / median;
	gitperf_doctor__say(doctor, DOCTOR_SPIN, spread >= NOISY_PERMYRIAD ||
			    ns[SPINS * 3 / 4] - ns[0] >= ns[0] / 10 ?
			    GITPERF_FINDING_NOISY : GITPERF_FINDING_OK,
			    "%lld.%02lld %% spread; %lld.%lld %% from fastest to slowest",
			    (long long)(spread / 100), (long long)(spread % 100),
			    (long long)(most / 10), (long long)(most % 10));
}

static int measure_overhead(gitperf_doctor *doctor)
{
	static const char *const argv[] = { "true", NULL };
	gitperf_workload work = GITPERF_WORKLOAD_INIT;
	gitperf_run_options opts = GITPERF_RUN_OPTIONS_INIT;
	int64_t ns;
	gitperf_run *run;
	int err;

	work.name = argv[0];
	work.argv = argv;
	opts.iterations = ITERATIONS;
	opts.timeout_ms = 10000;
	opts.log_off = 1;
	if ((err = gitperf_run_measure(&run, &work, 1, &opts)) < 0)
		return err;
	ns = gitperf_run_overhead_ns(run);
	if (gitperf_run_benchmark(run, 0)->status == GITPERF_STATUS_OK)
		gitperf_doctor__say(doctor, DOCTOR_OVERHEAD, GITPERF_FINDING_OK,
				    "%lld.%lld us an iteration", (long long)(ns / 1000),
				    (long long)(ns % 1000 / 100));
	gitperf_run_free(run);
	return 0;
}

int gitperf_doctor__measure(gitperf_doctor *doctor)
{
	measure_timer(doctor);
	measure_spin(doctor);
	return measure_overhead(doctor);
}
