/*
 * config.c - configuration, and the policies that follow from it
 *
 * libgit2 knows neither "git -c key=value" and its relatives in the
 * environment nor config.worktree. Where those are used, git is asked instead.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/error.h"
#include "git/repo.h"

#include <strings.h>

/* of all the configuration there is */
#define LIST_MAX (8u << 20)
#define A_DAY 86400

static int load_overrides(gitperf_repo *repo)
{
	static const char *const args[] = { "config", "--list", "-z", NULL };
	struct spawn spawn = { .out = &repo->overrides, .limit = LIST_MAX,
			       .timeout_ms = 60000 };
	int rc = gitperf_repo__git(repo, &spawn, args);

	if (rc > 0)
		rc = gitperf_hint(gitperf_fail(GITPERF_EINVALID, "git config exited with status %d", rc),
				  "git config --list says what is wrong");
	return rc < 0 ? rc : gitperf_buf_check(&repo->overrides);
}

static int is_overridden(void)
{
	static const char *const names[] = {
		"GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT", "GIT_CONFIG_GLOBAL",
		"GIT_CONFIG_SYSTEM"
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (gitperf_env(names[i]))
			return 1;
	return 0;
}

int gitperf_repo__load_config(gitperf_repo *repo)
{
	git_config *live = NULL;
	int rc, per_worktree = 0;

	if (is_overridden())
		return load_overrides(repo);
	if ((rc = git_repository_config(&live, repo->git)) >= 0)
		rc = git_config_snapshot(&repo->config, live);
	git_config_free(live);
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read the configuration");
	git_config_get_bool(&per_worktree, repo->config, "extensions.worktreeconfig");
	if (!per_worktree)
		return 0;
	git_config_free(repo->config);
	repo->config = NULL;
	return load_overrides(repo);
}

/* The last one counts; names without a value ("[x] flag") are true */
static const char *find_override(const gitperf_repo *repo, const char *key)
{
	const char *p = repo->overrides.ptr, *end = p + repo->overrides.len;
	const char *value = NULL;
	size_t len = strlen(key);

	for (; p < end; p += strlen(p) + 1)
		if (!strncasecmp(p, key, len) && (p[len] == '\n' || !p[len]))
			value = p[len] ? p + len + 1 : "true";
	return value;
}

/* 1 and a lent value, 0, or an error */
static int find_value(const char **out, gitperf_repo *repo, const char *key)
{
	int rc;

	if (!repo->config) {
		*out = find_override(repo, key);
		return *out != NULL;
	}
	rc = git_config_get_string(out, repo->config, key);
	if (rc == GIT_ENOTFOUND)
		return 0;
	return rc < 0 ? gitperf_fail_git(rc, "configuration '%s'", key) : 1;
}

int gitperf_repo_config_string(gitperf_buffer *out, gitperf_repo *repo,
			       const char *key)
{
	const char *value;
	int found = find_value(&value, repo, key);

	if (found <= 0)
		return found;
	gitperf_buf_adds(out, value);
	found = gitperf_buf_check(out);
	return found < 0 ? found : 1;
}

int gitperf_repo_config_path(gitperf_buffer *out, gitperf_repo *repo,
			     const char *key)
{
	const char *home = gitperf_env("HOME"), *top = gitperf_repo_worktree(repo);
	const char *value;
	int found = find_value(&value, repo, key);

	if (found <= 0 || !*value)
		return found < 0 ? found : 0;
	if (!strncmp(value, "~/", 2) && home)
		gitperf_buf_addf(out, "%s%s", home, value + 1);
	else if (*value == '/')
		gitperf_buf_adds(out, value);
	else
		gitperf_buf_addf(out, "%s%s", top ? top : gitperf_repo_directory(repo), value);
	found = gitperf_buf_check(out);
	return found < 0 ? found : 1;
}

static int fail_value(const char *key, const char *value, const char *type)
{
	gitperf_fail(GITPERF_EINVALID, "configuration '%s' is '%.100s', which is not %s", key, value, type);
	return gitperf_hint(GITPERF_EINVALID, "git config %s <value>", key);
}

int gitperf_repo_config_int(int64_t *out, gitperf_repo *repo, const char *key)
{
	const char *value;
	int found = find_value(&value, repo, key);

	if (found > 0 && git_config_parse_int64(out, value) < 0)
		return fail_value(key, value, "a number");
	return found;
}

int gitperf_repo__config_seconds(int64_t *seconds, gitperf_repo *repo, const char *key,
				 int64_t least)
{
	int64_t value = *seconds;
	int found = gitperf_repo_config_int(&value, repo, key);

	if (found < 0)
		return found;
	if (value < least || value > A_DAY)
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "%s must be between %d and %d seconds", key, (int)least, A_DAY),
				    "git config %s %d", key, (int)*seconds);
	*seconds = value;
	return 0;
}

int gitperf_repo_config_bool(int *out, gitperf_repo *repo, const char *key)
{
	const char *value;
	int found = find_value(&value, repo, key);

	if (found > 0 && git_config_parse_bool(out, value) < 0)
		return fail_value(key, value, "true or false");
	return found;
}

/*
 * git's core.fsync changes its default set word by word: "none" empties it, "-x"
 * takes x out. Here everything that is written is on or off together: off when
 * neither objects nor references are left.
 */
static int list_has_fsync(const char *list)
{
	int objects = 1, references = 1;

	while (*list) {
		const char *word = list + strspn(list, " ");
		size_t len = strcspn(word, ", ");
		int off = *word == '-';
		gitperf_buffer name = GITPERF_BUFFER_INIT;

		gitperf_buf_add(&name, word + off, len - (size_t)off);
		if (!strcmp(name.ptr, "none") || !strcmp(name.ptr, "all"))
			objects = references = (!strcmp(name.ptr, "all")) != off;
		else if (!strcmp(name.ptr, "reference"))
			references = !off;
		else if (!strcmp(name.ptr, "committed") || !strcmp(name.ptr, "added") ||
			 !strcmp(name.ptr, "objects"))
			objects = !off;
		gitperf_buffer_dispose(&name);
		list = word + len;
		list += strspn(list, ", ");
	}
	return objects || references;
}

int gitperf_repo__is_durable(gitperf_repo *repo)
{
	gitperf_buffer list = GITPERF_BUFFER_INIT;
	int on = 1;

	if (gitperf_repo_config_string(&list, repo, "core.fsync") > 0)
		on = list_has_fsync(list.ptr);
	else
		gitperf_repo_config_bool(&on, repo, "core.fsyncObjectFiles");
	gitperf_buffer_dispose(&list);
	return on;
}

unsigned gitperf_repo__shared_bits(gitperf_repo *repo)
{
	gitperf_buffer value = GITPERF_BUFFER_INIT;
	unsigned bits = 0;
	int on = 0;

	if (gitperf_repo_config_string(&value, repo, "core.sharedRepository") > 0) {
		const char *v = value.ptr;

		if (!strcmp(v, "all") || !strcmp(v, "world") ||
		    !strcmp(v, "everybody") || !strcmp(v, "2"))
			bits = 0075;
		else if (strspn(v, "01234567") == strlen(v) && strlen(v) >= 3)
			bits = (unsigned)strtoul(v, NULL, 8) & 0077;
		else if (!strcmp(v, "group") || (!git_config_parse_bool(&on, v) && on))
			bits = 0070;
	}
	gitperf_buffer_dispose(&value);
	/* whoever may read a folder must get into it */
	return bits | (bits & 0044) >> 2;
}
