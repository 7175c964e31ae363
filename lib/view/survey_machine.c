/*
 * survey_machine.c - a page about a clone, for programs
 *
 * git-perf-status(1) documents it. Members may be added.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

static void print_count(gitperf_printer *p, const char *key, size_t n)
{
	gitperf_print_int(p, key, (int64_t)n);
}

static void print_id(gitperf_printer *p, const char *key, const char *id)
{
	gitperf_print_string(p, key, *id ? id : NULL);
}

static void open_member(gitperf_printer *p, const char *key, char bracket)
{
	gitperf_print_key(p, key);
	gitperf_print_open(p, bracket);
}

static void print_notices(gitperf_printer *p, const gitperf_survey *s)
{
	size_t i;

	open_member(p, "notices", '[');
	for (i = 0; i < s->nnotices; i++) {
		gitperf_print_open(p, '{');
		gitperf_print_string(p, "kind", s->notices[i].kind);
		gitperf_print_bool(p, "wrong", s->notices[i].wrong);
		print_count(p, "count", s->notices[i].count);
		gitperf_print_string(p, "platform", s->notices[i].platform);
		gitperf_print_string(p, "what", s->notices[i].what);
		gitperf_print_string(p, "remedy", s->notices[i].remedy);
		gitperf_print_close(p, '}');
	}
	gitperf_print_close(p, ']');
}

static void print_branch(gitperf_printer *p, const gitperf_survey *s)
{
	open_member(p, "branch", '{');
	gitperf_print_string(p, "ref", s->branch);
	print_id(p, "tip", s->transit->tip);
	print_count(p, "missing", s->transit->missing);
	gitperf_print_close(p, '}');
}

static void print_records(gitperf_printer *p, const gitperf_survey *s)
{
	size_t i;

	open_member(p, "records", '{');
	print_count(p, "usable", s->tally.records);
	print_count(p, "damaged", s->tally.damaged);
	print_count(p, "newer", s->tally.newer);
	print_count(p, "foreign", s->tally.foreign);
	print_count(p, "revoked", s->tally.revoked);
	print_count(p, "unread", s->unread);
	gitperf_print_close(p, '}');
	open_member(p, "platforms", '[');
	for (i = 0; i < s->nplatforms; i++) {
		gitperf_print_open(p, '{');
		gitperf_print_string(p, "platform", s->platforms[i].name);
		print_count(p, "records", s->platforms[i].records);
		print_count(p, "commits", s->platforms[i].commits);
		gitperf_view__print_time(p, "newest", s->platforms[i].newest);
		gitperf_print_close(p, '}');
	}
	gitperf_print_close(p, ']');
}

static void print_inbox(gitperf_printer *p, const gitperf_inbox *inbox)
{
	size_t i;

	open_member(p, "lanes", '[');
	for (i = 0; i < inbox->nfolders; i++) {
		gitperf_print_open(p, '{');
		gitperf_print_string(p, "folder", inbox->folders[i].name);
		print_count(p, "lanes", inbox->folders[i].lanes);
		gitperf_print_close(p, '}');
	}
	gitperf_print_close(p, ']');
	open_member(p, "quarantine", '[');
	for (i = 0; i < inbox->nquarantined; i++) {
		gitperf_print_open(p, '{');
		gitperf_print_string(p, "ref", inbox->quarantined[i].ref);
		gitperf_print_string(p, "reason", inbox->quarantined[i].reason);
		gitperf_view__print_time(p, "time", inbox->quarantined[i].when);
		gitperf_print_close(p, '}');
	}
	gitperf_print_close(p, ']');
}

static void print_answer(gitperf_printer *p, const gitperf_survey *s)
{
	const gitperf_remote_answer *a = s->transit->answer;

	if (!s->asked) {
		gitperf_print_string(p, "there", NULL);
		return;
	}
	open_member(p, "there", '{');
	gitperf_print_string(p, "problem", s->asked_error);
	gitperf_print_string(p, "hint", s->asked_hint);
	if (a) {
		print_id(p, "tip", a->tip);
		print_inbox(p, &a->inbox);
	}
	gitperf_print_close(p, '}');
}

static void print_remote(gitperf_printer *p, const gitperf_survey *s)
{
	const gitperf_remote_state *r = &s->transit->remote;

	open_member(p, "remote", '{');
	gitperf_print_string(p, "name", s->remote);
	gitperf_print_bool(p, "is_set_up", r->name != NULL);
	print_id(p, "accepted", r->accepted);
	gitperf_print_string(p, "tracking_ref", r->tracking_ref);
	print_id(p, "tracking", r->tracking);
	gitperf_view__print_time(p, "fetched", r->fetched);
	print_count(p, "missing", r->missing);
	print_count(p, "lanes_fetched", r->lanes);
	print_count(p, "purged", r->purged);
	print_answer(p, s);
	gitperf_print_close(p, '}');
}

static void print_unsent(gitperf_printer *p, const gitperf_push_result *u)
{
	open_member(p, "unsent", '{');
	print_count(p, "to_send", u->sent);
	gitperf_print_bool(p, "by_lane", u->lanes != 0);
	print_count(p, "waiting", u->waiting);
	print_count(p, "local", u->local);
	print_count(p, "revoked", u->revoked);
	print_count(p, "unusable", u->unusable);
	gitperf_print_close(p, '}');
}

static void print_spool(gitperf_printer *p, const gitperf_spool *spool)
{
	size_t i;

	open_member(p, "spool", '{');
	print_count(p, "files", spool->files);
	print_count(p, "records", spool->records);
	gitperf_view__print_time(p, "oldest", spool->oldest);
	open_member(p, "bad", '[');
	for (i = 0; i < spool->nbad; i++) {
		gitperf_print_open(p, '{');
		gitperf_print_string(p, "path", spool->bad[i]);
		gitperf_print_close(p, '}');
	}
	gitperf_print_close(p, ']');
	gitperf_print_close(p, '}');
}

static void print_locks(gitperf_printer *p, const gitperf_transit *t)
{
	size_t i;

	open_member(p, "locks", '[');
	for (i = 0; i < t->nlocks; i++) {
		gitperf_print_open(p, '{');
		gitperf_print_string(p, "path", t->locks[i].path);
		gitperf_print_int(p, "age_s", t->locks[i].age_s);
		gitperf_print_close(p, '}');
	}
	gitperf_print_close(p, ']');
}

static void print_coverage(gitperf_printer *p, const gitperf_coverage *c)
{
	size_t i, fate;

	if (!c) {
		gitperf_print_string(p, "coverage", NULL);
		return;
	}
	open_member(p, "coverage", '{');
	gitperf_print_string(p, "trunk", gitperf_coverage_trunk(c));
	print_count(p, "commits", gitperf_coverage_ncommits(c));
	open_member(p, "of", '[');
	for (i = 0; i < gitperf_coverage_nplatforms(c); i++) {
		const gitperf_platform_coverage *one = gitperf_coverage_platform(c, i);

		gitperf_print_open(p, '{');
		gitperf_print_string(p, "platform", one->name);
		gitperf_print_bool(p, "required", one->is_required);
		print_count(p, "covered", one->covered);
		for (fate = 0; fate < GITPERF_FATES; fate++)
			print_count(p, gitperf_fate_name((gitperf_fate)fate), one->counts[fate]);
		print_count(p, "gaps", one->ngaps);
		gitperf_print_close(p, '}');
	}
	gitperf_print_close(p, ']');
	gitperf_print_close(p, '}');
}

static void print_queue(gitperf_printer *p, const gitperf_queue *queue)
{
	size_t i, running = 0;
	gitperf_time oldest = 0;

	if (!queue) {
		gitperf_print_string(p, "queue", NULL);
		return;
	}
	for (i = 0; i < queue->njobs; i++) {
		const gitperf_job *job = &queue->jobs[i];

		running += job->lease.worker != NULL;
		if (!job->lease.worker && (!oldest || job->asked < oldest))
			oldest = job->asked;
	}
	open_member(p, "queue", '{');
	print_count(p, "queued", queue->njobs - running);
	print_count(p, "running", running);
	gitperf_view__print_time(p, "oldest", oldest);
	gitperf_print_close(p, '}');
}

void gitperf_view__print_survey(gitperf_printer *p, const gitperf_survey *survey)
{
	gitperf_print_int(p, "version", 1);
	gitperf_view__print_time(p, "time", survey->now);
	print_notices(p, survey);
	print_branch(p, survey);
	print_remote(p, survey);
	print_records(p, survey);
	print_unsent(p, &survey->unsent);
	print_spool(p, &survey->transit->spool);
	print_inbox(p, &survey->transit->inbox);
	print_locks(p, survey->transit);
	gitperf_view__print_time(p, "went_wrong", survey->transit->went_wrong);
	print_coverage(p, survey->coverage);
	print_queue(p, survey->queue);
}
