/*
 * everywhere.c - all measured commits, on whatever branch
 *
 * Without a range there is no chain. Each commit has the nearest measured one
 * along its own first parents below it, so these form a forest, and a point is
 * compared with the nearest one of its series on the way down. Every commit of
 * the history is read once, and in no series is a way gone twice.
 */
#include "base/compat.h"
#include "base/error.h"
#include "git/git.h"
#include "query/log.h"

#define NOWHERE SIZE_MAX

static int compare_ids(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int is_wanted(const struct loader *l, const gitperf_entry *entry)
{
	return !l->query->platform || !strcmp(l->query->platform, entry->platform);
}

/* The ids of all commits with records, each once; *n of them */
static int list_ids(char (**out)[GITPERF_ID_SIZE], size_t *n, const struct loader *l)
{
	size_t i, most = gitperf_store_count(l->store), found = 0;
	char (*ids)[GITPERF_ID_SIZE] = calloc(most + 1, sizeof(*ids));

	if (!ids)
		return gitperf_fail_oom();
	for (i = 0; i < most; i++) {
		const gitperf_entry *entry = gitperf_store_entry(l->store, i);

		if (is_wanted(l, entry) && (!found || strcmp(ids[found - 1], entry->commit)))
			memcpy(ids[found++], entry->commit, sizeof(*ids));
	}
	/* a commit comes again with the next platform */
	if (found)
		qsort(ids, found, sizeof(*ids), compare_ids);
	for (i = *n = 0; i < found; i++)
		if (!*n || strcmp(ids[*n - 1], ids[i]))
			memmove(ids[(*n)++], ids[i], sizeof(*ids));
	*out = ids;
	return 0;
}

static size_t count_records(const struct loader *l, const char *id)
{
	size_t i, n = gitperf_store_count(l->store), records = 0, count;

	for (i = 0; i < n;) {
		const gitperf_entry *entry = gitperf_store_entry(l->store, i);

		gitperf_store_lookup(l->store, entry->platform, id, &count);
		records += is_wanted(l, entry) ? count : 0;
		/* behind all hex digits: on to the next platform */
		i = gitperf_store_lookup(l->store, entry->platform, "g", &count);
	}
	return records;
}

/* Read a commit, and go down from it to the next that was measured */
static int add_commit(struct loader *l, struct map *measured, struct map *passed,
		      size_t i)
{
	gitperf_log *log = l->log;
	char id[GITPERF_ID_SIZE], parent[GITPERF_ID_SIZE];
	gitperf_commit *commit = &log->commits[i], below;
	size_t *found;
	int err = gitperf_repo__look(&below, parent, l->repo, commit->id);

	log->below[i] = NOWHERE;
	if (err > 0) {
		*commit = below;
		commit->subject = gitperf_arena_strdup(&log->arena, below.subject);
	} else if (!err) {
		log->tally.unknown_commits += count_records(l, commit->id);
	}
	while (err > 0 && *parent) {
		if ((found = gitperf_map_get(measured, parent, 40))) {
			log->below[i] = *found;
			break;
		}
		/* from here on it is the way of another, which has arrived */
		if ((found = gitperf_map_get(passed, parent, 40))) {
			log->below[i] = log->below[*found];
			break;
		}
		memcpy(id, parent, sizeof(id));
		err = gitperf_map_put(passed, id, 40, i);
		if (!err)
			err = gitperf_repo__look(&below, parent, l->repo, id);
	}
	return err < 0 ? err : gitperf_arena_check(&log->arena);
}

int gitperf_log__load_everywhere(struct loader *l)
{
	gitperf_log *log = l->log;
	char (*ids)[GITPERF_ID_SIZE] = NULL;
	struct map measured = { 0 }, passed = { 0 };
	size_t i, n = 0;
	int err = list_ids(&ids, &n, l);

	if (!err) {
		log->commits = calloc(n + 1, sizeof(*log->commits));
		log->below = gitperf_arena_array(&log->arena, n + 1, sizeof(*log->below));
		l->nearest = calloc(n + 1, sizeof(*l->nearest));
		if (!log->commits || !log->below || !l->nearest)
			err = gitperf_fail_oom();
	}
	for (i = 0; i < n && !err; i++) {
		memcpy(log->commits[i].id, ids[i], sizeof(*ids));
		log->commits[i].subject = "";
		err = gitperf_map_put(&measured, ids[i], 40, i);
	}
	for (i = 0; i < n && !err; i++)
		err = add_commit(l, &measured, &passed, i);
	log->ncommits = log->nchain = err < 0 ? 0 : n;
	gitperf_map_free(&measured);
	gitperf_map_free(&passed);
	free(ids);
	return err;
}

void gitperf_log__mark_points(struct loader *l, const struct series *s)
{
	size_t i;

	for (i = 0; i < s->npoints; i++) {
		struct nearest *n = &l->nearest[s->points[i].public.commit];

		n->series = s;
		n->point = i;
	}
}

struct point *gitperf_log__point_below(struct loader *l, const struct series *s,
				       size_t i)
{
	const size_t *below = l->log->below;
	size_t from = below[s->points[i].public.commit], c, next, found;

	for (c = from; c != NOWHERE && l->nearest[c].series != s; c = below[c])
		;
	found = c == NOWHERE ? NOWHERE : l->nearest[c].point;
	/* whoever comes this way again knows at once */
	for (c = from; c != NOWHERE && l->nearest[c].series != s; c = next) {
		next = below[c];
		l->nearest[c].series = s;
		l->nearest[c].point = found;
	}
	return found == NOWHERE ? NULL : &s->points[found];
}
