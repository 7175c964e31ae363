/*
 * fsck.h - between the files that check a branch
 */
#ifndef GITPERF_STORE_FSCK_H
#define GITPERF_STORE_FSCK_H

#include "store/store.h"

/**
 * Files whose names follow from what is in them: <folder>/<platform>/<fan>/<name>, or
 * <folder>/<fan>/<name>.
 */
struct fsck_kind {
	const char *folder;
	int has_platforms;
	const char *what;              /* "a record" */
	const char *remedy;            /* for one that is damaged */
	int (*is_name)(const char *fan, const char *name, const char *id);
	int (*is_newer)(const char *bytes, size_t len);
	/* the path that the bytes make; less than 0 and an error if they make none */
	int (*path)(gitperf_buffer *out, const char *id, const char *bytes, size_t len);
	size_t *(*count)(gitperf_fsck_result *result);
};

extern const struct fsck_kind gitperf_fsck__records, gitperf_fsck__decisions,
	gitperf_fsck__marks;

#endif
