/*
 * coverage_machine.c - coverage for programs: JSON, and porcelain v1
 *
 * git-perf-coverage(1) documents both. JSON may get new members; the fields of a
 * porcelain line and their order are fixed for ever.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

#define SECOND_MS 1000

static void print_count(gitperf_printer *p, const char *key, size_t n)
{
	gitperf_print_int(p, key, (int64_t)n);
}

static void print_fates(gitperf_printer *p, const char *key, const size_t counts[GITPERF_FATES])
{
	int i;

	gitperf_print_key(p, key);
	gitperf_print_open(p, '{');
	for (i = 0; i < GITPERF_FATES; i++)
		print_count(p, gitperf_fate_name((gitperf_fate)i), counts[i]);
	gitperf_print_close(p, '}');
}

/* NULL instead of a commit where there is none at all */
static void print_commit(gitperf_printer *p, const char *key, const gitperf_coverage *c, size_t i)
{
	char text[GITPERF_TIME_SIZE];
	gitperf_time time;
	const char *id;

	if (i >= gitperf_coverage_ncommits(c)) {
		gitperf_print_string(p, key, NULL);
		return;
	}
	id = gitperf_coverage_commit(c, i, &time);
	gitperf_time_format(text, time);
	gitperf_print_key(p, key);
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "commit", id);
	gitperf_print_string(p, "time", text);
	gitperf_print_close(p, '}');
}

static void print_gap(gitperf_printer *p, const gitperf_coverage *c, const gitperf_gap *gap)
{
	gitperf_print_open(p, '{');
	print_count(p, "commits", gap->commits);
	print_commit(p, "newest", c, gap->first);
	print_commit(p, "oldest", c, gap->first + gap->commits - 1);
	gitperf_print_int(p, "age_s", gap->age_ms / SECOND_MS);
	gitperf_print_string(p, "why", gap->why);
	print_fates(p, "fates", gap->by_fate);
	gitperf_print_close(p, '}');
}

static void print_platform(gitperf_printer *p, const gitperf_coverage *c,
			   const gitperf_platform_coverage *platform)
{
	size_t i;

	gitperf_print_open(p, '{');
	gitperf_print_string(p, "platform", platform->name);
	gitperf_print_bool(p, "required", platform->is_required);
	print_fates(p, "fates", platform->counts);
	print_count(p, "covered", platform->covered);
	gitperf_print_key(p, "gaps");
	gitperf_print_open(p, '[');
	for (i = 0; i < platform->ngaps; i++)
		print_gap(p, c, &platform->gaps[i]);
	gitperf_print_close(p, ']');
	gitperf_print_close(p, '}');
}

int gitperf_view__coverage_json(gitperf_buffer *out, const gitperf_coverage *c)
{
	size_t i, n = gitperf_coverage_ncommits(c);
	gitperf_printer p = { out, 0 };

	gitperf_print_open(&p, '{');
	gitperf_print_int(&p, "version", 1);
	gitperf_print_string(&p, "trunk", gitperf_coverage_trunk(c));
	print_count(&p, "commits", n);
	print_commit(&p, "newest", c, 0);
	print_commit(&p, "oldest", c, n - 1);
	gitperf_print_key(&p, "platforms");
	gitperf_print_open(&p, '[');
	for (i = 0; i < gitperf_coverage_nplatforms(c); i++)
		print_platform(&p, c, gitperf_coverage_platform(c, i));
	gitperf_print_close(&p, ']');
	gitperf_print_close(&p, '}');
	gitperf_buf_addc(out, '\n');
	return gitperf_buf_check(out);
}

static void add_gap(gitperf_buffer *out, const gitperf_coverage *c, const char *platform,
		    const gitperf_gap *gap)
{
	char text[GITPERF_TIME_SIZE];
	gitperf_time oldest;
	const char *id = gitperf_coverage_commit(c, gap->first + gap->commits - 1, &oldest);

	gitperf_time_format(text, oldest);
	gitperf_buf_addf(out, "%s\t%s\t%s\t%zu\t%zu\t%zu\t%zu\t%zu\t%s\t%s\t%lld", platform,
			 gitperf_coverage_commit(c, gap->first, NULL), id, gap->commits,
			 gap->by_fate[GITPERF_FATE_PENDING], gap->by_fate[GITPERF_FATE_FAILED],
			 gap->by_fate[GITPERF_FATE_REPRESENTED], gap->by_fate[GITPERF_FATE_SKIPPED],
			 gap->why, text, (long long)(gap->age_ms / SECOND_MS));
}

int gitperf_view__coverage_porcelain(gitperf_buffer *out, const gitperf_coverage *c,
				     const gitperf_view_options *options)
{
	size_t i, j;

	for (i = 0; i < gitperf_coverage_nplatforms(c); i++) {
		const gitperf_platform_coverage *p = gitperf_coverage_platform(c, i);

		for (j = 0; j < p->ngaps; j++) {
			add_gap(out, c, p->name, &p->gaps[j]);
			gitperf_buf_addc(out, options->nul ? '\0' : '\n');
		}
	}
	return gitperf_buf_check(out);
}
