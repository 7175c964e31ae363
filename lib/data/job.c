/*
 * job.c - the words of a queue, and what makes two jobs the same
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "data/pairs.h"
#include "data/queue.h"
#include "data/record.h"

#include <gitperf/crew.h>
#include <gitperf/plan.h>

#define ID_DIGITS 40
/* for whom nobody waits who could not be told "something newer is there" */
#define AUTOMATIC (1u << GITPERF_REASON_PUSH | 1u << GITPERF_REASON_SCHEDULED | 1u << GITPERF_REASON_IDLE)

static const char *const reasons[GITPERF_REASONS] = {
	"manual", "tagged", "release", "push", "scheduled", "bisect", "backfill", "idle"
};

const char *gitperf_reason_name(gitperf_reason reason)
{
	return (unsigned)reason < GITPERF_REASONS ? reasons[reason] : "unknown";
}

gitperf_reason gitperf_reason_first(unsigned set)
{
	unsigned reason = 0;

	while (reason < GITPERF_REASONS && !(set & 1u << reason))
		reason++;
	return (gitperf_reason)reason;
}

int gitperf_reason_is_automatic(unsigned set)
{
	return set && !(set & ~AUTOMATIC);
}

const char *gitperf_pace_name(gitperf_pace pace)
{
	static const char *const names[] = { "normal", "widened", "newest" };

	return (unsigned)pace < ARRAY_SIZE(names) ? names[pace] : "unknown";
}

const char *gitperf_duty_name(gitperf_duty duty)
{
	static const char *const names[] = { "work", "pause", "drain", "retire" };

	return (unsigned)duty < ARRAY_SIZE(names) ? names[duty] : "unknown";
}

const char *gitperf_crew_state_name(gitperf_crew_state state)
{
	static const char *const names[] = { "measuring", "idle", "paused", "draining", "retired", "silent" };

	return (unsigned)state < ARRAY_SIZE(names) ? names[state] : "unknown";
}

const char *gitperf_ruling_name(gitperf_ruling ruling)
{
	static const char *const names[] = {
		"measure", "done", "represented", "skipped", "wait", "dropped", "again"
	};

	return (unsigned)ruling < ARRAY_SIZE(names) ? names[ruling] : "unknown";
}

/* Of each part its length, so that no two lists of parts are the same bytes */
static void add_part(gitperf_buffer *out, const char *part)
{
	gitperf_buf_addf(out, "%zu:%s\n", strlen(part), part);
}

int gitperf_job_id(char out[ID_DIGITS + 1], const gitperf_job *job)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char digest[DIGEST_HEX + 1];
	size_t i;
	int err;

	add_part(&text, job->commit);
	add_part(&text, job->platform);
	add_part(&text, job->suite ? job->suite : "");
	gitperf_buf_addf(&text, "%lld %zu\n", (long long)job->round, job->nconfig);
	for (i = 0; i < job->nconfig; i++) {
		add_part(&text, job->config[i].key);
		add_part(&text, job->config[i].value);
	}
	/* all of a suite has no such lines */
	for (i = 0; i < job->nbenchmarks; i++)
		add_part(&text, job->benchmarks[i]);
	err = gitperf_buf_check(&text);
	if (!err) {
		gitperf_digest(digest, text.ptr, text.len);
		snprintf(out, ID_DIGITS + 1, "%.*s", ID_DIGITS, digest);
	}
	gitperf_buffer_dispose(&text);
	return err;
}

static const char *copy_text(struct arena *arena, const char *text)
{
	return text ? gitperf_arena_strdup(arena, text) : NULL;
}

static const char *const *copy_texts(struct arena *arena, const char *const *list, size_t n)
{
	const char **copy = gitperf_arena_array(arena, n, sizeof(*copy));
	size_t i;

	for (i = 0; copy && i < n; i++)
		copy[i] = gitperf_arena_strdup(arena, list[i]);
	return copy;
}

int gitperf_job_copy(gitperf_job *out, struct arena *arena, const gitperf_job *job)
{
	*out = *job;
	out->commit = gitperf_arena_strdup(arena, job->commit);
	out->platform = gitperf_arena_strdup(arena, job->platform);
	out->config = gitperf_pairs_copy(arena, job->config, job->nconfig);
	out->suite = copy_text(arena, job->suite);
	out->set = copy_text(arena, job->set);
	out->benchmarks = copy_texts(arena, job->benchmarks, job->nbenchmarks);
	out->error = copy_text(arena, job->error);
	out->lease.worker = copy_text(arena, job->lease.worker);
	out->lease.steps = copy_texts(arena, job->lease.steps, job->lease.nsteps);
	out->lease.seen = NULL;
	out->lease.nseen = 0;
	return gitperf_arena_check(arena);
}
