/*
 * sink.c - new objects: loose, or one pack of exactly them
 *
 * libgit2's own ways to a pack walk the whole tree they touch. Here the ids
 * of the new objects are kept instead, so the cost is that of the new objects
 * alone. The sink's object database sees nothing but what it writes: looking
 * for each new object in the repository's packs first costs more than to
 * write it.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "store/store.h"

#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>

#define BEST_SPEED 1
#define DEFAULT_MODE 0

static int open_backend(git_odb_backend **out, struct sink *sink,
			gitperf_repo *repo)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int rc;

	if (sink->packing)
		return git_mempack_new(out);
	gitperf_buf_addf(&path, "%sobjects", gitperf_repo_directory(repo));
	rc = git_odb_backend_loose(out, path.ptr, BEST_SPEED,
				   gitperf_repo__is_durable(repo), DEFAULT_MODE, DEFAULT_MODE);
	gitperf_buffer_dispose(&path);
	return rc;
}

int gitperf_sink_open(struct sink *sink, gitperf_repo *repo, size_t expected)
{
	git_odb_backend *backend;
	int rc;

	memset(sink, 0, sizeof(*sink));
	sink->packing = expected >= PACK_FROM;
	if ((rc = git_odb_new(&sink->odb)) < 0 ||
	    (rc = open_backend(&backend, sink, repo)) < 0 ||
	    (rc = git_odb_add_backend(sink->odb, backend, 1)) < 0)
		return gitperf_fail_git(rc, "cannot open the object store for writing");
	return 0;
}

static int remember(struct sink *sink, const git_oid *oid)
{
	git_oid *grown;

	if (!sink->packing)
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

int gitperf_sink_write(git_oid *out, struct sink *sink, git_object_t type,
		       const void *bytes, size_t len)
{
	int rc = git_odb_write(out, sink->odb, bytes, len, type);

	if (rc < 0)
		return gitperf_fail_git(rc, "cannot write a %s", git_object_type2string(type));
	return remember(sink, out);
}

int gitperf_sink_commit_by(git_oid *out, struct sink *sink, const git_signature *who,
			   const git_oid *tree, const git_oid *parent, const char *message)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char hex[GITPERF_ID_SIZE];
	int err;

	git_oid_tostr(hex, sizeof(hex), tree);
	gitperf_buf_addf(&text, "tree %s\n", hex);
	if (parent) {
		git_oid_tostr(hex, sizeof(hex), parent);
		gitperf_buf_addf(&text, "parent %s\n", hex);
	}
	gitperf_buf_addf(&text, "author %s <%s> %lld +0000\n", who->name,
			 who->email, (long long)who->when.time);
	gitperf_buf_addf(&text, "committer %s <%s> %lld +0000\n\n%s\n", who->name,
			 who->email, (long long)who->when.time, message);
	err = gitperf_buf_check(&text);
	if (!err)
		err = gitperf_sink_write(out, sink, GIT_OBJECT_COMMIT, text.ptr, text.len);
	gitperf_buffer_dispose(&text);
	return err;
}

int gitperf_sink_commit(git_oid *out, struct sink *sink, gitperf_repo *repo,
			const git_oid *tree, const git_oid *parent,
			const char *message)
{
	git_signature *who = NULL;
	int err = gitperf_repo__signature(&who, repo);

	if (!err)
		err = gitperf_sink_commit_by(out, sink, who, tree, parent, message);
	git_signature_free(who);
	return err;
}

static int write_pack(struct sink *sink, const char *path)
{
	git_packbuilder *builder = NULL;
	git_repository *view = NULL;
	size_t i;
	int rc, err = 0;

	if ((rc = git_repository_wrap_odb(&view, sink->odb)) >= 0)
		rc = git_packbuilder_new(&builder, view);
	for (i = 0; i < sink->n && rc >= 0; i++)
		rc = git_packbuilder_insert(builder, &sink->made[i], NULL);
	if (rc >= 0)
		rc = git_packbuilder_write(builder, path, 0, NULL, NULL);
	if (rc < 0)
		err = gitperf_fail_git(rc, "cannot write a pack");
	git_packbuilder_free(builder);
	git_repository_free(view);
	return err;
}

int gitperf_sink_flush(struct sink *sink, gitperf_repo *repo)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err;

	if (!sink->packing || !sink->n)
		return 0;
	gitperf_fault(FAULT_PACK_BEFORE_WRITE);
	gitperf_buf_addf(&path, "%sobjects/pack", gitperf_repo_directory(repo));
	err = gitperf_buf_check(&path);
	if (!err)
		err = write_pack(sink, path.ptr);
	sink->n = 0;
	gitperf_fault(FAULT_PACK_AFTER_WRITE);
	gitperf_buffer_dispose(&path);
	return err;
}

void gitperf_sink_close(struct sink *sink)
{
	git_odb_free(sink->odb);
	free(sink->made);
	memset(sink, 0, sizeof(*sink));
}
