/*
 * notice.c - what is to be done, each thing with its remedy
 *
 * This list is what --exit-code is about: whatever stands here counts, and
 * nothing else. Commands that are proposed are for shells, so no name from
 * outside is a part of one.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "query/survey.h"

#include <stdarg.h>

#define PLURAL(n) ((n) == 1 ? "" : "s")
#define VERB(n) ((n) == 1 ? "s" : "")
#define WAS(n) ((n) == 1 ? "was" : "were")

#define WAITS NOTICE_WAITS
#define WRONG NOTICE_WRONG

void gitperf_survey__add(struct survey *s, const char *kind, int wrong, size_t count,
			 const char *remedy, const char *fmt, ...)
{
	gitperf_notice *grown;
	char text[1200];
	va_list ap;

	if (!count)
		return;
	grown = gitperf_arena_grow(&s->arena, s->public.notices, s->public.nnotices, sizeof(*grown));
	if (!grown)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	s->public.notices = grown;
	grown = memset(grown + s->public.nnotices++, 0, sizeof(*grown));
	grown->kind = kind;
	grown->wrong = wrong;
	grown->count = count;
	grown->what = gitperf_arena_strdup(&s->arena, text);
	grown->remedy = gitperf_arena_strdup(&s->arena, remedy);
}

/* "git perf push", and where to if that is not said by configuration */
static const char *command(struct survey *s, const char *text)
{
	const char *remote = s->opts->share ? s->opts->share->remote : NULL, *name;
	gitperf_buffer out = GITPERF_BUFFER_INIT;

	if (!remote)
		return text;
	gitperf_buf_adds(&out, text);
	/* an optional value is behind a sign, an argument behind a blank */
	gitperf_buf_addf(&out, "%s%s", strstr(text, "--push") ? "=" : " ", gitperf_hint_word(remote, "<remote>"));
	name = out.failed ? NULL : gitperf_arena_strdup(&s->arena, out.ptr);
	gitperf_buffer_dispose(&out);
	return name ? name : text;
}

/* Whether this clone has ever seen the remote's branch */
static int is_known(const gitperf_remote_state *r)
{
	return *r->accepted || *r->tracking;
}

/* --- What is wrong --- */

/* First: whoever has it asked wants to know that, and all else may be out of date */
static void notice_unanswered(struct survey *s)
{
	size_t before = s->public.nnotices;
	gitperf_notice mine, *list;

	if (s->public.asked < 0)
		gitperf_survey__add(s, "unanswered", WRONG, 1, s->public.asked_hint, "%s", s->public.asked_error);
	if (s->public.nnotices == before)
		return;
	/* what is said of the trunk was found before */
	list = (gitperf_notice *)s->public.notices;
	mine = list[before];
	memmove(list + 1, list, before * sizeof(mine));
	list[0] = mine;
}

static void notice_missing(struct survey *s)
{
	const gitperf_transit *t = s->transit;
	gitperf_buffer remedy = GITPERF_BUFFER_INIT;

	if (*t->tip)
		gitperf_buf_adds(&remedy, "git perf fsck names them, and how to bring them back");
	else
		gitperf_buf_addf(&remedy, "git update-ref %s %s brings them back; if it was meant: git update-ref -d %s",
				 s->public.branch, t->seen, t->seen);
	gitperf_survey__add(s, "disappeared", WRONG, t->missing, remedy.ptr, "%zu file%s of %s disappeared since this clone last wrote",
	    t->missing, PLURAL(t->missing), s->public.branch);
	s->arena.failed |= remedy.failed;
	gitperf_buffer_dispose(&remedy);
	gitperf_survey__add(s, "rewritten", WRONG, t->remote.missing, command(s, "git perf fetch --recover"),
	    "%zu file%s of %s disappeared at '%s', as far as was fetched", t->remote.missing,
	    PLURAL(t->remote.missing), s->public.branch, s->public.remote);
}

/* A secret, perhaps: it is gone only when it is gone there, too */
static void notice_purged(struct survey *s)
{
	size_t n = s->transit->remote.purged;

	gitperf_survey__add(s, "purge", WRONG, n, command(s, "git perf push --direct"),
	    "'%s' has not been told of %zu record%s purged here", s->public.remote, n, PLURAL(n));
}

static void notice_refused(struct survey *s)
{
	const gitperf_tally *t = &s->public.tally;

	gitperf_survey__add(s, "damaged", WRONG, t->damaged, "git perf fsck names them",
	    "%zu record%s cannot be read", t->damaged, PLURAL(t->damaged));
	gitperf_survey__add(s, "newer", WRONG, t->newer, "upgrade git perf",
	    "%zu record%s %s of a newer schema", t->newer, PLURAL(t->newer), t->newer == 1 ? "is" : "are");
	gitperf_survey__add(s, "foreign", WRONG, t->foreign, "git perf fsck names them",
	    "%zu name%s on the branch %s of no record", t->foreign, PLURAL(t->foreign),
	    t->foreign == 1 ? "is" : "are");
}

static void notice_left_behind(struct survey *s)
{
	const gitperf_transit *t = s->transit;
	size_t i;

	gitperf_survey__add(s, "spool-bad", WRONG, t->spool.nbad, "look at each, then remove it",
	    "%zu file%s in the spool cannot be used", t->spool.nbad, PLURAL(t->spool.nbad));
	for (i = 0; i < t->nlocks; i++)
		gitperf_survey__add(s, "lock", WRONG, 1, "if no git process is using the repository, remove that file",
		    "'%s' was left behind %lld min ago", t->locks[i].path, (long long)t->locks[i].age_s / 60);
	gitperf_survey__add(s, "quarantine", WRONG, t->inbox.nquarantined,
	    "look at the reason of each, then git update-ref -d <reference>",
	    "%zu lane%s %s refused", t->inbox.nquarantined, PLURAL(t->inbox.nquarantined),
	    WAS(t->inbox.nquarantined));
}

static void notice_wrong_there(struct survey *s)
{
	const gitperf_remote_state *r = &s->transit->remote;
	const gitperf_remote_answer *a = s->transit->answer;

	if (!a)
		return;
	if (!*a->tip && is_known(r))
		gitperf_survey__add(s, "gone", WRONG, 1, command(s, "git perf fetch"), "'%s' no longer has %s",
		    s->public.remote, s->public.branch);
	gitperf_survey__add(s, "quarantine-there", WRONG, a->inbox.nquarantined,
	    "git fetch <remote> <reference>, then git log -1 FETCH_HEAD tells why; git push <remote> :<reference> removes it",
	    "%zu lane%s %s refused at '%s'", a->inbox.nquarantined, PLURAL(a->inbox.nquarantined),
	    WAS(a->inbox.nquarantined), s->public.remote);
}

/* --- What waits --- */

static void notice_waiting_here(struct survey *s)
{
	const gitperf_push_result *u = &s->public.unsent;
	const gitperf_transit *t = s->transit;

	gitperf_survey__add(s, "unsent", WAITS, u->sent, command(s, "git perf push"),
	    "%zu record%s to send", u->sent, PLURAL(u->sent));
	/* either fetches; but a job's clone may collect without getting the branch */
	gitperf_survey__add(s, "in-lanes", WAITS, u->waiting,
	    command(s, is_known(&t->remote) ? "git perf collect --push" : "git perf fetch"),
	    "%zu record%s went by lane and %s not been seen on the branch", u->waiting,
	    PLURAL(u->waiting), u->waiting == 1 ? "has" : "have");
	gitperf_survey__add(s, "spool", WAITS, t->spool.files, "git perf collect",
	    "%zu record%s wait%s in the spool", t->spool.records, PLURAL(t->spool.records),
	    VERB(t->spool.records));
	gitperf_survey__add(s, "lanes", WAITS, t->inbox.lanes, "git perf collect",
	    "%zu lane%s wait%s here", t->inbox.lanes, PLURAL(t->inbox.lanes), VERB(t->inbox.lanes));
}

static void notice_waiting_there(struct survey *s)
{
	const gitperf_remote_state *r = &s->transit->remote;
	const gitperf_remote_answer *a = s->transit->answer;

	if (!a)
		return;
	if (*a->tip && strcmp(a->tip, r->accepted) && strcmp(a->tip, r->tracking) &&
	    strcmp(a->tip, s->transit->tip))
		gitperf_survey__add(s, "behind", WAITS, 1, command(s, "git perf fetch"),
		    is_known(r) ? "'%s' has changed since it was fetched" :
		    "'%s' has results, none of which was fetched yet", s->public.remote);
	gitperf_survey__add(s, "lanes-there", WAITS, a->inbox.lanes, command(s, "git perf collect --push"),
	    "%zu lane%s wait%s at '%s'", a->inbox.lanes, PLURAL(a->inbox.lanes),
	    VERB(a->inbox.lanes), s->public.remote);
}

int gitperf_survey__notice(struct survey *s)
{
	notice_unanswered(s);
	if (s->broken)
		gitperf_survey__add(s, "branch", WRONG, 1, s->broken_hint, "%s", s->broken);
	notice_missing(s);
	notice_purged(s);
	notice_refused(s);
	notice_left_behind(s);
	notice_wrong_there(s);
	notice_waiting_here(s);
	notice_waiting_there(s);
	return gitperf_arena_check(&s->arena);
}
