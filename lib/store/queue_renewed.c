/*
 * queue_renewed.c - when somebody was last heard of who is at a job
 *
 * A lease has no time of its renewal: a beat is all that others need. But each renewal is
 * a commit, and that has one, by the clock of who has made it. For people alone; nothing
 * is decided by it.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/queue.h"

#define SECOND INT64_C(1000000000)
/* Whoever may push may make a history as long, and of as much, as he likes */
#define LOOKS_MAX 200000
#define BYTES_MAX 65536

/* A lease, from new to old */
struct trace {
	const gitperf_job *job;
	gitperf_buffer path;
	git_oid blob;                  /* as the commit at hand has it */
	int is_found;                  /* ... and its parent has not */
	gitperf_time *out;
};

struct traces {
	git_repository *git;
	git_odb *odb;
	struct trace *list;
	size_t n, looks;
};

/* Not all that a file was changed for is a renewal: others note that they have seen it */
static int is_same_lease(git_odb *odb, const git_oid *oid, const gitperf_lease *lease)
{
	struct arena arena = ARENA_INIT;
	git_odb_object *object = NULL;
	git_object_t type;
	gitperf_job job;
	size_t len;
	int same = git_odb_read_header(&len, &type, odb, oid) >= 0 && len <= BYTES_MAX &&
		   git_odb_read(&object, odb, oid) >= 0 &&
		   gitperf_job_parse(&job, &arena, git_odb_object_data(object), git_odb_object_size(object)) >= 0 &&
		   job.lease.worker && job.lease.token == lease->token && job.lease.beat == lease->beat;

	git_odb_object_free(object);
	gitperf_arena_free(&arena);
	return same;
}

static int find_blob(git_oid *out, const git_tree *tree, const char *path)
{
	git_tree_entry *entry = NULL;

	if (!tree || git_tree_entry_bypath(&entry, tree, path) < 0)
		return 0;
	*out = *git_tree_entry_id(entry);
	git_tree_entry_free(entry);
	return 1;
}

/* Whether the commit behind this tree has renewed it */
static int is_renewed(struct traces *t, struct trace *trace, const git_tree *before)
{
	git_oid blob;

	t->looks++;
	if (!find_blob(&blob, before, trace->path.ptr))
		return 1;
	if (git_oid_equal(&blob, &trace->blob))
		return 0;
	trace->blob = blob;
	t->looks += 100;
	return !is_same_lease(t->odb, &blob, &trace->job->lease);
}

static gitperf_time time_of(const git_commit *commit)
{
	git_time_t seconds = git_commit_time(commit);

	return seconds < 0 || seconds > INT64_MAX / SECOND ? 0 : seconds * SECOND;
}

/* How many are left */
static size_t follow(struct traces *t, const git_commit *commit, const git_tree *before)
{
	size_t i, left = 0;

	for (i = 0; i < t->n; i++) {
		struct trace *trace = &t->list[i];

		if (trace->is_found)
			continue;
		trace->is_found = is_renewed(t, trace, before);
		if (trace->is_found)
			*trace->out = time_of(commit);
		left += !trace->is_found;
	}
	return left;
}

/* Most transitions are about something else */
static int has_same_jobs(const git_tree *a, const git_tree *b)
{
	const git_tree_entry *x = a ? git_tree_entry_byname(a, QUEUE_JOBS) : NULL;
	const git_tree_entry *y = b ? git_tree_entry_byname(b, QUEUE_JOBS) : NULL;

	return x && y && git_oid_equal(git_tree_entry_id(x), git_tree_entry_id(y));
}

static void walk(struct traces *t, const git_oid *tip)
{
	git_commit *commit = NULL, *parent;
	git_tree *tree = NULL, *before;
	size_t left = t->n;

	if (git_commit_lookup(&commit, t->git, tip) >= 0)
		git_commit_tree(&tree, commit);
	while (commit && left && t->looks++ < LOOKS_MAX) {
		parent = NULL;
		before = NULL;
		/* where this clone has no more, the last one is as good as the first */
		if (git_commit_parentcount(commit) && git_commit_parent(&parent, commit, 0) >= 0)
			git_commit_tree(&before, parent);
		if (!has_same_jobs(tree, before))
			left = follow(t, commit, before);
		git_tree_free(tree);
		git_commit_free(commit);
		commit = parent;
		tree = before;
	}
	git_tree_free(tree);
	git_commit_free(commit);
}

static int add_trace(struct traces *t, gitperf_time *out, const struct queue *q, const gitperf_job *job)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	struct trace *trace = &t->list[t->n++];
	const struct addition *file;

	trace->job = job;
	trace->out = out;
	trace->path = empty;
	gitperf_queue__job_path(&trace->path, job);
	file = gitperf_additions_find(&q->files, trace->path.ptr, trace->path.len);
	if (file)
		trace->blob = file->oid;
	return gitperf_buf_check(&trace->path);
}

int gitperf_queue__renewed(gitperf_time *out, const struct queue *q, gitperf_repo *repo)
{
	struct traces t = { .git = gitperf_repo__handle(repo), .list = calloc(q->njobs + 1, sizeof(*t.list)) };
	size_t i;
	int rc, err = t.list ? 0 : gitperf_fail_oom();

	if (!err && (rc = git_repository_odb(&t.odb, t.git)) < 0)
		err = gitperf_fail_git(rc, "cannot open the object store");
	for (i = 0; i < q->njobs && !err; i++) {
		out[i] = q->jobs[i].lease.since;
		if (q->jobs[i].lease.worker)
			err = add_trace(&t, &out[i], q, &q->jobs[i]);
	}
	if (!err && t.n)
		walk(&t, &q->tip);
	while (t.n)
		gitperf_buffer_dispose(&t.list[--t.n].path);
	git_odb_free(t.odb);
	free(t.list);
	return err;
}
