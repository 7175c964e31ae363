/*
 * history.c - revisions to commits, and a walk along first parents
 *
 * libgit2's own walker fails at the edge of a shallow clone, so the chain is
 * followed by hand; the edge is an end like any other.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "git/repo.h"

struct gitperf_history {
	git_repository *git;
	struct chain chain;         /* the commits to visit */
	size_t at;
	gitperf_commit commit;
	git_commit *current;
	gitperf_buffer subject;
};

int gitperf_repo__lookup(git_oid *out, gitperf_repo *repo, const char *rev)
{
	git_repository *git = gitperf_repo__handle(repo);
	git_object *object = NULL, *commit = NULL;
	int rc, err = 0;

	if (!strcmp(rev, "HEAD") && git_repository_head_unborn(git) == 1)
		return gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "there are no commits here yet"),
				    "make one with git commit, or name a branch that has some");
	rc = git_revparse_single(&object, git, rev);
	if (rc < 0) {
		if (rc == GIT_EAMBIGUOUS)
			err = gitperf_fail(GITPERF_EINVALID, "'%s' is ambiguous", rev);
		else
			err = gitperf_fail(GITPERF_ENOTFOUND, "'%s' names no commit here", rev);
		return gitperf_hint(err, "git log shows commits; in a shallow clone, git fetch --unshallow gets the rest");
	}
	rc = git_object_peel(&commit, object, GIT_OBJECT_COMMIT);
	if (rc < 0)
		err = gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%s' is not a commit", rev),
				   "name a commit, a tag or a branch");
	else
		git_oid_cpy(out, git_object_id(commit));
	git_object_free(commit);
	git_object_free(object);
	return err;
}

int gitperf_repo_resolve(char out[GITPERF_ID_SIZE], gitperf_repo *repo,
			 const char *rev)
{
	git_oid oid;
	int err = gitperf_repo__lookup(&oid, repo, rev);

	if (!err)
		git_oid_tostr(out, GITPERF_ID_SIZE, &oid);
	return err;
}

/* Without reading the folder of packs again for every id that is not */
static int is_here(git_repository *git, const git_oid *oid)
{
	git_odb *odb = NULL;
	int found = git_repository_odb(&odb, git) >= 0 &&
		    git_odb_exists_ext(odb, oid, GIT_ODB_LOOKUP_NO_REFRESH);

	git_odb_free(odb);
	return found;
}

int gitperf_repo_complete(char out[GITPERF_ID_SIZE], gitperf_repo *repo,
			  const char *hex)
{
	git_repository *git = gitperf_repo__handle(repo);
	size_t len = strlen(hex);
	git_object *object;
	git_object_t type;
	git_oid oid;
	int rc;

	if (len < 4 || git_oid_fromstrn(&oid, hex, len) < 0)
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%s' is not a commit id", hex),
				    "give the full id: git rev-parse <commit>");
	if (len == GIT_OID_HEXSZ && !git_oid_is_zero(&oid) && !is_here(git, &oid)) {
		git_oid_tostr(out, GITPERF_ID_SIZE, &oid);
		return 0;
	}
	rc = git_object_lookup_prefix(&object, git, &oid, len, GIT_OBJECT_ANY);
	if (rc < 0 && rc != GIT_ENOTFOUND && rc != GIT_EAMBIGUOUS)
		return gitperf_fail_git(rc, "cannot look up commit '%s'", hex);
	if (rc < 0)
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "commit '%s' %s", hex,
				    rc == GIT_EAMBIGUOUS ? "is ambiguous" : "is not in this repository"),
				    "give the full id: git rev-parse <commit>");
	type = git_object_type(object);
	git_oid_tostr(out, GITPERF_ID_SIZE, git_object_id(object));
	git_object_free(object);
	if (type == GIT_OBJECT_COMMIT)
		return 1;
	return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%s' is a %s, not a commit", hex, git_object_type2string(type)),
			    "give the commit's id: git rev-parse '%s^{commit}'", hex);
}

int gitperf_repo__look(gitperf_commit *out, char parent[GITPERF_ID_SIZE],
		       gitperf_repo *repo, const char *id)
{
	git_commit *commit = NULL;
	git_oid oid;
	int rc;

	*parent = '\0';
	if (git_oid_fromstr(&oid, id) < 0 || !is_here(repo->git, &oid))
		return 0;
	rc = git_commit_lookup(&commit, repo->git, &oid);
	/* an object of that name, but of another kind, is no commit */
	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read commit '%s'", id);
	if (git_commit_parentcount(commit))
		git_oid_tostr(parent, GITPERF_ID_SIZE, git_commit_parent_id(commit, 0));
	rc = gitperf_repo__describe(out, &repo->subject, commit);
	git_commit_free(commit);
	return rc < 0 ? rc : 1;
}

int gitperf_history_open(gitperf_history **out, gitperf_repo *repo,
			 const char *range, size_t max)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	gitperf_history *h = calloc(1, sizeof(*h));
	int err;

	*out = NULL;
	if (!h)
		return gitperf_fail_oom();
	h->git = gitperf_repo__handle(repo);
	h->subject = empty;
	err = gitperf_chain_load(&h->chain, repo, range, max);
	if (err < 0)
		gitperf_history_free(h);
	else
		*out = h;
	return err;
}

int gitperf_history_next(const gitperf_commit **out, gitperf_history *h)
{
	int rc;

	git_commit_free(h->current);
	h->current = NULL;
	if (h->at == h->chain.n)
		return 0;
	rc = git_commit_lookup(&h->current, h->git, &h->chain.links[h->at].id);
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read the history");
	h->at++;
	rc = gitperf_repo__describe(&h->commit, &h->subject, h->current);
	*out = &h->commit;
	return rc < 0 ? rc : 1;
}

void gitperf_history_free(gitperf_history *h)
{
	if (!h)
		return;
	git_commit_free(h->current);
	gitperf_buffer_dispose(&h->subject);
	gitperf_chain_free(&h->chain);
	free(h);
}
