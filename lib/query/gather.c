/*
 * gather.c - records to the rows of a comparison
 *
 * A row is what its key says: a platform in a configuration, a benchmark with
 * its parameters, a metric with its unit, direction and workload. Values meet
 * in a row or not at all; nothing is compared here.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "query/comparison.h"
#include "query/log.h"

#include <math.h>

static void add_field(gitperf_buffer *key, const char *text)
{
	gitperf_buf_add(key, text, strlen(text) + 1);
}

/* The number that `key` has in the map, or `next`; 1 if that is new */
static int find(size_t *out, struct map *map, gitperf_buffer *key, size_t next)
{
	size_t *found = key->failed ? NULL : gitperf_map_get(map, key->ptr, key->len);
	int err = gitperf_buf_check(key);

	*out = found ? *found : next;
	if (!err && !found)
		err = gitperf_map_put(map, key->ptr, key->len, next);
	gitperf_buffer_dispose(key);
	return err < 0 ? err : !found;
}

static int add_group(gitperf_comparison *c, const char *platform, const char *config)
{
	struct group *grown = GROW(c->groups, c->ngroups, c->groups_room);
	gitperf_comparison_group *group;

	if (!grown)
		return gitperf_fail_oom();
	c->groups = grown;
	memset(&grown[c->ngroups], 0, sizeof(*grown));
	group = &grown[c->ngroups++].public;
	group->platform = gitperf_arena_strdup(&c->arena, platform);
	return gitperf_log__decode_pairs(&group->config, &group->nconfig, &c->arena, config);
}

static int find_group(size_t *out, struct gathering *g, const gitperf_record *record)
{
	gitperf_comparison *c = g->c;
	const char *config = gitperf_log__encode_pairs(&c->arena, record->config, record->nconfig);
	gitperf_buffer key = GITPERF_BUFFER_INIT;
	int added;

	if (!config)
		return gitperf_fail_oom();
	add_field(&key, record->platform);
	add_field(&key, config);
	added = find(out, &g->groups, &key, c->ngroups);
	return added > 0 ? add_group(c, record->platform, config) : added;
}

static int add_subject(gitperf_comparison *c, size_t group, const char *benchmark,
		       const char *params)
{
	struct subject *grown = GROW(c->subjects, c->nsubjects, c->subjects_room);
	struct subject *subject;

	if (!grown)
		return gitperf_fail_oom();
	c->subjects = grown;
	subject = memset(&grown[c->nsubjects++], 0, sizeof(*grown));
	subject->group = group;
	subject->benchmark = gitperf_arena_strdup(&c->arena, benchmark);
	return gitperf_log__decode_pairs(&subject->params, &subject->nparams, &c->arena, params);
}

static int find_subject(size_t *out, struct gathering *g, size_t group,
			const gitperf_benchmark *b)
{
	gitperf_comparison *c = g->c;
	const char *params = gitperf_log__encode_pairs(&c->arena, b->params, b->nparams);
	gitperf_buffer key = GITPERF_BUFFER_INIT;
	int added;

	if (!params)
		return gitperf_fail_oom();
	gitperf_buf_add(&key, &group, sizeof(group));
	add_field(&key, b->name);
	add_field(&key, params);
	added = find(out, &g->subjects, &key, c->nsubjects);
	return added > 0 ? add_subject(c, group, b->name, params) : added;
}

static int new_row(struct row **out, gitperf_comparison *c, size_t subject,
		   const char *metric)
{
	struct row *grown = GROW(c->rows, c->nrows, c->rows_room);

	if (!grown)
		return gitperf_fail_oom();
	c->rows = grown;
	*out = memset(&grown[c->nrows++], 0, sizeof(*grown));
	(*out)->subject = subject;
	(*out)->public.metric = gitperf_arena_strdup(&c->arena, metric);
	c->subjects[subject].rows++;
	return gitperf_arena_check(&c->arena);
}

static int add_row(gitperf_comparison *c, size_t subject, const gitperf_metric *m,
		   const char *workload)
{
	struct row *row;
	int err = new_row(&row, c, subject, m->name);

	if (err < 0)
		return err;
	row->public.better = m->better;
	row->unit = gitperf_arena_strdup(&c->arena, m->unit);
	row->workload = gitperf_arena_strdup(&c->arena, workload);
	return gitperf_arena_check(&c->arena);
}

static int find_row(size_t *out, struct gathering *g, size_t subject,
		    const gitperf_metric *m, const char *workload)
{
	gitperf_buffer key = GITPERF_BUFFER_INIT;
	int added;

	gitperf_buf_add(&key, &subject, sizeof(subject));
	gitperf_buf_add(&key, &m->better, sizeof(m->better));
	add_field(&key, m->name);
	add_field(&key, m->unit);
	add_field(&key, workload);
	added = find(out, &g->rows, &key, g->c->nrows);
	return added > 0 ? add_row(g->c, subject, m, workload) : added;
}

static int measure(struct measured *out, struct arena *arena, const gitperf_metric *m)
{
	const gitperf_summary *s = m->summary;
	gitperf_interval interval;
	double *samples;
	size_t i;
	int err = gitperf_metric_estimate(&out->value, &interval, &out->n, m);

	if (err < 0)
		return gitperf_blame(err, "metric '%s'", m->name);
	out->samples = NULL;
	out->stddev = NAN;
	if (s && s->have >> GITPERF_SUMMARY_STDDEV & 1)
		out->stddev = gitperf_number_value(s->field[GITPERF_SUMMARY_STDDEV]);
	if (s)
		return 0;
	samples = gitperf_arena_array(arena, m->nsamples, sizeof(*samples));
	for (i = 0; samples && i < m->nsamples; i++)
		samples[i] = gitperf_number_value(m->samples[i]);
	out->samples = samples;
	return gitperf_arena_check(arena);
}

static int add_metric(struct gathering *g, int side, size_t subject,
		      const gitperf_benchmark *b, const gitperf_metric *m, int headline)
{
	struct measured one, *grown;
	struct row *row;
	size_t i;
	int err;

	if ((err = find_row(&i, g, subject, m, b->workload ? b->workload : "")) < 0 ||
	    (err = measure(&one, &g->c->arena, m)) < 0)
		return err;
	row = &g->c->rows[i];
	row->public.headline |= headline;
	one.run = g->c->groups[g->c->subjects[subject].group].runs[side] - 1;
	grown = GROW(row->runs[side], row->nruns[side], row->room[side]);
	if (!grown)
		return gitperf_fail_oom();
	row->runs[side] = grown;
	grown[row->nruns[side]++] = one;
	return 0;
}

/* As in git perf log: the metric asked for; else wall, else the first */
static const gitperf_metric *headline_of(const gitperf_benchmark *b, const char *asked)
{
	size_t i;

	for (i = 0; i < b->nmetrics; i++)
		if (!strcmp(b->metrics[i].name, asked ? asked : "wall"))
			return &b->metrics[i];
	return asked || !b->nmetrics ? NULL : &b->metrics[0];
}

/*
 * Of two runs beside each other, everything that a benchmark measures by
 * itself: somebody chose to print it. What the system counts about a process
 * moves by one page or one tick with nobody's doing, so there wall is judged.
 */
static int is_judged(const struct gathering *g, const gitperf_metric *m,
		     const gitperf_metric *headline)
{
	return m == headline || (g->c->interleaved && !g->options->metric &&
				 headline && strcmp(headline->name, "wall"));
}

static int add_failure(struct gathering *g, int side, size_t subject,
		       const gitperf_benchmark *b)
{
	struct subject *s = &g->c->subjects[subject];

	s->failed[side]++;
	s->status[side] = b->status;
	s->error[side] = b->error ? gitperf_arena_strdup(&g->c->arena, b->error) : NULL;
	return gitperf_arena_check(&g->c->arena);
}

static int is_wanted(const gitperf_compare_options *options, const char *benchmark)
{
	const char *const *name = options->benchmarks;

	if (!name)
		return 1;
	for (; *name; name++)
		if (!strcmp(*name, benchmark))
			return 1;
	return 0;
}

static int add_benchmark(struct gathering *g, int side, size_t group,
			 const gitperf_benchmark *b)
{
	const gitperf_metric *headline = headline_of(b, g->options->metric);
	size_t subject, i;
	int err = 0;

	if (!is_wanted(g->options, b->name))
		return 0;
	if ((err = find_subject(&subject, g, group, b)) < 0)
		return err;
	if (b->carried) {
		g->c->subjects[subject].carried[side] = gitperf_arena_strdup(&g->c->arena, b->carried);
		return gitperf_arena_check(&g->c->arena);
	}
	/* of two beside each other, the other one is what has failed */
	if (b->status == GITPERF_STATUS_SKIPPED && !g->c->interleaved)
		return 0;
	if (b->status != GITPERF_STATUS_OK)
		return add_failure(g, side, subject, b);
	g->c->subjects[subject].ok[side]++;
	for (i = 0; i < b->nmetrics && !err; i++) {
		const gitperf_metric *m = &b->metrics[i];

		if (is_judged(g, m, headline))
			err = add_metric(g, side, subject, b, m, m == headline);
	}
	return err < 0 ? gitperf_blame(err, "benchmark '%s'", b->name) : 0;
}

static int has_config(const gitperf_record *record, const gitperf_compare_options *options)
{
	size_t i, j;

	for (i = 0; i < options->nconfig; i++) {
		for (j = 0; j < record->nconfig; j++)
			if (!strcmp(record->config[j].key, options->config[i].key) &&
			    !strcmp(record->config[j].value, options->config[i].value))
				break;
		if (j == record->nconfig)
			return 0;
	}
	return 1;
}

/* A run that came to nothing: what it was that failed */
static void note_broken(struct group *group, int side, struct arena *arena,
			const gitperf_record *record)
{
	const char *why = record->error;
	size_t i;

	group->broken[side]++;
	group->status[side] = GITPERF_STATUS_FAILED;
	for (i = 0; i < record->nsteps; i++) {
		if (record->steps[i].status == GITPERF_STATUS_OK)
			continue;
		group->status[side] = record->steps[i].status;
		why = why ? why : record->steps[i].error;
		break;
	}
	group->error[side] = why ? gitperf_arena_strdup(arena, why) : NULL;
}

static void note_environment(struct group *group, int side, struct arena *arena,
			     const char *fingerprint)
{
	if (!fingerprint || !*fingerprint)
		return;
	if (!group->fingerprint[side])
		group->fingerprint[side] = gitperf_arena_strdup(arena, fingerprint);
	else
		group->mixed[side] |= strcmp(group->fingerprint[side], fingerprint) != 0;
}

static void note_run(gitperf_comparison *c, size_t at, int side,
		     const gitperf_record *record)
{
	struct group *group = &c->groups[at];

	c->side[side].runs++;
	group->runs[side]++;
	group->dirty[side] += record->dirty == 1;
	note_environment(group, side, &c->arena, record->fingerprint);
	if (!record->nbenchmarks)
		note_broken(group, side, &c->arena, record);
}

/* A commit as it is says more of it than one with changes */
static int is_superseded(const struct group *group, int side, const gitperf_record *record)
{
	return record->dirty == 1 && group->runs[side] > group->dirty[side];
}

int gitperf_comparison__add(struct gathering *g, int side, const gitperf_record *record)
{
	const gitperf_compare_options *options = g->options;
	size_t group, i;
	int err;

	if ((options->platform && strcmp(options->platform, record->platform)) ||
	    !has_config(record, options))
		return 0;
	if ((err = find_group(&group, g, record)) < 0)
		return err;
	if (is_superseded(&g->c->groups[group], side, record)) {
		g->c->groups[group].left_out[side]++;
		return 0;
	}
	note_run(g->c, group, side, record);
	for (i = 0; i < record->nbenchmarks && !err; i++)
		err = add_benchmark(g, side, group, &record->benchmarks[i]);
	return err < 0 ? err : gitperf_arena_check(&g->c->arena);
}

/* What has failed wherever it was run has no metric, but is not forgotten */
int gitperf_comparison__add_failures(gitperf_comparison *c)
{
	struct row *row;
	size_t i;
	int err = 0;

	for (i = 0; i < c->nsubjects && !err; i++)
		if (!c->subjects[i].rows && (c->subjects[i].failed[BASE] || c->subjects[i].failed[HEAD]))
			err = new_row(&row, c, i, "");
	return err;
}
