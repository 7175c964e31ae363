/*
 * requests.c - what has become of requests: for people, and for programs
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

#define SECOND INT64_C(1000000000)
#define MILLISECOND INT64_C(1000000)
#define SHORT 10
/* nobody waits for less */
#define WORTH_MS 1000

enum view_color gitperf_view__request_color(gitperf_request_state state)
{
	static const enum view_color colors[] = { VIEW_PLAIN, VIEW_PLAIN, VIEW_GOOD, VIEW_WARN, VIEW_BAD, VIEW_DIM };

	return colors[state];
}

/* --- For people ----------------------------------------------------------- */

static void add_length(gitperf_buffer *out, int64_t ms)
{
	if (ms < 0)
		gitperf_buf_addc(out, '-');
	else
		gitperf_buf_add_length(out, ms * MILLISECOND);
}

/* Who had to be waited for: it is that one that more, or faster, machines would help */
static void add_last(gitperf_buffer *out, const gitperf_request_view *r)
{
	const gitperf_part *p = r->last == GITPERF_NO_PART ? NULL : &r->parts[r->last];

	if (!p || r->last_by_ms < WORTH_MS)
		return;
	gitperf_buf_adds(out, out->len ? ", " : "");
	gitperf_buf_adds(out, r->expected ? "last will be " : "last was ");
	gitperf_view_text(out, p->platform);
	if (p->worker) {
		gitperf_buf_adds(out, " on ");
		gitperf_view_text(out, p->worker);
	}
	gitperf_buf_adds(out, ", by ");
	gitperf_buf_add_length(out, r->last_by_ms * MILLISECOND);
}

static void add_outcome(gitperf_buffer *out, const gitperf_requests *all, const gitperf_request_view *r)
{
	size_t i;

	if (r->expected) {
		gitperf_buf_adds(out, "result in ");
		gitperf_buf_add_duration(out, r->expected > all->now ? r->expected - all->now : 0);
	}
	add_last(out, r);
	for (i = 0; i < r->nparts; i++) {
		const gitperf_part *p = &r->parts[i];

		if (p->state != GITPERF_PART_FAILED && p->state != GITPERF_PART_DROPPED)
			continue;
		gitperf_buf_adds(out, out->len ? "; " : "");
		gitperf_view_text(out, p->platform);
		gitperf_buf_addf(out, " %s", gitperf_part_state_name(p->state));
		if (p->why) {
			gitperf_buffer line = GITPERF_BUFFER_INIT;

			gitperf_buf_add(&line, p->why, strcspn(p->why, "\n"));
			gitperf_buf_adds(out, ": ");
			gitperf_view_text(out, line.ptr ? line.ptr : "");
			gitperf_buffer_dispose(&line);
		}
	}
}

static void add_row(struct view_table *t, const gitperf_requests *all, const gitperf_request_view *r)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	gitperf_buf_addf(&text, "%.*s", SHORT, r->commit);
	if (r->round)
		gitperf_buf_addf(&text, " #%lld", (long long)r->round);
	gitperf_table_take(t, VIEW_PLAIN, 0, &text);
	gitperf_table_cell(t, gitperf_view__request_color(r->state), 0, gitperf_request_state_name(r->state));
	gitperf_buf_addf(&text, "%zu of %zu", r->landed, r->nparts);
	gitperf_table_take(t, VIEW_PLAIN, 1, &text);
	/* what was asked for together differs by some nanoseconds, to be in order */
	if (r->asked && r->asked <= all->now)
		gitperf_buf_add_length(&text, all->now - r->asked / SECOND * SECOND);
	else
		gitperf_buf_addc(&text, '-');
	gitperf_table_take(t, VIEW_DIM, 1, &text);
	add_length(&text, r->wait_ms);
	gitperf_table_take(t, VIEW_PLAIN, 1, &text);
	add_length(&text, r->duration_ms);
	gitperf_table_take(t, VIEW_PLAIN, 1, &text);
	add_outcome(&text, all, r);
	gitperf_table_take(t, VIEW_PLAIN, 0, &text);
	gitperf_buffer_dispose(&text);
}

int gitperf_view__requests(gitperf_buffer *out, const gitperf_requests *requests, size_t most,
			   const gitperf_view_options *o)
{
	static const char *const titles[] = { "request", "state", "done", "asked", "waited", "took", "" };
	struct view_table t;
	size_t i;

	gitperf_table_init(&t, o, ARRAY_SIZE(titles));
	t.wrap = 1;
	for (i = 0; i < ARRAY_SIZE(titles); i++)
		gitperf_table_cell(&t, VIEW_DIM, i > 1 && i < 6, titles[i]);
	for (i = 0; i < requests->n && i < most; i++)
		add_row(&t, requests, &requests->list[i]);
	return gitperf_table_print(out, &t);
}

/* --- For programs --------------------------------------------------------- */

static void print_known(gitperf_printer *p, const char *key, int64_t ms)
{
	if (ms < 0)
		gitperf_print_string(p, key, NULL);
	else
		gitperf_print_int(p, key, ms);
}

static void print_part(gitperf_printer *p, const gitperf_part *part)
{
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "platform", part->platform);
	gitperf_print_bool(p, "required", part->is_required);
	gitperf_print_string(p, "state", gitperf_part_state_name(part->state));
	gitperf_print_int(p, "jobs", (int64_t)part->jobs);
	gitperf_print_int(p, "landed", (int64_t)part->landed);
	gitperf_print_int(p, "failed", (int64_t)part->failed);
	gitperf_print_int(p, "running", (int64_t)part->running);
	gitperf_print_string(p, "worker", part->worker);
	gitperf_print_string(p, "why", part->why);
	gitperf_view__print_time(p, "asked", part->asked);
	gitperf_view__print_time(p, "started", part->started);
	gitperf_view__print_time(p, "finished", part->finished);
	gitperf_view__print_time(p, "expected", part->expected);
	gitperf_print_int(p, "busy_ms", part->busy_ms);
	gitperf_print_close(p, '}');
}

static void print_last(gitperf_printer *p, const gitperf_request_view *r)
{
	const gitperf_part *last = r->last == GITPERF_NO_PART ? NULL : &r->parts[r->last];

	if (!last) {
		gitperf_print_string(p, "last", NULL);
		return;
	}
	gitperf_print_key(p, "last");
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "platform", last->platform);
	gitperf_print_string(p, "worker", last->worker);
	print_known(p, "later_ms", r->last_by_ms);
	gitperf_print_close(p, '}');
}

void gitperf_view__print_request(gitperf_printer *p, const gitperf_request_view *r)
{
	size_t i;

	gitperf_print_open(p, '{');
	gitperf_print_string(p, "commit", r->commit);
	gitperf_print_int(p, "round", r->round);
	gitperf_print_string(p, "by", r->by);
	gitperf_print_string(p, "state", gitperf_request_state_name(r->state));
	gitperf_print_int(p, "landed", (int64_t)r->landed);
	gitperf_print_int(p, "required", (int64_t)r->required);
	gitperf_print_int(p, "required_landed", (int64_t)r->required_landed);
	gitperf_view__print_time(p, "asked", r->asked);
	gitperf_view__print_time(p, "started", r->started);
	gitperf_view__print_time(p, "finished", r->finished);
	gitperf_view__print_time(p, "expected", r->expected);
	print_known(p, "wait_ms", r->wait_ms);
	print_known(p, "duration_ms", r->duration_ms);
	print_last(p, r);
	gitperf_print_key(p, "platforms");
	gitperf_print_open(p, '[');
	for (i = 0; i < r->nparts; i++)
		print_part(p, &r->parts[i]);
	gitperf_print_close(p, ']');
	gitperf_print_close(p, '}');
}

void gitperf_view__print_imbalance(gitperf_printer *p, const gitperf_imbalance *b)
{
	if (!b || !b->slow) {
		gitperf_print_string(p, "imbalance", NULL);
		return;
	}
	gitperf_print_key(p, "imbalance");
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "slow", b->slow);
	gitperf_print_int(p, "slow_ms", b->slow_ms);
	gitperf_print_string(p, "fast", b->fast);
	gitperf_print_int(p, "fast_ms", b->fast_ms);
	gitperf_print_close(p, '}');
}

int gitperf_view_request(gitperf_buffer *out, const gitperf_request_view *request)
{
	gitperf_printer p = { out, 0 };

	gitperf_view__print_request(&p, request);
	gitperf_buf_addc(out, '\n');
	return gitperf_buf_check(out);
}
