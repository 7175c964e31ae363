/*
 * crew.c - the machines that measure, for people
 *
 * A line for each; then, as in git perf status, what is wrong, each with what to do.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

#define PLURAL(n) ((n) == 1 ? "" : "s")
#define MILLISECOND INT64_C(1000000)
#define SECOND INT64_C(1000000000)
#define A_WEEK (7 * 24 * 3600 * SECOND)
#define SHORT 10
/* of a long list */
#define LIST_MAX 10
#define NAMES_SHOWN 3
/* Machines are out of balance: so much more is to be done on one platform than on another */
#define UNEVEN 2
#define UNEVEN_MS (INT64_C(3600) * 1000)

static void add_age(gitperf_buffer *out, gitperf_time now, gitperf_time then)
{
	if (!then) {
		gitperf_buf_adds(out, "never");
	} else if (now < then) {
		gitperf_buf_adds(out, "in future");
	} else {
		gitperf_buf_add_length(out, now - then);
		gitperf_buf_adds(out, " ago");
	}
}

/* Of whoever was told to end it is no news */
static int is_missed(const gitperf_hand *hand)
{
	return hand->state == GITPERF_CREW_SILENT && (hand->told.duty != GITPERF_DUTY_DRAIN || hand->job);
}

/* --- The table --- */

static enum view_color color_of(const gitperf_hand *hand)
{
	switch (hand->state) {
	case GITPERF_CREW_MEASURING:
		return VIEW_GOOD;
	case GITPERF_CREW_PAUSED:
	case GITPERF_CREW_DRAINING:
		return VIEW_WARN;
	case GITPERF_CREW_SILENT:
		return !is_missed(hand) ? VIEW_DIM : hand->heard ? VIEW_BAD : VIEW_WARN;
	case GITPERF_CREW_RETIRED:
		return VIEW_DIM;
	default:
		return VIEW_PLAIN;
	}
}

static void add_job(gitperf_buffer *out, const gitperf_crew *crew, const gitperf_hand *hand)
{
	const gitperf_lease *lease = &hand->job->lease;
	gitperf_buffer progress = GITPERF_BUFFER_INIT;

	gitperf_view__progress(&progress, lease);
	gitperf_buf_addf(out, "%.*s", SHORT, hand->job->commit);
	if (progress.len)
		gitperf_buf_addf(out, ": %s", progress.ptr);
	if (lease->since && lease->since <= crew->now) {
		gitperf_buf_adds(out, ", for ");
		gitperf_buf_add_length(out, crew->now - lease->since);
	}
	if (hand->njobs > 1)
		gitperf_buf_addf(out, ", and %zu more", hand->njobs - 1);
	if (hand->told.duty == GITPERF_DUTY_PAUSE || hand->told.duty == GITPERF_DUTY_DRAIN)
		gitperf_buf_adds(out, hand->told.duty == GITPERF_DUTY_PAUSE ? ", then pauses" : ", then ends");
	out->failed |= progress.failed;
	gitperf_buffer_dispose(&progress);
}

static void add_hand(struct view_table *t, const gitperf_crew *crew, const gitperf_hand *hand)
{
	const char *more = crew->is_partial ? "+" : "";
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	gitperf_table_cell(t, VIEW_BOLD, 0, hand->name);
	gitperf_table_cell(t, VIEW_PLAIN, 0, hand->platform);
	gitperf_table_cell(t, color_of(hand), 0, gitperf_crew_state_name(hand->state));
	add_age(&text, crew->now, hand->heard);
	gitperf_table_take(t, is_missed(hand) && hand->heard ? VIEW_BAD : VIEW_DIM, 1, &text);
	if (hand->duration_ms)
		gitperf_buf_add_length(&text, hand->duration_ms * MILLISECOND);
	else
		gitperf_buf_adds(&text, "-");
	gitperf_table_take(t, VIEW_PLAIN, 1, &text);
	gitperf_buf_addf(&text, "%zu%s", hand->day, more);
	gitperf_table_take(t, VIEW_PLAIN, 1, &text);
	gitperf_buf_addf(&text, "%zu%s", hand->week, more);
	gitperf_table_take(t, VIEW_PLAIN, 1, &text);
	if (hand->job)
		add_job(&text, crew, hand);
	gitperf_table_take(t, VIEW_PLAIN, 0, &text);
	gitperf_buffer_dispose(&text);
}

/* --- Details --- */

static void print_details(gitperf_buffer *out, const gitperf_crew *crew, const gitperf_hand *hand,
			  const gitperf_view_options *o)
{
	const gitperf_mishap *mishap = &hand->told.mishap;

	gitperf_buf_addc(out, '\n');
	gitperf_view__colored(out, o, VIEW_BOLD, hand->name);
	gitperf_buf_adds(out, ": ");
	gitperf_view_text(out, hand->told.tool ? hand->told.tool : "has not told of itself");
	gitperf_buf_addc(out, '\n');
	if (hand->told.nfindings) {
		gitperf_buf_adds(out, "  noisy: ");
		gitperf_view__pairs(out, hand->told.findings, hand->told.nfindings);
		gitperf_buf_addc(out, '\n');
	}
	if (!mishap->commit)
		return;
	gitperf_buf_addf(out, "  failed with %.*s%s", SHORT, mishap->commit, mishap->when ? ", " : "");
	if (mishap->when)
		add_age(out, crew->now, mishap->when);
	gitperf_buf_adds(out, ": ");
	gitperf_view_text(out, mishap->error ? mishap->error : "it does not say why");
	gitperf_buf_addc(out, '\n');
	if (mishap->log)
		gitperf_view__indented(out, mishap->log);
}

/* --- What is wrong --- */

struct page {
	gitperf_buffer *out;
	const gitperf_crew *crew;
	const gitperf_view_options *o;
	int details;
	size_t n;                      /* of problems, so far */
	gitperf_buffer what;           /* of the one at hand */
};

enum { WAITS, WRONG };

/* What is in page->what, and what to do about it; the texts are safe */
static void tell(struct page *page, int wrong, const char *remedy)
{
	if (page->n++ < LIST_MAX) {
		if (page->n == 1)
			gitperf_buf_addc(page->out, '\n');
		if (wrong)
			gitperf_view__colored(page->out, page->o, VIEW_BAD, "problem: ");
		gitperf_view__colored(page->out, page->o, wrong ? VIEW_PLAIN : VIEW_WARN, page->what.ptr);
		gitperf_buf_adds(page->out, wrong ? "\nhint: " : ": ");
		gitperf_buf_adds(page->out, remedy);
		gitperf_buf_addc(page->out, '\n');
	}
	page->out->failed |= page->what.failed;
	gitperf_buf_truncate(&page->what, 0);
}

static void check_silence(struct page *page, const gitperf_hand *hand)
{
	gitperf_buffer remedy = GITPERF_BUFFER_INIT;

	if (!is_missed(hand))
		return;
	if (!hand->heard) {
		gitperf_buf_addf(&page->what, "nothing was ever heard of '%s'", hand->name);
		gitperf_buf_addf(&remedy, "start it there, git perf work --worker=%s", hand->name);
	} else {
		gitperf_buf_addf(&page->what, "nothing was heard of '%s' for ", hand->name);
		gitperf_buf_add_length(&page->what, page->crew->now - hand->heard);
		if (hand->job)
			gitperf_buf_addf(&page->what, ", and it has %.*s", SHORT, hand->job->commit);
		gitperf_buf_addf(&remedy, "see whether it runs; git perf worker retire %s %s", hand->name,
				 hand->job ? "gives its jobs to others" : "if it is gone for good");
	}
	tell(page, hand->heard ? WRONG : WAITS, remedy.ptr);
	page->out->failed |= remedy.failed;
	gitperf_buffer_dispose(&remedy);
}

static void check_mishap(struct page *page, const gitperf_hand *hand)
{
	const gitperf_mishap *mishap = &hand->told.mishap;
	gitperf_buffer line = GITPERF_BUFFER_INIT;

	if (!mishap->commit || page->details || page->crew->now - mishap->when > A_WEEK ||
	    hand->state == GITPERF_CREW_RETIRED)
		return;
	gitperf_buf_addf(&page->what, "'%s' failed with %.*s, ", hand->name, SHORT, mishap->commit);
	add_age(&page->what, page->crew->now, mishap->when);
	if (mishap->error) {
		gitperf_buf_add(&line, mishap->error, strcspn(mishap->error, "\n"));
		gitperf_buf_adds(&page->what, ": ");
		gitperf_view_text(&page->what, line.ptr);
	}
	tell(page, WRONG, mishap->log ? "git perf worker -v has the end of its log" : "git perf worker -v has all that it told");
	page->out->failed |= line.failed;
	gitperf_buffer_dispose(&line);
}

static void check_tool(struct page *page, const gitperf_hand *hand)
{
	if (!hand->is_other_tool)
		return;
	gitperf_buf_addf(&page->what, "'%s' is ", hand->name);
	gitperf_view_text(&page->what, hand->told.tool);
	gitperf_buf_adds(&page->what, ", most are ");
	gitperf_view_text(&page->what, page->crew->tool);
	tell(page, WAITS, "a commit is for those of one version: make them the same");
}

static void check_noise(struct page *page, const gitperf_hand *hand)
{
	size_t i;

	if (!hand->told.nfindings || page->details || hand->state == GITPERF_CREW_RETIRED)
		return;
	gitperf_buf_addf(&page->what, "'%s' is noisy (", hand->name);
	for (i = 0; i < hand->told.nfindings && i < NAMES_SHOWN; i++) {
		gitperf_buf_adds(&page->what, i ? ", " : "");
		gitperf_view_text(&page->what, hand->told.findings[i].key);
	}
	gitperf_buf_adds(&page->what, i < hand->told.nfindings ? ", ...)" : ")");
	tell(page, WAITS, "git perf doctor there says what to do");
}

static void check_station(struct page *page, const gitperf_station *station)
{
	gitperf_buffer remedy = GITPERF_BUFFER_INIT;

	if (!station->waiting || station->workers)
		return;
	gitperf_buf_addf(&page->what, "%zu job%s wait%s for '%s', where nobody measures", station->waiting,
			 PLURAL(station->waiting), station->waiting == 1 ? "s" : "", station->name);
	gitperf_buf_addf(&remedy, "start a machine there: git perf work --platform=%s", station->name);
	tell(page, WRONG, remedy.ptr);
	page->out->failed |= remedy.failed;
	gitperf_buffer_dispose(&remedy);
}

static void add_backlog(gitperf_buffer *out, const gitperf_station *station)
{
	gitperf_buf_addf(out, "%zu machine%s of '%s' %s ", station->workers, PLURAL(station->workers), station->name,
			 station->workers == 1 ? "has" : "have");
	if (station->backlog_ms)
		gitperf_buf_add_length(out, station->backlog_ms * MILLISECOND);
	else
		gitperf_buf_adds(out, "nothing");
	gitperf_buf_adds(out, " to do");
}

static void check_balance(struct page *page)
{
	const gitperf_crew *crew = page->crew;
	const gitperf_station *most = NULL, *least = NULL;
	size_t i;

	for (i = 0; i < crew->nstations; i++) {
		const gitperf_station *station = &crew->stations[i];

		if (!station->workers || station->backlog_ms < 0)
			continue;
		most = !most || station->backlog_ms > most->backlog_ms ? station : most;
		least = !least || station->backlog_ms < least->backlog_ms ? station : least;
	}
	if (!most || most->backlog_ms < UNEVEN_MS || most->backlog_ms / UNEVEN <= least->backlog_ms)
		return;
	add_backlog(&page->what, most);
	gitperf_buf_adds(&page->what, ", ");
	add_backlog(&page->what, least);
	tell(page, WAITS, "more machines, or a longer window (git perf plan --suggest), would even that out");
}

static void print_problems(struct page *page)
{
	const gitperf_crew *crew = page->crew;
	size_t i;

	for (i = 0; i < crew->nstations; i++)
		check_station(page, &crew->stations[i]);
	check_balance(page);
	for (i = 0; i < crew->n; i++)
		check_silence(page, &crew->list[i]);
	for (i = 0; i < crew->n; i++) {
		check_mishap(page, &crew->list[i]);
		check_tool(page, &crew->list[i]);
		check_noise(page, &crew->list[i]);
	}
	if (page->n > LIST_MAX)
		gitperf_buf_addf(page->out, "... and %zu more\n", page->n - LIST_MAX);
	gitperf_buffer_dispose(&page->what);
}

/* --- All of it --- */

static int print_crew(gitperf_buffer *out, const gitperf_crew *crew, int details, const gitperf_view_options *o)
{
	static const char *const titles[] = { "worker", "platform", "state", "heard", "a run", "24 h", "7 days", "at" };
	struct page page = { .out = out, .crew = crew, .o = o, .details = details, .what = GITPERF_BUFFER_INIT };
	struct view_table t;
	size_t i;
	int err;

	if (!crew->n) {
		gitperf_buf_adds(out, "no machine has told of itself: git perf work makes this one measure\n");
		return gitperf_buf_check(out);
	}
	gitperf_table_init(&t, o, ARRAY_SIZE(titles));
	for (i = 0; i < ARRAY_SIZE(titles); i++)
		gitperf_table_cell(&t, VIEW_DIM, i > 2 && i < 7, titles[i]);
	for (i = 0; i < crew->n; i++)
		add_hand(&t, crew, &crew->list[i]);
	if ((err = gitperf_table_print(out, &t)) < 0)
		return err;
	for (i = 0; i < crew->n && details; i++)
		print_details(out, crew, &crew->list[i], o);
	print_problems(&page);
	return gitperf_buf_check(out);
}

int gitperf_view_crew(gitperf_buffer *out, const gitperf_crew *crew, int details,
		      const gitperf_view_options *options)
{
	return options->format == GITPERF_FORMAT_JSON ? gitperf_view__crew_json(out, crew) :
		print_crew(out, crew, details, options);
}
