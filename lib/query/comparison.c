/*
 * comparison.c - a comparison as a value: made, ordered, looked at
 */
#include "base/compat.h"
#include "base/error.h"
#include "data/pairs.h"
#include "query/comparison.h"

#include <math.h>

#define CONFIDENCE 0.99
#define FLOOR 0.005

int gitperf_comparison__new(struct gathering *g, const gitperf_compare_options *options)
{
	static const gitperf_compare_options defaults = GITPERF_COMPARE_OPTIONS_INIT;

	memset(g, 0, sizeof(*g));
	g->options = options ? options : &defaults;
	if (g->options->version != 1)
		return gitperf_fail(GITPERF_EINVALID, "comparison options of unknown version %d",
				    g->options->version);
	if (!(g->options->confidence >= 0 && g->options->confidence < 1))
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "a confidence of %g is none", g->options->confidence),
				    "it lies between 0 and 1: 0.99");
	g->c = calloc(1, sizeof(*g->c));
	if (!g->c)
		return gitperf_fail_oom();
	g->c->confidence = g->options->confidence > 0 ? g->options->confidence : CONFIDENCE;
	g->c->floor = g->options->floor < 0 ? 0 : g->options->floor > 0 ? g->options->floor : FLOOR;
	return 0;
}

static int compare_identities(const gitperf_comparison_row *a,
			      const gitperf_comparison_row *b)
{
	int diff = (a->group > b->group) - (a->group < b->group);

	if (!diff)
		diff = strcmp(a->benchmark, b->benchmark);
	if (!diff)
		diff = gitperf_pairs_compare(a->params, a->nparams, b->params, b->nparams);
	if (!diff)
		diff = strcmp(a->metric, b->metric);
	if (!diff)
		diff = strcmp(a->base.workload ? a->base.workload : "", b->base.workload ? b->base.workload : "");
	if (!diff)
		diff = strcmp(a->base.unit ? a->base.unit : "", b->base.unit ? b->base.unit : "");
	return diff;
}

/* 2: something is to be said; 1: there is a ratio; 0: there is none */
static int relevance(const gitperf_comparison_row *row)
{
	return row->verdict >= GITPERF_VERDICT_CHANGE ? 2 :
		row->verdict != GITPERF_VERDICT_NOT_COMPARABLE;
}

static int by_relevance(const void *a, const void *b)
{
	const gitperf_comparison_row *x = &((const struct row *)a)->public;
	const gitperf_comparison_row *y = &((const struct row *)b)->public;
	int diff = relevance(y) - relevance(x);
	double dx, dy;

	if (!diff && relevance(x)) {
		dx = fabs(log(x->ratio.value));
		dy = fabs(log(y->ratio.value));
		diff = (dy > dx) - (dy < dx);
	}
	return diff ? diff : compare_identities(x, y);
}

static int by_platform(const void *a, const void *b)
{
	const gitperf_comparison_group *x = &((const struct group *)a)->public;
	const gitperf_comparison_group *y = &((const struct group *)b)->public;
	int diff = strcmp(x->platform, y->platform);

	return diff ? diff : gitperf_pairs_compare(x->config, x->nconfig, y->config, y->nconfig);
}

/* Subjects know their group by number: numbers change as groups are sorted */
static int sort_groups(gitperf_comparison *c)
{
	size_t *moved = calloc(c->ngroups + 1, sizeof(*moved)), i;

	if (!moved)
		return gitperf_fail_oom();
	for (i = 0; i < c->ngroups; i++)
		c->groups[i].number = i;
	if (c->ngroups)
		qsort(c->groups, c->ngroups, sizeof(*c->groups), by_platform);
	for (i = 0; i < c->ngroups; i++)
		moved[c->groups[i].number] = i;
	for (i = 0; i < c->nsubjects; i++)
		c->subjects[i].group = moved[c->subjects[i].group];
	free(moved);
	return 0;
}

static void publish_groups(gitperf_comparison *c)
{
	size_t i;

	for (i = 0; i < c->ngroups; i++) {
		struct group *group = &c->groups[i];
		const char *base = group->fingerprint[BASE], *head = group->fingerprint[HEAD];

		group->public.base_runs = group->runs[BASE];
		group->public.head_runs = group->runs[HEAD];
		group->public.base_dirty = group->dirty[BASE];
		group->public.head_dirty = group->dirty[HEAD];
		group->public.base_left_out = group->left_out[BASE];
		group->public.head_left_out = group->left_out[HEAD];
		group->public.environment_changed = base && head &&
			(group->mixed[BASE] || group->mixed[HEAD] || strcmp(base, head) != 0);
	}
}

static int finish(gitperf_comparison *c)
{
	int err;

	if ((err = gitperf_comparison__add_failures(c)) < 0 ||
	    (err = sort_groups(c)) < 0)
		return err;
	publish_groups(c);
	gitperf_comparison__match(c);
	if ((err = gitperf_comparison__judge(c)) < 0 ||
	    (err = gitperf_comparison__geomeans(c)) < 0)
		return err;
	if (c->nrows)
		qsort(c->rows, c->nrows, sizeof(*c->rows), by_relevance);
	return gitperf_arena_check(&c->arena);
}

int gitperf_comparison__finish(gitperf_comparison **out, struct gathering *g, int err)
{
	gitperf_map_free(&g->groups);
	gitperf_map_free(&g->subjects);
	gitperf_map_free(&g->rows);
	if (!err)
		err = finish(g->c);
	if (err < 0)
		gitperf_comparison_free(g->c);
	else
		*out = g->c;
	return err;
}

static int nothing_found(const char *side, const gitperf_compare_options *options)
{
	gitperf_fail(GITPERF_ENOTFOUND, "the %s run has nothing to compare%s", side,
		     options->metric || options->benchmarks || options->platform ||
		     options->nconfig ? " of what was asked for" : "");
	return gitperf_hint(GITPERF_ENOTFOUND, "did it fail? git perf show has the reason");
}

static int has_rows(const gitperf_comparison *c, int side)
{
	size_t i;

	for (i = 0; i < c->nsubjects; i++)
		if (c->subjects[i].ok[side] || c->subjects[i].failed[side])
			return 1;
	return 0;
}

int gitperf_compare_runs(gitperf_comparison **out, const gitperf_record *base,
			 const gitperf_record *head,
			 const gitperf_compare_options *opts)
{
	const gitperf_record *const records[] = { base, head };
	struct gathering g;
	int side, err;

	*out = NULL;
	if ((err = gitperf_comparison__new(&g, opts)) < 0)
		return err;
	g.c->interleaved = 1;
	for (side = BASE; side <= HEAD && !err; side++) {
		snprintf(g.c->side[side].id, GITPERF_ID_SIZE, "%s",
			 records[side]->commit ? records[side]->commit : "");
		err = gitperf_comparison__add(&g, side, records[side]);
		if (!err && !has_rows(g.c, side))
			err = nothing_found(side == BASE ? "base" : "head", g.options);
	}
	return gitperf_comparison__finish(out, &g, err);
}

void gitperf_comparison_free(gitperf_comparison *c)
{
	size_t i;

	if (!c)
		return;
	for (i = 0; i < c->nrows; i++) {
		free(c->rows[i].runs[BASE]);
		free(c->rows[i].runs[HEAD]);
	}
	free(c->rows);
	free(c->groups);
	free(c->subjects);
	gitperf_arena_free(&c->arena);
	free(c);
}

size_t gitperf_comparison_count(const gitperf_comparison *c)
{
	return c->nrows;
}

const gitperf_comparison_row *gitperf_comparison_row_at(const gitperf_comparison *c, size_t i)
{
	return &c->rows[i].public;
}

size_t gitperf_comparison_ngroups(const gitperf_comparison *c)
{
	return c->ngroups;
}

const gitperf_comparison_group *gitperf_comparison_group_at(const gitperf_comparison *c, size_t i)
{
	return &c->groups[i].public;
}

const gitperf_comparison_side *gitperf_comparison_base(const gitperf_comparison *c)
{
	return &c->side[BASE];
}

const gitperf_comparison_side *gitperf_comparison_head(const gitperf_comparison *c)
{
	return &c->side[HEAD];
}

double gitperf_comparison_confidence(const gitperf_comparison *c)
{
	return c->confidence;
}

double gitperf_comparison_floor(const gitperf_comparison *c)
{
	return c->floor;
}

size_t gitperf_comparison_verdicts(const gitperf_comparison *c, gitperf_verdict verdict)
{
	size_t i, n = 0;

	for (i = 0; i < c->nrows; i++)
		n += c->rows[i].public.verdict == verdict &&
		     !c->groups[c->rows[i].public.group].public.environment_changed;
	return n;
}

const char *gitperf_verdict_name(gitperf_verdict verdict)
{
	static const char *const names[] = {
		"not-comparable", "insufficient-data", "no-change", "change",
		"improvement", "regression"
	};

	return (size_t)verdict < ARRAY_SIZE(names) ? names[verdict] : "unknown";
}

const char *gitperf_obstacle_name(gitperf_obstacle obstacle)
{
	static const char *const names[] = {
		"", "only-base", "only-head", "failed", "workload", "unit",
		"elsewhere", "not-positive", "carried"
	};

	return (size_t)obstacle < ARRAY_SIZE(names) ? names[obstacle] : "unknown";
}
