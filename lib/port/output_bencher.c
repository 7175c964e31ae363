/*
 * output_bencher.c - the lines of Rust's own benchmarks, and of their imitators
 *
 *	test sort   ... bench:     115,292.36 ns/iter (+/- 8,767.17) = 12 MB/s
 *	test split  ... FAILED
 *
 * The number is a median. What stands behind "+/-" is the range with some tools
 * and the deviation with others, and so it says nothing. Other lines and other
 * results ("ok", "ignored") are of tests.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "port/output.h"

#define MARK "..."

/* A number with commas between the thousands */
static int read_number(struct output *out, gitperf_number *number,
		       const struct quantity *q, struct span word)
{
	gitperf_buffer digits = GITPERF_BUFFER_INIT;
	size_t i;
	int err;

	for (i = 0; i < word.len; i++)
		if (word.text[i] != ',')
			gitperf_buf_addc(&digits, word.text[i]);
	err = gitperf_buf_check(&digits);
	if (!err && (!digits.len ||
		     gitperf_output__number_length(digits.ptr, digits.len) < digits.len))
		err = gitperf_decode_fail(&out->d, "'%.*s' is no number",
					  (int)(word.len < 40 ? word.len : 40), word.text);
	if (!err)
		err = gitperf_output__number(out, number, q, digits.ptr, digits.len);
	gitperf_buffer_dispose(&digits);
	return err;
}

static int add_median(struct output *out, struct quantity *q, struct span word)
{
	gitperf_number number;

	TRY(read_number(out, &number, q, word));
	return gitperf_output__field(out, q, GITPERF_SUMMARY_MEDIAN, number);
}

/* Behind "bench:" */
static int read_result(struct output *out, struct span rest)
{
	struct span number = gitperf_output__word(&rest), word;
	struct quantity q = { .name = NULL };

	word = gitperf_output__word(&rest);
	if (!word.len)
		return gitperf_decode_fail(&out->d, "'bench:' is not followed by a number and a unit");
	TRY(gitperf_output__unit(out, &q, word.text, word.len));
	q.name = strcmp(q.unit, "ns") ? q.unit : "time";
	TRY(add_median(out, &q, number));
	do {
		word = gitperf_output__word(&rest);
		if (!word.len)
			return 0;
	} while (!gitperf_output__is(word, "="));
	number = gitperf_output__word(&rest);
	word = gitperf_output__word(&rest);
	TRY(gitperf_output__unit(out, &q, word.text, word.len));
	q.name = "throughput";
	return add_median(out, &q, number);
}

static int read_line(struct output *out, struct span line)
{
	static const char test[] = "test ", bench[] = "bench:";
	const char *mark;
	struct span name, rest;

	if (!gitperf_output__begins(line, test))
		return 0;
	name.text = line.text + strlen(test);
	mark = memmem(name.text, line.len - strlen(test), MARK, strlen(MARK));
	if (!mark)
		return 0;
	name.len = (size_t)(mark - name.text);
	name = gitperf_output__trim(name);
	rest.text = mark + strlen(MARK);
	rest.len = (size_t)(line.text + line.len - rest.text);
	rest = gitperf_output__trim(rest);
	if (gitperf_output__is(rest, "FAILED")) {
		TRY(gitperf_output__begin(out, name.text, name.len, NULL, 0));
		return gitperf_output__error(out, rest.text, rest.len);
	}
	if (!gitperf_output__begins(rest, bench))
		return 0;
	rest.text += strlen(bench);
	rest.len -= strlen(bench);
	TRY(gitperf_output__begin(out, name.text, name.len, NULL, 0));
	return read_result(out, rest);
}

int gitperf_output__bencher(struct output *out, const char *bytes, size_t len)
{
	struct lines lines = { bytes, bytes + len, 0 };
	struct span line;

	while (gitperf_output__line(&lines, &line))
		TRY(read_line(out, line));
	return 0;
}
