/*
 * sink.c - new trees and commits: loose, or one pack of exactly them
 *
 * libgit2's own ways to a pack walk the whole tree they touch. Here the ids
 * of the new objects are kept instead, so the cost is that of the new objects
 * alone. Objects for a pack live in memory until then.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/store.h"

#include <git2/sys/mempack.h>
#include <git2/sys/repository.h>
#include <git2/sys/odb_backend.h>

#define MEMORY_FIRST 1000

static int open_pack(struct sink *sink, gitperf_repo *repo)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	git_odb_backend *memory = NULL;
	int rc, err;

	gitperf_buf_addf(&path, "%sobjects", gitperf_repo_directory(repo));
	if ((err = gitperf_buf_check(&path)) < 0)
		goto out;
	if ((rc = git_odb_new(&sink->odb)) < 0 ||
	    (rc = git_odb_add_disk_alternate(sink->odb, path.ptr)) < 0 ||
	    (rc = git_mempack_new(&memory)) < 0 ||
	    (rc = git_odb_add_backend(sink->odb, memory, MEMORY_FIRST)) < 0 ||
	    (rc = git_repository_wrap_odb(&sink->git, sink->odb)) < 0)
		err = gitperf_fail_git(rc, "cannot prepare a pack");
out:
	gitperf_buffer_dispose(&path);
	return err;
}

int gitperf_sink_open(struct sink *sink, gitperf_repo *repo, size_t expected)
{
	memset(sink, 0, sizeof(*sink));
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, gitperf_repo__is_durable(repo));
	if (expected >= PACK_FROM)
		return open_pack(sink, repo);
	sink->git = gitperf_repo__handle(repo);
	return 0;
}

static int remember(struct sink *sink, const git_oid *oid)
{
	git_oid *grown;

	if (!sink->odb)
		return 0;
	if (sink->n == sink->room) {
		sink->room = sink->room ? 2 * sink->room : 256;
		grown = realloc(sink->made, sink->room * sizeof(*grown));
		if (!grown)
			return gitperf_fail_oom();
		sink->made = grown;
	}
	sink->made[sink->n++] = *oid;
	return 0;
}

int gitperf_sink_tree(git_oid *out, struct sink *sink, git_treebuilder *builder)
{
	int rc = git_treebuilder_write(out, builder);

	return rc < 0 ? gitperf_fail_git(rc, "cannot write a tree") : remember(sink, out);
}

/* By hand, because a repository over a bare odb cannot look up its parents */
int gitperf_sink_commit(git_oid *out, struct sink *sink, gitperf_repo *repo,
			git_tree *tree, const git_oid *parent,
			const char *message)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char hex[GITPERF_ID_SIZE];
	git_signature *who = NULL;
	git_odb *odb = NULL;
	int rc, err = gitperf_repo__signature(&who, repo);

	if (err < 0)
		return err;
	git_oid_tostr(hex, sizeof(hex), git_tree_id(tree));
	gitperf_buf_addf(&text, "tree %s\n", hex);
	if (parent) {
		git_oid_tostr(hex, sizeof(hex), parent);
		gitperf_buf_addf(&text, "parent %s\n", hex);
	}
	gitperf_buf_addf(&text, "author %s <%s> %lld +0000\n", who->name,
			 who->email, (long long)who->when.time);
	gitperf_buf_addf(&text, "committer %s <%s> %lld +0000\n\n%s\n", who->name,
			 who->email, (long long)who->when.time, message);
	git_signature_free(who);
	if ((err = gitperf_buf_check(&text)) < 0)
		goto out;
	if ((rc = git_repository_odb(&odb, sink->git)) < 0 ||
	    (rc = git_odb_write(out, odb, text.ptr, text.len, GIT_OBJECT_COMMIT)) < 0)
		err = gitperf_fail_git(rc, "cannot write a commit");
	else
		err = remember(sink, out);
out:
	git_odb_free(odb);
	gitperf_buffer_dispose(&text);
	return err;
}

int gitperf_sink_flush(struct sink *sink, gitperf_repo *repo)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	git_packbuilder *builder = NULL;
	size_t i;
	int rc = 0, err;

	if (!sink->odb || !sink->n)
		return 0;
	gitperf_fault(FAULT_PACK_BEFORE_WRITE);
	gitperf_buf_addf(&path, "%sobjects/pack", gitperf_repo_directory(repo));
	if ((err = gitperf_buf_check(&path)) < 0)
		goto out;
	rc = git_packbuilder_new(&builder, sink->git);
	for (i = 0; i < sink->n && rc >= 0; i++)
		rc = git_packbuilder_insert(builder, &sink->made[i], NULL);
	if (rc >= 0)
		rc = git_packbuilder_write(builder, path.ptr, 0, NULL, NULL);
	if (rc < 0)
		err = gitperf_fail_git(rc, "cannot write a pack");
	sink->n = 0;
	gitperf_fault(FAULT_PACK_AFTER_WRITE);
out:
	git_packbuilder_free(builder);
	gitperf_buffer_dispose(&path);
	return err;
}

void gitperf_sink_close(struct sink *sink)
{
	if (sink->odb) {
		git_repository_free(sink->git);
		git_odb_free(sink->odb);
	}
	free(sink->made);
	memset(sink, 0, sizeof(*sink));
}
