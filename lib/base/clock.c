/*
 * clock.c - the wall clock, the monotonic clock, and a test's own
 */
#include "base/compat.h"
#include "base/clock.h"

#include <gitperf/common.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)

/* how far pauses have moved a test's clock in this thread */
static _Thread_local int64_t test_elapsed;

static int test_clock(int64_t *out)
{
	const char *text = getenv("GIT_PERF_TEST_CLOCK");

	if (!text || !*text)
		return 0;
	*out = (int64_t)strtoll(text, NULL, 10) * SECOND + test_elapsed;
	return 1;
}

int64_t gitperf_clock_read_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * SECOND + ts.tv_nsec;
}

gitperf_time gitperf_time_now(void)
{
	int64_t t;

	return test_clock(&t) ? t : gitperf_clock_read_ns(CLOCK_REALTIME);
}

int64_t gitperf_clock_ns(void)
{
	int64_t t;

	return test_clock(&t) ? t : gitperf_clock_read_ns(CLOCK_MONOTONIC);
}

void gitperf_clock_pause(int64_t ns)
{
	struct timespec ts = { (time_t)(ns / SECOND), (long)(ns % SECOND) };
	int64_t t;

	if (test_clock(&t))
		test_elapsed += ns;
	else
		nanosleep(&ts, NULL);
}

void gitperf_backoff_init(struct backoff *backoff, int64_t deadline_ns,
			  int64_t first_ns, int64_t most_ns)
{
	backoff->began_ns = gitperf_clock_ns();
	backoff->deadline_ns = deadline_ns;
	backoff->first_ns = first_ns;
	backoff->most_ns = most_ns;
	/* differs between processes that start in the same nanosecond */
	backoff->random = (uint64_t)gitperf_clock_read_ns(CLOCK_MONOTONIC) ^
			  (uint64_t)getpid() << 32 ^ 1;
}

/* xorshift64*: Vigna, ACM TOMS 42(4), 2016 */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

int gitperf_backoff_wait_within(struct backoff *backoff, int64_t window_ns)
{
	int64_t left = backoff->deadline_ns - gitperf_clock_ns();
	int64_t pause;

	if (left <= 0)
		return 0;
	pause = 1 + (int64_t)(next_random(&backoff->random) % (uint64_t)(window_ns > 0 ? window_ns : 1));
	gitperf_clock_pause(pause < left ? pause : left);
	return 1;
}

int gitperf_backoff_wait(struct backoff *backoff)
{
	int64_t window = (gitperf_clock_ns() - backoff->began_ns) / 4;

	if (window < backoff->first_ns)
		window = backoff->first_ns;
	return gitperf_backoff_wait_within(backoff, window < backoff->most_ns ? window : backoff->most_ns);
}
