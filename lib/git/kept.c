/*
 * kept.c - a work tree that stays, and is moved from commit to commit
 *
 * A new work tree of a large project takes longer to write than most commits take
 * to build. A kept one has to be what a new one would be, whatever a build has done
 * to it; so git is not asked what has changed by an index that the build could
 * write. The index of the moment at which the tree was clean is kept aside (a
 * hard link: its time of change says which files could have changed since without
 * a trace), and every file whose status differs from it is written again.
 *
 * What decides how files are written, but for the commit, is in "state" beside the
 * tree. Where it is not what it was, or anything fails, the tree is made anew.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/env.h"
#include "base/error.h"
#include "base/tree.h"
#include "git/checkout.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGITS 16
#define NAME_MAX_LEN 64
#define MILLISECOND INT64_C(1000000)
#define STATE "state"
#define PATH_LIMIT 4096

/*
 * No hook, no log of each move, and an index that is whole, without the help of
 * others, and that believes all that a status says
 */
#define SETTINGS \
	"-c", "core.hooksPath=/dev/null", "-c", "core.logAllRefUpdates=false", \
	"-c", "core.trustctime=true", "-c", "core.checkStat=default", "-c", "core.ignoreStat=false", \
	"-c", "core.splitIndex=false", "-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false", \
	"-c", "index.sparse=false", "-c", "submodule.recurse=false", "-c", "worktree.useRelativePaths=false"

/* --- The place --- */

int gitperf_checkout_check(const char *name)
{
	size_t len = strlen(name);

	if (len && len <= NAME_MAX_LEN && *name != '.' &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._+-") == len)
		return 0;
	return gitperf_fail(GITPERF_EINVALID, "'%.100s' is no name for a work tree: up to %d of a-z, 0-9, '.', '_', '+' and '-', without a dot in front",
			    name, NAME_MAX_LEN);
}

static int find_base(gitperf_buffer *out, gitperf_repo *repo)
{
	const char *cache = gitperf_env("XDG_CACHE_HOME"), *home = gitperf_env("HOME");
	const char *tmp = gitperf_env("TMPDIR");
	int found = gitperf_repo_config_path(out, repo, "perf.worktrees");

	if (found)
		return found < 0 ? found : 0;
	if (cache && *cache == '/')
		gitperf_buf_adds(out, cache);
	else if (home && *home == '/')
		gitperf_buf_addf(out, "%s/.cache", home);
	else
		gitperf_buf_adds(out, tmp && *tmp == '/' ? tmp : "/tmp");
	return gitperf_buf_check(out);
}

/* A repository is told by the place where it really is */
static int add_repository(gitperf_buffer *out, gitperf_repo *repo)
{
	char *path = realpath(gitperf_repo_directory(repo), NULL);
	char hex[DIGEST_HEX + 1];

	if (!path)
		return gitperf_fail_errno("cannot find '%s'", gitperf_repo_directory(repo));
	gitperf_digest(hex, path, strlen(path));
	free(path);
	gitperf_buf_addf(out, "/git-perf-%.*s", DIGITS, hex);
	return gitperf_buf_check(out);
}

/* The folder for temporary files is everybody's: who was there first? */
static int make_own(const char *path)
{
	struct stat st;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return gitperf_hint(gitperf_fail_errno("cannot create the directory '%s'", path),
				    "git config perf.worktrees <directory> chooses another place");
	if (lstat(path, &st) < 0)
		return gitperf_fail_errno("cannot look at '%s'", path);
	if (S_ISDIR(st.st_mode) && st.st_uid == geteuid())
		return 0;
	return gitperf_hint(gitperf_fail(GITPERF_EDENIED, "'%s' is not a folder of this user", path),
			    "remove it, or choose another place: git config perf.worktrees <directory>");
}

static int find_place(gitperf_checkout *c, const char *name, int may_make)
{
	int err;

	if ((err = gitperf_checkout_check(name)) < 0 || (err = find_base(&c->folder, c->repo)) < 0)
		return err;
	/* as others do with what nobody has made yet; what is configured is there */
	if (may_make)
		mkdir(c->folder.ptr, 0700);
	if ((err = add_repository(&c->folder, c->repo)) < 0 ||
	    (may_make && (err = make_own(c->folder.ptr)) < 0))
		return err;
	gitperf_buf_addf(&c->folder, "/%s", name);
	gitperf_buf_addf(&c->path, "%s/tree", c->folder.ptr);
	gitperf_buf_addf(&c->marker, "%s/lock", c->folder.ptr);
	if ((err = gitperf_buf_check(&c->folder)) < 0 || (err = gitperf_buf_check(&c->path)) < 0 ||
	    (err = gitperf_buf_check(&c->marker)) < 0)
		return err;
	return may_make ? make_own(c->folder.ptr) : 0;
}

int gitperf_checkout_file(gitperf_buffer *out, const gitperf_checkout *checkout, const char *name)
{
	gitperf_buf_addf(out, "%s/%s", checkout->folder.ptr, name);
	return gitperf_buf_check(out);
}

/* --- One at a time --- */

static int fail_busy(const gitperf_checkout *c)
{
	const char *name = strrchr(c->folder.ptr, '/') + 1;
	char text[16];
	ssize_t n = pread(c->fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return gitperf_hint(gitperf_fail(GITPERF_EBUSY, "process %.*s has the work tree '%s'",
					 (int)strspn(text, "0123456789"), text, name),
			    "wait until it is done, or see with 'fuser -v %s' what it does", c->marker.ptr);
}

static int is_current(const gitperf_checkout *c)
{
	struct stat ours, named;

	return !fstat(c->fd, &ours) && !lstat(c->marker.ptr, &named) &&
	       ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

/* Who gives a work tree up removes the file while others wait for it */
static int lock(gitperf_checkout *c)
{
	int len;
	char text[16];

	do {
		if (c->fd >= 0)
			close(c->fd);
		c->fd = open(c->marker.ptr, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
		if (c->fd < 0)
			return gitperf_fail_errno("cannot open the lock '%s'", c->marker.ptr);
		if (flock(c->fd, LOCK_EX | LOCK_NB) < 0)
			return errno == EWOULDBLOCK ? fail_busy(c) :
				gitperf_fail_errno("cannot lock '%s'", c->marker.ptr);
	} while (!is_current(c));
	len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	/* only for the message to others */
	if (!ftruncate(c->fd, 0) && pwrite(c->fd, text, (size_t)len, 0) < 0)
		return gitperf_fail_errno("cannot write '%s'", c->marker.ptr);
	return 0;
}

/* --- git on it --- */

static int run_git(gitperf_checkout *c, gitperf_buffer *out, const char *directory,
		   const char *const *args)
{
	gitperf_buffer words = GITPERF_BUFFER_INIT;
	/* it may have to ask for a login, where a clone is partial */
	struct spawn spawn = { .out = out, .err = &words, .directory = directory, .same_group = 1 };
	int64_t left_ms = (c->deadline_ns - gitperf_clock_ns()) / MILLISECOND;
	int rc;

	spawn.timeout_ms = left_ms > 0 ? (int)left_ms : 1;
	rc = gitperf_repo__git(c->repo, &spawn, args);
	if (rc > 0)
		rc = gitperf_checkout__fail("cannot check the commit out", &words);
	gitperf_buffer_dispose(&words);
	return rc;
}

/* The words of a command, up to a NULL, on the tree itself */
#define WORDS_MAX 8

static int run_here(gitperf_checkout *c, gitperf_buffer *out, const char *const *words)
{
	const char *args[] = { "--git-dir", c->admin.ptr, "--work-tree", c->path.ptr, SETTINGS,
			       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL };
	size_t i, n = ARRAY_SIZE(args) - WORDS_MAX;

	for (i = 0; words[i]; i++)
		args[n + i] = words[i];
	return run_git(c, out, c->path.ptr, args);
}

/* Where git says that it has the tree's HEAD and index: 1, or 0 for nowhere */
static int find_admin(gitperf_checkout *c)
{
	static const char key[] = "gitdir: ";
	gitperf_buffer file = GITPERF_BUFFER_INIT, text = GITPERF_BUFFER_INIT;
	struct stat st;
	int found = 0;

	gitperf_buf_truncate(&c->admin, 0);
	gitperf_buf_addf(&file, "%s/.git", c->path.ptr);
	if (!file.failed && gitperf_buf_read_file(&text, file.ptr, PATH_LIMIT) >= 0 &&
	    !strncmp(text.ptr, key, strlen(key)) && text.ptr[strlen(key)] == '/') {
		gitperf_buf_add(&c->admin, text.ptr + strlen(key), strcspn(text.ptr + strlen(key), "\n"));
		found = !c->admin.failed && !lstat(c->admin.ptr, &st) && S_ISDIR(st.st_mode);
	}
	gitperf_buffer_dispose(&file);
	gitperf_buffer_dispose(&text);
	return found;
}

/* --- What it is --- */

static int write_state(const gitperf_checkout *c, const char *commit)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT, text = GITPERF_BUFFER_INIT;
	int err = gitperf_checkout_file(&path, c, STATE);

	if (!err)
		err = gitperf_checkout__conditions(&text, c);
	gitperf_buf_addf(&text, " %s\n", commit);
	if (!err)
		err = gitperf_buf_check(&text);
	if (!err)
		err = gitperf_buf_write_file(path.ptr, text.ptr, text.len, 0);
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&text);
	return err;
}

/* The commit of a tree that is known to be sound: 1; in doubt 0 */
static int read_state(char commit[GITPERF_ID_SIZE], gitperf_checkout *c)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT, text = GITPERF_BUFFER_INIT, now = GITPERF_BUFFER_INIT;
	int found = find_admin(c) && gitperf_checkout_file(&path, c, STATE) >= 0 &&
		gitperf_buf_read_file(&text, path.ptr, PATH_LIMIT) >= 0 &&
		gitperf_checkout__conditions(&now, c) >= 0 && !now.failed &&
		text.len == now.len + 1 + GITPERF_ID_SIZE && !memcmp(text.ptr, now.ptr, now.len);

	if (found) {
		memcpy(commit, text.ptr + now.len + 1, GITPERF_ID_SIZE);
		commit[GITPERF_ID_SIZE - 1] = '\0';
	}
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&text);
	gitperf_buffer_dispose(&now);
	return found;
}

static void forget_state(const gitperf_checkout *c)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;

	if (gitperf_checkout_file(&path, c, STATE) >= 0)
		unlink(path.ptr);
	gitperf_buffer_dispose(&path);
}

int gitperf_checkout_is_at(gitperf_checkout *c, const char *commit)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT, head = GITPERF_BUFFER_INIT;
	char known[GITPERF_ID_SIZE];
	int is_there = read_state(known, c) && !strcmp(known, commit);

	gitperf_buf_addf(&path, "%s/HEAD", c->admin.ptr);
	is_there = is_there && !path.failed && gitperf_buf_read_file(&head, path.ptr, PATH_LIMIT) >= 0 &&
		head.len == GITPERF_ID_SIZE && !strncmp(head.ptr, commit, GITPERF_ID_SIZE - 1);
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&head);
	return is_there;
}

/* --- Moving it --- */

/* Put the index aside, or back: the same file under two names */
static int link_index(const gitperf_checkout *c, const char *from, const char *to)
{
	gitperf_buffer old = GITPERF_BUFFER_INIT, new = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&old, "%s%s", c->admin.ptr, from);
	gitperf_buf_addf(&new, "%s%s", c->admin.ptr, to);
	err = gitperf_buf_check(&old);
	if (!err)
		err = gitperf_buf_check(&new);
	if (!err) {
		unlink(new.ptr);
		if (link(old.ptr, new.ptr) < 0)
			err = gitperf_fail_errno("cannot link '%s'", old.ptr);
	}
	gitperf_buffer_dispose(&old);
	gitperf_buffer_dispose(&new);
	return err;
}

/* Files that stay the same for git are written otherwise with other attributes */
static int has_other_attributes(gitperf_checkout *c, const char *from, const char *to)
{
	const char *const words[] = { "diff-tree", "-r", "--name-only", from, to, "--",
				      ":(top,glob)**/.gitattributes", NULL };
	gitperf_buffer list = GITPERF_BUFFER_INIT;
	int err = run_here(c, &list, words), n = list.len > 0;

	gitperf_buffer_dispose(&list);
	return err < 0 ? err : n;
}

/* From one commit to another: 1, or 0 when it is better made anew */
static int try_move(gitperf_checkout *c, const char *commit)
{
	static const char *const clean[] = { "clean", "-ffdxq", NULL };
	const char *const checkout[] = { "checkout", "--quiet", "--force", "--detach", commit, "--", NULL };
	char from[GITPERF_ID_SIZE];

	if (!read_state(from, c))
		return 0;
	forget_state(c);
	if (gitperf_checkout__tidy_admin(c) < 0 || has_other_attributes(c, from, commit) ||
	    link_index(c, CLEAN_INDEX, "/index") < 0 || gitperf_checkout__open_folders(c->path.ptr) < 0 ||
	    gitperf_checkout__empty_places(c) < 0 || run_here(c, NULL, clean) < 0 ||
	    run_here(c, NULL, checkout) < 0 || gitperf_checkout__empty_places(c) < 0 ||
	    run_here(c, NULL, clean) < 0)
		return 0;
	return 1;
}

static int make_anew(gitperf_checkout *c, const char *commit)
{
	const char *const args[] = { SETTINGS, "worktree", "add", "--quiet", "--force", "--force", "--detach",
				     c->path.ptr, commit, NULL };
	int err;

	forget_state(c);
	gitperf_checkout__remove(c->repo, c->path.ptr);
	if ((err = run_git(c, NULL, NULL, args)) < 0)
		return err;
	return find_admin(c) ? 0 : gitperf_fail(GITPERF_EIO, "git made no work tree at '%s'", c->path.ptr);
}

int gitperf_checkout_move(gitperf_checkout *c, const char *commit)
{
	int err = 0;

	c->deadline_ns = gitperf_clock_ns() + CHECKOUT_LIMIT_MS * MILLISECOND;
	if (!try_move(c, commit))
		err = make_anew(c, commit);
	/* where there are no links it is made anew each time */
	if (!err && link_index(c, "/index", CLEAN_INDEX) >= 0)
		err = write_state(c, commit);
	return err < 0 ? gitperf_blame(err, "commit %.12s", commit) : 0;
}

/* --- Having it, and giving it up --- */

int gitperf_checkout_keep(gitperf_checkout **out, gitperf_repo *repo, const char *name)
{
	gitperf_checkout *c = gitperf_checkout__new(repo);
	int err;

	*out = NULL;
	if (!c)
		return gitperf_fail_oom();
	c->is_kept = 1;
	if ((err = find_place(c, name, 1)) < 0 || (err = lock(c)) < 0) {
		gitperf_checkout_free(c);
		return err;
	}
	*out = c;
	return 0;
}

static int remove_all(gitperf_checkout *c)
{
	int err;

	gitperf_checkout__remove(c->repo, c->path.ptr);
	if ((err = gitperf_tree_remove(c->folder.ptr)) < 0)
		return err;
	/* those of other workers may lie beside it */
	*strrchr(c->folder.ptr, '/') = '\0';
	rmdir(c->folder.ptr);
	return 0;
}

int gitperf_checkout_forget(gitperf_repo *repo, const char *name)
{
	gitperf_checkout *c = gitperf_checkout__new(repo);
	struct stat st;
	int err;

	if (!c)
		return gitperf_fail_oom();
	c->is_kept = 1;
	if (!(err = find_place(c, name, 0)) && !lstat(c->folder.ptr, &st) &&
	    !(err = make_own(c->folder.ptr)) && !(err = lock(c)))
		err = remove_all(c);
	gitperf_checkout_free(c);
	return err;
}
