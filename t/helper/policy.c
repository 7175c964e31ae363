/*
 * policy.c - what the library takes for the policy, and for the trunk
 */
#include "base/compat.h"
#include "base/buf.h"
#include "helper.h"
#include "query/trunk.h"

#include <gitperf.h>

static int fail(int err)
{
	fprintf(stderr, "error: %s: %s\n", gitperf_error_name(err), gitperf_error_message());
	if (gitperf_error_hint())
		fprintf(stderr, "hint: %s\n", gitperf_error_hint());
	return 128;
}

static void print_platform(const gitperf_policy_platform *p)
{
	size_t i, j;

	printf("platform %s%s\n", p->name, p->required ? ", required" : "");
	for (i = 0; i < p->nconfigs; i++) {
		printf("  config");
		for (j = 0; j < p->configs[i].n; j++)
			printf(" %s=[%s]", p->configs[i].pairs[j].key, p->configs[i].pairs[j].value);
		putchar('\n');
	}
}

static int print_policy(const gitperf_policy *p)
{
	gitperf_buffer words = GITPERF_BUFFER_INIT;
	int err = gitperf_policy_words(&words, p);
	size_t i;

	printf("plan %s\n", words.ptr);
	gitperf_buffer_dispose(&words);
	if (p->trunk)
		printf("  trunk %s\n", p->trunk);
	printf("  idle %s, degrade %s, in %s\n", p->remeasure ? "remeasure" : "skip",
	       gitperf_degrade_name(p->degrade), gitperf_depth_unit_name(p->unit));
	printf("  widen %u to %u, drop %u to %u\n", p->widen_over, p->widen_until,
	       p->drop_over, p->drop_until);
	printf("  gap %u commits, %lld ms, wait %lld ms, partial after %lld ms\n", p->gap_commits,
	       (long long)p->gap_ms, (long long)p->wait_ms, (long long)p->partial_ms);
	for (i = 0; i < p->noverridden; i++)
		printf("  overridden %s\n", p->overridden[i]);
	for (i = 0; i < p->nplatforms; i++)
		print_platform(&p->platforms[i]);
	return err;
}

int cmd_policy(int argc, const char **argv)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	gitperf_suite *suite = NULL;
	int err;

	if (argc != 2)
		return 129;
	err = gitperf_buf_read_file(&text, argv[1], GITPERF_SUITE_MAX);
	if (!err)
		err = gitperf_suite_parse(&suite, argv[1], text.ptr, text.len);
	if (!err)
		err = print_policy(suite->policy);
	gitperf_suite_free(suite);
	gitperf_buffer_dispose(&text);
	return err < 0 ? fail(err) : 0;
}

int cmd_trunk(int argc, const char **argv)
{
	gitperf_repo *repo = NULL;
	const char *remote = NULL;
	struct trunk trunk;
	int err;

	if (argc > 2 && !strcmp(argv[1], "-r")) {
		remote = argv[2];
		argc -= 2;
		argv += 2;
	}
	if (argc > 2)
		return 129;
	if ((err = gitperf_repo_open(&repo, NULL)) < 0)
		return fail(err);
	if (!(err = gitperf_trunk_open(&trunk, repo, remote, argv[1]))) {
		printf("%s %s %s%s\n", trunk.name, trunk.ref, trunk.head, trunk.suite ? "" : ", no suite");
		err = print_policy(trunk.policy);
		gitperf_trunk_close(&trunk);
	}
	gitperf_repo_free(repo);
	return err < 0 ? fail(err) : 0;
}
