/*
 * queue_parse.c - JSON to what a queue and its plans consist of
 *
 * Everything that gitperf-queue(7) demands of a file is checked here; what files
 * demand of each other (names, orders) is for those who read them together.
 */
#include "base/compat.h"
#include "base/error.h"
#include "data/decode.h"
#include "data/names.h"
#include "data/queue_code.h"

#include <gitperf/platform.h>

/* --- Jobs and requests --- */

static int find_reason(const struct json *item)
{
	int reason;

	for (reason = 0; reason < GITPERF_REASONS; reason++)
		if (gitperf_json_is(item, gitperf_reason_name((gitperf_reason)reason)))
			break;
	return reason;
}

static int decode_reasons(struct decoder *d, unsigned *out, const struct json *object)
{
	const struct json *list = gitperf_json_member(object, "reasons"), *item;

	*out = 0;
	if (!list)
		return gitperf_decode_fail(d, "'reasons' is missing");
	TRY(gitperf_decode_type(d, list, "reasons", JSON_ARRAY));
	for (item = list->child; item; item = item->next) {
		int reason = find_reason(item);

		if (reason == GITPERF_REASONS)
			return gitperf_decode_fail(d, "'reasons' has one that is not known");
		*out |= 1u << reason;
	}
	return *out ? 0 : gitperf_decode_fail(d, "'reasons' has none");
}

static int decode_pace(struct decoder *d, gitperf_pace *out, const struct json *object)
{
	static const char *const words[] = { "normal", "widened", "newest", NULL };
	int pace = 0;

	TRY(gitperf_decode_word(d, &pace, object, "pace", words));
	*out = (gitperf_pace)pace;
	return 0;
}

static int decode_flag(struct decoder *d, int *out, const struct json *object, const char *key)
{
	const struct json *value = gitperf_json_member(object, key);

	if (!value)
		return 0;
	TRY(gitperf_decode_type(d, value, key, JSON_BOOL));
	*out = (int)value->count;
	return 0;
}

int gitperf_job_parse(gitperf_job *out, struct arena *arena, const char *bytes, size_t len)
{
	struct decoder d = gitperf_queue__decoder(arena);
	const struct json *root;

	memset(out, 0, sizeof(*out));
	TRY(gitperf_queue__decode_root(&root, &d, "job", bytes, len));
	TRY(gitperf_queue__decode_id(&d, &out->commit, root, "commit"));
	TRY(gitperf_queue__decode_platform(&d, &out->platform, root));
	TRY(gitperf_decode_pairs(&d, &out->config, &out->nconfig, root, "config"));
	TRY(gitperf_decode_hex(&d, &out->suite, root, "suite", QUEUE_ID_DIGITS, QUEUE_ID_DIGITS));
	TRY(gitperf_queue__decode_number(&d, &out->round, root, "round", 0));
	TRY(decode_reasons(&d, &out->reasons, root));
	TRY(gitperf_decode_time(&d, &out->asked, root, "asked"));
	TRY(gitperf_queue__decode_texts(&d, &out->benchmarks, &out->nbenchmarks, root, "benchmarks"));
	TRY(gitperf_decode_name(&d, &out->set, root, "set", GITPERF_NAME_MAX));
	if (!out->set != !out->nbenchmarks)
		return gitperf_decode_fail(&d, "'set' and 'benchmarks' belong together");
	TRY(gitperf_queue__decode_number(&d, &out->attempts, root, "attempts", 0));
	TRY(gitperf_queue__decode_number(&d, &out->refunds, root, "refunds", 0));
	TRY(gitperf_decode_text(&d, &out->error, root, "error", TEXT_ERROR_MAX));
	TRY(gitperf_queue__decode_lease(&d, &out->lease, root));
	return gitperf_job_id(out->id, out);
}

int gitperf_request_parse(gitperf_request *out, struct arena *arena, const char *bytes, size_t len)
{
	struct decoder d = gitperf_queue__decoder(arena);
	const struct json *root;

	memset(out, 0, sizeof(*out));
	TRY(gitperf_queue__decode_root(&root, &d, "request", bytes, len));
	TRY(gitperf_queue__decode_id(&d, &out->commit, root, "commit"));
	TRY(gitperf_queue__decode_number(&d, &out->round, root, "round", 0));
	TRY(gitperf_decode_name(&d, &out->by, root, "by", TEXT_NAME_MAX));
	TRY(gitperf_decode_name(&d, &out->tool, root, "tool", TEXT_NAME_MAX));
	TRY(decode_flag(&d, &out->is_started, root, "started"));
	return gitperf_decode_time(&d, &out->asked, root, "asked");
}

/* --- Decisions --- */

static int decode_chosen(struct decoder *d, gitperf_decision *out, const struct json *root)
{
	const struct json *list, *item;
	gitperf_choice *choice;

	TRY(gitperf_queue__decode_list(d, &list, &out->nchosen, root, "chosen"));
	out->chosen = choice = gitperf_arena_array(d->arena, out->nchosen, sizeof(*choice));
	TRY(gitperf_arena_check(d->arena));
	for (item = list ? list->child : NULL; item; item = item->next, choice++) {
		TRY(gitperf_decode_type(d, item, "chosen", JSON_OBJECT));
		TRY(gitperf_queue__decode_id(d, &choice->commit, item, "commit"));
		TRY(decode_reasons(d, &choice->reasons, item));
	}
	return 0;
}

static int decode_dropped(struct decoder *d, gitperf_decision *out, const struct json *root)
{
	const struct json *list, *item;
	gitperf_dropped *dropped;

	TRY(gitperf_queue__decode_list(d, &list, &out->ndropped, root, "dropped"));
	out->dropped = dropped = gitperf_arena_array(d->arena, out->ndropped, sizeof(*dropped));
	TRY(gitperf_arena_check(d->arena));
	for (item = list ? list->child : NULL; item; item = item->next, dropped++) {
		TRY(gitperf_decode_type(d, item, "dropped", JSON_OBJECT));
		TRY(gitperf_queue__decode_id(d, &dropped->commit, item, "commit"));
		TRY(gitperf_decode_hex(d, &dropped->by, item, "by", QUEUE_ID_DIGITS, QUEUE_ID_DIGITS));
		TRY(gitperf_decode_name(d, &dropped->why, item, "why", TEXT_NAME_MAX));
		if (!dropped->why)
			return gitperf_decode_fail(d, "'dropped' does not say why");
	}
	return 0;
}

int gitperf_decision_parse(gitperf_decision *out, struct arena *arena, const char *bytes, size_t len)
{
	struct decoder d = gitperf_queue__decoder(arena);
	const struct json *root;

	memset(out, 0, sizeof(*out));
	TRY(gitperf_queue__decode_root(&root, &d, "decision", bytes, len));
	TRY(gitperf_queue__decode_platform(&d, &out->platform, root));
	TRY(gitperf_decode_hex(&d, &out->base, root, "base", QUEUE_ID_DIGITS, QUEUE_ID_DIGITS));
	TRY(gitperf_queue__decode_id(&d, &out->head, root, "head"));
	TRY(gitperf_queue__decode_number(&d, &out->commits, root, "commits", 0));
	TRY(decode_chosen(&d, out, root));
	TRY(decode_dropped(&d, out, root));
	TRY(gitperf_decode_name(&d, &out->skipped, root, "skipped", TEXT_NAME_MAX));
	TRY(gitperf_decode_name(&d, &out->plan, root, "plan", TEXT_NAME_MAX));
	TRY(gitperf_queue__decode_number(&d, &out->depth, root, "depth", 0));
	TRY(gitperf_queue__decode_number(&d, &out->window_ms, root, "window", 0));
	TRY(decode_pace(&d, &out->pace, root));
	TRY(gitperf_decode_name(&d, &out->tool, root, "tool", TEXT_NAME_MAX));
	return gitperf_decode_time(&d, &out->decided, root, "decided");
}

int gitperf_decision_is_newer(const char *bytes, size_t len)
{
	return gitperf_decode_is_newer(bytes, len, QUEUE_SCHEMA);
}

/* --- Plans --- */

static int decode_states(struct decoder *d, struct plan *out, const struct json *root)
{
	const struct json *list, *item;
	gitperf_plan_state *state;

	TRY(gitperf_queue__decode_list(d, &list, &out->nstates, root, "platforms"));
	out->states = state = gitperf_arena_array(d->arena, out->nstates, sizeof(*state));
	TRY(gitperf_arena_check(d->arena));
	for (item = list ? list->child : NULL; item; item = item->next, state++) {
		TRY(gitperf_decode_type(d, item, "platforms", JSON_OBJECT));
		TRY(gitperf_queue__decode_platform(d, &state->platform, item));
		TRY(gitperf_decode_hex(d, &state->head, item, "head", QUEUE_ID_DIGITS, QUEUE_ID_DIGITS));
		TRY(gitperf_decode_time(d, &state->last, item, "last"));
		TRY(decode_pace(d, &state->pace, item));
		if (state > out->states && strcmp(state[-1].platform, state->platform) >= 0)
			return gitperf_decode_fail(d, "'platforms' are not in order");
	}
	return 0;
}

static int decode_marked(struct decoder *d, struct plan *out, const struct json *root)
{
	const struct json *list, *item;
	const char **ids;
	size_t i = 0;

	TRY(gitperf_queue__decode_list(d, &list, &out->nmarked, root, "marked"));
	out->marked = ids = gitperf_arena_array(d->arena, out->nmarked, sizeof(*ids));
	TRY(gitperf_arena_check(d->arena));
	for (item = list ? list->child : NULL; item; item = item->next, i++) {
		TRY(gitperf_decode_type(d, item, "marked", JSON_STRING));
		ids[i] = gitperf_arena_copy(d->arena, item->text, item->len);
		if (!ids[i])
			return gitperf_fail_oom();
		if (!gitperf_hex_ok(ids[i], QUEUE_ID_DIGITS, QUEUE_ID_DIGITS) || (i && strcmp(ids[i - 1], ids[i]) >= 0))
			return gitperf_decode_fail(d, "'marked' has something other than ids, or is not in order");
	}
	return 0;
}

int gitperf_plan_parse(struct plan *out, struct arena *arena, const char *bytes, size_t len)
{
	struct decoder d = gitperf_queue__decoder(arena);
	const struct json *root;

	memset(out, 0, sizeof(*out));
	TRY(gitperf_queue__decode_root(&root, &d, "plan", bytes, len));
	TRY(gitperf_decode_name(&d, &out->trunk, root, "trunk", TEXT_NAME_MAX));
	TRY(decode_states(&d, out, root));
	return decode_marked(&d, out, root);
}
