/*
 * record_parse.c - JSON to a record
 *
 * Everything that gitperf-record(5) demands is checked here and nowhere else:
 * formatting a record parses what it made. Knows no files and no repository.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/decode.h"
#include "data/names.h"
#include "data/record.h"

#include <gitperf/platform.h>

static int decode_steps(struct decoder *d, gitperf_record *record,
			const struct json *root)
{
	static const char *const known[] = {
		"duration", "error", "name", "status", NULL
	};
	const struct json *list = gitperf_json_member(root, "steps"), *item;
	gitperf_step *step;

	if (!list)
		return 0;
	TRY(gitperf_decode_type(d, list, "steps", JSON_ARRAY));
	step = gitperf_arena_array(d->arena, list->count, sizeof(*step));
	if (!step)
		return gitperf_fail_oom();
	record->steps = step;
	record->nsteps = list->count;
	for (item = list->child; item; item = item->next, step++) {
		step->duration_ns = -1;
		TRY(gitperf_decode_type(d, item, "steps", JSON_OBJECT));
		TRY(gitperf_decode_keys(d, item, known));
		TRY(gitperf_decode_name(d, &step->name, item, "name", TEXT_NAME_MAX));
		if (!step->name)
			return gitperf_decode_fail(d, "a step has no 'name'");
		TRY(gitperf_record__decode_status(d, &step->status, item));
		TRY(gitperf_decode_text(d, &step->error, item, "error", TEXT_ERROR_MAX));
		TRY(gitperf_decode_int(d, &step->duration_ns, item, "duration", 0));
	}
	return 0;
}

static int decode_job(struct decoder *d, gitperf_record *record,
		      const struct json *root)
{
	static const char *const known[] = { "id", "round", "token", NULL };
	const struct json *job = gitperf_json_member(root, "job");

	if (!job)
		return 0;
	TRY(gitperf_decode_type(d, job, "job", JSON_OBJECT));
	TRY(gitperf_decode_keys(d, job, known));
	TRY(gitperf_decode_hex(d, &record->job, job, "id", 8, 64));
	TRY(gitperf_decode_int(d, &record->round, job, "round", 0));
	TRY(gitperf_decode_int(d, &record->token, job, "token", 0));
	if (!record->job)
		return gitperf_decode_fail(d, "'job' has no 'id'");
	return 0;
}

static int decode_origin(struct decoder *d, gitperf_record *record,
			 const struct json *root)
{
	static const char *const known[] = { "format", "sha256", NULL };
	const struct json *origin = gitperf_json_member(root, "origin");

	if (!origin)
		return 0;
	TRY(gitperf_decode_type(d, origin, "origin", JSON_OBJECT));
	TRY(gitperf_decode_keys(d, origin, known));
	TRY(gitperf_decode_name(d, &record->origin_format, origin, "format", GITPERF_NAME_MAX));
	TRY(gitperf_decode_hex(d, &record->origin_sha256, origin, "sha256", 64, 64));
	if (!record->origin_format || !record->origin_sha256)
		return gitperf_decode_fail(d, "'origin' needs 'format' and 'sha256'");
	return 0;
}

static int decode_range(struct decoder *d, gitperf_record *record,
			const struct json *root)
{
	const struct json *list = gitperf_json_member(root, "commit_range"), *item;
	const char **ids;
	size_t i = 0;

	if (!list)
		return 0;
	TRY(gitperf_decode_type(d, list, "commit_range", JSON_ARRAY));
	ids = gitperf_arena_array(d->arena, list->count, sizeof(*ids));
	if (!ids)
		return gitperf_fail_oom();
	for (item = list->child; item; item = item->next, i++) {
		TRY(gitperf_decode_type(d, item, "commit_range", JSON_STRING));
		ids[i] = gitperf_arena_copy(d->arena, item->text, item->len);
		if (!ids[i])
			return gitperf_fail_oom();
		if (!gitperf_hex_ok(ids[i], d->input ? 4 : 40, 40))
			return gitperf_decode_fail(d, "'commit_range' has '%.60s', which "
						   "is no commit id", ids[i]);
	}
	record->commit_range = ids;
	record->ncommit_range = list->count;
	return 0;
}

static int decode_names(struct decoder *d, gitperf_record *r,
			const struct json *root)
{
	int reason = -1;

	TRY(gitperf_decode_hex(d, &r->commit, root, "commit", d->input ? 4 : 40, 40));
	TRY(gitperf_decode_text(d, &r->platform, root, "platform", TEXT_ERROR_MAX));
	if (!r->commit || !r->platform)
		return gitperf_decode_fail(d, "'%s' is missing",
					   r->commit ? "platform" : "commit");
	/* what is a bad argument elsewhere is a bad record here */
	if (gitperf_platform_check(r->platform) < 0)
		return gitperf_recode(GITPERF_EFORMAT);
	TRY(gitperf_decode_text(d, &r->worker, root, "worker", TEXT_ERROR_MAX));
	if (r->worker && gitperf_worker_check(r->worker) < 0)
		return gitperf_recode(GITPERF_EFORMAT);
	TRY(gitperf_decode_hex(d, &r->fingerprint, root, "fingerprint", 16, 64));
	TRY(gitperf_decode_hex(d, &r->suite, root, "suite", 40, 40));
	TRY(gitperf_decode_name(d, &r->tool, root, "tool", GITPERF_NAME_MAX));
	TRY(gitperf_decode_word(d, &reason, root, "reason", gitperf_record__reasons));
	if (reason >= 0)
		r->reason = gitperf_record__reasons[reason];
	TRY(gitperf_decode_text(d, &r->error, root, "error", TEXT_ERROR_MAX));
	return gitperf_decode_text(d, &r->log, root, "log", TEXT_LOG_MAX);
}

static int decode_times(struct decoder *d, gitperf_record *r,
			const struct json *root)
{
	TRY(gitperf_decode_time(d, &r->queued, root, "queued"));
	TRY(gitperf_decode_time(d, &r->started, root, "started"));
	TRY(gitperf_decode_time(d, &r->finished, root, "finished"));
	if (!r->finished && d->input)
		r->finished = gitperf_time_now();
	if (!r->finished)
		return gitperf_decode_fail(d, "'finished' is missing");
	if (r->started > r->finished)
		return gitperf_decode_fail(d, "'started' is later than 'finished'");
	return 0;
}

static int decode_outcome(struct decoder *d, gitperf_record *r,
			  const struct json *root)
{
	gitperf_outcome made = gitperf_record__outcome(r->benchmarks, r->nbenchmarks);
	int word = d->input ? (int)made : -1;

	TRY(gitperf_decode_word(d, &word, root, "outcome", gitperf_record__outcomes));
	if (word < 0)
		return gitperf_decode_fail(d, "'outcome' is missing");
	r->outcome = (gitperf_outcome)word;
	if (r->outcome != made)
		return gitperf_decode_fail(d, "'outcome' is %s, but the benchmarks make it %s",
					   gitperf_outcome_name(r->outcome), gitperf_outcome_name(made));
	if (!r->nbenchmarks && !r->error)
		return gitperf_decode_fail(d, "'benchmarks' is empty, and no 'error' says why");
	return 0;
}

static int decode_schema(struct decoder *d, gitperf_record *r,
			 const struct json *root)
{
	TRY(gitperf_decode_type(d, root, "a record", JSON_OBJECT));
	TRY(gitperf_decode_int(d, &r->schema, root, "schema", 1));
	if (!r->schema && d->input)
		r->schema = GITPERF_RECORD_SCHEMA;
	if (!r->schema)
		return gitperf_decode_fail(d, "'schema' is missing");
	if (r->schema > GITPERF_RECORD_SCHEMA) {
		gitperf_fail(GITPERF_EFORMAT, "schema %lld is newer than %d, the newest this version reads",
			     (long long)r->schema, GITPERF_RECORD_SCHEMA);
		return gitperf_hint(GITPERF_EFORMAT, "upgrade git perf");
	}
	return 0;
}

static int decode_record(struct decoder *d, gitperf_record *r,
			 const struct json *root)
{
	static const char *const known[] = {
		"benchmarks", RECORD_CHECKSUM_KEY, "commit", "commit_range", "config",
		"dirty", "environment", "error", "fingerprint", "finished", "job",
		"log", "metrics", "origin", "outcome", "platform", "queued",
		"reason", "schema", "started", "steps", "suite", "tool", "worker", NULL
	};
	const struct json *dirty;

	TRY(decode_schema(d, r, root));
	TRY(gitperf_decode_keys(d, root, known));
	TRY(decode_names(d, r, root));
	TRY(decode_times(d, r, root));
	TRY(gitperf_decode_pairs(d, &r->config, &r->nconfig, root, "config"));
	TRY(gitperf_decode_pairs(d, &r->environment, &r->nenvironment, root, "environment"));
	TRY(decode_range(d, r, root));
	TRY(decode_job(d, r, root));
	TRY(decode_origin(d, r, root));
	TRY(decode_steps(d, r, root));
	dirty = gitperf_json_member(root, "dirty");
	if (dirty) {
		TRY(gitperf_decode_type(d, dirty, "dirty", JSON_BOOL));
		r->dirty = (int)dirty->count;
	}
	TRY(gitperf_record__benchmarks(d, r, root));
	return decode_outcome(d, r, root);
}

static int check_exact(struct decoder *d, const struct json *root,
		       const char *bytes, size_t len)
{
	const struct json *sum = gitperf_json_member(root, RECORD_CHECKSUM_KEY);
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char expected[RECORD_CHECKSUM_DIGITS + 1];
	int err;

	if ((err = gitperf_json_print(&text, root, NULL)) < 0)
		goto out;
	gitperf_buf_addc(&text, '\n');
	if ((err = gitperf_buf_check(&text)) < 0 ||
	    (err = gitperf_record__checksum(expected, root)) < 0)
		goto out;
	if (!sum || sum->type != JSON_STRING)
		err = gitperf_decode_fail(d, "'checksum' is missing");
	else if (!gitperf_json_is(sum, expected))
		err = gitperf_hint(gitperf_decode_fail(d, "the checksum does not agree: "
				   "the record was changed after it was written"),
				   "get the original; a record that you mean to change needs no checksum");
	else if (text.len != len || memcmp(text.ptr, bytes, len))
		err = gitperf_decode_fail(d, "not in canonical form");
out:
	gitperf_buffer_dispose(&text);
	return err;
}

int gitperf_record_parse(gitperf_record **out, const char *bytes, size_t len,
			 unsigned flags)
{
	struct decoder d = { .input = !!(flags & GITPERF_PARSE_INPUT) };
	struct arena tree = ARENA_INIT;
	gitperf_record *record;
	struct json *root;
	int err = gitperf_record__new(&record, &d.arena);

	*out = NULL;
	if (err < 0)
		return err;
	if (len > GITPERF_RECORD_MAX)
		err = gitperf_fail(GITPERF_EFORMAT, "a record of %zu bytes is larger than %u",
				   len, GITPERF_RECORD_MAX);
	else
		err = gitperf_json_parse(&root, &tree, bytes, len);
	if (!err)
		err = decode_record(&d, record, root);
	if (!err && flags & GITPERF_PARSE_EXACT)
		err = check_exact(&d, root, bytes, len);
	record->nunknown = d.unknown;
	gitperf_arena_free(&tree);
	if (err < 0)
		gitperf_record_free(record);
	else
		*out = record;
	return err;
}

int gitperf_record__is_newer(const char *bytes, size_t len)
{
	return gitperf_decode_is_newer(bytes, len, GITPERF_RECORD_SCHEMA);
}
