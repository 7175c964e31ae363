/*
 * repo.c - opening a repository, and asking it simple things
 *
 * libgit2 does the work in this process; where it is wrong or less than git
 * (creating references), git is called.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/error.h"
#include "base/spawn.h"
#include "git/repo.h"

#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

static int code_of_git(int rc, const git_error *e)
{
	switch (rc) {
	case GIT_ENOTFOUND:
		return GITPERF_ENOTFOUND;
	case GIT_EEXISTS:
		return GITPERF_EEXISTS;
	case GIT_EAMBIGUOUS:
	case GIT_EINVALIDSPEC:
		return GITPERF_EINVALID;
	case GIT_ELOCKED:
		return GITPERF_EBUSY;
	case GIT_EMODIFIED:
		return GITPERF_ERACE;
	case GIT_EOWNER:
		return GITPERF_EDENIED;
	}
	if (!e)
		return GITPERF_EIO;
	if (e->klass == GIT_ERROR_NOMEMORY)
		return GITPERF_ENOMEM;
	if (strstr(e->message, "Permission denied") ||
	    strstr(e->message, "Read-only file system"))
		return GITPERF_EDENIED;
	return GITPERF_EIO;
}

int gitperf_fail_git(int rc, const char *fmt, ...)
{
	const git_error *e = git_error_last();
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return gitperf_fail(code_of_git(rc, e), "%s: %s", what,
			    e ? e->message : "unknown error of libgit2");
}

void gitperf_repo_own_process(void)
{
	git_libgit2_init();
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 0);
	git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
}

static void accept_extensions(void)
{
	/* libgit2 compares lower-case names; these change nothing for us */
	char *names[] = { (char *)"worktreeconfig", (char *)"partialclone",
			  (char *)"preciousobjects" };

	git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, ARRAY_SIZE(names));
}

static int is_owner_problem(int rc)
{
	const git_error *e = git_error_last();

	/* 1.5 reports a foreign owner as a missing safe.directory */
	return rc == GIT_EOWNER || (rc < 0 && e && strstr(e->message, "safe.directory"));
}

static int fail_open(int rc, const char *path)
{
	const git_error *e = git_error_last();
	const char *why = e ? e->message : "";

	if (is_owner_problem(rc)) {
		gitperf_fail(GITPERF_EDENIED, "the repository at '%s' belongs to somebody else", path);
		return gitperf_hint(GITPERF_EDENIED, "if you trust it: git config --global "
				    "--add safe.directory <its full path>");
	}
	if (strstr(why, "extension")) {
		gitperf_fail(GITPERF_EFORMAT, "cannot use the repository at '%s': %s", path, why);
		return gitperf_hint(GITPERF_EFORMAT, "git perf needs a repository with SHA-1 "
				    "objects and file references (sha256 and reftable are not supported)");
	}
	gitperf_fail_git(rc, "cannot open the repository at '%s'", path);
	if (rc == GIT_ENOTFOUND)
		return gitperf_hint(GITPERF_ENOTFOUND, "run it inside a git repository, "
				    "or name one: git -C <directory> perf ...");
	return code_of_git(rc, e);
}

static int refuse_sha256(gitperf_repo *repo)
{
	gitperf_buffer format = GITPERF_BUFFER_INIT;
	int found = gitperf_repo_config_string(&format, repo, "extensions.objectformat");

	if (found > 0 && strcmp(format.ptr, "sha1"))
		found = gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "the repository's objects are named by %s", format.ptr),
				     "git perf needs a SHA-1 repository");
	gitperf_buffer_dispose(&format);
	return found < 0 ? found : 0;
}

/* libgit2 refuses to open from an environment with GIT_WORK_TREE */
static int open_git(git_repository **out, const char *path)
{
	const char *worktree = gitperf_env("GIT_WORK_TREE");
	const char *dir = gitperf_env("GIT_DIR");
	int rc;

	if (path || !worktree)
		return git_repository_open_ext(out, path, path ? 0 : GIT_REPOSITORY_OPEN_FROM_ENV, NULL);
	rc = git_repository_open_ext(out, dir ? dir : ".",
				     dir ? GIT_REPOSITORY_OPEN_NO_SEARCH : 0, NULL);
	if (rc >= 0)
		rc = git_repository_set_workdir(*out, worktree, 0);
	return rc;
}

/* libgit2 does not know all of safe.directory; whether git would open it, git knows */
static int is_trusted_by_git(const char *path)
{
	const char *argv[] = { "git", "rev-parse", "--git-dir", NULL };
	struct spawn spawn = { .argv = argv, .directory = path, .timeout_ms = 60000 };

	return gitperf_spawn(&spawn) == 0;
}

static int open_trusted(git_repository **out, const char *path)
{
	int rc = open_git(out, path);

	if (!is_owner_problem(rc) || !is_trusted_by_git(path))
		return rc;
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	rc = open_git(out, path);
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 1);
	return rc;
}

gitperf_repo *gitperf_repo__new(void)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	gitperf_repo *repo = calloc(1, sizeof(*repo));

	if (!repo)
		return NULL;
	repo->subject = repo->overrides = repo->ours = repo->data = repo->inbox =
		repo->quarantine = repo->queue = repo->seen = repo->notes = repo->promisor = repo->handed = empty;
	git_libgit2_init();
	return repo;
}

int gitperf_repo_open(gitperf_repo **out, const char *path)
{
	gitperf_repo *repo = gitperf_repo__new();
	int rc, err;

	*out = NULL;
	if (!repo)
		return gitperf_fail_oom();
	accept_extensions();
	rc = open_trusted(&repo->git, path);
	if (rc < 0) {
		err = fail_open(rc, path ? path : ".");
		goto out;
	}
	err = gitperf_repo__load_config(repo);
	/* libgit2 reads the switch when it opens the references: now or never */
	if (!err)
		git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, gitperf_repo__is_durable(repo));
	if (!err)
		err = refuse_sha256(repo);
	if (!err)
		err = gitperf_repo__load_refs(repo);
out:
	if (err < 0)
		gitperf_repo_free(repo);
	else
		*out = repo;
	return err;
}

void gitperf_repo_free(gitperf_repo *repo)
{
	if (!repo)
		return;
	git_config_free(repo->config);
	git_repository_free(repo->git);
	gitperf_buffer_dispose(&repo->promisor);
	gitperf_buffer_dispose(&repo->handed);
	free(repo->env);
	gitperf_buffer_dispose(&repo->ours);
	gitperf_buffer_dispose(&repo->data);
	gitperf_buffer_dispose(&repo->inbox);
	gitperf_buffer_dispose(&repo->quarantine);
	gitperf_buffer_dispose(&repo->queue);
	gitperf_buffer_dispose(&repo->seen);
	gitperf_buffer_dispose(&repo->notes);
	gitperf_buffer_dispose(&repo->subject);
	gitperf_buffer_dispose(&repo->overrides);
	free(repo);
	git_libgit2_shutdown();
}

git_repository *gitperf_repo__handle(gitperf_repo *repo)
{
	return repo->git;
}

const char *gitperf_repo_directory(const gitperf_repo *repo)
{
	return git_repository_commondir(repo->git);
}

const char *gitperf_repo_worktree(const gitperf_repo *repo)
{
	return git_repository_workdir(repo->git);
}

int gitperf_repo_is_shallow(gitperf_repo *repo)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	struct stat st;
	int is_shallow;

	/* git_repository_is_shallow() looks at a linked work tree's own folder */
	gitperf_buf_addf(&path, "%s/shallow", git_repository_commondir(repo->git));
	is_shallow = !gitperf_buf_check(&path) && !stat(path.ptr, &st) && st.st_size > 0;
	gitperf_buffer_dispose(&path);
	return is_shallow;
}

static int identity(gitperf_buffer *out, gitperf_repo *repo, const char *env,
		    const char *key, const char *fallback)
{
	const char *value = gitperf_env(env);
	int found = 0;
	char *p;

	if (value && *value)
		gitperf_buf_adds(out, value);
	else
		found = gitperf_repo_config_string(out, repo, key);
	/* as git does: these would end the field that they stand in */
	for (p = out->ptr; *p; p++)
		if (*p == '\n' || *p == '<' || *p == '>')
			*p = ' ';
	if (found >= 0 && !out->len)
		gitperf_buf_adds(out, fallback);
	return found < 0 ? found : gitperf_buf_check(out);
}

int gitperf_repo__who(gitperf_buffer *out, gitperf_repo *repo)
{
	return identity(out, repo, "GIT_COMMITTER_NAME", "user.name", "git perf");
}

int gitperf_repo__signature(git_signature **out, gitperf_repo *repo)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT, email = GITPERF_BUFFER_INIT;
	int err, rc;

	if ((err = identity(&name, repo, "GIT_COMMITTER_NAME", "user.name", "git perf")) < 0 ||
	    (err = identity(&email, repo, "GIT_COMMITTER_EMAIL", "user.email", "git-perf@localhost")) < 0)
		goto out;
	rc = git_signature_new(out, name.ptr, email.ptr,
			       gitperf_time_now() / 1000000000, 0);
	if (rc < 0)
		err = gitperf_hint(gitperf_fail_git(rc, "cannot use the identity '%s <%s>'", name.ptr, email.ptr),
				   "set user.name and user.email with git config");
out:
	gitperf_buffer_dispose(&name);
	gitperf_buffer_dispose(&email);
	return err;
}

static int fail_create(gitperf_repo *repo, const char *ref, const char *words)
{
	gitperf_buffer lock = GITPERF_BUFFER_INIT;
	git_oid now;
	int locked;

	if (!git_reference_name_to_id(&now, repo->git, ref))
		return gitperf_fail(GITPERF_EEXISTS, "%s was created meanwhile", ref);
	gitperf_buf_addf(&lock, "%s%s.lock", gitperf_repo_directory(repo), ref);
	locked = !lock.failed && !access(lock.ptr, F_OK);
	gitperf_buffer_dispose(&lock);
	if (locked)
		return gitperf_fail(GITPERF_EBUSY, "%s is locked: %s", ref, words);
	gitperf_fail(GITPERF_EINVALID, "cannot create %s: %s", ref, words);
	return gitperf_hint(GITPERF_EINVALID, "if another branch is in the way, choose another "
			    "place: git config perf.ref refs/perf/data");
}

/* refs/heads/perf cannot be where there is a refs/heads/perf/x or a refs/heads */
static int is_in_way(const char *one, const char *other)
{
	size_t len = strlen(one);

	return !strncmp(one, other, len) && other[len] == '/';
}

int gitperf_repo__can_create_ref(gitperf_repo *repo, const char *ref)
{
	git_reference_iterator *refs = NULL;
	const char *name;
	int rc, err = 0;

	if ((rc = git_reference_iterator_new(&refs, repo->git)) < 0)
		return gitperf_fail_git(rc, "cannot list the references");
	while (!err && !git_reference_next_name(&name, refs))
		if (is_in_way(ref, name) || is_in_way(name, ref))
			err = gitperf_hint(gitperf_fail(GITPERF_EINVALID, "%s cannot be beside %s", ref, name),
					   "choose another place for the data: git config perf.ref refs/perf/data");
	git_reference_iterator_free(refs);
	return err;
}

int gitperf_repo__create_ref(gitperf_repo *repo, const char *ref,
			     const git_oid *target)
{
	gitperf_buffer words = GITPERF_BUFFER_INIT;
	char hex[GITPERF_ID_SIZE];
	/* git does not force references to the disk unless told to */
	const char *args[] = { "-c", gitperf_repo__is_durable(repo) ? "core.fsync=reference" :
			       "core.fsync=none", "update-ref", "-m", "git perf: create",
			       ref, hex, GIT_OID_HEX_ZERO, NULL };
	struct spawn spawn = { .err = &words, .timeout_ms = 60000 };
	int rc;

	git_oid_tostr(hex, sizeof(hex), target);
	rc = gitperf_repo__git(repo, &spawn, args);
	if (rc > 0) {
		gitperf_buf_truncate(&words, strcspn(words.ptr, "\n"));
		rc = fail_create(repo, ref, words.len ? words.ptr : "git update-ref does not say why");
	}
	gitperf_buffer_dispose(&words);
	return rc;
}

int gitperf_repo_is_dirty(gitperf_repo *repo)
{
	git_diff_options opts;
	git_object *head = NULL;
	git_tree *tree = NULL;
	git_diff *diff = NULL;
	int rc, dirty = 0;

	if (git_repository_is_bare(repo->git))
		return 0;
	git_diff_options_init(&opts, GIT_DIFF_OPTIONS_VERSION);
	opts.ignore_submodules = GIT_SUBMODULE_IGNORE_UNTRACKED;
	if ((rc = git_revparse_single(&head, repo->git, "HEAD")) < 0 ||
	    (rc = git_object_peel((git_object **)&tree, head, GIT_OBJECT_TREE)) < 0 ||
	    (rc = git_diff_tree_to_workdir_with_index(&diff, repo->git, tree, &opts)) < 0)
		dirty = gitperf_fail_git(rc, "cannot compare the work tree with HEAD");
	else
		dirty = git_diff_num_deltas(diff) > 0;
	git_diff_free(diff);
	git_tree_free(tree);
	git_object_free(head);
	return dirty;
}

int gitperf_repo__describe(gitperf_commit *out, gitperf_buffer *subject,
			   const git_commit *commit)
{
	const char *text = git_commit_message(commit);

	gitperf_buf_truncate(subject, 0);
	gitperf_buf_add(subject, text, strcspn(text, "\n"));
	git_oid_tostr(out->id, sizeof(out->id), git_commit_id(commit));
	out->subject = subject->ptr;
	out->time = git_commit_time(commit) * INT64_C(1000000000);
	return gitperf_buf_check(subject);
}

int gitperf_repo_commit(gitperf_commit *out, gitperf_repo *repo, const char *id)
{
	git_commit *commit;
	git_oid oid;
	int rc;

	if ((rc = git_oid_fromstr(&oid, id)) < 0 ||
	    (rc = git_commit_lookup(&commit, repo->git, &oid)) < 0)
		return gitperf_fail_git(rc, "commit '%s'", id);
	rc = gitperf_repo__describe(out, &repo->subject, commit);
	git_commit_free(commit);
	return rc;
}
