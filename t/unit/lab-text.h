/*
 * lab-text.h - a laboratory's queue and decisions as a line of text, for tests
 *
 *	jobs        "6:push 10:push+tagged 12/1:idle 13{k=v}:manual@worker 14[a,b]owner:push"
 *	decisions   "1..6 =6:push -3>6 superseded depth 1; ..."
 *
 * and what tests of planning begin with. AT() is in minutes.
 */
#ifndef LAB_TEXT_H
#define LAB_TEXT_H

#include "lab.h"

static inline void add_reasons(gitperf_buffer *out, unsigned reasons)
{
	unsigned i;
	char before = ':';

	for (i = 0; i < GITPERF_REASONS; i++)
		if (reasons & 1u << i) {
			gitperf_buf_addf(out, "%c%s", before, gitperf_reason_name((gitperf_reason)i));
			before = '+';
		}
}

static inline void add_job(gitperf_buffer *out, const gitperf_job *job)
{
	size_t i;

	gitperf_buf_addf(out, "%s%zu", out->len ? " " : "", lab_number(job->commit));
	if (job->round)
		gitperf_buf_addf(out, "/%lld", (long long)job->round);
	for (i = 0; i < job->nconfig; i++)
		gitperf_buf_addf(out, "{%s=%s}", job->config[i].key, job->config[i].value);
	for (i = 0; i < job->nbenchmarks; i++)
		gitperf_buf_addf(out, "%s%s", i ? "," : "[", job->benchmarks[i]);
	if (job->set)
		gitperf_buf_addf(out, "]%s", job->set);
	add_reasons(out, job->reasons);
	if (job->lease.worker)
		gitperf_buf_addf(out, "@%s", job->lease.worker);
}

/* By the time at which they were asked for; jobs asked for at once by their place */
static inline void jobs_text(gitperf_buffer *out, const struct queue *q, const char *platform)
{
	const gitperf_job *last = NULL;
	size_t i;

	gitperf_buf_truncate(out, 0);
	for (;;) {
		const gitperf_job *next = NULL;

		for (i = 0; i < q->njobs; i++) {
			const gitperf_job *job = &q->jobs[i];

			if (strcmp(job->platform, platform) ||
			    (last && (job->asked < last->asked || (job->asked == last->asked && job <= last))))
				continue;
			if (!next || job->asked < next->asked)
				next = job;
		}
		if (!next)
			return;
		add_job(out, next);
		last = next;
	}
}

static inline void add_decision(gitperf_buffer *out, const struct lab_decision *d)
{
	size_t i;

	gitperf_buf_addf(out, "%s%zu..%zu", out->len ? "; " : "", d->base, d->head);
	for (i = 0; i < d->nchosen; i++) {
		gitperf_buf_addf(out, " =%zu", d->chosen[i]);
		add_reasons(out, d->reasons[i]);
	}
	for (i = 0; i < d->ndropped; i++)
		gitperf_buf_addf(out, " -%zu>%zu %s", d->dropped[i].commit, d->dropped[i].by, d->dropped[i].why);
	if (d->skipped)
		gitperf_buf_addf(out, " skipped %s", d->skipped);
	gitperf_buf_addf(out, " depth %lld", (long long)d->depth);
	if (d->window_ms)
		gitperf_buf_addf(out, " window %lldm", (long long)(d->window_ms / 60000));
	if (d->pace != GITPERF_PACE_NORMAL)
		gitperf_buf_addf(out, " %s", gitperf_pace_name(d->pace));
}

/* Those of a platform from the `from`th on */
static inline void log_text(gitperf_buffer *out, const struct lab *lab, int place, size_t from)
{
	size_t i;

	gitperf_buf_truncate(out, 0);
	for (i = from; i < lab->nlog; i++)
		if (lab->log[i].platform == place)
			add_decision(out, &lab->log[i]);
}

static inline int is_queue(const struct lab *lab, const char *want, const char *what)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int good;

	jobs_text(&text, lab->queue, "p0");
	good = is_str(text.ptr, want, what);
	gitperf_buffer_dispose(&text);
	return good;
}

static inline int is_log(const struct lab *lab, size_t from, const char *want, const char *what)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int good;

	log_text(&text, lab, 0, from);
	good = is_str(text.ptr, want, what);
	gitperf_buffer_dispose(&text);
	return good;
}

/* --- The whole of a queue, to compare --- */

static inline int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void add_line(char **lines, size_t *n, gitperf_buffer *line)
{
	lines[(*n)++] = strdup(line->ptr);
	gitperf_buf_truncate(line, 0);
}

static inline void list_decisions(char **lines, size_t *n, const struct queue *q, gitperf_buffer *line)
{
	size_t i;

	for (i = 0; i < q->nwaiting; i++) {
		gitperf_decision_format(line, &q->waiting[i].decision);
		add_line(lines, n, line);
	}
}

/* Whatever order things lie in, as files of a tree have none */
static inline void queue_text(gitperf_buffer *out, const struct queue *q)
{
	char **lines = calloc(q->njobs + q->nrequests + q->nstates + q->nwaiting + 1, sizeof(*lines));
	gitperf_buffer line = GITPERF_BUFFER_INIT;
	size_t i, n = 0;

	for (i = 0; i < q->njobs; i++) {
		const gitperf_job *job = &q->jobs[i];

		gitperf_buf_addf(&line, "job %s %s %s/%lld %x %lld %lld %s %lld %lld", job->id, job->platform,
				 job->commit, (long long)job->round, job->reasons, (long long)job->asked,
				 (long long)job->attempts, job->lease.worker ? job->lease.worker : "-",
				 (long long)job->lease.token, (long long)job->lease.beat);
		add_line(lines, &n, &line);
	}
	for (i = 0; i < q->nrequests; i++) {
		gitperf_buf_addf(&line, "request %s/%lld %lld %d", q->requests[i].commit,
				 (long long)q->requests[i].round, (long long)q->requests[i].asked,
				 q->requests[i].is_started);
		add_line(lines, &n, &line);
	}
	for (i = 0; i < q->nstates; i++) {
		gitperf_buf_addf(&line, "state %s %s %lld %d", q->states[i].platform,
				 q->states[i].head ? q->states[i].head : "-", (long long)q->states[i].last,
				 q->states[i].pace);
		add_line(lines, &n, &line);
	}
	list_decisions(lines, &n, q, &line);
	qsort(lines, n, sizeof(*lines), compare_lines);
	gitperf_buf_truncate(out, 0);
	for (i = 0; i < n; i++) {
		gitperf_buf_addf(out, "%s\n", lines[i]);
		free(lines[i]);
	}
	free(lines);
	gitperf_buffer_dispose(&line);
}

/* --- To begin with --- */

#define P0 "[platform \"p0\"]\n"
#define P3 P0 "[platform \"p1\"]\n[platform \"p2\"]\n"
#define AT(minutes) (LAB_EPOCH + (minutes) * LAB_MINUTE)

/* A project that has planned for its first commit, which is measured by now */
static inline void open_begun(struct lab *lab, const char *policy)
{
	char suite[512];

	snprintf(suite, sizeof(suite), "[policy]\n%s\n" P0, policy);
	lab_open(lab, suite);
	lab_commit(lab, LAB_MERGE);
	lab_plan(lab, AT(0));
	lab->commits[1].known[0] = KNOWN_MEASURED;
	lab_finish(lab, lab->queue);
}

/* Somebody wants these commits, one after the other */
static inline void ask(struct lab *lab, size_t n, unsigned reasons)
{
	size_t i;

	for (i = 0; i < n; i++) {
		size_t commit = lab_commit(lab, 0);
		gitperf_job job = { .commit = lab_id(lab, commit), .platform = "p0", .reasons = reasons,
				    .asked = AT(0) + (gitperf_time)commit };

		gitperf_queue_ask(lab->queue, &job, NULL, NULL);
	}
}

static inline gitperf_job *find_job(struct lab *lab, size_t commit)
{
	size_t i;

	for (i = 0; i < lab->queue->njobs; i++)
		if (lab_number(lab->queue->jobs[i].commit) == commit)
			return &lab->queue->jobs[i];
	ok(0, "there is a job of %zu", commit);
	exit(1);
}

static inline void take(struct lab *lab, gitperf_time now)
{
	struct claimer who = { .worker = "w", .platform = "p0", .tool = "t", .now = now };
	struct turn turn;

	is_ok(gitperf_turn_take(&turn, lab->queue, lab->policy, &who), "a worker takes one");
}

#endif
