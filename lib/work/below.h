/*
 * below.h - files of a project that we did not write
 *
 * All paths are relative to a directory that is open, and no link is followed
 * on the way: what a stranger's repository links to is none of our business.
 * Only so much is looked at, however much there is.
 */
#ifndef GITPERF_WORK_BELOW_H
#define GITPERF_WORK_BELOW_H

#include "base/arena.h"
#include <gitperf/common.h>

/** Open the directory itself; the caller closes it. Returns it, or an error. */
int gitperf_below_open(const char *directory);

/**
 * The regular files, by path, those nearest to the top first and then by name;
 * without hidden ones, and what is known to be made or brought by others.
 */
int gitperf_below_list(const char *const **out, size_t *n, struct arena *arena,
		       int top);

/**
 * Read the beginning of a regular file. GITPERF_ENOTFOUND when there is none
 * or a link is on the way.
 */
int gitperf_below_read(gitperf_buffer *out, int top, const char *path,
		       size_t most);

/**
 * Make a file, and the directories on the way to it. GITPERF_EEXISTS when
 * anything has that name, and then nothing is changed.
 */
int gitperf_below_create(int top, const char *path, const char *bytes,
			 size_t len);

#endif
