/*
 * queue_write.c - a tree from a queue
 *
 * Every file is made anew, which costs less than to know what has changed; only
 * those that are not there already are written. What a newer version has written
 * is left alone, whoever comes to the same name.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/queue.h"

void gitperf_queue__job_path(gitperf_buffer *out, const gitperf_job *job)
{
	gitperf_buf_addf(out, QUEUE_JOBS "/%s/%s.json", job->platform, job->id);
}

void gitperf_queue__request_path(gitperf_buffer *out, const gitperf_request *request)
{
	gitperf_buf_addf(out, QUEUE_REQUESTS "/%s-%lld.json", request->commit, (long long)request->round);
}

void gitperf_queue__worker_path(gitperf_buffer *out, const gitperf_worker *worker)
{
	gitperf_buf_addf(out, QUEUE_WORKERS "/%s.json", worker->name);
}

static int compare_jobs(const void *a, const void *b)
{
	const gitperf_job *x = a, *y = b;
	int diff = strcmp(x->platform, y->platform);

	return diff ? diff : strcmp(x->id, y->id);
}

struct writer {
	struct queue *q;
	struct sink sink;
	struct additions changes;
	char *kept;                    /* by the index of a file: it is still wanted */
	gitperf_buffer path, text;
};

/* The file at hand, unless it is there already */
static int write_file(struct writer *w)
{
	const struct addition *old = gitperf_additions_find(&w->q->files, w->path.ptr, w->path.len);
	int is_newer = gitperf_additions_find(&w->q->newer, w->path.ptr, w->path.len) != NULL;
	git_oid oid;
	int rc, err;

	if ((err = gitperf_buf_check(&w->path)) < 0 || (err = gitperf_buf_check(&w->text)) < 0)
		return err;
	if ((rc = git_odb_hash(&oid, w->text.ptr, w->text.len, GIT_OBJECT_BLOB)) < 0)
		return gitperf_fail_git(rc, "cannot write the queue");
	if (old)
		w->kept[old - w->q->files.list] = 1;
	if (!is_newer && (!old || !git_oid_equal(&old->oid, &oid))) {
		if ((err = gitperf_sink_write(&oid, &w->sink, GIT_OBJECT_BLOB, w->text.ptr, w->text.len)) < 0 ||
		    (err = gitperf_additions_add(&w->changes, w->path.ptr, &oid)) < 0)
			return err;
		w->changes.list[w->changes.n - 1].how = ADDITION_REPLACE;
	}
	gitperf_buf_truncate(&w->path, 0);
	gitperf_buf_truncate(&w->text, 0);
	return 0;
}

static int write_jobs(struct writer *w)
{
	size_t i;
	int err = 0;

	if (w->q->njobs)
		qsort(w->q->jobs, w->q->njobs, sizeof(*w->q->jobs), compare_jobs);
	for (i = 0; i < w->q->njobs && !err; i++) {
		gitperf_queue__job_path(&w->path, &w->q->jobs[i]);
		if (!(err = gitperf_job_format(&w->text, &w->q->jobs[i])))
			err = write_file(w);
	}
	for (i = 0; i < w->q->nrequests && !err; i++) {
		gitperf_queue__request_path(&w->path, &w->q->requests[i]);
		if (!(err = gitperf_request_format(&w->text, &w->q->requests[i])))
			err = write_file(w);
	}
	return err;
}

static int write_workers(struct writer *w)
{
	size_t i;
	int err = 0;

	for (i = 0; i < w->q->nworkers && !err; i++) {
		gitperf_queue__worker_path(&w->path, &w->q->workers[i]);
		if (!(err = gitperf_worker_format(&w->text, &w->q->workers[i])))
			err = write_file(w);
	}
	return err;
}

/* Its name depends on its bytes, so that comes after them */
static int write_decision(struct writer *w, struct waiting *waiting)
{
	char id[GITPERF_ID_SIZE];
	git_oid oid;
	int rc, err = gitperf_decision_format(&w->text, &waiting->decision);

	if (err < 0)
		return err;
	if ((rc = git_odb_hash(&oid, w->text.ptr, w->text.len, GIT_OBJECT_BLOB)) < 0)
		return gitperf_fail_git(rc, "cannot write a decision");
	git_oid_tostr(id, sizeof(id), &oid);
	waiting->oid = oid;
	if ((err = gitperf_layout_decision(&w->path, &waiting->decision, id)) < 0)
		return err;
	waiting->path = gitperf_arena_strdup(&w->q->arena, w->path.ptr);
	return write_file(w);
}

static int write_decisions(struct writer *w)
{
	size_t i;
	int err = 0;

	for (i = 0; i < w->q->nwaiting && !err; i++) {
		struct waiting *one = &w->q->waiting[i];
		const struct addition *old = one->path ?
			gitperf_additions_find(&w->q->files, one->path, strlen(one->path)) : NULL;

		/* it may have a path from an attempt that the server has refused */
		if (old)
			w->kept[old - w->q->files.list] = 1;
		else
			err = write_decision(w, one);
	}
	return err;
}

static int write_plan(struct writer *w)
{
	struct plan plan = { w->q->trunk, w->q->states, w->q->nstates, w->q->marked, w->q->nmarked };
	int err = gitperf_plan_format(&w->text, &plan);

	gitperf_buf_adds(&w->path, QUEUE_PLAN);
	return err < 0 ? err : write_file(w);
}

/* Last, and only with other changes, as it counts them */
static int write_control(struct writer *w, int squash)
{
	if (!w->changes.n && w->q->tree)
		return 0;
	gitperf_buf_adds(&w->path, QUEUE_CONTROL);
	gitperf_buf_addf(&w->text, "git-perf-queue 1\ncommits %lld\ntokens %lld\n",
			 squash ? 1LL : (long long)w->q->commits + 1, (long long)w->q->tokens);
	if (w->q->control)
		gitperf_buf_adds(&w->text, w->q->control);
	return write_file(w);
}

static int remove_file(struct writer *w, const struct addition *file)
{
	int err = gitperf_additions_add(&w->changes, file->path, &file->oid);

	if (!err)
		w->changes.list[w->changes.n - 1].how = ADDITION_REMOVE;
	return err;
}

static int remove_unwanted(struct writer *w)
{
	const struct additions *files = &w->q->files;
	size_t i;
	int err = 0;

	for (i = 0; i < files->n && !err; i++)
		if (!w->kept[i] && strcmp(files->list[i].path, QUEUE_CONTROL))
			err = remove_file(w, &files->list[i]);
	/* a decision that has landed is no reason for a commit, but goes with the next */
	for (i = 0; i < w->q->nwaiting && w->changes.n && !err; i++) {
		const struct waiting *one = &w->q->waiting[i];
		const struct addition *old = one->landed ?
			gitperf_additions_find(files, one->path, strlen(one->path)) : NULL;

		if (old)
			err = remove_file(w, old);
	}
	return err;
}

static int make_commit(git_oid *out, struct writer *w, gitperf_repo *repo, const char *what, int squash)
{
	gitperf_buffer message = GITPERF_BUFFER_INIT;
	git_oid tree;
	int err;

	gitperf_additions_sort(&w->changes);
	gitperf_buf_addf(&message, "perf queue: %s [skip ci]", what);
	if (!(err = gitperf_buf_check(&message)) &&
	    !(err = gitperf_tree_add(&tree, &w->sink, gitperf_repo__handle(repo), w->q->tree,
				     w->changes.list, w->changes.n)))
		err = gitperf_sink_commit(out, &w->sink, repo, &tree,
					  w->q->tree && !squash ? &w->q->tip : NULL, message.ptr);
	if (!err)
		err = gitperf_sink_flush(&w->sink, repo);
	gitperf_buffer_dispose(&message);
	return err;
}

int gitperf_queue__commit(git_oid *out, struct queue *q, gitperf_repo *repo,
			  const char *what, int squash)
{
	struct writer w = { .q = q, .changes = ADDITIONS_INIT, .path = GITPERF_BUFFER_INIT,
			    .text = GITPERF_BUFFER_INIT, .kept = calloc(q->files.n + 1, 1) };
	int err = w.kept ? gitperf_sink_open(&w.sink, repo, 0) : gitperf_fail_oom();

	if (!err && !(err = write_jobs(&w)) && !(err = write_workers(&w)) && !(err = write_decisions(&w)) &&
	    !(err = write_plan(&w)) && !(err = remove_unwanted(&w)))
		err = write_control(&w, squash);
	if (!err && w.changes.n)
		err = make_commit(out, &w, repo, what, squash);
	if (!err)
		err = w.changes.n > 0;
	gitperf_sink_close(&w.sink);
	gitperf_additions_free(&w.changes);
	gitperf_buffer_dispose(&w.path);
	gitperf_buffer_dispose(&w.text);
	free(w.kept);
	return err;
}
