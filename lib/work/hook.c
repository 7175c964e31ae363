/*
 * hook.c - which hooks there are, putting ours there and taking it away
 *
 * Somebody else's hook is never touched, and ours only as long as nobody has
 * edited it. Where hooks lie is git's to say: core.hooksPath means different
 * folders for a hook that runs in the repository and one that runs in the work
 * tree.
 */
#include "base/compat.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "git/git.h"
#include "work/hook.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (1u << 20)

enum { POST_RECEIVE, PRE_PUSH, HOOKS };

static const struct hook_kind kinds[HOOKS] = {
	{ "post-receive", "", "Lanes that arrive are collected in the background" },
	{ "pre-push", " \"$@\"", "What was measured is delivered in the background" }
};

struct gitperf_hooks {
	gitperf_repo *repo;
	struct arena arena;
	const char *hooks_path;    /* core.hooksPath, or NULL */
	gitperf_hook list[HOOKS];
};

const char *gitperf_hook_state_name(gitperf_hook_state state)
{
	static const char *const names[] = { "none", "ours", "old", "edited", "foreign" };

	return (size_t)state < ARRAY_SIZE(names) ? names[state] : "unknown";
}

/* --- Where --- */

/* As git understands it, "~" and all */
static int read_hooks_path(gitperf_hooks *hooks)
{
	static const char *const args[] = { "config", "--type=path", "core.hooksPath", NULL };
	gitperf_buffer path = GITPERF_BUFFER_INIT, words = GITPERF_BUFFER_INIT;
	struct spawn spawn = { .out = &path, .err = &words, .timeout_ms = 60000 };
	int rc = gitperf_repo__git(hooks->repo, &spawn, args);

	if (rc > 1) {
		gitperf_fail(GITPERF_EINVALID, "cannot read core.hooksPath: %.*s", (int)strcspn(words.ptr, "\n"), words.ptr);
		rc = gitperf_hint(GITPERF_EINVALID, "git config core.hooksPath <folder>");
	} else if (!rc && (rc = gitperf_buf_check(&path)) >= 0) {
		hooks->hooks_path = gitperf_arena_copy(&hooks->arena, path.ptr, path.len ? path.len - 1 : 0);
		rc = gitperf_arena_check(&hooks->arena);
	}
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&words);
	return rc < 0 ? rc : 0;
}

/* The folder of a hook; those of a push that arrives run in the repository */
static void add_folder(gitperf_buffer *out, const gitperf_hooks *hooks, size_t kind)
{
	const char *top = gitperf_repo_worktree(hooks->repo), *path = hooks->hooks_path;

	/* an empty one is no folder of ours, but "/" */
	if (!path || (*path && *path != '/'))
		gitperf_buf_adds(out, path && top && kind == PRE_PUSH ? top : gitperf_repo_directory(hooks->repo));
	gitperf_buf_adds(out, path ? path : "hooks");
}

static int is_below(const char *path, const char *top)
{
	char real[PATH_MAX];
	size_t len;

	if (!top || !realpath(top, real))
		return 0;
	len = strlen(real);
	return !strncmp(path, real, len) && (path[len] == '/' || !path[len]);
}

/* By where it really is, or will be */
static int is_outside(gitperf_repo *repo, const char *folder)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	char real[PATH_MAX] = "/", *slash;
	int outside;

	gitperf_buf_adds(&path, folder);
	while (!path.failed && !realpath(path.ptr, real) && (slash = strrchr(path.ptr, '/')))
		gitperf_buf_truncate(&path, slash > path.ptr ? (size_t)(slash - path.ptr) : 1);
	outside = path.failed || (!is_below(real, gitperf_repo_directory(repo)) &&
				  !is_below(real, gitperf_repo_worktree(repo)));
	gitperf_buffer_dispose(&path);
	return outside;
}

/* --- What is there --- */

static void judge(gitperf_hook *hook, const struct hook_kind *kind)
{
	gitperf_buffer bytes = GITPERF_BUFFER_INIT;
	struct stat st;

	hook->state = GITPERF_HOOK_NONE;
	hook->calls = hook->is_executable = 0;
	if (lstat(hook->path, &st) < 0)
		return;
	hook->is_executable = !access(hook->path, X_OK);
	hook->state = GITPERF_HOOK_FOREIGN;
	if (gitperf_buf_read_file(&bytes, hook->path, FILE_MAX) >= 0)
		hook->state = gitperf_hook_judge(&hook->calls, kind, &bytes);
	/* where a link leads is somebody's own business */
	if (!S_ISREG(st.st_mode))
		hook->state = GITPERF_HOOK_FOREIGN;
	gitperf_buffer_dispose(&bytes);
}

static int look(gitperf_hooks *hooks, size_t i)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT, line = GITPERF_BUFFER_INIT;
	gitperf_hook *hook = &hooks->list[i];
	int err;

	add_folder(&path, hooks, i);
	hook->name = kinds[i].name;
	hook->is_wanted = i == (gitperf_repo_worktree(hooks->repo) ? PRE_PUSH : POST_RECEIVE);
	hook->is_outside = is_outside(hooks->repo, path.ptr);
	gitperf_buf_addf(&path, "/%s", kinds[i].name);
	gitperf_hook_line(&line, &kinds[i]);
	hook->path = gitperf_arena_strdup(&hooks->arena, path.ptr);
	hook->line = gitperf_arena_strdup(&hooks->arena, line.ptr);
	if ((err = gitperf_buf_check(path.failed ? &path : &line)) >= 0 &&
	    (err = gitperf_arena_check(&hooks->arena)) >= 0)
		judge(hook, &kinds[i]);
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&line);
	return err;
}

int gitperf_hooks_open(gitperf_hooks **out, gitperf_repo *repo)
{
	gitperf_hooks *hooks = calloc(1, sizeof(*hooks));
	size_t i;
	int err;

	*out = NULL;
	if (!hooks)
		return gitperf_fail_oom();
	hooks->repo = repo;
	err = read_hooks_path(hooks);
	for (i = 0; i < HOOKS && !err; i++)
		err = look(hooks, i);
	if (err < 0)
		gitperf_hooks_free(hooks);
	else
		*out = hooks;
	return err;
}

void gitperf_hooks_free(gitperf_hooks *hooks)
{
	if (!hooks)
		return;
	gitperf_arena_free(&hooks->arena);
	free(hooks);
}

size_t gitperf_hooks_count(const gitperf_hooks *hooks)
{
	(void)hooks;
	return HOOKS;
}

const gitperf_hook *gitperf_hooks_get(const gitperf_hooks *hooks, size_t i)
{
	return &hooks->list[i];
}

/* --- Putting it there, taking it away --- */

static int check_place(const gitperf_hook *hook, unsigned flags)
{
	if (!hook->is_outside || flags & GITPERF_HOOK_OUTSIDE)
		return 0;
	gitperf_fail(GITPERF_EINVALID, "'%s' is outside of this repository; the hook would be that of others, too", hook->path);
	return gitperf_hint(GITPERF_EINVALID, "--outside does it all the same; or give the repository hooks of its own: "
			    "git config core.hooksPath <folder>");
}

static int fail_taken(const gitperf_hook *hook)
{
	if (hook->calls)
		return gitperf_hint(gitperf_fail(GITPERF_EEXISTS, "'%s' calls git perf, but is not executable", hook->path),
				    "chmod +x, if it is meant to be run");
	if (hook->state == GITPERF_HOOK_EDITED)
		return gitperf_hint(gitperf_fail(GITPERF_EEXISTS, "'%s' was edited, and does not call git perf any more", hook->path),
				    "add this line to it, or remove the file and install it again");
	return gitperf_hint(gitperf_fail(GITPERF_EEXISTS, "there is another hook, '%s'", hook->path),
			    "add this line to it, in sh and before it exits");
}

static int make_folder(const char *path)
{
	gitperf_buffer folder = GITPERF_BUFFER_INIT;
	const char *slash;
	int err = 0;

	for (slash = strchr(path + 1, '/'); slash && !err; slash = strchr(slash + 1, '/')) {
		gitperf_buf_truncate(&folder, 0);
		gitperf_buf_add(&folder, path, (size_t)(slash - path));
		err = gitperf_buf_check(&folder);
		if (!err && mkdir(folder.ptr, 0777) < 0 && errno != EEXIST && access(folder.ptr, F_OK) < 0)
			err = gitperf_fail_errno("cannot create the folder '%s'", folder.ptr);
	}
	gitperf_buffer_dispose(&folder);
	return err;
}

/* 1 if the file has these bytes already */
static int has_bytes(const gitperf_hook *hook, const gitperf_buffer *bytes)
{
	gitperf_buffer now = GITPERF_BUFFER_INIT;
	int same = gitperf_buf_read_file(&now, hook->path, FILE_MAX) >= 0 &&
		now.len == bytes->len && !memcmp(now.ptr, bytes->ptr, now.len);

	gitperf_buffer_dispose(&now);
	return same;
}

static int is_ours(const gitperf_hook *hook)
{
	return hook->state == GITPERF_HOOK_OURS || hook->state == GITPERF_HOOK_OLD;
}

static int write_hook(gitperf_hooks *hooks, size_t i, const char *folder)
{
	unsigned old_umask = gitperf_repo__shared_umask(hooks->repo);
	gitperf_buffer bytes = GITPERF_BUFFER_INIT;
	gitperf_hook *hook = &hooks->list[i];
	int err = gitperf_hook_file(&bytes, &kinds[i], folder), written = 0;

	if (!err && !(hook->is_executable && is_ours(hook) && has_bytes(hook, &bytes))) {
		err = make_folder(hook->path);
		if (!err)
			err = gitperf_hook_write(hook->path, &bytes, is_ours(hook));
		written = !err;
	}
	umask(old_umask);
	gitperf_buffer_dispose(&bytes);
	return err < 0 ? err : written;
}

int gitperf_hooks_install(gitperf_hooks *hooks, size_t i, const char *folder,
			  unsigned flags)
{
	gitperf_hook *hook = &hooks->list[i];
	int err, written;

	if ((err = check_place(hook, flags)) < 0)
		return err;
	if (hook->state == GITPERF_HOOK_EDITED || hook->state == GITPERF_HOOK_FOREIGN)
		return hook->calls && hook->is_executable ? 0 : fail_taken(hook);
	written = write_hook(hooks, i, folder);
	if (written > 0)
		judge(hook, &kinds[i]);
	return written;
}

int gitperf_hooks_uninstall(gitperf_hooks *hooks, size_t i, unsigned flags)
{
	gitperf_hook *hook = &hooks->list[i];
	int err;

	if (hook->state == GITPERF_HOOK_NONE || (hook->state == GITPERF_HOOK_FOREIGN && !hook->calls))
		return 0;
	if ((err = check_place(hook, flags)) < 0)
		return err;
	if (hook->state == GITPERF_HOOK_FOREIGN)
		return gitperf_hint(gitperf_fail(GITPERF_EEXISTS, "'%s' is not ours, but calls git perf", hook->path),
				    "take the line with \"git-perf hook run\" out of it");
	if (hook->state == GITPERF_HOOK_EDITED)
		return gitperf_hint(gitperf_fail(GITPERF_EEXISTS, "'%s' was edited since it was installed", hook->path),
				    "remove it yourself, if nothing in it is needed");
	if (unlink(hook->path) < 0)
		return gitperf_fail_errno("cannot remove '%s'", hook->path);
	judge(hook, &kinds[i]);
	return 1;
}
