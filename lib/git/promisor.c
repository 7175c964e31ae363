/*
 * promisor.c - objects that a partial clone left with its remote
 *
 * libgit2 does not fetch them when they are missed; git does, in one go.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/spawn.h"
#include "git/repo.h"

/* "remote.<name>.promisor", when it is true */
static int take_promisor(gitperf_buffer *out, const char *key, const char *value)
{
	static const char section[] = "remote.", variable[] = ".promisor";
	size_t len = strlen(key), around = strlen(section) + strlen(variable);
	int on;

	if (out->len || len <= around || strncmp(key, section, strlen(section)) ||
	    strcmp(key + len - strlen(variable), variable) ||
	    git_config_parse_bool(&on, value) < 0 || !on)
		return 0;
	gitperf_buf_add(out, key + strlen(section), len - around);
	return 1;
}

static int take_entry(const git_config_entry *entry, void *payload)
{
	return take_promisor(payload, entry->name, entry->value);
}

/* The remote that promised them */
static int find_remote(gitperf_buffer *out, gitperf_repo *repo)
{
	const char *p = repo->overrides.ptr, *end = p + repo->overrides.len, *nl;
	gitperf_buffer key = GITPERF_BUFFER_INIT;

	if (repo->promisor.len) {
		gitperf_buf_adds(out, repo->promisor.ptr);
		return !out->failed;
	}
	if (repo->config)
		git_config_foreach_match(repo->config, "^remote\\..*\\.promisor$", take_entry, out);
	for (; p < end; p += strlen(p) + 1) {
		nl = strchr(p, '\n');
		gitperf_buf_truncate(&key, 0);
		gitperf_buf_add(&key, p, nl ? (size_t)(nl - p) : strlen(p));
		if (!key.failed)
			take_promisor(out, key.ptr, nl ? nl + 1 : "true");
	}
	gitperf_buffer_dispose(&key);
	return out->len && !out->failed;
}

int gitperf_repo__is_partial(gitperf_repo *repo)
{
	gitperf_buffer remote = GITPERF_BUFFER_INIT;
	int found = find_remote(&remote, repo);

	gitperf_buffer_dispose(&remote);
	return found;
}

int gitperf_repo__fetch_objects(gitperf_repo *repo, const gitperf_buffer *ids)
{
	gitperf_buffer remote = GITPERF_BUFFER_INIT;
	/* as git itself calls it for a missing object */
	const char *args[] = { "-c", "fetch.negotiationAlgorithm=noop", "fetch", NULL,
			       "--no-tags", "--no-write-fetch-head",
			       "--recurse-submodules=no", "--filter=blob:none",
			       "--stdin", NULL };
	struct feed feed;
	int err = 0;

	if (!find_remote(&remote, repo))
		goto out;
	args[3] = remote.ptr;
	if ((err = gitperf_repo__git_feed(repo, &feed, args)) < 0)
		goto out;
	gitperf_feed_write(&feed, ids->ptr, ids->len);
	err = gitperf_feed_close(&feed);
	err = err < 0 ? gitperf_blame(err, "cannot fetch what this partial clone lacks") : 1;
out:
	gitperf_buffer_dispose(&remote);
	return err;
}
