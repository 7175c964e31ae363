/*
 * program.c - which file a command's first word means
 *
 * As execvp() finds it, but once and ahead of time: an iteration must not
 * include a walk through PATH. And in the PATH that the command itself gets,
 * not in ours.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "run/program.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* for a command without PATH, as execvp() of glibc has it */
#define DEFAULT_PATH "/bin:/usr/bin"

extern char **environ;

const char *const *gitperf_program__environ(void)
{
	static const char *const nothing[] = { NULL };

	return environ ? (const char *const *)environ : nothing;
}

static const char *search_path(const char *const *env)
{
	for (; *env; env++)
		if (!strncmp(*env, "PATH=", 5))
			return *env + 5;
	return DEFAULT_PATH;
}

/* 0 if it can be executed */
static int problem_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno;
	return S_ISREG(st.st_mode) && !access(path, X_OK) ? 0 : EACCES;
}

/* Try one folder of PATH; "" is the current one. */
static int try_folder(gitperf_buffer *out, const char *folder, size_t len,
		      const char *name, const char *directory)
{
	gitperf_buffer full = GITPERF_BUFFER_INIT;
	size_t start = out->len;
	int problem;

	gitperf_buf_add(out, len ? folder : ".", len ? len : 1);
	gitperf_buf_addf(out, "/%s", name);
	if (directory && out->ptr[start] != '/')
		gitperf_buf_addf(&full, "%s/", directory);
	gitperf_buf_adds(&full, out->ptr + start);
	problem = out->failed || full.failed ? ENOMEM : problem_of(full.ptr);
	if (problem)
		gitperf_buf_truncate(out, start);
	gitperf_buffer_dispose(&full);
	return problem;
}

int gitperf_program__find(gitperf_buffer *out, const char *name,
			  const char *const *env, const char *directory)
{
	const char *folder = search_path(env);
	int problem, denied = 0;
	size_t len;

	if (!*name)
		return ENOENT;
	if (strchr(name, '/')) {
		gitperf_buf_adds(out, name);
		return out->failed ? ENOMEM : 0;
	}
	for (;; folder += len + 1) {
		len = strcspn(folder, ":");
		problem = try_folder(out, folder, len, name, directory);
		if (!problem || problem == ENOMEM)
			return problem;
		denied |= problem == EACCES;
		if (!folder[len])
			return denied ? EACCES : ENOENT;
	}
}
