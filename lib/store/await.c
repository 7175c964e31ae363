/*
 * await.c - platforms whose results are still to come
 *
 * A platform is there as soon as any record of the commit is: in a file or a lane,
 * which is a batch, or on the branch. What was there once need not be looked for
 * again.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/append.h"
#include "store/await.h"
#include "store/layout.h"

#define SECOND INT64_C(1000000000)
/* to look costs somebody else a connection: not too often */
#define FIRST_PAUSE SECOND
#define LONGEST_PAUSE (15 * SECOND)

int gitperf_await_open(struct await *a, const gitperf_gather_options *opts)
{
	size_t i;

	a->opts = opts;
	a->missing = calloc(opts->nwait + 1, sizeof(*a->missing));
	if (!a->missing)
		return gitperf_fail_oom();
	for (i = 0; i < opts->nwait; i++)
		a->missing[i] = opts->wait_platforms[i];
	a->n = opts->nwait;
	gitperf_backoff_init(&a->backoff, gitperf_clock_ns() + opts->wait_ms * 1000000,
			     FIRST_PAUSE, LONGEST_PAUSE);
	return 0;
}

void gitperf_await_close(struct await *a)
{
	free(a->missing);
}

static int is_in_batch(const gitperf_batch *batch, const char *platform, const char *commit)
{
	size_t i;

	for (i = 0; i < batch->n; i++)
		if (!strcmp(batch->items[i]->public.platform, platform) &&
		    !strcmp(batch->items[i]->public.commit, commit))
			return 1;
	return 0;
}

void gitperf_await_batch(struct await *a, const gitperf_batch *batch)
{
	size_t i, n = 0;

	for (i = 0; i < a->n; i++)
		if (!is_in_batch(batch, a->missing[i], a->opts->wait_commit))
			a->missing[n++] = a->missing[i];
	a->n = n;
}

/* A record of the commit below runs/<platform>/<fan>/ */
static int is_on_branch(git_repository *git, git_tree *root, const char *platform, const char *commit)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	git_tree_entry *entry = NULL;
	git_tree *fan = NULL;
	size_t i;
	int found = 0;

	gitperf_buf_addf(&path, LAYOUT_RUNS "/%s/%.2s", platform, commit);
	if (!path.failed && !git_tree_entry_bypath(&entry, root, path.ptr) &&
	    !git_tree_lookup(&fan, git, git_tree_entry_id(entry)))
		for (i = 0; i < git_tree_entrycount(fan) && !found; i++)
			found = !strncmp(git_tree_entry_name(git_tree_entry_byindex(fan, i)), commit + 2, 38);
	git_tree_entry_free(entry);
	git_tree_free(fan);
	gitperf_buffer_dispose(&path);
	return found;
}

void gitperf_await_branch(struct await *a, git_repository *git, git_tree *branch)
{
	size_t i, n = 0;

	for (i = 0; i < a->n; i++)
		if (!branch || !is_on_branch(git, branch, a->missing[i], a->opts->wait_commit))
			a->missing[n++] = a->missing[i];
	a->n = n;
}

/* At once when it is somebody else; then how much of the time is over, in seconds */
static void tell(struct await *a)
{
	const gitperf_events *events = a->opts->events;
	int64_t waited = gitperf_clock_ns() - a->backoff.began_ns, most = a->opts->wait_ms / 1000;
	int is_new = a->told != a->n;
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	a->told = a->n;
	gitperf_buf_addf(&text, "waiting for %s", a->missing[0]);
	if (a->n > 1)
		gitperf_buf_addf(&text, " and %zu more", a->n - 1);
	if (events && events->progress && most)
		events->progress(events->payload, text.ptr, is_new ? 0 : (uint64_t)(waited / SECOND),
				 is_new ? 0 : (uint64_t)most);
	gitperf_buffer_dispose(&text);
}

int gitperf_await_pause(struct await *a)
{
	if (!a->n)
		return 0;
	tell(a);
	return gitperf_backoff_wait(&a->backoff);
}
