/*
 * commit.c - trees and a commit from a list of files
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/commit.h"
#include "store/layout.h"
#include "store/union.h"

/* Of lanes: the same bytes wherever they are made */
#define NOBODY "git perf"
#define NOBODYS_MAIL "git-perf@localhost"

/* "perf: <platform> <commit>" for one record, else how many; or what else there is */
static void describe(gitperf_buffer *out, const struct addition *adds, size_t n)
{
	size_t i, added = 0, decisions = 0, marks = 0;
	const char *first = NULL;

	for (i = 0; i < n; i++) {
		decisions += !adds[i].present && gitperf_layout_is_below(adds[i].path, LAYOUT_DECISIONS);
		marks += !adds[i].present && gitperf_layout_is_below(adds[i].path, LAYOUT_MARKS);
		if (adds[i].present || !gitperf_addition_is_record(&adds[i]))
			continue;
		first = first ? first : adds[i].path;
		added++;
	}
	if (added == 1) {
		/* runs/<platform>/<c0c1>/<c2..>... */
		const char *platform = first + strlen(LAYOUT_RUNS "/");
		size_t len = strcspn(platform, "/");

		gitperf_buf_addf(out, "perf: %.*s %.2s%.10s [skip ci]", (int)len,
				 platform, platform + len + 1, platform + len + 4);
	} else if (!added && decisions) {
		gitperf_buf_addf(out, "perf: %zu decision%s [skip ci]", decisions, decisions == 1 ? "" : "s");
	} else if (!added && marks) {
		gitperf_buf_addf(out, "perf: %zu mark%s [skip ci]", marks, marks == 1 ? "" : "s");
	} else {
		gitperf_buf_addf(out, "perf: %zu records [skip ci]", added);
	}
}

/* In the order of names, as a tree wants it: "format" comes before "runs" */
static int insert_format(struct addition **out, struct sink *sink,
			 const struct addition *adds, size_t n)
{
	struct addition *all = calloc(n + 1, sizeof(*all));
	size_t at = 0;
	int err;

	*out = all;
	if (!all)
		return gitperf_fail_oom();
	while (at < n && strcmp(adds[at].path, LAYOUT_FORMAT) < 0)
		at++;
	if (n) {
		memcpy(all, adds, at * sizeof(*all));
		memcpy(all + at + 1, adds + at, (n - at) * sizeof(*all));
	}
	all[at].path = LAYOUT_FORMAT;
	err = gitperf_sink_write(&all[at].oid, sink, GIT_OBJECT_BLOB,
				 LAYOUT_FORMAT_TEXT, strlen(LAYOUT_FORMAT_TEXT));
	return err;
}

static int first_tree(git_oid *out, struct sink *sink, gitperf_repo *repo,
		      const struct addition *adds, size_t n)
{
	struct addition *all = NULL;
	int err = insert_format(&all, sink, adds, n);

	if (!err)
		err = gitperf_tree_add(out, sink, gitperf_repo__handle(repo), NULL, all, n + 1);
	free(all);
	return err;
}

int gitperf_commit_make(git_oid *out, gitperf_repo *repo, git_tree *base,
			const git_oid *parent, struct addition *adds, size_t n)
{
	gitperf_buffer message = GITPERF_BUFFER_INIT;
	struct sink sink = { 0 };
	git_oid tree;
	int err;

	if ((err = gitperf_sink_open(&sink, repo, n)) < 0)
		goto out;
	err = base ? gitperf_tree_add(&tree, &sink, gitperf_repo__handle(repo), base, adds, n) :
		     first_tree(&tree, &sink, repo, adds, n);
	if (err < 0 || (base && git_oid_equal(&tree, git_tree_id(base))))
		goto out;
	describe(&message, adds, n);
	if ((err = gitperf_buf_check(&message)) < 0)
		goto out;
	err = gitperf_sink_commit(out, &sink, repo, &tree, parent, message.ptr);
	gitperf_fault(FAULT_APPEND_TREES);
	if (!err)
		err = gitperf_sink_flush(&sink, repo);
	if (!err)
		err = 1;
out:
	gitperf_sink_close(&sink);
	gitperf_buffer_dispose(&message);
	return err;
}

int gitperf_commit_alone(git_oid *out, gitperf_repo *repo, struct addition *adds,
			 size_t n, gitperf_time when)
{
	gitperf_buffer message = GITPERF_BUFFER_INIT;
	git_signature *nobody = NULL;
	struct sink sink = { 0 };
	git_oid tree;
	int rc, err = gitperf_sink_open(&sink, repo, n);

	if (!err)
		err = first_tree(&tree, &sink, repo, adds, n);
	rc = git_signature_new(&nobody, NOBODY, NOBODYS_MAIL, when / 1000000000, 0);
	if (!err && rc < 0)
		err = gitperf_fail_git(rc, "cannot make a commit");
	describe(&message, adds, n);
	if (!err)
		err = gitperf_buf_check(&message);
	if (!err)
		err = gitperf_sink_commit_by(out, &sink, nobody, &tree, NULL, message.ptr);
	if (!err)
		err = gitperf_sink_flush(&sink, repo);
	git_signature_free(nobody);
	gitperf_sink_close(&sink);
	gitperf_buffer_dispose(&message);
	return err;
}
