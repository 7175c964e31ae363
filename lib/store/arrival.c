/*
 * arrival.c - all lanes that have arrived, and what becomes of each
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/lane.h"

#define DEFAULT_RECORDS 1000
#define DEFAULT_BYTES (64 << 20)
/* of all lanes of one collection, which are in memory together */
#define DEFAULT_AT_ONCE (256 << 20)

/* References cost nothing: the same delivery, sent again, is looked at once */
static const struct lane *find_twin(const struct lanes *all, const struct lane *lane)
{
	size_t len = strlen(lane->name) - strlen(strrchr(lane->name, '/'));
	const struct lane *other;

	for (other = all->list; other < lane; other++)
		if (git_oid_equal(&other->oid, &lane->oid) && !strncmp(other->name, lane->name, len + 1))
			return other;
	return NULL;
}

static int judge(struct lane *lane, struct lanes *all, gitperf_batch *batch,
		 gitperf_repo *repo, const struct lane_rules *rules)
{
	const struct lane *twin = find_twin(all, lane);

	if (!twin)
		return gitperf_lane_check(lane, &all->arena, batch, repo, rules);
	lane->fate = twin->fate;
	lane->problem = twin->problem;
	lane->hint = twin->hint;
	lane->records = twin->records;
	return 0;
}

static int name_lane(struct lane *lane, struct arena *arena, gitperf_repo *repo,
		     const char *prefix, const struct listed_ref *ref)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&name, "%s%s", gitperf_repo__inbox(repo), ref->name + strlen(prefix));
	lane->name = gitperf_arena_strdup(arena, name.ptr);
	lane->local = ref->name;
	memcpy(lane->id, ref->id, sizeof(lane->id));
	git_oid_fromstr(&lane->oid, ref->id);
	err = gitperf_buf_check(&name);
	gitperf_buffer_dispose(&name);
	return err;
}

static int list_lanes(struct lanes *out, gitperf_repo *repo, const char *prefix)
{
	struct listed_ref *refs = NULL;
	size_t n = 0, i;
	int err = gitperf_refs_list(&refs, &n, &out->arena, repo, prefix);

	if (err < 0 || !n)
		return err;
	gitperf_refs_sort(refs, n);
	out->list = gitperf_arena_array(&out->arena, n, sizeof(*out->list));
	if (!out->list)
		return gitperf_fail_oom();
	for (out->n = n, i = 0; i < n && !err; i++)
		err = name_lane(&out->list[i], &out->arena, repo, prefix, &refs[i]);
	return err < 0 ? err : gitperf_arena_check(&out->arena);
}

int gitperf_lanes_exist(gitperf_repo *repo)
{
	struct listed_ref *refs = NULL;
	struct arena arena = ARENA_INIT;
	size_t n = 0;
	int err = gitperf_refs_list(&refs, &n, &arena, repo, gitperf_repo__inbox(repo));

	gitperf_arena_free(&arena);
	return err < 0 ? err : n > 0;
}

static int read_limit(int64_t *out, gitperf_repo *repo, const char *key, int64_t usual)
{
	int found;

	*out = usual;
	found = gitperf_repo_config_int(out, repo, key);
	if (found >= 0 && *out < 1)
		found = gitperf_hint(gitperf_fail(GITPERF_EINVALID, "%s must be at least 1", key),
				     "git config %s %lld", key, (long long)usual);
	return found < 0 ? found : 0;
}

static int read_rules(struct lane_rules *out, int64_t *at_once, gitperf_repo *repo)
{
	int err;

	out->strict = 0;
	if ((err = read_limit(&out->records, repo, "perf.laneRecords", DEFAULT_RECORDS)) < 0 ||
	    (err = read_limit(&out->bytes, repo, "perf.laneBytes", DEFAULT_BYTES)) < 0 ||
	    (err = read_limit(at_once, repo, "perf.collectBytes", DEFAULT_AT_ONCE)) < 0)
		return err;
	err = gitperf_repo_config_bool(&out->strict, repo, "perf.laneStrict");
	return err < 0 ? err : 0;
}

int gitperf_lanes_read(struct lanes *out, gitperf_repo *repo, const char *prefix,
		       gitperf_batch *batch, const gitperf_events *events)
{
	struct lane_rules rules;
	int64_t at_once = 0;
	uint64_t bytes = 0;
	size_t i;
	int err = list_lanes(out, repo, prefix);

	if (!err && out->n)
		err = read_rules(&rules, &at_once, repo);
	for (i = 0; i < out->n && !err; i++) {
		err = judge(&out->list[i], out, batch, repo, &rules);
		bytes += out->list[i].bytes;
		if (bytes > (uint64_t)at_once) {
			out->later = out->n - i - 1;
			out->n = i + 1;
		}
		if (events && events->progress)
			events->progress(events->payload, "looking at lanes", i + 1, out->n);
	}
	return err;
}

void gitperf_lanes_free(struct lanes *lanes)
{
	gitperf_arena_free(&lanes->arena);
	memset(lanes, 0, sizeof(*lanes));
}
