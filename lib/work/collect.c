/*
 * collect.c - files in, one batch out, and a verdict on every file
 */
#include "base/compat.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#include <gitperf/port.h>
#include <gitperf/work.h>

#include <dirent.h>
#include <sys/stat.h>

#define DEPTH_MAX 16

struct gitperf_collection {
	gitperf_repo *repo;
	struct arena arena;
	gitperf_batch *batch;
	gitperf_artifact *artifacts;
	size_t n, room, refused;
	const gitperf_events *events;
};

static gitperf_artifact *new_artifact(gitperf_collection *c, const char *path)
{
	gitperf_artifact *grown, *a;

	if (c->n == c->room) {
		c->room = c->room ? 2 * c->room : 64;
		grown = realloc(c->artifacts, c->room * sizeof(*grown));
		if (!grown)
			return NULL;
		c->artifacts = grown;
	}
	a = memset(&c->artifacts[c->n++], 0, sizeof(*a));
	a->path = gitperf_arena_strdup(&c->arena, path);
	return a;
}

static void refuse(gitperf_collection *c, gitperf_artifact *a)
{
	const char *hint = gitperf_error_hint();

	c->refused++;
	a->problem = gitperf_arena_strdup(&c->arena, gitperf_error_message());
	a->hint = gitperf_arena_strdup(&c->arena, hint ? hint :
		"name a readable file with a record or a result object");
}

/* When a file was written; what is known of a record that does not say */
static gitperf_time modified(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0 || st.st_mtime <= 0)
		return 0;
	return (gitperf_time)st.st_mtime * 1000000000;
}

/* Into a batch of its own first: the name is checked before it counts */
static int add_content(gitperf_batch *one, gitperf_artifact *a,
		       const gitperf_buffer *text)
{
	gitperf_record *record;
	int err = gitperf_import_read(&record, &a->format, text->ptr, text->len);

	if (err < 0)
		return err;
	if (!record)
		return gitperf_batch_add_at(one, text->ptr, text->len, modified(a->path));
	err = gitperf_batch_add_record(one, record);
	gitperf_record_free(record);
	return err;
}

static int accept_artifact(gitperf_collection *c, gitperf_artifact *a,
		  gitperf_batch *one)
{
	const gitperf_batch_item *item = gitperf_batch_get(one, 0);

	a->id = gitperf_arena_strdup(&c->arena, item->id);
	a->commit = gitperf_arena_strdup(&c->arena, item->commit);
	a->platform = gitperf_arena_strdup(&c->arena, item->platform);
	a->commit_known = item->commit_known;
	return gitperf_batch_merge(c->batch, one);
}

static int read_artifact(gitperf_collection *c, gitperf_artifact *a)
{
	const char *slash = strrchr(a->path, '/');
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	const gitperf_batch_item *item;
	gitperf_batch *one = NULL;
	int err = gitperf_batch_new(&one, c->repo);

	if (!err)
		err = gitperf_buf_read_file(&text, a->path, GITPERF_IMPORT_MAX);
	if (!err)
		err = add_content(one, a, &text);
	if (!err) {
		item = gitperf_batch_get(one, 0);
		err = gitperf_artifact_check_name(slash ? slash + 1 : a->path,
			item->commit, item->platform, item->id);
		if (!err)
			err = accept_artifact(c, a, one);
	}
	gitperf_batch_free(one);
	gitperf_buffer_dispose(&text);
	return err;
}

static int add_file(gitperf_collection *c, const char *path)
{
	gitperf_artifact *a = new_artifact(c, path);
	int err;

	if (!a || !a->path)
		return gitperf_fail_oom();
	err = read_artifact(c, a);
	if (err == GITPERF_ENOMEM)
		return err;
	if (err < 0)
		refuse(c, a);
	if (c->events && c->events->progress)
		c->events->progress(c->events->payload, "reading artifacts", c->n, 0);
	return gitperf_arena_check(&c->arena);
}

/* Refuse something that is not a file at all */
static int add_refused(gitperf_collection *c, const char *path)
{
	gitperf_artifact *a = new_artifact(c, path);

	if (!a || !a->path)
		return gitperf_fail_oom();
	refuse(c, a);
	return gitperf_arena_check(&c->arena);
}

static int is_artifact_name(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 5 &&
	       !strcmp(entry->d_name + len - 5, ".json");
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int add_directory(gitperf_collection *c, const char *path, int depth)
{
	gitperf_buffer sub = GITPERF_BUFFER_INIT;
	struct dirent **names = NULL;
	int n, i, err = 0;

	if (depth == DEPTH_MAX) {
		gitperf_hint(gitperf_fail(GITPERF_EINVALID, "more than %d folders deep", DEPTH_MAX),
			     "name a folder nearer to the files");
		return add_refused(c, path);
	}
	n = scandir(path, &names, not_hidden, alphasort);
	if (n < 0) {
		gitperf_fail_errno("cannot read the directory '%s'", path);
		return add_refused(c, path);
	}
	for (i = 0; i < n; i++) {
		struct stat st;

		gitperf_buf_truncate(&sub, 0);
		gitperf_buf_addf(&sub, "%s%s%s", path,
				 path[strlen(path) - 1] == '/' ? "" : "/", names[i]->d_name);
		/* lstat: what an artifact's archive links to is none of ours */
		if (!err && !(err = gitperf_buf_check(&sub)) && !lstat(sub.ptr, &st)) {
			if (S_ISDIR(st.st_mode))
				err = add_directory(c, sub.ptr, depth + 1);
			else if (S_ISREG(st.st_mode) && is_artifact_name(names[i]))
				err = add_file(c, sub.ptr);
		}
		free(names[i]);
	}
	free(names);
	gitperf_buffer_dispose(&sub);
	return err;
}

static int add_path(gitperf_collection *c, const char *path)
{
	size_t before = c->n;
	struct stat st;
	int err;

	if (stat(path, &st) < 0) {
		gitperf_fail_errno("cannot open '%s'", path);
		return add_refused(c, path);
	}
	if (!S_ISDIR(st.st_mode))
		return add_file(c, path);
	err = add_directory(c, path, 0);
	if (!err && c->n == before) {
		gitperf_hint(gitperf_fail(GITPERF_ENOTFOUND, "the directory holds no *.json file"),
			     "artifacts are named benchmark-results-<commit>-<platform>.json by default");
		err = add_refused(c, path);
	}
	return err;
}

int gitperf_collect(gitperf_collection **out, gitperf_repo *repo,
		    const char *const *paths, size_t n, unsigned flags,
		    const gitperf_events *events)
{
	gitperf_collection *c = calloc(1, sizeof(*c));
	size_t i;
	int err;

	*out = NULL;
	if (!c)
		return gitperf_fail_oom();
	c->repo = repo;
	c->events = events;
	err = gitperf_batch_new(&c->batch, repo);
	if (!err && flags & GITPERF_COLLECT_WRITE_AHEAD)
		gitperf_batch_write_ahead(c->batch);
	for (i = 0; i < n && !err; i++)
		err = add_path(c, paths[i]);
	if (err < 0)
		gitperf_collection_free(c);
	else
		*out = c;
	return err;
}

void gitperf_collection_free(gitperf_collection *c)
{
	if (!c)
		return;
	gitperf_batch_free(c->batch);
	gitperf_arena_free(&c->arena);
	free(c->artifacts);
	free(c);
}

size_t gitperf_collection_count(const gitperf_collection *c)
{
	return c->n;
}

const gitperf_artifact *gitperf_collection_get(const gitperf_collection *c,
					       size_t i)
{
	return &c->artifacts[i];
}

size_t gitperf_collection_refused(const gitperf_collection *c)
{
	return c->refused;
}

gitperf_batch *gitperf_collection_batch(gitperf_collection *c)
{
	return c->batch;
}
