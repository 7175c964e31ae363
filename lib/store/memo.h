/*
 * memo.h - what a clone remembers from one command to the next
 *
 * A small file each in the perf/ folder, and for each data branch its own. None is
 * a promise: one that is lost or damaged costs time, and never a record.
 */
#ifndef GITPERF_STORE_MEMO_H
#define GITPERF_STORE_MEMO_H

#include "base/buf.h"
#include "git/git.h"

/** All that can be read of it; nothing, where there is no such file. */
int gitperf_memo_read(gitperf_buffer *out, const gitperf_repo *repo, const char *name);
int gitperf_memo_write(const gitperf_repo *repo, const char *name, const gitperf_buffer *text);

/** Seconds since 1970. */
long long gitperf_memo_now(void);
/** Whether a time, as somebody wrote it there, is less than `seconds` ago. */
int gitperf_memo_is_recent(long long when, long long seconds);

#define MEMO_REMOTE_DIGITS 8

/** What stands for a remote there: its name may stand for another one tomorrow. */
void gitperf_memo_remote(char out[MEMO_REMOTE_DIGITS + 1], gitperf_repo *repo, const char *remote);

#endif
