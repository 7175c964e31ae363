/*
 * hook_file.c - the few lines of shell that git runs
 *
 * A file is ours by its second line, which has the version of what stands in
 * it, and a digest: so ours of any version can be told from one that somebody
 * has edited since. Knows nothing of repositories.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "work/hook.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOOK_VERSION 1
#define SHEBANG "#!/bin/sh\n"
#define MARK "# git-perf hook "
#define DIGEST_LEN 16

/* A word for a shell */
static void add_quoted(gitperf_buffer *out, const char *text)
{
	gitperf_buf_addc(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			gitperf_buf_adds(out, "'\\'");
		gitperf_buf_addc(out, *text);
	}
	gitperf_buf_addc(out, '\'');
}

/* A new line would be one of the script; ":" ends a folder in PATH */
static int fits_into_path(const char *folder)
{
	return folder && *folder == '/' && !strpbrk(folder, "\n\r:");
}

static void add_body(gitperf_buffer *out, const struct hook_kind *kind, const char *folder)
{
	gitperf_buf_addf(out, "# %s: git-perf-hook(1). Made by\n"
			 "# \"git perf hook install\", which leaves it alone once it is edited.\n",
			 kind->about);
	if (fits_into_path(folder)) {
		gitperf_buf_adds(out, "PATH=$PATH:");
		add_quoted(out, folder);
		gitperf_buf_addc(out, '\n');
	}
	/* without us, there is nothing to be done, and no reason to refuse a push */
	gitperf_buf_addf(out, "command -v git-perf >/dev/null || exec cat >/dev/null\n"
			 "git-perf hook run %s%s || :\n", kind->name, kind->args);
}

/* Of all but the second line */
static void make_digest(char out[DIGEST_HEX + 1], const char *first, size_t nfirst,
			const char *body, size_t nbody)
{
	struct digest digest;

	gitperf_digest_begin(&digest);
	gitperf_digest_add(&digest, first, nfirst);
	gitperf_digest_add(&digest, body, nbody);
	gitperf_digest_end(out, &digest);
}

int gitperf_hook_file(gitperf_buffer *out, const struct hook_kind *kind,
		      const char *folder)
{
	gitperf_buffer body = GITPERF_BUFFER_INIT;
	char digest[DIGEST_HEX + 1];

	add_body(&body, kind, folder);
	make_digest(digest, SHEBANG, strlen(SHEBANG), body.ptr, body.len);
	gitperf_buf_addf(out, SHEBANG MARK "%d %.*s\n%s", HOOK_VERSION, DIGEST_LEN, digest, body.ptr);
	out->failed |= body.failed;
	gitperf_buffer_dispose(&body);
	return gitperf_buf_check(out);
}

/* Whatever has become of its input; git's own answer to a push stays as it is */
void gitperf_hook_line(gitperf_buffer *out, const struct hook_kind *kind)
{
	gitperf_buf_addf(out, "command -v git-perf >/dev/null && git-perf hook run %s%s </dev/null || :",
			 kind->name, kind->args);
}

/* Some line that is no comment has "perf hook run <name>" */
static int calls_us(const struct hook_kind *kind, const char *text)
{
	char words[64];
	size_t len;
	int n = snprintf(words, sizeof(words), "perf hook run %s", kind->name);

	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (text[strspn(text, " \t")] != '#' && memmem(text, len, words, (size_t)n))
			return 1;
	}
	return 0;
}

/* The version in the second line, and where its digest is; 0: it is not our mark */
static long read_mark(const char **digest, const char *line)
{
	size_t start = strlen(MARK);
	long version;
	char *end;

	if (strncmp(line, MARK, start))
		return 0;
	version = strtol(line + start, &end, 10);
	if (*end != ' ' || strspn(end + 1, "0123456789abcdef") != DIGEST_LEN || end[1 + DIGEST_LEN] != '\n')
		return 0;
	*digest = end + 1;
	return version;
}

gitperf_hook_state gitperf_hook_judge(int *calls, const struct hook_kind *kind,
				      const gitperf_buffer *bytes)
{
	size_t first = strcspn(bytes->ptr, "\n") + 1;
	char digest[DIGEST_HEX + 1];
	const char *mark, *body;
	long version = first < bytes->len ? read_mark(&mark, bytes->ptr + first) : 0;

	*calls = calls_us(kind, bytes->ptr);
	if (version <= 0)
		return GITPERF_HOOK_FOREIGN;
	body = mark + DIGEST_LEN + 1;
	make_digest(digest, bytes->ptr, first, body, bytes->len - (size_t)(body - bytes->ptr));
	if (strncmp(mark, digest, DIGEST_LEN))
		return GITPERF_HOOK_EDITED;
	return version == HOOK_VERSION ? GITPERF_HOOK_OURS : GITPERF_HOOK_OLD;
}

/* A link, unlike a new name, never takes the place of something else */
static int take_name(const char *tmp, const char *path, int replace)
{
	int rc = replace ? -1 : link(tmp, path);

	if (!rc)
		unlink(tmp);
	else if (!replace && errno == EEXIST)
		return gitperf_fail(GITPERF_EEXISTS, "'%s' has just been made by somebody else", path);
	else
		/* also on a file system that has no links */
		rc = rename(tmp, path);
	return rc < 0 ? gitperf_fail_errno("cannot write '%s'", path) : 0;
}

/* Whoever may read a script may run it */
static int make_executable(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0 || chmod(path, st.st_mode | (st.st_mode & 0444) >> 2) < 0)
		return gitperf_fail_errno("cannot make '%s' executable", path);
	return 0;
}

int gitperf_hook_write(const char *path, const gitperf_buffer *bytes, int replace)
{
	gitperf_buffer tmp = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&tmp, "%s.new-%ld", path, (long)getpid());
	err = gitperf_buf_check(&tmp);
	if (!err && !(err = gitperf_buf_write_file(tmp.ptr, bytes->ptr, bytes->len, 0))) {
		err = make_executable(tmp.ptr);
		if (!err)
			err = take_name(tmp.ptr, path, replace);
		if (err < 0)
			unlink(tmp.ptr);
	}
	gitperf_buffer_dispose(&tmp);
	return err;
}
