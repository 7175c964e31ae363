/*
 * watch.c - whether anything has moved: references, and nothing else
 *
 * Of a remote that is one question for a few names. What has moved there is fetched.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "git/git.h"
#include "work/schedule.h"

#include <gitperf/work.h>

/* The queue, the data branch, and the trunk as far as it is known here */
static int list_here(gitperf_buffer *out, gitperf_repo *repo)
{
	const char *refs[] = { gitperf_repo_data_ref(repo), gitperf_repo__queue(repo), "HEAD" };
	git_oid oid;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refs); i++) {
		char id[GITPERF_ID_SIZE] = "-";

		if (!git_reference_name_to_id(&oid, gitperf_repo__handle(repo), refs[i]))
			git_oid_tostr(id, sizeof(id), &oid);
		gitperf_buf_addf(out, "%s %s\n", id, refs[i]);
	}
	git_error_clear();
	return gitperf_buf_check(out);
}

static int list_there(gitperf_buffer *out, struct remote *r)
{
	const char *patterns[] = { r->ref, gitperf_repo__queue(r->repo), "HEAD", NULL };
	struct arena arena = ARENA_INIT;
	struct listed_ref *refs;
	size_t n, i;
	int err = gitperf_transport_list(&refs, &n, &arena, &r->transport, patterns);

	for (i = 0; i < n && !err; i++)
		gitperf_buf_addf(out, "%s %s\n", refs[i].id, refs[i].name);
	gitperf_arena_free(&arena);
	return err < 0 ? err : gitperf_buf_check(out);
}

/* First the queue: what is done goes off it after its result has landed */
static int fetch(gitperf_repo *repo, const gitperf_schedule_options *opts)
{
	gitperf_agenda *agenda = NULL;
	gitperf_fetch_result result;
	int err = gitperf_agenda_load(&agenda, repo, opts);

	gitperf_agenda_free(agenda);
	return err < 0 ? err : gitperf_fetch(&result, repo, opts->share);
}

int gitperf_watch(gitperf_buffer *state, gitperf_repo *repo, const gitperf_schedule_options *opts)
{
	gitperf_schedule_options looking = *opts;
	gitperf_buffer now = GITPERF_BUFFER_INIT, there = GITPERF_BUFFER_INIT;
	struct schedule s;
	int err, moved = 0, is_remote;

	looking.cached = 1;
	err = gitperf_schedule_open(&s, repo, &looking);
	is_remote = s.is_remote;
	if (err >= 0 && is_remote)
		err = list_there(&there, &s.remote);
	gitperf_schedule_close(&s);
	if (err >= 0 && (err = list_here(&now, repo)) >= 0) {
		gitperf_buf_adds(&now, there.ptr ? there.ptr : "");
		err = gitperf_buf_check(&now);
	}
	moved = err >= 0 && (!state->ptr || strcmp(state->ptr, now.ptr));
	if (moved && is_remote && (err = fetch(repo, opts)) >= 0) {
		/* what that has changed here is no news */
		gitperf_buf_truncate(&now, 0);
		if ((err = list_here(&now, repo)) >= 0)
			gitperf_buf_adds(&now, there.ptr ? there.ptr : "");
	}
	if (moved && err >= 0) {
		gitperf_buffer_dispose(state);
		*state = now;
	} else {
		gitperf_buffer_dispose(&now);
	}
	gitperf_buffer_dispose(&there);
	return err < 0 ? err : moved;
}
