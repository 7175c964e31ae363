/*
 * u-crew.c - lib/view: machines and jobs, whatever they say of themselves
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

#include "tap.h"

#define A40 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define EVIL "\033]0;x\a\302\233" "31m\342\200\256\r\377"
#define HOUR (INT64_C(3600) * 1000000000)

static gitperf_buffer out = GITPERF_BUFFER_INIT;

/* Nothing that a terminal would act upon, but for our own colours; bidirectional marks are JSON */
static int is_safe(int color, int is_json)
{
	const unsigned char *p = (const unsigned char *)out.ptr;

	for (; *p; p++) {
		if (color && *p == 0x1b && p[1] == '[')
			p++;
		else if ((*p < 0x20 && *p != '\n') || *p == 0x7f || (*p == 0xc2 && p[1] < 0xa0) ||
			 (!is_json && *p == 0xe2 && p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae))
			return 0;
	}
	return 1;
}

static void view(const gitperf_crew *crew, int details, gitperf_format format, int color)
{
	gitperf_view_options options = GITPERF_VIEW_OPTIONS_INIT;

	options.format = format;
	options.color = color;
	gitperf_buf_truncate(&out, 0);
	is_ok(gitperf_view_crew(&out, crew, details, &options), "view a crew");
	ok(is_safe(color, format == GITPERF_FORMAT_JSON), "... which is safe for a terminal");
}

static void has(const char *text, const char *what)
{
	ok(strstr(out.ptr, text) != NULL, "%s", what);
}

static const char *const steps[] = { "build", EVIL };
static const gitperf_pair findings[] = { { "governor", EVIL }, { "turbo", "on" } };

static gitperf_job some_job(int64_t step, int64_t done, int64_t total)
{
	gitperf_job job = { .id = A40, .commit = A40, .platform = "p",
			    .lease = { .worker = "w", .token = 1, .since = 1, .steps = steps, .nsteps = 2,
				       .step = step, .done = done, .total = total } };

	return job;
}

static void test_extremes(void)
{
	gitperf_queue queue = { .damaged = 0 };
	gitperf_job job = some_job(1, INT64_MAX, INT64_MAX);
	gitperf_station stations[] = {
		{ .name = "p", .waiting = SIZE_MAX, .workers = 1, .duration_ms = INT64_C(9000000000000), .backlog_ms = INT64_C(9000000000000) },
		{ .name = "q", .workers = 2 },
		{ .name = "r", .waiting = 1, .backlog_ms = -1 }
	};
	gitperf_hand list[GITPERF_CREW_STATES];
	gitperf_crew crew = { .now = 9 * HOUR, .tool = EVIL, .queue = &queue, .list = list, .n = GITPERF_CREW_STATES,
			      .stations = stations, .nstations = 3, .is_partial = 1 };
	size_t i;
	int color;

	for (i = 0; i < crew.n; i++) {
		gitperf_hand hand = { .name = "w", .platform = "p", .state = (gitperf_crew_state)i, .heard = (gitperf_time)i * 5 * HOUR,
				      .told = { .tool = "other" EVIL, .findings = findings, .nfindings = 2,
						.mishap = { A40, 0, EVIL "\nb", EVIL "\n\n" EVIL } },
				      .is_other_tool = 1, .job = i % 2 ? NULL : &job, .njobs = i, .duration_ms = INT64_MAX / 1000000,
				      .day = SIZE_MAX, .week = SIZE_MAX };

		list[i] = hand;
	}
	for (color = 0; color < 2; color++) {
		view(&crew, 0, GITPERF_FORMAT_TEXT, color);
		view(&crew, 1, GITPERF_FORMAT_TEXT, color);
		view(&crew, 0, GITPERF_FORMAT_JSON, color);
	}
	view(&crew, 1, GITPERF_FORMAT_TEXT, 0);
	has("in future", "a clock that is ahead");
	has("1 job waits for 'r', where nobody measures", "nobody is there");
	has("1 machine of 'p' has 104166 days to do, 2 machines of 'q' have nothing to do", "M25: out of balance");
	has("more\n", "not all problems are told");
	has("failed with aaaaaaaaaa: ", "a mishap of no time");
	view(&crew, 0, GITPERF_FORMAT_JSON, 0);
	has("\"backlog_ms\":null", "what nobody knows is null");
}

static void progress_is(int64_t step, int64_t done, int64_t total, const char *want)
{
	gitperf_job job = some_job(step, done, total);

	gitperf_buf_truncate(&out, 0);
	gitperf_view__progress(&out, &job.lease);
	is_str(out.ptr, want, "... progress");
}

static void test_progress(void)
{
	progress_is(0, 0, 0, "build");
	progress_is(0, 3, 9, "build 3/9");
	progress_is(2, 3, 9, "");
	progress_is(INT64_MAX, 3, 9, "");
	progress_is(-1, 3, 9, "");
	progress_is(1, 0, 0, "\\x1b]0;x\\x07\357\277\275" "31m\357\277\275\\x0d\357\277\275");
}

static void test_names(void)
{
	is_str(gitperf_crew_state_name(GITPERF_CREW_MEASURING), "measuring", "the first state");
	is_str(gitperf_crew_state_name(GITPERF_CREW_SILENT), "silent", "the last one");
	is_str(gitperf_crew_state_name(GITPERF_CREW_STATES), "unknown", "... and none");
}

int main(void)
{
	test_names();
	test_progress();
	test_extremes();
	gitperf_buffer_dispose(&out);
	return done_testing();
}
