/*
 * refs.c - the names of our references
 *
 *	perf.ref                        the data branch, else refs/heads/perf
 *	perf.inbox                      lanes below it, else refs/perf/inbox
 *	refs/perf/quarantine/           lanes that were refused
 *	perf.queue                      what is to be measured, else refs/perf/queue
 *	refs/perf/seen                  what this clone last wrote
 *	refs/perf/remotes/<remote>/     what was last fetched from there
 *	refs/perf/work/<worker>         a commit that is fetched to be measured
 *	refs/notes/perf/<platform>      lines for git log, made of the records
 *
 * With perf.namespace all of them lie in refs/perf/<namespace>/, whatever
 * perf.ref, perf.inbox and perf.queue say: what is tried there never meets production. git
 * log looks for notes in refs/notes/ alone, so those go to
 * refs/notes/perf-<namespace>/.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "git/repo.h"

#include <sys/stat.h>

#define DEFAULT_DATA "refs/heads/perf"
#define OURS "refs/perf"
#define NOTES "refs/notes/perf"
#define HEADS "refs/heads/"

/* What lies in refs/perf/ itself cannot be a folder there */
static const char *const reserved[] = {
	"data", "inbox", "quarantine", "seen", "remotes", "queue", "work"
};

static int is_valid(const char *ref)
{
	int valid = 0;

	return git_reference_name_is_valid(&valid, ref) >= 0 && valid;
}

static int fail_namespace(const char *name)
{
	gitperf_fail(GITPERF_EINVALID, "perf.namespace '%.100s' cannot be the name of a namespace", name);
	return gitperf_hint(GITPERF_EINVALID, "git config perf.namespace staging; one word, and not "
			    "data, inbox, quarantine, seen, remotes, queue or work");
}

/* "refs/perf", or "refs/perf/<namespace>"; 1 with a namespace */
static int read_namespace(gitperf_buffer *out, gitperf_repo *repo)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int found = gitperf_repo_config_string(&name, repo, "perf.namespace");
	size_t i;

	found = found > 0 && !name.len ? 0 : found;
	gitperf_buf_adds(out, OURS);
	if (found > 0) {
		gitperf_buf_addf(out, "/%s", name.ptr);
		if (!is_valid(out->ptr) || strchr(name.ptr, '/'))
			found = fail_namespace(name.ptr);
		for (i = 0; i < ARRAY_SIZE(reserved) && found > 0; i++)
			if (!strcmp(name.ptr, reserved[i]))
				found = fail_namespace(name.ptr);
	}
	gitperf_buffer_dispose(&name);
	return found;
}

static int read_data(gitperf_repo *repo)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int found = gitperf_repo_config_string(&name, repo, "perf.ref");

	if (found <= 0) {
		gitperf_buf_adds(&repo->data, DEFAULT_DATA);
		return found < 0 ? found : gitperf_buf_check(&repo->data);
	}
	if (strncmp(name.ptr, "refs/", 5))
		gitperf_buf_adds(&repo->data, HEADS);
	gitperf_buf_adds(&repo->data, name.ptr);
	if (!is_valid(repo->data.ptr))
		found = gitperf_hint(gitperf_fail(GITPERF_EINVALID, "perf.ref '%s' is not the name of a reference", name.ptr),
				     "git config perf.ref perf");
	gitperf_buffer_dispose(&name);
	return found < 0 ? found : gitperf_buf_check(&repo->data);
}

static int fail_inbox(const char *name, const char *why)
{
	gitperf_fail(GITPERF_EINVALID, "perf.inbox '%.200s' %s", name, why);
	return gitperf_hint(GITPERF_EINVALID, "git config perf.inbox refs/perf/inbox, or refs/heads/perf-inbox "
			    "where a server takes branches only");
}

/* Whether a reference is a folder's own name, or lies in it */
static int is_within(const char *ref, const char *folder)
{
	size_t len = strlen(folder);

	return !strncmp(ref, folder, len) && (!ref[len] || ref[len] == '/');
}

/* What is in an inbox is landed and removed, or put aside: nothing else may be there */
static int is_shared(const char *inbox)
{
	static const char *const kept[] = {
		"refs/heads", "refs/tags", "refs/notes", "refs/remotes", OURS,
		OURS "/data", OURS "/quarantine", OURS "/seen", OURS "/remotes", OURS "/queue", OURS "/work"
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kept); i++)
		if (!strcmp(inbox, kept[i]))
			return 1;
	return is_within(inbox, OURS "/remotes") || is_within(inbox, "refs/remotes");
}

static int read_inbox(gitperf_repo *repo)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int found = gitperf_repo_config_string(&name, repo, "perf.inbox");

	if (found <= 0) {
		gitperf_buf_adds(&repo->inbox, OURS "/inbox");
		gitperf_buf_adds(&repo->quarantine, OURS "/quarantine");
		if (!found && is_within(repo->data.ptr, OURS "/inbox"))
			found = gitperf_hint(gitperf_fail(GITPERF_EINVALID, "perf.ref '%.200s' lies where lanes are", repo->data.ptr),
					     "git config perf.ref refs/perf/data");
		return found;
	}
	if (strncmp(name.ptr, "refs/", 5))
		gitperf_buf_adds(&repo->inbox, HEADS);
	gitperf_buf_adds(&repo->inbox, name.ptr);
	gitperf_buf_addf(&repo->quarantine, "%s-quarantine", repo->inbox.ptr);
	if (!is_valid(repo->inbox.ptr) || !is_valid(repo->quarantine.ptr))
		found = fail_inbox(name.ptr, "is not the name of a folder of references");
	else if (is_within(repo->inbox.ptr, repo->data.ptr) || is_within(repo->data.ptr, repo->inbox.ptr))
		found = fail_inbox(name.ptr, "cannot be where the data branch is");
	else if (is_shared(repo->inbox.ptr))
		found = fail_inbox(name.ptr, "is where other things lie");
	gitperf_buffer_dispose(&name);
	return found;
}

static int fail_queue(const char *name, const char *why)
{
	gitperf_fail(GITPERF_EINVALID, "perf.queue '%.200s' %s", name, why);
	return gitperf_hint(GITPERF_EINVALID, "git config perf.queue refs/perf/queue, or refs/heads/perf-queue "
			    "where a server takes branches only");
}

static int read_queue(gitperf_repo *repo)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int found = gitperf_repo_config_string(&name, repo, "perf.queue");

	if (found > 0 && strncmp(name.ptr, "refs/", 5))
		gitperf_buf_adds(&repo->queue, HEADS);
	gitperf_buf_adds(&repo->queue, found > 0 ? name.ptr : OURS "/queue");
	if (!is_valid(repo->queue.ptr))
		found = fail_queue(name.ptr, "is not the name of a reference");
	else if (is_within(repo->queue.ptr, repo->data.ptr) || is_within(repo->data.ptr, repo->queue.ptr) ||
		 is_within(repo->queue.ptr, repo->inbox.ptr) || is_within(repo->inbox.ptr, repo->queue.ptr) ||
		 is_within(repo->queue.ptr, repo->quarantine.ptr))
		found = fail_queue(repo->queue.ptr, "is where the data branch or lanes are");
	gitperf_buffer_dispose(&name);
	return found;
}

/* Files of other data branches in this repository have other names */
static void make_suffix(gitperf_repo *repo)
{
	char digest[DIGEST_HEX + 1];

	gitperf_digest(digest, repo->data.ptr, repo->data.len);
	if (strcmp(repo->data.ptr, DEFAULT_DATA))
		snprintf(repo->suffix, sizeof(repo->suffix), "-%.8s", digest);
}

int gitperf_repo__load_refs(gitperf_repo *repo)
{
	int err, apart = read_namespace(&repo->ours, repo);

	if (apart < 0)
		return apart;
	if (apart) {
		gitperf_buf_addf(&repo->data, "%s/data", repo->ours.ptr);
		gitperf_buf_addf(&repo->inbox, "%s/inbox", repo->ours.ptr);
		gitperf_buf_addf(&repo->quarantine, "%s/quarantine", repo->ours.ptr);
		gitperf_buf_addf(&repo->queue, "%s/queue", repo->ours.ptr);
	} else if ((err = read_data(repo)) < 0 || (err = read_inbox(repo)) < 0 ||
		   (err = read_queue(repo)) < 0) {
		return err;
	}
	make_suffix(repo);
	gitperf_buf_addf(&repo->seen, "%s/seen%s", repo->ours.ptr, apart ? "" : repo->suffix);
	gitperf_buf_addf(&repo->notes, NOTES "%s%s", apart ? "-" : "",
			 apart ? repo->ours.ptr + strlen(OURS "/") : "");
	if ((err = gitperf_buf_check(&repo->data)) < 0 || (err = gitperf_buf_check(&repo->inbox)) < 0 ||
	    (err = gitperf_buf_check(&repo->quarantine)) < 0 || (err = gitperf_buf_check(&repo->queue)) < 0 ||
	    (err = gitperf_buf_check(&repo->notes)) < 0)
		return err;
	return gitperf_buf_check(&repo->seen);
}

const char *gitperf_repo_data_ref(const gitperf_repo *repo)
{
	return repo->data.ptr;
}

const char *gitperf_repo__inbox(const gitperf_repo *repo)
{
	return repo->inbox.ptr;
}

const char *gitperf_repo__quarantine(const gitperf_repo *repo)
{
	return repo->quarantine.ptr;
}

const char *gitperf_repo__queue(const gitperf_repo *repo)
{
	return repo->queue.ptr;
}

const char *gitperf_repo__seen_ref(const gitperf_repo *repo)
{
	return repo->seen.ptr;
}

int gitperf_repo__work_ref(gitperf_buffer *out, const gitperf_repo *repo, const char *worker)
{
	gitperf_buf_addf(out, "%s/work/%s", repo->ours.ptr, worker);
	return gitperf_buf_check(out);
}

const char *gitperf_repo__notes(const gitperf_repo *repo)
{
	return repo->notes.ptr;
}

/* A name that cannot be is that of no reference, too */
static int is_none(int rc)
{
	return rc == GIT_ENOTFOUND || rc == GIT_EINVALIDSPEC;
}

int gitperf_repo__symbolic(gitperf_buffer *out, gitperf_repo *repo, const char *ref)
{
	git_reference *found = NULL;
	int rc = git_reference_lookup(&found, repo->git, ref), err = 0;

	if (rc < 0)
		return is_none(rc) ? 0 : gitperf_fail_git(rc, "cannot read '%s'", ref);
	if (git_reference_type(found) == GIT_REFERENCE_SYMBOLIC) {
		gitperf_buf_adds(out, git_reference_symbolic_target(found));
		err = gitperf_buf_check(out);
		err = err < 0 ? err : 1;
	}
	git_reference_free(found);
	return err;
}

int gitperf_repo__tip(char out[GITPERF_ID_SIZE], gitperf_repo *repo, const char *ref)
{
	git_object *object = NULL, *commit = NULL;
	git_oid oid;
	int rc = git_reference_name_to_id(&oid, repo->git, ref);

	if (is_none(rc))
		return 0;
	if (rc < 0 || (rc = git_object_lookup(&object, repo->git, &oid, GIT_OBJECT_ANY)) < 0 ||
	    (rc = git_object_peel(&commit, object, GIT_OBJECT_COMMIT)) < 0)
		rc = gitperf_hint(gitperf_fail_git(rc, "'%s' leads to no commit", ref),
				  "git fsck tells what is wrong");
	else
		git_oid_tostr(out, GITPERF_ID_SIZE, git_object_id(commit));
	git_object_free(commit);
	git_object_free(object);
	return rc < 0 ? rc : 1;
}

int gitperf_repo_remote(gitperf_buffer *out, gitperf_repo *repo)
{
	int found = gitperf_repo_config_string(out, repo, "perf.remote");

	if (!found || (found > 0 && !out->len))
		gitperf_buf_adds(out, "origin");
	return found < 0 ? found : gitperf_buf_check(out);
}

int gitperf_repo__is_named(gitperf_repo *repo, const char *remote)
{
	gitperf_buffer key = GITPERF_BUFFER_INIT, url = GITPERF_BUFFER_INIT;
	int found;

	gitperf_buf_addf(&key, "remote.%s.url", remote);
	found = gitperf_buf_check(&key);
	if (!found)
		found = gitperf_repo_config_string(&url, repo, key.ptr);
	gitperf_buffer_dispose(&key);
	gitperf_buffer_dispose(&url);
	return found;
}

int gitperf_repo__is_remote(gitperf_repo *repo, const char *remote)
{
	int named = gitperf_repo__is_named(repo, remote);
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	const char *top = gitperf_repo_worktree(repo);
	struct stat st;

	if (named || strpbrk(remote, "/:"))
		return named < 0 ? named : 1;
	/* as git sees it, which is run there */
	if (top)
		gitperf_buf_addf(&path, "%s/", top);
	gitperf_buf_adds(&path, remote);
	named = gitperf_buf_check(&path);
	if (!named)
		named = !stat(path.ptr, &st);
	gitperf_buffer_dispose(&path);
	return named;
}

int gitperf_repo__tracking_ref(gitperf_buffer *out, gitperf_repo *repo,
			       const char *remote)
{
	/* what is fetched from a URL or a path is tracked nowhere */
	if (strncmp(repo->data.ptr, HEADS, strlen(HEADS)) ||
	    (strpbrk(remote, "/:.") && gitperf_repo__is_named(repo, remote) <= 0))
		return 0;
	gitperf_buf_addf(out, "refs/remotes/%s/%s", remote, repo->data.ptr + strlen(HEADS));
	return gitperf_buf_check(out);
}

/* A remote's name may hold slashes; a URL becomes a name by its digest */
static void add_remote(gitperf_buffer *out, gitperf_repo *repo, const char *remote)
{
	char digest[DIGEST_HEX + 1];

	gitperf_digest(digest, remote, strlen(remote));
	if (gitperf_repo__is_named(repo, remote) > 0)
		gitperf_buf_addf(out, "%s/remotes/%s/", repo->ours.ptr, remote);
	else
		gitperf_buf_addf(out, "%s/remotes/url-%.8s/", repo->ours.ptr, digest);
}

int gitperf_repo__remote_ref(gitperf_buffer *out, gitperf_repo *repo,
			     const char *remote, const char *ref)
{
	add_remote(out, repo, remote);
	gitperf_buf_adds(out, ref + strlen("refs/"));
	return gitperf_buf_check(out);
}
