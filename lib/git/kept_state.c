/*
 * kept_state.c - on what else than the commit the files of a work tree depend
 *
 * Settings and attributes decide how git writes a file; what git has of the work
 * tree beside its index (which parts are wanted, settings of its own, where it is)
 * can be changed by a build. All of it is read, and none of it understood.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "git/checkout.h"

#include <sys/stat.h>

#define FILE_MAX_BYTES (4u << 20)
#define CONFIG_MAX_BYTES (8u << 20)

/* A file that is not there is as good as an empty one, but another one */
static void add_file(struct digest *digest, const char *directory, const char *name)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT, text = GITPERF_BUFFER_INIT;
	char head[32];
	int len, err;

	gitperf_buf_addf(&path, "%s/%s", directory, name);
	err = path.failed ? -1 : gitperf_buf_read_file(&text, path.ptr, FILE_MAX_BYTES);
	len = snprintf(head, sizeof(head), "%d %zu\n", err, text.len);
	gitperf_digest_add(digest, head, (size_t)len);
	gitperf_digest_add(digest, text.ptr, text.len);
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&text);
}

static int decides(const char *key)
{
	static const char *const sections[] = { "core.", "filter.", "extensions." };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sections); i++)
		if (!strncmp(key, sections[i], strlen(sections[i])))
			return 1;
	return 0;
}

/* "<key>\n<value>\0"... */
static int add_settings(struct digest *digest, gitperf_repo *repo)
{
	static const char *const args[] = { "config", "--list", "-z", NULL };
	gitperf_buffer list = GITPERF_BUFFER_INIT;
	struct spawn spawn = { .out = &list, .limit = CONFIG_MAX_BYTES };
	int err = gitperf_repo__git(repo, &spawn, args);
	const char *p;

	if (err > 0)
		err = gitperf_fail(GITPERF_EINVALID, "git config exited with status %d", err);
	if (!err)
		err = gitperf_buf_check(&list);
	for (p = list.ptr; !err && p < list.ptr + list.len; p += strlen(p) + 1)
		if (decides(p))
			gitperf_digest_add(digest, p, strlen(p) + 1);
	gitperf_buffer_dispose(&list);
	return err;
}

/* What is written into it, and not beside it and renamed, is written into the clean one, too */
static void add_index(struct digest *digest, const gitperf_checkout *c)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	struct stat st = { 0 };
	char text[96];
	int len;

	gitperf_buf_addf(&path, "%s" CLEAN_INDEX, c->admin.ptr);
	if (path.failed || lstat(path.ptr, &st) < 0)
		st.st_size = -1;
	len = snprintf(text, sizeof(text), "%lld %lld %lld.%09ld\n", (long long)st.st_ino, (long long)st.st_size,
		       (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	gitperf_digest_add(digest, text, (size_t)len);
	gitperf_buffer_dispose(&path);
}

static mode_t current_umask(void)
{
	mode_t mask = umask(077);

	umask(mask);
	return mask;
}

int gitperf_checkout__conditions(gitperf_buffer *out, const gitperf_checkout *c)
{
	static const char *const own[] = { "gitdir", "commondir", "config.worktree", "info/sparse-checkout" };
	const char *ours = git_repository_path(gitperf_repo__handle(c->repo));
	struct digest digest;
	char hex[DIGEST_HEX + 1];
	int len, err;
	size_t i;

	gitperf_digest_begin(&digest);
	len = snprintf(hex, sizeof(hex), "%o\n", (unsigned)current_umask());
	gitperf_digest_add(&digest, hex, (size_t)len);
	add_index(&digest, c);
	add_file(&digest, c->path.ptr, ".git");
	for (i = 0; i < ARRAY_SIZE(own); i++)
		add_file(&digest, c->admin.ptr, own[i]);
	/* from which a new one would have them */
	add_file(&digest, ours, "config.worktree");
	add_file(&digest, ours, "info/sparse-checkout");
	add_file(&digest, gitperf_repo_directory(c->repo), "info/attributes");
	err = add_settings(&digest, c->repo);
	gitperf_digest_end(hex, &digest);
	gitperf_buf_adds(out, hex);
	return err < 0 ? err : gitperf_buf_check(out);
}
