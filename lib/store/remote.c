/*
 * remote.c - what a clone knows of a remote, while one operation is at it
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/remote.h"

#define SECOND INT64_C(1000000000)
#define MILLISECOND INT64_C(1000000)
#define DEFAULT_TIMEOUT_S 120
/* a lock of this machine against a network: no need to look often */
#define FIRST_PAUSE (5 * MILLISECOND)
#define LONGEST_PAUSE (200 * MILLISECOND)

int gitperf_share_name(gitperf_buffer *out, gitperf_repo *repo, const char *remote)
{
	struct transport transport = TRANSPORT_INIT(repo, remote);
	gitperf_buffer usual = GITPERF_BUFFER_INIT;
	int err = remote ? 0 : gitperf_repo_remote(&usual, repo);

	if (!remote)
		transport.remote = usual.ptr;
	if (!err) {
		gitperf_transport_name(out, &transport);
		err = gitperf_buf_check(out);
	}
	gitperf_buffer_dispose(&usual);
	return err;
}

static int timeout_ns(int64_t *out, struct remote *r)
{
	int64_t given = r->opts->timeout_ms, seconds = DEFAULT_TIMEOUT_S;
	int err = given ? 0 : gitperf_repo__config_seconds(&seconds, r->home, "perf.pushTimeout", 0);

	*out = given ? given * MILLISECOND : seconds * SECOND;
	return err;
}

static int set_deadline(struct remote *r)
{
	int64_t wait = 0;
	int err = timeout_ns(&wait, r);

	gitperf_backoff_init(&r->backoff, gitperf_clock_ns() + wait, FIRST_PAUSE, LONGEST_PAUSE);
	return err;
}

/* Two operations of one clone would only race each other */
static int take_lock(struct remote *r)
{
	int err = gitperf_write_lock_open(&r->lock, r->home, "sync");

	while (!err) {
		err = gitperf_write_lock_try(&r->lock);
		if (err)
			return err < 0 ? err : 0;
		if (!gitperf_backoff_wait(&r->backoff)) {
			err = gitperf_fail(GITPERF_EBUSY, "another git perf of this clone has been busy with a remote for too long");
			gitperf_hint(err, "wait for it, or allow more time: git config perf.pushTimeout <seconds>");
		}
	}
	return err;
}

static int read_accepted(struct remote *r)
{
	int err;

	git_tree_free(r->tree);
	err = gitperf_store__tree(&r->tree, &r->tip, r->repo, r->copy.ptr);
	return err < 0 ? err : 0;
}

void gitperf_remote_rest(struct remote *r)
{
	gitperf_write_lock_close(&r->lock);
}

int gitperf_remote_resume(struct remote *r)
{
	int err = set_deadline(r);

	if (!err)
		err = take_lock(r);
	return err < 0 ? err : read_accepted(r);
}

static int check_name(struct remote *r)
{
	int found = gitperf_repo__is_remote(r->home, r->name.ptr);

	if (found)
		return found < 0 ? found : 0;
	return gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "there is no remote '%.200s'", r->name.ptr),
			    "git remote -v shows the remotes; name one, or set perf.remote");
}

static int name_refs(struct remote *r)
{
	gitperf_buffer below = GITPERF_BUFFER_INIT;
	int err = 0;

	if (r->opts->remote)
		gitperf_buf_adds(&r->name, r->opts->remote);
	else
		err = gitperf_repo_remote(&r->name, r->repo);
	gitperf_buf_addf(&below, "refs/incoming/%s", r->ref + strlen("refs/"));
	if (!err && !(err = gitperf_buf_check(&r->name)))
		err = check_name(r);
	if (!err && !(err = gitperf_repo__remote_ref(&r->copy, r->repo, r->name.ptr, r->ref)))
		err = gitperf_repo__remote_ref(&r->incoming, r->repo, r->name.ptr, below.ptr);
	gitperf_buf_truncate(&below, 0);
	gitperf_buf_addf(&below, "refs/recovered/%s", r->ref + strlen("refs/"));
	if (!err && !(err = gitperf_buf_check(&below)))
		err = gitperf_repo__remote_ref(&r->recovered, r->repo, r->name.ptr, below.ptr);
	gitperf_buffer_dispose(&below);
	r->transport.remote = r->name.ptr;
	gitperf_transport_name(&r->shown, &r->transport);
	return err < 0 ? err : gitperf_buf_check(&r->shown);
}

int gitperf_remote_open(struct remote *r, gitperf_repo *repo,
			const gitperf_share_options *opts)
{
	static const gitperf_share_options usual = GITPERF_SHARE_OPTIONS_INIT;
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	struct transport transport = TRANSPORT_INIT(repo, NULL);
	int err;

	memset(r, 0, sizeof(*r));
	r->home = r->repo = repo;
	r->git = gitperf_repo__handle(repo);
	r->opts = opts = opts ? opts : &usual;
	r->lock.fd = -1;
	r->ref = gitperf_repo_data_ref(repo);
	r->name = r->shown = r->copy = r->incoming = r->recovered = empty;
	r->transport = transport;
	r->transport.may_ask = opts->may_ask;
	r->transport.events = opts->events;
	if ((err = name_refs(r)) < 0 || (err = set_deadline(r)) < 0)
		return err;
	/* who only looks waits for nobody, and leaves no file */
	if (!(opts->flags & GITPERF_SHARE_DRY_RUN) && (err = take_lock(r)) < 0)
		return err;
	gitperf_pace_open(&r->pace, repo);
	return read_accepted(r);
}

void gitperf_remote_close(struct remote *r)
{
	git_tree_free(r->tree);
	gitperf_write_lock_close(&r->lock);
	gitperf_buffer_dispose(&r->name);
	gitperf_buffer_dispose(&r->shown);
	gitperf_buffer_dispose(&r->copy);
	gitperf_buffer_dispose(&r->incoming);
	gitperf_buffer_dispose(&r->recovered);
	gitperf_arena_free(&r->arena);
	gitperf_repo_free(r->part);
}

int gitperf_remote_spare(struct remote *r)
{
	int err;

	if (!gitperf_repo_is_shallow(r->home) || gitperf_remote_is_known(r))
		return 0;
	err = gitperf_repo__open_part(&r->part, r->home, r->name.ptr);
	if (err <= 0)
		return err;
	r->repo = r->transport.repo = r->part;
	r->git = gitperf_repo__handle(r->part);
	return read_accepted(r);
}

int gitperf_remote_tracking(git_tree **out, struct remote *r)
{
	gitperf_buffer ref = GITPERF_BUFFER_INIT;
	git_oid tip;
	int err = gitperf_repo__tracking_ref(&ref, r->repo, r->name.ptr);

	*out = NULL;
	if (!err && ref.len)
		err = gitperf_store__tree(out, &tip, r->repo, ref.ptr);
	gitperf_buffer_dispose(&ref);
	return err;
}

int gitperf_remote_is_known(const struct remote *r)
{
	gitperf_buffer ref = GITPERF_BUFFER_INIT;
	git_oid tip;
	int known = r->tree != NULL;

	if (!known && !gitperf_repo__tracking_ref(&ref, r->repo, r->name.ptr) && ref.len)
		known = !git_reference_name_to_id(&tip, r->git, ref.ptr);
	gitperf_buffer_dispose(&ref);
	return known;
}

int gitperf_remote_last(git_tree **out, struct remote *r)
{
	int err = r->tree ? git_tree_dup(out, r->tree) : gitperf_remote_tracking(out, r);

	return err < 0 ? err : 0;
}
