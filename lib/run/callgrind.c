/*
 * callgrind.c - instructions, counted by valgrind
 *
 * valgrind is told to write a log for each process into a folder of ours, and
 * the logs say how many instructions were executed. What a process did before
 * it called exec is lost with its log; the same each time, so that the count
 * is still good for comparing. Knows files. Runs nothing.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/error.h"
#include "run/callgrind.h"
#include "run/program.h"

#include <dirent.h>
#include <errno.h>
#include <unistd.h>

/* a log is a few lines, unless valgrind has found much to complain about */
#define LOG_MAX (1u << 20)

#define COUNT_LABEL "== Collected : "

/* In a file's name "%p" is the process, and "%%" a percent sign. */
static void add_log_option(gitperf_buffer *out, const char *folder)
{
	gitperf_buf_adds(out, "--log-file=");
	for (; *folder; folder++) {
		gitperf_buf_addc(out, *folder);
		if (*folder == '%')
			gitperf_buf_addc(out, '%');
	}
	gitperf_buf_adds(out, "/%p");
}

int gitperf_callgrind__begin(struct callgrind *callgrind, const char *const *env)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	const char *tmp = gitperf_env("TMPDIR");
	int problem, err;

	callgrind->valgrind = callgrind->folder = callgrind->log_option = empty;
	problem = gitperf_program__find(&callgrind->valgrind, "valgrind", env, NULL);
	if (problem)
		return problem == ENOMEM ? gitperf_fail_oom() : 0;
	/* a command may have another folder than we, so it has to be absolute */
	gitperf_buf_addf(&callgrind->folder, "%s/git-perf-callgrind-XXXXXX",
			 tmp && *tmp == '/' ? tmp : "/tmp");
	if ((err = gitperf_buf_check(&callgrind->folder)) < 0)
		return err;
	if (!mkdtemp(callgrind->folder.ptr)) {
		gitperf_buf_truncate(&callgrind->folder, 0);
		return gitperf_fail_errno("cannot create a folder in '%s'",
					  tmp && *tmp == '/' ? tmp : "/tmp");
	}
	add_log_option(&callgrind->log_option, callgrind->folder.ptr);
	err = gitperf_buf_check(&callgrind->log_option);
	return err < 0 ? err : 1;
}

const char *const *gitperf_callgrind__argv(const struct callgrind *callgrind,
					   struct arena *arena, const char *path,
					   const char *const *argv)
{
	const char *const options[] = {
		"valgrind", "--tool=callgrind", "--trace-children=yes", "--vgdb=no",
		"--callgrind-out-file=/dev/null", callgrind->log_option.ptr, path
	};
	const char **words;
	size_t n = 0;

	while (argv[n])
		n++;
	/* argv[0] is replaced by the path, and a NULL comes behind */
	words = gitperf_arena_array(arena, ARRAY_SIZE(options) + n, sizeof(*words));
	if (words) {
		memcpy(words, options, sizeof(options));
		memcpy(words + ARRAY_SIZE(options), argv + 1, n * sizeof(*words));
	}
	return words;
}

/* The last one, below a command line that may look like anything */
static int find_count(int64_t *count, const char *text)
{
	const char *p = text, *found = NULL;
	char *end;

	while ((p = strstr(p, COUNT_LABEL)) != NULL)
		found = p += strlen(COUNT_LABEL);
	if (!found || *found < '0' || *found > '9')
		return 0;
	errno = 0;
	*count = strtoll(found, &end, 10);
	return !errno && *count >= 0;
}

/* Add what a file says, unless nothing, and remove it. */
static int take_log(int64_t *total, const char *path)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int64_t count = 0;
	int found;

	found = gitperf_buf_read_file(&text, path, LOG_MAX) >= 0 &&
		find_count(&count, text.ptr) && count <= INT64_MAX - *total;
	if (found)
		*total += count;
	unlink(path);
	gitperf_buffer_dispose(&text);
	return found;
}

int gitperf_callgrind__collect(int64_t *total, struct callgrind *callgrind)
{
	DIR *dir = opendir(callgrind->folder.ptr);
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	struct dirent *entry;
	int found = 0;

	*total = 0;
	while (dir && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		gitperf_buf_truncate(&path, 0);
		gitperf_buf_addf(&path, "%s/%s", callgrind->folder.ptr, entry->d_name);
		found |= take_log(total, path.ptr);
	}
	if (dir)
		closedir(dir);
	gitperf_buffer_dispose(&path);
	return found;
}

void gitperf_callgrind__end(struct callgrind *callgrind)
{
	int64_t ignored;

	if (callgrind->folder.len) {
		gitperf_callgrind__collect(&ignored, callgrind);
		rmdir(callgrind->folder.ptr);
	}
	gitperf_buffer_dispose(&callgrind->valgrind);
	gitperf_buffer_dispose(&callgrind->folder);
	gitperf_buffer_dispose(&callgrind->log_option);
}
