/*
 * chain.c - which commits a range has, along first parents
 *
 * A commit is parsed here as far as its parents and its time, from the object as
 * it is stored: to have libgit2 make a commit of each takes most of the time that
 * a long history costs.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "git/repo.h"

#define PARENT "parent "
#define COMMITTER "\ncommitter "
#define SECOND INT64_C(1000000000)
#define SECONDS_MAX (INT64_MAX / SECOND)

struct walk {
	struct chain *chain;
	gitperf_repo *repo;
	git_odb *odb;
	size_t max;
};

/* The digits behind a name, which may hold anything; what is too far off is the last time */
static gitperf_time parse_time(const char *text, const char *end)
{
	const char *line = memmem(text, (size_t)(end - text), COMMITTER, strlen(COMMITTER)), *p;
	int64_t seconds = 0;

	if (!line++)
		return 0;
	p = memchr(line, '\n', (size_t)(end - line));
	end = p ? p : end;
	for (p = end; p > line && p[-1] != '>'; p--)
		;
	for (; p < end && *p == ' '; p++)
		;
	for (; p < end && *p >= '0' && *p <= '9'; p++)
		seconds = seconds < SECONDS_MAX / 10 ? 10 * seconds + (*p - '0') : SECONDS_MAX;
	return seconds * SECOND;
}

int gitperf_link_parse(struct link *out, git_oid *parent, const char *text, size_t len)
{
	const size_t line = strlen(PARENT) + GIT_OID_HEXSZ + 1;
	const char *end = text + len, *p = memchr(text, '\n', len);
	size_t parents = 0;

	for (p = p ? p + 1 : end; (size_t)(end - p) > line && !strncmp(p, PARENT, strlen(PARENT)); p += line)
		if (!parents++ && git_oid_fromstr(parent, p + strlen(PARENT)) < 0)
			break;
	out->is_merge = parents > 1;
	out->time = parse_time(p > text ? p - 1 : p, end);
	return parents > 0;
}

static int add_link(struct chain *chain, const git_oid *id)
{
	struct link *grown;

	if (chain->n == chain->room) {
		size_t room = chain->room ? 2 * chain->room : 64;

		grown = realloc(chain->links, room * sizeof(*grown));
		if (!grown)
			return gitperf_fail_oom();
		chain->links = grown;
		chain->room = room;
	}
	git_oid_cpy(&chain->links[chain->n++].id, id);
	return 0;
}

static int fail_no_commit(const git_oid *id)
{
	char hex[GITPERF_ID_SIZE];

	git_oid_tostr(hex, sizeof(hex), id);
	return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "cannot read the history: %s is no commit", hex),
			    "git fsck tells whether the repository is damaged");
}

/* Take the commit `id`, which becomes its first parent: 1; 0: it has none, or is not here */
static int step(struct walk *w, git_oid *id)
{
	struct chain *chain = w->chain;
	git_odb_object *object = NULL;
	int rc = git_odb_read(&object, w->odb, id), err;

	/* a shallow clone ends here */
	if (rc == GIT_ENOTFOUND && chain->n)
		return 0;
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read the history");
	if (git_odb_object_type(object) != GIT_OBJECT_COMMIT)
		err = fail_no_commit(id);
	else
		err = add_link(chain, id);
	if (!err)
		err = gitperf_link_parse(&chain->links[chain->n - 1], id, git_odb_object_data(object),
				   git_odb_object_size(object));
	git_odb_object_free(object);
	return err;
}

/* From `tip` to the root, to `stop`, or to where the clone ends; 1: it was `stop` */
static int follow_parents(struct walk *w, const git_oid *tip, const git_oid *stop)
{
	git_oid id = *tip;
	int more = 1;

	while (more > 0 && (!w->max || w->chain->n < w->max)) {
		if (stop && git_oid_equal(&id, stop))
			return 1;
		more = step(w, &id);
	}
	return more < 0 ? more : 0;
}

/*
 * Cut off what `base` reaches. If it reaches a commit it reaches all that
 * follow it in the chain, so the first one is found by bisection.
 */
static int cut_reachable(struct walk *w, const git_oid *base)
{
	git_repository *git = gitperf_repo__handle(w->repo);
	size_t lo = 0, hi = w->chain->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const git_oid *id = &w->chain->links[mid].id;
		int reached = git_oid_equal(base, id);

		if (!reached)
			reached = git_graph_descendant_of(git, base, id);
		if (reached < 0 && !gitperf_repo_is_shallow(w->repo))
			return gitperf_fail_git(reached, "cannot compare commits");
		if (reached > 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	w->chain->n = lo;
	return 0;
}

static int split_range(gitperf_buffer *base, gitperf_buffer *tip,
		       const char *range)
{
	const char *dots = strstr(range, "..");

	if (!*range)
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "an empty revision names no commit"),
				    "is a variable empty? write HEAD, or A..B");
	if (strstr(range, "..."))
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%s' is a symmetric difference, not a range", range),
				    "write A..B");
	if (!dots) {
		gitperf_buf_adds(tip, range);
	} else {
		gitperf_buf_add(base, range, (size_t)(dots - range));
		gitperf_buf_adds(tip, dots + 2);
		if (!base->len)
			gitperf_buf_adds(base, "HEAD");
	}
	if (!tip->len)
		gitperf_buf_adds(tip, "HEAD");
	return gitperf_buf_check(tip);
}

static int walk(struct walk *w, const char *range)
{
	gitperf_buffer base = GITPERF_BUFFER_INIT, tip = GITPERF_BUFFER_INIT;
	git_oid base_id, tip_id;
	int err, stopped;

	if ((err = split_range(&base, &tip, range)) < 0 ||
	    (err = gitperf_repo__lookup(&tip_id, w->repo, tip.ptr)) < 0 ||
	    (base.len && (err = gitperf_repo__lookup(&base_id, w->repo, base.ptr)) < 0))
		goto out;
	err = stopped = follow_parents(w, &tip_id, base.len ? &base_id : NULL);
	if (!stopped && base.len)
		err = cut_reachable(w, &base_id);
out:
	gitperf_buffer_dispose(&base);
	gitperf_buffer_dispose(&tip);
	return err < 0 ? err : 0;
}

int gitperf_chain_load(struct chain *out, gitperf_repo *repo, const char *range, size_t max)
{
	struct walk w = { .chain = out, .repo = repo, .max = max };
	int rc = git_repository_odb(&w.odb, gitperf_repo__handle(repo)), err;

	if (rc < 0)
		return gitperf_fail_git(rc, "cannot open the object store");
	err = walk(&w, range ? range : "HEAD");
	git_odb_free(w.odb);
	return err;
}

void gitperf_chain_free(struct chain *chain)
{
	free(chain->links);
	memset(chain, 0, sizeof(*chain));
}
