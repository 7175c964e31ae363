/*
 * gitperf/work.h - gathering results, checking them, where a project begins, and
 * telling somebody when it does not go well
 *
 *	gitperf_collection *all;
 *
 *	gitperf_collect(&all, repo, paths, n, 0, NULL);
 *	for (i = 0; i < gitperf_collection_count(all); i++)
 *		... gitperf_collection_get(all, i)->problem ...
 *	gitperf_batch_append(&result, gitperf_collection_batch(all), NULL);
 *	gitperf_collection_free(all);
 */
#ifndef GITPERF_WORK_H
#define GITPERF_WORK_H

#include <gitperf/common.h>
#include <gitperf/repo.h>
#include <gitperf/requests.h>
#include <gitperf/schedule.h>
#include <gitperf/store.h>
#include <gitperf/survey.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A file that was looked at; lent by its collection. */
typedef struct gitperf_artifact {
	const char *path;
	const char *format;        /**< as in gitperf_import_read(), or NULL */
	const char *problem;       /**< why it was refused; NULL: accepted */
	const char *hint;          /**< what to do about that, or NULL */
	const char *id;            /**< its record's id, when accepted */
	const char *commit, *platform;
	int commit_known;          /**< whether this clone has the commit */
} gitperf_artifact;

typedef struct gitperf_collection gitperf_collection;

/** The records will be landed: see gitperf_batch_write_ahead(). */
#define GITPERF_COLLECT_WRITE_AHEAD (1u << 0)

/**
 * Look at files, and at *.json below directories (links are not followed), and
 * gather the valid records. Files are never changed. A refused file is not an
 * error of this call. GITPERF_ENOMEM.
 */
GITPERF_EXPORT int gitperf_collect(gitperf_collection **out, gitperf_repo *repo,
				   const char *const *paths, size_t n,
				   unsigned flags, const gitperf_events *events);
GITPERF_EXPORT void gitperf_collection_free(gitperf_collection *collection);

/** The files, in the order in which they were found. */
GITPERF_EXPORT size_t gitperf_collection_count(const gitperf_collection *c);
GITPERF_EXPORT const gitperf_artifact *
gitperf_collection_get(const gitperf_collection *c, size_t i);
GITPERF_EXPORT size_t gitperf_collection_refused(const gitperf_collection *c);

/** The valid records, to be landed; lent. */
GITPERF_EXPORT gitperf_batch *gitperf_collection_batch(gitperf_collection *c);

/**
 * Write a record as a file of its default name into a directory, with its id
 * in the name when `unique`; `path` receives where. The same bytes may be
 * there already; another file of that name is GITPERF_EEXISTS, and stays.
 */
GITPERF_EXPORT int gitperf_artifact_write(gitperf_buffer *path,
					  const char *directory,
					  const gitperf_batch_item *item,
					  int unique);

/**
 * Check a record file: canonical bytes, schema, checksum, and that its name
 * (an artifact's, or the one it has in the branch) agrees with the content;
 * another name is nobody's claim. `id` receives its record id.
 */
GITPERF_EXPORT int gitperf_artifact_verify(char id[GITPERF_ID_SIZE],
					   const char *path);

/** What a project seems to measure itself with, and a suite to begin with. */
typedef struct gitperf_starter {
	const char *tool;            /**< "cargo", "go", ...; NULL: none recognised */
	const char *evidence;        /**< the file that tells, below the top, or NULL */
	const char *const *others;   /**< tools that it has, too */
	size_t nothers;
	const char *suite;           /**< the text of a .gitperf file */
} gitperf_starter;

/**
 * Look at the files of a project, within limits and without following links,
 * and write a suite for what is there; nothing is run, nothing changed.
 */
GITPERF_EXPORT int gitperf_starter_look(gitperf_starter **out, const char *top);
GITPERF_EXPORT void gitperf_starter_free(gitperf_starter *starter);

/**
 * What makes a CI system ("github", "gitlab") or "cron" measure and store.
 * `path` receives the file that it belongs into, below the top, or NULL for a
 * line of a crontab; static. `ref` is gitperf_repo_data_ref(). GITPERF_EINVALID
 * for another system, and for names that cannot be written there safely.
 */
GITPERF_EXPORT int gitperf_starter_ci(gitperf_buffer *out, const char **path,
				      const char *system, const char *ref,
				      const char *top);

/**
 * Make a file below the top, and the directories on the way to it, none of
 * which may be a link. GITPERF_EEXISTS when there is anything of that name:
 * nothing is ever overwritten.
 */
GITPERF_EXPORT int gitperf_starter_write(const char *top, const char *path,
					 const char *bytes, size_t len);

/**
 * Run perf.alertCommand, with `page` on its standard input, if something is wrong and
 * it was not told the same within a day: 1; else 0. When all is well again, the next
 * trouble is news. What is wrong is judged by kind and platform, not by how long it has
 * been so. GITPERF_EIO when the command fails.
 */
GITPERF_EXPORT int gitperf_alert(gitperf_repo *repo, const gitperf_survey *survey,
				 const char *page);

typedef struct gitperf_requests_options {
	int version;
	/** Whose queue, as for gitperf_agenda_load(); NULL: as usual. */
	const gitperf_schedule_options *schedule;
	size_t limit;                 /**< so many of the newest; 0: 10 */
	/** And all of these, NULL-terminated, also where a result does not say that it was asked
	 *  for; or NULL. */
	const char *const *commits;
} gitperf_requests_options;

#define GITPERF_REQUESTS_OPTIONS_INIT { .version = 1 }

/**
 * Look at the queue, and at the results of the newest requests. No result is read where
 * nothing was ever queued. As gitperf_agenda_load().
 */
GITPERF_EXPORT int gitperf_requests_load(gitperf_requests **out, gitperf_repo *repo,
					 const gitperf_requests_options *opts);
GITPERF_EXPORT void gitperf_requests_free(gitperf_requests *requests);

/**
 * Whether the queue, the data branch or the trunk have moved since `state`, which is
 * empty at first and belongs to this function: 1 or 0. A remote is asked in one
 * connection, and what has moved there is fetched. As gitperf_agenda_load().
 */
GITPERF_EXPORT int gitperf_watch(gitperf_buffer *state, gitperf_repo *repo, const gitperf_schedule_options *opts);

typedef struct gitperf_notify_options {
	int version;
	/** Whose queue; NULL: as usual. Nobody is asked: it is as it was seen last. */
	const gitperf_schedule_options *schedule;
	/** What the command reads of a request: gitperf_view_request(), or NULL: nothing. */
	int (*format)(gitperf_buffer *out, const gitperf_request_view *request);
	const gitperf_events *events;
} gitperf_notify_options;

#define GITPERF_NOTIFY_OPTIONS_INIT { .version = 1 }

/**
 * Run perf.notifyCommand once for each request that has come to one of perf.notifyStates,
 * and return how often; 0 without such a command. What this clone has told is remembered.
 * That the command fails is a warning, and it is run again at some later call. When it is
 * called for the first time, all that there is counts as told. GITPERF_EINVALID: a state
 * that there is not.
 */
GITPERF_EXPORT int gitperf_notify(gitperf_repo *repo, const gitperf_notify_options *opts);

#ifdef __cplusplus
}
#endif

#endif
