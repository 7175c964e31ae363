/*
 * schedule.c - reading all that a decision depends on, and swapping one in
 *
 * In a clone the queue, the trunk and the data branch are those of its remote:
 * fetched before each attempt, and moved by a push with a lease. On the server
 * itself they are at hand.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "git/walk.h"
#include "store/decide.h"
#include "work/divide.h"
#include "work/schedule.h"

#define MILLISECOND INT64_C(1000000)
#define FIRST_PAUSE (2 * MILLISECOND)
#define LONGEST_PAUSE (20 * MILLISECOND)
#define MARKS "refs/tags/bench"

/* --- Where --- */

int gitperf_schedule_remote(gitperf_buffer *name, gitperf_repo *repo, const gitperf_schedule_options *opts)
{
	const char *remote = opts->share ? opts->share->remote : NULL;
	int err;

	if (opts->here)
		return 0;
	if (remote) {
		gitperf_buf_adds(name, remote);
		return (err = gitperf_buf_check(name)) < 0 ? err : 1;
	}
	if (!gitperf_repo_worktree(repo))
		return 0;
	if ((err = gitperf_repo_remote(name, repo)) < 0)
		return err;
	return gitperf_repo__is_named(repo, name->ptr);
}

static int open_here(struct schedule *s)
{
	int64_t wait;
	int err, locked;

	if ((err = gitperf_store__refuse_quarantine()) < 0 ||
	    (err = gitperf_store__timeout(&wait, s->repo, s->share.timeout_ms)) < 0)
		return err;
	gitperf_backoff_init(&s->backoff, gitperf_clock_ns() + wait, FIRST_PAUSE, LONGEST_PAUSE);
	if (s->opts->dry_run || s->opts->cached)
		return 0;
	if ((err = gitperf_write_lock_open(&s->lock, s->repo, "queue")) < 0)
		return err;
	while (!(locked = gitperf_write_lock_try(&s->lock)))
		if (!gitperf_backoff_wait(&s->backoff))
			return gitperf_hint(gitperf_fail(GITPERF_EBUSY, "another git perf has been planning for too long"),
					    "wait for it, or allow more time: git config perf.lockTimeout <seconds>");
	return locked < 0 ? locked : 0;
}

int gitperf_schedule_open(struct schedule *s, gitperf_repo *repo,
			  const gitperf_schedule_options *opts)
{
	static const gitperf_schedule_options usual = GITPERF_SCHEDULE_OPTIONS_INIT;
	static const gitperf_share_options share = GITPERF_SHARE_OPTIONS_INIT;
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int err;

	memset(s, 0, sizeof(*s));
	s->lock.fd = -1;
	s->repo = repo;
	s->opts = opts ? opts : &usual;
	s->share = s->opts->share ? *s->opts->share : share;
	s->share.events = s->opts->events;
	s->place.repo = repo;
	s->place.events = s->opts->events;
	err = gitperf_schedule_remote(&name, repo, s->opts);
	gitperf_buffer_dispose(&name);
	if (err <= 0)
		return err < 0 ? err : open_here(s);
	if (s->opts->cached)
		s->share.flags |= GITPERF_SHARE_DRY_RUN;
	s->is_remote = 1;
	err = gitperf_remote_open(&s->remote, repo, &s->share);
	s->place.remote = &s->remote;
	if (!err)
		gitperf_pace_begin(&s->remote.pace, &s->remote.backoff);
	return err;
}

static void forget(struct schedule *s)
{
	gitperf_queue__free(s->queue);
	s->queue = NULL;
	gitperf_peek_close(&s->data);
	gitperf_divide_free(s->divide);
	s->divide = NULL;
	if (s->has_trunk)
		gitperf_trunk_close(&s->trunk);
	s->has_trunk = 0;
}

void gitperf_schedule_close(struct schedule *s)
{
	forget(s);
	gitperf_write_lock_close(&s->lock);
	if (s->is_remote)
		gitperf_remote_close(&s->remote);
}

/* --- Looking --- */

static int open_trunk(struct schedule *s, const char *remote, const char *ref)
{
	int err;

	if (s->has_trunk)
		gitperf_trunk_close(&s->trunk);
	err = gitperf_trunk_open(&s->trunk, s->repo, remote, ref);
	s->has_trunk = !err;
	return err;
}

/* The trunk and its marks, and the queue if it is wanted, in one connection; where the trunk is then */
static int fetch_trunk(gitperf_buffer *copy, struct schedule *s, const char *name, int with_queue)
{
	struct remote *r = &s->remote;
	gitperf_buffer ref = GITPERF_BUFFER_INIT, trunk = GITPERF_BUFFER_INIT;
	gitperf_buffer queue = GITPERF_BUFFER_INIT, but = GITPERF_BUFFER_INIT, marks = GITPERF_BUFFER_INIT;
	int err, found = 1;

	gitperf_buf_addf(&ref, "refs/heads/%s", name);
	gitperf_buf_addf(&trunk, "+%s:", ref.ptr);
	gitperf_buf_adds(&marks, "+" MARKS "/*:");
	gitperf_buf_truncate(copy, 0);
	if ((err = gitperf_buf_check(&trunk)) < 0 ||
	    (err = gitperf_repo__remote_ref(copy, s->repo, r->name.ptr, ref.ptr)) < 0 ||
	    (err = gitperf_repo__remote_ref(&marks, s->repo, r->name.ptr, MARKS)) < 0 ||
	    (with_queue && (err = gitperf_queue__refspec(&queue, &but, r)) < 0))
		goto out;
	gitperf_buf_adds(&trunk, copy->ptr);
	gitperf_buf_adds(&marks, "/*");
	if (!(err = gitperf_buf_check(&trunk)) && !(err = gitperf_buf_check(&marks))) {
		const char *specs[] = { trunk.ptr, marks.ptr, with_queue ? queue.ptr : NULL, but.ptr, NULL };

		found = err = gitperf_transport_fetch(&r->transport, specs, FETCH_PRUNE);
	}
	if (!found)
		err = gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "'%s' has no branch '%s'", r->shown.ptr, name),
				   "say which is the trunk: git config perf.trunk <branch>");
out:
	gitperf_buffer_dispose(&ref);
	gitperf_buffer_dispose(&trunk);
	gitperf_buffer_dispose(&queue);
	gitperf_buffer_dispose(&but);
	gitperf_buffer_dispose(&marks);
	return err < 0 ? err : 0;
}

/* As far as this clone knows; its policy may say otherwise when it is here */
static int guess_trunk(gitperf_buffer *name, struct schedule *s)
{
	int err = gitperf_trunk_name(name, s->repo, s->remote.name.ptr);

	/* nothing was ever fetched from a URL: its trunk is called as ours is */
	if (err != GITPERF_ENOTFOUND || gitperf_repo__is_named(s->repo, s->remote.name.ptr))
		return err;
	gitperf_buf_truncate(name, 0);
	return gitperf_trunk_name(name, s->repo, NULL);
}

static int load_queue(struct schedule *s)
{
	gitperf_queue__free(s->queue);
	s->queue = NULL;
	return gitperf_queue__load(&s->queue, &s->place);
}

static int look_at_trunk(struct schedule *s, const char *name, int with_queue)
{
	gitperf_buffer copy = GITPERF_BUFFER_INIT;
	int err = fetch_trunk(&copy, s, name, with_queue);

	if (!err)
		err = open_trunk(s, s->remote.name.ptr, copy.ptr);
	gitperf_buffer_dispose(&copy);
	return err;
}

/* As in stretch.c; where the policy names none, any platform may be one */
static int is_planned(const gitperf_policy *policy, const char *platform)
{
	size_t i;

	for (i = 0; i < policy->nplatforms; i++)
		if (!strcmp(policy->platforms[i].name, platform))
			return 1;
	return !policy->nplatforms;
}

/*
 * Somebody has decided about commits that the trunk does not have; or an error. Where
 * nothing is planned nothing is lost: jobs leave with the trunk of their platform only.
 */
static int is_ahead(const struct schedule *s)
{
	const struct queue *q = s->queue;
	size_t i;
	int reached = 1;

	for (i = 0; i < q->nstates && reached > 0; i++)
		if (q->states[i].head && is_planned(s->trunk.policy, q->states[i].platform))
			reached = gitperf_walk_reaches(s->repo, s->trunk.head, q->states[i].head);
	return reached < 0 ? reached : !reached;
}

/*
 * The queue is taken as it was with the trunk, or before it: one that is newer may
 * know commits that were pushed since, and they would seem to have left the trunk.
 * A server does not read its references at one moment, so where that is so the
 * trunk is looked at once more.
 */
static int look_there(struct schedule *s)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int err = guess_trunk(&name, s), ahead = 0;

	if (!err && !(err = look_at_trunk(s, name.ptr, 1)) && s->trunk.policy->trunk &&
	    strcmp(s->trunk.policy->trunk, name.ptr)) {
		gitperf_buf_truncate(&name, 0);
		gitperf_buf_adds(&name, s->trunk.policy->trunk);
		if (!(err = gitperf_buf_check(&name)))
			err = look_at_trunk(s, name.ptr, 1);
	}
	if (!err && !(err = load_queue(s)) && (ahead = is_ahead(s)) < 0)
		err = ahead;
	if (!err && ahead)
		err = look_at_trunk(s, name.ptr, 0);
	if (!err)
		err = gitperf_remote_fetch(&s->remote, NULL, 0);
	gitperf_buffer_dispose(&name);
	return err;
}

int gitperf_schedule_look(struct schedule *s)
{
	int err;

	forget(s);
	if (s->is_remote && !s->opts->cached) {
		/* a connection that was lost is tried again, as a race is */
		while ((err = look_there(s)) == GITPERF_ENET)
			if ((err = gitperf_remote_again(&s->remote, err)) < 0)
				break;
	} else if (!(err = load_queue(s))) {
		/* here, too, it must not be newer than the trunk */
		err = open_trunk(s, s->is_remote ? s->remote.name.ptr : NULL, NULL);
	}
	if (err < 0)
		return err;
	return s->is_remote ? gitperf_peek_at(&s->data, s->repo, s->remote.tree) :
			      gitperf_peek_here(&s->data, s->repo);
}

static int fetch_queue(struct schedule *s)
{
	gitperf_buffer queue = GITPERF_BUFFER_INIT, but = GITPERF_BUFFER_INIT;
	const char *specs[] = { NULL, NULL, NULL };
	int err = gitperf_queue__refspec(&queue, &but, &s->remote);

	specs[0] = queue.ptr;
	specs[1] = but.ptr;
	/* once: who waits to be shown something is better off with what is here */
	if (!err && (err = gitperf_transport_fetch(&s->remote.transport, specs, FETCH_PRUNE)) == GITPERF_ENET)
		gitperf_hint(err, "try again later, or see it as it was seen last: git perf queue --cached");
	gitperf_buffer_dispose(&queue);
	gitperf_buffer_dispose(&but);
	return err < 0 ? err : 0;
}

int gitperf_schedule_fetch(struct schedule *s)
{
	int err = s->is_remote && !s->opts->cached ? fetch_queue(s) : 0;

	forget(s);
	return err < 0 ? err : load_queue(s);
}

/* --- Swapping --- */

/* What the data branch has by now may go from the queue */
static void mark_landed(struct schedule *s)
{
	size_t i;

	for (i = 0; i < s->queue->nwaiting; i++) {
		struct waiting *one = &s->queue->waiting[i];

		one->landed = one->path && gitperf_peek_has(&s->data, one->path);
	}
}

int gitperf_schedule_swap(struct schedule *s, const char *what)
{
	mark_landed(s);
	return s->opts->dry_run ? 1 : gitperf_queue__swap(&s->place, s->queue, what);
}

/* It is the queue that they move, and not the perf branch */
static int fail_race(struct schedule *s)
{
	gitperf_fail(GITPERF_ERACE, "others kept moving %s at '%s' until the time was up (%u attempts; last: %s)",
		     gitperf_repo__queue(s->repo), s->remote.shown.ptr, s->lost_races, s->remote.why);
	return gitperf_hint(GITPERF_ERACE, "try again, allow more time with git config perf.pushTimeout <seconds>, "
			    "or look for a lock that was left behind on the server");
}

int gitperf_schedule_again(struct schedule *s, int moved)
{
	int err;

	s->lost_races += !moved;
	if (s->is_remote)
		return (err = gitperf_remote_again(&s->remote, moved)) == GITPERF_ERACE ? fail_race(s) : err;
	if (moved || gitperf_backoff_wait(&s->backoff))
		return moved;
	if ((err = gitperf_write_lock_stale(s->repo, gitperf_repo__queue(s->repo), s->opts->events)) < 0)
		return err;
	return gitperf_hint(gitperf_fail(GITPERF_ERACE, "others kept moving the queue until the time was up"),
			    "try again, or allow more time: git config perf.lockTimeout <seconds>");
}

/* --- Decisions to the data branch --- */

static int list_decisions(struct additions *out, const struct schedule *s)
{
	size_t i;
	int err = 0;

	for (i = 0; i < s->queue->nwaiting && !err; i++) {
		const struct waiting *one = &s->queue->waiting[i];

		if (one->path && !gitperf_peek_has(&s->data, one->path))
			err = gitperf_additions_add(out, one->path, &one->oid);
	}
	gitperf_additions_sort(out);
	return err;
}

static int settle_there(struct schedule *s, struct additions *adds)
{
	int err;

	while (!(err = gitperf_remote_again(&s->remote, gitperf_remote_try(&s->remote, adds, NULL, 0))))
		if ((err = gitperf_remote_fetch(&s->remote, NULL, 0)) < 0)
			break;
	return err < 0 ? err : 0;
}

void gitperf_schedule_settle(struct schedule *s)
{
	struct additions adds = ADDITIONS_INIT;
	const gitperf_events *events = s->opts->events;
	int err = s->opts->dry_run ? 0 : list_decisions(&adds, s);

	gitperf_fault(FAULT_PLAN_BEFORE_SETTLE);
	if (!err && adds.n)
		err = s->is_remote ? settle_there(s, &adds) : gitperf_decide_here(s->repo, &adds, events);
	gitperf_additions_free(&adds);
	if (err < 0 && events && events->warning) {
		gitperf_blame(err, "planned, but the decisions are not on the data branch yet");
		events->warning(events->payload, gitperf_error_message(), "they wait in the queue; the next git perf plan tries again");
	}
}
