/*
 * gitperf.h - continuous benchmarking that lives in a git repository
 *
 * One header a room; each opens with its own calling sequence:
 *
 *	common.h    conventions, buffers, numbers, time, events
 *	error.h     codes by remedy, the last error's message and hint
 *	record.h    one run of a suite on one commit, as a value
 *	platform.h  names of machines, identities of things measured
 *	suite.h     what a project measures, its .gitperf file
 *	policy.h    which commits it wants measured, and where
 *	queue.h     what is to be measured, as values
 *	plan.h      what a planner decided, and why
 *	stats.h     robust summaries, how far two samples are apart
 *	machine.h   this machine: what it is, who has it, how quiet it is
 *	run.h       measure commands on it
 *	repo.h      a git repository: configuration, commits, history
 *	store.h     the perf branch: land records, read them back
 *	notes.h     lines about commits, for plain git log
 *	purge.h     take a record off it, for good
 *	query.h     history x records: how measurements moved
 *	compare.h   two commits, or two runs, side by side
 *	coverage.h  what became of each commit, and what nobody has measured
 *	survey.h    what a clone has, what is on its way, what is wrong
 *	port.h      what other tools wrote, as records and as metrics
 *	work.h      gathering results
 *	session.h   measure a suite on commits
 *	share.h     many machines, one perf branch
 *	transit.h   what is on its way between them
 *	schedule.h  deciding what is measured, asking for it
 *	sets.h      which of them measures which benchmarks
 *	worker.h    machines that take jobs, and what they are told
 *	hook.h      git calls us when something is pushed
 *	view.h      values to text and JSON
 *
 * A complete program, which prints what is measured of HEAD:
 *
 *	#include <gitperf.h>
 *	#include <stdio.h>
 *
 *	int main(void)
 *	{
 *		gitperf_query query = GITPERF_QUERY_INIT;
 *		gitperf_repo *repo = NULL;
 *		gitperf_store *store = NULL;
 *		gitperf_log *log = NULL;
 *		size_t i;
 *
 *		query.max_count = 1;
 *		if (gitperf_repo_open(&repo, NULL) < 0 ||
 *		    gitperf_store_open(&store, repo) < 0 ||
 *		    gitperf_log_load(&log, repo, store, &query) < 0)
 *			fprintf(stderr, "error: %s\n", gitperf_error_message());
 *		for (i = 0; log && i < gitperf_log_nseries(log); i++) {
 *			const gitperf_series *s = gitperf_log_series(log, i);
 *
 *			printf("%s %s %g %s\n", s->benchmark, s->metric,
 *			       s->points[0].value, s->unit);
 *		}
 *		gitperf_log_free(log);
 *		gitperf_store_free(store);
 *		gitperf_repo_free(repo);
 *		return log ? 0 : 1;
 *	}
 *
 * Build it with: cc show.c $(pkg-config --cflags --libs libgitperf)
 */
#ifndef GITPERF_H
#define GITPERF_H

#include <gitperf/common.h>
#include <gitperf/compare.h>
#include <gitperf/coverage.h>
#include <gitperf/crew.h>
#include <gitperf/error.h>
#include <gitperf/hook.h>
#include <gitperf/machine.h>
#include <gitperf/notes.h>
#include <gitperf/plan.h>
#include <gitperf/platform.h>
#include <gitperf/policy.h>
#include <gitperf/port.h>
#include <gitperf/purge.h>
#include <gitperf/query.h>
#include <gitperf/queue.h>
#include <gitperf/record.h>
#include <gitperf/repo.h>
#include <gitperf/requests.h>
#include <gitperf/run.h>
#include <gitperf/schedule.h>
#include <gitperf/session.h>
#include <gitperf/sets.h>
#include <gitperf/share.h>
#include <gitperf/stats.h>
#include <gitperf/store.h>
#include <gitperf/suite.h>
#include <gitperf/survey.h>
#include <gitperf/transit.h>
#include <gitperf/view.h>
#include <gitperf/work.h>
#include <gitperf/worker.h>

#endif
