/*
 * sets.c - which benchmarks belong to which worker, for people and for programs
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

#define PLURAL(n) ((n) == 1 ? "" : "s")

static void add_benchmark(gitperf_buffer *out, const gitperf_assigned *b)
{
	gitperf_buf_adds(out, "    ");
	gitperf_view_text(out, b->name);
	gitperf_buf_adds(out, "  ");
	if (b->is_known)
		gitperf_view_value(out, (double)b->duration_ns, "ns");
	else
		gitperf_buf_adds(out, "not measured yet");
	if (b->from) {
		gitperf_buf_adds(out, ", moves from ");
		gitperf_view_text(out, b->from);
	}
	gitperf_buf_addc(out, '\n');
}

static void add_set(gitperf_buffer *out, const gitperf_balance *balance, const gitperf_set *set,
		    const gitperf_view_options *o)
{
	size_t i;

	gitperf_buf_adds(out, "  ");
	gitperf_view__colored(out, o, VIEW_BOLD, set->worker);
	gitperf_buf_addf(out, "  %zu benchmark%s", set->n, PLURAL(set->n));
	if (set->n && balance->runs) {
		gitperf_buf_adds(out, ", ");
		gitperf_view_value(out, (double)set->duration_ns, "ns");
	}
	if (set->is_unknown)
		gitperf_buf_adds(out, "; not in the queue: until it is, others take its jobs");
	gitperf_buf_addc(out, '\n');
	for (i = 0; i < set->n; i++)
		add_benchmark(out, &set->benchmarks[i]);
}

static void add_times(gitperf_buffer *out, const gitperf_balance *b)
{
	if (!b->runs) {
		gitperf_buf_adds(out, "; nothing was measured yet: by their number");
		return;
	}
	gitperf_buf_adds(out, ", ");
	gitperf_view_value(out, (double)b->duration_ns, "ns");
	gitperf_buf_adds(out, " (longest first ");
	gitperf_view_value(out, (double)b->lpt_ns, "ns");
	if (b->before_ns && b->before_ns != b->duration_ns) {
		gitperf_buf_adds(out, "; it was ");
		gitperf_view_value(out, (double)b->before_ns, "ns");
	}
	gitperf_buf_addc(out, ')');
}

static void add_end(gitperf_buffer *out, const gitperf_balance *b)
{
	if (!b->nsets)
		gitperf_buf_adds(out, "the suite is in one piece again\n");
	else if (b->is_first)
		gitperf_buf_adds(out, "this is the first table\n");
	else if (!b->is_new)
		gitperf_buf_adds(out, "in balance: nothing moves\n");
	else if (!b->moves)
		gitperf_buf_adds(out, "nothing moves\n");
	else
		gitperf_buf_addf(out, "%zu benchmark%s of %zu move%s\n", b->moves, PLURAL(b->moves), b->benchmarks,
				 b->moves == 1 ? "s" : "");
}

static int print_balance(gitperf_buffer *out, const gitperf_balance *b, const gitperf_view_options *o)
{
	size_t i;

	gitperf_view__colored(out, o, VIEW_BOLD, b->platform);
	gitperf_buf_addf(out, ": %zu benchmark%s, %zu worker%s", b->benchmarks, PLURAL(b->benchmarks), b->nsets, PLURAL(b->nsets));
	if (b->nsets)
		add_times(out, b);
	gitperf_buf_addc(out, '\n');
	for (i = 0; i < b->nsets; i++)
		add_set(out, b, &b->sets[i], o);
	add_end(out, b);
	return gitperf_buf_check(out);
}

/* --- For programs --- */

static void print_benchmark(gitperf_printer *p, const gitperf_assigned *b)
{
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "name", b->name);
	gitperf_print_int(p, "duration_ns", b->is_known ? b->duration_ns : 0);
	gitperf_print_string(p, "from", b->from);
	gitperf_print_close(p, '}');
}

/* Without any, what is told of times is in no unit */
static void print_time(gitperf_printer *p, const char *key, const gitperf_balance *b, int64_t ns)
{
	gitperf_print_int(p, key, b->runs ? ns : 0);
}

static void print_set(gitperf_printer *p, const gitperf_balance *b, const gitperf_set *set)
{
	size_t i;

	gitperf_print_open(p, '{');
	gitperf_print_string(p, "worker", set->worker);
	gitperf_print_bool(p, "known", !set->is_unknown);
	print_time(p, "duration_ns", b, set->duration_ns);
	gitperf_print_key(p, "benchmarks");
	gitperf_print_open(p, '[');
	for (i = 0; i < set->n; i++)
		print_benchmark(p, &set->benchmarks[i]);
	gitperf_print_close(p, ']');
	gitperf_print_close(p, '}');
}

static int print_balance_json(gitperf_buffer *out, const gitperf_balance *b)
{
	gitperf_printer p = { out, 0 };
	size_t i;

	gitperf_print_open(&p, '{');
	gitperf_print_int(&p, "version", 1);
	gitperf_print_string(&p, "platform", b->platform);
	gitperf_print_bool(&p, "new", b->is_new);
	gitperf_print_bool(&p, "first", b->is_first);
	gitperf_print_int(&p, "moves", (int64_t)b->moves);
	gitperf_print_bool(&p, "fewest", b->is_fewest);
	print_time(&p, "duration_ns", b, b->duration_ns);
	print_time(&p, "longest_first_ns", b, b->lpt_ns);
	print_time(&p, "before_ns", b, b->before_ns);
	gitperf_print_int(&p, "runs", (int64_t)b->runs);
	gitperf_print_int(&p, "tables", (int64_t)b->heads);
	gitperf_print_key(&p, "sets");
	gitperf_print_open(&p, '[');
	for (i = 0; i < b->nsets; i++)
		print_set(&p, b, &b->sets[i]);
	gitperf_print_close(&p, ']');
	gitperf_print_close(&p, '}');
	gitperf_buf_addc(out, '\n');
	return gitperf_buf_check(out);
}

int gitperf_view_balance(gitperf_buffer *out, const gitperf_balance *balance,
			 const gitperf_view_options *options)
{
	return options->format == GITPERF_FORMAT_JSON ? print_balance_json(out, balance) :
		print_balance(out, balance, options);
}
