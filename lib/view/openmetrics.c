/*
 * openmetrics.c - numbers about measuring, for Prometheus and its like
 *
 * The text format of OpenMetrics 1.0, in what of it the older format of Prometheus has,
 * too: gauges alone, in base units, each family once and all of it together. A label's
 * value may be anything, its name is one of ours.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/num.h"
#include "base/utf8.h"
#include "view/view.h"

#include <math.h>

#define SECOND 1e9
#define MILLISECOND 1e3

/* --- Samples -------------------------------------------------------------- */

static void family(gitperf_buffer *out, const char *name, const char *unit, const char *help)
{
	gitperf_buf_addf(out, "# HELP gitperf_%s %s\n# TYPE gitperf_%s gauge\n", name, help, name);
	if (unit)
		gitperf_buf_addf(out, "# UNIT gitperf_%s %s\n", name, unit);
}

/* What is no UTF-8 would spoil all of it */
static void add_value(gitperf_buffer *out, const char *text)
{
	size_t len = strlen(text), i;

	while (len) {
		size_t good = gitperf_utf8_check(text, len);

		for (i = 0; i < good; i++) {
			if (text[i] == '\n')
				gitperf_buf_adds(out, "\\n");
			else if (text[i] == '"' || text[i] == '\\')
				gitperf_buf_addf(out, "\\%c", text[i]);
			else
				gitperf_buf_addc(out, text[i]);
		}
		if (good < len)
			gitperf_buf_adds(out, "\xef\xbf\xbd");
		text += good + (good < len);
		len -= good + (good < len);
	}
}

/* In `labels`, after what is there */
static void label(gitperf_buffer *labels, const char *name, const char *value)
{
	gitperf_buf_addf(labels, "%s%s=\"", labels->len ? "," : "", name);
	add_value(labels, value ? value : "");
	gitperf_buf_addc(labels, '"');
}

static void pairs_label(gitperf_buffer *labels, const char *name, const gitperf_pair *pairs, size_t n)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t i;

	for (i = 0; i < n; i++)
		gitperf_buf_addf(&text, "%s%s=%s", i ? "," : "", pairs[i].key, pairs[i].value);
	label(labels, name, text.ptr);
	labels->failed |= text.failed;
	gitperf_buffer_dispose(&text);
}

/* With the labels, which are empty then */
static void sample(gitperf_buffer *out, const char *name, gitperf_buffer *labels, double value)
{
	char text[NUM_TEXT_MAX];

	if (isfinite(value)) {
		gitperf_num_format(text, gitperf_num_from_double(value));
		gitperf_buf_addf(out, labels->len ? "gitperf_%s{%s} %s\n" : "gitperf_%s%s %s\n", name,
				 labels->len ? labels->ptr : "", text);
	}
	out->failed |= labels->failed;
	gitperf_buf_truncate(labels, 0);
}

/* --- The queue ------------------------------------------------------------ */

static int is_given_up(const gitperf_job *job)
{
	return !job->lease.worker && job->attempts >= GITPERF_ATTEMPTS_MAX;
}

/* Items come by platform: the number of those from i on that are of the same one */
static size_t same_platform(const gitperf_agenda *a, size_t i)
{
	size_t n = 1;

	while (i + n < a->nitems && !strcmp(a->items[i].job->platform, a->items[i + n].job->platform))
		n++;
	return n;
}

static void add_by_reason(gitperf_buffer *out, gitperf_buffer *labels, const gitperf_agenda *a)
{
	size_t i, k, n;
	unsigned reason;

	family(out, "queue_jobs", NULL, "Jobs that wait, by their most urgent reason.");
	for (i = 0; i < a->nitems; i += n) {
		size_t counts[GITPERF_REASONS] = { 0 };

		n = same_platform(a, i);
		for (k = i; k < i + n; k++)
			if (!a->items[k].job->lease.worker && !is_given_up(a->items[k].job))
				counts[gitperf_reason_first(a->items[k].job->reasons)]++;
		for (reason = 0; reason < GITPERF_REASONS; reason++) {
			if (!counts[reason])
				continue;
			label(labels, "platform", a->items[i].job->platform);
			label(labels, "reason", gitperf_reason_name((gitperf_reason)reason));
			sample(out, "queue_jobs", labels, (double)counts[reason]);
		}
	}
}

/* Of each platform, a number made of its jobs; negative: none */
static void add_by_platform(gitperf_buffer *out, gitperf_buffer *labels, const gitperf_agenda *a, const char *name,
			    double (*count)(const gitperf_agenda *a, size_t i, size_t n))
{
	size_t i, n;

	for (i = 0; i < a->nitems; i += n) {
		double value = count(a, i, n = same_platform(a, i));

		if (value < 0)
			continue;
		label(labels, "platform", a->items[i].job->platform);
		sample(out, name, labels, value);
	}
}

static double count_running(const gitperf_agenda *a, size_t i, size_t n)
{
	double found = 0;

	for (; n--; i++)
		found += a->items[i].job->lease.worker != NULL;
	return found;
}

static double count_given_up(const gitperf_agenda *a, size_t i, size_t n)
{
	double found = 0;

	for (; n--; i++)
		found += is_given_up(a->items[i].job);
	return found;
}

static double oldest_age(const gitperf_agenda *a, size_t i, size_t n)
{
	double oldest = -1;

	for (; n--; i++) {
		const gitperf_job *job = a->items[i].job;
		double age = (double)(a->now - job->asked) / SECOND;

		if (!job->lease.worker && !is_given_up(job) && age > oldest)
			oldest = age;
	}
	return oldest;
}

/* More attempts than are made are somebody's joke */
static void add_by_attempts(gitperf_buffer *out, gitperf_buffer *labels, const gitperf_agenda *a)
{
	size_t i, k, n;
	int attempts;

	family(out, "queue_jobs_by_attempts", NULL, "Jobs in the queue, by how often somebody has begun with them.");
	for (i = 0; i < a->nitems; i += n) {
		size_t counts[GITPERF_ATTEMPTS_MAX + 1] = { 0 };

		n = same_platform(a, i);
		for (k = i; k < i + n; k++) {
			int64_t made = a->items[k].job->attempts;

			counts[made < 0 ? 0 : made > GITPERF_ATTEMPTS_MAX ? GITPERF_ATTEMPTS_MAX : made]++;
		}
		for (attempts = 0; attempts <= GITPERF_ATTEMPTS_MAX; attempts++) {
			char text[12];

			if (!counts[attempts])
				continue;
			snprintf(text, sizeof(text), "%d", attempts);
			label(labels, "platform", a->items[i].job->platform);
			label(labels, "attempts", text);
			sample(out, "queue_jobs_by_attempts", labels, (double)counts[attempts]);
		}
	}
}

static void add_queue(gitperf_buffer *out, gitperf_buffer *labels, const gitperf_agenda *a)
{
	add_by_reason(out, labels, a);
	family(out, "queue_running_jobs", NULL, "Jobs that a worker is at.");
	add_by_platform(out, labels, a, "queue_running_jobs", count_running);
	family(out, "queue_failed_jobs", NULL, "Jobs that were tried as often as may be.");
	add_by_platform(out, labels, a, "queue_failed_jobs", count_given_up);
	family(out, "queue_oldest_age_seconds", "seconds", "How long the oldest job has waited.");
	add_by_platform(out, labels, a, "queue_oldest_age_seconds", oldest_age);
	add_by_attempts(out, labels, a);
}

/* --- Requests ------------------------------------------------------------- */

static void add_requests(gitperf_buffer *out, gitperf_buffer *labels, const gitperf_requests *r)
{
	size_t counts[GITPERF_REQUEST_STATES] = { 0 }, i;

	for (i = 0; i < r->n; i++)
		counts[r->list[i].state]++;
	family(out, "recent_requests", NULL, "The newest requests, by their state.");
	for (i = 0; i < GITPERF_REQUEST_STATES; i++) {
		label(labels, "state", gitperf_request_state_name((gitperf_request_state)i));
		sample(out, "recent_requests", labels, (double)counts[i]);
	}
}

/* Whether no newer request has a result there */
static int is_newest(const gitperf_requests *r, size_t request, const char *platform)
{
	size_t i, k;

	for (i = 0; i < request; i++)
		for (k = 0; k < r->list[i].nparts; k++)
			if (r->list[i].parts[k].state == GITPERF_PART_LANDED && !strcmp(r->list[i].parts[k].platform, platform))
				return 0;
	return 1;
}

static void add_durations(gitperf_buffer *out, gitperf_buffer *labels, const gitperf_requests *r)
{
	size_t i, k;

	family(out, "last_request_duration_seconds", "seconds", "How long the newest request that is done kept machines busy.");
	for (i = 0; i < r->n; i++)
		for (k = 0; k < r->list[i].nparts; k++) {
			const gitperf_part *p = &r->list[i].parts[k];

			if (p->state != GITPERF_PART_LANDED || !is_newest(r, i, p->platform))
				continue;
			label(labels, "platform", p->platform);
			sample(out, "last_request_duration_seconds", labels, (double)p->busy_ms / MILLISECOND);
		}
}

/* --- Workers -------------------------------------------------------------- */

static void add_states(gitperf_buffer *out, gitperf_buffer *labels, const gitperf_crew *crew)
{
	size_t i, k, n;

	family(out, "workers", NULL, "Machines that measure, by their state.");
	for (i = 0; i < crew->n; i += n) {
		size_t counts[GITPERF_CREW_STATES] = { 0 };

		for (n = 0; i + n < crew->n && !strcmp(crew->list[i + n].platform, crew->list[i].platform); n++)
			counts[crew->list[i + n].state]++;
		for (k = 0; k < GITPERF_CREW_STATES; k++) {
			label(labels, "platform", crew->list[i].platform);
			label(labels, "state", gitperf_crew_state_name((gitperf_crew_state)k));
			sample(out, "workers", labels, (double)counts[k]);
		}
	}
}

static void worker_labels(gitperf_buffer *labels, const gitperf_hand *hand)
{
	label(labels, "platform", hand->platform);
	label(labels, "worker", hand->name);
}

static void add_workers(gitperf_buffer *out, gitperf_buffer *labels, const gitperf_crew *crew)
{
	size_t i;

	add_states(out, labels, crew);
	family(out, "worker_last_seen_timestamp_seconds", "seconds", "When a worker has told of itself, since 1970.");
	for (i = 0; i < crew->n; i++) {
		if (!crew->list[i].heard)
			continue;
		worker_labels(labels, &crew->list[i]);
		sample(out, "worker_last_seen_timestamp_seconds", labels, floor((double)crew->list[i].heard / SECOND));
	}
	family(out, "worker_run_duration_seconds", "seconds", "The median of what its last runs took a worker.");
	for (i = 0; i < crew->n; i++) {
		if (!crew->list[i].duration_ms)
			continue;
		worker_labels(labels, &crew->list[i]);
		sample(out, "worker_run_duration_seconds", labels, (double)crew->list[i].duration_ms / MILLISECOND);
	}
}

/* --- Results -------------------------------------------------------------- */

static void add_results(gitperf_buffer *out, gitperf_buffer *labels, const gitperf_survey *s)
{
	size_t i, wrong = 0;

	family(out, "records", NULL, "Records that readers see.");
	for (i = 0; i < s->nplatforms; i++) {
		label(labels, "platform", s->platforms[i].name);
		sample(out, "records", labels, (double)s->platforms[i].records);
	}
	family(out, "newest_result_timestamp_seconds", "seconds", "When the newest result was finished, since 1970.");
	for (i = 0; i < s->nplatforms; i++) {
		label(labels, "platform", s->platforms[i].name);
		sample(out, "newest_result_timestamp_seconds", labels, floor((double)s->platforms[i].newest / SECOND));
	}
	family(out, "coverage_ratio", "ratio", "Commits of the trunk that are measured, or stood for by one that is.");
	for (i = 0; s->coverage && i < gitperf_coverage_nplatforms(s->coverage); i++) {
		const gitperf_platform_coverage *p = gitperf_coverage_platform(s->coverage, i);

		if (!gitperf_coverage_ncommits(s->coverage))
			continue;
		label(labels, "platform", p->name);
		sample(out, "coverage_ratio", labels, (double)p->covered / (double)gitperf_coverage_ncommits(s->coverage));
	}
	family(out, "problems", NULL, "What git perf status finds wrong: how many notices.");
	for (i = 0; i < s->nnotices; i++)
		wrong += s->notices[i].wrong != 0;
	sample(out, "problems", labels, (double)wrong);
}

/* --- Values --------------------------------------------------------------- */

static void series_labels(gitperf_buffer *labels, const gitperf_series *s)
{
	label(labels, "platform", s->platform);
	pairs_label(labels, "config", s->config, s->nconfig);
	label(labels, "benchmark", s->benchmark);
	pairs_label(labels, "params", s->params, s->nparams);
	label(labels, "metric", s->metric);
	label(labels, "unit", s->unit);
}

/* Series that differ in what the benchmark does alone would be one here: the newest is */
static int choose_series(struct map *chosen, gitperf_buffer *labels, const gitperf_log *log)
{
	size_t i, *at;
	int err = 0;

	for (i = 0; i < gitperf_log_nseries(log) && !err; i++) {
		const gitperf_series *s = gitperf_log_series(log, i);

		if (!s->npoints)
			continue;
		series_labels(labels, s);
		if ((err = gitperf_buf_check(labels)) < 0)
			return err;
		at = gitperf_map_get(chosen, labels->ptr, labels->len);
		if (!at)
			err = gitperf_map_put(chosen, labels->ptr, labels->len, i);
		else if (s->points[0].commit < gitperf_log_series(log, *at)->points[0].commit)
			*at = i;
		gitperf_buf_truncate(labels, 0);
	}
	return err;
}

static int add_values(gitperf_buffer *out, gitperf_buffer *labels, const gitperf_log *log)
{
	struct map chosen = { .n = 0 };
	size_t i;
	int err = choose_series(&chosen, labels, log);

	family(out, "benchmark_value", NULL, "The newest value of a benchmark, in the unit that is a label.");
	for (i = 0; i < gitperf_log_nseries(log) && !err; i++) {
		const gitperf_series *s = gitperf_log_series(log, i);
		const size_t *at;

		if (!s->npoints)
			continue;
		series_labels(labels, s);
		at = gitperf_map_get(&chosen, labels->ptr, labels->len);
		if (at && *at == i)
			sample(out, "benchmark_value", labels, s->points[0].value);
		gitperf_buf_truncate(labels, 0);
	}
	gitperf_map_free(&chosen);
	return err;
}

int gitperf_view_openmetrics(gitperf_buffer *out, const gitperf_page *page, const gitperf_log *log)
{
	gitperf_buffer labels = GITPERF_BUFFER_INIT;
	int err = 0;

	family(out, "build_info", NULL, "The version of git perf that wrote this.");
	label(&labels, "version", gitperf_version());
	sample(out, "build_info", &labels, 1);
	if (page->requests) {
		add_queue(out, &labels, page->requests->agenda);
		add_requests(out, &labels, page->requests);
		add_durations(out, &labels, page->requests);
	}
	if (page->crew)
		add_workers(out, &labels, page->crew);
	add_results(out, &labels, page->survey);
	if (log)
		err = add_values(out, &labels, log);
	gitperf_buf_adds(out, "# EOF\n");
	out->failed |= labels.failed;
	gitperf_buffer_dispose(&labels);
	return err < 0 ? err : gitperf_buf_check(out);
}
