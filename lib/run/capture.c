/*
 * capture.c - what a benchmark that measures itself prints
 *
 * Gets hold of the bytes, from standard output or a file, and hands them to
 * whoever knows the format. Knows nothing of what they say.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "run/capture.h"

#include <errno.h>
#include <unistd.h>

int gitperf_capture__init(struct capture *capture, const gitperf_workload *work)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	int err;

	capture->work = work;
	capture->path = capture->text = capture->hint = empty;
	if ((err = gitperf_output_format_check(work->format)) < 0 || !work->results)
		return err;
	if (work->directory && *work->results != '/')
		gitperf_buf_addf(&capture->path, "%s/", work->directory);
	gitperf_buf_adds(&capture->path, work->results);
	return gitperf_buf_check(&capture->path);
}

void gitperf_capture__prepare(struct capture *capture, struct child_output *to,
			      gitperf_buffer *problem)
{
	gitperf_buf_truncate(&capture->text, 0);
	gitperf_buf_truncate(&capture->hint, 0);
	if (!capture->path.len) {
		to->whole = &capture->text;
		to->limit = GITPERF_IMPORT_MAX;
	} else if (unlink(capture->path.ptr) < 0 && errno != ENOENT) {
		gitperf_buf_addf(problem, "cannot remove an old '%.1000s' (%s)",
				 capture->work->results, strerror(errno));
	}
}

/* What is wrong with the output is a problem; what is wrong with us is not. */
static int explain(struct capture *capture, gitperf_buffer *problem, int err)
{
	if (err < 0 && err != GITPERF_ENOMEM) {
		gitperf_buf_adds(problem, gitperf_error_message());
		if (gitperf_error_hint())
			gitperf_buf_adds(&capture->hint, gitperf_error_hint());
		err = gitperf_buf_check(&capture->hint);
	}
	return err;
}

static int load(struct capture *capture, const struct child_output *to,
		gitperf_buffer *problem)
{
	const char *path = capture->path.ptr;

	if (capture->path.len) {
		if (access(path, F_OK) < 0 && errno == ENOENT) {
			gitperf_buf_addf(problem, "did not write '%.1000s'",
					 capture->work->results);
			return 0;
		}
		return explain(capture, problem,
			       gitperf_buf_read_file(&capture->text, path, GITPERF_IMPORT_MAX));
	}
	if (to->cut)
		gitperf_buf_addf(problem, "printed more than %u MiB",
				 GITPERF_IMPORT_MAX >> 20);
	return gitperf_buf_check(&capture->text);
}

int gitperf_capture__read(gitperf_readings **readings, struct capture *capture,
			  const struct child_output *to, gitperf_buffer *problem)
{
	int err;

	*readings = NULL;
	if ((err = load(capture, to, problem)) < 0 || problem->len)
		return err;
	return explain(capture, problem,
		       gitperf_output_read(readings, capture->work->format,
					   capture->text.ptr, capture->text.len));
}

void gitperf_capture__free(struct capture *capture)
{
	gitperf_buffer_dispose(&capture->path);
	gitperf_buffer_dispose(&capture->text);
	gitperf_buffer_dispose(&capture->hint);
}
