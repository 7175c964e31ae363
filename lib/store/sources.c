/*
 * sources.c - what is known here of the branch at a remote
 *
 * There may be two copies: ours, of what was last fetched with git perf and
 * accepted, and git's own remote-tracking branch, which any "git fetch" moves,
 * also to something that has lost records. Readers unite both with the local
 * branch.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/store.h"

static int open_one(struct source *out, gitperf_repo *repo, const gitperf_buffer *ref)
{
	int err = gitperf_buf_check(ref);

	if (!err && ref->len)
		err = gitperf_store__tree(&out->tree, &out->tip, repo, ref->ptr);
	return err < 0 ? err : 0;
}

int gitperf_sources_open(struct source out[SOURCES], gitperf_repo *repo)
{
	gitperf_buffer remote = GITPERF_BUFFER_INIT;
	gitperf_buffer ours = GITPERF_BUFFER_INIT, gits = GITPERF_BUFFER_INIT;
	int err;

	gitperf_sources_close(out);
	if ((err = gitperf_repo_remote(&remote, repo)) < 0 ||
	    (err = gitperf_repo__remote_ref(&ours, repo, remote.ptr, gitperf_repo_data_ref(repo))) < 0 ||
	    (err = gitperf_repo__tracking_ref(&gits, repo, remote.ptr)) < 0)
		goto out;
	err = open_one(&out[0], repo, &ours);
	if (!err)
		err = open_one(&out[1], repo, &gits);
	/* git has fetched what somebody put in its place */
	if (err == GITPERF_EFORMAT && out[0].tree && gitperf_store__is_foreign(repo, gits.ptr))
		err = 0;
	/* a clone without trees (--filter=tree:0) has it in name only */
	if (err == GITPERF_ENOTFOUND && gitperf_repo__is_partial(repo))
		err = 0;
out:
	if (err < 0)
		gitperf_sources_close(out);
	gitperf_buffer_dispose(&remote);
	gitperf_buffer_dispose(&ours);
	gitperf_buffer_dispose(&gits);
	return err;
}

void gitperf_sources_close(struct source sources[SOURCES])
{
	int i;

	for (i = 0; i < SOURCES; i++) {
		git_tree_free(sources[i].tree);
		sources[i].tree = NULL;
	}
}

const struct source *gitperf_sources_first(const struct source sources[SOURCES])
{
	int i;

	for (i = 0; i < SOURCES; i++)
		if (sources[i].tree)
			return &sources[i];
	return NULL;
}

int gitperf_sources_revoke(const struct source sources[SOURCES], const char *id)
{
	int i, revoked = 0;

	for (i = 0; i < SOURCES && !revoked; i++)
		revoked = gitperf_store__is_revoked(sources[i].tree, id);
	return revoked;
}
