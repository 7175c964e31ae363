/*
 * fit.c - a record that would be too large
 *
 * How much a command prints is known only after it has run, and then it is too
 * late to refuse: what can be spared goes first, and what had to go is said,
 * in the record and as a warning.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/record.h"
#include "work/session.h"

#define HINT "split the suite into several runs, or record fewer samples"

/* A benchmark, and about how many bytes of a record its metrics are */
struct load {
	gitperf_benchmark *benchmark;
	size_t bytes;
};

static void warn(const gitperf_session *s, size_t n, const char *what,
		 const gitperf_benchmark *such)
{
	const gitperf_events *events = s->opts.events;
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	gitperf_buf_addf(&text, "a record has at most %u bytes: it is without the %s of ",
			 GITPERF_RECORD_MAX, what);
	if (n > 1)
		gitperf_buf_addf(&text, "%zu benchmarks, such as ", n);
	gitperf_buf_addf(&text, "'%s'", such->name);
	if (events && events->warning)
		events->warning(events->payload, text.ptr, HINT);
	gitperf_buffer_dispose(&text);
}

/* From the end, as long as it takes; what escapes are worth is not counted. */
static void drop_logs(const gitperf_session *s, const gitperf_record *r,
		      gitperf_benchmark *benchmarks, size_t size)
{
	const gitperf_benchmark *last = NULL;
	size_t i, n = 0;

	for (i = r->nbenchmarks; i-- && size > GITPERF_RECORD_MAX; ) {
		if (!benchmarks[i].log)
			continue;
		size -= strlen(benchmarks[i].log);
		benchmarks[i].log = NULL;
		last = &benchmarks[i];
		n++;
	}
	if (n)
		warn(s, n, "log", last);
}

static int by_weight(const void *a, const void *b)
{
	const struct load *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return x->benchmark < y->benchmark ? -1 : x->benchmark > y->benchmark;
}

/* What is written for it with its metrics, less what is without them */
static int weigh(struct load *out, const gitperf_record *r, gitperf_benchmark *b)
{
	gitperf_benchmark bare = *b;
	gitperf_record one = *r;
	size_t with, without;
	int err;

	bare.nmetrics = 0;
	one.nbenchmarks = 1;
	one.benchmarks = b;
	if ((err = gitperf_record__size(&with, &one)) < 0)
		return err;
	one.benchmarks = &bare;
	if ((err = gitperf_record__size(&without, &one)) < 0)
		return err;
	out->benchmark = b;
	out->bytes = with - without;
	return 0;
}

static int fail(gitperf_session *s, gitperf_benchmark *b)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t i, n = 0;

	for (i = 0; i < b->nmetrics; i++)
		n += b->metrics[i].nsamples;
	gitperf_buf_addf(&text, "measured, but its %zu samples do not fit into a record of %u bytes",
			 n, GITPERF_RECORD_MAX);
	b->metrics = NULL;
	b->nmetrics = 0;
	b->status = GITPERF_STATUS_FAILED;
	b->error = gitperf_session__keep(s, text.ptr);
	gitperf_buffer_dispose(&text);
	return gitperf_arena_check(&s->arena);
}

/* Returns of how many. Units that benchmarks share count for each of them. */
static int drop_samples(gitperf_session *s, const gitperf_record *r,
			gitperf_benchmark *benchmarks, size_t size)
{
	struct load *loads = calloc(r->nbenchmarks, sizeof(*loads));
	int err = loads ? 0 : gitperf_fail_oom();
	size_t i, n = 0;

	for (i = 0; !err && i < r->nbenchmarks; i++)
		err = weigh(&loads[i], r, &benchmarks[i]);
	if (!err)
		qsort(loads, r->nbenchmarks, sizeof(*loads), by_weight);
	for (; !err && n < r->nbenchmarks && size > GITPERF_RECORD_MAX && loads[n].bytes; n++) {
		err = fail(s, loads[n].benchmark);
		size -= loads[n].bytes;
		if (!err)
			size += strlen(loads[n].benchmark->error);
	}
	if (!err && n)
		warn(s, n, "samples", loads[0].benchmark);
	free(loads);
	return err < 0 ? err : (int)n;
}

int gitperf_session__fit(gitperf_session *s, gitperf_record *record,
			 gitperf_benchmark *benchmarks)
{
	size_t size;
	int dropped, err = gitperf_record__size(&size, record);

	if (err < 0 || size <= GITPERF_RECORD_MAX)
		return err;
	drop_logs(s, record, benchmarks, size);
	do {
		if ((err = gitperf_record__size(&size, record)) < 0 || size <= GITPERF_RECORD_MAX)
			return err;
		dropped = drop_samples(s, record, benchmarks, size);
		record->outcome = gitperf_record__outcome(benchmarks, record->nbenchmarks);
	} while (dropped > 0);
	return dropped;
}
