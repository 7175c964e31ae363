/*
 * spool.h - between the files that know what lies in the spool
 *
 *	<16 digits: when>-<pid>-<n>[@<path of the one record>].jsonl
 *
 * and, behind that name, what has become of it.
 */
#ifndef GITPERF_STORE_SPOOL_H
#define GITPERF_STORE_SPOOL_H

#include "store/store.h"

#define SPOOL_SUFFIX ".jsonl"
/** Behind it: the file cannot be used. */
#define SPOOL_BAD ".bad"
/** Behind it: what was in the file is on the branch. */
#define SPOOL_LANDED ".landed"
/** Behind it: a file that is being written, or never was finished. */
#define SPOOL_UNFINISHED ".tmp-"
/** Stands for the slashes of a path; no part of one has it. */
#define SPOOL_SLASH '@'
/** Whatever was written must be read again: no limit of its own. */
#define SPOOL_FILE_MAX (SIZE_MAX / 8)

/** What a file's name begins with: when it is written, by whom, and a number. */
void gitperf_spool__begin_name(gitperf_buffer *out, int pid, unsigned counter);

/** Call `each` for all that lies there, whatever it is, until that is not 0. */
int gitperf_spool__each(gitperf_repo *repo,
			int (*each)(void *payload, const char *path, const char *name),
			void *payload);

/** Whether a name is more than a suffix, and ends in it. */
int gitperf_spool__ends_in(const char *name, const char *suffix);

#endif
