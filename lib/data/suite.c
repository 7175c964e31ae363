/*
 * suite.c - bytes of a .gitperf file to a suite
 *
 * Knows sections, and what follows from all of them together; what a key may
 * say is in suite_keys.c. Knows no files, and runs nothing.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/gitconfig.h"
#include "data/names.h"
#include "data/policy.h"

#include <fnmatch.h>
#include <stdarg.h>
#include <strings.h>

#define MINUTE_MS (INT64_C(60) * 1000)

struct owned_suite {
	gitperf_suite suite;       /* first: a suite's address is its block's */
	gitperf_policy policy;
	struct arena arena;
};

static const gitperf_sampling defaults = {
	.iterations = 5, .warmup = 1, .timeout_ms = 30 * MINUTE_MS,
	.precision = 0, .max_time_ms = MINUTE_MS
};

/* Nothing said: a precision of 0 would say something */
static const gitperf_sampling unsaid = { .warmup = -1, .precision = -1 };

/* --- Errors --------------------------------------------------------------- */

int gitperf_suite__fail(const struct suite_reader *r, const char *fmt, ...)
{
	char problem[768];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(problem, sizeof(problem), fmt, ap);
	va_end(ap);
	if (r->suite.path)
		gitperf_fail(GITPERF_EFORMAT, "'%.200s' line %u: %s", r->suite.path, r->line, problem);
	else
		gitperf_fail(GITPERF_EFORMAT, "%s", problem);
	return gitperf_hint(GITPERF_EFORMAT, "gitperf-suite(5) describes every key");
}

int gitperf_suite__recode(const struct suite_reader *r, const char *what)
{
	struct kept_error kept;

	gitperf_keep_error(&kept);
	gitperf_suite__fail(r, "%s: %.400s", what, kept.message);
	return *kept.hint ? gitperf_hint(GITPERF_EFORMAT, "%s", kept.hint) : gitperf_recode(GITPERF_EFORMAT);
}

/* A remedy for a word that is none of these; `names` is stepped through */
static int hint_words(const char *word, const char *what, const char *const *names,
		      size_t step)
{
	gitperf_buffer list = GITPERF_BUFFER_INIT;
	const char *nearest = NULL;
	unsigned least = 4, d;       /* more is another word */

	for (; *names; names = (const char *const *)((const char *)names + step)) {
		gitperf_buf_addf(&list, "%s%s", list.len ? ", " : "", *names);
		d = gitperf_word_distance(word, *names);
		if (d < least && 2 * d <= strlen(*names)) {
			least = d;
			nearest = *names;
		}
	}
	if (nearest)
		gitperf_hint(GITPERF_EFORMAT, "did you mean '%s'?", nearest);
	else
		gitperf_hint(GITPERF_EFORMAT, "the %s are: %s", what, list.ptr);
	gitperf_buffer_dispose(&list);
	return gitperf_recode(GITPERF_EFORMAT);
}

/* --- Sections ------------------------------------------------------------- */

static int enter_suite(struct suite_reader *r, const char *name)
{
	(void)name;
	r->keys = gitperf_suite__suite_keys;
	r->target = r;
	return 0;
}

static int new_benchmark(struct suite_reader *r, const char *name)
{
	gitperf_suite_benchmark *b;
	int err;

	if (r->nbenchmarks == SUITE_BENCHMARKS_MAX)
		return gitperf_suite__fail(r, "more than %d benchmarks", SUITE_BENCHMARKS_MAX);
	b = gitperf_arena_grow(r->arena, r->benchmarks, r->nbenchmarks, sizeof(*b));
	if (!b)
		return gitperf_fail_oom();
	r->benchmarks = b;
	b += r->nbenchmarks;
	memset(b, 0, sizeof(*b));
	b->name = name;
	b->line = r->line;
	b->sampling = unsaid;
	b->callgrind = -1;
	err = gitperf_map_put(&r->names, name, strlen(name), r->nbenchmarks);
	r->nbenchmarks += !err;
	return err;
}

/* Sections of one name are one benchmark, as they are one section to git */
static int enter_benchmark(struct suite_reader *r, const char *name)
{
	size_t *index;
	int err;

	if (!strncmp(name, "tag:", 4))
		return gitperf_suite__fail(r, "a benchmark's name cannot begin with 'tag:', which selects by tag");
	index = gitperf_map_get(&r->names, name, strlen(name));
	if (!index && (err = new_benchmark(r, name)) < 0)
		return err;
	r->keys = gitperf_suite__benchmark_keys;
	r->target = &r->benchmarks[index ? *index : r->nbenchmarks - 1];
	return 0;
}

static int enter_metric(struct suite_reader *r, const char *name)
{
	size_t *index = gitperf_map_get(&r->metrics, name, strlen(name));
	struct rule_draft *rules = r->rules;
	int err;

	if (!index) {
		rules = gitperf_arena_grow(r->arena, rules, r->nrules, sizeof(*rules));
		if (!rules)
			return gitperf_fail_oom();
		if ((err = gitperf_map_put(&r->metrics, name, strlen(name), r->nrules)) < 0)
			return err;
		r->rules = rules;
		memset(&rules[r->nrules], 0, sizeof(*rules));
		rules[r->nrules].name = name;
	}
	r->keys = gitperf_suite__metric_keys;
	r->target = &rules[index ? *index : r->nrules++];
	return 0;
}

static int refuse_include(struct suite_reader *r, const char *name)
{
	(void)name;
	gitperf_suite__fail(r, "a suite cannot include other files");
	return gitperf_hint(GITPERF_EFORMAT, "write everything into this file: "
			    "its content is what identifies the suite");
}

enum subsection { WITHOUT, WITH, EITHER };

static const struct section {
	const char *name;
	int (*enter)(struct suite_reader *r, const char *subsection);
	enum subsection subsection;
} sections[] = {
	{ "suite", enter_suite, WITHOUT },
	{ "benchmark", enter_benchmark, WITH },
	{ "metric", enter_metric, WITH },
	{ "platform", gitperf_suite__enter_platform, WITH },
	{ "policy", gitperf_suite__enter_policy, WITHOUT },
	{ NULL, NULL, EITHER },
	/* not among those that are proposed */
	{ "include", refuse_include, EITHER },
	{ "includeif", refuse_include, EITHER }
};

static const struct section *find_section(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sections); i++)
		if (sections[i].name && !strcmp(sections[i].name, name))
			return &sections[i];
	return NULL;
}

static int enter(struct suite_reader *r, const struct gitconfig_entry *e)
{
	const struct section *section = find_section(e->section);

	if (!section) {
		gitperf_suite__fail(r, "unknown section [%.100s]", e->section);
		return hint_words(e->section, "sections", &sections[0].name, sizeof(*sections));
	}
	if (section->subsection == WITHOUT && e->subsection)
		return gitperf_suite__fail(r, "[%s] has no name behind it", section->name);
	if (section->subsection == WITH && !e->subsection)
		return gitperf_suite__fail(r, "[%s] needs a name, like [%s \"%s\"]", section->name,
					   section->name, strcmp(section->name, "platform") ? "sort" : "x86-64-linux");
	if (section->subsection == WITH && !gitperf_name_ok(e->subsection, TEXT_NAME_MAX))
		return gitperf_suite__fail(r, "the name of a [%s] must be 1 to %d bytes without control characters",
					   section->name, TEXT_NAME_MAX);
	return section->enter(r, e->subsection);
}

/* --- Keys ----------------------------------------------------------------- */

static int set_key(struct suite_reader *r, const struct gitconfig_entry *e)
{
	const struct suite_key *key = r->keys;

	while (key->name && strcasecmp(key->name, e->key))
		key++;
	if (!key->name) {
		gitperf_suite__fail(r, "unknown key '%.100s' in [%s]", e->key, e->section);
		return hint_words(e->key, "keys", &r->keys->name, sizeof(*r->keys));
	}
	return key->set(r, key, r->target, e->value);
}

static int read_entries(struct suite_reader *r, const struct gitconfig *config)
{
	const struct gitconfig_entry *e = config->entries, *end = e + config->n;
	int err = 0;

	for (; e < end && !err; e++) {
		r->line = e->line;
		r->glued = e->glued;
		if (!e->section)
			err = gitperf_suite__fail(r, "'%.100s' stands before the first section", e->key);
		else
			err = e->key ? set_key(r, e) : enter(r, e);
	}
	return err;
}

/* --- What follows from all of it ------------------------------------------ */

static void fill_sampling(gitperf_sampling *s, const gitperf_sampling *from)
{
	if (!s->iterations)
		s->iterations = from->iterations;
	if (s->warmup < 0)
		s->warmup = from->warmup;
	if (!s->timeout_ms)
		s->timeout_ms = from->timeout_ms;
	if (s->precision < 0)
		s->precision = from->precision;
	if (!s->max_time_ms)
		s->max_time_ms = from->max_time_ms;
}

static int finish_benchmark(struct suite_reader *r, gitperf_suite_benchmark *b)
{
	r->line = b->line;
	if (!b->command) {
		gitperf_suite__fail(r, "benchmark '%.100s' has no command", b->name);
		return gitperf_hint(GITPERF_EFORMAT, "add what is to be measured: command = ...");
	}
	if (b->results && !b->format) {
		r->line = b->results_line;
		gitperf_suite__fail(r, "benchmark '%.100s' has results, but no format", b->name);
		return gitperf_hint(GITPERF_EFORMAT, "say how the file is to be read: format = ...");
	}
	if (!b->nparams) {
		b->params = gitperf_arena_alloc(r->arena, sizeof(*b->params));
		b->nparams = 1;
	}
	if (!b->params)
		return gitperf_fail_oom();
	if (b->callgrind < 0)
		b->callgrind = r->callgrind;
	if (!b->ndepends) {
		b->depends = r->depends;
		b->ndepends = r->ndepends;
	}
	fill_sampling(&b->sampling, &r->sampling);
	fill_sampling(&b->sampling, &defaults);
	return gitperf_suite__check_command(r, b);
}

static int finish(struct suite_reader *r)
{
	gitperf_suite *suite = &r->suite;
	size_t i;
	int err = 0;

	for (i = 0; i < r->nbenchmarks && !err; i++)
		err = finish_benchmark(r, &r->benchmarks[i]);
	if (!err)
		err = gitperf_suite__finish_rules(r);
	if (!err)
		err = gitperf_suite__finish_policy(r);
	suite->benchmarks = r->benchmarks;
	suite->nbenchmarks = r->nbenchmarks;
	suite->fetch.timeout_ms = r->build_timeout_ms;
	suite->build.timeout_ms = r->build_timeout_ms;
	suite->setup.timeout_ms = r->build_timeout_ms;
	suite->teardown.timeout_ms = r->build_timeout_ms;
	return err;
}

int gitperf_suite_parse(gitperf_suite **out, const char *path,
			const char *bytes, size_t len)
{
	struct owned_suite *owned = calloc(1, sizeof(*owned));
	struct suite_reader r = { .sampling = unsaid,
				  .build_timeout_ms = 60 * MINUTE_MS };
	struct gitconfig config;
	int err;

	*out = NULL;
	if (!owned)
		return gitperf_fail_oom();
	r.arena = &owned->arena;
	r.suite.aslr = -1;
	r.suite.policy = r.policy = &owned->policy;
	owned->policy = gitperf_policy_usual;
	r.suite.path = gitperf_arena_strdup(r.arena, path);
	if (len > GITPERF_SUITE_MAX)
		err = gitperf_fail(GITPERF_EFORMAT, "'%.200s' is larger than %u bytes", path, GITPERF_SUITE_MAX);
	else if (!(err = gitperf_arena_check(r.arena)) &&
		 !(err = gitperf_gitconfig_parse(&config, r.arena, path, bytes, len)) &&
		 !(err = read_entries(&r, &config)) && !(err = finish(&r)))
		gitperf_digest_blob(r.suite.id, bytes, len);
	gitperf_map_free(&r.names);
	gitperf_map_free(&r.metrics);
	gitperf_map_free(&r.sets);
	owned->suite = r.suite;
	if (err < 0)
		gitperf_suite_free(&owned->suite);
	else
		*out = &owned->suite;
	return err;
}

void gitperf_suite_free(gitperf_suite *suite)
{
	struct owned_suite *owned = (struct owned_suite *)suite;

	if (!owned)
		return;
	gitperf_arena_free(&owned->arena);
	free(owned);
}

/* --- Asking --------------------------------------------------------------- */

int gitperf_suite_selects(const gitperf_suite_benchmark *benchmark,
			  const char *word)
{
	size_t i;

	if (!strncmp(word, "tag:", 4)) {
		for (i = 0; i < benchmark->ntags; i++)
			if (!strcmp(benchmark->tags[i], word + 4))
				return 1;
		return 0;
	}
	return !strcmp(benchmark->name, word) || !fnmatch(word, benchmark->name, 0);
}

const char *gitperf_tier_name(gitperf_tier tier)
{
	static const char *const names[] = { "primary", "secondary", "experimental" };

	return names[tier];
}
