/*
 * suite_params.c - sets of parameters, and whether a command has use for them
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/command.h"
#include "data/names.h"
#include "data/pairs.h"
#include "data/suite.h"

#include <strings.h>

/* "key=value" into two parts, both checked */
static int divide(struct suite_reader *r, const struct suite_key *from,
		  gitperf_pair *pair, const char *word)
{
	const char *equals = strchr(word, '=');
	char *key;

	if (!equals) {
		gitperf_suite__fail(r, "'%.100s' is no parameter", word);
		return gitperf_hint(GITPERF_EFORMAT, "a set of parameters looks like: %s = size=10 threads=2", from->name);
	}
	key = gitperf_arena_copy(r->arena, word, (size_t)(equals - word));
	pair->key = key;
	pair->value = gitperf_arena_strdup(r->arena, equals + 1);
	if (!key || !pair->value)
		return gitperf_fail_oom();
	if (!gitperf_param_key__ok(key) || strlen(key) > TEXT_NAME_MAX)
		return gitperf_suite__fail(r, "the parameter '%.100s' must begin with a letter or _, and go on "
					   "with letters, digits and _", key);
	if (!gitperf_name_ok(pair->value, TEXT_NAME_MAX))
		return gitperf_suite__fail(r, "the value of '%.100s' must be 1 to %d bytes without control characters",
					   key, TEXT_NAME_MAX);
	return 0;
}

/* Each becomes a variable of the environment, in capitals */
static int check_keys(struct suite_reader *r, const gitperf_params *set)
{
	size_t i, j;

	for (i = 1; i < set->n; i++)
		for (j = 0; j < i; j++)
			if (!strcasecmp(set->pairs[i].key, set->pairs[j].key))
				return gitperf_suite__fail(r, "the parameters '%.100s' and '%.100s' have the same name",
							   set->pairs[j].key, set->pairs[i].key);
	return 0;
}

int gitperf_suite__read_set(struct suite_reader *r, const struct suite_key *key,
			    gitperf_params *set, const char *text)
{
	gitperf_buffer words = GITPERF_BUFFER_INIT;
	int n = gitperf_words__split(&words, text), i, err = n < 0 ? n : 0;
	const char *word = words.ptr;
	gitperf_pair *pairs = NULL;

	if (err < 0 && err != GITPERF_ENOMEM)
		err = gitperf_suite__recode(r, key->name);
	else if (!n)
		err = gitperf_suite__fail(r, "'%s' says nothing", key->name);
	else if (n > SUITE_PARAMS_MAX)
		err = gitperf_suite__fail(r, "more than %d parameters in one set", SUITE_PARAMS_MAX);
	else if (n > 0 && !(pairs = gitperf_arena_array(r->arena, (size_t)n, sizeof(*pairs))))
		err = gitperf_fail_oom();
	for (i = 0; i < n && !err; i++, word += strlen(word) + 1)
		err = divide(r, key, &pairs[i], word);
	gitperf_buffer_dispose(&words);
	if (err < 0)
		return err;
	qsort(pairs, (size_t)n, sizeof(*pairs), gitperf_pairs_by_key);
	set->pairs = pairs;
	set->n = (size_t)n;
	return check_keys(r, set);
}

int gitperf_suite__claim_set(struct suite_reader *r, const char *kind, const char *name,
			     const gitperf_params *set)
{
	gitperf_buffer key = GITPERF_BUFFER_INIT;
	size_t *line, i;
	int err;

	gitperf_buf_add(&key, kind, strlen(kind) + 1);
	gitperf_buf_add(&key, name, strlen(name) + 1);
	for (i = 0; i < set->n; i++) {
		gitperf_buf_add(&key, set->pairs[i].key, strlen(set->pairs[i].key) + 1);
		gitperf_buf_add(&key, set->pairs[i].value, strlen(set->pairs[i].value) + 1);
	}
	err = gitperf_buf_check(&key);
	line = err < 0 ? NULL : gitperf_map_get(&r->sets, key.ptr, key.len);
	if (line)
		err = gitperf_suite__fail(r, "%s '%.100s' has this set of parameters already, in line %zu",
					  kind, name, *line);
	else if (!err)
		err = gitperf_map_put(&r->sets, key.ptr, key.len, r->line);
	gitperf_buffer_dispose(&key);
	return err;
}

int gitperf_suite__add_params(struct suite_reader *r, const struct suite_key *key,
			      void *target, const char *value)
{
	gitperf_suite_benchmark *b = target;
	gitperf_params *grown, set;
	int err = gitperf_suite__read_set(r, key, &set, value ? value : "");

	if (err < 0 || (err = gitperf_suite__claim_set(r, "benchmark", b->name, &set)) < 0)
		return err;
	if (r->nsets++ == SUITE_SETS_MAX)
		return gitperf_suite__fail(r, "more than %d sets of parameters", SUITE_SETS_MAX);
	grown = gitperf_arena_grow(r->arena, b->params, b->nparams, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	grown[b->nparams++] = set;
	b->params = grown;
	return 0;
}

/* --- The command ---------------------------------------------------------- */

#define UNUSED 0
#define USED 1
#define LITERAL 2                /* if no set has it, somebody else does */

/* The placeholders of a command, each once */
static int find_placeholders(struct map *found, const char *command)
{
	struct placeholders it = { .text = command };
	const char *p;
	size_t len, *known;
	int sure, err;

	while ((p = gitperf_placeholder__next(&it, &len, &sure))) {
		known = gitperf_map_get(found, p + 1, len - 2);
		if (known && sure)
			*known = UNUSED;
		if (!known && (err = gitperf_map_put(found, p + 1, len - 2,
						     sure ? UNUSED : LITERAL)) < 0)
			return err;
	}
	return 0;
}

static size_t *find_use(struct map *placeholders, const gitperf_pair *pair)
{
	return gitperf_map_get(placeholders, pair->key, strlen(pair->key));
}

/* Which of them some set has */
static size_t mark_used(struct map *placeholders, const gitperf_suite_benchmark *b)
{
	size_t i, j, *use, n = 0;

	for (i = 0; i < b->nparams; i++)
		for (j = 0; j < b->params[i].n; j++) {
			use = find_use(placeholders, &b->params[i].pairs[j]);
			n += use && *use != USED;
			if (use)
				*use = USED;
		}
	return n;
}

/* Some other set has what this one lacks */
static int fail_missing(struct suite_reader *r, struct map *placeholders,
			const gitperf_suite_benchmark *b, const gitperf_params *set)
{
	const char *missing = NULL;
	size_t i, j;

	for (i = 0; !missing && i < b->nparams; i++)
		for (j = 0; !missing && j < b->params[i].n; j++)
			if (find_use(placeholders, &b->params[i].pairs[j]) &&
			    !gitperf_pairs_find(set->pairs, set->n, b->params[i].pairs[j].key))
				missing = b->params[i].pairs[j].key;
	gitperf_suite__fail(r, "the command of benchmark '%.100s' has {%.100s}, which the parameters '%.100s=%.100s ...' lack",
			    b->name, missing, set->pairs[0].key, set->pairs[0].value);
	return gitperf_hint(GITPERF_EFORMAT, "give it a value in every 'params' of this benchmark");
}

/* What no set has, but looks as if it were meant to */
static int fail_unknown(struct suite_reader *r, const gitperf_suite_benchmark *b,
			const char *key, size_t len)
{
	const gitperf_params *set = &b->params[0];
	gitperf_buffer list = GITPERF_BUFFER_INIT;
	const char *nearest = NULL;
	size_t i;

	for (i = 0; i < set->n; i++) {
		gitperf_buf_addf(&list, "%s%.100s", i ? ", " : "", set->pairs[i].key);
		if (strlen(set->pairs[i].key) == len && !strncasecmp(set->pairs[i].key, key, len))
			nearest = set->pairs[i].key;
	}
	gitperf_suite__fail(r, "the command of benchmark '%.100s' has {%.*s}, which is none of its parameters",
			    b->name, (int)(len < 100 ? len : 100), key);
	if (nearest)
		gitperf_hint(GITPERF_EFORMAT, "did you mean {%s}?", nearest);
	else
		gitperf_hint(GITPERF_EFORMAT, "its parameters are: %s; put single quotes around "
			     "braces that are meant as such", list.ptr);
	gitperf_buffer_dispose(&list);
	return gitperf_recode(GITPERF_EFORMAT);
}

/* Without parameters, braces are braces. */
static int check_unknown(struct suite_reader *r, struct map *placeholders,
			 const gitperf_suite_benchmark *b)
{
	struct placeholders it = { .text = b->command };
	const char *p;
	size_t len, *use;
	int sure;

	while (b->params[0].n && (p = gitperf_placeholder__next(&it, &len, &sure))) {
		use = gitperf_map_get(placeholders, p + 1, len - 2);
		if (use && *use == UNUSED)
			return fail_unknown(r, b, p + 1, len - 2);
	}
	return 0;
}

static int check_placeholders(struct suite_reader *r, struct map *placeholders,
			      const gitperf_suite_benchmark *b)
{
	int err = find_placeholders(placeholders, b->command);
	size_t used = err < 0 ? 0 : mark_used(placeholders, b), i, j, has;

	for (i = 0; used && i < b->nparams; i++) {
		for (j = has = 0; j < b->params[i].n; j++)
			has += find_use(placeholders, &b->params[i].pairs[j]) != NULL;
		if (has < used)
			return fail_missing(r, placeholders, b, &b->params[i]);
	}
	return err < 0 ? err : check_unknown(r, placeholders, b);
}

int gitperf_suite__check_command(struct suite_reader *r,
				 const gitperf_suite_benchmark *b)
{
	struct map placeholders = { .n = 0 };
	gitperf_words *words;
	size_t i;
	int err;

	r->line = b->command_line;
	err = check_placeholders(r, &placeholders, b);
	gitperf_map_free(&placeholders);
	for (i = 0; i < b->nparams && !err; i++) {
		err = gitperf_command_split(&words, b->command, b->params[i].pairs, b->params[i].n);
		if (!err)
			gitperf_words_free(words);
		else if (err != GITPERF_ENOMEM)
			err = gitperf_suite__recode(r, "command");
	}
	return err;
}
