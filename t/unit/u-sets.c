/*
 * u-sets.c - planning and taking jobs of a suite that is divided among machines
 */
#include "base/compat.h"

#include "tap.h"
#include "lab-text.h"
#include "data/mark.h"

#define SUITE "[benchmark \"a\"]\ncommand = a\n[benchmark \"b\"]\ncommand = b\n[benchmark \"c\"]\ncommand = c\n"
#define MINUTE_NS INT64_C(60000000000)

static const char *const ac[] = { "a", "c" }, *const b_alone[] = { "b" }, *const a_alone[] = { "a" }, *const bc[] = { "b", "c" };
static const struct mark_set sets[] = { { "w1", ac, 2 }, { "w2", b_alone, 1 } };
static const struct mark_set others[] = { { "w1", a_alone, 1 }, { "w2", bc, 2 } };
static const struct mark_set idle[] = { { "w0", NULL, 0 }, { "w1", ac, 2 }, { "w2", b_alone, 1 } };
static const struct mark table = { .kind = MARK_SETS, .sets = sets, .nsets = 2 };
static const struct mark other_table = { .kind = MARK_SETS, .sets = others, .nsets = 2 };
static const struct mark idle_table = { .kind = MARK_SETS, .sets = idle, .nsets = 3 };

static void open_divided(struct lab *lab, const char *policy)
{
	char suite[512];

	snprintf(suite, sizeof(suite), "[policy]\n%s\n" SUITE P0, policy);
	lab_open(lab, suite);
	lab_commit(lab, 0);
	lab_plan(lab, AT(0));
	lab->commits[1].known[0] = KNOWN_MEASURED;
	lab_finish(lab, lab->queue);
	lab->table = &table;
}

static gitperf_job *find_part(struct lab *lab, size_t commit, const char *set)
{
	size_t i;

	for (i = 0; i < lab->queue->njobs; i++)
		if (lab_number(lab->queue->jobs[i].commit) == commit && lab->queue->jobs[i].set &&
		    !strcmp(lab->queue->jobs[i].set, set))
			return &lab->queue->jobs[i];
	ok(0, "there is a job of %zu for %s", commit, set);
	exit(1);
}

/* --- Planning --- */

static void test_plan(void)
{
	struct lab lab;

	open_divided(&lab, "plan = every");
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(1));
	is_queue(&lab, "2[a,c]w1:push 2[b]w2:push", "M26: a job for each set");
	is_int((int64_t)lab.queue->nrequests, 1, "... which are one request");
	is_int(gitperf_queue_depth(lab.queue, "p0", GITPERF_DEPTH_REQUESTS), 1, "... that counts once");
	is_int(gitperf_queue_depth(lab.queue, "p0", GITPERF_DEPTH_JOBS), 2, "... or as two jobs");
	ok(strcmp(lab.queue->jobs[0].id, lab.queue->jobs[1].id) != 0, "... with an id each");
	lab_close(&lab);

	lab_open(&lab, "[policy]\nplan = every\n" SUITE P0 "config = cc=gcc\nconfig = cc=clang\n");
	lab.table = &idle_table;
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(0));
	is_queue(&lab, "1{cc=gcc}[a,c]w1:push 1{cc=gcc}[b]w2:push 1{cc=clang}[a,c]w1:push 1{cc=clang}[b]w2:push",
		 "G2: in each configuration; none for who has no benchmark");
	lab_close(&lab);
}

/* One part lands: the other one is still to come */
static void test_landing(void)
{
	struct lab lab;

	open_divided(&lab, "plan = every");
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(1));
	lab_land(&lab, find_part(&lab, 2, "w1"), KNOWN_MEASURED);
	lab_plan(&lab, AT(2));
	is_queue(&lab, "2[b]w2:push", "A9: a part has landed: the other one waits, and no more is asked for");
	is_int((int64_t)lab.nlog, 2, "... nor decided");
	lab_land(&lab, find_part(&lab, 2, "w2"), KNOWN_FAILED);
	lab_plan(&lab, AT(3));
	is_queue(&lab, "", "... one that failed is done, too");
	lab_close(&lab);

	open_divided(&lab, "plan = every");
	ask(&lab, 1, 1u << GITPERF_REASON_MANUAL);
	is_queue(&lab, "2:manual", "asked for before there was a table,");
	lab_plan(&lab, AT(1));
	is_queue(&lab, "2:manual+push", "... it stays in one piece");
	lab_close(&lab);
}

static void ask_in_parts(struct lab *lab, size_t commit)
{
	gitperf_job job = { .commit = lab_id(lab, commit), .platform = "p0", .asked = AT(0),
			    .reasons = 1u << GITPERF_REASON_MANUAL };
	const struct parts *parts;

	lab_parts(lab, &parts, "p0", job.commit);
	gitperf_queue_ask(lab->queue, &job, NULL, parts);
}

/* Somebody has asked for it; a part is done when the planner comes to it */
static void test_half_done(void)
{
	struct lab lab;

	open_divided(&lab, "plan = every");
	lab_commits(&lab, 1);
	ask_in_parts(&lab, 2);
	lab_land(&lab, find_part(&lab, 2, "w1"), KNOWN_MEASURED);
	lab_plan(&lab, AT(1));
	is_queue(&lab, "2[b]w2:manual+push", "what is planned of a commit that is half done is the other half");
	is_int(lab.plans[0].planned[0].ruling, GITPERF_RULING_MEASURE, "... and people are told so");
	is_log(&lab, 1, "1..2 =2:push depth 1", "... it is chosen");
	lab_close(&lab);
}

static void test_other_table(void)
{
	struct lab lab;

	open_divided(&lab, "plan = every");
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(1));
	lab.table = &other_table;
	ask_in_parts(&lab, 2);
	is_queue(&lab, "2[a,c]w1:manual+push 2[b]w2:manual+push", "another table: what waits stays as it was");
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(2));
	is_queue(&lab, "2[a,c]w1:manual+push 2[b]w2:manual+push 3[a]w1:push 3[b,c]w2:push", "... and what comes is divided by it");
	lab_close(&lab);
}

static void test_drop(void)
{
	struct claimer who = { .worker = "w1", .platform = "p0", .tool = "t", .now = AT(1) };
	struct lab lab;
	struct turn turn;

	open_divided(&lab, "plan = commits=1");
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(1));
	lab_commits(&lab, 1);
	is_ok(gitperf_turn_take(&turn, lab.queue, lab.policy, &who), "a part is begun");
	lab_plan(&lab, AT(2));
	is_queue(&lab, "2[a,c]w1:push@w1 2[b]w2:push 3[a,c]w1:push 3[b]w2:push", "... and the other one is not superseded");
	lab_commits(&lab, 1);
	lab_plan(&lab, AT(3));
	is_queue(&lab, "2[a,c]w1:push@w1 2[b]w2:push 4[a,c]w1:push 4[b]w2:push", "... what nobody has begun is, in all its parts");
	is_log(&lab, 3, "3..4 =4:push -3>4 superseded depth 2", "... which is one commit");
	lab_close(&lab);
}

/* --- Taking --- */

static gitperf_worker make_worker(const char *name)
{
	gitperf_worker worker = { .name = name, .platform = "p0", .ttl_ms = 60000, .instance = "i" };

	return worker;
}

struct crew {
	struct lab lab;
	struct watch watch[2];         /* of w1 and of w2 */
	gitperf_worker workers[2];
	int64_t clock_ns;
};

/* Whoever comes tells that he is alive, looks at the others, and takes one */
static gitperf_job *come(struct crew *c, size_t i, gitperf_time now)
{
	struct observer observer = { .watch = &c->watch[i], .clock_ns = c->clock_ns, .now = now };
	struct claimer who = { .worker = c->workers[i].name, .platform = "p0", .tool = "t", .now = now, .observer = &observer };
	struct turn turn = { .job = NULL };

	c->workers[i].beat++;
	c->lab.queue->workers = c->workers;
	c->lab.queue->nworkers = 2;
	if (gitperf_leases_look(c->lab.queue, &observer) < 0 ||
	    gitperf_turn_take(&turn, c->lab.queue, c->lab.policy, &who) < 0)
		ok(0, "taking one: %s", gitperf_error_message());
	return turn.job;
}

static void open_crew(struct crew *c)
{
	memset(c, 0, sizeof(*c));
	open_divided(&c->lab, "plan = every");
	c->workers[0] = make_worker("w1");
	c->workers[1] = make_worker("w2");
	c->clock_ns = MINUTE_NS;
}

static void close_crew(struct crew *c)
{
	c->lab.queue->workers = NULL;
	c->lab.queue->nworkers = 0;
	gitperf_watch_free(&c->watch[0]);
	gitperf_watch_free(&c->watch[1]);
	lab_close(&c->lab);
}

/* What a worker takes and measures until there is nothing: so many that are not as in the table */
static size_t work_off(struct crew *c, size_t i, gitperf_time now, size_t *measured)
{
	gitperf_job *job;
	size_t j, wrong = 0;

	while ((job = come(c, i, now))) {
		for (j = 0; j < job->nbenchmarks; j++)
			wrong += strcmp(c->workers[i].name, strcmp(job->benchmarks[j], "b") ? "w1" : "w2") != 0;
		*measured += job->nbenchmarks;
		lab_land(&c->lab, job, KNOWN_MEASURED);
		lab_finish(&c->lab, c->lab.queue);
	}
	return wrong;
}

static void test_steady(void)
{
	size_t round, moves = 0, measured = 0;
	struct crew c;

	open_crew(&c);
	for (round = 1; round <= 1000; round++) {
		lab_commits(&c.lab, 1);
		lab_plan(&c.lab, AT((gitperf_time)round));
		c.clock_ns += MINUTE_NS;
		/* now one is first, now the other */
		moves += work_off(&c, round % 2, AT((gitperf_time)round), &measured);
		moves += work_off(&c, !(round % 2), AT((gitperf_time)round), &measured);
	}
	is_int((int64_t)moves, 0, "M30, I12: in 1,000 rounds of planning, no benchmark moves");
	is_int((int64_t)measured, 3000, "... and each is measured each time");
	close_crew(&c);
}

static void test_substitute(void)
{
	struct crew c;
	gitperf_job *job;

	open_crew(&c);
	lab_commits(&c.lab, 1);
	lab_plan(&c.lab, AT(1));
	ok(come(&c, 1, AT(1)) != NULL, "w2 is at its part,");
	lab_land(&c.lab, find_part(&c.lab, 2, "w2"), KNOWN_MEASURED);
	lab_finish(&c.lab, c.lab.queue);
	lab_commits(&c.lab, 1);
	lab_plan(&c.lab, AT(2));
	ok((job = come(&c, 0, AT(2))) && !strcmp(job->set, "w1"), "... w1 at its own");
	ok((job = come(&c, 0, AT(2))) && !strcmp(job->set, "w1"), "... and at its next");
	c.clock_ns += 3 * MINUTE_NS;
	ok(!come(&c, 0, AT(5)), "after 3 ttl, w1 takes none of w2's");
	c.clock_ns++;
	job = come(&c, 0, AT(5));
	ok(job && !strcmp(job->set, "w2") && !strcmp(job->lease.worker, "w1"), "... and then it does, in its own name");
	close_crew(&c);

	open_crew(&c);
	c.workers[1].duty = GITPERF_DUTY_RETIRE;
	lab_commits(&c.lab, 1);
	lab_plan(&c.lab, AT(1));
	come(&c, 0, AT(1));
	job = come(&c, 0, AT(1));
	ok(job && !strcmp(job->set, "w2"), "of one that was retired, at once");
	close_crew(&c);
}

/* --- Marks --- */

#define MARK(rest) "{\"kind\":\"sets\",\"made\":\"2026-04-20T10:00:00Z\",\"platform\":\"p\",\"schema\":1," rest "}\n"
#define ID1 "1111111111111111111111111111111111111111"
#define ID2 "2222222222222222222222222222222222222222"

static const struct {
	const char *text, *why;
} bad[] = {
	{ "[]", "must be an object" },
	{ "{\"kind\":\"sets\",\"made\":\"2026-04-20T10:00:00Z\"}", "no 'schema'" },
	{ "{\"made\":\"2026-04-20T10:00:00Z\",\"schema\":1}", "'kind' is missing" },
	{ "{\"kind\":\"x\",\"schema\":1}", "'made' is missing" },
	{ "{\"schema\":2}", "newer than this version" },
	{ MARK("\"supersedes\":[]"), "'sets' is missing" },
	{ MARK("\"sets\":[]"), "must be an object" },
	{ MARK("\"sets\":{\"A\":[]}"), "names of workers" },
	{ MARK("\"sets\":{\"../a\":[]}"), "names of workers" },
	{ MARK("\"sets\":{\"a\":\"b\"}"), "must be an array" },
	{ MARK("\"sets\":{\"a\":[1]}"), "must be a string" },
	{ MARK("\"sets\":{\"a\":[\"x\\u001b[2J\"]}"), "other than names" },
	{ MARK("\"sets\":{\"a\":[\"\"]}"), "other than names" },
	{ MARK("\"sets\":{\"a\":[\"y\",\"x\"]}"), "not in order" },
	{ MARK("\"sets\":{\"a\":[\"x\",\"x\"]}"), "not in order" },
	{ MARK("\"sets\":{\"a\":[\"x\"],\"b\":[\"x\"]}"), "'x' twice" },
	{ MARK("\"sets\":{\"a\":[],\"a\":[]}"), "twice" },
	{ MARK("\"sets\":{},\"supersedes\":[\"1\"]"), "other than ids" },
	{ MARK("\"sets\":{},\"supersedes\":[\"" ID2 "\",\"" ID1 "\"]"), "not in order" },
};

static void test_hostile_marks(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct arena arena = ARENA_INIT;
		struct mark mark;
		int err = gitperf_mark_parse(&mark, &arena, bad[i].text, strlen(bad[i].text));

		ok(err == GITPERF_EFORMAT && strstr(gitperf_error_message(), bad[i].why), "refused: %s", bad[i].why);
		if (err != GITPERF_EFORMAT || !strstr(gitperf_error_message(), bad[i].why))
			printf("#   %d %s\n", err, err ? gitperf_error_message() : "");
		gitperf_arena_free(&arena);
	}
}

static void test_round_trip(void)
{
	static const char other[] = "{\"kind\":\"k\",\"made\":\"2026-04-20T10:00:00Z\",\"schema\":1,\"sets\":3}";
	static const char *const ids[] = { ID1, ID2 };
	struct mark mark = table, read;
	gitperf_buffer text = GITPERF_BUFFER_INIT, again = GITPERF_BUFFER_INIT;
	struct arena arena = ARENA_INIT;

	mark.platform = "p";
	mark.made = AT(0);
	mark.supersedes = ids;
	mark.nsupersedes = 2;
	is_ok(gitperf_mark_format(&text, &mark), "a mark is written");
	is_ok(gitperf_mark_parse(&read, &arena, text.ptr, text.len), "... and read");
	is_ok(gitperf_mark_format(&again, &read), "... and written again");
	is_str(again.ptr, text.ptr, "... as the same");
	is_ok(gitperf_mark_parse(&read, &arena, other, strlen(other)),
	      "of another kind, what all have is read");
	gitperf_buffer_dispose(&text);
	gitperf_buffer_dispose(&again);
	gitperf_arena_free(&arena);
}

/* 100,000 names, and more machines than anybody has */
static void test_large_marks(void)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	struct arena arena = ARENA_INIT;
	struct mark mark;
	size_t i;

	gitperf_buf_adds(&text, "{\"kind\":\"sets\",\"made\":\"2026-04-20T10:00:00Z\",\"platform\":\"p\",\"schema\":1,\"sets\":{\"w\":[");
	for (i = 0; i < 100000; i++)
		gitperf_buf_addf(&text, "%s\"%06zu\"", i ? "," : "", i);
	gitperf_buf_adds(&text, "]}}");
	is_ok(gitperf_mark_parse(&mark, &arena, text.ptr, text.len), "a table of 100,000 benchmarks is one");
	gitperf_arena_free(&arena);
	gitperf_buf_truncate(&text, 0);
	gitperf_buf_adds(&text, "{\"kind\":\"sets\",\"made\":\"2026-04-20T10:00:00Z\",\"platform\":\"p\",\"schema\":1,\"sets\":{");
	for (i = 0; i < 257; i++)
		gitperf_buf_addf(&text, "%s\"w%03zu\":[]", i ? "," : "", i);
	gitperf_buf_adds(&text, "}}");
	is_int(gitperf_mark_parse(&mark, &arena, text.ptr, text.len), GITPERF_EFORMAT, "one of 257 workers is none");
	gitperf_arena_free(&arena);
	gitperf_buffer_dispose(&text);
}

int main(void)
{
	test_plan();
	test_landing();
	test_half_done();
	test_other_table();
	test_drop();
	test_steady();
	test_substitute();
	test_hostile_marks();
	test_round_trip();
	test_large_marks();
	return done_testing();
}
