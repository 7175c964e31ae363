/*
 * fuzz-suite.c - what a suite says is clean, whatever its bytes were
 */
#include "base/compat.h"
#include "base/gitconfig.h"
#include "data/names.h"
#include "data/pairs.h"
#include "data/policy.h"

#include <gitperf/platform.h>

#include "fuzz.h"

static void check_path(const char *path)
{
	MUST(gitperf_name_ok(path, 4096));
	MUST(*path != '/' && strcmp(path, "..") && strncmp(path, "../", 3) && !strstr(path, "/../"));
	MUST(strlen(path) < 3 || strcmp(path + strlen(path) - 3, "/.."));
}

static void check_words(const char *command, const gitperf_params *params)
{
	gitperf_words *words;
	size_t i;

	MUST(!gitperf_command_split(&words, command, params->pairs, params->n));
	MUST(words->n && *words->argv[0] && !words->argv[words->n]);
	for (i = 0; i < words->n; i++)
		MUST(words->argv[i]);
	MUST(!words->shell || (words->n == 3 && !strcmp(words->argv[0], "sh") && !strcmp(words->argv[1], "-c")));
	gitperf_words_free(words);
}

static void check_step(const gitperf_suite_step *step)
{
	static const gitperf_params none = { NULL, 0 };

	MUST(step->timeout_ms > 0 && step->timeout_ms <= UINT32_MAX);
	if (step->command)
		check_words(step->command, &none);
}

static void check_params(const gitperf_suite_benchmark *b)
{
	size_t i, j;

	MUST(b->nparams);
	for (i = 0; i < b->nparams; i++) {
		const gitperf_params *p = &b->params[i];

		check_words(b->command, p);
		for (j = 0; j < p->n; j++) {
			MUST(gitperf_name_ok(p->pairs[j].key, TEXT_NAME_MAX));
			MUST(gitperf_name_ok(p->pairs[j].value, TEXT_NAME_MAX));
			MUST(!j || strcmp(p->pairs[j - 1].key, p->pairs[j].key) < 0);
		}
		MUST(!i || gitperf_pairs_compare(p[-1].pairs, p[-1].n, p->pairs, p->n));
	}
}

static void check_benchmark(const gitperf_suite_benchmark *b)
{
	const gitperf_sampling *s = &b->sampling;
	size_t i;

	MUST(gitperf_name_ok(b->name, TEXT_NAME_MAX) && b->line);
	check_params(b);
	for (i = 0; i < b->ninputs; i++)
		check_path(b->inputs[i]);
	for (i = 0; i < b->ntags; i++)
		MUST(gitperf_name_ok(b->tags[i], TEXT_NAME_MAX) && !strchr(b->tags[i], ' '));
	if (b->directory)
		check_path(b->directory);
	if (b->results)
		check_path(b->results);
	MUST(!b->results || b->format);
	MUST(!b->epoch || gitperf_name_ok(b->epoch, TEXT_NAME_MAX));
	MUST(!b->workload || gitperf_name_ok(b->workload, TEXT_NAME_MAX));
	MUST(!b->format || gitperf_name_ok(b->format, 64));
	MUST(b->callgrind == 0 || b->callgrind == 1);
	MUST(gitperf_tier_name(b->tier));
	MUST(s->iterations >= 1 && s->iterations <= 100000 && s->warmup >= 0 && s->warmup <= 100000);
	MUST(s->timeout_ms > 0 && s->timeout_ms <= UINT32_MAX && s->max_time_ms > 0);
	MUST(s->precision >= 0 && s->precision < 1);
	MUST(gitperf_suite_selects(b, b->name));
}

static void check_platform(const gitperf_policy_platform *p)
{
	size_t i, j;

	MUST(!gitperf_platform_check(p->name));
	MUST(p->required == 0 || p->required == 1);
	MUST(p->nconfigs <= 100);
	for (i = 0; i < p->nconfigs; i++)
		for (j = 0; j < p->configs[i].n; j++) {
			const gitperf_pair *pair = &p->configs[i].pairs[j];

			MUST(gitperf_name_ok(pair->key, TEXT_NAME_MAX) && gitperf_name_ok(pair->value, TEXT_NAME_MAX));
			MUST(!j || strcmp(pair[-1].key, pair->key) < 0);
		}
}

/* Its words are a plan again, and the same one */
static void check_plan(const gitperf_policy *policy)
{
	gitperf_buffer words = GITPERF_BUFFER_INIT, again = GITPERF_BUFFER_INIT;
	gitperf_policy other = *policy;
	struct arena arena = ARENA_INIT;

	MUST(!gitperf_policy_words(&words, policy) && words.len);
	MUST(!gitperf_policy_override(&other, &arena, "perf.plan", words.ptr));
	MUST(!gitperf_policy_words(&again, &other) && !strcmp(words.ptr, again.ptr));
	MUST(other.window_ms == policy->window_ms && other.commits == policy->commits);
	gitperf_arena_free(&arena);
	gitperf_buffer_dispose(&words);
	gitperf_buffer_dispose(&again);
}

static void check_policy(const gitperf_policy *policy)
{
	int has_window = (policy->how & GITPERF_PLAN_WINDOW) != 0;
	size_t i;

	check_plan(policy);
	MUST(!policy->trunk || (gitperf_name_ok(policy->trunk, TEXT_NAME_MAX) && *policy->trunk != '-'));
	MUST(has_window ? policy->window_ms >= 60000 && policy->window_ms <= 86400000 : !policy->window_ms);
	MUST(policy->remeasure == 0 || policy->remeasure == 1);
	MUST(gitperf_degrade_name(policy->degrade) && gitperf_depth_unit_name(policy->unit));
	MUST(policy->widen_until <= policy->widen_over && policy->widen_over <= policy->drop_over);
	MUST(policy->widen_until <= policy->drop_until && policy->drop_until <= policy->drop_over);
	MUST(policy->drop_over <= 100000 && policy->gap_commits <= 1000000);
	MUST(policy->gap_ms >= 0 && policy->wait_ms >= 0 && policy->partial_ms >= 0 && !policy->noverridden);
	MUST(policy->nplatforms <= 100);
	for (i = 0; i < policy->nplatforms; i++)
		check_platform(&policy->platforms[i]);
}

static void check_suite(const gitperf_suite *suite)
{
	size_t i;

	MUST(gitperf_hex_ok(suite->id, 40, 40));
	check_step(&suite->fetch);
	check_step(&suite->build);
	check_step(&suite->setup);
	check_step(&suite->teardown);
	check_policy(suite->policy);
	for (i = 0; i < suite->nfetch_inputs; i++)
		check_path(suite->fetch_inputs[i]);
	MUST(suite->aslr == 0 || suite->aslr == -1);
	MUST(!suite->cpus || !suite->cpus[strspn(suite->cpus, "0123456789,-")]);
	MUST(suite->priority >= -20 && suite->priority <= 19);
	for (i = 0; i < suite->nbenchmarks; i++)
		check_benchmark(&suite->benchmarks[i]);
	for (i = 0; i < suite->nrules; i++) {
		const gitperf_metric_rule *rule = &suite->rules[i];

		MUST(gitperf_name_ok(rule->metric, TEXT_NAME_MAX));
		MUST(!rule->unit || gitperf_name_ok(rule->unit, 64));
		MUST(!rule->has_limit || rule->limit - rule->limit == 0);
		MUST(gitperf_better_name(rule->better));
	}
}

static void check_syntax(const char *bytes, size_t len)
{
	struct arena arena = ARENA_INIT;
	struct gitconfig config;
	unsigned line = 1;
	size_t i;

	if (!gitperf_gitconfig_parse(&config, &arena, "x", bytes, len))
		for (i = 0; i < config.n; i++) {
			const struct gitconfig_entry *e = &config.entries[i];

			MUST(e->line >= line && (e->key || e->section));
			line = e->line;
			MUST(!e->key || !e->key[strspn(e->key, "abcdefghijklmnopqrstuvwxyz0123456789-")]);
		}
	gitperf_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	gitperf_suite *suite;

	check_syntax(bytes, size);
	if (!gitperf_suite_parse(&suite, "x", bytes, size))
		check_suite(suite);
	gitperf_suite_free(suite);
	return 0;
}
