/*
 * clock.h - time for deadlines and pauses, which a test can set
 *
 * GIT_PERF_TEST_CLOCK="<seconds since 1970>" stops the wall clock there. Then
 * the monotonic clock stands still too, but for gitperf_clock_pause(), which
 * moves both forward instead of sleeping: no test ever waits.
 */
#ifndef GITPERF_BASE_CLOCK_H
#define GITPERF_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/** Nanoseconds of a clock that never goes back; only differences mean anything. */
int64_t gitperf_clock_ns(void);

/**
 * A clock of the system as it is, for measuring: what is measured is real even
 * when a test has stopped the clock for everything else.
 */
int64_t gitperf_clock_read_ns(clockid_t id);

/** Sleep for about `ns` nanoseconds. */
void gitperf_clock_pause(int64_t ns);

/**
 * Pauses that grow with the time waited, a quarter of it at most and with full
 * jitter, between `first_ns` and `most_ns`, up to a deadline on the monotonic
 * clock. So what takes a millisecond is noticed within a fraction of one.
 */
struct backoff {
	int64_t began_ns, deadline_ns;
	int64_t first_ns, most_ns;
	uint64_t random;
};

void gitperf_backoff_init(struct backoff *backoff, int64_t deadline_ns,
			  int64_t first_ns, int64_t most_ns);

/** Pause a little; returns 0 without pausing once the deadline has passed. */
int gitperf_backoff_wait(struct backoff *backoff);

/** The same at random within a window, whatever has been waited before. */
int gitperf_backoff_wait_within(struct backoff *backoff, int64_t window_ns);

#endif
