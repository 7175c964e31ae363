/*
 * session.c - a suite on a commit, or on two in turns
 *
 * Opens, runs and frees; what a record says, which commands there are and how
 * the files are made ready is decided in the files beside this one. Knows the
 * order of things: whoever measures has the host to himself, both sides are
 * ready before either is measured, and what was set up is torn down whatever
 * happened.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "data/names.h"
#include "git/checkout.h"
#include "work/session.h"

#include <sys/stat.h>
#include <unistd.h>

/* How long to wait for another measurement, if nothing is said */
#define DEFAULT_WAIT_MS (10 * 60 * 1000)

/* One sample of every metric of a process */
#define SAMPLE_BYTES 100

/* What a record would refuse is refused now, not after an hour's work. */
static int check_record(gitperf_session *s, const gitperf_record *record)
{
	gitperf_benchmark bench = GITPERF_BENCHMARK_INIT;
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_record trial = *record;
	int err;

	bench.name = s->cases[0].benchmark->name;
	bench.status = GITPERF_STATUS_SKIPPED;
	trial.benchmarks = &bench;
	trial.nbenchmarks = 1;
	trial.finished = gitperf_time_now();
	err = gitperf_record_format(&text, &trial);
	gitperf_buffer_dispose(&text);
	return err;
}

/* A branch of that name may be somebody's own: then it can be measured */
static int is_data(gitperf_session *s, const char *commit)
{
	gitperf_buffer format = GITPERF_BUFFER_INIT;
	char spec[GITPERF_ID_SIZE + sizeof(":format")];
	int err;

	snprintf(spec, sizeof(spec), "%s:format", commit);
	err = gitperf_repo_read_file(&format, s->repo, spec, GITPERF_RECORD_MAX);
	gitperf_buffer_dispose(&format);
	return !err;
}

static int refuse_data(gitperf_session *s, const struct side *side, const char *revision)
{
	char data[GITPERF_ID_SIZE];

	if (gitperf_repo_resolve(data, s->repo, gitperf_repo_data_ref(s->repo)) < 0 ||
	    strcmp(data, side->commit) || !is_data(s, data))
		return 0;
	gitperf_fail(GITPERF_EINVALID, "'%.200s' is the perf branch, which holds data", revision);
	return gitperf_hint(GITPERF_EINVALID, "name a commit that you want to measure, or switch to its branch; "
			    "nothing was measured");
}

/* An iteration is about a hundred bytes there, and a quarter is left for the rest. */
unsigned gitperf_session__most_iterations(const gitperf_session *s)
{
	size_t most = GITPERF_RECORD_MAX / 4 * 3 / SAMPLE_BYTES / s->ncases;

	return most ? (unsigned)most : 1;
}

static int check_size(const gitperf_session *s)
{
	unsigned most = gitperf_session__most_iterations(s);
	size_t i;

	for (i = 0; i < s->ncases; i++)
		if (s->cases[i].sampling.iterations > most)
			return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "%u iterations of %zu benchmarks are more than a record can hold",
							 s->cases[i].sampling.iterations, s->ncases),
					    "there is room for %u iterations of each", most);
	return 0;
}

static int check_job(const gitperf_session_options *opts)
{
	if (opts->job ? !gitperf_hex_ok(opts->job, 40, 64) : opts->round || opts->token)
		return gitperf_fail(GITPERF_EINVALID, "a job is 40 to 64 hexadecimal digits, and only a job has a round or token");
	if (opts->round < 0 || opts->token < 0 || opts->queued < 0)
		return gitperf_fail(GITPERF_EINVALID, "a round, a token and a time are 0 or more");
	if (opts->suite_id && (!gitperf_hex_ok(opts->suite_id, 40, 40) || opts->suite || opts->argv))
		return gitperf_fail(GITPERF_EINVALID, "the id of a suite is 40 hexadecimal digits, without another suite or command");
	if (opts->keep && (!opts->commit || opts->base))
		return gitperf_fail(GITPERF_EINVALID, "a work tree is kept for a commit, and for one alone");
	return opts->keep ? gitperf_checkout_check(opts->keep) : 0;
}

static struct side *add_side(gitperf_session *s, const char *label)
{
	struct side *side = &s->sides[s->nsides++];

	side->label = label;
	return side;
}

static int add_revision(gitperf_session *s, const char *label, const char *revision)
{
	struct side *side = add_side(s, label);
	int err = gitperf_repo_resolve(side->commit, s->repo, revision);

	memcpy(side->files, side->commit, sizeof(side->files));
	return err < 0 ? err : refuse_data(s, side, revision);
}

/*
 * The work tree as it is. Beside a base its files are measured in a copy: both
 * in places whose paths are equally long, since these move the stack.
 */
static int add_head(gitperf_session *s)
{
	struct side *side = add_side(s, "head");
	int err;

	if ((err = gitperf_repo_resolve(side->commit, s->repo, "HEAD")) < 0 ||
	    (err = refuse_data(s, side, "HEAD")) < 0)
		return err;
	side->in_place = !s->opts.base && gitperf_repo_worktree(s->repo);
	err = s->opts.base ? gitperf_repo_freeze(side->files, s->repo) :
			     gitperf_repo_is_dirty(s->repo);
	if (!s->opts.base)
		memcpy(side->files, side->commit, sizeof(side->files));
	side->is_dirty = err > 0;
	return err < 0 ? err : 0;
}

static int add_sides(gitperf_session *s)
{
	int err = 0;

	if (s->opts.base)
		err = add_revision(s, "base", s->opts.base);
	if (!err && s->opts.commit)
		err = add_revision(s, "head", s->opts.commit);
	else if (!err)
		err = add_head(s);
	return err;
}

int gitperf_session_open(gitperf_session **out, gitperf_repo *repo,
			 const gitperf_session_options *opts)
{
	gitperf_session *s;
	int err;
	size_t i;

	*out = NULL;
	if (opts->version != 1)
		return gitperf_fail(GITPERF_EINVALID, "session options of unknown version %d",
				    opts->version);
	s = calloc(1, sizeof(*s));
	if (!s)
		return gitperf_fail_oom();
	s->repo = repo;
	s->opts = *opts;
	if ((err = check_job(opts)) < 0 || (err = add_sides(s)) < 0 || (err = gitperf_session__cases(s)) < 0 ||
	    (err = check_size(s)) < 0 || (err = gitperf_session__context(s)) < 0 ||
	    (err = gitperf_session__carry(s)) < 0)
		goto out;
	for (i = 0; i < s->nsides; i++)
		if ((err = check_record(s, &s->sides[i].record)) < 0)
			goto out;
	*out = s;
	return 0;
out:
	gitperf_session_free(s);
	return err;
}

/* To fill them may need the network, and is a matter of the suite */
static void warn_of_submodules(const gitperf_session *s, const struct side *side)
{
	const gitperf_events *events = s->opts.events;
	gitperf_buffer path = GITPERF_BUFFER_INIT;

	gitperf_buf_addf(&path, "%s/.gitmodules", side->directory);
	if (events && events->warning && !access(path.ptr, F_OK))
		events->warning(events->payload, "submodules are empty where a commit is checked out",
				"if the benchmarks need them: build = git submodule update --init && ...");
	gitperf_buffer_dispose(&path);
}

/* A command without a suite runs where its caller is, seen from the top */
static int check_directory(const gitperf_session *s, const struct side *side)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	struct stat st;
	int err;

	if (!s->single.directory)
		return 0;
	gitperf_buf_addf(&path, "%s/%s", side->directory, s->single.directory);
	err = gitperf_buf_check(&path);
	if (!err && (stat(path.ptr, &st) < 0 || !S_ISDIR(st.st_mode)))
		err = gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "commit %.12s has no directory '%.200s'",
						side->commit, s->single.directory),
				   "a command runs in the directory that you are in: go to one that every commit has");
	gitperf_buffer_dispose(&path);
	return err;
}

static int check_out(gitperf_session *s, struct side *side)
{
	int err = gitperf_session__begin(s, side, "checkout", s->opts.keep ? CHECKOUT_LIMIT_MS : -1);

	if (err < 0)
		return err;
	if (!s->opts.keep)
		return gitperf_checkout_new(&side->checkout, s->repo, side->files, side->label);
	if ((err = gitperf_checkout_keep(&side->checkout, s->repo, s->opts.keep)) < 0)
		return err;
	side->directory = gitperf_checkout_path(side->checkout);
	if (!gitperf_session__resume(s, side))
		err = gitperf_checkout_move(side->checkout, side->files);
	gitperf_fault(FAULT_SESSION_CHECKED_OUT);
	return err;
}

static int enter(gitperf_session *s, struct side *side)
{
	const char *top = gitperf_repo_worktree(s->repo);
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err = 0;

	if (side->in_place && !s->suite)
		return 0;
	if (side->in_place) {
		gitperf_buf_add(&path, top, strlen(top) - 1);
	} else {
		err = check_out(s, side);
		if (!err)
			gitperf_buf_adds(&path, gitperf_checkout_path(side->checkout));
	}
	side->directory = gitperf_session__keep(s, path.ptr);
	if (!err)
		err = gitperf_buf_check(&path);
	gitperf_buffer_dispose(&path);
	if (!err)
		err = gitperf_arena_check(&s->arena);
	if (!err && side->checkout) {
		warn_of_submodules(s, side);
		err = check_directory(s, side);
	}
	return err;
}

int gitperf_session__check(const gitperf_session *s)
{
	if (!s->opts.is_interrupted || !s->opts.is_interrupted())
		return 0;
	return gitperf_hint(gitperf_fail(GITPERF_EIO, "interrupted"), "nothing was recorded");
}

static int is_all_carried(const gitperf_session *s)
{
	size_t i = 0;

	while (i < s->ncases && s->cases[i].carried)
		i++;
	return i == s->ncases;
}

static int prepare(gitperf_session *s)
{
	size_t i;
	int err;

	if (is_all_carried(s))
		return 0;
	if ((err = gitperf_session__plan(s)) < 0)
		return err;
	for (i = 0; i < s->nsides; i++)
		if ((err = enter(s, &s->sides[i])) < 0 ||
		    (err = gitperf_session__check(s)) < 0)
			return err;
	for (i = 0; i < s->nsides; i++)
		if ((err = gitperf_session__prepare(s, &s->sides[i])) < 0 ||
		    (err = gitperf_session__trials(s, &s->sides[i])) < 0 ||
		    (err = gitperf_session__check(s)) < 0)
			return err;
	return 0;
}

static void set_run_options(gitperf_run_options *opts, gitperf_session *s)
{
	opts->log_off = s->log_off;
	opts->events = s->opts.events;
	opts->pulse = gitperf_session__turn;
	opts->pulse_payload = s;
	opts->pairs = s->nsides == SIDES_MAX;
	opts->max_iterations = gitperf_session__most_iterations(s);
	opts->no_aslr = s->no_aslr;
	opts->cpus = s->cpus;
	opts->priority = s->has_priority ? s->priority : 0;
	if (!s->suite)
		return;
	opts->rules = s->suite->rules;
	opts->nrules = s->suite->nrules;
}

static void set_workload(gitperf_workload *w, const gitperf_case *c,
			 const struct trial *t)
{
	w->name = c->benchmark->name;
	w->argv = c->argv;
	w->env = t->env;
	w->directory = t->directory;
	w->params = c->params->pairs;
	w->nparams = c->params->n;
	w->format = c->benchmark->format;
	w->results = c->benchmark->results;
	w->callgrind = c->benchmark->callgrind;
	w->sampling = c->sampling;
}

/* Of two sides, both can be measured or neither is: there is nothing to compare. */
int gitperf_session__is_ready(const gitperf_session *s, size_t i)
{
	size_t k;

	for (k = 0; k < s->nsides; k++)
		if (s->sides[k].trials[i].status != GITPERF_STATUS_OK)
			return 0;
	return 1;
}

static int measure(gitperf_session *s)
{
	static const gitperf_workload blank = GITPERF_WORKLOAD_INIT;
	gitperf_run_options opts = GITPERF_RUN_OPTIONS_INIT;
	size_t i, k, n = 0;

	s->workloads = gitperf_arena_array(&s->arena, s->ncases * s->nsides, sizeof(*s->workloads));
	if (!s->workloads)
		return gitperf_fail_oom();
	for (i = 0; i < s->ncases; i++) {
		for (k = 0; gitperf_session__is_ready(s, i) && k < s->nsides; k++, n++) {
			s->workloads[n] = blank;
			set_workload(&s->workloads[n], &s->cases[i], &s->sides[k].trials[i]);
		}
	}
	set_run_options(&opts, s);
	return gitperf_run_measure(&s->run, s->workloads, n, &opts);
}

/* What was set up is torn down, also when something went wrong since */
static int tidy_up(gitperf_session *s, int err)
{
	struct kept_error kept;
	size_t i;
	int rc;

	gitperf_keep_error(&kept);
	for (i = 0; i < s->nsides; i++) {
		rc = gitperf_session__teardown(s, &s->sides[i]);
		if (rc < 0 && !err) {
			gitperf_keep_error(&kept);
			err = rc;
		}
	}
	return err < 0 ? gitperf_restore_error(err, &kept) : 0;
}

int gitperf_session_lock(gitperf_session *s)
{
	int64_t wait = s->opts.wait_ms < 0 ? DEFAULT_WAIT_MS : s->opts.wait_ms;

	return s->lock ? 0 : gitperf_host_lock_take(&s->lock, s->lock_file, wait, s->opts.events);
}

int gitperf_session_run(gitperf_session *s)
{
	gitperf_time began;
	size_t i;
	int err;

	if ((err = gitperf_session_lock(s)) < 0)
		return err;
	began = gitperf_time_now();
	err = prepare(s);
	if (!err)
		err = measure(s);
	gitperf_fault(FAULT_SESSION_MEASURED);
	err = tidy_up(s, err);
	gitperf_fault(FAULT_SESSION_TORN_DOWN);
	for (i = 0; !err && i < s->nsides; i++)
		err = gitperf_session__complete(s, &s->sides[i], i, began);
	if (!err)
		err = gitperf_session__limits(s, &s->sides[s->nsides - 1].record);
	return err;
}

size_t gitperf_session_ncases(const gitperf_session *session)
{
	return session->ncases;
}

const gitperf_case *gitperf_session_case(const gitperf_session *session, size_t i)
{
	return i < session->ncases ? &session->cases[i] : NULL;
}

const gitperf_suite *gitperf_session_suite(const gitperf_session *session)
{
	return session->suite;
}

size_t gitperf_session_count(const gitperf_session *session)
{
	return session->nsides;
}

const gitperf_record *gitperf_session_record(const gitperf_session *session, size_t i)
{
	return i < session->nsides ? &session->sides[i].record : NULL;
}

void gitperf_session_free(gitperf_session *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < s->nsides; i++)
		gitperf_checkout_free(s->sides[i].checkout);
	for (i = 0; s->words && i < s->ncases; i++)
		gitperf_words_free(s->words[i]);
	gitperf_host_lock_release(s->lock);
	gitperf_run_free(s->run);
	gitperf_suite_free(s->suite);
	gitperf_machine_free(s->machine);
	gitperf_arena_free(&s->arena);
	free(s);
}
