/*
 * git perf run - measure a command, record the result, and say what changed
 */
#include "cmd.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const run_usage[] = {
	"git perf run [<options>] [<name>=] -- <command> [<argument>...]",
	NULL
};

struct run_args {
	const char *platform, *worker, *reason, *output, *color_when;
	int color;
	struct opt_pairs config;
	size_t iterations, warmup, timeout;
	int no_append, unique;
	char name[257];
};

/* What the record says apart from the measurement */
struct context {
	gitperf_record record;
	char commit[GITPERF_ID_SIZE];
	int is_data;                  /* HEAD is the perf branch's commit */
	gitperf_machine *machine;
	gitperf_buffer platform, worker;
};

/* One line, and no character cut in two */
static void tidy_name(char *name)
{
	size_t len = strlen(name), cut = len;
	char *p;

	for (p = name; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	while (cut && ((unsigned char)name[cut - 1] & 0xc0) == 0x80)
		cut--;
	/* the first byte tells how many follow: 110x one, 1110 two, 1111 three */
	if (cut && (unsigned char)name[cut - 1] >= 0xc0) {
		unsigned char c = (unsigned char)name[cut - 1];

		if (len - cut < (c >= 0xf0 ? 3u : c >= 0xe0 ? 2u : 1u))
			name[cut - 1] = '\0';
	}
}

static void default_name(struct run_args *args, int argc, const char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	size_t len = 0;
	int i;

	args->name[0] = '\0';
	for (i = 0; i < argc && len < sizeof(args->name); i++)
		len += (size_t)snprintf(args->name + len, sizeof(args->name) - len, "%s%s",
					i ? " " : "", i ? argv[i] : slash ? slash + 1 : argv[0]);
	tidy_name(args->name);
}

/* "name=" before the command is the benchmark's name */
static int take_name(struct run_args *args, int *argc, const char ***argv,
		     int dashdash)
{
	size_t len = *argc ? strlen((*argv)[0]) : 0;

	if (dashdash > 1)
		return -1;
	if (dashdash == 1) {
		if (len < 2 || len > 256 || (*argv)[0][len - 1] != '=')
			return -1;
		snprintf(args->name, sizeof(args->name), "%.*s", (int)len - 1, (*argv)[0]);
		(*argc)--;
		(*argv)++;
	} else if (*argc) {
		default_name(args, *argc, *argv);
	}
	return 0;
}

/* An option, else the configuration, else nothing */
static const char *setting(gitperf_repo *repo, const char *option,
			   const char *key, gitperf_buffer *buffer)
{
	if (option)
		return option;
	return gitperf_repo_config_string(buffer, repo, key) > 0 ? buffer->ptr : NULL;
}

/* A run by hand on a machine that has no name is nobody's but this clone's */
static void set_reason(gitperf_record *r, const struct run_args *args)
{
	r->reason = args->reason;
	if (r->reason || r->worker || getenv("CI"))
		return;
	r->reason = "local";
	r->worker = "local";
}

static int fill_context(struct context *c, struct cmd *cmd,
			const struct run_args *args)
{
	static const gitperf_record blank = GITPERF_RECORD_INIT;
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	static char tool[64];
	gitperf_record *r = &c->record;
	char data[GITPERF_ID_SIZE];
	int err;

	*r = blank;
	c->platform = c->worker = empty;
	c->machine = NULL;
	if ((err = gitperf_repo_resolve(c->commit, cmd->repo, "HEAD")) < 0 ||
	    (err = gitperf_machine_probe(&c->machine)) < 0 ||
	    (err = gitperf_repo_is_dirty(cmd->repo)) < 0)
		return err;
	r->dirty = err;
	r->commit = c->commit;
	c->is_data = gitperf_repo_resolve(data, cmd->repo, gitperf_repo_data_ref(cmd->repo)) >= 0 &&
		     !strcmp(data, c->commit);
	r->platform = setting(cmd->repo, args->platform, "perf.platform", &c->platform);
	if (!r->platform)
		r->platform = gitperf_machine_platform(c->machine);
	r->worker = setting(cmd->repo, args->worker, "perf.worker", &c->worker);
	set_reason(r, args);
	r->config = args->config.pairs;
	r->nconfig = args->config.n;
	r->environment = gitperf_machine_environment(c->machine, &r->nenvironment);
	r->fingerprint = gitperf_machine_fingerprint(c->machine);
	snprintf(tool, sizeof(tool), "git-perf %s", gitperf_version());
	r->tool = tool;
	if ((err = gitperf_platform_check(r->platform)) < 0 || !r->worker)
		return err;
	return gitperf_worker_check(r->worker);
}

static void release_context(struct context *c)
{
	gitperf_machine_free(c->machine);
	gitperf_buffer_dispose(&c->platform);
	gitperf_buffer_dispose(&c->worker);
}

/* The identity of what is measured: its command line, word by word */
static int identify(gitperf_benchmark *bench, gitperf_pair *part,
		    gitperf_buffer *digest, gitperf_buffer *id,
		    const char *const *argv, size_t argc)
{
	int err = gitperf_workload_digest(digest, argv, argc);

	if (err < 0)
		return err;
	part->key = "command";
	part->value = digest->ptr;
	if ((err = gitperf_workload_id(id, part, 1)) < 0)
		return err;
	bench->workload = id->ptr;
	bench->workload_parts = part;
	bench->nworkload_parts = 1;
	return 0;
}

/* -o: the artifact, for a machine that may not write to the branch */
static int write_artifact(const gitperf_batch *batch, const struct run_args *args)
{
	const gitperf_batch_item *item = gitperf_batch_get(batch, 0);
	gitperf_buffer bytes = GITPERF_BUFFER_INIT;
	int err;

	if (strcmp(args->output, "-")) {
		err = gitperf_artifact_write(&bytes, args->output, item, args->unique);
		if (err < 0) {
			err = cmd_fail(err);
			gitperf_buffer_dispose(&bytes);
			return err;
		}
		ui_clear_progress();
		fputs("wrote ", stderr);
		ui_print_name(stderr, bytes.ptr);
		fputc('\n', stderr);
		gitperf_buffer_dispose(&bytes);
		return EXIT_YES;
	}
	fwrite(item->bytes, 1, item->len, stdout);
	return EXIT_YES;
}

static int land(struct cmd *cmd, gitperf_batch *batch)
{
	gitperf_append_options opts = GITPERF_APPEND_OPTIONS_INIT;
	gitperf_append_result result;
	int err, status;

	opts.events = &cmd->events;
	opts.spool_on_failure = 1;
	err = gitperf_batch_append(&result, batch, &opts);
	if (err >= 0)
		return EXIT_YES;
	status = cmd_fail(err);
	if (!result.spooled)
		return status;
	fputs("hint: the measurement waits in the spool and goes out with the next run, append or collect\n", stderr);
	return EXIT_TRY_AGAIN;
}

static void report(struct cmd *cmd, const struct context *c,
		   const gitperf_benchmark *bench, const struct run_args *args)
{
	gitperf_view_options view = GITPERF_VIEW_OPTIONS_INIT;
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_store *store = NULL;
	gitperf_previous previous;
	int found = 0;

	view.color = args->color;
	if (bench->nmetrics && gitperf_store_open(&store, cmd->repo) >= 0)
		found = gitperf_query_previous(&previous, cmd->repo, store, &c->record,
					       bench, bench->metrics[0].name);
	ui_clear_progress();
	printf("%.10s on %s%s\n", c->commit, c->record.platform,
	       c->record.dirty ? ", with changes that are not committed" : "");
	if (gitperf_view_benchmark(&out, bench, found > 0 ? &previous : NULL, &view) >= 0)
		cmd_write(&out);
	gitperf_buffer_dispose(&out);
	gitperf_store_free(store);
}

static int record(struct cmd *cmd, struct context *c, const gitperf_run *run,
		  const gitperf_benchmark *bench, const struct run_args *args)
{
	gitperf_batch *batch = NULL;
	int err, status = EXIT_YES;

	c->record.benchmarks = bench;
	c->record.nbenchmarks = 1;
	c->record.outcome = bench->status == GITPERF_STATUS_OK ?
		GITPERF_OUTCOME_COMPLETE : GITPERF_OUTCOME_FAILED;
	c->record.started = gitperf_run_started(run);
	c->record.finished = gitperf_run_finished(run);
	if ((err = gitperf_batch_new(&batch, cmd->repo)) < 0 ||
	    (err = gitperf_batch_add_record(batch, &c->record)) < 0) {
		gitperf_batch_free(batch);
		return cmd_fail(err);
	}
	if (!args->output || strcmp(args->output, "-"))
		report(cmd, c, bench, args);
	if (!args->no_append)
		status = land(cmd, batch);
	/* whatever became of the branch, the file may be on a disk with room */
	if (args->output) {
		err = write_artifact(batch, args);
		if (err != EXIT_YES && status == EXIT_YES && !args->no_append)
			fputs("hint: the measurement itself is recorded\n", stderr);
		status = status == EXIT_YES ? err : status;
	}
	gitperf_batch_free(batch);
	return status == EXIT_YES && bench->status != GITPERF_STATUS_OK ? EXIT_NO : status;
}

/* Another run is never the same result, if only by its time */
static int check_name_is_free(const struct context *c, const struct run_args *args)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT, path = GITPERF_BUFFER_INIT;
	int status = EXIT_YES;

	if (args->unique)
		return EXIT_YES;
	if (gitperf_artifact_name(&name, c->commit, c->record.platform, NULL) >= 0 &&
	    gitperf_buffer_add(&path, args->output, strlen(args->output)) >= 0 &&
	    gitperf_buffer_add(&path, "/", 1) >= 0 &&
	    gitperf_buffer_add(&path, name.ptr, name.len) >= 0 && !access(path.ptr, F_OK))
		status = cmd_error("collect it first, or put the record's id into the name with --unique; nothing was measured",
				   "'%s' exists already", path.ptr);
	gitperf_buffer_dispose(&name);
	gitperf_buffer_dispose(&path);
	return status;
}

/* Whatever a record would refuse is refused now, not after an hour's work */
static int check_early(struct context *c, const struct run_args *args)
{
	gitperf_benchmark bench = GITPERF_BENCHMARK_INIT;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_record trial = c->record;
	struct stat st;
	int err;

	if (c->is_data)
		return cmd_error("switch to the branch that you want to measure; nothing was measured",
				 "HEAD is the perf branch, which holds data");

	bench.name = args->name;
	bench.status = GITPERF_STATUS_SKIPPED;
	trial.benchmarks = &bench;
	trial.nbenchmarks = 1;
	trial.finished = gitperf_time_now();
	err = gitperf_record_format(&text, &trial);
	gitperf_buffer_dispose(&text);
	if (err < 0)
		return cmd_fail(err);
	if (!args->output || !strcmp(args->output, "-"))
		return EXIT_YES;
	if (!stat(args->output, &st) && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	else if (!access(args->output, W_OK | X_OK))
		return check_name_is_free(c, args);
	return cmd_error("make the directory first; nothing was measured",
			 "cannot write to the directory '%s': %s", args->output, strerror(errno));
}

static int measure(struct cmd *cmd, const struct run_args *args, int argc,
		   const char **argv)
{
	gitperf_buffer digest = GITPERF_BUFFER_INIT, id = GITPERF_BUFFER_INIT;
	gitperf_run_options opts = GITPERF_RUN_OPTIONS_INIT;
	gitperf_workload work = GITPERF_WORKLOAD_INIT;
	gitperf_benchmark bench;
	gitperf_run *run = NULL;
	gitperf_pair part;
	struct context c;
	int err, status = EXIT_YES;

	work.name = args->name;
	work.argv = argv;
	opts.iterations = (unsigned)args->iterations;
	opts.warmup = (unsigned)args->warmup;
	opts.timeout_ms = (unsigned)args->timeout * 1000;
	opts.events = &cmd->events;
	if ((err = fill_context(&c, cmd, args)) < 0)
		status = cmd_fail(err);
	if (status != EXIT_YES || (status = check_early(&c, args)) != EXIT_YES)
		goto out;
	if ((err = gitperf_run_measure(&run, &work, 1, &opts)) < 0) {
		status = cmd_fail(err);
		goto out;
	}
	bench = *gitperf_run_benchmark(run, 0);
	err = identify(&bench, &part, &digest, &id, argv, (size_t)argc);
	status = err < 0 ? cmd_fail(err) : record(cmd, &c, run, &bench, args);
out:
	gitperf_run_free(run);
	release_context(&c);
	gitperf_buffer_dispose(&digest);
	gitperf_buffer_dispose(&id);
	return status;
}

int cmd_run(struct cmd *cmd, int argc, const char **argv)
{
	struct run_args args = { .iterations = 5, .warmup = 1, .timeout = 1800 };
	int dashdash;
	const struct opt options[] = {
		OPT_GROUP("Measuring"),
		OPT_COUNT(0, "iterations", &args.iterations, "n", "measure <n> times (default: 5)"),
		OPT_COUNT(0, "warmup", &args.warmup, "n", "run <n> times before that (default: 1)"),
		OPT_COUNT(0, "timeout", &args.timeout, "seconds", "give up on an iteration after this (default: 1800)"),
		OPT_GROUP("Recording"),
		OPT_PAIRS('k', NULL, &args.config, "key=value", "a configuration: part of the series' identity"),
		OPT_STRING('p', "platform", &args.platform, "name", "default: perf.platform, else this machine's"),
		OPT_STRING(0, "worker", &args.worker, "name", "default: perf.worker"),
		OPT_STRING(0, "reason", &args.reason, "word", "push, scheduled, manual, ... (default: local, without worker or CI)"),
		OPT_STRING('o', "output", &args.output, "dir", "also write the record as a file; - for standard output"),
		OPT_FLAG(0, "unique", &args.unique, "add the record's id to that file's name"),
		OPT_FLAG(0, "no-append", &args.no_append, "leave the perf branch alone"),
		OPT_STRING(0, "color", &args.color_when, "when", "always, never or auto"),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, run_usage, &dashdash);
	if (take_name(&args, &argc, &argv, dashdash) < 0)
		opt_usage_error(run_usage, options, "before '--' there is only a name, like 'sort='");
	if (!argc)
		opt_usage_error(run_usage, options, "no command given");
	if (!args.iterations || args.iterations > 100000 || args.warmup > 100000 ||
	    !args.timeout || args.timeout > INT_MAX / 1000)
		opt_usage_error(run_usage, options, "iterations must be 1 to 100000, "
				"warm-up at most 100000, timeout 1 to %d seconds", INT_MAX / 1000);
	args.color = ui_color(cmd, args.color_when);
	return measure(cmd, &args, argc, argv);
}
