/*
 * git perf purge - a secret, or far too much, leaves the branch for good
 */
#include "cmd.h"

static const char *const purge_usage[] = {
	"git perf purge [-n] [-q] -m <why> <record>...",
	NULL
};

struct report {
	gitperf_buffer ids;      /* a line for each record */
	int dry_run;
};

static void take(void *payload, const gitperf_purged *record)
{
	struct report *report = payload;
	char text[100];

	gitperf_buffer_add(&report->ids, record->id, strlen(record->id));
	gitperf_buffer_add(&report->ids, "\n", 1);
	if (record->state != GITPERF_PURGE_AHEAD)
		return;
	snprintf(text, sizeof(text), "there is no record '%s' here", record->id);
	cmd_warn(text, report->dry_run ? "it would be revoked all the same" : "it is revoked all the same");
}

static void print_counts(const gitperf_purge_result *r, int dry_run)
{
	fprintf(stderr, "%zu %s, %zu revoked before, %zu not here", r->removed,
		dry_run ? "would be purged" : "purged", r->revoked, r->ahead);
	if (r->spooled)
		fprintf(stderr, ", %zu out of the spool", r->spooled);
	if (r->rewritten)
		fprintf(stderr, "; %sgeneration %ld", dry_run ? "would be " : "", r->generation);
	fputc('\n', stderr);
}

/* git's own branch of the remote follows with the push; its reflog remembers where it was */
static void print_how_to_forget(const gitperf_transit *t, int undelivered)
{
	const char *ref = t ? t->remote.tracking_ref : NULL;

	fputs("hint: its bytes are in this repository until git gc removes them, weeks from now; at once, while nothing else writes here: ", stderr);
	if (ref && (undelivered || *t->remote.tracking))
		fprintf(stderr, "git reflog expire --expire=now %s; ", gitperf_hint_word(ref, "refs/remotes/<remote>/<branch>"));
	fputs("git gc --prune=now\n", stderr);
}

/* What is not for us to do, in the order in which it is to be done */
static void print_hints(struct cmd *cmd, const gitperf_purge_result *r)
{
	const char *seen = "refs/perf/seen";
	gitperf_transit *t = NULL;

	/* only for the names: without them the hints are still true */
	if (gitperf_transit_load(&t, cmd->repo, NULL) < 0)
		t = NULL;
	if (t)
		seen = gitperf_hint_word(t->seen, "<reference>");
	if (r->undelivered)
		fputs("hint: the remote is still without the change: git perf push --direct; other clones then follow by themselves\n", stderr);
	if (r->remembered)
		fprintf(stderr, "hint: %s still has it, because other records are gone that it has, too: git perf fsck tells how to bring them back; then, or if that was meant: git update-ref -d %s\n",
			seen, seen);
	if (r->rewritten) {
		print_how_to_forget(t, r->undelivered);
		fputs("hint: a secret that others may have read must be changed all the same\n", stderr);
	}
	gitperf_transit_free(t);
}

int cmd_purge(struct cmd *cmd, int argc, const char **argv)
{
	gitperf_purge_options opts = GITPERF_PURGE_OPTIONS_INIT;
	struct report report = { GITPERF_BUFFER_INIT, 0 };
	gitperf_purge_result result;
	int quiet = 0, err;
	const struct opt options[] = {
		OPT_STRING('m', "message", &opts.reason, "why", "the reason, for all to read"),
		OPT_FLAG('n', "dry-run", &report.dry_run, "say what would be done, and change nothing"),
		OPT_FLAG('q', "quiet", &quiet, "print neither ids, counts nor hints"),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, purge_usage, NULL);
	if (!argc)
		opt_usage_error(purge_usage, options, "name the records");
	if (!opts.reason || strspn(opts.reason, " \t\r\n") == strlen(opts.reason))
		opt_usage_error(purge_usage, options, "say why: -m <why>");
	opts.records = argv;
	opts.nrecords = (size_t)argc;
	opts.flags = report.dry_run ? GITPERF_PURGE_DRY_RUN : 0;
	opts.purged = take;
	opts.payload = &report;
	opts.events = &cmd->events;
	err = gitperf_purge(&result, cmd->repo, &opts);
	if (err >= 0 && !quiet) {
		print_counts(&result, report.dry_run);
		if (!report.dry_run)
			print_hints(cmd, &result);
		cmd_write(&report.ids);
	}
	gitperf_buffer_dispose(&report.ids);
	return err < 0 ? cmd_fail(err) : EXIT_YES;
}
