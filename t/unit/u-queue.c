/*
 * u-queue.c - lib/data: jobs, requests, decisions and plans, to JSON and back
 */
#include "base/compat.h"
#include "base/buf.h"
#include "data/names.h"
#include "data/queue.h"
#include "store/layout.h"

#include <stdlib.h>

#include "random.h"
#include "tap.h"

#define A40 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B40 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define TIMES 400

enum kind { JOB, REQUEST, WORKER, DECISION, PLAN, KINDS };

static const char *const kind_names[] = { "job", "request", "worker", "decision", "plan" };

/* Parsed from memory of its own, without a NUL behind; what it says goes to `out` again */
static int again(gitperf_buffer *out, enum kind kind, const char *bytes, size_t len)
{
	union { gitperf_job job; gitperf_request request; gitperf_worker worker; gitperf_decision decision; struct plan plan; } v;
	struct arena arena = ARENA_INIT;
	char *exact = malloc(len ? len : 1);
	int err;

	memcpy(exact, bytes, len);
	gitperf_buf_truncate(out, 0);
	if (kind == JOB)
		err = gitperf_job_parse(&v.job, &arena, exact, len);
	else if (kind == REQUEST)
		err = gitperf_request_parse(&v.request, &arena, exact, len);
	else if (kind == WORKER)
		err = gitperf_worker_parse(&v.worker, &arena, exact, len);
	else if (kind == DECISION)
		err = gitperf_decision_parse(&v.decision, &arena, exact, len);
	else
		err = gitperf_plan_parse(&v.plan, &arena, exact, len);
	free(exact);
	if (!err)
		err = kind == JOB ? gitperf_job_format(out, &v.job) :
			kind == REQUEST ? gitperf_request_format(out, &v.request) :
			kind == WORKER ? gitperf_worker_format(out, &v.worker) :
			kind == DECISION ? gitperf_decision_format(out, &v.decision) :
			gitperf_plan_format(out, &v.plan);
	gitperf_arena_free(&arena);
	return err;
}

/* --- Values by chance --- */

static uint64_t below(uint64_t n)
{
	return (uint64_t)(uniform() * (double)n);
}

static const char *some_id(struct arena *arena)
{
	char id[41];
	int i;

	for (i = 0; i < 40; i++)
		id[i] = "0123456789abcdef"[below(16)];
	id[40] = '\0';
	return gitperf_arena_strdup(arena, id);
}

/* Quotes, backslashes and letters of more than one byte, too */
static const char *some_text(struct arena *arena, size_t most)
{
	static const char *const parts[] = { "a", "Z", " ", "\"", "\\", "/", "=", "<", "\303\244", "\342\202\254", "\360\237\230\200" };
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t want = 1 + below(most);
	const char *copy;

	while (text.len < want) {
		const char *part = parts[below(ARRAY_SIZE(parts))];

		if (text.len + strlen(part) > most)
			break;
		gitperf_buf_adds(&text, part);
	}
	copy = gitperf_arena_strdup(arena, text.len ? text.ptr : "x");
	gitperf_buffer_dispose(&text);
	return copy;
}

static const char *maybe(struct arena *arena, const char *(*some)(struct arena *))
{
	return below(2) ? some(arena) : NULL;
}

static const char *some_name(struct arena *arena)
{
	return some_text(arena, below(20) ? 12 : TEXT_NAME_MAX);
}

static int64_t some_number(int64_t least)
{
	return below(10) ? least + (int64_t)below(1000) : QUEUE_NUMBER_MAX;
}

static gitperf_time some_time(void)
{
	return below(8) ? (gitperf_time)below(UINT64_C(1) << 62) : 0;
}

static unsigned some_reasons(void)
{
	return 1 + (unsigned)below((1u << GITPERF_REASONS) - 1);
}

static const char *some_platform(struct arena *arena)
{
	static const char *const names[] = { "p", "x86-64-linux", "aarch64-macos", "a+b_c.d" };

	return gitperf_arena_strdup(arena, names[below(4)]);
}

static const char *const *some_names(struct arena *arena, size_t *n)
{
	const char **names = gitperf_arena_array(arena, 4, sizeof(*names));
	size_t i;

	*n = below(4);
	for (i = 0; i < *n; i++)
		names[i] = some_name(arena);
	return names;
}

static const gitperf_time *some_times(struct arena *arena, size_t *n)
{
	gitperf_time *times = gitperf_arena_array(arena, 4, sizeof(*times));
	size_t i;

	*n = below(4);
	for (i = 0; i < *n; i++)
		times[i] = some_time();
	return times;
}

static void some_lease(gitperf_lease *lease, struct arena *arena)
{
	lease->worker = some_platform(arena);
	lease->token = some_number(1);
	lease->beat = some_number(0);
	lease->ttl_ms = some_number(0);
	lease->since = some_time();
	lease->steps = some_names(arena, &lease->nsteps);
	lease->step = some_number(0);
	lease->done = some_number(0);
	lease->total = some_number(0);
	lease->seen = some_times(arena, &lease->nseen);
}

static void some_worker(gitperf_worker *worker, struct arena *arena)
{
	static const gitperf_pair findings[] = { { "governor", "powersave" }, { "turbo", "on" } };

	memset(worker, 0, sizeof(*worker));
	worker->name = some_platform(arena);
	worker->platform = some_platform(arena);
	worker->duty = (gitperf_duty)below(GITPERF_DUTIES);
	worker->tool = maybe(arena, some_name);
	worker->host = maybe(arena, some_name);
	worker->instance = maybe(arena, some_name);
	worker->beat = some_number(0);
	worker->ttl_ms = some_number(0);
	worker->told = some_time();
	worker->seen = some_times(arena, &worker->nseen);
	worker->findings = findings;
	worker->nfindings = below(3);
	if (below(2)) {
		worker->mishap.commit = some_id(arena);
		worker->mishap.when = some_time();
		worker->mishap.error = maybe(arena, some_name);
		worker->mishap.log = maybe(arena, some_name);
	}
}

static void some_job(gitperf_job *job, struct arena *arena)
{
	gitperf_pair *pairs = gitperf_arena_array(arena, 3, sizeof(*pairs));
	size_t i;

	memset(job, 0, sizeof(*job));
	job->commit = some_id(arena);
	job->platform = some_platform(arena);
	job->nconfig = below(4);
	for (i = 0; i < job->nconfig; i++) {
		static const char *const keys[] = { "cc", "lto", "threads" };

		pairs[i].key = keys[i];
		pairs[i].value = some_name(arena);
	}
	job->config = pairs;
	job->suite = maybe(arena, some_id);
	job->round = some_number(0);
	job->reasons = some_reasons();
	job->asked = some_time();
	job->attempts = some_number(0);
	job->refunds = some_number(0);
	job->error = maybe(arena, some_name);
	job->benchmarks = some_names(arena, &job->nbenchmarks);
	job->set = job->nbenchmarks ? some_platform(arena) : NULL;
	if (below(2))
		some_lease(&job->lease, arena);
}

static void some_request(gitperf_request *request, struct arena *arena)
{
	memset(request, 0, sizeof(*request));
	request->commit = some_id(arena);
	request->round = some_number(0);
	request->by = maybe(arena, some_name);
	request->tool = maybe(arena, some_name);
	request->asked = some_time();
	request->is_started = (int)below(2);
}

static void some_decision(gitperf_decision *d, struct arena *arena)
{
	gitperf_choice *chosen = gitperf_arena_array(arena, 4, sizeof(*chosen));
	gitperf_dropped *dropped = gitperf_arena_array(arena, 4, sizeof(*dropped));
	size_t i;

	memset(d, 0, sizeof(*d));
	d->platform = some_platform(arena);
	d->base = maybe(arena, some_id);
	d->head = some_id(arena);
	d->commits = some_number(0);
	d->nchosen = below(5);
	d->ndropped = below(5);
	for (i = 0; i < d->nchosen; i++) {
		chosen[i].commit = some_id(arena);
		chosen[i].reasons = some_reasons();
	}
	for (i = 0; i < d->ndropped; i++) {
		dropped[i].commit = some_id(arena);
		dropped[i].by = maybe(arena, some_id);
		dropped[i].why = some_name(arena);
	}
	d->chosen = chosen;
	d->dropped = dropped;
	d->skipped = maybe(arena, some_name);
	d->plan = maybe(arena, some_name);
	d->depth = some_number(0);
	d->window_ms = some_number(0);
	d->pace = (gitperf_pace)below(3);
	d->tool = maybe(arena, some_name);
	d->decided = some_time();
}

static void some_plan(struct plan *plan, struct arena *arena)
{
	static const char *const names[] = { "a", "a+b", "b", "x86-64-linux" };
	gitperf_plan_state *states = gitperf_arena_array(arena, 4, sizeof(*states));
	const char **marked = gitperf_arena_array(arena, 4, sizeof(*marked));
	size_t i;

	memset(plan, 0, sizeof(*plan));
	plan->trunk = maybe(arena, some_name);
	plan->nstates = below(5);
	for (i = 0; i < plan->nstates; i++) {
		states[i].platform = names[i];
		states[i].head = maybe(arena, some_id);
		states[i].last = some_time();
		states[i].pace = (gitperf_pace)below(3);
	}
	plan->nmarked = below(5);
	for (i = 0; i < plan->nmarked; i++) {
		char *id = gitperf_arena_strdup(arena, some_id(arena));

		id[0] = "0248"[i];
		marked[i] = id;
	}
	plan->states = states;
	plan->marked = marked;
}

static int format_some(gitperf_buffer *out, enum kind kind, struct arena *arena)
{
	gitperf_job job;
	gitperf_request request;
	gitperf_worker worker;
	gitperf_decision decision;
	struct plan plan;

	switch (kind) {
	case JOB:
		some_job(&job, arena);
		return gitperf_job_format(out, &job);
	case REQUEST:
		some_request(&request, arena);
		return gitperf_request_format(out, &request);
	case WORKER:
		some_worker(&worker, arena);
		return gitperf_worker_format(out, &worker);
	case DECISION:
		some_decision(&decision, arena);
		return gitperf_decision_format(out, &decision);
	default:
		some_plan(&plan, arena);
		return gitperf_plan_format(out, &plan);
	}
}

/* Bytes that come back are not enough: nothing may be missing from them either */
static void test_fields(void)
{
	static const char job[] =
		"{\"asked\":\"2026-04-20T21:35:08.000000001Z\",\"attempts\":2,\"benchmarks\":[\"a\",\"b\"],\"commit\":\"" A40
		"\",\"config\":{\"cc\":\"gcc\"},\"error\":\"no\\nlight\",\"lease\":{\"beat\":4,\"done\":5,"
		"\"seen\":[\"2026-04-20T21:35:08.000000000Z\"],\"since\":\"2026-04-20T21:35:07.000000000Z\",\"step\":1,"
		"\"steps\":[\"build\",\"measure\"],\"token\":3,\"total\":9,\"ttl\":60000,\"worker\":\"w\"},"
		"\"platform\":\"p\",\"reasons\":[\"manual\",\"idle\"],\"refunds\":1,\"round\":1,\"schema\":1,\"set\":\"w\","
		"\"suite\":\"" B40 "\"}\n";
	static const char decision[] =
		"{\"base\":\"" A40 "\",\"chosen\":[{\"commit\":\"" B40 "\",\"reasons\":[\"push\"]}],\"commits\":3,"
		"\"decided\":\"2026-04-20T21:35:08.000000000Z\",\"depth\":21,\"dropped\":[{\"by\":\"" B40 "\",\"commit\":\"" A40
		"\",\"why\":\"queue-depth\"}],\"head\":\"" B40 "\",\"pace\":\"newest\",\"plan\":\"every\",\"platform\":\"p\","
		"\"schema\":1,\"skipped\":\"not-merge\",\"tool\":\"t\",\"window\":900000}\n";
	static const char plan[] =
		"{\"marked\":[\"" A40 "\"],\"platforms\":[{\"head\":\"" B40 "\",\"last\":\"2026-04-20T21:35:08.000000000Z\","
		"\"pace\":\"widened\",\"platform\":\"p\"}],\"schema\":1,\"trunk\":\"refs/heads/main\"}\n";
	static const char request[] =
		"{\"asked\":\"2026-04-20T21:35:08.000000000Z\",\"by\":\"A <a@b>\",\"commit\":\"" A40 "\",\"round\":0,\"schema\":1,"
		"\"started\":true,\"tool\":\"0.1\"}\n";
	static const char worker[] =
		"{\"beat\":7,\"duty\":\"pause\",\"findings\":{\"turbo\":\"on\"},\"host\":\"h\",\"instance\":\"i\",\"mishap\":"
		"{\"commit\":\"" A40 "\",\"error\":\"e\",\"log\":\"l\\n\",\"when\":\"2026-04-20T21:35:08.000000000Z\"},"
		"\"platform\":\"p\",\"schema\":1,\"seen\":[\"2026-04-20T21:35:08.000000000Z\"],"
		"\"told\":\"2026-04-20T21:35:08.000000000Z\",\"tool\":\"git-perf 0.1\",\"ttl\":60000,\"worker\":\"w\"}\n";
	static const char *const texts[] = { job, request, worker, decision, plan };
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	size_t i, n;

	for (i = 0; i < KINDS; i++) {
		size_t len = strlen(texts[i]), cut = 0;

		is_ok(again(&out, (enum kind)i, texts[i], len), kind_names[i]);
		is_str(out.ptr, texts[i], "... keeps every field, in canonical form");
		/* the newline at the end is canonical, and not needed */
		for (n = 0; n < len - 1; n++)
			cut += again(&out, (enum kind)i, texts[i], n) == GITPERF_EFORMAT;
		is_int((int64_t)cut, (int64_t)len - 1, "... cut anywhere, it is none");
	}
	gitperf_buffer_dispose(&out);
}

static void test_round_trip(void)
{
	gitperf_buffer once = GITPERF_BUFFER_INIT, twice = GITPERF_BUFFER_INIT;
	int kind, i;

	for (kind = 0; kind < KINDS; kind++) {
		int good = 1;

		for (i = 0; i < TIMES && good; i++) {
			struct arena arena = ARENA_INIT;

			gitperf_buf_truncate(&once, 0);
			good = !format_some(&once, (enum kind)kind, &arena) &&
			       !again(&twice, (enum kind)kind, once.ptr, once.len) && !strcmp(once.ptr, twice.ptr);
			gitperf_arena_free(&arena);
		}
		if (!ok(good, "a %s comes back byte for byte, whatever is in it", kind_names[kind]))
			printf("# %s# %s# %s\n", once.ptr, twice.ptr, gitperf_error_message());
	}
	gitperf_buffer_dispose(&once);
	gitperf_buffer_dispose(&twice);
}

/* --- Hostile --- */

#define JOB_OF(fields) "{\"schema\":1,\"commit\":\"" A40 "\",\"platform\":\"p\",\"reasons\":[\"push\"]" fields "}"
#define DECISION_OF(fields) "{\"schema\":1,\"head\":\"" A40 "\",\"platform\":\"p\"" fields "}"

static const struct {
	enum kind kind;
	const char *text, *message;    /* NULL: there is nothing wrong with it */
} hostile[] = {
	{ JOB, JOB_OF(""), NULL },
	{ JOB, JOB_OF(",\"later\":{\"x\":[1]}"), NULL },
	{ JOB, "", "" }, { JOB, "[]", "'job' must be an object" }, { JOB, "null", "'job' must be an object" },
	{ JOB, "{}", "a job has no 'schema'" }, { JOB, "{\"schema\":0}", "'schema' must be an integer of 1" },
	{ JOB, "{\"schema\":2}", "newer than this version" }, { PLAN, "{\"schema\":9223372036854775807}", "newer than this version" },
	{ JOB, "{\"schema\":9223372036854775808}", "'schema'" }, { JOB, "{\"schema\":1.5}", "'schema'" },
	{ JOB, "{\"schema\":\"1\"}", "'schema' must be a number" }, { JOB, "{\"schema\":1}", "'commit' is missing" },
	{ JOB, "{\"schema\":1,\"commit\":\"" A40 "\"}", "'platform' is missing" },
	{ JOB, "{\"schema\":1,\"commit\":\"" A40 "\",\"platform\":\"p\"}", "'reasons' is missing" },
	{ JOB, "{\"schema\":1,\"commit\":\"aaaa\"}", "'commit' must be 40" },
	{ JOB, "{\"schema\":1,\"commit\":\"" A40 "a\"}", "'commit' must be 40" },
	{ JOB, "{\"schema\":1,\"commit\":\"A" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}", "'commit' must be 40" },
	{ JOB, "{\"schema\":1,\"commit\":\"aa\\u0000" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}", "" },
	{ JOB, "{\"schema\":1,\"commit\":\"" A40 "\",\"platform\":\"../x\"}", "cannot be a platform" },
	{ JOB, "{\"schema\":1,\"commit\":\"" A40 "\",\"platform\":\"P\"}", "cannot be a platform" },
	{ JOB, "{\"schema\":1,\"commit\":\"" A40 "\",\"platform\":\"p\",\"reasons\":[]}", "'reasons' has none" },
	{ JOB, "{\"schema\":1,\"commit\":\"" A40 "\",\"platform\":\"p\",\"reasons\":[\"because\"]}", "not known" },
	{ JOB, "{\"schema\":1,\"commit\":\"" A40 "\",\"platform\":\"p\",\"reasons\":[\"push\",1]}", "not known" },
	{ JOB, "{\"schema\":1,\"commit\":\"" A40 "\",\"platform\":\"p\",\"reasons\":\"push\"}", "'reasons' must be an array" },
	{ JOB, JOB_OF(",\"round\":-1"), "'round'" }, { JOB, JOB_OF(",\"round\":1.5"), "'round'" },
	{ JOB, JOB_OF(",\"round\":1000000000000"), NULL }, { JOB, JOB_OF(",\"round\":1000000000000001"), "'round' is more" },
	{ JOB, JOB_OF(",\"attempts\":9223372036854775807"), "'attempts' is more" }, { JOB, JOB_OF(",\"attempts\":true"), "'attempts'" },
	{ JOB, JOB_OF(",\"suite\":\"x\""), "'suite'" }, { JOB, JOB_OF(",\"asked\":\"yesterday\""), "'asked'" },
	{ JOB, JOB_OF(",\"asked\":5"), "'asked'" }, { JOB, JOB_OF(",\"config\":[]"), "'config'" },
	{ JOB, JOB_OF(",\"config\":{\"\":\"x\"}"), "a key of 'config'" }, { JOB, JOB_OF(",\"config\":{\"a\":\"\\n\"}"), "control characters" },
	{ JOB, JOB_OF(",\"config\":{\"b\":\"x\",\"a\":\"x\"}"), NULL },
	{ JOB, JOB_OF(",\"config\":{\"a\":{}}"), "'a'" }, { JOB, JOB_OF(",\"lease\":{}"), "'lease' needs" },
	{ JOB, JOB_OF(",\"lease\":{\"worker\":\"w\"}"), "'lease' needs" }, { JOB, JOB_OF(",\"lease\":{\"worker\":\"w\",\"token\":0}"), "'token'" },
	{ JOB, JOB_OF(",\"lease\":{\"worker\":\"a b\",\"token\":1}"), "'lease' needs" }, { JOB, JOB_OF(",\"lease\":7"), "'lease'" },
	{ JOB, JOB_OF(",\"lease\":{\"worker\":\"w\",\"token\":1,\"beat\":-1}"), "'beat'" }, { JOB, JOB_OF(",\"round\":0,\"round\":1"), "" },
	{ JOB, JOB_OF(",\"set\":\"w\""), "belong together" }, { JOB, JOB_OF(",\"benchmarks\":[\"\"]"), "'benchmarks' has something" },
	{ JOB, JOB_OF(",\"lease\":{\"worker\":\"w\",\"token\":1,\"seen\":[\"now\"]}"), "'seen' has something" },
	{ JOB, JOB_OF(",\"lease\":{\"worker\":\"w\",\"token\":1,\"steps\":[1]}"), "'steps'" },
	{ WORKER, "{\"schema\":1}", "'worker' cannot be" }, { WORKER, "{\"schema\":1,\"worker\":\"../w\"}", "'worker' cannot be" },
	{ WORKER, "{\"schema\":1,\"worker\":\"w\"}", "'platform' is missing" },
	{ WORKER, "{\"schema\":1,\"worker\":\"w\",\"platform\":\"p\",\"duty\":\"sleep\"}", "'duty'" },
	{ WORKER, "{\"schema\":1,\"worker\":\"w\",\"platform\":\"p\",\"mishap\":{}}", "'commit' is missing" },
	{ REQUEST, "{\"schema\":1,\"commit\":\"" A40 "\",\"started\":1}", "'started'" },
	{ REQUEST, "{\"schema\":1,\"commit\":\"" A40 "\",\"by\":\"\\u001b[31m\"}", "control characters" },
	{ REQUEST, "{\"schema\":1,\"commit\":\"" A40 "\",\"by\":\"\"}", "'by' must be 1 to" },
	{ REQUEST, "{\"schema\":1,\"commit\":\"" A40 "\",\"tool\":\"\\ud800\"}", "" },
	{ DECISION, DECISION_OF(""), NULL }, { DECISION, "{\"schema\":1,\"platform\":\"p\"}", "'head' is missing" },
	{ DECISION, DECISION_OF(",\"chosen\":{}"), "'chosen'" }, { DECISION, DECISION_OF(",\"chosen\":[1]"), "'chosen'" },
	{ DECISION, DECISION_OF(",\"chosen\":[{\"commit\":\"" A40 "\"}]"), "'reasons' is missing" },
	{ DECISION, DECISION_OF(",\"dropped\":[{\"commit\":\"" A40 "\"}]"), "does not say why" },
	{ DECISION, DECISION_OF(",\"dropped\":[{\"why\":\"x\"}]"), "'commit' is missing" },
	{ DECISION, DECISION_OF(",\"pace\":\"fast\""), "'pace'" }, { DECISION, DECISION_OF(",\"depth\":-1"), "'depth'" },
	{ DECISION, DECISION_OF(",\"window\":1e99"), "'window'" }, { DECISION, DECISION_OF(",\"base\":null"), "'base'" },
	{ PLAN, "{\"schema\":1}", NULL }, { PLAN, "{\"schema\":1,\"platforms\":{}}", "'platforms'" },
	{ PLAN, "{\"schema\":1,\"platforms\":[{\"platform\":\"b\"},{\"platform\":\"a\"}]}", "'platforms' are not in order" },
	{ PLAN, "{\"schema\":1,\"platforms\":[{\"platform\":\"a\"},{\"platform\":\"a\"}]}", "'platforms' are not in order" },
	{ PLAN, "{\"schema\":1,\"platforms\":[{}]}", "'platform' is missing" },
	{ PLAN, "{\"schema\":1,\"marked\":[\"" B40 "\",\"" A40 "\"]}", "not in order" },
	{ PLAN, "{\"schema\":1,\"marked\":[\"" A40 "\",\"" A40 "\"]}", "not in order" },
	{ PLAN, "{\"schema\":1,\"marked\":[\"x\"]}", "'marked' has something other" }, { PLAN, "{\"schema\":1,\"marked\":[5]}", "'marked'" }
};

static void test_hostile(void)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hostile); i++) {
		int err = again(&out, hostile[i].kind, hostile[i].text, strlen(hostile[i].text));

		if (!hostile[i].message) {
			is_ok(err, hostile[i].text);
			continue;
		}
		is_err(err, GITPERF_EFORMAT, hostile[i].text);
		if (!ok(strstr(gitperf_error_message(), hostile[i].message) != NULL, "... says %s", hostile[i].message))
			printf("# %s\n", gitperf_error_message());
	}
	gitperf_buffer_dispose(&out);
}

/* Of each name the longest, and one byte more; a file, too */
static void test_lengths(void)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT, out = GITPERF_BUFFER_INIT;
	size_t len;

	for (len = TEXT_NAME_MAX; len <= TEXT_NAME_MAX + 1; len++) {
		gitperf_buf_truncate(&text, 0);
		gitperf_buf_addf(&text, "{\"schema\":1,\"commit\":\"" A40 "\",\"by\":\"%0*d\"}", (int)len, 7);
		is_err(again(&out, REQUEST, text.ptr, text.len), len > TEXT_NAME_MAX ? GITPERF_EFORMAT : 0, "a name of so many bytes");
	}
	for (len = GITPERF_NAME_MAX; len <= GITPERF_NAME_MAX + 1; len++) {
		gitperf_buf_truncate(&text, 0);
		gitperf_buf_addf(&text, "{\"schema\":1,\"head\":\"" A40 "\",\"platform\":\"%0*d\"}", (int)len, 7);
		is_err(again(&out, DECISION, text.ptr, text.len), len > GITPERF_NAME_MAX ? GITPERF_EFORMAT : 0, "a platform of so many");
	}
	for (len = QUEUE_FILE_MAX; len <= QUEUE_FILE_MAX + 1; len++) {
		gitperf_buf_truncate(&text, 0);
		gitperf_buf_adds(&text, "{\"schema\":1}");
		while (text.len < len)
			gitperf_buf_addc(&text, ' ');
		is_err(again(&out, PLAN, text.ptr, text.len), len > QUEUE_FILE_MAX ? GITPERF_EFORMAT : 0, "a file of so many");
	}
	gitperf_buffer_dispose(&text);
	gitperf_buffer_dispose(&out);
}

static void test_unreadable(void)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_job job = { .commit = A40, .platform = "p" };
	gitperf_request request = { .commit = "x" };
	gitperf_decision decision = { .platform = "p" };
	gitperf_plan_state states[2] = { { .platform = "b" }, { .platform = "a" } };
	struct plan plan = { .states = states, .nstates = 2 };

	is_err(gitperf_job_format(&out, &job), GITPERF_EFORMAT, "what nobody could read is not written: no reason");
	is_err(gitperf_request_format(&out, &request), GITPERF_EFORMAT, "... no commit");
	is_err(gitperf_decision_format(&out, &decision), GITPERF_EFORMAT, "... no head");
	is_err(gitperf_plan_format(&out, &plan), GITPERF_EFORMAT, "... no order");
	gitperf_buffer_dispose(&out);
}

/* --- Ids --- */

/* A configuration is put into order when it is read, or it would be another job */
static void test_order(void)
{
	static const char text[] = JOB_OF(",\"config\":{\"b\":\"x\",\"a\":\"y\"}");
	struct arena arena = ARENA_INIT;
	gitperf_job job;

	is_ok(gitperf_job_parse(&job, &arena, text, strlen(text)), "a configuration in another order");
	is_str(job.config[0].key, "a", "... is put into order");
	gitperf_arena_free(&arena);
}

static void test_ids(void)
{
	static const gitperf_pair pairs[] = { { "ab", "c" }, { "a", "bc" }, { "abc", "" }, { "ab", "d" } };
	static const gitperf_pair two[] = { { "a", "b" }, { "c", "d" } };
	static const gitperf_job jobs[] = {
		{ .commit = A40, .platform = "p" }, { .commit = B40, .platform = "p" }, { .commit = A40, .platform = "q" },
		{ .commit = A40, .platform = "p", .round = 1 }, { .commit = A40, .platform = "p", .suite = B40 },
		{ .commit = A40, .platform = "p", .config = &pairs[0], .nconfig = 1 },
		{ .commit = A40, .platform = "p", .config = &pairs[1], .nconfig = 1 },
		{ .commit = A40, .platform = "p", .config = &pairs[2], .nconfig = 1 },
		{ .commit = A40, .platform = "p", .config = &pairs[3], .nconfig = 1 },
		{ .commit = A40, .platform = "p", .config = two, .nconfig = 1 },
		{ .commit = A40, .platform = "p", .config = two, .nconfig = 2 }
	};
	gitperf_job same = { .commit = A40, .platform = "p", .suite = "", .reasons = 5, .asked = 7, .attempts = 2,
			     .lease = { .worker = "w", .token = 3, .beat = 4 } };
	char ids[ARRAY_SIZE(jobs)][41], id[41];
	size_t i, j, equal = 0;

	for (i = 0; i < ARRAY_SIZE(jobs); i++) {
		is_ok(gitperf_job_id(ids[i], &jobs[i]), "an id");
		for (j = 0; j < i; j++)
			equal += !strcmp(ids[i], ids[j]);
	}
	is_int((int64_t)equal, 0, "each part of what is measured makes another");
	gitperf_job_id(id, &same);
	is_str(id, ids[0], "what does not change that makes the same");
	/* it is the name of a file, so it stands here as text */
	is_str(ids[0], "3c057c7c22640b108a30819271375c11ccac266f", "for ever");
}

/* --- Names of decisions --- */

static void test_layout(void)
{
	gitperf_decision d = { .platform = "x86-64-linux", .head = "0123456789abcdef0123456789abcdef01234567" };
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	struct decision_name name;

	gitperf_time_parse(&d.decided, "2026-04-20T21:35:08.5Z");
	is_ok(gitperf_layout_decision(&path, &d, "89abcdef" "0123456789abcdef0123456789abcdef"), "the path of a decision");
	is_str(path.ptr, "decisions/x86-64-linux/01/23456789abcdef0123456789abcdef01234567-20260420T213508Z-89abcdef0123.json",
	       "... is what it is for ever");
	memset(&name, 0, sizeof(name));
	is_int(gitperf_layout_read_decision(&name, "01", strrchr(path.ptr, '/') + 1, "89abcdef" "0123456789abcdef0123456789abcdef"),
	       1, "... that reads");
	is_str(name.head, d.head, "... the head");
	is_int(name.decided, d.decided - 500000000, "... and the second");
	ok(!gitperf_layout_read_decision(&name, "01", strrchr(path.ptr, '/') + 1, "79abcdef" "0123456789abcdef0123456789abcdef"),
	   "not with another blob");
	ok(!gitperf_layout_read_decision(&name, "02x", strrchr(path.ptr, '/') + 1, "89abcdef" "0123456789abcdef0123456789abcdef"),
	   "nor elsewhere");
	gitperf_buffer_dispose(&path);
}

int main(void)
{
	test_fields();
	test_round_trip();
	test_hostile();
	test_lengths();
	test_unreadable();
	test_order();
	test_ids();
	test_layout();
	return done_testing();
}
