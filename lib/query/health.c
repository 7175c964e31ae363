/*
 * health.c - whether what is to be measured is being measured
 *
 * Old gaps stay what they are, and nobody can do anything about most of them. What
 * counts is the end of the trunk: how far, and for how long, nothing has been heard
 * of a platform that the project says it needs; and what came along before and
 * does no longer. "Nothing is wrong" is said only of what was looked at.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "query/coverage.h"
#include "query/survey.h"

#define PLURAL(n) ((n) == 1 ? "" : "s")
#define MILLISECOND INT64_C(1000000)
/* a benchmark that is not in so many results is missed, if it was in those before */
#define STALLED_AFTER 5
#define BEFORE_THAT 20
#define NAMES_SHOWN 3

/* --- Looking -------------------------------------------------------------- */

/* Without a trunk there is nothing that should have been measured */
static int look_at_coverage(struct survey *s, gitperf_store *store)
{
	gitperf_coverage_options opts = GITPERF_COVERAGE_OPTIONS_INIT;
	const char *hint;
	int err;

	opts.remote = s->opts->share ? s->opts->share->remote : NULL;
	err = gitperf_coverage_load(&s->coverage, s->repo, store, &opts);
	s->public.coverage = s->coverage;
	if (err >= 0 || err == GITPERF_ENOTFOUND || err == GITPERF_ENOMEM)
		return err == GITPERF_ENOMEM ? err : 0;
	hint = gitperf_error_hint();
	s->suite = gitperf_arena_strdup(&s->arena, gitperf_error_message());
	s->suite_hint = gitperf_arena_strdup(&s->arena, hint ? hint : "git perf coverage says the same");
	return gitperf_arena_check(&s->arena);
}

int gitperf_survey__look_at_trunk(struct survey *s, gitperf_store *store)
{
	int err = look_at_coverage(s, store);

	if (err < 0)
		return err;
	err = gitperf_queue__known(&s->queue, s->repo);
	if (err < 0)
		return err == GITPERF_ENOMEM ? err : 0;
	s->public.queue = gitperf_queue__view(s->queue);
	return 0;
}

/* --- Gaps ----------------------------------------------------------------- */

static void about(struct survey *s, const char *platform, size_t before)
{
	gitperf_notice *list = (gitperf_notice *)s->public.notices;

	for (; before < s->public.nnotices; before++)
		list[before].platform = platform;
}

/* The one at the newest commit, if it is longer than the project puts up with */
static void judge_gap(struct survey *s, const gitperf_platform_coverage *p)
{
	const gitperf_policy *policy = s->coverage->source.policy;
	const gitperf_gap *gap = p->ngaps && !p->gaps[0].first ? &p->gaps[0] : NULL;
	gitperf_buffer age = GITPERF_BUFFER_INIT;
	size_t before = s->public.nnotices;

	/* what there is may lie before the commits that this clone has */
	if (!p->covered && gitperf_repo_is_shallow(s->repo) > 0)
		return;
	if (!p->counts[GITPERF_FATE_MEASURED]) {
		gitperf_survey__add(s, "no-data", NOTICE_WRONG, 1, "git perf queue shows what waits; see that somebody measures there",
				    "no commit of %s has a result on %s", s->coverage->trunk, p->name);
	} else if (gap && ((policy->gap_commits && gap->commits > policy->gap_commits) ||
			   (policy->gap_ms && gap->age_ms > policy->gap_ms))) {
		gitperf_buf_add_length(&age, gap->age_ms * MILLISECOND);
		gitperf_survey__add(s, "gap", NOTICE_WRONG, gap->commits, "git perf coverage --gaps tells why; git perf queue shows what waits",
				    "the newest %zu commit%s of %s %s no result on %s, for %s by now", gap->commits,
				    PLURAL(gap->commits), s->coverage->trunk, gap->commits == 1 ? "has" : "have", p->name, age.ptr);
	}
	about(s, p->name, before);
	s->arena.failed |= age.failed;
	gitperf_buffer_dispose(&age);
}

/* --- What waits ----------------------------------------------------------- */

static void judge_waiting(struct survey *s)
{
	const gitperf_queue *queue = s->public.queue;
	const gitperf_policy *policy = s->coverage->source.policy;
	const gitperf_job *oldest = NULL;
	gitperf_buffer age = GITPERF_BUFFER_INIT;
	size_t i, n = 0, before = s->public.nnotices;

	for (i = 0; queue && policy->wait_ms && i < queue->njobs; i++) {
		const gitperf_job *job = &queue->jobs[i];

		if (job->lease.worker || (s->public.now - job->asked) / MILLISECOND <= policy->wait_ms)
			continue;
		n++;
		oldest = !oldest || job->asked < oldest->asked ? job : oldest;
	}
	if (oldest) {
		gitperf_buf_add_length(&age, s->public.now - oldest->asked);
		gitperf_survey__add(s, "waiting", NOTICE_WRONG, n, "git perf queue shows what waits; see that somebody measures there",
				    "%zu request%s wait%s to be measured on %s, the oldest for %s", n, PLURAL(n),
				    n == 1 ? "s" : "", oldest->platform, age.ptr);
		about(s, oldest->platform, before);
	}
	s->arena.failed |= age.failed;
	gitperf_buffer_dispose(&age);
}

/* --- What is missing ------------------------------------------------------ */

/* Benchmarks of one platform's results, by name and parameters */
struct attendance {
	struct survey *s;
	gitperf_store *store;
	struct map recent;             /* in one of the newest results */
	struct map missed;             /* ... or not, but in one of those before */
	gitperf_buffer names;          /* of some that are missed */
	size_t nmissed;
};

/* What the suite of today no longer has was given up on purpose */
static int is_in_suite(const gitperf_suite *suite, const char *name)
{
	size_t i;

	if (!suite || !suite->nbenchmarks)
		return 1;
	for (i = 0; i < suite->nbenchmarks; i++) {
		size_t len = strlen(suite->benchmarks[i].name);

		if (!strncmp(suite->benchmarks[i].name, name, len) && (!name[len] || name[len] == '/'))
			return 1;
	}
	return 0;
}

/* One that was left out on purpose was there, too: only one that failed was not */
static int attend(struct attendance *a, const gitperf_benchmark *b, int is_recent)
{
	struct map *map = is_recent ? &a->recent : &a->missed;
	gitperf_buffer key = GITPERF_BUFFER_INIT;
	size_t i;
	int err;

	if ((b->status != GITPERF_STATUS_OK && b->status != GITPERF_STATUS_SKIPPED) ||
	    !is_in_suite(a->s->coverage->source.suite, b->name))
		return 0;
	gitperf_buf_adds(&key, b->name);
	for (i = 0; i < b->nparams; i++)
		gitperf_buf_addf(&key, " %s=%s", b->params[i].key, b->params[i].value);
	if (!(err = gitperf_buf_check(&key)) && !gitperf_map_get(&a->recent, key.ptr, key.len) &&
	    !gitperf_map_get(&a->missed, key.ptr, key.len)) {
		err = gitperf_map_put(map, key.ptr, key.len, 0);
		if (!is_recent && a->nmissed++ < NAMES_SHOWN)
			gitperf_buf_addf(&a->names, "%s'%s'", a->names.len ? ", " : "", key.ptr);
	}
	gitperf_buffer_dispose(&key);
	return err;
}

static int attend_commit(struct attendance *a, const char *platform, const char *commit, int is_recent)
{
	size_t n, i, k, first = gitperf_store_lookup(a->store, platform, commit, &n);
	gitperf_record *record;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		/* one that is damaged says nothing, and is told of elsewhere */
		if (gitperf_store_record(&record, a->store, gitperf_store_entry(a->store, first + i)) < 0)
			continue;
		for (k = 0; k < record->nbenchmarks && !err; k++)
			err = attend(a, &record->benchmarks[k], is_recent);
		gitperf_record_free(record);
	}
	return err;
}

static int find_missed(struct attendance *a, size_t platform, const char *name)
{
	const gitperf_coverage *c = a->s->coverage;
	gitperf_outlook outlook;
	size_t i, measured = 0;
	int err = 0;

	for (i = 0; i < gitperf_coverage_ncommits(c) && measured < STALLED_AFTER + BEFORE_THAT && !err; i++) {
		gitperf_coverage_outlook(&outlook, c, platform, i);
		if (outlook.fate == GITPERF_FATE_MEASURED)
			err = attend_commit(a, name, gitperf_coverage_commit(c, i, NULL), measured++ < STALLED_AFTER);
	}
	return err;
}

static int judge_series(struct survey *s, gitperf_store *store, size_t platform, const char *name)
{
	struct attendance a = { .s = s, .store = store, .names = GITPERF_BUFFER_INIT };
	size_t before = s->public.nnotices;
	int err = find_missed(&a, platform, name);

	gitperf_survey__add(s, "stalled", NOTICE_WRONG, a.nmissed, "git perf show <commit> tells what became of them",
			    "%zu benchmark%s %s no result of the newest %d measured commits on %s: %s%s", a.nmissed, PLURAL(a.nmissed),
			    a.nmissed == 1 ? "has" : "have", STALLED_AFTER, name, a.names.ptr,
			    a.nmissed > NAMES_SHOWN ? ", ..." : "");
	about(s, name, before);
	gitperf_map_free(&a.recent);
	gitperf_map_free(&a.missed);
	gitperf_buffer_dispose(&a.names);
	return err;
}

int gitperf_survey__judge(struct survey *s, gitperf_store *store)
{
	const gitperf_policy *policy = s->coverage ? s->coverage->source.policy : NULL;
	size_t i;
	int err = 0;

	if (s->suite)
		gitperf_survey__add(s, "suite", NOTICE_WRONG, 1, s->suite_hint, "%s", s->suite);
	s->public.is_judged = s->public.nplatforms || (policy && policy->nplatforms);
	if (!policy || !policy->nplatforms)
		return 0;
	for (i = 0; i < gitperf_coverage_nplatforms(s->coverage) && !err; i++) {
		const gitperf_platform_coverage *p = gitperf_coverage_platform(s->coverage, i);

		if (!p->is_required)
			continue;
		judge_gap(s, p);
		err = judge_series(s, store, i, p->name);
	}
	judge_waiting(s);
	return err < 0 ? err : gitperf_arena_check(&s->arena);
}
