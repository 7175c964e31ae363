/*
 * part.c - a repository beside this one, for a branch that is wanted in part
 *
 * To add to a branch takes its newest commit and its trees, and none of the
 * files on it. A job's clone that lacks the branch would have to become a
 * partial one for that, for good. So the branch is fetched into a repository of
 * its own, below the common directory's perf/, which is shallow and partial, and
 * borrows the objects of this one. It may be removed at any time.
 *
 * It has no configuration but what makes it such. What this clone knows of the
 * remote (addresses, logins, proxies) is handed to git in the environment, because
 * an included file would be judged by another repository's path ("includeIf").
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/env.h"
#include "base/error.h"
#include "git/repo.h"

#include <git2/sys/repository.h>

#define LIST_MAX (8u << 20)
#define NAME_DIGITS 8

/* --- The configuration of this clone, for git on that one --- */

/* Of the repository itself, not of how to reach a remote */
static int is_its_own(const char *key)
{
	static const char *const sections[] = { "core.", "extensions.", "branch.", "gc.", "maintenance." };
	const char *sshcommand = "core.sshcommand", *proxy = "core.gitproxy";
	size_t i;

	if (!strncmp(key, sshcommand, strlen(sshcommand)) || !strncmp(key, proxy, strlen(proxy)))
		return 0;
	for (i = 0; i < ARRAY_SIZE(sections); i++)
		if (!strncmp(key, sections[i], strlen(sections[i])))
			return 1;
	return 0;
}

/* A variable, with a NUL behind; the list of them is made at the end */
static void add_entry(gitperf_buffer *env, size_t n, const char *key, size_t len, const char *value)
{
	gitperf_buf_addf(env, "GIT_CONFIG_KEY_%zu=%.*s", n, (int)len, key);
	gitperf_buf_addc(env, '\0');
	gitperf_buf_addf(env, "GIT_CONFIG_VALUE_%zu=%s", n, value);
	gitperf_buf_addc(env, '\0');
}

/* "<scope>\0<key>\n<value>\0"..., of which local and worktree ones are wanted */
static size_t add_local(gitperf_buffer *env, size_t n, const gitperf_buffer *list)
{
	const char *p = list->ptr, *end = p + list->len, *key, *nl;

	for (; p < end; p = key + strlen(key) + 1) {
		key = p + strlen(p) + 1;
		if (key >= end)
			break;
		nl = strchr(key, '\n');
		if ((strcmp(p, "local") && strcmp(p, "worktree")) || is_its_own(key))
			continue;
		add_entry(env, n++, key, nl ? (size_t)(nl - key) : strlen(key), nl ? nl + 1 : "true");
	}
	return n;
}

static int make_list(gitperf_repo *part)
{
	const char *p = part->handed.ptr, *end = p + part->handed.len;
	size_t n = 0;

	for (; p < end; p += strlen(p) + 1)
		n++;
	part->env = calloc(n + 1, sizeof(*part->env));
	if (!part->env)
		return gitperf_fail_oom();
	for (n = 0, p = part->handed.ptr; p < end; p += strlen(p) + 1)
		part->env[n++] = p;
	return 0;
}

/* Behind what the environment has of this kind already */
static int hand_over(gitperf_repo *part, gitperf_repo *repo, const char *remote)
{
	static const char *const args[] = { "config", "--list", "--show-scope", "-z", NULL };
	const char *before = gitperf_env("GIT_CONFIG_COUNT");
	gitperf_buffer list = GITPERF_BUFFER_INIT, key = GITPERF_BUFFER_INIT;
	struct spawn spawn = { .out = &list, .limit = LIST_MAX, .timeout_ms = 60000 };
	size_t n = before ? (size_t)strtoul(before, NULL, 10) : 0;
	int rc = gitperf_repo__git(repo, &spawn, args);

	if (rc > 0)
		rc = gitperf_fail(GITPERF_EINVALID, "git config exited with status %d", rc);
	if (!rc) {
		n = add_local(&part->handed, n, &list);
		gitperf_buf_addf(&key, "remote.%s.promisor", remote);
		add_entry(&part->handed, n++, key.ptr, key.len, "true");
		gitperf_buf_truncate(&key, 0);
		gitperf_buf_addf(&key, "remote.%s.partialclonefilter", remote);
		add_entry(&part->handed, n++, key.ptr, key.len, "blob:none");
		gitperf_buf_addf(&part->handed, "GIT_CONFIG_COUNT=%zu", n);
		gitperf_buf_addc(&part->handed, '\0');
		rc = gitperf_buf_check(&part->handed);
	}
	gitperf_buffer_dispose(&key);
	gitperf_buffer_dispose(&list);
	return rc < 0 ? rc : make_list(part);
}

/* --- The repository --- */

static int write_file(const char *directory, const char *name, const gitperf_buffer *text)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&path, "%s/%s", directory, name);
	err = gitperf_buf_check(&path);
	if (!err)
		err = gitperf_buf_check(text);
	if (!err)
		err = gitperf_buf_write_file(path.ptr, text->ptr, text->len, 0);
	gitperf_buffer_dispose(&path);
	return err;
}

/* Each time: it is little, and heals one that was left half made */
static int make(const char *directory, const char *remote)
{
	const char *argv[] = { "git", "init", "-q", "--bare", "--template=", directory, NULL };
	gitperf_buffer config = GITPERF_BUFFER_INIT, alternates = GITPERF_BUFFER_INIT;
	struct spawn spawn = { .argv = argv, .set_env = gitperf_repo__variables, .timeout_ms = 60000 };
	int err = gitperf_spawn(&spawn);

	if (err > 0)
		err = gitperf_fail(GITPERF_EIO, "git init cannot make '%s'", directory);
	gitperf_buf_addf(&config, "[core]\n\trepositoryformatversion = 1\n\tbare = true\n"
			 "[extensions]\n\tpartialClone = %s\n", remote);
	/* seen from its objects/: this clone's common directory */
	gitperf_buf_adds(&alternates, "../../../objects\n");
	if (!err)
		err = write_file(directory, "config", &config);
	if (!err)
		err = write_file(directory, "objects/info/alternates", &alternates);
	gitperf_buffer_dispose(&config);
	gitperf_buffer_dispose(&alternates);
	return err;
}

static void copy(gitperf_buffer *to, const gitperf_buffer *from)
{
	gitperf_buf_add(to, from->ptr, from->len);
}

/* The same names, and the same configuration, for another repository */
static int copy_handle(gitperf_repo *part, const gitperf_repo *repo, const char *directory)
{
	int rc = git_repository_open_bare(&part->git, directory);

	if (rc >= 0 && repo->config)
		rc = git_config_snapshot(&part->config, repo->config);
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot open '%s'", directory);
	copy(&part->overrides, &repo->overrides);
	copy(&part->ours, &repo->ours);
	copy(&part->data, &repo->data);
	copy(&part->inbox, &repo->inbox);
	copy(&part->quarantine, &repo->quarantine);
	copy(&part->seen, &repo->seen);
	copy(&part->notes, &repo->notes);
	memcpy(part->suffix, repo->suffix, sizeof(part->suffix));
	return gitperf_buf_check(&part->data);
}

/* A name that needs no quotes in a configuration file */
static int is_plain(const char *remote)
{
	return strspn(remote, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/") == strlen(remote);
}

static int find_directory(gitperf_buffer *out, gitperf_repo *repo, const char *remote)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	char digest[DIGEST_HEX + 1];
	int err = gitperf_repo__mkdir(repo, "");

	gitperf_digest(digest, remote, strlen(remote));
	gitperf_buf_addf(&name, "part-%.*s%s.git", NAME_DIGITS, digest, repo->suffix);
	if (!err)
		err = gitperf_buf_check(&name);
	if (!err)
		err = gitperf_repo__file(out, repo, name.ptr);
	gitperf_buffer_dispose(&name);
	return err;
}

int gitperf_repo__open_part(gitperf_repo **out, gitperf_repo *repo, const char *remote)
{
	gitperf_buffer directory = GITPERF_BUFFER_INIT;
	gitperf_repo *part;
	int err;

	*out = NULL;
	if (gitperf_repo__is_named(repo, remote) <= 0 || !is_plain(remote))
		return 0;
	part = gitperf_repo__new();
	if (!part)
		return gitperf_fail_oom();
	if ((err = find_directory(&directory, repo, remote)) < 0 ||
	    (err = make(directory.ptr, remote)) < 0 ||
	    (err = copy_handle(part, repo, directory.ptr)) < 0)
		goto out;
	gitperf_buf_adds(&part->promisor, remote);
	err = hand_over(part, repo, remote);
out:
	gitperf_buffer_dispose(&directory);
	if (err < 0)
		gitperf_repo_free(part);
	else
		*out = part;
	return err < 0 ? err : 1;
}
