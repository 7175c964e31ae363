/*
 * survey.c - what readers see here, and what is between here and there
 *
 * One page for somebody who wants to know whether all is well. So what is wrong
 * is no error but part of the answer, as far as that can be.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "query/log.h"
#include "query/survey.h"
#include "store/store.h"

#include <gitperf/suite.h>

#include <unistd.h>

/* so many records between two calls of somebody who shows how far it is */
#define PROGRESS_STEP 256

static const gitperf_share_options usual_share = GITPERF_SHARE_OPTIONS_INIT;

/* --- What readers see --- */

static int add_platform(struct survey *s, const char *name)
{
	gitperf_platform_state *grown = gitperf_arena_grow(&s->arena, s->public.platforms,
							   s->public.nplatforms, sizeof(*grown));

	if (!grown)
		return gitperf_fail_oom();
	memset(&grown[s->public.nplatforms], 0, sizeof(*grown));
	grown[s->public.nplatforms++].name = gitperf_arena_strdup(&s->arena, name);
	s->public.platforms = grown;
	return gitperf_arena_check(&s->arena);
}

/* Names alone: entries come by platform, then commit */
static int count_platforms(struct survey *s, const gitperf_store *store)
{
	gitperf_platform_state *p = NULL;
	const char *commit = "";
	size_t i;

	for (i = 0; i < gitperf_store_count(store); i++) {
		const gitperf_entry *entry = gitperf_store_entry(store, i);

		if (!p || strcmp(p->name, entry->platform)) {
			int err = add_platform(s, entry->platform);

			if (err < 0)
				return err;
			p = (gitperf_platform_state *)&s->public.platforms[s->public.nplatforms - 1];
			commit = "";
		}
		p->records++;
		p->commits += strcmp(commit, entry->commit) != 0;
		p->newest = entry->finished > p->newest ? entry->finished : p->newest;
		commit = entry->commit;
	}
	return 0;
}

/* What a reader would leave out, by the index as far as it knows */
static int tally_record(struct survey *s, struct index *index, gitperf_store *store,
			const gitperf_entry *entry, int is_partial)
{
	gitperf_tally *tally = &s->public.tally;
	struct record_facts facts;
	int err = gitperf_index_facts(&facts, index, store, entry);

	if (!err)
		tally->records++;
	else if (err == GITPERF_ENOMEM)
		return err;
	else if (err == GITPERF_ENOTFOUND && is_partial)
		s->public.unread++;
	else if (gitperf_log__is_newer(store, entry))
		tally->newer++;
	else
		tally->damaged++;
	return 0;
}

static int tally_records(struct survey *s, gitperf_store *store)
{
	const gitperf_events *events = s->opts->events;
	int is_partial = gitperf_repo__is_partial(s->repo);
	size_t i, n = gitperf_store_count(store);
	struct index *index;
	int err = gitperf_index_open(&index, s->repo);

	s->public.tally.foreign = gitperf_store_foreign(store);
	s->public.tally.revoked = gitperf_store_revoked(store);
	/* a look at what is here is no reason to ask somebody else */
	gitperf_store__stay_here(store);
	for (i = 0; i < n && !err; i++) {
		err = tally_record(s, index, store, gitperf_store_entry(store, i), is_partial);
		if (events && events->progress && !(i % PROGRESS_STEP))
			events->progress(events->payload, "reading records", i, n);
	}
	gitperf_index_close(index);
	return err;
}

/* A branch that is none of ours, or of a newer format, is told and left alone */
static int remember_broken(struct survey *s, int err)
{
	const char *hint = gitperf_error_hint();

	if (err == GITPERF_ENOMEM)
		return err;
	s->broken = gitperf_arena_strdup(&s->arena, gitperf_error_message());
	s->broken_hint = gitperf_arena_strdup(&s->arena, hint ? hint : "git perf fsck tells more");
	return gitperf_arena_check(&s->arena);
}

static int look_at_store(struct survey *s)
{
	gitperf_store *store;
	int err = gitperf_store_open(&store, s->repo);

	if (err < 0)
		return remember_broken(s, err);
	if ((err = count_platforms(s, store)) >= 0 && (err = tally_records(s, store)) >= 0 &&
	    (err = gitperf_survey__look_at_trunk(s, store)) >= 0)
		err = gitperf_survey__judge(s, store);
	gitperf_store_free(store);
	return err;
}

/* --- What is between --- */

static int count_unsent(struct survey *s, const gitperf_share_options *share)
{
	gitperf_share_options looking = *share;
	int err;

	if (!s->transit->remote.name || s->broken)
		return 0;
	looking.flags |= GITPERF_SHARE_DRY_RUN;
	looking.events = NULL;
	err = gitperf_push(&s->public.unsent, s->repo, &looking);
	/* a setting is for somebody to correct; what was fetched may be anything */
	return err < 0 && err != GITPERF_EINVALID ? remember_broken(s, err) : err;
}

static int ask(struct survey *s, const gitperf_share_options *share)
{
	const char *hint;
	int err;

	if (!s->opts->ask)
		return 0;
	err = gitperf_transit_ask(s->transit, s->repo, share);
	s->public.asked = err < 0 ? err : 1;
	if (err >= 0 || err == GITPERF_ENOMEM)
		return err < 0 ? err : 0;
	hint = gitperf_error_hint();
	s->public.asked_error = gitperf_arena_strdup(&s->arena, gitperf_error_message());
	s->public.asked_hint = gitperf_arena_strdup(&s->arena, hint ? hint : "git remote -v shows the remotes");
	return gitperf_arena_check(&s->arena);
}

static int name_remote(struct survey *s, const char *remote)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int err = gitperf_share_name(&name, s->repo, remote);

	s->public.remote = gitperf_arena_strdup(&s->arena, name.ptr);
	gitperf_buffer_dispose(&name);
	return err < 0 ? err : gitperf_arena_check(&s->arena);
}

static int is_empty(const struct survey *s)
{
	const gitperf_transit *t = s->transit;

	return !s->broken && !s->public.nplatforms && !*t->tip && !t->spool.files &&
	       !t->inbox.lanes && !t->inbox.nquarantined;
}

static int find_suite(struct survey *s)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err;

	if (s->public.is_bare)
		return 0;
	gitperf_buf_addf(&path, "%s" GITPERF_SUITE_FILE, gitperf_repo_worktree(s->repo));
	err = gitperf_buf_check(&path);
	s->public.has_suite = !err && !access(path.ptr, F_OK);
	gitperf_buffer_dispose(&path);
	return err;
}

static int load(struct survey *s)
{
	const gitperf_share_options *share = s->opts->share ? s->opts->share : &usual_share;
	int err;

	s->public.now = gitperf_time_now();
	s->public.branch = gitperf_repo_data_ref(s->repo);
	s->public.is_bare = !gitperf_repo_worktree(s->repo);
	if ((err = find_suite(s)) < 0 || (err = name_remote(s, share->remote)) < 0 ||
	    (err = gitperf_transit_load(&s->transit, s->repo, share->remote)) < 0 ||
	    (err = look_at_store(s)) < 0 || (err = count_unsent(s, share)) < 0 ||
	    (err = ask(s, share)) < 0)
		return err;
	s->public.transit = s->transit;
	s->public.is_empty = is_empty(s);
	return gitperf_survey__notice(s);
}

int gitperf_survey_load(gitperf_survey **out, gitperf_repo *repo,
			const gitperf_survey_options *opts)
{
	static const gitperf_survey_options usual = GITPERF_SURVEY_OPTIONS_INIT;
	struct survey *s = calloc(1, sizeof(*s));
	int err;

	*out = NULL;
	if (!s)
		return gitperf_fail_oom();
	s->repo = repo;
	s->opts = opts ? opts : &usual;
	err = load(s);
	if (err < 0)
		gitperf_survey_free(&s->public);
	else
		*out = &s->public;
	return err;
}

void gitperf_survey_free(gitperf_survey *survey)
{
	struct survey *s = (struct survey *)survey;

	if (!s)
		return;
	gitperf_transit_free(s->transit);
	gitperf_coverage_free(s->coverage);
	gitperf_queue__free(s->queue);
	gitperf_arena_free(&s->arena);
	free(s);
}
