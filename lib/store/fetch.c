/*
 * fetch.c - bring a remote's branch, and what a rewritten one has lost
 */
#include "base/compat.h"
#include "base/error.h"
#include "store/remote.h"

static size_t count_new(struct remote *r, git_tree *before)
{
	struct additions adds = ADDITIONS_INIT;
	size_t n = 0;

	if (r->tree && !gitperf_union_add(&adds, r->repo, before, r->tree, 0))
		n = gitperf_additions_records(&adds);
	gitperf_additions_free(&adds);
	return n;
}

static int fetch(gitperf_fetch_result *out, struct remote *r)
{
	struct additions lost = ADDITIONS_INIT;
	int recover = (r->opts->flags & GITPERF_SHARE_RECOVER) != 0, err;
	git_tree *before = NULL;

	/* what cannot be read is reported when it is compared */
	gitperf_remote_last(&before, r);
	do {
		err = gitperf_remote_fetch(r, recover ? &lost : NULL, 0);
	} while (err == GITPERF_ENET && !gitperf_remote_again(r, err));
	if (!err) {
		out->records = count_new(r, before);
		if (r->tree)
			git_oid_tostr(out->tip, sizeof(out->tip), &r->tip);
		gitperf_additions_sort(&lost);
		out->recovered = gitperf_additions_records(&lost);
		err = recover ? gitperf_remote_align(r, &lost) : 0;
	}
	git_tree_free(before);
	gitperf_additions_free(&lost);
	return err;
}

int gitperf_fetch(gitperf_fetch_result *out, gitperf_repo *repo,
		  const gitperf_share_options *opts)
{
	struct remote r;
	int err;

	memset(out, 0, sizeof(*out));
	err = gitperf_remote_open(&r, repo, opts);
	if (!err)
		err = fetch(out, &r);
	gitperf_remote_close(&r);
	return err;
}
