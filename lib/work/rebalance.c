/*
 * rebalance.c - git perf worker rebalance: who measures what on a platform
 *
 * The table is a mark of the data branch. It is made when people say so and at no other
 * time, and what it has to say about a benchmark changes only where that is needed.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "store/decide.h"
#include "work/balance.h"
#include "work/divide.h"
#include "work/lengths.h"
#include "work/schedule.h"

#include <gitperf/platform.h>
#include <gitperf/suite.h>

struct owned_balance {
	gitperf_balance balance;       /* first: a balance's address is its block's */
	struct arena arena;
};

struct rebalance {
	struct schedule s;
	const gitperf_rebalance_options *opts;
	struct owned_balance *out;
	struct arena arena;            /* of one attempt */
	const char *platform;
	const struct mark_state *table;
	const char **workers;          /* sorted */
	size_t nworkers;
	const char **names;            /* of the trunk's suite, sorted */
	size_t n;
	const char **was;              /* by name: whose it is now, or NULL */
	size_t *now, *owner;           /* by name: the place of a worker */
	struct lengths lengths;
	gitperf_buffer by;
};

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **find_text(const char *text, const char **list, size_t n)
{
	return n ? bsearch(&text, list, n, sizeof(*list), compare_texts) : NULL;
}

static int add_text(struct arena *arena, const char ***list, size_t *n, const char *text)
{
	const char **grown = gitperf_arena_grow(arena, *list, *n, sizeof(*grown));

	if (!grown)
		return gitperf_fail_oom();
	*list = grown;
	grown[(*n)++] = text;
	return 0;
}

static size_t sort_texts(const char **list, size_t n)
{
	size_t i, kept = 0;

	if (n)
		qsort(list, n, sizeof(*list), compare_texts);
	for (i = 0; i < n; i++)
		if (!kept || strcmp(list[kept - 1], list[i]))
			list[kept++] = list[i];
	return kept;
}

/* --- Where --- */

static int fail_platform(const char **list, size_t n)
{
	gitperf_buffer names = GITPERF_BUFFER_INIT;
	size_t i;
	int err;

	if (!n)
		return gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "the queue knows of no worker that a suite could be divided among"),
				    "start one with git perf work, or name platform and workers: --platform=<name> --add=<worker>");
	for (i = 0; i < n; i++)
		gitperf_buf_addf(&names, "%s%s", i ? ", " : "", list[i]);
	gitperf_fail(GITPERF_EINVALID, "there are workers of several platforms");
	err = gitperf_hint(GITPERF_EINVALID, "name one: --platform=<name>, of %s", names.ptr);
	gitperf_buffer_dispose(&names);
	return err;
}

/* That of all workers, as long as they have the same */
static int choose_platform(struct rebalance *r)
{
	const char **list = NULL;
	size_t i, n = 0;
	int err = 0;

	if (r->opts->platform) {
		r->platform = r->opts->platform;
		return gitperf_platform_check(r->platform);
	}
	for (i = 0; i < r->s.queue->nworkers && !err; i++)
		err = add_text(&r->arena, &list, &n, r->s.queue->workers[i].platform);
	if (err < 0)
		return err;
	n = sort_texts(list, n);
	if (n != 1)
		return fail_platform(list, n);
	r->platform = list[0];
	return 0;
}

/* --- Who --- */

static int is_named(const char *const *list, const char *name)
{
	for (; list && *list; list++)
		if (!strcmp(*list, name))
			return 1;
	return 0;
}

/* It measures there no more, as far as the queue knows */
static int is_over(const struct rebalance *r, const char *name)
{
	const gitperf_worker *worker = gitperf_queue_worker(r->s.queue, name);

	return worker && (worker->duty == GITPERF_DUTY_RETIRE || strcmp(worker->platform, r->platform));
}

static int add_worker(struct rebalance *r, const char *name)
{
	if (is_over(r, name) || is_named(r->opts->without, name))
		return 0;
	return add_text(&r->arena, &r->workers, &r->nworkers, name);
}

static int check_added(const struct rebalance *r, const char *name)
{
	const gitperf_worker *worker = gitperf_queue_worker(r->s.queue, name);
	int err = gitperf_worker_check(name);

	if (err < 0)
		return err;
	if (is_named(r->opts->without, name))
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%s' is to be added, and to be left out", name),
				    "name it with --add or with --without");
	if (worker && strcmp(worker->platform, r->platform))
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%s' is a worker of %s, not of %s", name, worker->platform, r->platform),
				    "git perf worker list shows which there are");
	if (worker && worker->duty == GITPERF_DUTY_RETIRE)
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%s' was retired, and takes no jobs", name),
				    "if it is to measure again: git perf worker resume %s", name);
	return 0;
}

static int fail_without(const struct rebalance *r, const char *name)
{
	gitperf_fail(GITPERF_ENOTFOUND, "no benchmark of %s could belong to '%.80s'", r->platform, name);
	return gitperf_hint(GITPERF_ENOTFOUND, "git perf worker list shows which workers there are");
}

/* Those that the queue has, those of the table, and those that were named; but for ... */
static int find_workers(struct rebalance *r)
{
	const struct queue *q = r->s.queue;
	const struct mark *table = &r->table->mark;
	const char *const *name;
	size_t i;
	int err = 0;

	for (i = 0; i < q->nworkers && !err; i++)
		if (!strcmp(q->workers[i].platform, r->platform))
			err = add_worker(r, q->workers[i].name);
	/* one that the queue has forgotten is not gone: a queue may be thrown away */
	for (i = 0; i < table->nsets && !err; i++)
		err = add_worker(r, table->sets[i].worker);
	for (name = r->opts->add; name && *name && !err; name++)
		if (!(err = check_added(r, *name)))
			err = add_worker(r, *name);
	for (name = r->opts->without; name && *name && !err; name++) {
		for (i = 0; i < table->nsets && strcmp(table->sets[i].worker, *name); i++)
			;
		/* of several tables, it may be one that does not hold */
		if (i == table->nsets && !gitperf_queue_worker(q, *name) && r->table->nheads < 2)
			err = fail_without(r, *name);
	}
	r->nworkers = sort_texts(r->workers, r->nworkers);
	if (!err && r->nworkers > MARK_SETS_MAX)
		err = gitperf_hint(gitperf_fail(GITPERF_EINVALID, "%s has more than %d workers", r->platform, MARK_SETS_MAX),
				   "leave some out: --without=<worker>");
	if (!err && !r->nworkers && !table->nsets)
		err = gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "the queue knows of no worker of %s", r->platform),
				   "start one with git perf work, or name some: --add=<worker>,<worker>");
	return err;
}

/* --- What --- */

static int find_names(struct rebalance *r)
{
	const gitperf_suite *suite = r->s.trunk.suite;
	size_t i;
	int err = 0;

	for (i = 0; suite && i < suite->nbenchmarks && !err; i++)
		err = add_text(&r->arena, &r->names, &r->n, suite->benchmarks[i].name);
	if (err < 0 || r->n) {
		r->n = sort_texts(r->names, r->n);
		return err;
	}
	return gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "there is no benchmark to divide: .gitperf of '%s' has none", r->s.trunk.name),
			    "add them there, push it, and do this again");
}

/* Also what no table has: it has been measured by somebody all the same */
static int find_owners(struct rebalance *r)
{
	struct parts parts;
	size_t i, j;
	int err = gitperf_parts_make(&parts, &r->arena, &r->table->mark, r->names, r->n);

	r->was = gitperf_arena_array(&r->arena, r->n, sizeof(*r->was));
	r->now = gitperf_arena_array(&r->arena, r->n, sizeof(*r->now));
	r->owner = gitperf_arena_array(&r->arena, r->n, sizeof(*r->owner));
	if (err < 0 || !r->was || !r->now || !r->owner)
		return err < 0 ? err : gitperf_fail_oom();
	for (i = 0; i < r->n; i++)
		r->now[i] = BALANCE_NOBODY;
	for (i = 0; i < parts.n; i++) {
		const char **worker = find_text(parts.list[i].worker, r->workers, r->nworkers);

		for (j = 0; j < parts.list[i].n; j++) {
			size_t at = (size_t)(find_text(parts.list[i].benchmarks[j], r->names, r->n) - r->names);

			r->was[at] = parts.list[i].worker;
			r->now[at] = worker ? (size_t)(worker - r->workers) : BALANCE_NOBODY;
		}
	}
	return 0;
}

static int look_at_lengths(struct rebalance *r)
{
	gitperf_store *store = NULL;
	int err = gitperf_store_open(&store, r->s.repo);

	if (!err)
		err = gitperf_lengths_look(&r->lengths, store, r->platform, r->names, r->n);
	gitperf_store_free(store);
	return err;
}

/* --- What comes of it --- */

static int has_same_workers(const struct rebalance *r)
{
	const struct mark *table = &r->table->mark;
	size_t i;

	for (i = 0; i < table->nsets && i < r->nworkers; i++)
		if (strcmp(table->sets[i].worker, r->workers[i]))
			return 0;
	return table->nsets == r->nworkers;
}

/* How long it takes as it is; of a table that has other workers nobody can tell */
static int64_t time_before(const struct rebalance *r)
{
	int64_t load[MARK_SETS_MAX] = { 0 }, most = 0;
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (r->now[i] == BALANCE_NOBODY)
			return 0;
		load[r->now[i]] += r->lengths.ns[i];
		most = load[r->now[i]] > most ? load[r->now[i]] : most;
	}
	return most;
}

static int tell_set(struct rebalance *r, gitperf_set *set, size_t worker)
{
	struct arena *arena = &r->out->arena;
	gitperf_assigned *list;
	size_t i, n = 0;

	for (i = 0; i < r->n; i++)
		n += r->owner[i] == worker;
	set->worker = gitperf_arena_strdup(arena, r->workers[worker]);
	set->is_unknown = !gitperf_queue_worker(r->s.queue, r->workers[worker]);
	set->benchmarks = list = gitperf_arena_array(arena, n, sizeof(*list));
	for (i = 0; list && i < r->n; i++) {
		if (r->owner[i] != worker)
			continue;
		list->name = gitperf_arena_strdup(arena, r->names[i]);
		list->duration_ns = r->lengths.ns[i];
		list->is_known = r->lengths.known[i];
		if (r->was[i] && strcmp(r->was[i], set->worker))
			list->from = gitperf_arena_strdup(arena, r->was[i]);
		r->out->balance.moves += list->from != NULL;
		set->duration_ns += list->duration_ns;
		set->n++;
		list++;
	}
	return gitperf_arena_check(arena);
}

static int tell(struct rebalance *r, const struct balance *b)
{
	gitperf_balance *out = &r->out->balance;
	gitperf_set *sets;
	size_t i;
	int err = 0;

	gitperf_arena_free(&r->out->arena);
	memset(out, 0, sizeof(*out));
	out->platform = gitperf_arena_strdup(&r->out->arena, r->platform);
	out->sets = sets = gitperf_arena_array(&r->out->arena, r->nworkers, sizeof(*sets));
	out->nsets = r->nworkers;
	out->benchmarks = r->n;
	out->duration_ns = b->makespan;
	out->lpt_ns = b->lpt;
	out->before_ns = time_before(r);
	out->runs = r->lengths.runs;
	out->is_fewest = b->is_fewest;
	out->is_first = !r->table->mark.nsets;
	out->heads = r->table->nheads;
	if (!sets)
		return gitperf_fail_oom();
	for (i = 0; i < r->nworkers && !err; i++)
		err = tell_set(r, &sets[i], i);
	/* of several tables, one is made */
	out->is_new = out->moves || out->heads > 1 || !has_same_workers(r);
	return err;
}

/* Once there is a table, what is there counts; else nothing does */
static int divide(struct rebalance *r)
{
	struct balance b = { .durations = r->lengths.ns, .n = r->n, .workers = r->nworkers, .now = r->now, .owner = r->owner };
	int err;

	if (!r->nworkers)
		return tell(r, &b);
	err = r->table->mark.nsets ? gitperf_balance_move(&b) : gitperf_balance_lpt(&b);
	return err < 0 ? err : tell(r, &b);
}

/* --- Writing it down --- */

/* What older commits have, and today's suite has not, stays whose it was */
static int list_set(struct mark_set *out, struct rebalance *r, size_t worker)
{
	const struct mark *table = &r->table->mark;
	const char **list = NULL;
	size_t i, j;
	int err = 0;

	for (i = 0; i < r->n && !err; i++)
		if (r->owner[i] == worker)
			err = add_text(&r->arena, &list, &out->n, r->names[i]);
	for (i = 0; i < table->nsets && !err; i++) {
		const struct mark_set *old = &table->sets[i];

		for (j = 0; j < old->n && !err && !strcmp(old->worker, r->workers[worker]); j++)
			if (!find_text(old->benchmarks[j], r->names, r->n))
				err = add_text(&r->arena, &list, &out->n, old->benchmarks[j]);
	}
	out->worker = r->workers[worker];
	out->n = sort_texts(list, out->n);
	out->benchmarks = list;
	return err;
}

static int write_mark(struct additions *adds, struct rebalance *r)
{
	struct mark mark = { .kind = MARK_SETS, .platform = r->platform, .made = gitperf_time_now(),
			     .by = r->by.len ? r->by.ptr : NULL, .tool = "git-perf " GITPERF_VERSION,
			     .supersedes = r->table->heads, .nsupersedes = r->table->nheads, .nsets = r->nworkers };
	struct mark_set *sets = gitperf_arena_array(&r->arena, r->nworkers, sizeof(*sets));
	size_t i;
	int err = sets ? 0 : gitperf_fail_oom();

	mark.sets = sets;
	for (i = 0; i < r->nworkers && !err; i++)
		err = list_set(&sets[i], r, i);
	return err < 0 ? err : gitperf_marks_write(adds, r->s.repo, &mark);
}

/* 1: it is there; 0: somebody was faster, and may have made a table */
static int write_table(struct rebalance *r)
{
	struct additions adds = ADDITIONS_INIT;
	int err = write_mark(&adds, r);

	if (!err && r->s.is_remote)
		err = gitperf_remote_again(&r->s.remote, gitperf_remote_try(&r->s.remote, &adds, NULL, 0));
	else if (!err && !(err = gitperf_decide_here(r->s.repo, &adds, r->s.opts->events)))
		err = 1;
	gitperf_additions_free(&adds);
	return err;
}

static void forget(struct rebalance *r)
{
	gitperf_arena_free(&r->arena);
	gitperf_lengths_free(&r->lengths);
	r->workers = r->names = NULL;
	r->nworkers = r->n = 0;
}

/* One attempt: 1, or 0 when somebody was faster */
static int attempt(struct rebalance *r)
{
	int err;

	forget(r);
	if ((err = choose_platform(r)) < 0 ||
	    (err = gitperf_divide_table(&r->table, &r->s, r->platform)) < 0 ||
	    (err = find_workers(r)) < 0 || (err = find_names(r)) < 0 ||
	    (err = find_owners(r)) < 0 || (err = look_at_lengths(r)) < 0 || (err = divide(r)) < 0)
		return err;
	return r->s.opts->dry_run || !r->out->balance.is_new ? 1 : write_table(r);
}

int gitperf_rebalance(gitperf_balance **out, gitperf_repo *repo, const gitperf_rebalance_options *opts)
{
	static const gitperf_rebalance_options usual = GITPERF_REBALANCE_OPTIONS_INIT;
	struct rebalance r = { .opts = opts ? opts : &usual, .by = GITPERF_BUFFER_INIT,
			       .out = calloc(1, sizeof(*r.out)) };
	int err = r.out ? gitperf_repo__who(&r.by, repo) : gitperf_fail_oom();

	*out = NULL;
	r.s.lock.fd = -1;
	if (err >= 0)
		err = gitperf_schedule_open(&r.s, repo, r.opts->schedule);
	while (!err && !(err = gitperf_schedule_look(&r.s)))
		err = attempt(&r);
	forget(&r);
	gitperf_schedule_close(&r.s);
	gitperf_buffer_dispose(&r.by);
	if (err < 0)
		gitperf_balance_free(r.out ? &r.out->balance : NULL);
	else
		*out = &r.out->balance;
	return err < 0 ? err : 0;
}

void gitperf_balance_free(gitperf_balance *balance)
{
	struct owned_balance *owned = (struct owned_balance *)balance;

	if (!owned)
		return;
	gitperf_arena_free(&owned->arena);
	free(owned);
}
