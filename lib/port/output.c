/*
 * output.c - which formats there are, and how each is begun
 *
 * Knows nothing of what a format looks like, but whether it is a JSON tree or
 * lines of text.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "port/output.h"
#include "port/readings.h"

#define DESCRIBED "; gitperf-suite(5) says what is read of it"

static const struct output_format {
	const char *name;
	int (*lines)(struct output *out, const char *bytes, size_t len);
	int (*tree)(struct output *out, const struct json *root);
	enum json_type root;
	const char *how;
} formats[] = {
	{ "values", gitperf_output__values, NULL, JSON_NULL,
	  "print a line like 'time=1.5ms' for each value" DESCRIBED },
	{ "json", NULL, gitperf_output__json, JSON_OBJECT,
	  "print an object with 'metrics' or 'benchmarks'" DESCRIBED },
	{ "google-benchmark", NULL, gitperf_output__gbench, JSON_OBJECT,
	  "--benchmark_format=json makes a program print it" DESCRIBED },
	{ "hyperfine", NULL, gitperf_output__hyperfine, JSON_OBJECT,
	  "hyperfine --export-json=<file> writes it" DESCRIBED },
	{ "criterion", gitperf_output__criterion, NULL, JSON_NULL,
	  "cargo criterion --message-format=json prints it" DESCRIBED },
	{ "bencher", gitperf_output__bencher, NULL, JSON_NULL,
	  "'cargo bench' prints it, with criterion 'cargo bench -- "
	  "--output-format=bencher'" DESCRIBED },
	{ "go", gitperf_output__go, NULL, JSON_NULL,
	  "go test -run=NONE -bench=. prints it" DESCRIBED },
	{ "pytest-benchmark", NULL, gitperf_output__pytest, JSON_OBJECT,
	  "pytest --benchmark-json=<file> writes it" DESCRIBED },
	{ "jmh", NULL, gitperf_output__jmh, JSON_ARRAY,
	  "-rf json -rff <file> makes JMH write it" DESCRIBED }
};

static int find_format(const struct output_format **format, const char *name)
{
	gitperf_buffer list = GITPERF_BUFFER_INIT;
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		*format = &formats[i];
		if (!strcmp(formats[i].name, name))
			return 0;
	}
	for (i = 0; i < ARRAY_SIZE(formats); i++)
		gitperf_buf_addf(&list, "%s%s", i ? ", " : "", formats[i].name);
	err = gitperf_fail(GITPERF_EINVALID, "'%.60s' is not a format of benchmark output", name);
	gitperf_hint(err, "use one of: %s", list.ptr);
	gitperf_buffer_dispose(&list);
	return err;
}

int gitperf_output_format_check(const char *format)
{
	const struct output_format *found;

	return find_format(&found, format);
}

/* Something else was printed, rather than damaged JSON */
static int is_text(const char *bytes, size_t len)
{
	size_t i = 0;

	while (i < len && strchr(" \t\r\n", bytes[i]))
		i++;
	return i == len || !strchr("{[", bytes[i]);
}

static int read_tree(struct output *out, const struct output_format *format,
		     const char *bytes, size_t len)
{
	struct arena tree = ARENA_INIT;
	struct json *root;
	int err = gitperf_json_parse(&root, &tree, bytes, len);

	if (err == GITPERF_EFORMAT && is_text(bytes, len))
		gitperf_hint(err, "%s", format->how);
	if (!err)
		err = gitperf_decode_type(&out->d, root, "all of it", format->root);
	if (!err)
		err = format->tree(out, root);
	gitperf_arena_free(&tree);
	return err;
}

static int read_all(struct output *out, const struct output_format *format,
		    const char *bytes, size_t len)
{
	if (len > GITPERF_IMPORT_MAX)
		return gitperf_decode_fail(&out->d, "%zu bytes are more than %u",
					   len, GITPERF_IMPORT_MAX);
	if (format->tree)
		TRY(read_tree(out, format, bytes, len));
	else if (len && memchr(bytes, '\0', len))
		return gitperf_decode_fail(&out->d, "it has NUL characters");
	else
		TRY(format->lines(out, bytes, len));
	return gitperf_readings__finish(out);
}

int gitperf_output_read(gitperf_readings **readings, const char *format,
			const char *bytes, size_t len)
{
	struct output out = { .readings = NULL };
	const struct output_format *found;
	int err;

	*readings = NULL;
	if ((err = find_format(&found, format)) < 0)
		return err;
	out.readings = calloc(1, sizeof(*out.readings));
	if (!out.readings)
		return gitperf_fail_oom();
	out.d.arena = &out.readings->arena;
	out.d.help = found->how;
	err = read_all(&out, found, bytes, len);
	gitperf_map_free(&out.index);
	if (!err)
		err = gitperf_arena_check(out.d.arena);
	if (!err)
		*readings = out.readings;
	else
		gitperf_readings_free(out.readings);
	return err == GITPERF_EFORMAT ? gitperf_blame(err, "%s output", format) : err;
}
