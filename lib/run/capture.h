/*
 * capture.h - what a benchmark that measures itself prints
 *
 *	struct capture capture;
 *
 *	if ((err = gitperf_capture__init(&capture, work)) < 0)
 *		return err;
 *	gitperf_capture__prepare(&capture, &to, &problem);
 *	... run the command with `to` ...
 *	err = gitperf_capture__read(&readings, &capture, &to, &problem);
 *	gitperf_capture__free(&capture);
 *
 * What is wrong with the output is no error of ours, but a `problem`: some
 * text about the command.
 */
#ifndef GITPERF_RUN_CAPTURE_H
#define GITPERF_RUN_CAPTURE_H

#include "run/child.h"

#include <gitperf/port.h>

struct capture {
	const gitperf_workload *work;
	gitperf_buffer path;       /* of the results; empty: they are printed */
	gitperf_buffer text;
	gitperf_buffer hint;       /* how to make it readable, where that is known */
};

/** GITPERF_EINVALID for a format that does not exist. */
int gitperf_capture__init(struct capture *capture, const gitperf_workload *work);

/** Before each iteration, so that nothing old is read afterwards. */
void gitperf_capture__prepare(struct capture *capture, struct child_output *to,
			      gitperf_buffer *problem);

/** After an iteration; *readings is NULL where there is a problem. */
int gitperf_capture__read(gitperf_readings **readings, struct capture *capture,
			  const struct child_output *to, gitperf_buffer *problem);

void gitperf_capture__free(struct capture *capture);

#endif
