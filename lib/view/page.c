/*
 * page.c - all that is known of a project's measuring, on one page
 *
 * What is to be done comes first, and what has been done last; in between what is being
 * done: the queue, the machines, the requests. On a narrow terminal what would be a row is
 * a line or two.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "view/view.h"

#define PLURAL(n) ((n) == 1 ? "" : "s")
#define MILLISECOND INT64_C(1000000)
#define SHORT 10
#define INDENT 2
/* a row of a table has no room there */
#define NARROW 76
/* of each platform, unless all is wanted */
#define WAITING_SHOWN 3
#define REQUESTS_SHOWN 8

struct page {
	gitperf_buffer *out;
	const gitperf_page *p;
	const gitperf_view_options *o;
	int is_narrow;
	gitperf_buffer text;           /* a line at hand */
};

static void heading(struct page *page, const char *title)
{
	gitperf_buf_addc(page->out, '\n');
	gitperf_view__colored(page->out, page->o, VIEW_BOLD, title);
	gitperf_buf_addc(page->out, '\n');
}

/* What is in page->text, as lines of whole words */
static void end_line(struct page *page, enum view_color color, size_t indent)
{
	gitperf_buf_addf(page->out, "%*s", (int)indent, "");
	gitperf_view__wrapped(page->out, page->o, color, page->text.ptr ? page->text.ptr : "", indent);
	gitperf_buf_addc(page->out, '\n');
	page->out->failed |= page->text.failed;
	gitperf_buf_truncate(&page->text, 0);
}

/* --- The queue ------------------------------------------------------------ */

static void print_short_item(struct page *page, const gitperf_item *item)
{
	const gitperf_job *job = item->job;

	gitperf_buf_addf(&page->text, "%.*s %s: ", SHORT, job->commit, job->platform);
	gitperf_view__job_state(&page->text, job);
	if (item->expected) {
		gitperf_buf_adds(&page->text, ", result in ");
		gitperf_buf_add_duration(&page->text, item->expected > page->p->requests->now ?
				       item->expected - page->p->requests->now : 0);
	}
	end_line(page, job->lease.worker ? VIEW_GOOD : VIEW_PLAIN, INDENT);
}

/* What runs, and of each platform what comes next */
static size_t choose_items(gitperf_item *out, const gitperf_agenda *agenda, int all)
{
	const char *platform = "";
	size_t i, n = 0, waiting = 0;

	for (i = 0; i < agenda->nitems; i++) {
		const gitperf_job *job = agenda->items[i].job;

		if (strcmp(platform, job->platform))
			waiting = 0;
		platform = job->platform;
		if (all || job->lease.worker || waiting++ < WAITING_SHOWN)
			out[n++] = agenda->items[i];
	}
	return n;
}

static int print_queue(struct page *page)
{
	const gitperf_agenda *agenda = page->p->requests->agenda;
	gitperf_item *items;
	gitperf_agenda shown = *agenda;
	size_t i;
	int err = 0;

	if (!agenda->nitems)
		return 0;
	items = calloc(agenda->nitems, sizeof(*items));
	if (!items)
		return gitperf_fail_oom();
	shown.items = items;
	shown.nitems = choose_items(items, agenda, page->p->details);
	heading(page, "queue");
	if (!page->is_narrow)
		err = gitperf_view_agenda(page->out, &shown, page->o);
	for (i = 0; page->is_narrow && i < shown.nitems; i++)
		print_short_item(page, &items[i]);
	if (shown.nitems < agenda->nitems)
		gitperf_buf_addf(page->out, "and %zu more: git perf queue\n", agenda->nitems - shown.nitems);
	free(items);
	return err;
}

/* --- Machines ------------------------------------------------------------- */

static void print_short_hand(struct page *page, const gitperf_hand *hand)
{
	gitperf_time now = page->p->crew->now;

	gitperf_view_text(&page->text, hand->name);
	gitperf_buf_addf(&page->text, " (%s): %s", hand->platform, gitperf_crew_state_name(hand->state));
	if (hand->job) {
		gitperf_buf_addf(&page->text, " %.*s ", SHORT, hand->job->commit);
		gitperf_view__progress(&page->text, &hand->job->lease);
	}
	if (hand->heard && hand->heard <= now) {
		gitperf_buf_adds(&page->text, ", heard ");
		gitperf_buf_add_length(&page->text, now - hand->heard);
		gitperf_buf_adds(&page->text, " ago");
	}
	end_line(page, hand->state == GITPERF_CREW_SILENT ? VIEW_BAD : hand->job ? VIEW_GOOD : VIEW_PLAIN, INDENT);
}

static int print_workers(struct page *page)
{
	const gitperf_crew *crew = page->p->crew;
	size_t i;

	if (!crew || (!crew->n && !page->p->requests->agenda->nitems))
		return 0;
	heading(page, "workers");
	for (i = 0; page->is_narrow && i < crew->n; i++)
		print_short_hand(page, &crew->list[i]);
	if (!page->is_narrow)
		return gitperf_view_crew(page->out, crew, page->p->details, page->o);
	gitperf_buf_adds(&page->text, "git perf worker -v tells more");
	end_line(page, VIEW_DIM, 0);
	return 0;
}

/* --- Requests ------------------------------------------------------------- */

static void print_short_request(struct page *page, const gitperf_request_view *r)
{
	gitperf_buf_addf(&page->text, "%.*s", SHORT, r->commit);
	if (r->round)
		gitperf_buf_addf(&page->text, " #%lld", (long long)r->round);
	gitperf_buf_addf(&page->text, ": %s, %zu of %zu", gitperf_request_state_name(r->state), r->landed, r->nparts);
	if (r->duration_ms >= 0) {
		gitperf_buf_adds(&page->text, ", took ");
		gitperf_buf_add_length(&page->text, r->duration_ms * MILLISECOND);
	}
	if (r->expected > page->p->requests->now) {
		gitperf_buf_adds(&page->text, ", result in ");
		gitperf_buf_add_duration(&page->text, r->expected - page->p->requests->now);
	}
	end_line(page, gitperf_view__request_color(r->state), INDENT);
}

static int print_requests(struct page *page)
{
	const gitperf_requests *requests = page->p->requests;
	size_t i, most = page->p->details ? requests->n : REQUESTS_SHOWN;

	if (!requests->n)
		return 0;
	heading(page, "requests");
	if (!page->is_narrow)
		return gitperf_view__requests(page->out, requests, most, page->o);
	for (i = 0; i < requests->n && i < most; i++)
		print_short_request(page, &requests->list[i]);
	return 0;
}

/* A state, and nothing that is wrong: it does not count for --exit-code */
static void print_imbalance(struct page *page)
{
	const gitperf_imbalance *b = &page->p->requests->imbalance;

	if (!b->slow)
		return;
	gitperf_buf_addc(page->out, '\n');
	gitperf_buf_addf(&page->text, "%s keeps %s waiting: the same commits keep a machine there busy for ", b->slow, b->fast);
	gitperf_buf_add_length(&page->text, b->slow_ms * MILLISECOND);
	gitperf_buf_adds(&page->text, ", and here for ");
	gitperf_buf_add_length(&page->text, b->fast_ms * MILLISECOND);
	end_line(page, VIEW_WARN, 0);
	gitperf_buf_addf(&page->text, "hint: another machine for %s, fewer iterations there, or required = false", b->slow);
	end_line(page, VIEW_PLAIN, 0);
}

/* --- All of it ------------------------------------------------------------ */

static int print_page(struct page *page)
{
	int err = 0;

	gitperf_view__survey_head(page->out, page->p->survey, page->o);
	if (page->p->requests) {
		if ((err = print_queue(page)) < 0 || (err = print_workers(page)) < 0 || (err = print_requests(page)) < 0)
			return err;
		print_imbalance(page);
	}
	return gitperf_view__survey_tail(page->out, page->p->survey, page->o);
}

static void print_json(gitperf_printer *p, const gitperf_page *page)
{
	const gitperf_requests *requests = page->requests;
	size_t i;

	gitperf_print_key(p, "jobs");
	gitperf_print_open(p, '[');
	for (i = 0; requests && i < requests->agenda->nitems; i++)
		gitperf_view__print_item(p, &requests->agenda->items[i]);
	gitperf_print_close(p, ']');
	gitperf_print_key(p, "requests");
	gitperf_print_open(p, '[');
	for (i = 0; requests && i < requests->n; i++)
		gitperf_view__print_request(p, &requests->list[i]);
	gitperf_print_close(p, ']');
	gitperf_view__print_imbalance(p, requests ? &requests->imbalance : NULL);
	gitperf_print_key(p, "crew");
	if (page->crew)
		gitperf_view__print_crew(p, page->crew);
	else
		gitperf_print_string(p, NULL, NULL);
}

int gitperf_view_page(gitperf_buffer *out, const gitperf_page *page, const gitperf_view_options *options)
{
	struct page state = { .out = out, .p = page, .o = options, .text = GITPERF_BUFFER_INIT };
	int err;

	if (options->format != GITPERF_FORMAT_TEXT) {
		gitperf_printer p = { out, 0 };

		gitperf_print_open(&p, '{');
		gitperf_view__print_survey(&p, page->survey);
		print_json(&p, page);
		gitperf_print_close(&p, '}');
		gitperf_buf_addc(out, '\n');
		return gitperf_buf_check(out);
	}
	state.is_narrow = options->width && options->width < NARROW;
	err = print_page(&state);
	gitperf_buffer_dispose(&state.text);
	return err < 0 ? err : gitperf_buf_check(out);
}
