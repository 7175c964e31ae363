/*
 * cases.c - which commands are measured, and what identifies them
 *
 * A suite's benchmarks become cases, one for each set of parameters. On each
 * side a case has an environment, a directory and an identity: the words of
 * its command, its epoch and the content of its inputs.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "work/session.h"

#include <gitperf/platform.h>
#include <gitperf/port.h>

/* Pairs that show a difference of 2 % in noise of 1 % */
#define BASE_ITERATIONS 20

/* How many names a hint can hold */
#define HINT_NAMES 12

#define TAG_PREFIX "tag:"

static int check_formats(const gitperf_suite *suite)
{
	size_t i;
	int err;

	for (i = 0; i < suite->nbenchmarks; i++) {
		const gitperf_suite_benchmark *b = &suite->benchmarks[i];

		if (b->format && (err = gitperf_output_format_check(b->format)) < 0)
			return gitperf_blame(err, "'%s' line %u: benchmark '%s'",
					     suite->path, b->format_line, b->name);
	}
	return 0;
}

/* What a word could have been: names, or the tags of all */
struct proposal {
	const char *word;
	gitperf_buffer names;
	size_t n;
	const char *nearest;
	unsigned least;
};

static void propose(struct proposal *p, const char *name)
{
	unsigned distance = gitperf_word_distance(p->word, name);

	if (distance < p->least && 2 * distance <= strlen(name)) {
		p->least = distance;
		p->nearest = name;
	}
	if (p->n++ < HINT_NAMES)
		gitperf_buf_addf(&p->names, "%s%s", p->n > 1 ? ", " : "", name);
	else if (p->n == HINT_NAMES + 2)
		gitperf_buf_adds(&p->names, ", ...");
}

/* Once for each benchmark that has it would be no list */
static int is_first(const gitperf_suite *suite, const char *const *tag)
{
	size_t i, k;

	for (i = 0; i < suite->nbenchmarks; i++)
		for (k = 0; k < suite->benchmarks[i].ntags; k++)
			if (!strcmp(suite->benchmarks[i].tags[k], *tag))
				return &suite->benchmarks[i].tags[k] == tag;
	return 0;
}

static int fail_selection(const gitperf_suite *suite, const char *word)
{
	int is_tag = !strncmp(word, TAG_PREFIX, strlen(TAG_PREFIX)), err;
	struct proposal p = { .word = is_tag ? word + strlen(TAG_PREFIX) : word,
			      .names = GITPERF_BUFFER_INIT, .least = 3 };
	size_t i, k;

	for (i = 0; i < suite->nbenchmarks; i++) {
		const gitperf_suite_benchmark *b = &suite->benchmarks[i];

		if (!is_tag)
			propose(&p, b->name);
		for (k = 0; is_tag && k < b->ntags; k++)
			if (is_first(suite, &b->tags[k]))
				propose(&p, b->tags[k]);
	}
	gitperf_fail(GITPERF_ENOTFOUND, is_tag ? "'%s' has no benchmark with the tag '%.256s'" :
		     "'%s' has no benchmark '%.256s'", suite->path, p.word);
	if (p.nearest)
		err = gitperf_hint(GITPERF_ENOTFOUND, "did you mean '%s%s'?", is_tag ? TAG_PREFIX : "", p.nearest);
	else
		err = gitperf_hint(GITPERF_ENOTFOUND, "%s: %s%s", is_tag ? "its tags are" : "it has",
				   p.n ? p.names.ptr : "none", is_tag ? "" : "; a commit is --commit=<rev>");
	gitperf_buffer_dispose(&p.names);
	return err;
}

/* A word that means nothing is a typing error, not an empty selection. */
static int check_words(const gitperf_session *s)
{
	const char *const *word;
	size_t i;

	for (word = s->opts.benchmarks; s->suite->nbenchmarks && word && *word; word++) {
		for (i = 0; i < s->suite->nbenchmarks; i++)
			if (gitperf_suite_selects(&s->suite->benchmarks[i], *word))
				break;
		if (i == s->suite->nbenchmarks)
			return fail_selection(s->suite, *word);
	}
	if (s->suite->nbenchmarks)
		return 0;
	return gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "'%s' has no benchmark", s->suite->path),
			    "it needs a section [benchmark \"<name>\"] with a command; gitperf-suite(5) has examples");
}

static int is_selected(const gitperf_session *s, const gitperf_suite_benchmark *b)
{
	const char *const *word = s->opts.benchmarks;

	for (; word && *word; word++)
		if (gitperf_suite_selects(b, *word))
			return 1;
	return !s->opts.benchmarks || !s->opts.benchmarks[0];
}

/* What the caller says comes first */
static gitperf_sampling sampling_of(const gitperf_session *s, const gitperf_sampling *own)
{
	const gitperf_sampling *asked = &s->opts.sampling;
	gitperf_sampling all = *own;

	if (asked->iterations)
		all.iterations = asked->iterations;
	if (asked->warmup >= 0)
		all.warmup = asked->warmup;
	if (asked->timeout_ms)
		all.timeout_ms = asked->timeout_ms;
	if (asked->precision > 0)
		all.precision = asked->precision;
	if (asked->max_time_ms)
		all.max_time_ms = asked->max_time_ms;
	/* a number of times asked for is that many, whatever the suite's precision */
	if (asked->iterations && !(asked->precision > 0) && !asked->max_time_ms)
		all.precision = 0;
	return all;
}

static int add_case(gitperf_session *s, const gitperf_suite_benchmark *b,
		    const gitperf_params *params)
{
	gitperf_case *c = &s->cases[s->ncases];
	int err = gitperf_command_split(&s->words[s->ncases], b->command,
					params->pairs, params->n);

	if (err < 0)
		return gitperf_blame(err, "'%s' line %u: benchmark '%s'",
				     s->suite->path, b->command_line, b->name);
	c->benchmark = b;
	c->params = params;
	c->argv = s->words[s->ncases]->argv;
	c->shell = s->words[s->ncases]->shell;
	c->sampling = sampling_of(s, &b->sampling);
	s->ncases++;
	return 0;
}

static int choose_cases(gitperf_session *s)
{
	size_t i, k, total = 0;
	int err;

	for (i = 0; i < s->suite->nbenchmarks; i++)
		total += s->suite->benchmarks[i].nparams;
	s->cases = gitperf_arena_array(&s->arena, total, sizeof(*s->cases));
	s->words = gitperf_arena_array(&s->arena, total, sizeof(*s->words));
	if ((err = gitperf_arena_check(&s->arena)) < 0)
		return err;
	for (i = 0; i < s->suite->nbenchmarks; i++) {
		const gitperf_suite_benchmark *b = &s->suite->benchmarks[i];

		for (k = 0; is_selected(s, b) && k < b->nparams; k++)
			if ((err = add_case(s, b, &b->params[k])) < 0)
				return err;
	}
	return 0;
}

/* Where we are below the top of the work tree; NULL at the top, or elsewhere */
static int find_directory(const char **out, gitperf_session *s)
{
	const char *worktree = gitperf_repo_worktree(s->repo);
	char *top = worktree ? realpath(worktree, NULL) : NULL;
	char *here = realpath(".", NULL);
	size_t len = top ? strlen(top) : 0;
	int err = 0;

	*out = NULL;
	if (!here || (worktree && !top))
		err = gitperf_fail_errno("cannot tell the current directory");
	else if (top && !strncmp(here, top, len) && here[len] == '/')
		*out = gitperf_session__keep(s, here + len + 1);
	free(top);
	free(here);
	return err < 0 ? err : gitperf_arena_check(&s->arena);
}

/* A command without a suite is a suite of one */
static int single_case(gitperf_session *s)
{
	static const gitperf_params none = { NULL, 0 };
	static const gitperf_sampling nothing = GITPERF_SAMPLING_INIT;
	int err = find_directory(&s->single.directory, s);

	if (err < 0)
		return err;
	s->single.name = s->opts.name;
	s->single.params = &none;
	s->single.nparams = 1;
	s->single.sampling = nothing;
	s->cases = gitperf_arena_array(&s->arena, 1, sizeof(*s->cases));
	if (!s->cases)
		return gitperf_fail_oom();
	s->cases->benchmark = &s->single;
	s->cases->params = &none;
	s->cases->argv = s->opts.argv;
	s->cases->sampling = sampling_of(s, &nothing);
	s->ncases = 1;
	return 0;
}

/* Two that are compared have enough pairs for a verdict, or as many as there is room for */
static void add_pairs(gitperf_session *s)
{
	unsigned most = gitperf_session__most_iterations(s);
	unsigned pairs = most < BASE_ITERATIONS ? most : BASE_ITERATIONS;
	size_t i;

	for (i = 0; i < s->ncases; i++)
		if (s->cases[i].sampling.iterations < pairs)
			s->cases[i].sampling.iterations = pairs;
}

int gitperf_session__cases(gitperf_session *s)
{
	int err;

	if (s->opts.argv)
		err = single_case(s);
	else if (!(err = gitperf_session__suite(s)) && !(err = check_formats(s->suite)) &&
		 !(err = check_words(s)))
		err = choose_cases(s);
	if (!err && s->opts.base && !s->opts.sampling.iterations)
		add_pairs(s);
	return err;
}

static void add_part(struct trial *t, const char *key, const char *value)
{
	t->parts[t->nparts].key = key;
	t->parts[t->nparts++].value = value;
}

/*
 * The words of the command as the suite has them: the parameters are part of
 * the series' identity by themselves.
 */
static int digest_command(gitperf_buffer *out, const gitperf_session *s,
			  const gitperf_case *c)
{
	const char *const *argv = c->argv;
	gitperf_words *words = NULL;
	size_t n = 0;
	int err;

	if (s->suite && c->params->n) {
		if ((err = gitperf_command_split(&words, c->benchmark->command, NULL, 0)) < 0)
			return err;
		argv = words->argv;
	}
	while (argv[n])
		n++;
	err = gitperf_workload_digest(out, argv, n);
	gitperf_words_free(words);
	return err;
}

int gitperf_session__identify(gitperf_session *s, struct trial *t, const gitperf_case *c,
			      const char *input)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	const gitperf_suite_benchmark *b = c->benchmark;
	int err;

	if (b->workload) {
		t->workload = b->workload;
		return 0;
	}
	if ((err = digest_command(&text, s, c)) < 0)
		goto out;
	add_part(t, "command", gitperf_session__keep(s, text.ptr));
	if (b->epoch)
		add_part(t, "epoch", b->epoch);
	if (input)
		add_part(t, "input", gitperf_session__keep(s, input));
	gitperf_buf_truncate(&text, 0);
	err = gitperf_workload_id(&text, t->parts, t->nparts);
	t->workload = gitperf_session__keep(s, text.ptr);
out:
	gitperf_buffer_dispose(&text);
	return err;
}

static int identify(gitperf_session *s, const struct side *side,
		    struct trial *t, const gitperf_case *c)
{
	const gitperf_suite_benchmark *b = c->benchmark;
	char inputs[INPUTS_HEX + 1];
	int err;

	if (b->workload || !b->ninputs)
		return gitperf_session__identify(s, t, c, NULL);
	err = gitperf_inputs_digest(inputs, side->directory, b->inputs, b->ninputs);
	return err < 0 ? err : gitperf_session__identify(s, t, c, inputs);
}

/* An input that is not there is this benchmark's failure, not the run's */
static int fail_trial(gitperf_session *s, struct trial *t, int err)
{
	if (err == GITPERF_ENOMEM)
		return err;
	t->nparts = 0;
	/* what a failed step would have made is missing because it failed */
	if (t->status != GITPERF_STATUS_OK)
		return 0;
	t->status = GITPERF_STATUS_FAILED;
	t->error = gitperf_session__keep(s, gitperf_error_message());
	return 0;
}

static int make_trial(gitperf_session *s, const struct side *side,
		      struct trial *t, const gitperf_case *c)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err;

	t->status = side->status;
	t->error = side->error;
	if (side->directory) {
		gitperf_buf_addf(&path, "%s%s%s", side->directory, c->benchmark->directory ? "/" : "",
				 c->benchmark->directory ? c->benchmark->directory : "");
		t->directory = gitperf_session__keep(s, path.ptr);
	}
	err = gitperf_buf_check(&path);
	gitperf_buffer_dispose(&path);
	/* a single command in place has the caller's environment as it is */
	if (!err && side->directory)
		t->env = gitperf_session__environment(s, side, t->directory, c->params);
	if (!err)
		err = identify(s, side, t, c);
	if (err < 0)
		err = fail_trial(s, t, err);
	return err < 0 ? err : gitperf_arena_check(&s->arena);
}

int gitperf_session__trials(gitperf_session *s, struct side *side)
{
	size_t i;
	int err;

	for (i = 0; i < s->ncases; i++)
		if (!side->trials[i].carried &&
		    (err = make_trial(s, side, &side->trials[i], &s->cases[i])) < 0)
			return err;
	return 0;
}
