/*
 * u-requests.c - lib/query/requests: what has become of a request, a table of cases
 */
#include "base/compat.h"
#include "query/requests.h"

#include "tap.h"

#define MINUTES(n) ((gitperf_time)(n) * 60 * 1000000000)
#define NOW MINUTES(1000)
#define AFTER_MS (INT64_C(120) * 60 * 1000)
#define MOST 8

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* In minutes, and short for what is the same everywhere */
struct line {
	enum effort_kind kind;
	const char *platform, *job;
	int asked, started, finished;
	const char *worker;
	const char *commit;            /* NULL: A */
	int64_t round;
	const char *config;            /* NULL: none */
	int expected;
};

struct situation {
	const char *name, *expected;
	struct line lines[MOST];
};

/* What is optional has a name that says so */
static int is_required(void *payload, const char *platform)
{
	(void)payload;
	return *platform != 'o';
}

static const struct request_rules rules = { .now = NOW, .partial_after_ms = AFTER_MS, .is_required = is_required };

/* "<state> <landed> of <parts>; <platform> <part>..." */
static void describe(char *out, size_t room, const gitperf_request_view *v)
{
	size_t i, used = (size_t)snprintf(out, room, "%s %zu of %zu;", gitperf_request_state_name(v->state), v->landed, v->nparts);

	for (i = 0; i < v->nparts; i++)
		used += (size_t)snprintf(out + used, room - used, " %s %s", v->parts[i].platform,
					 gitperf_part_state_name(v->parts[i].state));
	snprintf(out + used, room - used, "%s", v->nparts ? "" : " nothing");
}

static size_t efforts_of(struct effort *out, const struct line *lines)
{
	size_t n = 0;

	while (n < MOST && lines[n].platform) {
		const struct line *l = &lines[n];

		out[n] = (struct effort){ .kind = l->kind, .commit = l->commit ? l->commit : A, .round = l->round,
			.platform = l->platform, .job = l->job, .config = l->config ? l->config : "",
			.asked = MINUTES(l->asked), .started = MINUTES(l->started), .finished = MINUTES(l->finished),
			.expected = MINUTES(l->expected), .worker = l->worker };
		n++;
	}
	return n;
}

static gitperf_request_view derive(struct arena *arena, const struct line *lines, const char *commit, int64_t round,
				   const struct request_rules *by)
{
	gitperf_request_view view = { .commit = commit, .round = round };
	struct effort efforts[MOST];
	size_t n = efforts_of(efforts, lines);

	ok(!gitperf_request__derive(&view, arena, efforts, n, by), "derived");
	return view;
}

static const struct situation situations[] = {
	{ "nobody has begun", "pending 0 of 2; x queued y queued", {
		{ EFFORT_QUEUED, "x", "1", 900, 0, 0, NULL, NULL, 0, NULL, 0 }, { EFFORT_QUEUED, "y", "2", 900, 0, 0, NULL, NULL, 0, NULL, 0 } } },
	{ "somebody is at it", "running 0 of 2; x running y queued", {
		{ EFFORT_RUNNING, "x", "1", 900, 990, 0, "w", NULL, 0, NULL, 0 }, { EFFORT_QUEUED, "y", "2", 900, 0, 0, NULL, NULL, 0, NULL, 0 } } },
	{ "one of two has landed, soon after it was begun", "running 1 of 2; x landed y queued", {
		{ EFFORT_LANDED, "x", "1", 900, 990, 995, "w", NULL, 0, NULL, 0 }, { EFFORT_QUEUED, "y", "2", 900, 0, 0, NULL, NULL, 0, NULL, 0 } } },
	{ "M24 ... and not so soon: what there is", "partial 1 of 2; x landed y queued", {
		{ EFFORT_LANDED, "x", "1", 700, 800, 805, "w", NULL, 0, NULL, 0 }, { EFFORT_QUEUED, "y", "2", 700, 0, 0, NULL, NULL, 0, NULL, 0 } } },
	{ "M24 the rest has landed later", "complete 2 of 2; x landed y landed", {
		{ EFFORT_LANDED, "x", "1", 700, 800, 805, "w", NULL, 0, NULL, 0 }, { EFFORT_LANDED, "y", "2", 700, 950, 960, "v", NULL, 0, NULL, 0 } } },
	{ "all have landed", "complete 2 of 2; x landed y landed", {
		{ EFFORT_LANDED, "x", "1", 900, 990, 995, "w", NULL, 0, NULL, 0 }, { EFFORT_LANDED, "y", "2", 900, 990, 999, "v", NULL, 0, NULL, 0 } } },
	{ "the rest has failed", "partial 1 of 2; x landed y failed", {
		{ EFFORT_LANDED, "x", "1", 900, 990, 995, "w", NULL, 0, NULL, 0 }, { EFFORT_FAILED, "y", "2", 900, 990, 999, "v", NULL, 0, NULL, 0 } } },
	{ "all have failed", "failed 0 of 2; x failed y failed", {
		{ EFFORT_FAILED, "x", "1", 900, 990, 995, "w", NULL, 0, NULL, 0 }, { EFFORT_GIVEN_UP, "y", "2", 900, 990, 0, "v", NULL, 0, NULL, 0 } } },
	{ "one has failed, the other still waits", "running 0 of 2; x failed y queued", {
		{ EFFORT_FAILED, "x", "1", 900, 990, 995, "w", NULL, 0, NULL, 0 }, { EFFORT_QUEUED, "y", "2", 900, 0, 0, NULL, NULL, 0, NULL, 0 } } },
	{ "landed beats failed", "complete 1 of 1; x landed", {
		{ EFFORT_LANDED, "x", "1", 900, 990, 995, "w", NULL, 0, NULL, 0 }, { EFFORT_FAILED, "x", "1", 900, 990, 999, "v", NULL, 0, NULL, 0 } } },
	{ "M45 landed, and nobody has taken it off the queue yet", "complete 1 of 1; x landed", {
		{ EFFORT_RUNNING, "x", "1", 900, 990, 0, "w", NULL, 0, NULL, 0 }, { EFFORT_LANDED, "x", "1", 900, 990, 999, "w", NULL, 0, NULL, 0 } } },
	{ "a request without jobs has nothing left to wait for", "complete 0 of 0; nothing", { { 0, NULL, NULL, 0, 0, 0, NULL, NULL, 0, NULL, 0 } } },
	{ "M19 what is optional does not block", "complete 1 of 2; opt queued x landed", {
		{ EFFORT_LANDED, "x", "1", 900, 990, 995, "w", NULL, 0, NULL, 0 }, { EFFORT_QUEUED, "opt", "2", 900, 0, 0, NULL, NULL, 0, NULL, 0 } } },
	{ "... nor fail it", "complete 1 of 2; opt failed x landed", {
		{ EFFORT_LANDED, "x", "1", 900, 990, 995, "w", NULL, 0, NULL, 0 }, { EFFORT_FAILED, "opt", "2", 900, 990, 999, NULL, NULL, 0, NULL, 0 } } },
	{ "... nor save it", "failed 1 of 2; opt landed x failed", {
		{ EFFORT_FAILED, "x", "1", 900, 990, 995, "w", NULL, 0, NULL, 0 }, { EFFORT_LANDED, "opt", "2", 900, 990, 999, NULL, NULL, 0, NULL, 0 } } },
	{ "... unless nothing else was asked for", "pending 0 of 1; opt queued", {
		{ EFFORT_QUEUED, "opt", "2", 900, 0, 0, NULL, NULL, 0, NULL, 0 } } },
	{ "M11 a parent's job is not its own", "complete 1 of 1; x landed", {
		{ EFFORT_LANDED, "x", "1", 900, 990, 995, "w", NULL, 0, NULL, 0 }, { EFFORT_RUNNING, "x", "2", 900, 990, 0, "w", B, 0, NULL, 0 } } },
	{ "M11 nor is that of another round", "pending 0 of 1; x queued", {
		{ EFFORT_LANDED, "x", "1", 900, 990, 995, "w", NULL, 1, NULL, 0 }, { EFFORT_QUEUED, "x", "2", 900, 0, 0, NULL, NULL, 0, NULL, 0 } } },
	{ "two configurations of a platform: half of it is not all of it", "running 0 of 1; x running", {
		{ EFFORT_LANDED, "x", "1", 900, 990, 995, "w", NULL, 0, "c=1", 0 }, { EFFORT_QUEUED, "x", "2", 900, 0, 0, NULL, NULL, 0, "c=2", 0 } } },
	{ "one of them has failed", "failed 0 of 1; x failed", {
		{ EFFORT_LANDED, "x", "1", 900, 990, 995, "w", NULL, 0, "c=1", 0 }, { EFFORT_FAILED, "x", "2", 900, 990, 995, NULL, NULL, 0, "c=2", 0 } } },
	{ "somebody has measured it without a job", "complete 1 of 1; x landed", {
		{ EFFORT_QUEUED, "x", "1", 900, 0, 0, NULL, NULL, 0, NULL, 0 }, { EFFORT_LANDED, "x", NULL, 0, 990, 995, NULL, NULL, 0, "c=7", 0 } } },
	{ "... in a configuration that is not that of the job", "running 0 of 1; x running", {
		{ EFFORT_QUEUED, "x", "1", 900, 0, 0, NULL, NULL, 0, "c=1", 0 }, { EFFORT_LANDED, "x", NULL, 0, 990, 995, NULL, NULL, 0, "c=2", 0 } } },
	{ "dropped before anything had landed", "skipped 0 of 2; x dropped y dropped", {
		{ EFFORT_DROPPED, "x", NULL, 900, 0, 0, NULL, NULL, 0, NULL, 0 }, { EFFORT_DROPPED, "y", NULL, 900, 0, 0, NULL, NULL, 0, NULL, 0 } } },
	{ "dropped on one platform, landed on the other", "complete 1 of 2; x landed y dropped", {
		{ EFFORT_LANDED, "x", "1", 900, 990, 995, "w", NULL, 0, NULL, 0 }, { EFFORT_DROPPED, "y", NULL, 900, 0, 0, NULL, NULL, 0, NULL, 0 } } },
	{ "dropped, and asked for again", "pending 0 of 1; x queued", {
		{ EFFORT_DROPPED, "x", NULL, 900, 0, 0, NULL, NULL, 0, NULL, 0 }, { EFFORT_QUEUED, "x", "1", 950, 0, 0, NULL, NULL, 0, NULL, 0 } } }
};

static void test_states(void)
{
	char text[300];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(situations); i++) {
		struct arena arena = ARENA_INIT;
		gitperf_request_view v = derive(&arena, situations[i].lines, A, 0, &rules);

		describe(text, sizeof(text), &v);
		is_str(text, situations[i].expected, situations[i].name);
		gitperf_arena_free(&arena);
	}
}

/* --- Order does not matter ------------------------------------------------ */

static void test_order(void)
{
	char expected[300], text[300];
	size_t i, k, n;

	for (i = 0; i < ARRAY_SIZE(situations); i++) {
		struct arena arena = ARENA_INIT;
		struct line turned[MOST];
		gitperf_request_view v = derive(&arena, situations[i].lines, A, 0, &rules);

		describe(expected, sizeof(expected), &v);
		memset(turned, 0, sizeof(turned));
		for (n = 0; n < MOST && situations[i].lines[n].platform; n++)
			;
		for (k = 0; k < n; k++)
			turned[k] = situations[i].lines[n - 1 - k];
		v = derive(&arena, turned, A, 0, &rules);
		describe(text, sizeof(text), &v);
		is_str(text, expected, situations[i].name);
		gitperf_arena_free(&arena);
	}
}

/* --- Times ---------------------------------------------------------------- */

static int64_t minutes(int64_t ms)
{
	return ms < 0 ? ms : ms / 60000;
}

static void test_times(void)
{
	static const struct line lines[] = {
		{ EFFORT_LANDED, "x", "1", 900, 930, 940, "w1", NULL, 0, NULL, 0 },
		{ EFFORT_LANDED, "y", "2", 901, 920, 970, "w2", NULL, 0, NULL, 0 },
		{ EFFORT_LANDED, "opt", "3", 901, 921, 999, "w3", NULL, 0, NULL, 0 },
		{ EFFORT_LANDED, "x", "4", 100, 110, 120, "w1", B, 0, NULL, 0 },
		{ 0, NULL, NULL, 0, 0, 0, NULL, NULL, 0, NULL, 0 }
	};
	struct arena arena = ARENA_INIT;
	gitperf_request_view v = derive(&arena, lines, A, 0, &rules);

	ok(minutes(v.wait_ms) == 20, "M9 it waited from when it was asked for until the first one began");
	ok(minutes(v.duration_ms) == 50, "M9 and took from then to the last result that is needed");
	ok(v.last != GITPERF_NO_PART && !strcmp(v.parts[v.last].platform, "y") && !strcmp(v.parts[v.last].worker, "w2"),
	   "M25 the platform and the worker that came last");
	ok(minutes(v.last_by_ms) == 30, "M25 ... and how much later than the others");
	ok(!v.expected, "nothing is expected any more");
	v = derive(&arena, lines, B, 0, &rules);
	ok(v.nparts == 1 && v.last == 0 && v.last_by_ms < 0 && minutes(v.duration_ms) == 10, "one alone is not later than others");
	gitperf_arena_free(&arena);
}

static void test_expectations(void)
{
	static const struct line lines[] = {
		{ EFFORT_LANDED, "x", "1", 900, 980, 990, "w1", NULL, 0, NULL, 0 },
		{ EFFORT_RUNNING, "y", "2", 900, 985, 0, "w2", NULL, 0, NULL, 1010 },
		{ EFFORT_QUEUED, "z", "3", 900, 0, 0, NULL, NULL, 0, NULL, 1040 },
		{ EFFORT_QUEUED, "opt", "4", 900, 0, 0, NULL, NULL, 0, NULL, 2000 },
		{ 0, NULL, NULL, 0, 0, 0, NULL, NULL, 0, NULL, 0 }
	};
	struct line unknown[ARRAY_SIZE(lines)];
	struct arena arena = ARENA_INIT;
	gitperf_request_view v = derive(&arena, lines, A, 0, &rules);

	ok(v.expected == MINUTES(1040), "A49 it is expected when the last one is that is needed");
	ok(minutes(v.duration_ms) == 20, "so far it has taken this long");
	ok(v.last != GITPERF_NO_PART && !strcmp(v.parts[v.last].platform, "z") && minutes(v.last_by_ms) == 30,
	   "M25 the platform that will be last");
	memcpy(unknown, lines, sizeof(lines));
	unknown[1].expected = 0;
	v = derive(&arena, unknown, A, 0, &rules);
	ok(!v.expected && v.last == GITPERF_NO_PART, "of what nobody can tell, nothing is told");
	gitperf_arena_free(&arena);
}

static void test_patience(void)
{
	static const struct line lines[] = {
		{ EFFORT_LANDED, "x", "1", 0, 1, 5, "w1", NULL, 0, NULL, 0 },
		{ EFFORT_RUNNING, "y", "2", 0, 2, 0, "w2", NULL, 0, NULL, 0 },
		{ 0, NULL, NULL, 0, 0, 0, NULL, NULL, 0, NULL, 0 }
	};
	struct request_rules by = rules;
	struct arena arena = ARENA_INIT;
	gitperf_request_view v;

	by.now = MINUTES(1) + AFTER_MS * 1000000;
	v = derive(&arena, lines, A, 0, &by);
	ok(v.state == GITPERF_REQUEST_RUNNING, "M24 as long as partialAfter is not over");
	by.now += MINUTES(1);
	v = derive(&arena, lines, A, 0, &by);
	ok(v.state == GITPERF_REQUEST_PARTIAL && v.required == 2 && v.required_landed == 1, "M24 n of m when it is");
	by.partial_after_ms = 0;
	v = derive(&arena, lines, A, 0, &by);
	ok(v.state == GITPERF_REQUEST_RUNNING, "0: not before all are over");
	gitperf_arena_free(&arena);
}

/* --- Balance -------------------------------------------------------------- */

static size_t two_of_slow(void *payload, const char *platform)
{
	(void)payload;
	return *platform == 's' ? 2 : 1;
}

static void test_balance(void)
{
	gitperf_part parts[2] = {
		{ .platform = "fast", .is_required = 1, .state = GITPERF_PART_LANDED, .busy_ms = 60000 },
		{ .platform = "slow", .is_required = 1, .state = GITPERF_PART_LANDED, .busy_ms = 180000 }
	};
	gitperf_request_view list[3];
	gitperf_imbalance found;
	size_t i;

	memset(list, 0, sizeof(list));
	for (i = 0; i < 3; i++) {
		list[i].parts = parts;
		list[i].nparts = 2;
	}
	gitperf_requests__balance(&found, list, 3, NULL, NULL);
	ok(found.slow && !strcmp(found.slow, "slow") && !strcmp(found.fast, "fast") && found.slow_ms == 540000 &&
	   found.fast_ms == 180000, "M25 one platform keeps the other waiting");
	gitperf_requests__balance(&found, list, 3, two_of_slow, NULL);
	ok(!found.slow, "... but not with two machines");
	gitperf_requests__balance(&found, list, 2, NULL, NULL);
	ok(!found.slow, "two commits say nothing");
	parts[1].is_required = 0;
	gitperf_requests__balance(&found, list, 3, NULL, NULL);
	ok(!found.slow, "nobody waits for what is not needed");
}

int main(void)
{
	test_states();
	test_order();
	test_times();
	test_expectations();
	test_patience();
	test_balance();
	return done_testing();
}
