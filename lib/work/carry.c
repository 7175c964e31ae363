/*
 * carry.c - what need not be measured again
 *
 * A benchmark that says what it depends on is measured where that changes. Else
 * its last result still holds: the record names the commit that has it, and has
 * no value of its own.
 *
 * The nearest result along first parents decides, and nothing before it: after a
 * change that was taken back, or a failure, the history should show that things
 * are as they were. Only a measurement is believed, never what an earlier record
 * says was carried. Whatever cannot be told is measured.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/pairs.h"
#include "git/git.h"
#include "git/walk.h"
#include "work/session.h"

/* As far as git perf log looks for something to compare with */
#define BACK_MAX 1024

/* What the records of one commit have of a case; the greatest counts */
enum finding {
	FOUND_NOTHING,
	FOUND_OTHER,                   /* a failure, or by another suite */
	FOUND_RESULT
};

/* A case that is looked for */
struct sought {
	size_t number;
	enum finding found;            /* at this commit */
	struct trial identity;         /* of that result */
};

struct search {
	gitperf_session *s;
	struct side *side;
	gitperf_store *store;
	struct sought *list;
	size_t n;
	size_t distance;
};

/* --- Of records --- */

/*
 * The inputs are the same, or else the case is not carried (see are_inputs_same()),
 * so their digest is the one that is recorded: there are no files yet to take it of.
 */
static int is_same_workload(struct trial *t, gitperf_session *s, const gitperf_case *c,
			    const gitperf_benchmark *b)
{
	static const struct trial blank = { 0 };
	const char *input = NULL;
	int err;

	*t = blank;
	if (c->benchmark->ninputs && !c->benchmark->workload) {
		input = gitperf_pairs_find(b->workload_parts, b->nworkload_parts, "input");
		if (!input)
			return 0;
	}
	err = gitperf_session__identify(s, t, c, input);
	return err < 0 ? err : b->workload && !strcmp(b->workload, t->workload);
}

static int is_result(const gitperf_benchmark *b, const gitperf_case *c)
{
	return b->status != GITPERF_STATUS_SKIPPED && gitperf_session__is_result_of(b, c);
}

/* A tool's results are those of one case: all of them hold, or it is run again */
static int classify(enum finding *found, struct trial *identity, struct search *x,
		    const gitperf_case *c, const gitperf_record *r)
{
	struct trial t;
	size_t i;
	int same;

	*found = FOUND_NOTHING;
	for (i = 0; i < r->nbenchmarks; i++) {
		if (!is_result(&r->benchmarks[i], c))
			continue;
		if ((same = is_same_workload(&t, x->s, c, &r->benchmarks[i])) < 0)
			return same;
		if (!same)
			continue;
		*found = FOUND_OTHER;
		*identity = t;
		/* a suite is compared as a whole: any line of it may matter */
		if (r->benchmarks[i].status != GITPERF_STATUS_OK || !r->suite ||
		    strcmp(r->suite, x->s->suite->id))
			break;
		*found = FOUND_RESULT;
	}
	return 0;
}

/* The record will be gone: their names and parameters are kept */
static int keep_results(struct trial *identity, gitperf_session *s, const gitperf_case *c,
			const gitperf_record *r)
{
	static const gitperf_benchmark blank = GITPERF_BENCHMARK_INIT;
	gitperf_benchmark *results = gitperf_arena_array(&s->arena, r->nbenchmarks, sizeof(*results));
	size_t i, n = 0;

	if (!results)
		return gitperf_fail_oom();
	for (i = 0; i < r->nbenchmarks; i++) {
		const gitperf_benchmark *b = &r->benchmarks[i];

		if (!is_result(b, c) || !b->workload || strcmp(b->workload, identity->workload))
			continue;
		results[n] = blank;
		results[n].name = gitperf_session__keep(s, b->name);
		results[n].params = gitperf_pairs_copy(&s->arena, b->params, b->nparams);
		results[n++].nparams = b->nparams;
	}
	identity->results = results;
	identity->nresults = n;
	return gitperf_arena_check(&s->arena);
}

static int look_at(struct search *x, struct sought *sought, const gitperf_record *r)
{
	const gitperf_case *c = &x->s->cases[sought->number];
	struct trial identity = { 0 };
	enum finding found;
	int err = classify(&found, &identity, x, c, r);

	if (err < 0 || found <= sought->found)
		return err;
	sought->found = found;
	sought->identity = identity;
	return found == FOUND_RESULT ? keep_results(&sought->identity, x->s, c, r) : 0;
}

static int is_comparable(const gitperf_record *ours, const gitperf_record *r)
{
	return r->dirty != 1 && r->fingerprint && ours->fingerprint &&
	       !strcmp(r->fingerprint, ours->fingerprint) &&
	       !gitperf_pairs_compare(r->config, r->nconfig, ours->config, ours->nconfig);
}

static int look_at_record(struct search *x, const gitperf_entry *entry)
{
	gitperf_record *record;
	size_t i;
	int err = gitperf_store_record(&record, x->store, entry);

	/* one that is damaged says nothing */
	if (err < 0)
		return err == GITPERF_ENOMEM ? err : 0;
	for (i = 0; !err && i < x->n && is_comparable(&x->side->record, record); i++)
		err = look_at(x, &x->list[i], record);
	gitperf_record_free(record);
	return err;
}

/* --- Of files --- */

static int is_same_path(const struct search *x, const char *commit, const char *path,
			int must_exist)
{
	char here[REPO_ENTRY_SIZE], there[REPO_ENTRY_SIZE];
	int err = gitperf_repo__entry(here, x->s->repo, x->side->commit, path);

	if (!err)
		err = gitperf_repo__entry(there, x->s->repo, commit, path);
	return err < 0 ? err : !strcmp(here, there) && (*here || !must_exist);
}

static int are_same(const struct search *x, const char *commit, const char *const *paths,
		    size_t n, int must_exist)
{
	int same = 1;
	size_t i;

	for (i = 0; same > 0 && i < n; i++)
		same = is_same_path(x, commit, paths[i], must_exist);
	return same;
}

/*
 * Also what decides what is fetched. An input that the commit does not have is
 * made by a step: what it will be, and so the workload, nobody knows before.
 */
static int is_unchanged(const struct search *x, const gitperf_case *c, const char *commit)
{
	const gitperf_suite_benchmark *b = c->benchmark;
	const gitperf_suite *suite = x->s->suite;
	int same = are_same(x, commit, b->depends, b->ndepends, 0);

	if (same > 0)
		same = are_same(x, commit, suite->fetch_inputs, suite->nfetch_inputs, 0);
	if (same > 0)
		same = are_same(x, commit, b->inputs, b->ninputs, !b->workload);
	return same;
}

/* --- The search --- */

static int carry(gitperf_session *s, const struct sought *sought, const char *commit)
{
	struct trial *t = &s->sides[0].trials[sought->number];
	char why[100];

	snprintf(why, sizeof(why), "carried from %.12s: nothing that it depends on has changed", commit);
	*t = sought->identity;
	t->status = GITPERF_STATUS_SKIPPED;
	t->error = gitperf_session__keep(s, why);
	t->carried = gitperf_session__keep(s, commit);
	s->cases[sought->number].carried = t->carried;
	return gitperf_arena_check(&s->arena);
}

/* Each case that was found is decided; the others are looked for further back */
static int decide(struct search *x, const char *commit)
{
	size_t i, kept = 0;
	int err = 0;

	for (i = 0; err >= 0 && i < x->n; i++) {
		const struct sought *sought = &x->list[i];

		if (sought->found == FOUND_NOTHING)
			x->list[kept++] = *sought;
		if (sought->found != FOUND_RESULT)
			continue;
		err = is_unchanged(x, &x->s->cases[sought->number], commit);
		if (err > 0)
			err = carry(x->s, sought, commit);
	}
	x->n = kept;
	return err < 0 ? err : 0;
}

static int look_at_commit(void *payload, const struct walked *commit)
{
	struct search *x = payload;
	size_t i, n, at;
	int err = 0;

	/* to measure a commit once more is what somebody asks for */
	if (!x->distance++)
		return 0;
	at = gitperf_store_lookup(x->store, x->side->record.platform, commit->id, &n);
	for (i = 0; !err && i < n; i++)
		err = look_at_record(x, gitperf_store_entry(x->store, at + i));
	if (!err)
		err = decide(x, commit->id);
	return err < 0 ? err : !x->n || x->distance > BACK_MAX;
}

static int search(struct search *x)
{
	gitperf_session *s = x->s;
	size_t i;
	int err;

	x->list = gitperf_arena_array(&s->arena, s->ncases, sizeof(*x->list));
	if (!x->list)
		return gitperf_fail_oom();
	for (i = 0; i < s->ncases; i++)
		if (s->cases[i].benchmark->ndepends)
			x->list[x->n++].number = i;
	if (!x->n)
		return 0;
	err = gitperf_store_open(&x->store, s->repo);
	if (!err)
		err = gitperf_walk(s->repo, x->side->commit, look_at_commit, x);
	gitperf_store_free(x->store);
	return err < 0 ? err : 0;
}

/* Whoever asks for one of these wants a value */
static int asks_for_values(const char *reason)
{
	static const char *const reasons[] = { "manual", "bisect", "calibration", "idle" };
	size_t i;

	for (i = 0; reason && i < ARRAY_SIZE(reasons); i++)
		if (!strcmp(reason, reasons[i]))
			return 1;
	return 0;
}

static void warn(const gitperf_session *s)
{
	const gitperf_events *events = s->opts.events;
	const char *hint = gitperf_error_hint();
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	gitperf_buf_addf(&text, "cannot tell what has changed, so it is measured: %s",
			 gitperf_error_message());
	if (events && events->warning && !text.failed)
		events->warning(events->payload, text.ptr, hint ? hint :
				"git fsck tells whether the repository is damaged; in a clone without trees: "
				"git fetch --refetch --filter=blob:none");
	gitperf_buffer_dispose(&text);
}

int gitperf_session__carry(gitperf_session *s)
{
	struct search x = { .s = s, .side = &s->sides[0] };
	int wanted = 1, err;
	size_t i;

	for (i = 0; i < s->nsides; i++) {
		s->sides[i].trials = gitperf_arena_array(&s->arena, s->ncases, sizeof(struct trial));
		if (!s->sides[i].trials)
			return gitperf_fail_oom();
	}
	if ((err = gitperf_repo_config_bool(&wanted, s->repo, "perf.carry")) < 0)
		return err;
	s->opts.no_carry |= !wanted;
	if (!s->suite || s->opts.no_carry || s->nsides > 1 || x.side->is_dirty ||
	    asks_for_values(x.side->record.reason))
		return 0;
	err = search(&x);
	if (err < 0 && err != GITPERF_ENOMEM)
		warn(s);
	return err == GITPERF_ENOMEM ? err : 0;
}
