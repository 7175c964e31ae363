/*
 * output_go.c - the lines of go test -bench
 *
 *	pkg: words
 *	BenchmarkSort/n=64-2   172   6036 ns/op   10613445 words/s
 *	--- FAIL: BenchmarkJoin
 *	    bench_test.go:39: no words to join
 *	FAIL	words	0.018s
 *
 * The number at the end of a name is GOMAXPROCS, which Go leaves out when it is
 * 1: it becomes the parameter `procs`, and the package `pkg`, so that a series
 * does not depend on what else was run. A name that ends in "-<number>" itself
 * cannot be told from that where GOMAXPROCS is 1; Go's own tools cannot either.
 */
#include "base/compat.h"
#include "base/error.h"
#include "port/output.h"

#define PREFIX "Benchmark"

struct go_reader {
	struct output *out;
	struct span pkg;
	struct span procs;         /* of the last result */
	struct span begun;         /* a name whose result has not come yet */
	struct span panic;
	struct span failed;        /* the last name that failed */
	struct span reason;        /* why: lines that are still coming */
	int in_reason;
	int package_failed;        /* something of this package did */
	int any_failed;            /* something at all */
	int says_failed;           /* a line says so, and nothing else */
};

static const struct {
	const char *printed;
	struct quantity q;
} known[] = {
	{ "ns/op", { "time", "ns", GITPERF_BETTER_LOWER, 0, 0, 0 } },
	{ "MB/s", { "throughput", "bytes/s", GITPERF_BETTER_HIGHER, 6, 0, 0 } },
	{ "B/op", { "bytes_per_op", "bytes", GITPERF_BETTER_LOWER, 0, 0, 0 } },
	{ "allocs/op", { "allocs_per_op", "count", GITPERF_BETTER_LOWER, 0, 0, 0 } }
};

static int copy(struct output *out, const char **text, struct span span)
{
	*text = gitperf_arena_copy(out->d.arena, span.text, span.len);
	return *text ? 0 : gitperf_fail_oom();
}

/* Take "-16" off a name. */
static struct span take_procs(struct span *name)
{
	struct span procs = { "1", 1 };
	size_t n = name->len;

	while (n && name->text[n - 1] >= '0' && name->text[n - 1] <= '9')
		n--;
	if (n < 2 || n == name->len || name->text[n - 1] != '-' || name->text[n] == '0')
		return procs;
	procs.text = name->text + n;
	procs.len = name->len - n;
	name->len = n - 1;
	return procs;
}

/* `name` as it is printed; NULL text: the package as a whole */
static int begin(struct go_reader *r, struct span name, struct span procs)
{
	gitperf_pair params[2];
	size_t n = 0;

	if (name.len > strlen(PREFIX)) {
		name.text += strlen(PREFIX);
		name.len -= strlen(PREFIX);
	}
	if (r->pkg.len) {
		params[n].key = "pkg";
		TRY(copy(r->out, &params[n++].value, r->pkg));
	}
	if (procs.len) {
		params[n].key = "procs";
		TRY(copy(r->out, &params[n++].value, procs));
	}
	return gitperf_output__begin(r->out, name.text, name.len, params, n);
}

static int is_number(struct span word)
{
	return word.len && gitperf_output__number_length(word.text, word.len) == word.len;
}

static int is_count(struct span word)
{
	return is_number(word) && !memchr(word.text, '.', word.len) &&
		!memchr(word.text, 'e', word.len) && *word.text != '-';
}

/* What Go prints for floating-point values that are none */
static int is_no_number(struct span word)
{
	return gitperf_output__is(word, "NaN") || gitperf_output__is(word, "+Inf") ||
		gitperf_output__is(word, "-Inf");
}

static int name_quantity(struct output *out, struct quantity *q, struct span unit)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (gitperf_output__is(unit, known[i].printed)) {
			*q = known[i].q;
			return 0;
		}
	/* of the benchmark's own: called by its unit, and left in it */
	TRY(gitperf_output__unit(out, q, unit.text, unit.len));
	TRY(copy(out, &q->unit, unit));
	q->name = q->unit;
	q->shift = q->times = 0;
	return 0;
}

static int add_value(struct output *out, struct span value, struct span unit)
{
	struct quantity q = { .name = NULL };
	gitperf_number number;

	if (!unit.len || !is_number(value))
		return gitperf_decode_fail(&out->d, "'%.*s %.*s' is not a number and its unit",
					   (int)(value.len < 40 ? value.len : 40), value.text,
					   (int)(unit.len < 40 ? unit.len : 40), unit.text);
	TRY(name_quantity(out, &q, unit));
	TRY(gitperf_output__number(out, &number, &q, value.text, value.len));
	return gitperf_output__sample(out, &q, number);
}

/* "172  6036 ns/op ...": 1 if this is what stands behind the name, 0 if not */
static int read_result(struct go_reader *r, struct span name, struct span rest)
{
	struct span count = gitperf_output__word(&rest);
	struct span value = gitperf_output__word(&rest);
	struct span unit = gitperf_output__word(&rest);

	if (!is_count(count) || !unit.len || (!is_number(value) && !is_no_number(value)))
		return 0;
	r->procs = take_procs(&name);
	TRY(begin(r, name, r->procs));
	for (;;) {
		TRY(add_value(r->out, value, unit));
		value = gitperf_output__word(&rest);
		if (!value.len)
			return 1;
		unit = gitperf_output__word(&rest);
	}
}

static int read_benchmark(struct go_reader *r, struct span line)
{
	struct span name = gitperf_output__word(&line);
	int found;

	/* "Benchmarking ..." is talk */
	if (name.len > strlen(PREFIX) && name.text[strlen(PREFIX)] >= 'a' &&
	    name.text[strlen(PREFIX)] <= 'z')
		return 0;
	found = read_result(r, name, line);
	if (found < 0)
		return found;
	r->begun.len = 0;
	if (found)
		return 0;
	/* what the benchmark itself printed came between */
	r->begun = name;
	line = gitperf_output__trim(line);
	if (gitperf_output__begins(line, "panic:"))
		r->panic = line;
	return 0;
}

static int fail(struct go_reader *r, struct span name, struct span why)
{
	struct span procs = r->procs, none = { NULL, 0 };

	if (!name.text)
		procs = none;
	r->package_failed = r->any_failed = 1;
	TRY(begin(r, name, procs));
	return gitperf_output__error(r->out, why.text, why.len);
}

/* "--- FAIL: BenchmarkSub/bad" comes before "--- FAIL: BenchmarkSub". */
static int is_parent(struct span name, struct span child)
{
	return child.len > name.len && child.text[name.len] == '/' &&
		!memcmp(child.text, name.text, name.len);
}

static int begin_failure(struct go_reader *r, struct span line)
{
	struct span name, bare, procs;

	gitperf_output__word(&line);
	gitperf_output__word(&line);
	name = gitperf_output__word(&line);
	if (!gitperf_output__begins(name, PREFIX))
		return 0;
	/* older versions of Go add the number here, too */
	bare = name;
	procs = take_procs(&bare);
	if (bare.len < name.len && procs.len == r->procs.len &&
	    !memcmp(procs.text, r->procs.text, procs.len))
		name = bare;
	r->begun.len = 0;
	if (is_parent(name, r->failed))
		return 0;
	r->failed = name;
	r->in_reason = 1;
	r->reason.len = 0;
	return 0;
}

/* 1 when the line belongs to the reason, 0 when that is complete */
static int read_reason(struct go_reader *r, struct span line)
{
	if (line.len && (*line.text == ' ' || *line.text == '\t')) {
		struct span text = gitperf_output__trim(line);

		if (!r->reason.len)
			r->reason = text;
		r->reason.len = (size_t)(text.text + text.len - r->reason.text);
		return 1;
	}
	r->in_reason = 0;
	return fail(r, r->failed, r->reason);
}

/* "FAIL\twords\t0.018s", "FAIL\twords [build failed]" */
static int end_package(struct go_reader *r, struct span line)
{
	struct span name = r->begun, why;

	gitperf_output__word(&line);
	r->pkg = gitperf_output__word(&line);
	why = gitperf_output__trim(line);
	if (r->panic.len)
		why = r->panic;
	else if (!gitperf_output__begins(why, "["))
		why.len = 0;
	if (!name.len)
		name.text = NULL;
	else
		r->procs = take_procs(&name);
	/* a panic ends what would have come after another failure, too */
	return r->package_failed && !r->panic.len ? 0 : fail(r, name, why);
}

static void begin_package(struct go_reader *r, struct span pkg)
{
	r->pkg = pkg;
	r->begun.len = r->panic.len = r->failed.len = 0;
	r->package_failed = 0;
}

static int read_line(struct go_reader *r, struct span line)
{
	static const struct span none = { NULL, 0 };
	int err = r->in_reason ? read_reason(r, line) : 0;

	if (err)
		return err < 0 ? err : 0;
	if (gitperf_output__begins(line, PREFIX))
		return read_benchmark(r, line);
	if (gitperf_output__begins(line, "--- FAIL: "))
		return begin_failure(r, line);
	if (gitperf_output__begins(line, "panic:") && !r->panic.len)
		r->panic = line;
	if (gitperf_output__begins(line, "pkg: ")) {
		gitperf_output__word(&line);
		begin_package(r, gitperf_output__trim(line));
	} else if (gitperf_output__is(line, "FAIL")) {
		r->says_failed = 1;
	} else if (gitperf_output__begins(line, "FAIL\t")) {
		err = end_package(r, line);
		begin_package(r, none);
	} else if (gitperf_output__begins(line, "ok  \t")) {
		begin_package(r, none);
	} else if (r->begun.len) {
		err = read_result(r, r->begun, line);
		if (err > 0)
			r->begun.len = 0;
	}
	return err < 0 ? err : 0;
}

int gitperf_output__go(struct output *out, const char *bytes, size_t len)
{
	static const struct span nothing = { "", 0 }, none = { NULL, 0 };
	struct lines lines = { bytes, bytes + len, 0 };
	struct go_reader r = { .out = out };
	struct span line;

	while (gitperf_output__line(&lines, &line))
		TRY(read_line(&r, line));
	if (r.in_reason)
		TRY(read_reason(&r, nothing));
	if (!r.says_failed || r.any_failed)
		return 0;
	return fail(&r, none, nothing);
}
