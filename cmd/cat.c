/*
 * git perf cat - the bytes of records, as they are stored
 */
#include "cmd.h"

static const char *const cat_usage[] = {
	"git perf cat <record>...",
	"git perf cat --all",
	NULL
};

static int print_record(gitperf_store *store, const gitperf_entry *entry)
{
	gitperf_buffer bytes = GITPERF_BUFFER_INIT;
	int err = gitperf_store_read(&bytes, store, entry);

	if (err < 0)
		return err;
	cmd_write(&bytes);
	return 0;
}

int cmd_cat(struct cmd *cmd, int argc, const char **argv)
{
	gitperf_store *store = NULL;
	int all = 0, err, i;
	size_t j;
	const struct opt options[] = {
		OPT_FLAG(0, "all", &all, "every record, one a line"),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, cat_usage, NULL);
	if (!argc == !all)
		opt_usage_error(cat_usage, options, "name records, or give --all");
	err = gitperf_store_open(&store, cmd->repo);
	for (i = 0; i < argc && err >= 0; i++) {
		const gitperf_entry *entry;

		err = gitperf_store_find(&entry, store, argv[i]);
		if (err >= 0)
			err = print_record(store, entry);
	}
	for (j = 0; all && err >= 0 && j < gitperf_store_count(store); j++)
		err = print_record(store, gitperf_store_entry(store, j));
	gitperf_store_free(store);
	return err < 0 ? cmd_fail(err) : EXIT_YES;
}
