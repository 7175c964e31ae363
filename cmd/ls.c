/*
 * git perf ls - the records of the perf branch, one a line
 *
 * Reads names only, never a record.
 */
#include "cmd.h"

static const char *const ls_usage[] = {
	"git perf ls [-z] [--platform=<name>] [--path] [<commit>]",
	NULL
};

static void print_entry(const gitperf_entry *entry, int path, int end)
{
	char time[GITPERF_TIME_SIZE];

	if (path) {
		printf("%s%c", entry->path, end);
		return;
	}
	gitperf_time_format(time, entry->finished);
	/* names carry whole seconds */
	printf("%s\t%s\t%s\t%.19sZ%c", entry->platform, entry->commit, entry->id,
	       time, end);
}

int cmd_ls(struct cmd *cmd, int argc, const char **argv)
{
	const char *platform = NULL;
	int nul = 0, path = 0, err;
	char commit[GITPERF_ID_SIZE] = "";
	gitperf_store *store = NULL;
	size_t i;
	const struct opt options[] = {
		OPT_FLAG('z', NULL, &nul, "end lines with NUL"),
		OPT_STRING('p', "platform", &platform, "name", "only this platform"),
		OPT_FLAG(0, "path", &path, "print paths in the branch's tree instead"),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, ls_usage, NULL);
	if (argc > 1)
		opt_usage_error(ls_usage, options, "one commit at a time");
	/* a commit that is not here may have records all the same */
	if (argc && (err = gitperf_repo_resolve(commit, cmd->repo, argv[0])) < 0 &&
	    (strspn(argv[0], "0123456789abcdef") != 40 || argv[0][40]))
		return cmd_fail(err);
	if (argc && !*commit)
		memcpy(commit, argv[0], sizeof(commit));
	if ((err = gitperf_store_open(&store, cmd->repo)) < 0)
		return cmd_fail(err);
	for (i = 0; i < gitperf_store_count(store); i++) {
		const gitperf_entry *entry = gitperf_store_entry(store, i);

		if ((!platform || !strcmp(platform, entry->platform)) &&
		    (!*commit || !strcmp(commit, entry->commit)))
			print_entry(entry, path, nul ? '\0' : '\n');
	}
	gitperf_store_free(store);
	return EXIT_YES;
}
