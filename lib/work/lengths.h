/*
 * lengths.h - how long each benchmark of a suite takes, by what has landed
 */
#ifndef GITPERF_WORK_LENGTHS_H
#define GITPERF_WORK_LENGTHS_H

#include <gitperf/repo.h>
#include <gitperf/store.h>

struct lengths {
	int64_t *ns;                   /* of each benchmark; of one that nobody knows, as of the others */
	char *known;                   /* it was measured */
	size_t runs;                   /* records that this is from */
};

/**
 * Of `n` benchmarks (sorted), by the newest records of a platform. Where it takes a
 * number that cannot be, it is cut to what n of them can be added up to.
 */
int gitperf_lengths_look(struct lengths *out, gitperf_store *store, const char *platform,
			 const char *const *names, size_t n);
void gitperf_lengths_free(struct lengths *lengths);

#endif
