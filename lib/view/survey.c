/*
 * survey.c - a page about a clone, for people
 *
 * First what is to be done, or that there is nothing; then what there is.
 * Lines that would say "none" are left out.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

#define PLURAL(n) ((n) == 1 ? "" : "s")
#define SECOND INT64_C(1000000000)
#define A_WEEK (7 * 24 * 3600 * SECOND)
/* of a long list */
#define LIST_MAX 10

static void age(gitperf_buffer *out, gitperf_time now, gitperf_time then)
{
	if (now < then) {
		gitperf_buf_adds(out, "at a time to come");
	} else if (now - then < SECOND) {
		gitperf_buf_adds(out, "just now");
	} else {
		gitperf_buf_add_length(out, now - then);
		gitperf_buf_adds(out, " ago");
	}
}

static void colored_text(gitperf_buffer *out, const gitperf_view_options *o,
			 enum view_color color, const char *text)
{
	gitperf_buffer safe = GITPERF_BUFFER_INIT;

	gitperf_view_text(&safe, text);
	gitperf_view__colored(out, o, color, safe.ptr);
	out->failed |= safe.failed;
	gitperf_buffer_dispose(&safe);
}

/* --- What is to be done --- */

static void print_notice(gitperf_buffer *out, const gitperf_notice *n,
			 const gitperf_view_options *o)
{
	if (n->wrong)
		gitperf_view__colored(out, o, VIEW_BAD, "problem: ");
	colored_text(out, o, n->wrong ? VIEW_PLAIN : VIEW_WARN, n->what);
	gitperf_buf_adds(out, n->wrong ? "\nhint: " : ": ");
	gitperf_view_text(out, n->remedy);
	gitperf_buf_addc(out, '\n');
}

static void print_first_steps(gitperf_buffer *out, const gitperf_survey *s)
{
	if (s->is_bare)
		gitperf_buf_adds(out, "no results yet: they come from elsewhere, by git perf push\n");
	else if (s->transit->remote.name && !s->transit->remote.fetched)
		gitperf_buf_adds(out, "no results here yet: git perf fetch brings those of others, git perf run makes some\n");
	else
		gitperf_buf_addf(out, "no results yet: %sgit perf run\n", s->has_suite ? "" : "git perf init, then ");
}

static void print_all_well(gitperf_buffer *out, const gitperf_survey *s,
			   const gitperf_view_options *o)
{
	if (s->transit->remote.name)
		gitperf_view__colored(out, o, VIEW_GOOD, "everything is shared");
	else
		gitperf_view__colored(out, o, VIEW_GOOD, "nothing waits");
	if (!s->transit->remote.name && !s->is_bare) {
		gitperf_buf_adds(out, ", but there is no remote '");
		gitperf_view_text(out, s->remote);
		gitperf_buf_adds(out, "' to share it with: git remote add <name> <url>");
	} else if (s->unsent.local) {
		gitperf_buf_addf(out, ", but for %zu record%s of reason 'local': git perf push --include-local",
				 s->unsent.local, PLURAL(s->unsent.local));
	}
	gitperf_buf_addc(out, '\n');
}

static void print_notices(gitperf_buffer *out, const gitperf_survey *s,
			  const gitperf_view_options *o)
{
	size_t i;

	for (i = 0; i < s->nnotices; i++)
		print_notice(out, &s->notices[i], o);
	if (!s->nnotices && s->is_empty)
		print_first_steps(out, s);
	else if (!s->nnotices)
		print_all_well(out, s, o);
	gitperf_buf_addc(out, '\n');
}

/* --- What there is --- */

static void title(gitperf_buffer *out, const char *text)
{
	gitperf_buf_addf(out, "%-12s", text);
}

static void at(gitperf_buffer *out, const char *tip)
{
	if (*tip)
		gitperf_buf_addf(out, " at %.10s", tip);
}

static void print_branch(gitperf_buffer *out, const gitperf_survey *s)
{
	title(out, "branch");
	gitperf_view_text(out, s->branch);
	at(out, s->transit->tip);
	if (!*s->transit->tip)
		gitperf_buf_adds(out, " does not exist here");
	if (!*s->transit->tip && s->nplatforms)
		gitperf_buf_adds(out, "; results are read from what was fetched");
	gitperf_buf_addc(out, '\n');
}

static void print_records(gitperf_buffer *out, const gitperf_survey *s)
{
	size_t records = 0, i;

	if (s->is_empty)
		return;
	for (i = 0; i < s->nplatforms; i++)
		records += s->platforms[i].records;
	title(out, "records");
	gitperf_buf_addf(out, "%zu", records);
	if (s->tally.revoked)
		gitperf_buf_addf(out, ", and %zu revoked", s->tally.revoked);
	if (s->unread)
		gitperf_buf_addf(out, "; %zu of them not in this partial clone", s->unread);
	gitperf_buf_addc(out, '\n');
}

static void print_remote(gitperf_buffer *out, const gitperf_survey *s)
{
	const gitperf_remote_state *r = &s->transit->remote;

	if (!r->name)
		return;
	title(out, "remote");
	gitperf_view_text(out, r->name);
	at(out, r->accepted);
	gitperf_buf_adds(out, r->fetched ? ", fetched " : ", not fetched by git perf yet");
	if (r->fetched)
		age(out, s->now, r->fetched);
	gitperf_buf_addc(out, '\n');
	/* where git fetch has brought the same, it adds nothing */
	if (*r->tracking && strcmp(r->tracking, r->accepted)) {
		title(out, "");
		gitperf_buf_adds(out, "git's own copy, ");
		gitperf_view_text(out, r->tracking_ref);
		gitperf_buf_addc(out, ',');
		at(out, r->tracking);
		gitperf_buf_addc(out, '\n');
	}
	if (r->lanes) {
		title(out, "");
		gitperf_buf_addf(out, "%zu lane%s fetched and not landed\n", r->lanes, PLURAL(r->lanes));
	}
}

static void print_folders(gitperf_buffer *out, const gitperf_inbox *inbox)
{
	size_t i;

	for (i = 0; i < inbox->nfolders && i < LIST_MAX; i++) {
		gitperf_buf_adds(out, i ? ", " : "");
		gitperf_view_text(out, inbox->folders[i].name);
		gitperf_buf_addf(out, " %zu", inbox->folders[i].lanes);
	}
	if (i < inbox->nfolders)
		gitperf_buf_addf(out, ", and %zu more", inbox->nfolders - i);
	gitperf_buf_addc(out, '\n');
}

/* What the remote itself has said */
static void print_answer(gitperf_buffer *out, const gitperf_survey *s)
{
	const gitperf_remote_answer *a = s->transit->answer;

	if (!s->asked)
		return;
	title(out, "there");
	if (!a) {
		gitperf_buf_adds(out, "unknown\n");
		return;
	}
	gitperf_view_text(out, s->branch);
	at(out, a->tip);
	gitperf_buf_adds(out, *a->tip ? "" : " does not exist");
	if (*a->tip && !strcmp(a->tip, s->transit->remote.accepted))
		gitperf_buf_adds(out, ", as fetched");
	gitperf_buf_addc(out, '\n');
	if (a->inbox.lanes) {
		title(out, "");
		gitperf_buf_adds(out, "lanes: ");
		print_folders(out, &a->inbox);
	}
}

static void print_staying(gitperf_buffer *out, const gitperf_push_result *u)
{
	const char *comma = "";

	if (!u->local && !u->revoked && !u->unusable)
		return;
	title(out, "stay here");
	if (u->local) {
		gitperf_buf_addf(out, "%zu of reason 'local'", u->local);
		comma = ", ";
	}
	if (u->revoked) {
		gitperf_buf_addf(out, "%s%zu revoked", comma, u->revoked);
		comma = ", ";
	}
	if (u->unusable)
		gitperf_buf_addf(out, "%s%zu that cannot be read", comma, u->unusable);
	gitperf_buf_addc(out, '\n');
}

static void print_waiting(gitperf_buffer *out, const gitperf_survey *s)
{
	const gitperf_transit *t = s->transit;

	print_staying(out, &s->unsent);
	if (t->spool.files) {
		title(out, "spool");
		gitperf_buf_addf(out, "%zu record%s in %zu file%s, since ", t->spool.records,
				 PLURAL(t->spool.records), t->spool.files, PLURAL(t->spool.files));
		age(out, s->now, t->spool.oldest);
		gitperf_buf_addc(out, '\n');
	}
	if (t->inbox.lanes) {
		title(out, "lanes");
		print_folders(out, &t->inbox);
	}
	/* nobody clears that when all is well again, so it is no notice */
	if (t->went_wrong && s->now - t->went_wrong < A_WEEK) {
		title(out, "hook");
		gitperf_buf_adds(out, "something went wrong ");
		age(out, s->now, t->went_wrong);
		gitperf_buf_adds(out, ": git perf hook status\n");
	}
}

/* What is to be measured, where a project says that anything is */
static void print_queue(gitperf_buffer *out, const gitperf_survey *s)
{
	size_t i, running = 0, n = s->queue ? s->queue->njobs : 0;

	if (!n)
		return;
	for (i = 0; i < n; i++)
		running += s->queue->jobs[i].lease.worker != NULL;
	title(out, "queue");
	gitperf_buf_addf(out, "%zu job%s wait%s", n - running, PLURAL(n - running), n - running == 1 ? "s" : "");
	if (running)
		gitperf_buf_addf(out, ", %zu %s being measured", running, running == 1 ? "is" : "are");
	gitperf_buf_adds(out, ": git perf queue\n");
}

/* --- Lists --- */

static const gitperf_platform_coverage *coverage_of(const gitperf_survey *s, const char *platform)
{
	size_t i;

	for (i = 0; s->coverage && i < gitperf_coverage_nplatforms(s->coverage); i++)
		if (!strcmp(gitperf_coverage_platform(s->coverage, i)->name, platform))
			return gitperf_coverage_platform(s->coverage, i);
	return NULL;
}

static int is_anything_required(const gitperf_survey *s)
{
	size_t i;

	for (i = 0; s->coverage && i < gitperf_coverage_nplatforms(s->coverage); i++)
		if (gitperf_coverage_platform(s->coverage, i)->is_required)
			return 1;
	return 0;
}

static void add_covered(gitperf_buffer *out, const gitperf_survey *s, const char *platform)
{
	const gitperf_platform_coverage *p = coverage_of(s, platform);
	size_t n = s->coverage ? gitperf_coverage_ncommits(s->coverage) : 0;

	if (p && n)
		gitperf_buf_addf(out, "%zu of %zu", p->covered, n);
}

static int print_platforms(gitperf_buffer *out, const gitperf_survey *s,
			   const gitperf_view_options *o)
{
	static const char *const names[] = { "platform", "records", "commits", "newest result", "covered" };
	size_t i, columns = is_anything_required(s) ? 5 : 4;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	struct view_table table;
	int err;

	if (!s->nplatforms)
		return 0;
	gitperf_buf_addc(out, '\n');
	gitperf_table_init(&table, o, columns);
	for (i = 0; i < columns; i++)
		gitperf_table_cell(&table, VIEW_DIM, i == 1 || i == 2, names[i]);
	for (i = 0; i < s->nplatforms; i++) {
		const gitperf_platform_state *p = &s->platforms[i];

		gitperf_view_text(&text, p->name);
		gitperf_table_take(&table, VIEW_PLAIN, 0, &text);
		gitperf_buf_addf(&text, "%zu", p->records);
		gitperf_table_take(&table, VIEW_PLAIN, 1, &text);
		gitperf_buf_addf(&text, "%zu", p->commits);
		gitperf_table_take(&table, VIEW_PLAIN, 1, &text);
		age(&text, s->now, p->newest);
		gitperf_table_take(&table, VIEW_PLAIN, 0, &text);
		if (columns < ARRAY_SIZE(names))
			continue;
		add_covered(&text, s, p->name);
		gitperf_table_take(&table, VIEW_PLAIN, 0, &text);
	}
	err = gitperf_table_print(out, &table);
	gitperf_buffer_dispose(&text);
	return err;
}

static void print_rest(gitperf_buffer *out, size_t shown, size_t n)
{
	if (shown < n)
		gitperf_buf_addf(out, "  and %zu more\n", n - shown);
}

static void print_quarantine(gitperf_buffer *out, const gitperf_survey *s,
			     const gitperf_inbox *inbox, const char *where)
{
	size_t i;

	if (inbox->nquarantined)
		gitperf_buf_addf(out, "\nrefused lanes%s\n", where);
	for (i = 0; i < inbox->nquarantined && i < LIST_MAX; i++) {
		const gitperf_quarantined *q = &inbox->quarantined[i];

		gitperf_buf_adds(out, "  ");
		gitperf_view_text(out, q->ref);
		if (q->when) {
			gitperf_buf_adds(out, ", ");
			age(out, s->now, q->when);
		}
		gitperf_buf_addc(out, '\n');
		if (q->reason) {
			gitperf_buf_adds(out, "    ");
			gitperf_view_text(out, q->reason);
			gitperf_buf_addc(out, '\n');
		}
	}
	print_rest(out, i, inbox->nquarantined);
}

static void print_bad_files(gitperf_buffer *out, const gitperf_spool *spool)
{
	size_t i;

	if (spool->nbad)
		gitperf_buf_adds(out, "\nfiles that cannot be used\n");
	for (i = 0; i < spool->nbad && i < LIST_MAX; i++) {
		gitperf_buf_adds(out, "  ");
		gitperf_view_text(out, spool->bad[i]);
		gitperf_buf_addc(out, '\n');
	}
	print_rest(out, i, spool->nbad);
}

void gitperf_view__survey_head(gitperf_buffer *out, const gitperf_survey *survey,
			       const gitperf_view_options *options)
{
	print_notices(out, survey, options);
	print_branch(out, survey);
	print_records(out, survey);
	print_remote(out, survey);
	print_answer(out, survey);
	print_waiting(out, survey);
	print_queue(out, survey);
}

int gitperf_view__survey_tail(gitperf_buffer *out, const gitperf_survey *survey,
			      const gitperf_view_options *options)
{
	int err = print_platforms(out, survey, options);
	print_quarantine(out, survey, &survey->transit->inbox, "");
	if (survey->transit->answer)
		print_quarantine(out, survey, &survey->transit->answer->inbox, " there");
	print_bad_files(out, &survey->transit->spool);
	return err < 0 ? err : gitperf_buf_check(out);
}

int gitperf_view_survey(gitperf_buffer *out, const gitperf_survey *survey,
			const gitperf_view_options *options)
{
	const gitperf_page page = { .survey = survey };

	return gitperf_view_page(out, &page, options);
}
