/*
 * git perf run - measure a suite or a command and record the result
 */
#include "deliver.h"

#include <limits.h>
#include <unistd.h>

static const char *const run_usage[] = {
	"git perf run [<options>] [<benchmark>...]",
	"git perf run [<options>] --steps=<n> <range> [<benchmark>...]",
	"git perf run [<options>] [<name>=] -- <command> [<argument>...]",
	NULL
};

struct run_args {
	gitperf_session_options session;
	struct delivery delivery;
	struct opt_pairs config;
	const char *color_when, *precision, *priority;
	size_t iterations, warmup, timeout, max_time, steps, wait;
	int dry_run;
	const char *range;
	char name[257];
};

/* For a measured command that measures: it would wait for itself */
#define MEASURING "GIT_PERF_MEASURING"

/* Not a number that somebody can ask for */
#define UNSAID SIZE_MAX

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

/* Words that a shell would have taken apart: git perf does not */
static int is_shell_text(const char *word)
{
	return strchr(word, ' ') && access(word, F_OK) < 0;
}

/* Behind "--" is a command; "name=" before it is the benchmark's name */
static int take_command(struct run_args *args, int argc, const char **argv, int dashdash)
{
	size_t len = dashdash ? strlen(argv[0]) : 0;

	if (dashdash > 1 || dashdash == argc)
		return -1;
	if (dashdash) {
		if (len < 2 || len > 256 || argv[0][len - 1] != '=')
			return -1;
		snprintf(args->name, sizeof(args->name), "%.*s", (int)len - 1, argv[0]);
	} else {
		default_name(args, argc, argv);
	}
	args->session.argv = argv + dashdash;
	args->session.name = args->name;
	return 0;
}

/* "1%", "0.5 %" or "0.01" */
static int parse_precision(double *out, const char *text)
{
	char *end;

	*out = strtod(text, &end);
	while (*end == ' ')
		end++;
	if (*end == '%') {
		*out /= 100;
		end++;
	}
	return end != text && !*end && *out > 0 && *out < 1 ? 0 : -1;
}

static int parse_priority(int *out, const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	*out = (int)value;
	return end != text && !*end && value >= -20 && value <= 19 ? 0 : -1;
}

/* Returns what is wrong with the numbers, or NULL */
static const char *take_numbers(struct run_args *args)
{
	gitperf_sampling *s = &args->session.sampling;

	if (args->iterations != UNSAID && (!args->iterations || args->iterations > 100000))
		return "iterations must be 1 to 100000";
	if (args->warmup != UNSAID && args->warmup > 100000)
		return "warm-up must be at most 100000";
	if (args->timeout != UNSAID && (!args->timeout || args->timeout > INT_MAX / 1000))
		return "the timeout must be 1 to 2147483 seconds";
	if (args->max_time != UNSAID && (!args->max_time || args->max_time > INT_MAX / 1000))
		return "the time to measure must be 1 to 2147483 seconds";
	if (args->wait != UNSAID && args->wait > INT_MAX / 1000)
		return "the time to wait must be at most 2147483 seconds";
	if (args->precision && parse_precision(&s->precision, args->precision) < 0)
		return "the precision must be a part of the value, like 1% or 0.01";
	if (args->priority && parse_priority(&args->session.priority, args->priority) < 0)
		return "the priority must be -20 to 19";
	args->session.has_priority = args->priority != NULL;
	s->iterations = args->iterations == UNSAID ? 0 : (unsigned)args->iterations;
	s->warmup = args->warmup == UNSAID ? -1 : (int)args->warmup;
	s->timeout_ms = args->timeout == UNSAID ? 0 : (int64_t)args->timeout * 1000;
	s->max_time_ms = args->max_time == UNSAID ? 0 : (int64_t)args->max_time * 1000;
	args->session.wait_ms = args->wait == UNSAID ? -1 : (int64_t)args->wait * 1000;
	return NULL;
}

/* Of steps, what was measured already needs no second time. */
static int is_measured(struct cmd *cmd, const gitperf_session *session)
{
	gitperf_store *store = NULL;
	int err = gitperf_store_open(&store, cmd->repo);

	if (!err)
		err = gitperf_session_is_measured(session, store);
	if (err > 0)
		fprintf(stderr, "%.10s is measured already\n", gitperf_session_record(session, 0)->commit);
	gitperf_store_free(store);
	return err;
}

/* Signals are caught only while there is something to tidy up. */
static int measure(struct cmd *cmd, const struct run_args *args)
{
	gitperf_session *session = NULL;
	int err, status = EXIT_YES;

	if ((err = gitperf_session_open(&session, cmd->repo, &args->session)) < 0)
		return cmd_fail(err);
	if (args->range && (err = is_measured(cmd, session))) {
		status = err < 0 ? cmd_fail(err) : EXIT_YES;
		goto out;
	}
	/* nothing is measured that has nowhere to go */
	if (!args->delivery.no_append && (err = gitperf_store_check(cmd->repo)) < 0) {
		status = cmd_fail(err);
		goto out;
	}
	if (args->dry_run) {
		dry_run_print(session);
		goto out;
	}
	if ((status = deliver_check(cmd, &args->delivery, session)) != EXIT_YES)
		goto out;
	if ((err = gitperf_session_lock(session)) >= 0) {
		setenv(MEASURING, "1", 1);
		ui_catch_interruptions();
		err = gitperf_session_run(session);
	}
	status = err < 0 ? cmd_fail(err) : deliver(cmd, &args->delivery, session);
out:
	gitperf_session_free(session);
	ui_release_interruptions();
	return status;
}

/* Old commits are measured by the suite of today, unless another is named. */
static int measure_steps(struct cmd *cmd, struct run_args *args)
{
	gitperf_buffer ids = GITPERF_BUFFER_INIT;
	int n = gitperf_session_steps(&ids, cmd->repo, args->range, args->steps);
	int i, one, status = n < 0 ? cmd_fail(n) : EXIT_YES;

	args->session.todays_suite = 1;
	args->session.usual_reason = "backfill";
	for (i = 0; i < n; i++) {
		args->session.commit = ids.ptr + (size_t)i * GITPERF_ID_SIZE;
		one = measure(cmd, args);
		status = one > status ? one : status;
	}
	gitperf_buffer_dispose(&ids);
	return status;
}

/* Benchmarks, a command, or a range and benchmarks; NULL if it can be so */
static const char *take_arguments(struct run_args *args, int argc,
				  const char **argv, int dashdash)
{
	if (args->steps != UNSAID && (args->session.commit || args->session.base))
		return "--steps chooses the commits, so there is neither --commit nor --base";
	if (!args->steps)
		return "--steps takes 1 or more";
	if (args->steps != UNSAID) {
		if (!argc || !dashdash)
			return "--steps needs a range of commits, like v1.0..HEAD";
		args->range = *argv++;
		argc--;
		dashdash--;
	}
	args->session.benchmarks = argv;
	if (dashdash < 0)
		return NULL;
	if (args->session.suite)
		return "a command needs no suite";
	if (dashdash < argc && is_shell_text(argv[dashdash]))
		return "the first word behind '--' is a program; a shell's text is: -- sh -c '<text>'";
	return take_command(args, argc, argv, dashdash) < 0 ?
		"before '--' there is only a name, like 'sort=', and a command behind it" : NULL;
}

int cmd_run(struct cmd *cmd, int argc, const char **argv)
{
	static const gitperf_session_options blank = GITPERF_SESSION_OPTIONS_INIT;
	struct run_args args = {
		.session = blank, .iterations = UNSAID, .warmup = UNSAID, .timeout = UNSAID,
		.max_time = UNSAID, .wait = UNSAID, .steps = UNSAID
	};
	const char *wrong;
	int dashdash;
	const struct opt options[] = {
		OPT_GROUP("What"),
		OPT_STRING(0, "commit", &args.session.commit, "rev", "measure this commit (default: HEAD, as it is in the work tree)"),
		OPT_STRING(0, "base", &args.session.base, "rev", "measure this commit, too, in turns, and compare"),
		OPT_STRING(0, "suite", &args.session.suite, "file", "a suite, also as <rev>:<path> (default: .gitperf)"),
		OPT_COUNT(0, "steps", &args.steps, "n", "measure <n> commits of a range, evenly spaced"),
		OPT_FLAG(0, "no-carry", &args.session.no_carry, "also measure what depends on nothing that has changed"),
		OPT_FLAG('n', "dry-run", &args.dry_run, "only say what would be measured"),
		OPT_GROUP("Measuring"),
		OPT_COUNT(0, "iterations", &args.iterations, "n", "measure <n> times (default: the suite's, 5; with --base 20)"),
		OPT_COUNT(0, "warmup", &args.warmup, "n", "run <n> times before that (default: the suite's, 1)"),
		OPT_COUNT(0, "timeout", &args.timeout, "seconds", "give up on an iteration after this (default: the suite's, 1800)"),
		OPT_STRING(0, "precision", &args.precision, "percent", "go on until the interval is this narrow"),
		OPT_COUNT(0, "max-time", &args.max_time, "seconds", "... or a benchmark has taken this long (default: 60)"),
		OPT_FLAG(0, "no-aslr", &args.session.no_aslr, "put code and data at the same addresses each time"),
		OPT_STRING(0, "cpus", &args.session.cpus, "list", "run on these processors only, like 2 or 0-3,6"),
		OPT_STRING(0, "priority", &args.priority, "n", "niceness, -20 to 19"),
		OPT_COUNT(0, "wait", &args.wait, "seconds", "wait for another measurement on this host (default: 600)"),
		OPT_GROUP("Recording"),
		OPT_PAIRS('k', NULL, &args.config, "key=value", "a configuration: part of the series' identity"),
		OPT_STRING('p', "platform", &args.session.platform, "name", "default: perf.platform, else this machine's"),
		OPT_STRING(0, "worker", &args.session.worker, "name", "default: perf.worker"),
		OPT_STRING(0, "reason", &args.session.reason, "word", "push, scheduled, manual, ... (default: local, without worker or CI)"),
		OPT_STRING('o', "output", &args.delivery.output, "dir", "also write the record as a file; - for standard output"),
		OPT_FLAG(0, "unique", &args.delivery.unique, "add the record's id to that file's name"),
		OPT_FLAG(0, "no-append", &args.delivery.no_append, "leave the perf branch alone"),
		OPT_GROUP("Output"),
		OPT_FLAG(0, "json", &args.delivery.json, "report in JSON"),
		OPT_COLOR(&args.color_when),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, run_usage, &dashdash);
	if ((wrong = take_numbers(&args)) || (wrong = take_arguments(&args, argc, argv, dashdash)))
		opt_usage_error(run_usage, options, "%s", wrong);
	args.session.config = args.config.pairs;
	args.session.nconfig = args.config.n;
	args.session.events = &cmd->events;
	if (getenv(MEASURING) && args.wait == UNSAID)
		args.session.wait_ms = 0;
	args.session.is_interrupted = ui_is_interrupted;
	args.delivery.color = ui_color(cmd, args.color_when);
	return args.range ? measure_steps(cmd, &args) : measure(cmd, &args);
}
