/*
 * git perf fetch - the results that others have shared
 */
#include "cmd.h"

static const char *const fetch_usage[] = {
	"git perf fetch [-q] [--recover] [--json] [<remote>]",
	NULL
};

static void print_text(const gitperf_fetch_result *r, const char *remote)
{
	ui_print_name(stdout, remote);
	if (!*r->tip)
		fputs(": no results have been shared there yet", stdout);
	else
		printf(": %zu new record%s", r->records, PLURAL(r->records));
	if (r->recovered)
		printf(", %zu recovered onto the local branch", r->recovered);
	putchar('\n');
	ui_flush();
	if (r->recovered)
		fputs("hint: git perf push --direct puts them back onto the remote's\n", stderr);
}

static void print_json(const gitperf_fetch_result *r, const char *remote)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_printer p = { &out, 0 };

	gitperf_print_open(&p, '{');
	gitperf_print_int(&p, "version", 1);
	gitperf_print_string(&p, "remote", remote);
	gitperf_print_string(&p, "tip", *r->tip ? r->tip : NULL);
	gitperf_print_int(&p, "records", (int64_t)r->records);
	gitperf_print_int(&p, "recovered", (int64_t)r->recovered);
	cmd_write_json(&p);
}

int cmd_fetch(struct cmd *cmd, int argc, const char **argv)
{
	gitperf_share_options opts = GITPERF_SHARE_OPTIONS_INIT;
	gitperf_buffer remote = GITPERF_BUFFER_INIT;
	int quiet = 0, recover = 0, json = 0, err;
	gitperf_fetch_result result;
	const struct opt options[] = {
		OPT_FLAG('q', "quiet", &quiet, "do not print what came"),
		OPT_FLAG(0, "recover", &recover, "put back what a rewritten branch has lost"),
		OPT_FLAG(0, "json", &json, "JSON"),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, fetch_usage, NULL);
	if (argc > 1)
		opt_usage_error(fetch_usage, options, "one remote at a time, not also '%s'", argv[1]);
	opts.remote = argc ? argv[0] : NULL;
	opts.may_ask = ui_can_ask();
	opts.events = &cmd->events;
	opts.flags = recover ? GITPERF_SHARE_RECOVER : 0;
	if ((err = gitperf_fetch(&result, cmd->repo, &opts)) < 0 ||
	    (err = gitperf_share_name(&remote, cmd->repo, opts.remote)) < 0)
		return cmd_fail(err);
	if (json)
		print_json(&result, remote.ptr);
	else if (!quiet)
		print_text(&result, remote.ptr);
	gitperf_buffer_dispose(&remote);
	return EXIT_YES;
}
