/*
 * git perf worker rebalance - which machine measures which benchmarks
 */
#include "worker.h"

#define WORKERS_MAX 256

/* "a,b" as a list; what it points into is to be freed */
static char *split(const char *out[WORKERS_MAX + 1], const char *text)
{
	char *copy = text ? strdup(text) : NULL, *rest = copy, *one;
	size_t n = 0;

	while (rest && n < WORKERS_MAX && (one = strsep(&rest, ",")))
		if (*one)
			out[n++] = one;
	out[n] = NULL;
	return copy;
}

static int rebalance(struct cmd *cmd, const gitperf_rebalance_options *opts, int quiet,
		     const gitperf_view_options *view)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_balance *balance = NULL;
	int err = gitperf_rebalance(&balance, cmd->repo, opts);

	if (!err && balance->heads > 1)
		cmd_warn("there was more than one table: they were made without knowing of each other",
			 "the one with the lowest id held; the next one that is written replaces them all");
	if (!err && !quiet && !(err = gitperf_view_balance(&out, balance, view)))
		cmd_write(&out);
	gitperf_buffer_dispose(&out);
	gitperf_balance_free(balance);
	return err < 0 ? cmd_fail(err) : EXIT_YES;
}

int worker_rebalance(struct cmd *cmd, const struct worker_flags *f, const gitperf_schedule_options *schedule,
		     const gitperf_view_options *view)
{
	gitperf_rebalance_options opts = GITPERF_REBALANCE_OPTIONS_INIT;
	const char *added[WORKERS_MAX + 1], *left_out[WORKERS_MAX + 1];
	char *texts[] = { split(added, f->add), split(left_out, f->without) };
	int status;

	opts.schedule = schedule;
	opts.platform = f->platform;
	opts.add = added;
	opts.without = left_out;
	status = rebalance(cmd, &opts, f->quiet, view);
	free(texts[0]);
	free(texts[1]);
	return status;
}
