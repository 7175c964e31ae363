/*
 * pace.c - many clones push to one branch, and none knows how many they are
 *
 * An attempt is in vain if another lands while it is under way. So each waits
 * at random within a window, in units of what an attempt takes, and learns its
 * size: a lost race makes it larger, a won one a little smaller. A clone keeps
 * it for the next push, or else the winner, without a window, would win again
 * and again; it shrinks by itself while nothing is pushed. Each race that a push has
 * lost makes its part of the window smaller, so that nobody waits for ever.
 *
 * The figures were found by simulation (two processors, 2 to 32 clones that push
 * one record after another) and tried; Documentation/technical/sharing.adoc has
 * what came of them and of others.
 */
#include "base/compat.h"
#include "store/memo.h"
#include "store/pace.h"

#include <math.h>

#define MILLISECOND INT64_C(1000000)

#define GROW 1.5
#define SHRINK 0.9
#define WINDOW_LEAST 2.0
#define WINDOW_MOST 40.0
/* seconds without a push that halve the window */
#define FORGET_S 5
#define ATTEMPT_LEAST (20 * MILLISECOND)
#define PAUSE_MOST (20000 * MILLISECOND)
/* a server in trouble is asked less and less often */
#define DOUBLINGS_MOST 6
#define MEMO "pace"

/* "<window in hundredths> <attempt in us> <seconds since 1970>" */
void gitperf_pace_open(struct pace *pace, gitperf_repo *repo)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	long long window, attempt, when;

	memset(pace, 0, sizeof(*pace));
	pace->attempt_ns = ATTEMPT_LEAST;
	if (!gitperf_memo_read(&text, repo, MEMO) &&
	    sscanf(text.ptr, "%9lld %9lld %12lld", &window, &attempt, &when) == 3 &&
	    gitperf_memo_is_recent(when, FORGET_S * 10) && window > 0 && attempt > 0) {
		pace->window = ldexp((double)window / 100, -(int)((gitperf_memo_now() - when) / FORGET_S));
		pace->attempt_ns = attempt * 1000;
	}
	pace->window = fmin(pace->window, WINDOW_MOST);
	pace->began = gitperf_clock_ns();
	gitperf_buffer_dispose(&text);
}

static int pause_within(struct pace *pace, struct backoff *backoff, double attempts)
{
	double window = fmin(attempts * (double)pace->attempt_ns, (double)PAUSE_MOST);
	int waited = gitperf_backoff_wait_within(backoff, (int64_t)window);

	pace->began = gitperf_clock_ns();
	return waited;
}

static void end_attempt(struct pace *pace)
{
	int64_t took = gitperf_clock_ns() - pace->began;

	pace->attempt_ns = took < ATTEMPT_LEAST ? ATTEMPT_LEAST : took;
}

void gitperf_pace_begin(struct pace *pace, struct backoff *backoff)
{
	if (pace->window >= 1)
		pause_within(pace, backoff, pace->window);
}

int gitperf_pace_lost(struct pace *pace, struct backoff *backoff)
{
	end_attempt(pace);
	pace->window = fmin(fmax(pace->window * GROW, WINDOW_LEAST), WINDOW_MOST);
	return pause_within(pace, backoff, pace->window / (1 + ++pace->lost));
}

int gitperf_pace_failed(struct pace *pace, struct backoff *backoff)
{
	end_attempt(pace);
	pace->failed++;
	return pause_within(pace, backoff, ldexp(1, (int)(pace->failed < DOUBLINGS_MOST ? pace->failed : DOUBLINGS_MOST)));
}

void gitperf_pace_won(struct pace *pace, gitperf_repo *repo)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	/* the usual case: nobody else was there */
	if (pace->window < 1)
		return;
	end_attempt(pace);
	gitperf_buf_addf(&text, "%.0f %lld %lld\n", pace->window * SHRINK * 100,
			 (long long)(pace->attempt_ns / 1000), gitperf_memo_now());
	/* without it the next push loses a race or two more */
	gitperf_memo_write(repo, MEMO, &text);
	gitperf_buffer_dispose(&text);
}
