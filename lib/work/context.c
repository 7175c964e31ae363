/*
 * context.c - what a record says apart from the measurement
 *
 * Options come before the configuration, that before what the machine says of
 * itself. Knows names and where they come from; runs nothing.
 */
#include "base/compat.h"
#include "base/env.h"
#include "base/error.h"
#include "work/session.h"

#include <gitperf/platform.h>

/* What choices can add to the environment of the machine */
#define CHOICES_MAX 3

const char *gitperf_session__keep(gitperf_session *s, const char *text)
{
	return text ? gitperf_arena_strdup(&s->arena, text) : NULL;
}

/* The configuration's value, kept; NULL when it is not set */
static int find_setting(const char **out, gitperf_session *s, const char *key)
{
	gitperf_buffer value = GITPERF_BUFFER_INIT;
	int found = gitperf_repo_config_string(&value, s->repo, key);

	*out = found > 0 ? gitperf_session__keep(s, value.ptr) : NULL;
	gitperf_buffer_dispose(&value);
	return found < 0 ? found : gitperf_arena_check(&s->arena);
}

static int choose_platform(gitperf_session *s, gitperf_record *r)
{
	int err = 0;

	r->platform = s->opts.platform;
	if (!r->platform)
		err = find_setting(&r->platform, s, "perf.platform");
	if (!r->platform)
		r->platform = gitperf_machine_platform(s->machine);
	return err < 0 ? err : gitperf_platform_check(r->platform);
}

/* A run by hand on a machine that has no name is nobody's but this clone's */
static int choose_worker(gitperf_session *s, gitperf_record *r)
{
	int err = 0;

	r->worker = s->opts.worker;
	if (!r->worker)
		err = find_setting(&r->worker, s, "perf.worker");
	r->reason = s->opts.usual_reason;
	if (!r->worker && !gitperf_env("CI"))
		r->worker = r->reason = "local";
	if (s->opts.reason)
		r->reason = s->opts.reason;
	return err < 0 || !r->worker ? err : gitperf_worker_check(r->worker);
}

static void set_entry(gitperf_pair *entries, size_t *n, const char *key,
		      const char *value)
{
	size_t i, at = 0;

	while (at < *n && strcmp(entries[at].key, key) < 0)
		at++;
	if (at == *n || strcmp(entries[at].key, key)) {
		for (i = (*n)++; i > at; i--)
			entries[i] = entries[i - 1];
		entries[at].key = key;
	}
	entries[at].value = value;
}

/* The machine, and what the suite changes about it for its commands */
static int describe_environment(gitperf_session *s, gitperf_record *r)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	const gitperf_pair *found;
	gitperf_pair *entries;
	size_t n;
	int err;

	found = gitperf_machine_environment(s->machine, &n);
	entries = gitperf_arena_array(&s->arena, n + CHOICES_MAX, sizeof(*entries));
	if (!entries)
		return gitperf_fail_oom();
	if (n)
		memcpy(entries, found, n * sizeof(*entries));
	if (s->no_aslr)
		set_entry(entries, &n, "aslr", "off");
	if (s->cpus)
		set_entry(entries, &n, "cpus", s->cpus);
	if (s->has_priority) {
		char number[16];

		snprintf(number, sizeof(number), "%d", s->priority);
		set_entry(entries, &n, "priority", gitperf_session__keep(s, number));
	}
	r->environment = entries;
	r->nenvironment = n;
	err = gitperf_environment_fingerprint(&text, entries, n);
	r->fingerprint = gitperf_session__keep(s, text.ptr);
	gitperf_buffer_dispose(&text);
	return err < 0 ? err : gitperf_arena_check(&s->arena);
}

/* What is the same on every side */
static int fill_record(gitperf_session *s, gitperf_record *r)
{
	char tool[64];
	int err;

	if ((err = choose_platform(s, r)) < 0 || (err = choose_worker(s, r)) < 0 ||
	    (err = describe_environment(s, r)) < 0)
		return err;
	snprintf(tool, sizeof(tool), "git-perf %s", gitperf_version());
	r->tool = gitperf_session__keep(s, tool);
	r->config = s->opts.config;
	r->nconfig = s->opts.nconfig;
	r->suite = s->suite ? s->suite->id : NULL;
	r->job = s->opts.job;
	r->round = s->opts.round;
	r->token = s->opts.token;
	r->queued = s->opts.queued;
	return gitperf_arena_check(&s->arena);
}

/* How commands are run: what the caller says, else the suite */
static void choose_conditions(gitperf_session *s)
{
	const gitperf_suite *suite = s->suite;

	s->no_aslr = s->opts.no_aslr || (suite && !suite->aslr);
	s->cpus = s->opts.cpus ? s->opts.cpus : suite ? suite->cpus : NULL;
	s->has_priority = s->opts.has_priority || (suite && suite->has_priority);
	s->priority = s->opts.has_priority ? s->opts.priority : suite ? suite->priority : 0;
}

static int choose_lock_file(gitperf_session *s)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int found = gitperf_repo_config_path(&path, s->repo, "perf.lockFile");

	if (found > 0)
		s->lock_file = gitperf_session__keep(s, path.ptr);
	gitperf_buffer_dispose(&path);
	return found < 0 ? found : gitperf_arena_check(&s->arena);
}

int gitperf_session__context(gitperf_session *s)
{
	gitperf_record common = GITPERF_RECORD_INIT;
	int logs = 1, err;
	size_t i;

	if ((err = gitperf_machine_probe(&s->machine)) < 0 ||
	    (err = choose_lock_file(s)) < 0 ||
	    (err = gitperf_repo_config_bool(&logs, s->repo, "perf.logs")) < 0)
		return err;
	s->log_off = !logs;
	choose_conditions(s);
	if ((err = fill_record(s, &common)) < 0)
		return err;
	for (i = 0; i < s->nsides; i++) {
		struct side *side = &s->sides[i];

		side->record = common;
		side->record.commit = side->commit;
		side->record.dirty = side->is_dirty;
	}
	return 0;
}
