/*
 * coverage.c - what became of each commit of the trunk
 *
 * Nothing is read of records but their names, and of commits but the way from one
 * to the next. The whole trunk is looked at, whatever is asked for: what stands for
 * a commit may be outside of a range.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "query/coverage.h"

#define MS INT64_C(1000000)

/* What is told of a commit on a platform, 24 bytes, is held so many times at most */
#define FATES_MAX ((size_t)40 << 20)

struct loader {
	struct gitperf_coverage *c;
	gitperf_repo *repo;
	gitperf_store *store;
	const gitperf_coverage_options *opts;
	struct coverage_plan *plan;
	size_t entry;                  /* of the store: where the next platform's are */
	unsigned char *known;          /* FATE_*, of each commit */
	int is_fresh;                  /* it says nothing of a platform yet */
	struct covered_platform blank; /* one that nothing is known of; without a name */
	size_t nfates, nleft;          /* so many are held, so many platforms are not */
};

const char *gitperf_fate_name(gitperf_fate fate)
{
	static const char *const names[] = { "measured", "pending", "failed", "represented", "skipped" };

	return names[fate];
}

uint32_t gitperf_coverage__number(const struct gitperf_coverage *c, const char *id)
{
	const size_t *number = gitperf_map_get(&c->numbers, id, GITPERF_ID_SIZE - 1);

	return number ? (uint32_t)*number : FATE_NONE;
}

/* --- The trunk ------------------------------------------------------------ */

/* Of a remote that nothing was fetched from yet nothing is known here */
static int open_trunk(struct loader *l)
{
	gitperf_buffer remote = GITPERF_BUFFER_INIT;
	int err, is_named = 0;

	if (l->opts->remote)
		return gitperf_trunk_open(&l->c->source, l->repo, l->opts->remote, NULL);
	err = gitperf_repo_remote(&remote, l->repo);
	if (!err && (is_named = gitperf_repo__is_named(l->repo, remote.ptr)) > 0)
		err = gitperf_trunk_open(&l->c->source, l->repo, remote.ptr, NULL);
	if (is_named < 0)
		err = is_named;
	else if (err == GITPERF_ENOTFOUND || (!err && !is_named))
		err = gitperf_trunk_open(&l->c->source, l->repo, NULL, NULL);
	gitperf_buffer_dispose(&remote);
	return err;
}

static int number_commits(struct gitperf_coverage *c)
{
	size_t i;
	int err = 0;

	c->ids = gitperf_arena_array(&c->arena, c->chain.n, sizeof(*c->ids));
	for (i = 0; i < c->chain.n && c->ids && !err; i++) {
		git_oid_tostr(c->ids[i], sizeof(c->ids[i]), &c->chain.links[i].id);
		err = gitperf_map_put(&c->numbers, c->ids[i], GITPERF_ID_SIZE - 1, i);
	}
	return err < 0 ? err : gitperf_arena_check(&c->arena);
}

static int load_trunk(struct loader *l)
{
	struct gitperf_coverage *c = l->c;
	int err = open_trunk(l);

	if (err < 0)
		return err;
	c->trunk = gitperf_arena_strdup(&c->arena, l->c->source.name);
	if ((err = gitperf_chain_load(&c->chain, l->repo, l->c->source.head, 0)) < 0 ||
	    (err = number_commits(c)) < 0)
		return err;
	l->known = gitperf_arena_alloc(&c->arena, c->chain.n);
	return gitperf_arena_check(&c->arena);
}

/* Of a range, what the trunk has, too: another branch leaves it somewhere */
static int mark_range(unsigned char *wanted, struct loader *l)
{
	struct chain range = { 0 };
	char id[GITPERF_ID_SIZE];
	size_t i;
	int err = 0;

	if (!l->opts->range) {
		memset(wanted, 1, l->c->chain.n);
		return 0;
	}
	err = gitperf_chain_load(&range, l->repo, l->opts->range, 0);
	for (i = 0; i < range.n && !err; i++) {
		uint32_t number;

		git_oid_tostr(id, sizeof(id), &range.links[i].id);
		number = gitperf_coverage__number(l->c, id);
		if (number != FATE_NONE)
			wanted[number] = 1;
	}
	gitperf_chain_free(&range);
	return err;
}

/* One by one, as one commit whose clock was wrong says nothing of those behind it */
static int choose_shown(struct loader *l)
{
	struct gitperf_coverage *c = l->c;
	unsigned char *wanted = l->known;
	size_t i;
	int err = mark_range(wanted, l);

	c->shown = gitperf_arena_array(&c->arena, c->chain.n, sizeof(*c->shown));
	for (i = 0; i < c->chain.n && c->shown && !err; i++)
		if (wanted[i] && c->chain.links[i].time >= l->opts->since)
			c->shown[c->nshown++] = (uint32_t)i;
	return err < 0 ? err : gitperf_arena_check(&c->arena);
}

/* --- Platforms ------------------------------------------------------------ */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int add_name(const char ***list, size_t *n, struct arena *arena, const char *name)
{
	const char **grown = gitperf_arena_grow(arena, *list, *n, sizeof(*grown));

	if (!grown)
		return gitperf_fail_oom();
	*list = grown;
	grown[(*n)++] = gitperf_arena_strdup(arena, name);
	return gitperf_arena_check(arena);
}

static int list_platforms(const char ***list, size_t *n, struct loader *l)
{
	const gitperf_policy *policy = l->c->source.policy;
	struct arena *arena = &l->c->arena;
	const char *last = "";
	size_t i;
	int err = 0;

	for (i = 0; i < policy->nplatforms && !err; i++)
		err = add_name(list, n, arena, policy->platforms[i].name);
	for (i = 0; i < gitperf_store_count(l->store) && !err; i++) {
		const char *name = gitperf_store_entry(l->store, i)->platform;

		if (strcmp(name, last))
			err = add_name(list, n, arena, name);
		last = name;
	}
	return err < 0 ? err : gitperf_coverage_plan__platforms(list, n, l->plan);
}

static const gitperf_policy_platform *find_policy(const struct loader *l, const char *name)
{
	const gitperf_policy *policy = l->c->source.policy;
	size_t i;

	for (i = 0; i < policy->nplatforms; i++)
		if (!strcmp(policy->platforms[i].name, name))
			return &policy->platforms[i];
	return NULL;
}

static int make_platforms(struct loader *l)
{
	struct gitperf_coverage *c = l->c;
	const gitperf_policy_platform *policy;
	const char **names = NULL;
	size_t n = 0, i;
	int err = list_platforms(&names, &n, l);

	if (err < 0)
		return err;
	if (n)
		qsort(names, n, sizeof(*names), compare_names);
	c->platforms = gitperf_arena_array(&c->arena, n, sizeof(*c->platforms));
	for (i = 0; i < n && c->platforms; i++) {
		gitperf_platform_coverage *p = &c->platforms[c->nplatforms].public;

		if ((i && !strcmp(names[i - 1], names[i])) ||
		    (l->opts->platform && strcmp(l->opts->platform, names[i])))
			continue;
		p->name = names[i];
		p->is_required = (policy = find_policy(l, names[i])) && policy->required;
		c->nplatforms++;
	}
	return gitperf_arena_check(&c->arena);
}

/* --- What became of the commits ------------------------------------------- */

static void know_nothing(struct loader *l)
{
	const struct gitperf_coverage *c = l->c;
	size_t i;

	for (i = 0; i < c->chain.n && !l->is_fresh; i++)
		l->known[i] = c->chain.links[i].is_merge ? FATE_IS_MERGE : 0;
	l->is_fresh = 1;
}

/* Entries come by platform, as platforms do, and then by commit; 1: there are some */
static int know_records(struct loader *l, const char *platform)
{
	const char *last = "";
	uint32_t commit = FATE_NONE;
	int diff, found = 0;

	for (; l->entry < gitperf_store_count(l->store); l->entry++) {
		const gitperf_entry *entry = gitperf_store_entry(l->store, l->entry);

		if ((diff = strcmp(entry->platform, platform)) > 0)
			break;
		if (diff < 0)
			continue;
		if (strcmp(entry->commit, last))
			commit = gitperf_coverage__number(l->c, entry->commit);
		last = entry->commit;
		if (commit == FATE_NONE)
			continue;
		l->known[commit] |= entry->outcome == GITPERF_OUTCOME_FAILED ?
			FATE_HAS_FAILURE : FATE_HAS_RESULT;
		found = 1;
	}
	return found;
}

static int count_fates(struct gitperf_coverage *c, struct covered_platform *p)
{
	gitperf_gap *gaps;
	size_t i;
	int err = gitperf_fates__gaps(&gaps, &p->public.ngaps, &c->arena, p->fates, c->shown, c->nshown);

	for (i = 0; i < c->nshown; i++) {
		p->public.counts[p->fates[c->shown[i]].fate]++;
		p->public.covered += (size_t)gitperf_fates__is_covered(p->fates, c->shown[i]);
	}
	for (i = 0; i < p->public.ngaps && !err; i++) {
		uint32_t oldest = c->shown[gaps[i].first + gaps[i].commits - 1];
		int64_t age = c->now / MS - c->chain.links[oldest].time / MS;

		gaps[i].age_ms = age > 0 ? age : 0;
	}
	p->public.gaps = gaps;
	return err;
}

static int settle_platform(struct loader *l, struct covered_platform *p)
{
	struct gitperf_coverage *c = l->c;
	struct fate *fates = gitperf_arena_array(&c->arena, c->chain.n, sizeof(*fates));
	int err;

	if (!fates)
		return gitperf_fail_oom();
	l->nfates += c->chain.n;
	p->fates = fates;
	err = gitperf_fates__settle(fates, l->known, c->chain.n, p->decisions, p->ndecisions);
	return err < 0 ? err : count_fates(c, p);
}

/* Names cost nothing, and anybody may push as many as they like: those share one answer */
static int share_blank(struct loader *l, struct covered_platform *p)
{
	const char *name = p->public.name;
	int err, is_required = p->public.is_required;

	if (!l->blank.fates && (err = settle_platform(l, &l->blank)) < 0)
		return err;
	*p = l->blank;
	p->public.name = name;
	p->public.is_required = is_required;
	return 0;
}

/* 1; 0: there is no room for it. What the policy names is as many as somebody wants */
static int load_platform(struct loader *l, struct covered_platform *p)
{
	int err, known;

	know_nothing(l);
	known = know_records(l, p->public.name);
	l->is_fresh = !known;
	if ((err = gitperf_coverage_plan__load(p, l->known, l->plan)) < 0)
		return err;
	l->is_fresh &= !err;
	if (l->is_fresh)
		err = share_blank(l, p);
	else if (l->nfates && l->nfates + l->c->chain.n > FATES_MAX && !find_policy(l, p->public.name))
		return 0;
	else
		err = settle_platform(l, p);
	return err < 0 ? err : 1;
}

static int load_platforms(struct loader *l)
{
	struct gitperf_coverage *c = l->c;
	size_t i, kept = 0;
	int loaded = 0;

	for (i = 0; i < c->nplatforms && loaded >= 0; i++) {
		loaded = load_platform(l, &c->platforms[i]);
		if (loaded > 0)
			c->platforms[kept++] = c->platforms[i];
	}
	l->nleft = c->nplatforms - kept;
	c->nplatforms = kept;
	return loaded < 0 ? loaded : 0;
}

static void warn_left_out(const struct loader *l)
{
	const gitperf_events *events = l->opts->events;
	char message[160];

	if (!l->nleft || !events || !events->warning)
		return;
	snprintf(message, sizeof(message), "%zu of %zu platforms are left out: with %zu commits each they are too many",
		 l->nleft, l->nleft + l->c->nplatforms, l->c->chain.n);
	events->warning(events->payload, message, "git perf coverage --platform=<name> shows one; those that .gitperf names are never left out");
}

static int load(struct loader *l)
{
	struct gitperf_coverage *c = l->c;
	int err;

	c->now = gitperf_time_now();
	if ((err = load_trunk(l)) < 0 || (err = choose_shown(l)) < 0 ||
	    (err = gitperf_coverage_plan__open(&l->plan, c, l->repo, l->store, l->opts->events)) < 0 ||
	    (err = make_platforms(l)) < 0)
		return err;
	if (!(err = load_platforms(l)))
		warn_left_out(l);
	return err;
}

int gitperf_coverage_load(gitperf_coverage **out, gitperf_repo *repo, gitperf_store *store,
			  const gitperf_coverage_options *options)
{
	static const gitperf_coverage_options usual = GITPERF_COVERAGE_OPTIONS_INIT;
	struct gitperf_coverage *c = calloc(1, sizeof(*c));
	struct loader l = { .c = c, .repo = repo, .store = store,
			    .opts = options ? options : &usual };
	int err;

	*out = NULL;
	if (!c)
		return gitperf_fail_oom();
	err = load(&l);
	gitperf_coverage_plan__close(l.plan);
	if (err < 0)
		gitperf_coverage_free(c);
	else
		*out = c;
	return err;
}

void gitperf_coverage_free(gitperf_coverage *c)
{
	if (!c)
		return;
	gitperf_trunk_close(&c->source);
	gitperf_chain_free(&c->chain);
	gitperf_map_free(&c->numbers);
	gitperf_arena_free(&c->arena);
	free(c);
}

/* --- To be asked ---------------------------------------------------------- */

const char *gitperf_coverage_trunk(const gitperf_coverage *c)
{
	return c->trunk;
}

size_t gitperf_coverage_ncommits(const gitperf_coverage *c)
{
	return c->nshown;
}

const char *gitperf_coverage_commit(const gitperf_coverage *c, size_t i, gitperf_time *time)
{
	if (time)
		*time = c->chain.links[c->shown[i]].time;
	return c->ids[c->shown[i]];
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

int gitperf_coverage_find(size_t *commit, const gitperf_coverage *c, const char *id)
{
	uint32_t number = gitperf_coverage__number(c, id);
	const uint32_t *at = c->nshown ? bsearch(&number, c->shown, c->nshown, sizeof(*at), compare_numbers) : NULL;

	if (at)
		*commit = (size_t)(at - c->shown);
	return at != NULL;
}

size_t gitperf_coverage_nplatforms(const gitperf_coverage *c)
{
	return c->nplatforms;
}

const gitperf_platform_coverage *gitperf_coverage_platform(const gitperf_coverage *c, size_t platform)
{
	return &c->platforms[platform].public;
}

void gitperf_coverage_outlook(gitperf_outlook *out, const gitperf_coverage *c, size_t platform,
			      size_t commit)
{
	const struct covered_platform *p = &c->platforms[platform];
	const struct fate *f = &p->fates[c->shown[commit]];

	memset(out, 0, sizeof(*out));
	out->fate = f->fate;
	out->why = f->why;
	out->depth = -1;
	if (f->by != FATE_NONE) {
		out->by = c->ids[f->by];
		out->by_fate = p->fates[f->by].fate;
		out->later = c->shown[commit] - f->by;
	}
	if (f->decision != FATE_NONE) {
		out->depth = p->decisions[f->decision].depth;
		out->window_ms = p->decisions[f->decision].window_ms;
	}
}

size_t gitperf_coverage_range(const gitperf_coverage *c, size_t platform, size_t commit)
{
	return gitperf_fates__range(c->platforms[platform].fates, c->chain.n, c->shown[commit]);
}

const char *gitperf_coverage_oldest(const gitperf_coverage *c, size_t platform, size_t commit)
{
	size_t range = gitperf_coverage_range(c, platform, commit);

	return c->ids[c->shown[commit] + (range ? range - 1 : 0)];
}
