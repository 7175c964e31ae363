/*
 * init.c - a suite and a CI job for a project that has none
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "work/below.h"
#include "work/project.h"
#include "work/templates.h"

#include <gitperf/suite.h>

#include <unistd.h>

#define OTHERS_MAX 8

struct owned_starter {
	gitperf_starter starter;      /* first: its address is its block's */
	struct arena arena;
	const char *others[OTHERS_MAX];
};

/* --- The suite ------------------------------------------------------------ */

static int write_suite(gitperf_starter *starter, struct arena *arena,
		       const gitperf_buffer *build, const gitperf_buffer *benchmarks)
{
	const gitperf_pair parts[] = {
		{ "BUILD", build->len ? build->ptr : "\t#build = make\n" },
		{ "BENCHMARKS", benchmarks->len ? benchmarks->ptr : gitperf_template_example }
	};
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int err;

	gitperf_template_fill(&text, gitperf_template_suite, parts, ARRAY_SIZE(parts));
	err = gitperf_buf_check(&text);
	if (!err) {
		starter->suite = gitperf_arena_copy(arena, text.ptr, text.len);
		err = gitperf_arena_check(arena);
	}
	gitperf_buffer_dispose(&text);
	return err;
}

/* The first tool gets the suite, the others are only named */
static int try_detector(struct owned_starter *owned, struct project *p,
			const struct detector *detector)
{
	gitperf_starter *starter = &owned->starter;
	const char *evidence = NULL;
	int found = detector->find(p, &evidence);

	if (found <= 0)
		return found;
	if (starter->tool) {
		if (starter->nothers < OTHERS_MAX)
			owned->others[starter->nothers++] = detector->tool;
		return 0;
	}
	starter->tool = detector->tool;
	starter->evidence = evidence;
	if (p->build.failed || p->benchmarks.failed)
		return gitperf_fail_oom();
	return write_suite(starter, p->arena, &p->build, &p->benchmarks);
}

static int detect(struct owned_starter *owned, struct project *p)
{
	static const gitperf_buffer none = GITPERF_BUFFER_INIT;
	const struct detector *detector;
	int err = gitperf_below_list(&p->files, &p->nfiles, p->arena, p->top);

	for (detector = gitperf_detectors; detector->tool && !err; detector++) {
		/* what one of them began must not get into another's */
		gitperf_buf_truncate(&p->build, 0);
		gitperf_buf_truncate(&p->benchmarks, 0);
		err = try_detector(owned, p, detector);
	}
	if (!err && !owned->starter.tool)
		err = write_suite(&owned->starter, p->arena, &none, &none);
	return err;
}

int gitperf_starter_look(gitperf_starter **out, const char *top)
{
	struct owned_starter *owned = calloc(1, sizeof(*owned));
	struct project p = { .text = GITPERF_BUFFER_INIT, .build = GITPERF_BUFFER_INIT,
			     .benchmarks = GITPERF_BUFFER_INIT };
	int err;

	*out = NULL;
	if (!owned)
		return gitperf_fail_oom();
	owned->starter.others = owned->others;
	p.arena = &owned->arena;
	p.top = err = gitperf_below_open(top);
	if (p.top >= 0) {
		err = detect(owned, &p);
		close(p.top);
	}
	gitperf_buffer_dispose(&p.text);
	gitperf_buffer_dispose(&p.build);
	gitperf_buffer_dispose(&p.benchmarks);
	if (err < 0)
		gitperf_starter_free(&owned->starter);
	else
		*out = &owned->starter;
	return err;
}

void gitperf_starter_free(gitperf_starter *starter)
{
	struct owned_starter *owned = (struct owned_starter *)starter;

	if (!owned)
		return;
	gitperf_arena_free(&owned->arena);
	free(owned);
}

int gitperf_starter_write(const char *top, const char *path,
			  const char *bytes, size_t len)
{
	int fd = gitperf_below_open(top), err;

	if (fd < 0)
		return fd;
	err = gitperf_below_create(fd, path, bytes, len);
	close(fd);
	if (err == GITPERF_EEXISTS) {
		gitperf_fail(err, "'%.300s' exists already", path);
		gitperf_hint(err, "nothing was changed; edit it, or move it away first");
	}
	return err;
}

/* --- CI ------------------------------------------------------------------- */

/* In quotes for a shell, and % for cron, which takes it for the end of a line */
static int quote_for_cron(gitperf_buffer *out, const char *path)
{
	const char *p;

	gitperf_buf_addc(out, '\'');
	for (p = path; *p; p++) {
		if ((unsigned char)*p < 0x20)
			return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "a crontab has no way to write the directory '%.300s'", path),
					    "give it another name");
		if (*p == '\'')
			gitperf_buf_adds(out, "'\\'");
		else if (*p == '%')
			gitperf_buf_addc(out, '\\');
		gitperf_buf_addc(out, *p);
	}
	gitperf_buf_addc(out, '\'');
	return 0;
}

static int check_ref(const char *ref)
{
	if (ref[strspn(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./")]) {
		gitperf_fail(GITPERF_EINVALID, "the branch '%.100s' has characters that mean something to a shell or in YAML", ref);
		return gitperf_hint(GITPERF_EINVALID, "give perf.ref a simpler name");
	}
	return 0;
}

int gitperf_starter_ci(gitperf_buffer *out, const char **path,
		       const char *system, const char *ref, const char *top)
{
	static const struct {
		const char *name, *path, *text;
	} systems[] = {
		{ "github", ".github/workflows/git-perf.yml", gitperf_template_github },
		{ "gitlab", ".gitlab-ci.yml", gitperf_template_gitlab },
		{ "cron", NULL, gitperf_template_cron }
	};
	gitperf_buffer quoted = GITPERF_BUFFER_INIT;
	size_t i, heads = strlen("refs/heads/");
	int err = check_ref(ref);

	for (i = 0; i < ARRAY_SIZE(systems); i++)
		if (!strcmp(systems[i].name, system))
			break;
	if (i == ARRAY_SIZE(systems))
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%.60s' is no CI system that is known here", system),
				    "name one of: github, gitlab, cron");
	if (!err)
		err = quote_for_cron(&quoted, systems[i].path ? "" : top);
	if (!err) {
		const gitperf_pair parts[] = {
			{ "REF", ref }, { "TOP", quoted.ptr },
			{ "BRANCH", strncmp(ref, "refs/heads/", heads) ? ref : ref + heads }
		};

		gitperf_template_fill(out, systems[i].text, parts, ARRAY_SIZE(parts));
		*path = systems[i].path;
		err = gitperf_buf_check(quoted.failed ? &quoted : out);
	}
	gitperf_buffer_dispose(&quoted);
	return err;
}
