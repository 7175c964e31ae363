/*
 * agenda.c - the queue as it is worked off, and what window is advised
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

#define PLURAL(n) ((n) == 1 ? "" : "s")
#define SECOND INT64_C(1000000000)
#define MILLISECOND INT64_C(1000000)
#define SHORT 10
#define ERROR_WIDTH 60

static void add_reasons(gitperf_buffer *out, unsigned reasons)
{
	unsigned reason, n = 0;

	for (reason = 0; reason < GITPERF_REASONS; reason++)
		if (reasons & 1u << reason)
			gitperf_buf_addf(out, "%s%s", n++ ? ", " : "", gitperf_reason_name((gitperf_reason)reason));
}

void gitperf_view__progress(gitperf_buffer *out, const gitperf_lease *lease)
{
	if (lease->step < 0 || (uint64_t)lease->step >= lease->nsteps)
		return;
	gitperf_view_text(out, lease->steps[lease->step]);
	if (lease->total)
		gitperf_buf_addf(out, " %lld/%lld", (long long)lease->done, (long long)lease->total);
}

static int has_failed(const gitperf_job *job)
{
	return !job->lease.worker && job->attempts >= GITPERF_ATTEMPTS_MAX;
}

static void add_running(gitperf_buffer *out, const gitperf_lease *lease)
{
	gitperf_buffer progress = GITPERF_BUFFER_INIT;

	gitperf_view__progress(&progress, lease);
	gitperf_buf_adds(out, "running on ");
	gitperf_view_text(out, lease->worker);
	if (progress.len)
		gitperf_buf_addf(out, ": %s", progress.ptr);
	out->failed |= progress.failed;
	gitperf_buffer_dispose(&progress);
}

/* Of an error the beginning: the table is wide enough */
static void add_failed(gitperf_buffer *out, const gitperf_job *job)
{
	gitperf_buffer line = GITPERF_BUFFER_INIT, safe = GITPERF_BUFFER_INIT;
	size_t width, fits;

	gitperf_buf_addf(out, "failed %lld times", (long long)job->attempts);
	if (job->error)
		gitperf_buf_add(&line, job->error, strcspn(job->error, "\n"));
	gitperf_view_text(&safe, line.ptr);
	fits = gitperf_view__fit(safe.ptr, ERROR_WIDTH, &width);
	if (fits)
		gitperf_buf_addf(out, ": %.*s%s", (int)fits, safe.ptr, safe.ptr[fits] ? "..." : "");
	out->failed |= line.failed || safe.failed;
	gitperf_buffer_dispose(&line);
	gitperf_buffer_dispose(&safe);
}

void gitperf_view__job_state(gitperf_buffer *out, const gitperf_job *job)
{
	if (job->lease.worker)
		add_running(out, &job->lease);
	else if (has_failed(job))
		add_failed(out, job);
	else
		gitperf_buf_adds(out, "queued");
	/* whoever is at it may be a substitute */
	if (job->set && (!job->lease.worker || strcmp(job->lease.worker, job->set))) {
		gitperf_buf_adds(out, ", part of ");
		gitperf_view_text(out, job->set);
	}
	if (job->round)
		gitperf_buf_addf(out, ", round %lld", (long long)job->round);
	if (job->attempts > (job->lease.worker != NULL) && !has_failed(job))
		gitperf_buf_addf(out, ", attempt %lld", (long long)job->attempts + !job->lease.worker);
}

static void add_item(struct view_table *t, const gitperf_agenda *agenda, const gitperf_item *item)
{
	const gitperf_job *job = item->job;
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	gitperf_buf_adds(&text, job->platform);
	if (job->nconfig) {
		gitperf_buf_addc(&text, ' ');
		gitperf_view__pairs(&text, job->config, job->nconfig);
	}
	gitperf_table_take(t, VIEW_PLAIN, 0, &text);
	gitperf_buf_addf(&text, "%.*s", SHORT, job->commit);
	gitperf_table_take(t, VIEW_PLAIN, 0, &text);
	gitperf_view__job_state(&text, job);
	gitperf_table_take(t, job->lease.worker ? VIEW_GOOD : has_failed(job) ? VIEW_BAD : VIEW_PLAIN, 0, &text);
	add_reasons(&text, job->reasons);
	gitperf_table_take(t, VIEW_DIM, 0, &text);
	/* what was asked for together differs by some nanoseconds, to be in order */
	gitperf_buf_add_length(&text, agenda->now - job->asked / SECOND * SECOND);
	gitperf_table_take(t, VIEW_DIM, 1, &text);
	if (item->expected) {
		gitperf_buf_adds(&text, "in ");
		gitperf_buf_add_duration(&text, item->expected - agenda->now);
	} else {
		gitperf_buf_adds(&text, has_failed(job) ? "never" : "unknown");
	}
	gitperf_table_take(t, VIEW_PLAIN, 1, &text);
	gitperf_buffer_dispose(&text);
}

static int print_agenda(gitperf_buffer *out, const gitperf_agenda *agenda, const gitperf_view_options *o)
{
	static const char *const titles[] = { "platform", "commit", "state", "reason", "asked", "result" };
	struct view_table t;
	size_t i;

	if (!agenda->nitems) {
		gitperf_buf_adds(out, "nothing waits to be measured\n");
		return gitperf_buf_check(out);
	}
	gitperf_table_init(&t, o, ARRAY_SIZE(titles));
	for (i = 0; i < ARRAY_SIZE(titles); i++)
		gitperf_table_cell(&t, VIEW_DIM, i > 3, titles[i]);
	for (i = 0; i < agenda->nitems; i++)
		add_item(&t, agenda, &agenda->items[i]);
	return gitperf_table_print(out, &t);
}

/* --- For programs --- */

void gitperf_view__print_item(gitperf_printer *p, const gitperf_item *item)
{
	const gitperf_job *job = item->job;

	gitperf_print_open(p, '{');
	gitperf_print_string(p, "id", job->id);
	gitperf_print_string(p, "commit", job->commit);
	gitperf_print_string(p, "platform", job->platform);
	gitperf_view__print_pairs(p, "config", job->config, job->nconfig);
	gitperf_print_string(p, "suite", job->suite);
	gitperf_print_int(p, "round", job->round);
	gitperf_view__print_reasons(p, job->reasons);
	gitperf_print_string(p, "state", job->lease.worker ? "running" : has_failed(job) ? "failed" : "queued");
	gitperf_print_string(p, "worker", job->lease.worker);
	gitperf_view__print_lease(p, &job->lease);
	gitperf_print_int(p, "attempts", job->attempts);
	gitperf_print_int(p, "refunds", job->refunds);
	gitperf_print_string(p, "error", job->error);
	gitperf_print_string(p, "set", job->set);
	gitperf_view__print_texts(p, "benchmarks", job->benchmarks, job->nbenchmarks);
	gitperf_view__print_time(p, "asked", job->asked);
	gitperf_view__print_time(p, "expected", item->expected);
	gitperf_print_int(p, "duration_ms", item->duration_ms);
	gitperf_print_close(p, '}');
}

static int print_agenda_json(gitperf_buffer *out, const gitperf_agenda *agenda)
{
	gitperf_printer p = { out, 0 };
	size_t i;

	gitperf_print_open(&p, '{');
	gitperf_print_int(&p, "version", 1);
	gitperf_view__print_time(&p, "now", agenda->now);
	gitperf_print_string(&p, "remote", agenda->where);
	gitperf_print_key(&p, "jobs");
	gitperf_print_open(&p, '[');
	for (i = 0; i < agenda->nitems; i++)
		gitperf_view__print_item(&p, &agenda->items[i]);
	gitperf_print_close(&p, ']');
	gitperf_print_int(&p, "damaged", (int64_t)agenda->queue->damaged);
	gitperf_print_int(&p, "newer", (int64_t)agenda->queue->newer);
	gitperf_print_close(&p, '}');
	gitperf_buf_addc(out, '\n');
	return gitperf_buf_check(out);
}

int gitperf_view_agenda(gitperf_buffer *out, const gitperf_agenda *agenda,
			const gitperf_view_options *options)
{
	return options->format == GITPERF_FORMAT_JSON ? print_agenda_json(out, agenda) :
		print_agenda(out, agenda, options);
}

/* --- Advice --- */

static void print_suggestion(gitperf_buffer *out, const gitperf_suggestion *s, const gitperf_view_options *o)
{
	gitperf_view__colored(out, o, VIEW_BOLD, s->platform);
	if (!s->duration_ms) {
		gitperf_buf_adds(out, ": no complete run says how long it took; measure some commits first\n");
		return;
	}
	gitperf_buf_adds(out, ": a run takes ");
	gitperf_buf_add_duration(out, s->duration_ms * MILLISECOND);
	gitperf_buf_addf(out, " (median of %zu), %zu machine%s at it; the trunk gets %.*f commit%s an hour\n",
			 s->runs, s->workers, PLURAL(s->workers), s->commits_per_hour < 10, s->commits_per_hour,
			 s->commits_per_hour == 1 ? "" : "s");
	gitperf_buf_adds(out, "  suggested: window=");
	gitperf_buf_addf(out, s->suggested_ms % (3600 * 1000) ? "%lldm" : "%lldh",
			 (long long)(s->suggested_ms / (s->suggested_ms % (3600 * 1000) ? 60000 : 3600000)));
	if (s->window_ms) {
		gitperf_buf_adds(out, ", now it is ");
		gitperf_buf_add_length(out, s->window_ms * MILLISECOND);
	}
	gitperf_buf_addf(out, "; busy for %.0f %% of the time at most\n", 100.0 * (double)s->duration_ms /
			 ((double)s->suggested_ms * (double)s->workers));
}

static int print_advice_json(gitperf_buffer *out, const gitperf_advice *advice)
{
	gitperf_printer p = { out, 0 };
	size_t i;

	gitperf_print_open(&p, '{');
	gitperf_print_int(&p, "version", 1);
	gitperf_print_key(&p, "platforms");
	gitperf_print_open(&p, '[');
	for (i = 0; i < advice->n; i++) {
		const gitperf_suggestion *s = &advice->list[i];

		gitperf_print_open(&p, '{');
		gitperf_print_string(&p, "platform", s->platform);
		gitperf_print_int(&p, "runs", (int64_t)s->runs);
		gitperf_print_int(&p, "duration_ms", s->duration_ms);
		gitperf_print_int(&p, "workers", (int64_t)s->workers);
		gitperf_print_int(&p, "commits", (int64_t)s->commits);
		gitperf_print_real(&p, "commits_per_hour", s->commits_per_hour);
		gitperf_print_int(&p, "window_ms", s->window_ms);
		gitperf_print_int(&p, "suggested_ms", s->suggested_ms);
		gitperf_print_close(&p, '}');
	}
	gitperf_print_close(&p, ']');
	gitperf_print_close(&p, '}');
	gitperf_buf_addc(out, '\n');
	return gitperf_buf_check(out);
}

int gitperf_view_advice(gitperf_buffer *out, const gitperf_advice *advice,
			const gitperf_view_options *options)
{
	size_t i;

	if (options->format == GITPERF_FORMAT_JSON)
		return print_advice_json(out, advice);
	for (i = 0; i < advice->n; i++)
		print_suggestion(out, &advice->list[i], options);
	return gitperf_buf_check(out);
}
