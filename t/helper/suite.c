/*
 * suite.c - what the library reads in a suite, for comparison with others
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/gitconfig.h"
#include "helper.h"

#include <gitperf.h>

static int fail(int err)
{
	fprintf(stderr, "error: %s: %s\n", gitperf_error_name(err), gitperf_error_message());
	if (gitperf_error_hint())
		fprintf(stderr, "hint: %s\n", gitperf_error_hint());
	return 128;
}

/* As "git config --list -z" does */
static void print_entry(const struct gitconfig_entry *e)
{
	if (e->section)
		printf("%s.", e->section);
	if (e->subsection)
		printf("%s.", e->subsection);
	fputs(e->key, stdout);
	if (e->value)
		printf("\n%s", e->value);
	putchar('\0');
}

int cmd_config(int argc, const char **argv)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	struct arena arena = ARENA_INIT;
	struct gitconfig config;
	size_t i;
	int err;

	if (argc != 2)
		return 129;
	err = gitperf_buf_read_file(&text, argv[1], GITPERF_SUITE_MAX);
	if (!err)
		err = gitperf_gitconfig_parse(&config, &arena, argv[1], text.ptr, text.len);
	for (i = 0; !err && i < config.n; i++)
		if (config.entries[i].key)
			print_entry(&config.entries[i]);
	gitperf_arena_free(&arena);
	gitperf_buffer_dispose(&text);
	return err < 0 ? fail(err) : 0;
}

static void print_text(const char *key, const char *value)
{
	if (value)
		printf("  %s %s\n", key, value);
}

static void print_list(const char *key, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		print_text(key, list[i]);
}

static void print_step(const char *key, const gitperf_suite_step *step)
{
	if (step->command)
		printf("  %s %s (%lld ms)\n", key, step->command, (long long)step->timeout_ms);
}

static void print_sampling(const gitperf_sampling *s)
{
	printf("  sampling %u+%d, %lld ms, %g in %lld ms\n", s->iterations, s->warmup,
	       (long long)s->timeout_ms, s->precision, (long long)s->max_time_ms);
}

static void print_benchmark(const gitperf_suite_benchmark *b)
{
	size_t i, j;

	printf("benchmark %s, line %u, %s%s\n", b->name, b->line,
	       gitperf_tier_name(b->tier), b->callgrind ? ", callgrind" : "");
	print_text("command", b->command);
	print_text("directory", b->directory);
	for (i = 0; i < b->nparams; i++) {
		printf("  params");
		for (j = 0; j < b->params[i].n; j++)
			printf(" %s=[%s]", b->params[i].pairs[j].key, b->params[i].pairs[j].value);
		putchar('\n');
	}
	print_list("input", b->inputs, b->ninputs);
	print_list("depends", b->depends, b->ndepends);
	print_list("tag", b->tags, b->ntags);
	print_text("epoch", b->epoch);
	print_text("workload", b->workload);
	print_text("format", b->format);
	print_text("results", b->results);
	print_sampling(&b->sampling);
}

static void print_rule(const gitperf_metric_rule *rule)
{
	printf("metric %s of %s:", rule->metric, rule->benchmark ? rule->benchmark : "all");
	if (rule->unit)
		printf(" %s", rule->unit);
	if (rule->has_better)
		printf(" %s", gitperf_better_name(rule->better));
	if (rule->has_limit)
		printf(" <=> %.17g", rule->limit);
	putchar('\n');
}

static void print_suite(const gitperf_suite *s)
{
	size_t i;

	printf("suite %s\n", s->id);
	print_step("fetch", &s->fetch);
	print_list("fetchInput", s->fetch_inputs, s->nfetch_inputs);
	print_step("build", &s->build);
	print_step("setup", &s->setup);
	print_step("teardown", &s->teardown);
	print_text("cpus", s->cpus);
	if (!s->aslr)
		puts("  no aslr");
	if (s->has_priority)
		printf("  priority %d\n", s->priority);
	for (i = 0; i < s->nbenchmarks; i++)
		print_benchmark(&s->benchmarks[i]);
	for (i = 0; i < s->nrules; i++)
		print_rule(&s->rules[i]);
}

int cmd_suite(int argc, const char **argv)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_suite *suite = NULL;
	int err;

	if (argc != 2)
		return 129;
	err = gitperf_buf_read_file(&text, argv[1], 2 * GITPERF_SUITE_MAX);
	if (!err)
		err = gitperf_suite_parse(&suite, argv[1], text.ptr, text.len);
	gitperf_buffer_dispose(&text);
	if (err < 0)
		return fail(err);
	print_suite(suite);
	gitperf_suite_free(suite);
	return 0;
}

/* "words" or "shell" on standard error, and each word on a line of its own */
int cmd_words(int argc, const char **argv)
{
	gitperf_pair params[16];
	gitperf_words *words;
	size_t i, n = 0;
	int err;

	if (argc < 2 || argc > (int)ARRAY_SIZE(params))
		return 129;
	for (i = 2; argv[i]; i++, n++) {
		char *equals = strchr(argv[i], '=');

		if (!equals)
			return 129;
		*equals = '\0';
		params[n].key = argv[i];
		params[n].value = equals + 1;
	}
	err = gitperf_command_split(&words, argv[1], params, n);
	if (err < 0)
		return fail(err);
	fputs(words->shell ? "shell\n" : "words\n", stderr);
	for (i = 0; i < words->n; i++)
		puts(words->argv[i]);
	gitperf_words_free(words);
	return 0;
}
