/*
 * worker.c - who a worker is: its name, its platform, the machine, the process
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "work/worker.h"

#include <ctype.h>
#include <gitperf/machine.h>
#include <gitperf/platform.h>
#include <sys/random.h>
#include <unistd.h>

#define HOST_DIGITS 16
#define INSTANCE_BYTES 8
#define MACHINE_ID "/etc/machine-id"
#define MACHINE_ID_MAX 256
#define RENEW_S 120

/* --- Names --- */

/* "Build-7.example.org" is "build-7" */
static void name_by_host(gitperf_buffer *out)
{
	char host[256] = "";
	const char *p;

	gethostname(host, sizeof(host) - 1);
	for (p = host; *p && *p != '.' && out->len < GITPERF_NAME_MAX; p++) {
		unsigned char c = (unsigned char)tolower((unsigned char)*p);

		if (isalnum(c) || (out->len && strchr("-_+", c)))
			gitperf_buf_addc(out, (char)c);
	}
	if (!out->len)
		gitperf_buf_adds(out, "worker");
}

int gitperf_work_name(gitperf_buffer *out, gitperf_repo *repo)
{
	int found = gitperf_repo_config_string(out, repo, "perf.worker");

	if (!found)
		name_by_host(out);
	return found < 0 ? found : gitperf_buf_check(out);
}

static int find_name(struct worker *w)
{
	int err = 0;

	if (w->opts->worker)
		gitperf_buf_adds(&w->name, w->opts->worker);
	else
		err = gitperf_work_name(&w->name, w->repo);
	if (!err && !(err = gitperf_buf_check(&w->name)))
		err = gitperf_worker_check(w->name.ptr);
	return err;
}

static int find_platform(struct worker *w)
{
	gitperf_machine *machine;
	int found = 0;

	if (w->opts->platform)
		gitperf_buf_adds(&w->platform, w->opts->platform);
	else
		found = gitperf_repo_config_string(&w->platform, w->repo, "perf.platform");
	if (found >= 0 && !w->platform.len && (found = gitperf_machine_probe(&machine)) >= 0) {
		gitperf_buf_adds(&w->platform, gitperf_machine_platform(machine));
		gitperf_machine_free(machine);
	}
	if (found < 0 || (found = gitperf_buf_check(&w->platform)) < 0)
		return found;
	return gitperf_platform_check(w->platform.ptr);
}

/* --- The machine, and the process --- */

/* What tells two machines apart that were given one name by mistake */
static int find_host(struct worker *w)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char host[256] = "", digest[DIGEST_HEX + 1];
	int err;

	if (w->opts->anywhere)
		return 0;
	gethostname(host, sizeof(host) - 1);
	gitperf_buf_read_file(&text, MACHINE_ID, MACHINE_ID_MAX);
	gitperf_buf_addf(&text, "%s\n", host);
	if (!(err = gitperf_buf_check(&text))) {
		gitperf_digest(digest, text.ptr, text.len);
		gitperf_buf_add(&w->host, digest, HOST_DIGITS);
		err = gitperf_buf_check(&w->host);
	}
	gitperf_buffer_dispose(&text);
	return err;
}

static int make_instance(struct worker *w)
{
	unsigned char bytes[INSTANCE_BYTES];
	size_t i;

	if (getentropy(bytes, sizeof(bytes)) < 0)
		return gitperf_fail_errno("cannot make a name for this process");
	for (i = 0; i < sizeof(bytes); i++)
		gitperf_buf_addf(&w->instance, "%02x", bytes[i]);
	return gitperf_buf_check(&w->instance);
}

/* What makes this machine noisy; what is quiet needs no words */
static int examine(struct worker *w)
{
	gitperf_doctor *doctor;
	size_t i, n;
	int err = gitperf_doctor_examine(&doctor);

	if (err < 0)
		return err;
	n = gitperf_doctor_count(doctor);
	w->findings = gitperf_arena_array(&w->self, n, sizeof(*w->findings));
	for (i = 0; w->findings && i < n; i++) {
		const gitperf_finding *f = gitperf_doctor_finding(doctor, i);

		if (f->state != GITPERF_FINDING_NOISY)
			continue;
		w->findings[w->nfindings].key = gitperf_arena_strdup(&w->self, f->name);
		w->findings[w->nfindings++].value = gitperf_arena_strdup(&w->self, f->value ? f->value : "yes");
	}
	gitperf_doctor_free(doctor);
	return gitperf_arena_check(&w->self);
}

/* Two of one name in one clone would take each other's job for their own */
static int take_name(struct worker *w)
{
	gitperf_buffer file = GITPERF_BUFFER_INIT;
	int err;

	gitperf_buf_addf(&file, "worker.%s.lock", w->name.ptr);
	if ((err = gitperf_buf_check(&file)) >= 0 &&
	    (err = gitperf_write_lock_open(&w->lock, w->repo, file.ptr)) >= 0 &&
	    !(err = gitperf_write_lock_try(&w->lock)))
		err = gitperf_hint(gitperf_fail(GITPERF_EBUSY, "a worker '%s' is at work in this clone", w->name.ptr),
				   "stop it first, or give this one a name of its own: --worker=<name>");
	gitperf_buffer_dispose(&file);
	return err < 0 ? err : 0;
}

int gitperf_worker__open(struct worker *w, gitperf_repo *repo, const gitperf_work_options *opts)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;
	static const gitperf_schedule_options schedule = GITPERF_SCHEDULE_OPTIONS_INIT;
	static const gitperf_share_options share = GITPERF_SHARE_OPTIONS_INIT;
	int err;

	memset(w, 0, sizeof(*w));
	w->lock.fd = -1;
	w->repo = repo;
	w->opts = opts;
	w->name = w->platform = w->tool = w->host = w->instance = w->refused = w->leases = empty;
	w->schedule = opts->schedule ? *opts->schedule : schedule;
	w->share = w->schedule.share ? *w->schedule.share : share;
	w->share.events = w->schedule.events = opts->events;
	w->schedule.share = &w->share;
	w->renew_s = RENEW_S;
	gitperf_buf_addf(&w->tool, "git-perf %s", gitperf_version());
	if ((err = gitperf_buf_check(&w->tool)) < 0 ||
	    (err = gitperf_repo__config_seconds(&w->renew_s, repo, "perf.renewInterval", 0)) < 0 || (err = find_name(w)) < 0 ||
	    (err = find_platform(w)) < 0 || (err = find_host(w)) < 0 ||
	    (err = make_instance(w)) < 0 || (err = take_name(w)) < 0 ||
	    (err = gitperf_worker__read_leases(w)) < 0)
		return err;
	return opts->mode == GITPERF_WORK_LOOP ? examine(w) : 0;
}

void gitperf_worker__close(struct worker *w)
{
	gitperf_write_lock_close(&w->lock);
	gitperf_watch_free(&w->watch);
	gitperf_arena_free(&w->self);
	gitperf_arena_free(&w->last_words);
	gitperf_arena_free(&w->arena);
	gitperf_buffer_dispose(&w->name);
	gitperf_buffer_dispose(&w->platform);
	gitperf_buffer_dispose(&w->tool);
	gitperf_buffer_dispose(&w->host);
	gitperf_buffer_dispose(&w->instance);
	gitperf_buffer_dispose(&w->refused);
	gitperf_buffer_dispose(&w->leases);
}

void gitperf_worker__tell(struct worker *w, gitperf_work_news news, const char *why)
{
	gitperf_work_event event = { .news = news, .why = why };

	if (!w->opts->tell)
		return;
	/* what is refused is another one than that at hand */
	if (w->has_job && news != GITPERF_NEWS_REFUSED) {
		event.job = &w->job;
		event.duration_ms = (gitperf_clock_ns() - w->began_ns) / 1000000;
	}
	w->opts->tell(w->opts->payload, &event);
}
