/*
 * git perf show - everything about a record, or about all records of a commit
 */
#include "cmd.h"

static const char *const show_usage[] = {
	"git perf show [<options>] [<commit>|<record>]",
	NULL
};

struct target {
	const gitperf_entry *record;     /* one record, or */
	char commit[GITPERF_ID_SIZE];    /* all of a commit */
};

/* A commit if it can be, else a record: ids of both are hex digits */
static int find_target(struct target *out, struct cmd *cmd, gitperf_store *store,
		       const char *name)
{
	size_t i;
	int err;

	memset(out, 0, sizeof(*out));
	if (gitperf_repo_resolve(out->commit, cmd->repo, name) >= 0)
		return 0;
	err = gitperf_store_find(&out->record, store, name);
	if (err >= 0)
		return 0;
	/* a commit that this clone does not have may have records all the same */
	*out->commit = '\0';
	for (i = 0; i < gitperf_store_count(store) && strlen(name) >= 4; i++) {
		const char *commit = gitperf_store_entry(store, i)->commit;

		if (strncmp(commit, name, strlen(name)))
			continue;
		if (*out->commit && strcmp(out->commit, commit))
			return cmd_error("give more digits; git perf ls shows the commits",
					 "'%s' is ambiguous: several commits begin like that", name);
		memcpy(out->commit, commit, GITPERF_ID_SIZE);
	}
	if (*out->commit)
		return 0;
	return cmd_error("git perf log shows commits, git perf ls records",
			 "'%s' is neither a commit nor a record", name);
}

static void print_commit(struct cmd *cmd, const char *id)
{
	gitperf_buffer subject = GITPERF_BUFFER_INIT;
	gitperf_commit commit;

	if (gitperf_repo_commit(&commit, cmd->repo, id) < 0) {
		printf("commit %s is not in this clone\n", id);
		return;
	}
	gitperf_view_text(&subject, commit.subject);
	printf("commit %s %s\n", id, subject.ptr);
	gitperf_buffer_dispose(&subject);
}

static int print_record(gitperf_store *store, const gitperf_entry *entry,
			const gitperf_view_options *view)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_record *record;
	int err = gitperf_store_record(&record, store, entry);

	if (err < 0)
		return cmd_fail(err);
	err = gitperf_view_record(&out, record, entry->id, view);
	gitperf_record_free(record);
	if (err < 0)
		return cmd_fail(err);
	putchar('\n');
	cmd_write(&out);
	return EXIT_YES;
}

/* Behind the records, which are worth showing also where nobody knows of a trunk */
static void print_fates(struct cmd *cmd, gitperf_store *store, const char *id,
			const char *platform, const char *separator)
{
	gitperf_coverage_options opts = GITPERF_COVERAGE_OPTIONS_INIT;
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_coverage *c;
	size_t commit;
	int err;

	opts.platform = platform;
	err = gitperf_coverage_load(&c, cmd->repo, store, &opts);
	if (err < 0) {
		if (err != GITPERF_ENOTFOUND)
			cmd_warn(gitperf_error_message(), gitperf_error_hint());
		return;
	}
	if (!gitperf_coverage_find(&commit, c, id)) {
		/* where it has records they speak for themselves */
		if (!*separator && gitperf_coverage_nplatforms(c))
			printf("it is no part of the trunk '%s', so somebody has to ask for it: git perf request\n",
			       gitperf_coverage_trunk(c));
	} else if (gitperf_view_fates(&out, c, commit) >= 0 && out.len) {
		fputs(separator, stdout);
		cmd_write(&out);
	}
	gitperf_buffer_dispose(&out);
	gitperf_coverage_free(c);
}

static int print_target(struct cmd *cmd, gitperf_store *store,
			const struct target *target, const char *platform,
			const gitperf_view_options *view)
{
	int status = EXIT_YES;
	size_t i, shown = 0;

	print_commit(cmd, target->record ? target->record->commit : target->commit);
	if (target->record)
		return print_record(store, target->record, view);
	for (i = 0; i < gitperf_store_count(store); i++) {
		const gitperf_entry *entry = gitperf_store_entry(store, i);

		if (strcmp(entry->commit, target->commit) ||
		    (platform && strcmp(entry->platform, platform)))
			continue;
		shown++;
		if (print_record(store, entry, view) != EXIT_YES)
			status = EXIT_NO;
	}
	if (!shown)
		printf("not measured%s%s\n", platform ? " on " : "", platform ? platform : "");
	print_fates(cmd, store, target->commit, platform, shown ? "\n" : "");
	return status;
}

int cmd_show(struct cmd *cmd, int argc, const char **argv)
{
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	const char *platform = NULL, *color = NULL;
	gitperf_store *store = NULL;
	struct target target;
	int err, status;
	const struct opt options[] = {
		OPT_STRING('p', "platform", &platform, "name", "only this platform's records of a commit"),
		OPT_COLOR(&color),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, show_usage, NULL);
	if (argc > 1)
		opt_usage_error(show_usage, options, "one commit or record at a time");
	view.color = ui_color(cmd, color);
	view.width = ui_width();
	if ((err = gitperf_store_open(&store, cmd->repo)) < 0)
		return cmd_fail(err);
	status = find_target(&target, cmd, store, argc ? argv[0] : "HEAD");
	if (status == EXIT_YES)
		status = print_target(cmd, store, &target, platform, &view);
	gitperf_store_free(store);
	return status;
}
