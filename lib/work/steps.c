/*
 * steps.c - filling the past: some commits of a range, evenly spaced, and
 * which of them are measured already
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/pairs.h"
#include "work/session.h"

/* The ids of a range, newest first, one after the other */
static int list_range(gitperf_buffer *ids, size_t *n, gitperf_repo *repo,
		      const char *range)
{
	gitperf_history *history;
	const gitperf_commit *commit;
	int err;

	*n = 0;
	if ((err = gitperf_history_open(&history, repo, range, 0)) < 0)
		return err;
	while ((err = gitperf_history_next(&commit, history)) > 0) {
		gitperf_buf_add(ids, commit->id, GITPERF_ID_SIZE);
		(*n)++;
	}
	gitperf_history_free(history);
	return err < 0 ? err : gitperf_buf_check(ids);
}

int gitperf_session_steps(gitperf_buffer *out, gitperf_repo *repo,
			  const char *range, size_t n)
{
	gitperf_buffer ids = GITPERF_BUFFER_INIT;
	size_t total, i, at;
	int err = list_range(&ids, &total, repo, range);

	if (!err && !total)
		err = gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "the range '%.200s' has no commit", range),
				   "git log --first-parent <range> lists what a range has");
	if (n > total)
		n = total;
	for (i = 0; !err && i < n; i++) {
		/* from the oldest, the last in the list, to the newest */
		at = n > 1 ? (total - 1) - i * (total - 1) / (n - 1) : 0;
		gitperf_buf_add(out, ids.ptr + at * GITPERF_ID_SIZE, GITPERF_ID_SIZE);
	}
	gitperf_buffer_dispose(&ids);
	if (!err)
		err = gitperf_buf_check(out);
	return err < 0 ? err : (int)n;
}

static int has_pair(const gitperf_benchmark *b, const gitperf_pair *pair)
{
	size_t i;

	for (i = 0; i < b->nparams; i++)
		if (!strcmp(b->params[i].key, pair->key) && !strcmp(b->params[i].value, pair->value))
			return 1;
	return 0;
}

/* What a tool printed has the case's name before its own, and more parameters */
int gitperf_session__is_result_of(const gitperf_benchmark *b, const gitperf_case *c)
{
	size_t len = strlen(c->benchmark->name), i;

	if (strncmp(b->name, c->benchmark->name, len) != 0 || (b->name[len] && b->name[len] != '/'))
		return 0;
	for (i = 0; i < c->params->n; i++)
		if (!has_pair(b, &c->params->pairs[i]))
			return 0;
	return b->name[len] || b->nparams == c->params->n;
}

/* Who wants no result to be carried wants to have those that were */
static int is_result(const gitperf_session *s, const gitperf_benchmark *b)
{
	return b->status != GITPERF_STATUS_SKIPPED || (b->carried && !s->opts.no_carry);
}

static void mark_results(char *seen, const gitperf_session *s, const gitperf_record *r)
{
	const gitperf_record *ours = &s->sides[0].record;
	size_t i, k;

	if (r->dirty == 1 ||
	    gitperf_pairs_compare(r->config, r->nconfig, ours->config, ours->nconfig) != 0)
		return;
	for (i = 0; i < s->ncases; i++)
		for (k = 0; k < r->nbenchmarks && !seen[i]; k++)
			seen[i] = is_result(s, &r->benchmarks[k]) &&
				gitperf_session__is_result_of(&r->benchmarks[k], &s->cases[i]);
}

int gitperf_session_is_measured(const gitperf_session *session, gitperf_store *store)
{
	const gitperf_record *ours = &session->sides[0].record;
	size_t n, i, at = gitperf_store_lookup(store, ours->platform, ours->commit, &n);
	char *seen = calloc(session->ncases + 1, 1);
	gitperf_record *record;
	int err, all;

	if (!seen)
		return gitperf_fail_oom();
	for (i = 0; i < n; i++) {
		/* one that is damaged says nothing */
		err = gitperf_store_record(&record, store, gitperf_store_entry(store, at + i));
		if (err < 0)
			continue;
		mark_results(seen, session, record);
		gitperf_record_free(record);
	}
	all = !memchr(seen, 0, session->ncases);
	free(seen);
	return all;
}
