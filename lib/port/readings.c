/*
 * readings.c - readings while they grow
 *
 * Arrays live in the arena of the readings and double at every power of two;
 * the halves that are left behind are freed with the rest.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/utf8.h"
#include "data/names.h"
#include "data/pairs.h"
#include "port/readings.h"

#define READINGS_MAX 10000
#define METRICS_MAX 64
#define SAMPLES_MAX 100000

void gitperf_readings_free(gitperf_readings *readings)
{
	if (!readings)
		return;
	gitperf_arena_free(&readings->arena);
	free(readings);
}

size_t gitperf_readings_count(const gitperf_readings *readings)
{
	return readings->n;
}

const gitperf_reading *gitperf_readings_get(const gitperf_readings *readings,
					    size_t i)
{
	return &readings->list[i];
}

static int check_name(struct output *out, const char *what, const char *text,
		      size_t len)
{
	const char *problem = NULL;

	if (gitperf_utf8_check(text, len) < len)
		problem = "is not UTF-8";
	else if (len > TEXT_NAME_MAX)
		problem = "is longer than 256 bytes";
	else if (memchr(text, '\0', len) || !gitperf_name_ok(text, TEXT_NAME_MAX))
		problem = len ? "has control characters" : "is empty";
	if (!problem)
		return 0;
	/* what is not UTF-8 cannot be shown */
	gitperf_decode_fail(&out->d, "the %s '%.60s' %s", what,
			    strcmp(problem, "is not UTF-8") ? text : "?", problem);
	return gitperf_hint(GITPERF_EFORMAT, "give it a plain name of 1 to %d bytes, in UTF-8",
			    TEXT_NAME_MAX);
}

static int sort_params(struct output *out, gitperf_pair **sorted,
		       const gitperf_pair *params, size_t n)
{
	size_t i;

	*sorted = NULL;
	if (!n)
		return 0;
	*sorted = gitperf_arena_array(out->d.arena, n, sizeof(**sorted));
	if (!*sorted)
		return gitperf_fail_oom();
	memcpy(*sorted, params, n * sizeof(**sorted));
	qsort(*sorted, n, sizeof(**sorted), gitperf_pairs_by_key);
	for (i = 0; i < n; i++) {
		TRY(check_name(out, "parameter", params[i].key, strlen(params[i].key)));
		TRY(check_name(out, "value", params[i].value, strlen(params[i].value)));
	}
	return 0;
}

static int add_reading(struct output *out, const gitperf_reading *reading)
{
	gitperf_readings *r = out->readings;
	gitperf_reading *list;

	if (r->n == READINGS_MAX)
		return gitperf_decode_fail(&out->d, "there are more than %d benchmarks", READINGS_MAX);
	list = gitperf_arena_grow(out->d.arena, r->list, r->n, sizeof(*list));
	if (!list)
		return gitperf_fail_oom();
	r->list = list;
	r->list[r->n++] = *reading;
	return 0;
}

/* Which reading this is: what its name and params have been told apart by */
static int find_reading(struct output *out, const gitperf_reading *reading,
			size_t **at)
{
	gitperf_buffer key = GITPERF_BUFFER_INIT;
	size_t i;
	int err;

	gitperf_buf_add(&key, reading->name, strlen(reading->name) + 1);
	for (i = 0; i < reading->nparams; i++) {
		gitperf_buf_add(&key, reading->params[i].key, strlen(reading->params[i].key) + 1);
		gitperf_buf_add(&key, reading->params[i].value, strlen(reading->params[i].value) + 1);
	}
	err = gitperf_buf_check(&key);
	if (!err)
		*at = gitperf_map_get(&out->index, key.ptr, key.len);
	if (!err && !*at) {
		err = add_reading(out, reading);
		if (!err)
			err = gitperf_map_put(&out->index, key.ptr, key.len, out->readings->n - 1);
	}
	gitperf_buffer_dispose(&key);
	return err;
}

int gitperf_output__begin(struct output *out, const char *name, size_t len,
			  const gitperf_pair *params, size_t nparams)
{
	gitperf_reading reading = { .nparams = nparams };
	gitperf_pair *sorted;
	size_t *at = NULL;

	out->d.benchmark = NULL;
	out->d.metric = NULL;
	reading.name = gitperf_arena_copy(out->d.arena, name ? name : "", len);
	if (!reading.name)
		return gitperf_fail_oom();
	if (name)
		TRY(check_name(out, "name", reading.name, len));
	TRY(sort_params(out, &sorted, params, nparams));
	reading.params = sorted;
	TRY(find_reading(out, &reading, &at));
	out->current = &out->readings->list[at ? *at : out->readings->n - 1];
	out->d.benchmark = name ? out->current->name : NULL;
	return 0;
}

static int add_metric(struct output *out, gitperf_metric **metric,
		      const struct quantity *q)
{
	gitperf_reading *r = out->current;
	gitperf_metric *list;

	TRY(check_name(out, "metric", q->name, strlen(q->name)));
	TRY(check_name(out, "unit", q->unit, strlen(q->unit)));
	if (r->nmetrics == METRICS_MAX)
		return gitperf_decode_fail(&out->d, "there are more than %d metrics", METRICS_MAX);
	list = gitperf_arena_grow(out->d.arena, r->metrics, r->nmetrics, sizeof(*list));
	if (!list)
		return gitperf_fail_oom();
	r->metrics = list;
	*metric = &list[r->nmetrics++];
	(*metric)->name = q->name;
	(*metric)->unit = q->unit;
	(*metric)->better = q->better;
	return 0;
}

static int find_metric(struct output *out, gitperf_metric **metric,
		       const struct quantity *q)
{
	gitperf_reading *r = out->current;
	size_t i;

	for (i = 0; i < r->nmetrics; i++) {
		if (strcmp(r->metrics[i].name, q->name))
			continue;
		*metric = (gitperf_metric *)(uintptr_t)&r->metrics[i];
		if (!strcmp(r->metrics[i].unit, q->unit) && r->metrics[i].better == q->better)
			return 0;
		return gitperf_decode_fail(&out->d, "'%s' is there twice, with other units "
					   "or directions", q->name);
	}
	return add_metric(out, metric, q);
}

/* Neither time nor size can be less than nothing. */
static int check_sign(struct output *out, const struct quantity *q,
		      gitperf_number number)
{
	if (gitperf_number_value(number) >= 0 ||
	    (strcmp(q->unit, "ns") && strcmp(q->unit, "bytes")))
		return 0;
	return gitperf_decode_fail(&out->d, "'%s' is negative", q->name);
}

static int fail_twice(struct output *out, const struct quantity *q)
{
	gitperf_decode_fail(&out->d, "'%s' is there twice, and not as samples", q->name);
	return gitperf_hint(GITPERF_EFORMAT, "give the two benchmarks different names");
}

int gitperf_output__sample(struct output *out, const struct quantity *q,
			   gitperf_number number)
{
	gitperf_metric *metric;
	gitperf_number *samples;

	TRY(find_metric(out, &metric, q));
	TRY(check_sign(out, q, number));
	if (metric->summary)
		return fail_twice(out, q);
	if (metric->nsamples == SAMPLES_MAX)
		return gitperf_decode_fail(&out->d, "'%s' has more than %d samples", q->name, SAMPLES_MAX);
	samples = gitperf_arena_grow(out->d.arena, metric->samples, metric->nsamples, sizeof(*samples));
	if (!samples)
		return gitperf_fail_oom();
	samples[metric->nsamples++] = number;
	metric->samples = samples;
	return 0;
}

int gitperf_output__field(struct output *out, const struct quantity *q,
			  gitperf_summary_field field, gitperf_number number)
{
	gitperf_metric *metric;
	gitperf_summary *summary;

	TRY(find_metric(out, &metric, q));
	/* an interval is wide where little is known, and reaches below zero */
	if (field != GITPERF_SUMMARY_LOW)
		TRY(check_sign(out, q, number));
	if (field == GITPERF_SUMMARY_STDDEV && gitperf_number_value(number) < 0)
		return gitperf_decode_fail(&out->d, "the deviation of '%s' is negative", q->name);
	if (field == GITPERF_SUMMARY_N && (number.is_real || number.as.integer < 1))
		return gitperf_decode_fail(&out->d, "the number of samples of '%s' must be "
					   "an integer of 1 or more", q->name);
	summary = (gitperf_summary *)(uintptr_t)metric->summary;
	if (!summary)
		metric->summary = summary = gitperf_arena_alloc(out->d.arena, sizeof(*summary));
	if (!summary)
		return gitperf_fail_oom();
	if (metric->samples || summary->have >> field & 1)
		return fail_twice(out, q);
	summary->have |= 1u << field;
	summary->field[field] = number;
	return 0;
}

int gitperf_output__error(struct output *out, const char *text, size_t len)
{
	const char *nul;

	if (out->current->error)
		return 0;
	nul = len ? memchr(text, '\0', len) : NULL;
	if (nul)
		len = (size_t)(nul - text);
	len = gitperf_utf8_check(text, len);
	out->current->error = len ? gitperf_arena_copy(out->d.arena, text, len) : "failed";
	return out->current->error ? 0 : gitperf_fail_oom();
}

int gitperf_output__has_samples(const struct output *out)
{
	size_t i;

	for (i = 0; i < out->current->nmetrics; i++)
		if (out->current->metrics[i].nsamples)
			return 1;
	return 0;
}

static int finish_reading(struct output *out, gitperf_reading *r)
{
	const unsigned centre = 1u << GITPERF_SUMMARY_MEAN | 1u << GITPERF_SUMMARY_MEDIAN;
	size_t i;

	out->d.benchmark = *r->name ? r->name : NULL;
	out->d.metric = NULL;
	if (r->error) {
		r->metrics = NULL;
		r->nmetrics = 0;
		return 0;
	}
	if (!r->nmetrics)
		return gitperf_decode_fail(&out->d, "there is no measurement");
	for (i = 0; i < r->nmetrics; i++)
		if (r->metrics[i].summary && !(r->metrics[i].summary->have & centre))
			return gitperf_decode_fail(&out->d, "'%s' has neither a mean nor a median",
						   r->metrics[i].name);
	return 0;
}

int gitperf_readings__finish(struct output *out)
{
	gitperf_readings *r = out->readings;
	size_t i;

	for (i = 0; i < r->n; i++)
		TRY(finish_reading(out, &r->list[i]));
	if (r->n)
		return 0;
	out->d.benchmark = NULL;
	return gitperf_decode_fail(&out->d, "there is no measurement at all");
}
