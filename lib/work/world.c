/*
 * world.c - what a planner wants to know: from the data branch, and from git
 */
#include "base/compat.h"
#include "base/error.h"
#include "data/pairs.h"
#include "git/walk.h"
#include "work/divide.h"
#include "work/schedule.h"

#include <gitperf/suite.h>

/* --- Of a commit --- */

static int note_outcome(void *payload, const gitperf_entry *entry)
{
	int *known = payload;

	if (entry->outcome != GITPERF_OUTCOME_FAILED)
		*known = KNOWN_MEASURED;
	else if (*known == KNOWN_NOTHING)
		*known = KNOWN_FAILED;
	return 0;
}

/* By names alone, as in git perf coverage */
static int known(void *payload, const char *platform, const char *commit)
{
	const struct schedule *s = payload;
	int found = KNOWN_NOTHING;
	int err = gitperf_peek_records(&s->data, platform, commit, note_outcome, &found);

	return err < 0 ? err : found;
}

int gitperf_schedule_suite(const struct schedule *s, char out[GITPERF_ID_SIZE], const char *commit)
{
	int found = gitperf_repo__file_id(out, s->repo, commit, GITPERF_SUITE_FILE);

	/* a commit from before there was one is measured by that of today */
	if (!found && s->trunk.suite)
		memcpy(out, s->trunk.suite->id, GITPERF_ID_SIZE);
	return found < 0 ? found : 0;
}

static int suite_of(void *payload, char out[GITPERF_ID_SIZE], const char *commit)
{
	return gitperf_schedule_suite(payload, out, commit);
}

static int parts_of(void *payload, const struct parts **out, const char *platform, const char *commit)
{
	return gitperf_divide_parts(out, payload, platform, commit);
}

static int is_gone(void *payload, const char *commit)
{
	const struct schedule *s = payload;
	int reached = gitperf_walk_reaches(s->repo, s->trunk.head, commit);

	return reached < 0 ? reached : !reached;
}

/* --- Of a job --- */

struct look {
	const struct schedule *s;
	const gitperf_job *job;
	int64_t round;                 /* the highest there is */
	int is_done;
	char *covered;                 /* which benchmarks of its part have a result */
	size_t ncovered;
};

static int is_of_config(const gitperf_job *job, const gitperf_record *record)
{
	return !job->round && !gitperf_pairs_compare(record->config, record->nconfig,
						     job->config, job->nconfig);
}

static int compare_name(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

static void cover(struct look *look, const char *name)
{
	const char *const *list = look->job->benchmarks;
	const char *const *found = bsearch(name, list, look->job->nbenchmarks, sizeof(*list), compare_name);

	if (found && !look->covered[found - list]) {
		look->covered[found - list] = 1;
		look->ncovered++;
	}
}

/*
 * A result is that of the benchmark of its name, or, as some tools measure many things,
 * of "<benchmark>/<...>". A record of all of a suite, or of another part, may have some.
 */
static int look_at_benchmarks(struct look *look, const gitperf_record *record)
{
	size_t i;

	for (i = 0; i < record->nbenchmarks; i++) {
		const gitperf_benchmark *bench = &record->benchmarks[i];
		char *name, *slash;

		/* good or bad, as of a whole suite; but one that was left out is none */
		if (bench->status == GITPERF_STATUS_SKIPPED && !bench->carried)
			continue;
		if (!(name = strdup(bench->name)))
			return gitperf_fail_oom();
		for (cover(look, name); (slash = strrchr(name, '/')); cover(look, name))
			*slash = '\0';
		free(name);
	}
	look->is_done |= look->ncovered == look->job->nbenchmarks;
	return 0;
}

static int look_for_job(struct look *look, const gitperf_record *record)
{
	if (record->job && !strcmp(record->job, look->job->id))
		look->is_done = 1;
	else if (is_of_config(look->job, record) && look->job->set)
		return look_at_benchmarks(look, record);
	else
		look->is_done |= is_of_config(look->job, record);
	return 0;
}

/* One that cannot be read says nothing */
static int look_at_record(void *payload, const gitperf_entry *entry)
{
	struct look *look = payload;
	gitperf_record *record;
	int err = gitperf_peek_record(&record, &look->s->data, entry);

	if (err < 0)
		return err == GITPERF_ENOMEM ? err : 0;
	/* one that nobody could have come to is not counted on from */
	if (record->round > look->round && record->round < QUEUE_NUMBER_MAX)
		look->round = record->round;
	if (look->job && !look->is_done)
		err = look_for_job(look, record);
	gitperf_record_free(record);
	return err;
}

static int round_of(void *payload, int64_t *out, const char *platform, const char *commit)
{
	const struct schedule *s = payload;
	struct look look = { .s = s };
	size_t i;
	int err = gitperf_peek_records(&s->data, platform, commit, look_at_record, &look);

	for (i = 0; i < s->queue->njobs; i++)
		if (s->queue->jobs[i].round > look.round && s->queue->jobs[i].round < QUEUE_NUMBER_MAX &&
		    !strcmp(s->queue->jobs[i].commit, commit) && !strcmp(s->queue->jobs[i].platform, platform))
			look.round = s->queue->jobs[i].round;
	*out = look.round;
	return err;
}

struct world gitperf_schedule_world(struct schedule *s)
{
	struct world world = { known, suite_of, is_gone, round_of, parts_of, s };

	return world;
}

/*
 * The first round of a commit in no configuration is done by any record of it; but a part of
 * a suite is not done because another one is.
 */
int gitperf_schedule_known(struct schedule *s, const gitperf_job *job)
{
	struct look look = { .s = s, .job = job };
	int found = known(s, job->platform, job->commit), err;

	if (found <= 0 || (!job->round && !job->nconfig && !job->set))
		return found;
	if (job->set && !(look.covered = calloc(job->nbenchmarks + 1, 1)))
		return gitperf_fail_oom();
	err = gitperf_peek_records(&s->data, job->platform, job->commit, look_at_record, &look);
	free(look.covered);
	return err < 0 ? err : look.is_done ? found : KNOWN_NOTHING;
}

int gitperf_schedule_finish(struct schedule *s)
{
	struct queue *q = s->queue;
	size_t i = 0;
	int done, n = 0;

	while (i < q->njobs) {
		if ((done = gitperf_schedule_known(s, &q->jobs[i])) < 0)
			return done;
		if (done)
			gitperf_queue_remove(q, i);
		else
			i++;
		n += done != KNOWN_NOTHING;
	}
	gitperf_queue_tidy(q);
	return n;
}
