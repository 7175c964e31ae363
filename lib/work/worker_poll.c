/*
 * worker_poll.c - waiting for more, without asking too much
 *
 * One connection that lists two references tells whether anything has changed; only
 * then is the queue fetched, and only if that has something for us is there more. The
 * pauses grow while nothing happens.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "work/worker.h"

#define SECOND INT64_C(1000000000)
#define MILLISECOND INT64_C(1000000)

#define PAUSE_FIRST (15 * SECOND)
#define PAUSE_LONGEST (300 * SECOND)
/* So often leases of others are looked at, which may have expired */
#define WATCH_EVERY (300 * SECOND)

struct poll {
	struct worker *w;
	gitperf_buffer remote;         /* its name; empty: here */
	struct backoff backoff;
	int64_t pause, began;
};

/* --- What there is --- */

static int add_known(gitperf_buffer *out, gitperf_repo *repo, const char *remote, const char *ref)
{
	gitperf_buffer copy = GITPERF_BUFFER_INIT;
	char id[GITPERF_ID_SIZE] = "";
	int found = 0;

	if (remote)
		found = gitperf_repo__remote_ref(&copy, repo, remote, ref);
	else
		gitperf_buf_adds(&copy, ref);
	if (!found && !(found = gitperf_buf_check(&copy)))
		found = gitperf_repo__tip(id, repo, copy.ptr);
	gitperf_buf_addf(out, "%s %s\n", found > 0 ? id : "none", ref);
	gitperf_buffer_dispose(&copy);
	return found < 0 ? found : gitperf_buf_check(out);
}

/* As this clone has seen them last */
static int know(gitperf_buffer *out, gitperf_repo *repo, const char *remote)
{
	int err = add_known(out, repo, remote, gitperf_repo__queue(repo));

	return err < 0 ? err : add_known(out, repo, remote, gitperf_repo_data_ref(repo));
}

static void add_listed(gitperf_buffer *out, const struct listed_ref *list, size_t n, const char *ref)
{
	size_t i = 0;

	while (i < n && strcmp(list[i].name, ref))
		i++;
	gitperf_buf_addf(out, "%s %s\n", i < n ? list[i].id : "none", ref);
}

/* As they are there now */
static int ask(gitperf_buffer *out, gitperf_repo *repo, const char *remote)
{
	const char *const refs[] = { gitperf_repo__queue(repo), gitperf_repo_data_ref(repo), NULL };
	struct transport t = TRANSPORT_INIT(repo, remote);
	struct arena arena = ARENA_INIT;
	struct listed_ref *list;
	size_t n;
	int err;

	if (!(err = gitperf_transport_list(&list, &n, &arena, &t, refs))) {
		add_listed(out, list, n, refs[0]);
		add_listed(out, list, n, refs[1]);
		err = gitperf_buf_check(out);
	}
	gitperf_arena_free(&arena);
	return err;
}

int gitperf_worker__has_changed(gitperf_repo *repo, const char *remote)
{
	gitperf_buffer before = GITPERF_BUFFER_INIT, now = GITPERF_BUFFER_INIT;
	int err = know(&before, repo, remote);

	if (!err)
		err = ask(&now, repo, remote);
	if (!err)
		err = strcmp(before.ptr, now.ptr) != 0;
	gitperf_buffer_dispose(&before);
	gitperf_buffer_dispose(&now);
	return err;
}

/* --- Whether it is for us --- */

static int is_for_us(const struct worker *w, const struct queue *q)
{
	size_t i;

	for (i = 0; i < q->nworkers; i++)
		if (!strcmp(q->workers[i].name, w->name.ptr) &&
		    (q->workers[i].duty != w->duty || (q->workers[i].instance && strcmp(q->workers[i].instance, w->instance.ptr))))
			return 1;
	for (i = 0; i < q->njobs; i++)
		if (!q->jobs[i].lease.worker && (gitperf_job_is_exhausted(&q->jobs[i]) ||
						 (w->duty == GITPERF_DUTY_WORK && !strcmp(q->jobs[i].platform, w->platform.ptr))))
			return 1;
	return 0;
}

/* The queue alone; leases are watched by the way */
static int look(struct poll *p)
{
	struct worker *w = p->w;
	struct observer o = { &w->watch, gitperf_clock_ns(), gitperf_time_now() };
	struct schedule s;
	int found = gitperf_schedule_open(&s, w->repo, &w->schedule);

	if (!found && !(found = gitperf_schedule_fetch(&s)) && !(found = gitperf_leases_look(s.queue, &o)))
		found = is_for_us(w, s.queue);
	gitperf_schedule_close(&s);
	return found;
}

/* --- Waiting --- */

static int is_due(const struct poll *p)
{
	const struct worker *w = p->w;
	int64_t now = gitperf_clock_ns();
	size_t i;

	for (i = 0; i < w->nshunned; i++)
		if (w->shunned[i].until_ns > p->began && w->shunned[i].until_ns <= now)
			return 1;
	return now - w->beat_ns > WORKER_TTL_MS / 2 * MILLISECOND ||
	       (w->others_work && now - p->began > WATCH_EVERY);
}

static int is_over(const struct worker *w)
{
	return w->opts->is_interrupted && w->opts->is_interrupted();
}

/* 1: there may be something to do */
static int poll_once(struct poll *p)
{
	/* what is in this repository is looked at without further ado */
	int found = p->remote.len ? gitperf_worker__has_changed(p->w->repo, p->remote.ptr) : 1;

	if (found > 0)
		found = look(p);
	return found ? found : is_due(p);
}

int gitperf_worker__wait(struct worker *w)
{
	struct poll p = { .w = w, .remote = GITPERF_BUFFER_INIT, .pause = PAUSE_FIRST, .began = gitperf_clock_ns() };
	int found = gitperf_schedule_remote(&p.remote, w->repo, &w->schedule);

	gitperf_backoff_init(&p.backoff, INT64_MAX, PAUSE_FIRST, PAUSE_LONGEST);
	for (found = found < 0 ? found : 0; !found; ) {
		gitperf_clock_pause(p.pause / 2);
		if (is_over(w))
			break;
		gitperf_backoff_wait_within(&p.backoff, p.pause);
		if (is_over(w))
			break;
		found = poll_once(&p);
		p.pause = p.pause * 5 / 4 < PAUSE_LONGEST ? p.pause * 5 / 4 : PAUSE_LONGEST;
	}
	gitperf_buffer_dispose(&p.remote);
	return found < 0 ? found : 0;
}
