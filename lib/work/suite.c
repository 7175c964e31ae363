/*
 * suite.c - where the suite of a session comes from
 *
 * The one that is asked for, else that of the commit which is measured, else
 * that of the work tree. Knows nothing of what is in it.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "git/git.h"
#include "work/session.h"

#include <sys/stat.h>

/* By its content: whatever the commit or the work tree calls its suite */
static int read_blob(gitperf_buffer *bytes, gitperf_buffer *name, gitperf_session *s)
{
	gitperf_buf_addf(name, "suite %.12s", s->opts.suite_id);
	return gitperf_repo__read_blob(bytes, s->repo, s->opts.suite_id, GITPERF_SUITE_MAX);
}

/* Objects are not hashed again where they are read */
static int check_id(const gitperf_session *s)
{
	if (!s->opts.suite_id || !strcmp(s->suite->id, s->opts.suite_id))
		return 0;
	return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "the object %.12s has other content than its id says",
					 s->opts.suite_id), "git fsck looks for what else is damaged");
}

static int read_asked(gitperf_buffer *bytes, gitperf_buffer *name, gitperf_session *s)
{
	struct stat st;

	gitperf_buf_adds(name, s->opts.suite);
	if (stat(s->opts.suite, &st) == 0 || !strchr(s->opts.suite, ':'))
		return gitperf_buf_read_file(bytes, s->opts.suite, GITPERF_SUITE_MAX);
	return gitperf_repo_read_file(bytes, s->repo, s->opts.suite, GITPERF_SUITE_MAX);
}

static int is_of_commit(const gitperf_session *s)
{
	return s->opts.commit && !s->opts.todays_suite;
}

static int fail_suite(const gitperf_session *s, const char *owner, int is_past)
{
	gitperf_fail(GITPERF_ENOTFOUND, "%s has no " GITPERF_SUITE_FILE, owner);
	if (is_past && gitperf_repo_worktree(s->repo))
		return gitperf_hint(GITPERF_ENOTFOUND, "measure it by that of the work tree: --suite=%s" GITPERF_SUITE_FILE
				    " (git perf init writes one)", gitperf_repo_worktree(s->repo));
	if (is_past)
		return gitperf_hint(GITPERF_ENOTFOUND, "measure it by another one: --suite=<rev>:<path>");
	return gitperf_hint(GITPERF_ENOTFOUND, "git perf init writes one; a single command needs none: git perf run -- <command>");
}

/* Read by the full id: a branch may be called like a short one */
static int read_committed(gitperf_buffer *bytes, gitperf_buffer *name, gitperf_session *s)
{
	char owner[sizeof("commit ") + 12], commit[GITPERF_ID_SIZE];
	gitperf_buffer spec = GITPERF_BUFFER_INIT;
	int err;

	memcpy(commit, s->sides[s->nsides - 1].commit, sizeof(commit));
	if (s->opts.todays_suite && (err = gitperf_repo_resolve(commit, s->repo, "HEAD")) < 0)
		return err;
	gitperf_buf_addf(name, "%.12s:" GITPERF_SUITE_FILE, commit);
	gitperf_buf_addf(&spec, "%s:" GITPERF_SUITE_FILE, commit);
	err = gitperf_buf_check(&spec);
	if (!err)
		err = gitperf_repo_read_file(bytes, s->repo, spec.ptr, GITPERF_SUITE_MAX);
	gitperf_buffer_dispose(&spec);
	snprintf(owner, sizeof(owner), "commit %.12s", commit);
	return err == GITPERF_ENOTFOUND ? fail_suite(s, owner, is_of_commit(s)) : err;
}

static int read_in_place(gitperf_buffer *bytes, gitperf_buffer *name, gitperf_session *s)
{
	int err;

	gitperf_buf_addf(name, "%s" GITPERF_SUITE_FILE, gitperf_repo_worktree(s->repo));
	err = gitperf_buf_check(name);
	if (!err)
		err = gitperf_buf_read_file(bytes, name->ptr, GITPERF_SUITE_MAX);
	return err == GITPERF_ENOTFOUND ? fail_suite(s, "this project", 0) : err;
}

static int read_suite_bytes(gitperf_buffer *bytes, gitperf_buffer *name, gitperf_session *s)
{
	if (s->opts.suite_id)
		return read_blob(bytes, name, s);
	if (s->opts.suite)
		return read_asked(bytes, name, s);
	if (is_of_commit(s) || !gitperf_repo_worktree(s->repo))
		return read_committed(bytes, name, s);
	return read_in_place(bytes, name, s);
}

int gitperf_session__suite(gitperf_session *s)
{
	gitperf_buffer bytes = GITPERF_BUFFER_INIT, name = GITPERF_BUFFER_INIT;
	int err = read_suite_bytes(&bytes, &name, s);

	if (!err)
		err = gitperf_buf_check(&name);
	if (!err)
		err = gitperf_suite_parse(&s->suite, name.ptr, bytes.ptr, bytes.len);
	if (!err)
		err = check_id(s);
	gitperf_buffer_dispose(&bytes);
	gitperf_buffer_dispose(&name);
	return err;
}
