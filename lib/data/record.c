/*
 * record.c - the words that records use, and what follows from them
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "data/record.h"

struct owned_record {
	gitperf_record record;     /* first: a record's address is its block's */
	struct arena arena;
};

const char *const gitperf_record__better[] = { "none", "lower", "higher", NULL };

const char *const gitperf_record__status[] = {
	"ok", "failed", "timeout", "build-failed", "skipped", NULL
};

const char *const gitperf_record__outcomes[] = {
	"complete", "partial", "failed", NULL
};

const char *const gitperf_record__summary[] = {
	"n", "mean", "stddev", "min", "max", "median", "low", "high",
	"confidence", NULL
};

const char *const gitperf_record__reasons[] = {
	"push", "scheduled", "manual", "tagged", "backfill", "bisect",
	"release", "idle", "calibration", "local", NULL
};

const char *gitperf_better_name(gitperf_better better)
{
	return gitperf_record__better[better];
}

const char *gitperf_status_name(gitperf_status status)
{
	return gitperf_record__status[status];
}

const char *gitperf_outcome_name(gitperf_outcome outcome)
{
	return gitperf_record__outcomes[outcome];
}

const char *gitperf_record_reason(unsigned i)
{
	unsigned k;

	for (k = 0; k < i && gitperf_record__reasons[k]; k++)
		;
	return gitperf_record__reasons[k];
}

const char *gitperf_summary_field_name(gitperf_summary_field f)
{
	return gitperf_record__summary[f];
}

int gitperf_record__lookup(const char *const *names, const char *text)
{
	int i;

	for (i = 0; names[i]; i++)
		if (!strcmp(names[i], text))
			return i;
	return -1;
}

int gitperf_record__checksum(char out[RECORD_CHECKSUM_DIGITS + 1],
			     const struct json *root)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char hex[DIGEST_HEX + 1];
	int err = gitperf_json_print(&text, root, RECORD_CHECKSUM_KEY);

	gitperf_buf_addc(&text, '\n');
	if (!err)
		err = gitperf_buf_check(&text);
	if (!err) {
		gitperf_digest(hex, text.ptr, text.len);
		memcpy(out, hex, RECORD_CHECKSUM_DIGITS);
		out[RECORD_CHECKSUM_DIGITS] = '\0';
	}
	gitperf_buffer_dispose(&text);
	return err;
}

gitperf_outcome gitperf_record__outcome(const gitperf_benchmark *benchmarks,
					size_t n)
{
	size_t i, ok = 0, skipped = 0;

	for (i = 0; i < n; i++) {
		ok += benchmarks[i].status == GITPERF_STATUS_OK;
		skipped += benchmarks[i].status == GITPERF_STATUS_SKIPPED;
	}
	if (n && ok + skipped == n)
		return GITPERF_OUTCOME_COMPLETE;
	return ok ? GITPERF_OUTCOME_PARTIAL : GITPERF_OUTCOME_FAILED;
}

int gitperf_record__new(gitperf_record **out, struct arena **arena)
{
	static const gitperf_record blank = { .dirty = -1 };
	struct owned_record *owned = calloc(1, sizeof(*owned));

	if (!owned)
		return gitperf_fail_oom();
	owned->record = blank;
	*out = &owned->record;
	*arena = &owned->arena;
	return 0;
}

void gitperf_record_free(gitperf_record *record)
{
	struct owned_record *owned = (struct owned_record *)record;

	if (!owned)
		return;
	gitperf_arena_free(&owned->arena);
	free(owned);
}
