/*
 * prepare.c - fetch, build, setup, teardown
 *
 * Each step is a command that is run once, with the care that a measured one
 * gets: in a group of its own that does not survive it, with a time limit and
 * the tail of its output. A step that fails ends the preparation, and is what
 * the record then says of every benchmark.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/tree.h"
#include "git/git.h"
#include "run/program.h"
#include "work/session.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* sysexits.h: what has failed may succeed later */
#define EXIT_TEMPFAIL 75

/* In the repository's folder of git perf: one folder for each cache */
#define FETCHED "fetched/"

#define PARAM_PREFIX "GIT_PERF_PARAM_"

static int is_one_of(const char *const *names, const char *entry)
{
	size_t len = strcspn(entry, "=");

	for (; *names; names++)
		if (!strncmp(entry, *names, len) && !(*names)[len])
			return 1;
	return 0;
}

/* Of a hook, an alias, a rebase or a git perf around this one: they speak of
 * another work tree */
static int is_foreign(const char *entry)
{
	static const char *const ours[] = {
		"PWD", "OLDPWD", "GIT_PERF_COMMIT", "GIT_PERF_CACHE", NULL
	};

	if (is_one_of(gitperf_repo__variables, entry) || is_one_of(ours, entry))
		return 1;
	return !strncmp(entry, PARAM_PREFIX, strlen(PARAM_PREFIX));
}

/* "<prefix><key>=<value>"; behind a prefix the key is in upper case */
static const char *variable(gitperf_session *s, const char *prefix,
			    const char *key, const char *value)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	const char *kept;
	size_t i, from = strlen(prefix);

	gitperf_buf_addf(&text, "%s%s=%s", prefix, key, value);
	for (i = from; *prefix && i < text.len && text.ptr[i] != '='; i++)
		if (text.ptr[i] >= 'a' && text.ptr[i] <= 'z')
			text.ptr[i] = (char)(text.ptr[i] - 'a' + 'A');
	kept = text.failed ? NULL : gitperf_session__keep(s, text.ptr);
	s->arena.failed |= text.failed;
	gitperf_buffer_dispose(&text);
	return kept;
}

const char *const *gitperf_session__environment(gitperf_session *s,
						const struct side *side,
						const char *directory,
						const gitperf_params *params)
{
	const char *const *inherited = gitperf_program__environ();
	size_t count = 0, n = 0, i;
	const char **env;

	while (inherited[count])
		count++;
	env = gitperf_arena_array(&s->arena, count + 4 + (params ? params->n : 0), sizeof(*env));
	if (!env)
		return NULL;
	for (i = 0; i < count; i++)
		if (!is_foreign(inherited[i]))
			env[n++] = gitperf_session__keep(s, inherited[i]);
	env[n++] = variable(s, "", "PWD", directory);
	env[n++] = variable(s, "", "GIT_PERF_COMMIT", side->commit);
	if (side->cache)
		env[n++] = variable(s, "", "GIT_PERF_CACHE", side->cache);
	for (i = 0; params && i < params->n; i++)
		env[n++] = variable(s, PARAM_PREFIX, params->pairs[i].key,
				    params->pairs[i].value);
	env[n] = NULL;
	return s->arena.failed ? NULL : env;
}

/* What a step has come to, kept in the side's record */
static int note_step(gitperf_session *s, struct side *side, const char *name,
		     const gitperf_benchmark *outcome)
{
	gitperf_step *step = &side->steps[side->nsteps++];
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	step->name = name;
	step->status = outcome->status;
	step->error = gitperf_session__keep(s, outcome->error);
	step->duration_ns = outcome->duration_ns;
	if (outcome->status == GITPERF_STATUS_OK)
		return gitperf_arena_check(&s->arena);
	gitperf_buf_addf(&text, "%s: %s", name, outcome->error ? outcome->error : "failed");
	side->error = gitperf_session__keep(s, text.ptr);
	gitperf_buffer_dispose(&text);
	if (!side->record.log)
		side->record.log = gitperf_session__keep(s, outcome->log);
	return gitperf_arena_check(&s->arena);
}

/* What goes on now; how long a command takes that was never run, nobody knows */
static void announce(const gitperf_session *s, const struct side *side, const char *name)
{
	const gitperf_events *events = s->opts.events;
	char text[64];

	if (!events || !events->progress)
		return;
	snprintf(text, sizeof(text), s->nsides > 1 ? "%s (%s)" : "%s", name, side->label);
	events->progress(events->payload, text, 0, 0);
}

/* Run a step; `*transient` (may be NULL): it asks to be tried again. */
static int run_step(gitperf_session *s, struct side *side, const char *name,
		    const gitperf_suite_step *step, int *transient)
{
	gitperf_run_options opts = GITPERF_RUN_OPTIONS_INIT;
	gitperf_workload work = GITPERF_WORKLOAD_INIT;
	const gitperf_benchmark *outcome;
	gitperf_words *words = NULL;
	gitperf_run *run = NULL;
	int err;

	opts.iterations = 1;
	opts.warmup = 0;
	opts.timeout_ms = (unsigned)step->timeout_ms;
	opts.log_off = s->log_off;
	announce(s, side, name);
	work.name = name;
	work.directory = side->directory;
	work.env = gitperf_session__environment(s, side, side->directory, NULL);
	if ((err = gitperf_arena_check(&s->arena)) < 0 ||
	    (err = gitperf_command_split(&words, step->command, NULL, 0)) < 0)
		return gitperf_blame(err, "'%s': %s", s->suite->path, name);
	work.argv = words->argv;
	if ((err = gitperf_run_measure(&run, &work, 1, &opts)) < 0)
		goto out;
	outcome = gitperf_run_benchmark(run, 0);
	if (transient)
		*transient = outcome->status == GITPERF_STATUS_TIMEOUT ||
			     gitperf_run_exit_status(run, 0) == EXIT_TEMPFAIL;
	err = note_step(s, side, name, outcome);
out:
	gitperf_run_free(run);
	gitperf_words_free(words);
	return err;
}

/* The folder of what this command fetches for these inputs */
static int name_cache(gitperf_buffer *out, gitperf_session *s, const struct side *side)
{
	char inputs[INPUTS_HEX + 1], hex[DIGEST_HEX + 1];
	gitperf_buffer key = GITPERF_BUFFER_INIT;
	int err;

	err = gitperf_inputs_digest(inputs, side->directory, s->suite->fetch_inputs,
				    s->suite->nfetch_inputs);
	if (err < 0)
		return err;
	gitperf_buf_addf(&key, "%s %s", inputs, s->suite->fetch.command);
	gitperf_digest(hex, key.ptr, key.len);
	err = gitperf_buf_check(&key);
	gitperf_buffer_dispose(&key);
	gitperf_buf_addf(out, FETCHED "%.16s", hex);
	return err < 0 ? err : gitperf_buf_check(out);
}

static int fail_fetch(const struct side *side)
{
	gitperf_fail(GITPERF_ENET, "%s", side->error);
	return gitperf_hint(GITPERF_ENET, "it says that this may pass: try again later; nothing was stored");
}

/*
 * An empty file beside the folder says that it is complete: what a killed
 * fetch has left is thrown away and fetched again.
 */
static int fill_cache(gitperf_session *s, struct side *side, const char *done)
{
	int err, transient = 0;

	if (!access(done, F_OK))
		return 0;
	if ((err = gitperf_tree_remove(side->cache)) < 0)
		return err;
	if (mkdir(side->cache, 0777) < 0)
		return gitperf_fail_errno("cannot create the directory '%s'", side->cache);
	if ((err = gitperf_session__begin(s, side, "fetch", s->suite->fetch.timeout_ms)) < 0 ||
	    (err = run_step(s, side, "fetch", &s->suite->fetch, &transient)) < 0)
		return err;
	if (side->error)
		return transient ? fail_fetch(side) : 0;
	return gitperf_buf_write_file(done, "", 0, 0);
}

/* Where it is, and the file that says that it is all there */
static int find_cache(gitperf_buffer *done, gitperf_session *s, struct side *side)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int err = name_cache(&name, s, side);

	if (!err)
		err = gitperf_repo__file(done, s->repo, name.ptr);
	if (!err)
		side->cache = gitperf_session__keep(s, done->ptr);
	gitperf_buf_adds(done, ".done");
	gitperf_buffer_dispose(&name);
	if (!err && !(err = gitperf_buf_check(done)))
		err = gitperf_arena_check(&s->arena);
	return err;
}

int gitperf_session__is_fetched(gitperf_session *s, struct side *side)
{
	gitperf_buffer done = GITPERF_BUFFER_INIT;
	int is_there = !s->suite->fetch.command ||
		(find_cache(&done, s, side) >= 0 && !access(done.ptr, F_OK));

	gitperf_buffer_dispose(&done);
	return is_there;
}

static int fetch(gitperf_session *s, struct side *side)
{
	gitperf_buffer done = GITPERF_BUFFER_INIT;
	int err;

	if ((err = gitperf_repo__mkdir(s->repo, "")) < 0 ||
	    (err = gitperf_repo__mkdir(s->repo, FETCHED)) < 0)
		return err;
	err = find_cache(&done, s, side);
	if (!err) {
		err = fill_cache(s, side, done.ptr);
	} else if (err != GITPERF_ENOMEM) {
		/* a file that says what to fetch is not there at this commit */
		side->error = gitperf_session__keep(s, gitperf_error_message());
		err = 0;
	}
	gitperf_buffer_dispose(&done);
	return err;
}

static int build(gitperf_session *s, struct side *side)
{
	const gitperf_suite_step *step = &s->suite->build;
	int err;

	if (!step->command)
		return 0;
	if ((err = gitperf_session__check(s)) < 0 ||
	    (err = gitperf_session__begin(s, side, "build", step->timeout_ms)) < 0)
		return err;
	return run_step(s, side, "build", step, NULL);
}

static int set_up(gitperf_session *s, struct side *side)
{
	const gitperf_suite_step *step = &s->suite->setup;
	int err;

	if (!step->command) {
		gitperf_session__built(s, side, 1);
		return 0;
	}
	if ((err = gitperf_session__check(s)) < 0 ||
	    (err = gitperf_session__begin(s, side, "setup", step->timeout_ms)) < 0)
		return err;
	gitperf_session__built(s, side, 1);
	side->is_set_up = 1;
	return run_step(s, side, "setup", step, NULL);
}

static int fetch_and_build(gitperf_session *s, struct side *side)
{
	int err = 0;

	if (s->suite->fetch.command)
		err = fetch(s, side);
	if (!err && !side->error)
		err = build(s, side);
	if (side->error)
		side->status = GITPERF_STATUS_BUILD_FAILED;
	if (err < 0 || side->error)
		return err;
	side->is_built = 1;
	gitperf_session__built(s, side, 0);
	gitperf_fault(FAULT_SESSION_BUILT);
	return 0;
}

/* What a killed session has begun is torn down in its name: that is none of our steps */
static int tear_down_left(gitperf_session *s, struct side *side)
{
	const gitperf_suite_step *step = &s->suite->teardown;
	const gitperf_events *events = s->opts.events;
	size_t nsteps = side->nsteps;
	int err;

	if (!side->is_left || !step->command)
		return 0;
	if ((err = gitperf_session__check(s)) < 0 ||
	    (err = gitperf_session__begin(s, side, "teardown", step->timeout_ms)) < 0)
		return err;
	err = run_step(s, side, "teardown", step, NULL);
	if (side->error && events && events->warning)
		events->warning(events->payload, "what a killed run has left could not be torn down", side->error);
	side->nsteps = nsteps;
	side->error = side->record.log = NULL;
	return err;
}

int gitperf_session__prepare(gitperf_session *s, struct side *side)
{
	int err;

	if (!s->suite)
		return 0;
	side->is_begun = !side->is_built;
	err = side->is_built ? tear_down_left(s, side) : fetch_and_build(s, side);
	if (err < 0 || side->error)
		return err;
	side->is_begun = 1;
	err = set_up(s, side);
	if (side->error)
		side->status = GITPERF_STATUS_FAILED;
	return err;
}

/* Its failure is noted, and takes nothing away from what was measured. */
int gitperf_session__teardown(gitperf_session *s, struct side *side)
{
	const char *error = side->error;
	struct kept_error kept;
	int err, rc;

	if (!s->suite || !s->suite->teardown.command || !side->is_begun ||
	    (s->suite->setup.command && !side->is_set_up))
		return 0;
	side->is_begun = side->is_set_up = 0;
	/* it runs whatever the caller says to it */
	err = gitperf_session__begin(s, side, "teardown", s->suite->teardown.timeout_ms);
	gitperf_keep_error(&kept);
	rc = run_step(s, side, "teardown", &s->suite->teardown, NULL);
	if (side->is_built && rc >= 0)
		gitperf_session__built(s, side, 0);
	if (error)
		side->error = error;
	return err < 0 ? gitperf_restore_error(err, &kept) : rc;
}
