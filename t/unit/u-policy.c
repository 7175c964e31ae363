/*
 * u-policy.c - lib/data: which commits a suite wants measured, and where
 */
#include "base/compat.h"
#include "base/buf.h"
#include "data/policy.h"

#include "tap.h"

/* What is said of a suite, or NULL */
static const char *mistake(const char *text)
{
	gitperf_suite *suite;
	int err = gitperf_suite_parse(&suite, "x", text, strlen(text));

	gitperf_suite_free(suite);
	if (!err)
		return NULL;
	is_err(err, GITPERF_EFORMAT, text);
	ok(gitperf_error_hint() && *gitperf_error_hint(), "... there is a remedy");
	return gitperf_error_message();
}

static gitperf_suite *parse(const char *text)
{
	gitperf_suite *suite;

	if (!is_ok(gitperf_suite_parse(&suite, "x", text, strlen(text)), text))
		gitperf_suite_parse(&suite, "x", "", 0);
	return suite;
}

static void is_words(const gitperf_policy *policy, const char *want)
{
	gitperf_buffer words = GITPERF_BUFFER_INIT;

	gitperf_buf_adds(&words, "plan: ");
	is_ok(gitperf_policy_words(&words, policy), "the words of a plan");
	is_str(words.ptr + strlen("plan: "), want, "... in one order");
	gitperf_buffer_dispose(&words);
}

static void test_defaults(void)
{
	static const char *const texts[] = {
		"", "[policy]", "[policy]\n[policy]\n", "[suite]\nbuild = make\n"
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		gitperf_suite *suite = parse(texts[i]);
		const gitperf_policy *p = suite->policy;

		ok(!p->trunk && !p->nplatforms && !p->noverridden && !p->remeasure, "nothing that is not said");
		is_words(p, "window=15m tagged");
		is_int(p->window_ms, 900000, "a window");
		is_int(p->commits, 0, "... and no number of commits");
		is_str(gitperf_degrade_name(p->degrade), "widen", "what becomes of it");
		is_str(gitperf_depth_unit_name(p->unit), "requests", "... by what");
		ok(p->widen_over == 10 && p->widen_until == 5 && p->drop_over == 20 && p->drop_until == 10,
		   "the limits of a queue");
		ok(p->gap_commits == 20 && p->gap_ms == 86400000 && p->wait_ms == 86400000 && p->partial_ms == 7200000, "... and of patience");
		gitperf_suite_free(suite);
	}
}

static void test_keys(void)
{
	gitperf_suite *suite = parse(
		"[Policy]\nTRUNK = release/2.0\nplan = every\nplan = tagged merges commits=12\n"
		"idle = remeasure\ndegrade = skip\ndepthUnit = jobs\n[policy]\nwidenOver = 0\nwidenUntil = 0\n"
		"dropOver = 100000\ndropUntil = 100000\ngapCommits = 1000000\ngapTime = 0\nwaitTime = 1.5h\npartialAfter = 0\n"
		"[platform \"b\"]\nrequired = no\nconfig = opt=2 compiler='g cc'\n"
		"[platform \"a.b+c_d-1\"]\n[platform \"b\"]\nrequired\nconfig = opt=3\n[platform \"b\"]\n");
	const gitperf_policy *p = suite->policy;

	is_str(p->trunk, "release/2.0", "a trunk");
	is_words(p, "commits=12 merges tagged");
	ok(p->window_ms == 0 && p->commits == 12, "no window is none");
	ok(p->remeasure && p->degrade == GITPERF_DEGRADE_SKIP && p->unit == GITPERF_DEPTH_JOBS, "words");
	is_str(gitperf_degrade_name(p->degrade), "skip", "... one");
	is_str(gitperf_depth_unit_name(p->unit), "jobs", "... and another");
	ok(!p->widen_over && !p->widen_until && p->drop_over == 100000 && p->drop_until == 100000, "limits at the edge");
	ok(p->gap_commits == 1000000 && !p->gap_ms && p->wait_ms == 5400000 && !p->partial_ms, "and of patience");
	if (!is_int((int64_t)p->nplatforms, 2, "platforms, each once"))
		return;
	is_str(p->platforms[0].name, "b", "... as in the file");
	ok(p->platforms[0].required && p->platforms[1].required, "... required by default");
	is_int((int64_t)p->platforms[0].nconfigs, 2, "configurations of both sections");
	is_str(p->platforms[0].configs[0].pairs[0].key, "compiler", "... each sorted");
	is_str(p->platforms[0].configs[0].pairs[0].value, "g cc", "... with quotes as in a command");
	is_str(p->platforms[0].configs[1].pairs[0].value, "3", "... one after the other");
	is_int((int64_t)p->platforms[1].nconfigs, 0, "or none");
	gitperf_suite_free(suite);
}

static void test_trunks(void)
{
	static const char *const good[] = {
		"main", "a", "release/2.0", "a.b", "a./b", "x-", "@x", "HEADS", "refs", "a{b}", "\303\244", "lock", "a.locks"
	};
	static const char *const bad[] = {
		"", "-x", "refs/heads/main", "refs/x", "a..b", "a b", "a~1", "a^", "a:b", "a?", "a*", "a[b", "a\\\\b",
		"a\tb", "\\tb", "a\\bb", "a\177", "a\302\205", "/a", "a/", "a//b", ".a", "a/.b", "a.", "a.lock",
		"a.lock/b", ".lock", "@", "HEAD", "a@{b", "@{-1}"
	};
	char text[512];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		gitperf_suite *suite;

		snprintf(text, sizeof(text), "[policy]\ntrunk = \"%s\"\n", good[i]);
		suite = parse(text);
		is_str(suite->policy->trunk, good[i], "... is a branch");
		gitperf_suite_free(suite);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(text, sizeof(text), "[policy]\ntrunk = \"%s\"\n", bad[i]);
		ok(mistake(text) && strstr(mistake(text), "'x' line 2: 'trunk' must be the name of a branch"),
		   "'%s' is none", bad[i]);
	}
	snprintf(text, sizeof(text), "[policy]\ntrunk = %0257d\n", 1);
	ok(mistake(text) != NULL, "nor what is too long");
	ok(mistake("[policy]\ntrunk\n") != NULL, "nor the key alone");
}

static void test_plans(void)
{
	static const struct {
		const char *plan, *want;
	} good[] = {
		{ "window", "window=15m" }, { "window=1m", "window=1m" }, { "window=60", "window=1m" },
		{ "window=24h", "window=24h" }, { "window=86400s", "window=24h" }, { "window=90s", "window=90s" },
		{ "window=1.5m", "window=90s" }, { "window=120m", "window=2h" }, { "window=90m", "window=90m" },
		{ "window=60.5s", "window=60500ms" }, { "commits=1", "commits=1" }, { "commits=100000", "commits=100000" },
		{ "merges", "merges" }, { "tagged", "tagged" }, { "every", "every" }, { "tagged every", "every tagged" },
		{ "tagged merges commits=3 window=2h", "window=2h commits=3 merges tagged" },
		{ "  merges\twindow=15m  ", "window=15m merges" }, { "tagged merges", "merges tagged" }
	};
	static const char *const bad[] = {
		"", " ", "hourly", "Window", "window=", "window=59s", "window=24.1h", "window=1d", "window=-5m", "window=0",
		"window=99999999999999999999h", "window = 15m", "window=15m,tagged", "windows", "=", "=5", "commits",
		"commits=", "commits=0", "commits=100001", "commits=1.5", "commits=-1", "commits=5x", "commits=05",
		"commits=99999999999999999999", "merges=1", "tagged=yes", "every=1", "merges merges", "window window=2h",
		"commits=1 commits=1", "every merges", "every window", "every commits=2", "every tagged merges",
		"tagged every tagged", "\\b", "window\\nmerges"
	};
	char text[512];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		gitperf_suite *suite;

		snprintf(text, sizeof(text), "[policy]\nplan = \"%s\"\n", good[i].plan);
		suite = parse(text);
		is_words(suite->policy, good[i].want);
		gitperf_suite_free(suite);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(text, sizeof(text), "[policy]\n\nplan = \"%s\"\n", bad[i]);
		ok(mistake(text) && strstr(mistake(text), "'x' line 3: 'plan'"), "'%s' is no plan", bad[i]);
	}
	ok(mistake("[policy]\nplan\n") != NULL, "nor is the key alone");
}

static void test_mistakes(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "[policy]\nidle = sleep", "line 2: 'idle' must be one of skip, remeasure, not 'sleep'" },
		{ "[policy]\nidle", "line 2: 'idle' says nothing" },
		{ "[policy]\ndegrade = drop", "line 2: 'degrade' must be one of widen, skip, not 'drop'" },
		{ "[policy]\ndepthUnit = commits", "must be one of requests, jobs" },
		{ "[policy]\nwidenOver = -1", "whole number from 0 to 100000, not '-1'" },
		{ "[policy]\nwidenUntil = 100001", "whole number from 0 to 100000" },
		{ "[policy]\ndropOver = 1e3x", "whole number" },
		{ "[policy]\ndropUntil = 99999999999999999999", "whole number" },
		{ "[policy]\ngapCommits = 1000001", "whole number from 0 to 1000000" },
		{ "[policy]\ngapTime = 0s", "'gapTime' must be a time" },
		{ "[policy]\ngapTime = never", "'gapTime' must be a time" },
		{ "[policy]\ngapTime =", "'gapTime' says nothing" },
		{ "[policy]\nwaitTime = 1001h", "'waitTime' must be a time" },
		{ "[policy]\nwaitTime = -1h", "'waitTime' must be a time" },
		{ "[policy]\nrequired = true", "unknown key 'required' in [policy]" },
		{ "[policy \"x\"]\n", "line 1: [policy] has no name behind it" },
		{ "[policy]\nwidenOver = 30\n\ngapTime = 1h", "line 2: [policy]: 'widenOver' is 30, which is more than 'dropOver', 20" },
		{ "[policy]\nwidenUntil = 11", "'widenUntil' is 11, which is more than 'widenOver', 10" },
		{ "[policy]\ndropUntil = 21", "'dropUntil' is 21, which is more than 'dropOver', 20" },
		{ "[policy]\ndropUntil = 4\ndropOver = 20", "line 3: [policy]: 'widenUntil' is 5, which is more than 'dropUntil', 4" },
		{ "[platform]\n", "line 1: [platform] needs a name" },
		{ "[platform \"\"]\n", "line 1: the name of a [platform]" },
		{ "[platform \"X\"]\n", "line 1: [platform]: platform 'X' must begin with a-z or 0-9" },
		{ "[platform \"a/b\"]\n", "line 1: [platform]: platform 'a/b' has a character" },
		{ "[platform \"a.lock\"]\n", "ends in .lock" },
		{ "[platform \"x\"]\nrequired = maybe", "line 2: 'required' must be true or false" },
		{ "[platform \"x\"]\nplan = every", "unknown key 'plan' in [platform]" },
		{ "[platform \"x\"]\nconfig", "line 2: 'config' says nothing" },
		{ "[platform \"x\"]\nconfig = gcc", "line 2: 'gcc' is no parameter" },
		{ "[platform \"x\"]\nconfig = a=1 A=2", "have the same name" },
		{ "[platform \"x\"]\nconfig = a='1", "line 2: config: a quote without its end" },
		{ "[platform \"x\"]\nconfig = 'a=\\b'", "the value of 'a' must be" },
		{ "[platform \"x\"]\nconfig = a=1 b=2\n[platform \"y\"]\nconfig = a=1 b=2\n[platform \"x\"]\nconfig = b=2 a=1",
		  "line 6: platform 'x' has this set of parameters already, in line 2" }
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *got = mistake(cases[i].text);

		if (!ok(got && strstr(got, cases[i].want), "... it is said: %s", cases[i].want))
			printf("#   got %s\n", got ? got : "nothing");
	}
	/* a benchmark may be called like a platform */
	gitperf_suite_free(parse("[benchmark \"x\"]\ncommand = x {a}\nparams = a=1\n[platform \"x\"]\nconfig = a=1\n"));
}

static void test_limits(void)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_suite *suite;
	int i;

	for (i = 0; i < 100; i++)
		gitperf_buf_addf(&text, "[platform \"p%d\"]\n", i);
	for (i = 0; i < 100; i++)
		gitperf_buf_addf(&text, "config = n=%d\n", i);
	suite = parse(text.ptr);
	is_int((int64_t)suite->policy->nplatforms, 100, "so many platforms");
	is_int((int64_t)suite->policy->platforms[99].nconfigs, 100, "... and configurations of one");
	gitperf_suite_free(suite);
	gitperf_buf_addf(&text, "[platform \"p0\"]\nconfig = n=1\n[platform \"p99\"]\nconfig = n=100\n");
	is_str(mistake(text.ptr), "'x' line 204: more than 100 configurations of a platform", "no more of these");
	gitperf_buf_truncate(&text, text.len - strlen("[platform \"p99\"]\nconfig = n=100\n"));
	gitperf_buf_addf(&text, "[platform \"q\"]\n");
	is_str(mistake(text.ptr), "'x' line 203: more than 100 platforms", "... and no more of those");
	gitperf_buffer_dispose(&text);
}

/* Every key of [policy] can be overridden, and no other */
static void test_override_keys(void)
{
	const struct suite_key *key = gitperf_suite__policy_keys;
	const struct policy_key *known = gitperf_policy_keys;
	gitperf_policy policy = gitperf_policy_usual;
	struct arena arena = ARENA_INIT;
	char bare[64];
	size_t n = 0;

	for (; key->name && known->name; key++, known++) {
		is_str(known->name + strlen("perf."), key->name, "a key of both");
		snprintf(bare, sizeof(bare), "%s", known->example + (*known->example == '\''));
		bare[strcspn(bare, "'")] = '\0';
		is_ok(gitperf_policy_override(&policy, &arena, known->name, bare), "... whose example is one");
		is_str(policy.overridden[n++], key->name, "... and is remembered");
	}
	ok(!key->name && !known->name, "and no other");
	is_int((int64_t)policy.noverridden, (int64_t)n, "each of them");
	is_ok(gitperf_policy_check(&policy), "which fit together");
	gitperf_arena_free(&arena);
}

static void test_override(void)
{
	gitperf_suite *suite = parse("[policy]\ntrunk = one\nplan = merges\nwidenOver = 15\n[platform \"x\"]\n");
	gitperf_policy own = *suite->policy;
	struct arena arena = ARENA_INIT;
	char value[] = "window=2h";

	is_ok(gitperf_policy_override(&own, &arena, "perf.plan", value), "another plan");
	memset(value, 'x', sizeof(value) - 1);
	is_words(&own, "window=2h");
	is_words(suite->policy, "merges");
	is_str(own.trunk, "one", "... and the rest as it was");
	is_int((int64_t)own.nplatforms, 1, "... platforms, too");
	is_err(gitperf_policy_override(&own, &arena, "perf.plan", "window merges every"), GITPERF_EINVALID, "a wrong one");
	is_str(gitperf_error_message(), "'perf.plan' contradicts itself: 'window merges every'", "... by its name");
	is_str(gitperf_error_hint(), "git config perf.plan 'window=15m tagged'; gitperf-suite(5) describes what it may be",
	       "... with a remedy");
	is_words(&own, "window=2h");
	is_err(gitperf_policy_override(&own, &arena, "perf.plan", "window=1s"), GITPERF_EINVALID, "a window");
	is_str(gitperf_error_message(), "'perf.plan': a window must be a time from 1m to 24h, like 15m, not '1s'", "... so, too");
	is_err(gitperf_policy_override(&own, &arena, "perf.gapCommits", "x"), GITPERF_EINVALID, "a number");
	is_str(gitperf_error_message(), "'perf.gapCommits' must be a whole number from 0 to 1000000, not 'x'", "... so, too");
	is_err(gitperf_policy_override(&own, &arena, "perf.trunk", "refs/heads/x"), GITPERF_EINVALID, "a branch");
	is_err(gitperf_policy_override(&own, &arena, "perf.idle", ""), GITPERF_EINVALID, "nothing");
	is_str(gitperf_error_message(), "'perf.idle' says nothing", "... is said to be that");
	is_int((int64_t)own.noverridden, 1, "what is wrong overrides nothing");
	is_ok(gitperf_policy_check(&own), "it fits together");
	is_ok(gitperf_policy_override(&own, &arena, "perf.dropOver", "12"), "a limit");
	is_err(gitperf_policy_check(&own), GITPERF_EINVALID, "... that another one has passed");
	is_str(gitperf_error_message(), "'widenOver' is 15, which is more than 'perf.dropOver', 12", "... from there");
	is_int((int64_t)suite->policy->noverridden, 0, "the suite says what it said");
	gitperf_arena_free(&arena);
	gitperf_suite_free(suite);
}

int main(void)
{
	test_defaults();
	test_keys();
	test_trunks();
	test_plans();
	test_mistakes();
	test_limits();
	test_override_keys();
	test_override();
	return done_testing();
}
