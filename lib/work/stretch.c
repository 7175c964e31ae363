/*
 * stretch.c - how far back planning has to look, on each platform
 *
 * Mostly the newest commit that was decided about is a few steps back, and nothing
 * else is read. If it is not on the way at all, the trunk was rewritten; then the
 * decisions themselves tell where the last one is that still holds.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "git/walk.h"
#include "store/decisions.h"
#include "work/schedule.h"

#include <ctype.h>
#include <strings.h>

#define UNKNOWN SIZE_MAX

struct search {
	struct stretches *out;
	struct arena *arena;
	struct schedule *s;
	struct map marks;              /* commits that a reference marks */
	size_t unknown;                /* stretches whose end was not found yet */
};

/* --- Marks --- */

/* "[bench]" anywhere in a message, or "Benchmark: yes" on a line of its own */
static int is_marked_by(const char *message)
{
	static const char trailer[] = "benchmark:";
	const char *line;

	if (strstr(message, "[bench]"))
		return 1;
	for (line = message; *line; line = gitperf_next_line(line)) {
		const char *value = line + strlen(trailer);

		if (strncasecmp(line, trailer, strlen(trailer)))
			continue;
		value += strspn(value, " \t");
		if (!strncasecmp(value, "yes", 3) && !isalnum((unsigned char)value[3]))
			return 1;
	}
	return 0;
}

static int is_heeded(const struct queue *q, const char *commit)
{
	size_t lo = 0, hi = q->nmarked;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int diff = strcmp(q->marked[mid], commit);

		if (!diff)
			return 1;
		if (diff < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return 0;
}

/* What a mark of ours names, if it is a commit; what is new there goes to `wanted` */
static int add_mark(struct search *x, const char *id)
{
	char commit[GITPERF_ID_SIZE];
	const char **grown;
	int err;

	if (gitperf_repo_resolve(commit, x->s->repo, id) < 0 ||
	    gitperf_map_get(&x->marks, commit, GITPERF_ID_SIZE - 1))
		return 0;
	if ((err = gitperf_map_put(&x->marks, commit, GITPERF_ID_SIZE - 1, 0)) < 0)
		return err;
	grown = gitperf_arena_grow(x->arena, x->out->wanted, x->out->nwanted, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	x->out->wanted = grown;
	grown[x->out->nwanted++] = gitperf_arena_strdup(x->arena, commit);
	return gitperf_arena_check(x->arena);
}

/* A mark that was taken away may be set again one day, and is heeded then */
static void forget_marks(struct search *x)
{
	struct queue *q = x->s->queue;
	size_t i, n = 0;

	for (i = 0; i < q->nmarked; i++)
		if (gitperf_map_get(&x->marks, q->marked[i], GITPERF_ID_SIZE - 1))
			q->marked[n++] = q->marked[i];
	q->nmarked = n;
}

static int list_marks(struct search *x)
{
	static const char marks[] = "refs/tags/bench";
	gitperf_buffer prefix = GITPERF_BUFFER_INIT;
	struct listed_ref *refs = NULL;
	size_t i, n = 0;
	int err = 0;

	if (x->s->is_remote)
		err = gitperf_repo__remote_ref(&prefix, x->s->repo, x->s->remote.name.ptr, marks);
	else
		gitperf_buf_adds(&prefix, marks);
	if (!err && !(err = gitperf_buf_check(&prefix)))
		err = gitperf_refs_list(&refs, &n, x->arena, x->s->repo, prefix.ptr);
	for (i = 0; i < n && !err; i++)
		err = add_mark(x, refs[i].id);
	gitperf_buffer_dispose(&prefix);
	if (!err)
		forget_marks(x);
	return err;
}

/* --- Platforms --- */

static const char *planned_head(const struct queue *q, const char *platform)
{
	size_t i;

	for (i = 0; i < q->nstates; i++)
		if (!strcmp(q->states[i].platform, platform))
			return q->states[i].head;
	return NULL;
}

static int add_stretch(struct search *x, const char *platform, const gitperf_policy_platform *policy)
{
	struct stretch *grown;
	size_t i;

	for (i = 0; i < x->out->nlist; i++)
		if (!strcmp(x->out->list[i].platform, platform))
			return 0;
	grown = gitperf_arena_grow(x->arena, x->out->list, x->out->nlist, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	x->out->list = grown;
	grown = memset(grown + x->out->nlist++, 0, sizeof(*grown));
	grown->platform = gitperf_arena_strdup(x->arena, platform);
	grown->policy = policy;
	grown->head = planned_head(x->s->queue, platform);
	grown->fresh = UNKNOWN;
	return gitperf_arena_check(x->arena);
}

static int add_found(void *payload, const char *platform)
{
	return add_stretch(payload, platform, NULL);
}

/* Those that the policy names; where it names none, those that somebody measures on */
static int list_platforms(struct search *x)
{
	const gitperf_policy *policy = x->s->trunk.policy;
	size_t i;
	int err = 0;

	for (i = 0; i < policy->nplatforms && !err; i++)
		err = add_stretch(x, policy->platforms[i].name, &policy->platforms[i]);
	if (!err && !policy->nplatforms)
		err = gitperf_peek_platforms(&x->s->data, add_found, x);
	if (!err && !x->out->nlist)
		err = gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "there is no platform to plan for: '%s' names none, "
						"and there is no result yet", x->s->trunk.name),
				   "add [platform \"<name>\"] to .gitperf there, or measure a commit and share it: git perf run, git perf push");
	return err;
}

/* --- The way back --- */

static int add_stop(struct search *x, const struct walked *commit)
{
	struct stretches *out = x->out;
	struct stop *stop;

	if (out->n == out->room) {
		size_t room = out->room ? 2 * out->room : 64;

		stop = realloc(out->chain, room * sizeof(*stop));
		if (!stop)
			return gitperf_fail_oom();
		out->chain = stop;
		out->room = room;
	}
	stop = &out->chain[out->n++];
	memcpy(stop->id, commit->id, sizeof(stop->id));
	stop->is_merge = commit->is_merge;
	stop->is_marked = is_marked_by(commit->message) ||
		gitperf_map_get(&x->marks, commit->id, GITPERF_ID_SIZE - 1);
	return 0;
}

static void end_stretch(struct search *x, struct stretch *stretch, size_t fresh, const char *base)
{
	stretch->fresh = fresh;
	stretch->base = base;
	x->unknown--;
}

/* 1 when every platform's end has been found */
static int visit(void *payload, const struct walked *commit)
{
	struct search *x = payload;
	size_t i;

	for (i = 0; i < x->out->nlist; i++) {
		struct stretch *stretch = &x->out->list[i];

		if (stretch->fresh == UNKNOWN && stretch->head && !strcmp(stretch->head, commit->id))
			end_stretch(x, stretch, x->out->n, gitperf_arena_strdup(x->arena, commit->id));
	}
	/* what is new everywhere begins with the head */
	return x->unknown || !x->out->n ? add_stop(x, commit) : 1;
}

static int fail_edge(const struct schedule *s)
{
	gitperf_fail(GITPERF_ENOTFOUND, "the history of '%s' ends in this clone before what was planned last", s->trunk.name);
	return gitperf_hint(GITPERF_ENOTFOUND, "git fetch --unshallow, or --shallow-since=<date>; in CI, check out with the whole history");
}

/* Commits on the branch, or in the queue, that a decision for a platform ends at */
static int list_decided(struct map *out, struct search *x, const char *platform)
{
	struct decision_name *names;
	const struct peek *data = &x->s->data;
	size_t i, n;
	int err = gitperf_decisions_list(&names, &n, x->arena, x->s->repo, data->trees,
					 ARRAY_SIZE(data->trees), platform);

	for (i = 0; i < n && !err; i++)
		if (!gitperf_map_get(out, names[i].head, GITPERF_ID_SIZE - 1))
			err = gitperf_map_put(out, names[i].head, GITPERF_ID_SIZE - 1, 0);
	for (i = 0; i < x->s->queue->nwaiting && !err; i++) {
		const gitperf_decision *d = &x->s->queue->waiting[i].decision;

		if (!strcmp(d->platform, platform) && !gitperf_map_get(out, d->head, GITPERF_ID_SIZE - 1))
			err = gitperf_map_put(out, d->head, GITPERF_ID_SIZE - 1, 0);
	}
	return err;
}

/* Nobody knows how far planning was: the newest commit that a decision ends at */
static int find_decided(struct search *x, struct stretch *stretch, const struct map *decided)
{
	size_t i;

	stretch->is_rewritten = stretch->head != NULL;
	for (i = 0; i < x->out->n; i++)
		if (gitperf_map_get((struct map *)decided, x->out->chain[i].id, GITPERF_ID_SIZE - 1))
			break;
	/* nothing of what was decided is left: begin with the newest */
	if (i == x->out->n)
		end_stretch(x, stretch, 1, NULL);
	else
		end_stretch(x, stretch, i, gitperf_arena_strdup(x->arena, x->out->chain[i].id));
	return gitperf_arena_check(x->arena);
}

/* A platform that nothing was ever planned for begins with the newest commit */
static int begin_new(struct search *x)
{
	size_t i;
	int err = 0;

	for (i = 0; i < x->out->nlist && !err; i++) {
		struct map decided = { 0 };
		struct stretch *stretch = &x->out->list[i];

		if (stretch->head)
			continue;
		if (!(err = list_decided(&decided, x, stretch->platform)) && !decided.n)
			end_stretch(x, stretch, 1, NULL);
		gitperf_map_free(&decided);
	}
	return err;
}

static int find_rest(struct search *x)
{
	size_t i;
	int err = 0;

	for (i = 0; i < x->out->nlist && !err; i++) {
		struct map decided = { 0 };

		if (x->out->list[i].fresh != UNKNOWN)
			continue;
		if (!(err = list_decided(&decided, x, x->out->list[i].platform)))
			err = find_decided(x, &x->out->list[i], &decided);
		gitperf_map_free(&decided);
	}
	return err;
}

static void drop_heeded(struct stretches *out, const struct queue *q)
{
	size_t i, n = 0;

	for (i = 0; i < out->nwanted; i++)
		if (!is_heeded(q, out->wanted[i]))
			out->wanted[n++] = out->wanted[i];
	out->nwanted = n;
}

static int look_back(struct search *x)
{
	int end;

	x->unknown = x->out->nlist;
	if ((end = begin_new(x)) < 0)
		return end;
	end = gitperf_walk(x->s->repo, x->s->trunk.head, visit, x);
	if (end == WALK_EDGE && x->unknown)
		return fail_edge(x->s);
	return end < 0 ? end : find_rest(x);
}

int gitperf_stretches_find(struct stretches *out, struct arena *arena, struct schedule *s)
{
	struct search x = { .out = out, .arena = arena, .s = s };
	int err;

	memset(out, 0, sizeof(*out));
	if ((err = list_platforms(&x)) >= 0 &&
	    (!(s->trunk.policy->how & GITPERF_PLAN_TAGGED) || (err = list_marks(&x)) >= 0) &&
	    (err = look_back(&x)) >= 0)
		drop_heeded(out, s->queue);
	gitperf_map_free(&x.marks);
	return err;
}

void gitperf_stretches_free(struct stretches *stretches)
{
	free(stretches->chain);
	memset(stretches, 0, sizeof(*stretches));
}
