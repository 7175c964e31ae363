/*
 * suite_keys.c - every key of a suite: what it may say, and where that goes
 *
 * gitperf-suite(5) documents them in the same order; t2001 compares the two.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/cpus.h"
#include "base/error.h"
#include "base/gitconfig.h"
#include "data/command.h"
#include "data/names.h"
#include "data/record.h"
#include "data/suite.h"
#include "data/unit.h"

/* Of a word in the manual: a format, a unit */
#define WORD_MAX 64

static void *member(void *target, size_t at)
{
	return (char *)target + at;
}

static void keep_line(const struct suite_reader *r, const struct suite_key *key, void *target)
{
	if (key->n)
		*(unsigned *)member(target, key->n) = r->line;
}

/* --- Texts ---------------------------------------------------------------- */

/* Also the key alone, which git takes for true */
static int need_text(struct suite_reader *r, const struct suite_key *key,
		     const char *value)
{
	if (value && *value)
		return 0;
	gitperf_suite__fail(r, "'%s' says nothing", key->name);
	return gitperf_hint(GITPERF_EFORMAT, "write a value behind it, or remove the line");
}

static int set_name(struct suite_reader *r, const struct suite_key *key,
		    void *target, const char *value)
{
	size_t most = key->most ? (size_t)key->most : TEXT_NAME_MAX;
	int err = need_text(r, key, value);

	if (err < 0)
		return err;
	if (!gitperf_name_ok(value, most))
		return gitperf_suite__fail(r, "'%s' must be 1 to %zu bytes without control characters",
					   key->name, most);
	*(const char **)member(target, key->at) = value;
	return 0;
}

/* Lines and tabs are a shell's business, other controls are a mistake */
static int is_clean(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	for (; *p; p++)
		if ((*p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7f ||
		    (*p == 0xc2 && p[1] < 0xa0))
			return 0;
	return 1;
}

static int set_command(struct suite_reader *r, const struct suite_key *key,
		       void *target, const char *value)
{
	gitperf_words *words;
	int err = need_text(r, key, value);

	if (err < 0)
		return err;
	if (r->glued) {
		gitperf_suite__fail(r, "'%s' ends at a ';' or '#', which begins a comment", key->name);
		return gitperf_hint(GITPERF_EFORMAT, "put all of it in double quotes, and a backslash before each "
				    "double quote in it; or a blank before what is a comment");
	}
	if (strlen(value) > SUITE_COMMAND_MAX) {
		gitperf_suite__fail(r, "'%s' is longer than %d bytes", key->name, SUITE_COMMAND_MAX);
		return gitperf_hint(GITPERF_EFORMAT, "put it into a script, and name that");
	}
	if (!is_clean(value))
		return gitperf_suite__fail(r, "'%s' has control characters", key->name);
	err = gitperf_command_split(&words, value, NULL, 0);
	if (err < 0)
		return err == GITPERF_ENOMEM ? err : gitperf_suite__recode(r, key->name);
	gitperf_words_free(words);
	*(const char **)member(target, key->at) = value;
	keep_line(r, key, target);
	return 0;
}

static int leads_out(const char *path)
{
	const char *p = path;
	size_t len;

	for (; *p; p += len + (p[len] == '/')) {
		len = strcspn(p, "/");
		if (len == 2 && !memcmp(p, "..", 2))
			return 1;
	}
	return *path == '/';
}

static int check_path(struct suite_reader *r, const struct suite_key *key,
		      const char *value)
{
	int err = need_text(r, key, value);

	if (err < 0)
		return err;
	if (!gitperf_name_ok(value, SUITE_PATH_MAX))
		return gitperf_suite__fail(r, "'%s' must be 1 to %d bytes without control characters",
					   key->name, SUITE_PATH_MAX);
	if (!leads_out(value))
		return 0;
	gitperf_suite__fail(r, "'%s' leads out of the repository: '%.200s'", key->name, value);
	return gitperf_hint(GITPERF_EFORMAT, "paths begin at the top of the work tree and stay below it");
}

/* Which formats there are is known to those who read them */
static int set_format(struct suite_reader *r, const struct suite_key *key,
		      void *target, const char *value)
{
	int err = set_name(r, key, target, value);

	if (err < 0)
		return err;
	if (value[strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-")])
		return gitperf_suite__fail(r, "'%s' must be the name of a format, like google-benchmark, not '%.100s'",
					   key->name, value);
	keep_line(r, key, target);
	return 0;
}

static int set_path(struct suite_reader *r, const struct suite_key *key,
		    void *target, const char *value)
{
	int err = check_path(r, key, value);

	if (err < 0)
		return err;
	*(const char **)member(target, key->at) = value;
	keep_line(r, key, target);
	return 0;
}

static int add_text(struct suite_reader *r, const struct suite_key *key,
		    void *target, const char *text)
{
	const char ***list = member(target, key->at), **grown;
	size_t *n = member(target, key->n);

	grown = gitperf_arena_grow(r->arena, *list, *n, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	grown[(*n)++] = text;
	*list = grown;
	return 0;
}

static int add_path(struct suite_reader *r, const struct suite_key *key,
		    void *target, const char *value)
{
	int err = check_path(r, key, value);

	return err < 0 ? err : add_text(r, key, target, value);
}

static int add_tag(struct suite_reader *r, const struct suite_key *key,
		   void *target, const char *tag)
{
	gitperf_suite_benchmark *b = target;
	size_t i;

	for (i = 0; i < b->ntags; i++)
		if (!strcmp(b->tags[i], tag))
			return 0;
	if (b->ntags == SUITE_TAGS_MAX)
		return gitperf_suite__fail(r, "more than %d tags", SUITE_TAGS_MAX);
	if (!gitperf_name_ok(tag, TEXT_NAME_MAX))
		return gitperf_suite__fail(r, "a tag must be 1 to %d bytes without control characters", TEXT_NAME_MAX);
	return add_text(r, key, target, tag);
}

static int add_tags(struct suite_reader *r, const struct suite_key *key,
		    void *target, const char *value)
{
	const char *p = value;
	int err = need_text(r, key, value);

	while (!err && *(p += strspn(p, " \t"))) {
		size_t len = strcspn(p, " \t");
		char *tag = gitperf_arena_copy(r->arena, p, len);

		err = tag ? add_tag(r, key, target, tag) : gitperf_fail_oom();
		p += len;
	}
	return err;
}

int gitperf_suite__set_word(struct suite_reader *r, const struct suite_key *key,
			    void *target, const char *value)
{
	gitperf_buffer list = GITPERF_BUFFER_INIT;
	int err = need_text(r, key, value), index;
	const char *const *word;

	if (err < 0)
		return err;
	index = gitperf_record__lookup(key->words, value);
	if (index >= 0) {
		*(int *)member(target, key->at) = index;
		if (key->n)
			*(int *)member(target, key->n) = 1;
		return 0;
	}
	for (word = key->words; *word; word++)
		gitperf_buf_addf(&list, "%s%s", list.len ? ", " : "", *word);
	err = gitperf_suite__fail(r, "'%s' must be one of %s, not '%.100s'",
				  key->name, list.ptr, value);
	gitperf_buffer_dispose(&list);
	return err;
}

/* --- Numbers -------------------------------------------------------------- */

int gitperf_suite__set_count(struct suite_reader *r, const struct suite_key *key,
			     void *target, const char *value)
{
	gitperf_number number;
	const char *rest;
	int err = need_text(r, key, value);

	if (err < 0)
		return err;
	if (gitperf_unit_number(&number, &rest, value) < 0 || *rest || number.is_real ||
	    number.as.integer < key->least || number.as.integer > key->most)
		return gitperf_suite__fail(r, "'%s' must be a whole number from %d to %d, not '%.100s'",
					   key->name, key->least, key->most, value);
	*(int *)member(target, key->at) = (int)number.as.integer;
	if (key->n)
		*(int *)member(target, key->n) = 1;
	return 0;
}

int gitperf_suite__set_duration(struct suite_reader *r, const struct suite_key *key,
				void *target, const char *value)
{
	int err = need_text(r, key, value);

	if (err < 0)
		return err;
	if (gitperf_duration_parse(member(target, key->at), value) < 0)
		return gitperf_suite__fail(r, "'%s' must be a time from 1ms to 1000h, like 500ms, 90s, 30m or 2h, not '%.100s'",
					   key->name, value);
	return 0;
}

/* "1%" or "0.01"; 0: the number of iterations alone counts */
static int set_part(struct suite_reader *r, const struct suite_key *key,
		    void *target, const char *value)
{
	gitperf_number number;
	const char *rest;
	double part;
	int err = need_text(r, key, value);

	if (err < 0)
		return err;
	if (!gitperf_unit_number(&number, &rest, value)) {
		part = gitperf_number_value(number) / (*rest == '%' ? 100 : 1);
		if (part >= 0 && part < 1 && !rest[*rest == '%']) {
			*(double *)member(target, key->at) = part;
			return 0;
		}
	}
	return gitperf_suite__fail(r, "'%s' must be a part below 1, like 1%% or 0.01, not '%.100s'",
				   key->name, value);
}

int gitperf_suite__set_bool(struct suite_reader *r, const struct suite_key *key,
			    void *target, const char *value)
{
	int on = value ? gitperf_gitconfig_bool(value) : 1;

	if (on < 0)
		return gitperf_suite__fail(r, "'%s' must be true or false, not '%.100s'", key->name, value);
	*(int *)member(target, key->at) = on;
	return 0;
}

/* What is measured depends on it, so "on" only means: leave it as it is */
static int set_aslr(struct suite_reader *r, const struct suite_key *key,
		    void *target, const char *value)
{
	int *aslr = member(target, key->at), err = gitperf_suite__set_bool(r, key, target, value);

	if (!err && *aslr)
		*aslr = -1;
	return err;
}

static int set_cpus(struct suite_reader *r, const struct suite_key *key,
		    void *target, const char *value)
{
	const char *p = value;
	unsigned first, last = 0;
	int more = 1, err = set_name(r, key, target, value);

	if (err < 0)
		return err;
	while (more > 0 && last < CPUS_MOST)
		more = gitperf_cpus__next(&p, &first, &last);
	if (!more && !*p)
		return 0;
	return gitperf_suite__fail(r, "'%s' must be numbers and ranges of processors, like 2 or 0-3,6, not '%.100s'",
				   key->name, value);
}

static int set_limit(struct suite_reader *r, const struct suite_key *key,
		     void *target, const char *value)
{
	struct rule_draft *draft = target;

	draft->limit_line = r->line;
	return set_name(r, key, target, value);
}

/* --- Tables --------------------------------------------------------------- */

static const char *const counters[] = { "none", "callgrind", NULL };
static const char *const tiers[] = { "primary", "secondary", "experimental", NULL };

#define SUITE(m) offsetof(struct suite_reader, m)
#define BENCHMARK(m) offsetof(gitperf_suite_benchmark, m)
#define METRIC(m) offsetof(struct rule_draft, m)

const struct suite_key gitperf_suite__suite_keys[] = {
	{ "fetch", set_command, SUITE(suite.fetch.command), 0, 0, 0, NULL },
	{ "fetchInput", add_path, SUITE(suite.fetch_inputs), SUITE(suite.nfetch_inputs), 0, 0, NULL },
	{ "build", set_command, SUITE(suite.build.command), 0, 0, 0, NULL },
	{ "setup", set_command, SUITE(suite.setup.command), 0, 0, 0, NULL },
	{ "teardown", set_command, SUITE(suite.teardown.command), 0, 0, 0, NULL },
	{ "buildTimeout", gitperf_suite__set_duration, SUITE(build_timeout_ms), 0, 0, 0, NULL },
	{ "depends", add_path, SUITE(depends), SUITE(ndepends), 0, 0, NULL },
	{ "iterations", gitperf_suite__set_count, SUITE(sampling.iterations), 0, 1, 100000, NULL },
	{ "warmup", gitperf_suite__set_count, SUITE(sampling.warmup), 0, 0, 100000, NULL },
	{ "timeout", gitperf_suite__set_duration, SUITE(sampling.timeout_ms), 0, 0, 0, NULL },
	{ "precision", set_part, SUITE(sampling.precision), 0, 0, 0, NULL },
	{ "maxTime", gitperf_suite__set_duration, SUITE(sampling.max_time_ms), 0, 0, 0, NULL },
	{ "counter", gitperf_suite__set_word, SUITE(callgrind), 0, 0, 0, counters },
	{ "aslr", set_aslr, SUITE(suite.aslr), 0, 0, 0, NULL },
	{ "cpus", set_cpus, SUITE(suite.cpus), 0, 0, 0, NULL },
	{ "priority", gitperf_suite__set_count, SUITE(suite.priority), SUITE(suite.has_priority), -20, 19, NULL },
	{ NULL, NULL, 0, 0, 0, 0, NULL }
};

const struct suite_key gitperf_suite__benchmark_keys[] = {
	{ "command", set_command, BENCHMARK(command), BENCHMARK(command_line), 0, 0, NULL },
	{ "params", gitperf_suite__add_params, BENCHMARK(params), BENCHMARK(nparams), 0, 0, NULL },
	{ "input", add_path, BENCHMARK(inputs), BENCHMARK(ninputs), 0, 0, NULL },
	{ "depends", add_path, BENCHMARK(depends), BENCHMARK(ndepends), 0, 0, NULL },
	{ "epoch", set_name, BENCHMARK(epoch), 0, 0, 0, NULL },
	{ "workload", set_name, BENCHMARK(workload), 0, 0, 0, NULL },
	{ "directory", set_path, BENCHMARK(directory), 0, 0, 0, NULL },
	{ "format", set_format, BENCHMARK(format), BENCHMARK(format_line), 0, WORD_MAX, NULL },
	{ "results", set_path, BENCHMARK(results), BENCHMARK(results_line), 0, 0, NULL },
	{ "tags", add_tags, BENCHMARK(tags), BENCHMARK(ntags), 0, 0, NULL },
	{ "tier", gitperf_suite__set_word, BENCHMARK(tier), 0, 0, 0, tiers },
	{ "counter", gitperf_suite__set_word, BENCHMARK(callgrind), 0, 0, 0, counters },
	{ "iterations", gitperf_suite__set_count, BENCHMARK(sampling.iterations), 0, 1, 100000, NULL },
	{ "warmup", gitperf_suite__set_count, BENCHMARK(sampling.warmup), 0, 0, 100000, NULL },
	{ "timeout", gitperf_suite__set_duration, BENCHMARK(sampling.timeout_ms), 0, 0, 0, NULL },
	{ "precision", set_part, BENCHMARK(sampling.precision), 0, 0, 0, NULL },
	{ "maxTime", gitperf_suite__set_duration, BENCHMARK(sampling.max_time_ms), 0, 0, 0, NULL },
	{ NULL, NULL, 0, 0, 0, 0, NULL }
};

const struct suite_key gitperf_suite__metric_keys[] = {
	{ "unit", set_name, METRIC(rule.unit), 0, 0, WORD_MAX, NULL },
	{ "better", gitperf_suite__set_word, METRIC(rule.better), METRIC(rule.has_better), 0, 0, gitperf_record__better },
	{ "limit", set_limit, METRIC(limit), 0, 0, 0, NULL },
	{ NULL, NULL, 0, 0, 0, 0, NULL }
};
