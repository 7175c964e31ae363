/*
 * session.c - sessions with the options that no command has
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "helper.h"

#include <gitperf.h>

struct args {
	gitperf_session_options session;
	const char *stop;            /* at the first pulse of this step */
	const char *out;             /* the record's file */
	gitperf_pair pair;
};

static int fail(int err)
{
	fprintf(stderr, "error: %s: %s\n", gitperf_error_name(err), gitperf_error_message());
	if (gitperf_error_hint())
		fprintf(stderr, "hint: %s\n", gitperf_error_hint());
	return 128;
}

/* "<step> <n>/<of> <quiet>", and while measuring the benchmark, done and total */
static int on_pulse(void *payload, const gitperf_pulse *pulse)
{
	const struct args *args = payload;

	printf("%s %zu/%zu %lld", pulse->step, pulse->index + 1, pulse->nsteps, (long long)pulse->quiet_ms);
	if (pulse->benchmark)
		printf(" %s %llu/%llu", pulse->benchmark, (unsigned long long)pulse->done,
		       (unsigned long long)pulse->total);
	putchar('\n');
	fflush(stdout);
	if (strcmp(pulse->steps[pulse->index], pulse->step))
		return gitperf_fail(GITPERF_EINVALID, "the index is wrong");
	if (args->stop && !strcmp(args->stop, pulse->step))
		return gitperf_fail(GITPERF_ERACE, "stopped at %s", pulse->step);
	return 0;
}

static int take(struct args *args, const char *word)
{
	const struct {
		const char *key;
		const char **value;
	} texts[] = {
		{ "commit", &args->session.commit }, { "base", &args->session.base },
		{ "suite", &args->session.suite }, { "suite-id", &args->session.suite_id },
		{ "job", &args->session.job }, { "keep", &args->session.keep }, { "stop", &args->stop },
		{ "platform", &args->session.platform }, { "config", &args->pair.value },
		{ "out", &args->out }
	};
	const struct {
		const char *key;
		int64_t *value;
	} numbers[] = {
		{ "round", &args->session.round }, { "token", &args->session.token },
		{ "queued", &args->session.queued }
	};
	const char *value = strchr(word, '=');
	size_t i, len = value ? (size_t)(value - word) : 0;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		if (len == strlen(texts[i].key) && !strncmp(word, texts[i].key, len)) {
			*texts[i].value = value + 1;
			return 0;
		}
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (len == strlen(numbers[i].key) && !strncmp(word, numbers[i].key, len)) {
			*numbers[i].value = strtoll(value + 1, NULL, 10);
			return 0;
		}
	return -1;
}

static int write_record(const char *path, const gitperf_session *session)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int err = gitperf_record_format(&text, gitperf_session_record(session, 0));

	if (!err)
		err = gitperf_buf_write_file(path, text.ptr, text.len, 0);
	gitperf_buffer_dispose(&text);
	return err;
}

static int run(struct args *args)
{
	gitperf_repo *repo = NULL;
	gitperf_session *session = NULL;
	int err;

	if ((err = gitperf_repo_open(&repo, NULL)) < 0 ||
	    (err = gitperf_session_open(&session, repo, &args->session)) < 0)
		goto out;
	err = gitperf_session_run(session);
	if (!err && args->out)
		err = write_record(args->out, session);
out:
	gitperf_session_free(session);
	gitperf_repo_free(repo);
	return err;
}

int cmd_session(int argc, const char **argv)
{
	struct args args = { .session = GITPERF_SESSION_OPTIONS_INIT, .pair = { "key", NULL } };
	int i, err;

	for (i = 1; i < argc; i++)
		if (take(&args, argv[i]) < 0)
			return 129;
	args.session.pulse = on_pulse;
	args.session.pulse_payload = &args;
	if (args.pair.value) {
		args.session.config = &args.pair;
		args.session.nconfig = 1;
	}
	err = run(&args);
	return err < 0 ? fail(err) : 0;
}

int cmd_forget(int argc, const char **argv)
{
	gitperf_repo *repo = NULL;
	int err;

	if (argc != 2)
		return 129;
	if (!(err = gitperf_repo_open(&repo, NULL)))
		err = gitperf_checkout_forget(repo, argv[1]);
	gitperf_repo_free(repo);
	return err < 0 ? fail(err) : 0;
}
