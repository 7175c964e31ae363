/*
 * fuzz-output.c - whatever is read of a tool's output fits into a record
 *
 * The first line of the input is the format, the rest what was printed.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"

#include <gitperf/port.h>

#include "fuzz.h"

/* A record of more bytes is refused for its size alone. */
#define INPUT_MAX 65536
#define ERROR_MAX 4096

static void check_reading(gitperf_benchmark *bench, const gitperf_reading *r)
{
	const gitperf_benchmark blank = GITPERF_BENCHMARK_INIT;

	MUST(!r->error == !!r->nmetrics);
	*bench = blank;
	/* the program has no name of its own; nobody uses this character */
	bench->name = *r->name ? r->name : "\356\200\200";
	bench->params = r->params;
	bench->nparams = r->nparams;
	bench->metrics = r->metrics;
	bench->nmetrics = r->nmetrics;
	/* which may be longer than a record's, and is cut by who makes one */
	bench->error = r->error && strlen(r->error) > ERROR_MAX ? "long" : r->error;
	bench->status = r->error ? GITPERF_STATUS_FAILED : GITPERF_STATUS_OK;
}

static void check(const gitperf_readings *readings)
{
	gitperf_record record = GITPERF_RECORD_INIT;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t n = gitperf_readings_count(readings), i, ok = 0;
	gitperf_benchmark *list = calloc(n, sizeof(*list));

	MUST(n && list);
	for (i = 0; i < n; i++) {
		check_reading(&list[i], gitperf_readings_get(readings, i));
		ok += !list[i].error;
	}
	record.commit = "0123456789abcdef0123456789abcdef01234567";
	record.platform = "p";
	record.finished = 1;
	record.benchmarks = list;
	record.nbenchmarks = n;
	record.outcome = ok == n ? GITPERF_OUTCOME_COMPLETE :
		ok ? GITPERF_OUTCOME_PARTIAL : GITPERF_OUTCOME_FAILED;
	MUST(!gitperf_record_format(&text, &record));
	gitperf_buffer_dispose(&text);
	free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nl = size ? memchr(data, '\n', size) : NULL;
	size_t head = nl ? (size_t)(nl - data) : size;
	char *format = strndup((const char *)data, head), *rest;
	gitperf_readings *readings;
	int err;

	MUST(format);
	size -= nl ? head + 1 : head;
	/* a block of its own, so that reading past its end is seen */
	rest = malloc(size ? size : 1);
	MUST(rest);
	memcpy(rest, data + (nl ? head + 1 : head), size);
	err = gitperf_output_read(&readings, format, rest, size);
	free(rest);
	MUST(!err == !!readings);
	MUST(!err || err == GITPERF_EFORMAT || err == GITPERF_EINVALID);
	MUST(!err || (*gitperf_error_message() && gitperf_error_hint()));
	MUST((err == GITPERF_EINVALID) == !!gitperf_output_format_check(format));
	if (!err && size <= INPUT_MAX)
		check(readings);
	gitperf_readings_free(readings);
	free(format);
	return 0;
}
