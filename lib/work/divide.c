/*
 * divide.c - in which parts a commit is measured on a platform
 *
 * Where nobody has made a table, nothing of a commit is read: a project with one
 * machine for each platform pays nothing for this.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "work/divide.h"
#include "work/schedule.h"

#include <gitperf/suite.h>

/* A platform, and how the suite that was asked for last is divided there */
struct division {
	struct division *next;
	char *platform;
	struct arena arena;            /* of the table */
	struct mark_state state;
	char suite[GITPERF_ID_SIZE];
	struct arena parts_arena;
	struct parts parts;
};

struct divide {
	struct division *list;
};

static void free_division(struct division *d)
{
	gitperf_arena_free(&d->arena);
	gitperf_arena_free(&d->parts_arena);
	free(d->platform);
	free(d);
}

void gitperf_divide_free(struct divide *divide)
{
	if (!divide)
		return;
	while (divide->list) {
		struct division *d = divide->list;

		divide->list = d->next;
		free_division(d);
	}
	free(divide);
}

static struct division *add_division(struct divide *divide, const char *platform)
{
	struct division *d = calloc(1, sizeof(*d));

	if (d && (d->platform = strdup(platform))) {
		d->next = divide->list;
		divide->list = d;
		return d;
	}
	free(d);
	return NULL;
}

static int find_division(struct division **out, struct schedule *s, const char *platform)
{
	struct division *d;
	int err;

	if (!s->divide && !(s->divide = calloc(1, sizeof(*s->divide))))
		return gitperf_fail_oom();
	for (d = s->divide->list; d; d = d->next)
		if (!strcmp(d->platform, platform))
			break;
	*out = d;
	if (d)
		return 0;
	if (!(*out = d = add_division(s->divide, platform)))
		return gitperf_fail_oom();
	err = gitperf_marks_read(&d->state, &d->arena, &s->data, MARK_SETS, platform);
	if (err < 0) {
		s->divide->list = d->next;
		free_division(d);
	}
	return err;
}

int gitperf_divide_table(const struct mark_state **out, struct schedule *s, const char *platform)
{
	struct division *d;
	int err = find_division(&d, s, platform);

	if (!err)
		*out = &d->state;
	return err;
}

static int divide_suite(struct division *d, const gitperf_suite *suite)
{
	const char **names = gitperf_arena_array(&d->parts_arena, suite->nbenchmarks, sizeof(*names));
	size_t i;

	if (!names)
		return gitperf_fail_oom();
	/* the suite is gone before its parts are */
	for (i = 0; i < suite->nbenchmarks; i++)
		names[i] = gitperf_arena_strdup(&d->parts_arena, suite->benchmarks[i].name);
	if (d->parts_arena.failed)
		return gitperf_fail_oom();
	return gitperf_parts_make(&d->parts, &d->parts_arena, &d->state.mark, names, suite->nbenchmarks);
}

/* One that is wrong is a matter of whoever is to measure it, and says so: in one piece */
static int divide_commit(struct division *d, struct schedule *s, const char *commit)
{
	gitperf_buffer spec = GITPERF_BUFFER_INIT, bytes = GITPERF_BUFFER_INIT;
	gitperf_suite *suite = NULL;
	int err;

	gitperf_buf_addf(&spec, "%s:" GITPERF_SUITE_FILE, commit);
	if (!(err = gitperf_buf_check(&spec)) &&
	    !(err = gitperf_repo_read_file(&bytes, s->repo, spec.ptr, GITPERF_SUITE_MAX)) &&
	    !(err = gitperf_suite_parse(&suite, GITPERF_SUITE_FILE, bytes.ptr, bytes.len)))
		err = divide_suite(d, suite);
	gitperf_suite_free(suite);
	gitperf_buffer_dispose(&spec);
	gitperf_buffer_dispose(&bytes);
	return err == GITPERF_ENOMEM ? err : 0;
}

int gitperf_divide_parts(const struct parts **out, struct schedule *s, const char *platform,
			 const char *commit)
{
	static const struct parts whole;
	char suite[GITPERF_ID_SIZE] = "";
	struct division *d;
	int err = find_division(&d, s, platform);

	*out = &whole;
	if (err < 0 || !d->state.mark.nsets || (err = gitperf_schedule_suite(s, suite, commit)) < 0 || !*suite)
		return err;
	*out = &d->parts;
	if (!strcmp(d->suite, suite))
		return 0;
	gitperf_arena_free(&d->parts_arena);
	memset(&d->parts, 0, sizeof(d->parts));
	memcpy(d->suite, suite, sizeof(suite));
	if (s->trunk.suite && !strcmp(s->trunk.suite->id, suite))
		return divide_suite(d, s->trunk.suite);
	return divide_commit(d, s, commit);
}
