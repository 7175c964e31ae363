/*
 * told.h - what a clone has told of requests
 *
 *	struct told told;
 *
 *	if ((err = gitperf_told_read(&told, repo)) < 0)
 *		return err;
 *	... gitperf_told_find(), gitperf_told_add() ...
 *	err = gitperf_told_write(&told, repo);
 *	gitperf_told_free(&told);
 */
#ifndef GITPERF_WORK_TOLD_H
#define GITPERF_WORK_TOLD_H

#include "base/arena.h"

#include <gitperf/repo.h>
#include <gitperf/requests.h>

enum telling {
	TELLING_AWAITED,               /* there will be something to tell */
	TELLING_BEGUN,                 /* the command was run, or is, or would have been */
	TELLING_FAILED,                /* ... and has failed */
	TELLING_DONE
};

/** A request in a state; of one that is only awaited the state says nothing. */
struct tale {
	char commit[GITPERF_ID_SIZE];
	long long round, asked;        /* that, of the request, in seconds */
	gitperf_request_state state;
	enum telling how;
	long long tries, when;         /* the last one, in seconds */
};

struct told {
	struct arena arena;
	struct tale *list;
	size_t n;
	long long horizon;             /* what was asked for before, and is not here, is old */
	int is_new;                    /* nothing was ever told */
	int is_changed;
};

/** One that is lost or damaged is new: then nothing is told twice, and perhaps something not. */
int gitperf_told_read(struct told *out, const gitperf_repo *repo);
/** The oldest ones are forgotten, when there are many. */
int gitperf_told_write(struct told *told, gitperf_repo *repo);
void gitperf_told_free(struct told *told);

/** Without what there was, if there was anything. */
int gitperf_told_forget(const gitperf_repo *repo);

/** NULL if there is none. Valid until one is added. */
struct tale *gitperf_told_find(const struct told *told, const gitperf_request_view *request);
struct tale *gitperf_told_await(const struct told *told, const gitperf_request_view *request);
/** NULL without memory. */
struct tale *gitperf_told_add(struct told *told, const gitperf_request_view *request, enum telling how);

#endif
