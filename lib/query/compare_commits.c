/*
 * compare_commits.c - two commits of the store, and what to say when one of
 * them was not measured
 *
 * Only the records of these two are read, whatever else the branch has.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/record.h"
#include "query/comparison.h"

/* How many commits back a measured one is looked for, for a hint */
#define NEAR_MAX 1024

struct comparing {
	struct gathering g;
	gitperf_repo *repo;
	gitperf_store *store;
	struct map origins;        /* of one commit and platform */
	size_t records[2];
	int dirty;                 /* whether it is the turn of those with changes */
	int has_dirty;             /* there are some */
};

/* Calls `each` for the records of a commit, platform by platform; counts them */
static int for_each_record(struct comparing *cmp, const char *commit, int side,
			   int (*each)(struct comparing *, int, const gitperf_entry *))
{
	size_t n = gitperf_store_count(cmp->store), i = 0, first, count, j;
	const char *asked = cmp->g.options->platform;
	int err = 0;

	while (i < n && !err) {
		const char *platform = gitperf_store_entry(cmp->store, i)->platform;
		int wanted = each && (!asked || !strcmp(asked, platform));

		first = gitperf_store_lookup(cmp->store, platform, commit, &count);
		cmp->records[side] += count;
		for (j = 0; j < count && !err && wanted; j++)
			err = each(cmp, side, gitperf_store_entry(cmp->store, first + j));
		gitperf_map_free(&cmp->origins);
		while (i < n && !strcmp(gitperf_store_entry(cmp->store, i)->platform, platform))
			i++;
	}
	return err;
}

/* Imported twice, by versions that read it differently: the first counts */
static int is_duplicate(struct comparing *cmp, const gitperf_record *record)
{
	const char *origin = record->origin_sha256;

	if (!origin || !*origin)
		return 0;
	if (gitperf_map_get(&cmp->origins, origin, strlen(origin)))
		return 1;
	return gitperf_map_put(&cmp->origins, origin, strlen(origin), 0);
}

static int add_entry(struct comparing *cmp, int side, const gitperf_entry *entry)
{
	const gitperf_events *events = cmp->g.options->events;
	gitperf_record *record;
	int err = gitperf_store_record(&record, cmp->store, entry);

	if (err == GITPERF_ENOMEM)
		return err;
	if (err < 0 && !cmp->dirty) {
		/* named and counted, and the others go on */
		cmp->g.c->side[side].unusable++;
		if (events && events->warning)
			events->warning(events->payload, gitperf_error_message(),
					gitperf_error_hint());
	}
	if (err < 0)
		return 0;
	cmp->has_dirty |= record->dirty == 1;
	err = is_duplicate(cmp, record);
	if (!err && (record->dirty == 1) == cmp->dirty)
		err = gitperf_comparison__add(&cmp->g, side, record);
	gitperf_record_free(record);
	return err < 0 ? err : 0;
}

/* The nearest measured commit along first parents: 1, or 0 if there is none */
static int find_near(gitperf_commit *out, size_t *distance, struct comparing *cmp,
		     const char *id)
{
	gitperf_history *history;
	const gitperf_commit *commit;
	int err = gitperf_history_open(&history, cmp->repo, id, NEAR_MAX), found = 0;

	if (err < 0)
		return err;
	for (*distance = 0; !found && (err = gitperf_history_next(&commit, history)) > 0;
	     *distance += !found) {
		cmp->records[BASE] = 0;
		for_each_record(cmp, commit->id, BASE, NULL);
		found = cmp->records[BASE] > 0;
		*out = *commit;
	}
	gitperf_history_free(history);
	return err < 0 ? err : found;
}

static int not_measured(struct comparing *cmp, const char *rev, const char *id)
{
	gitperf_commit near;
	size_t distance;
	int found = find_near(&near, &distance, cmp, id);

	if (found < 0)
		return found;
	gitperf_fail(GITPERF_ENOTFOUND, "'%s' (%.10s) was not measured", rev, id);
	if (found)
		return gitperf_hint(GITPERF_ENOTFOUND, "the nearest measured commit before it is %.10s, %zu back; git perf log shows all",
				    near.id, distance);
	return gitperf_hint(GITPERF_ENOTFOUND, "nothing before it was, either; git perf log shows what was measured");
}

static int nothing_found(const struct comparing *cmp, const char *benchmark)
{
	const gitperf_compare_options *o = cmp->g.options;
	const gitperf_comparison_side *side = cmp->g.c->side;
	gitperf_buffer what = GITPERF_BUFFER_INIT;

	if (benchmark)
		gitperf_buf_addf(&what, " of the benchmark '%.80s'", benchmark);
	if (o->metric)
		gitperf_buf_addf(&what, " of the metric '%.80s'", o->metric);
	if (o->platform)
		gitperf_buf_addf(&what, " on the platform '%.80s'", o->platform);
	if (o->nconfig)
		gitperf_buf_adds(&what, " with that configuration");
	gitperf_fail(GITPERF_ENOTFOUND, "neither %.10s nor %.10s has a measurement%s",
		     side[BASE].id, side[HEAD].id, what.failed ? "" : what.ptr);
	gitperf_buffer_dispose(&what);
	return gitperf_hint(GITPERF_ENOTFOUND, "git perf show %.10s shows what it has", side[BASE].id);
}

static int has_subject(const gitperf_comparison *c, const char *benchmark)
{
	size_t i;

	for (i = 0; i < c->nsubjects; i++)
		if (!strcmp(c->subjects[i].benchmark, benchmark))
			return 1;
	return 0;
}

/* What one side lacks is a row that says so; what both lack was never there */
static int check_found(const struct comparing *cmp)
{
	const gitperf_compare_options *o = cmp->g.options;
	const char *const *name;

	for (name = o->benchmarks; name && *name; name++)
		if (!has_subject(cmp->g.c, *name))
			return nothing_found(cmp, *name);
	if ((o->metric && !cmp->g.c->nrows) ||
	    ((o->platform || o->nconfig) && !cmp->g.c->ngroups))
		return nothing_found(cmp, NULL);
	return 0;
}

static int load_side(struct comparing *cmp, int side, const char *rev)
{
	gitperf_comparison_side *out = &cmp->g.c->side[side];
	gitperf_commit commit;
	int err;

	if ((err = gitperf_repo_resolve(out->id, cmp->repo, rev)) < 0 ||
	    (err = gitperf_repo_commit(&commit, cmp->repo, out->id)) < 0)
		return err;
	out->time = commit.time;
	out->subject = gitperf_arena_strdup(&cmp->g.c->arena, commit.subject);
	/* what was measured with changes counts where there is nothing better */
	cmp->has_dirty = 0;
	for (cmp->dirty = 0; cmp->dirty <= cmp->has_dirty && !err; cmp->dirty++)
		err = for_each_record(cmp, out->id, side, add_entry);
	if (!err && !cmp->records[side])
		err = not_measured(cmp, rev, out->id);
	return err;
}

int gitperf_compare_commits(gitperf_comparison **out, gitperf_repo *repo,
			    gitperf_store *store, const char *base,
			    const char *head, const gitperf_compare_options *opts)
{
	struct comparing cmp = { .repo = repo, .store = store };
	int err;

	*out = NULL;
	if ((err = gitperf_comparison__new(&cmp.g, opts)) < 0)
		return err;
	if ((err = load_side(&cmp, BASE, base)) >= 0 &&
	    (err = load_side(&cmp, HEAD, head)) >= 0)
		err = check_found(&cmp);
	return gitperf_comparison__finish(out, &cmp.g, err);
}
