/*
 * git perf push - what this clone has measured, to where others see it
 */
#include "cmd.h"

static const char *const push_usage[] = {
	"git perf push [-n] [-q] [--direct | --lane] [--include-local] [--json] [<remote>]",
	NULL
};

/* Then what follows on this machine is everybody's already */
static int has_worker(struct cmd *cmd)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int found = gitperf_repo_config_string(&name, cmd->repo, "perf.worker");

	gitperf_buffer_dispose(&name);
	return found > 0;
}

static void say_what_stays(struct cmd *cmd, const gitperf_push_result *r, int quiet)
{
	/* somebody who sends others knows */
	if (r->local && !r->sent && !quiet)
		fprintf(stderr, "hint: --include-local sends them%s\n", has_worker(cmd) ? "" :
			"; 'git config perf.worker <name>' makes the runs that follow on this machine everybody's");
	if (r->unpurged && !quiet)
		fputs("hint: what was purged here is still there: git perf push --direct\n", stderr);
	if (r->unusable)
		fprintf(stderr, "warning: %zu record%s cannot be read and stay%s here\n"
			"hint: git perf fsck names them\n", r->unusable, PLURAL(r->unusable),
			r->unusable == 1 ? "s" : "");
}

static void print_text(const gitperf_push_result *r, const char *remote, int dry_run)
{
	const char *would = dry_run ? " would be" : "";

	ui_print_name(stdout, remote);
	if (!r->sent)
		fputs(r->purged ? dry_run ? ": would be made anew" : ": made anew" : r->local ? ": nothing sent" : ": nothing new", stdout);
	else if (r->lanes)
		printf(": %zu record%s%s sent in %zu lane%s", r->sent, PLURAL(r->sent), would, r->lanes, PLURAL(r->lanes));
	else
		printf(": %zu record%s%s landed", r->sent, PLURAL(r->sent), would);
	if (r->waiting)
		printf(", %zu sent before and not seen to have landed", r->waiting);
	if (r->local)
		printf(", %zu record%s of reason 'local' stay%s here", r->local, PLURAL(r->local),
		       r->local == 1 ? "s" : "");
	if (r->revoked)
		printf(", %zu revoked", r->revoked);
	if (r->purged)
		printf(", %zu purged", r->purged);
	if (r->lost_races)
		printf(" (%u race%s lost on the way)", r->lost_races, PLURAL(r->lost_races));
	putchar('\n');
	ui_flush();
	if (r->lanes && !dry_run)
		fputs("hint: git perf collect --push, or a hook on the server, lands what is in lanes\n", stderr);
}

static void print_json(const gitperf_push_result *r, const char *remote, int dry_run)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_printer p = { &out, 0 };

	gitperf_print_open(&p, '{');
	gitperf_print_int(&p, "version", 1);
	gitperf_print_bool(&p, "dry_run", dry_run);
	gitperf_print_string(&p, "remote", remote);
	gitperf_print_string(&p, "tip", *r->tip ? r->tip : NULL);
	gitperf_print_int(&p, "sent", (int64_t)r->sent);
	gitperf_print_int(&p, "lanes", (int64_t)r->lanes);
	gitperf_print_int(&p, "waiting", (int64_t)r->waiting);
	gitperf_print_int(&p, "local", (int64_t)r->local);
	gitperf_print_int(&p, "revoked", (int64_t)r->revoked);
	gitperf_print_int(&p, "unusable", (int64_t)r->unusable);
	gitperf_print_int(&p, "purged", (int64_t)r->purged);
	gitperf_print_int(&p, "unpurged", (int64_t)r->unpurged);
	gitperf_print_int(&p, "lost_races", (int64_t)r->lost_races);
	cmd_write_json(&p);
}

static int push(struct cmd *cmd, gitperf_share_options *opts, int quiet, int json)
{
	int dry_run = (opts->flags & GITPERF_SHARE_DRY_RUN) != 0, err;
	gitperf_buffer remote = GITPERF_BUFFER_INIT;
	gitperf_push_result result;

	err = gitperf_push(&result, cmd->repo, opts);
	if (err < 0) {
		err = cmd_fail(err);
		if (err == EXIT_TRY_AGAIN)
			fputs("hint: the records are kept here; the next git perf push sends them\n", stderr);
		return err;
	}
	if ((err = gitperf_share_name(&remote, cmd->repo, opts->remote)) < 0)
		return cmd_fail(err);
	if (json)
		print_json(&result, remote.ptr, dry_run);
	else if (!quiet)
		print_text(&result, remote.ptr, dry_run);
	say_what_stays(cmd, &result, quiet);
	gitperf_buffer_dispose(&remote);
	return EXIT_YES;
}

int cmd_push(struct cmd *cmd, int argc, const char **argv)
{
	int dry_run = 0, quiet = 0, direct = 0, lane = 0, local = 0, json = 0;
	gitperf_share_options opts = GITPERF_SHARE_OPTIONS_INIT;
	const struct opt options[] = {
		OPT_FLAG('n', "dry-run", &dry_run, "say what would be sent, by what is known here"),
		OPT_FLAG('q', "quiet", &quiet, "do not print what was sent"),
		OPT_GROUP("Way (default: perf.push; else a lane in CI, and in a shallow clone without the branch)"),
		OPT_FLAG(0, "direct", &direct, "onto the branch of the remote"),
		OPT_FLAG(0, "lane", &lane, "into a lane, to be collected there"),
		OPT_FLAG(0, "include-local", &local, "also what was measured for the reason 'local'"),
		OPT_GROUP("Output"),
		OPT_FLAG(0, "json", &json, "JSON"),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, push_usage, NULL);
	if (argc > 1)
		opt_usage_error(push_usage, options, "one remote at a time, not also '%s'", argv[1]);
	if (direct && lane)
		opt_usage_error(push_usage, options, "--direct and --lane exclude each other");
	opts.remote = argc ? argv[0] : NULL;
	opts.may_ask = ui_can_ask();
	opts.events = &cmd->events;
	opts.flags = (direct ? GITPERF_SHARE_DIRECT : 0) | (lane ? GITPERF_SHARE_LANE : 0) |
		(local ? GITPERF_SHARE_INCLUDE_LOCAL : 0) | (dry_run ? GITPERF_SHARE_DRY_RUN : 0);
	return push(cmd, &opts, quiet, json);
}
