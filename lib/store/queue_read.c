/*
 * queue_read.c - a queue from its tree
 *
 * A file says what it is by its content; its name must be the one that this
 * makes. It comes from whoever may push, so nothing in it is believed.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/queue.h"

#include <ctype.h>

#define DEPTH_MAX 4
#define FILES_MAX 100000
#define BYTES_MAX (64 << 20)
#define CONTROL_MAX 4096

struct reader {
	struct queue *q;
	gitperf_repo *repo;
	git_repository *git;
	git_odb *odb;
	int entries;                   /* so far */
	size_t total;                  /* bytes of files, so far */
	gitperf_buffer path;           /* of the file at hand */
	gitperf_buffer expected;       /* what its content says it should be */
	git_oid oid;
	const char *bytes;
	size_t len;
};

/* What to do with a queue that cannot be used */
static int hint_remove(struct reader *r, int err)
{
	const char *ref = gitperf_hint_word(gitperf_repo__queue(r->repo), "<queue>");

	return gitperf_hint(err, "a queue holds nothing that lasts: git update-ref -d %s, or at a remote "
			    "git push <remote> :%s, and plan anew", ref, ref);
}

static int fail_control(struct reader *r)
{
	return hint_remove(r, gitperf_fail(GITPERF_EFORMAT, "%s is no queue that git perf has made",
					   gitperf_repo__queue(r->repo)));
}

static int fail_newer(void)
{
	return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "the queue is of a format that is newer than this version knows"),
			    "upgrade git perf");
}

/* Lines with other words are for versions to come: they stay */
static int keep_lines(struct queue *q, const char *text)
{
	static const char *const words[] = { "git-perf-queue ", "commits ", "tokens " };
	gitperf_buffer kept = GITPERF_BUFFER_INIT;
	const char *line;
	size_t i;
	int err;

	for (line = text; *line; line = gitperf_next_line(line)) {
		for (i = 0; i < ARRAY_SIZE(words) && strncmp(line, words[i], strlen(words[i])); i++)
			;
		if (i == ARRAY_SIZE(words) && *line != '\n')
			gitperf_buf_addf(&kept, "%.*s\n", (int)strcspn(line, "\n"), line);
	}
	q->control = kept.len ? gitperf_arena_strdup(&q->arena, kept.ptr) : NULL;
	err = gitperf_buf_check(&kept);
	gitperf_buffer_dispose(&kept);
	return err < 0 ? err : gitperf_arena_check(&q->arena);
}

/* "<word> <number>" */
static int64_t number_of(const char *text, const char *word)
{
	const char *line;
	size_t len = strlen(word);

	for (line = text; *line; line = gitperf_next_line(line))
		if (!strncmp(line, word, len) && line[len] == ' ' && isdigit((unsigned char)line[len + 1])) {
			long long number = strtoll(line + len + 1, NULL, 10);

			/* it is counted on from here */
			return number < QUEUE_NUMBER_MAX ? number : QUEUE_NUMBER_MAX;
		}
	return 0;
}

static int read_control(struct reader *r)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	int64_t version;
	int err = 0;

	gitperf_buf_add(&text, r->bytes, r->len < CONTROL_MAX ? r->len : CONTROL_MAX);
	version = strncmp(text.ptr, "git-perf-queue ", 15) ? 0 : number_of(text.ptr, "git-perf-queue");
	if (version != 1)
		err = version > 1 ? fail_newer() : fail_control(r);
	r->q->tokens = number_of(text.ptr, "tokens");
	r->q->commits = number_of(text.ptr, "commits");
	if (!err)
		err = keep_lines(r->q, text.ptr);
	gitperf_buffer_dispose(&text);
	return err;
}

/* 0, or 1: the name is not the one that its content makes */
static int check_name(const struct reader *r)
{
	return strcmp(r->expected.ptr, r->path.ptr) != 0;
}

/*
 * What is no such thing, or has another's name, has no place in an array: as these
 * double, one that went up and down would take a new place each time.
 */
static int read_job(struct reader *r)
{
	gitperf_job job, *grown;
	int err = gitperf_job_parse(&job, &r->q->arena, r->bytes, r->len);

	if (err < 0)
		return err;
	gitperf_queue__job_path(&r->expected, &job);
	if ((err = check_name(r)))
		return err;
	grown = gitperf_arena_grow(&r->q->arena, r->q->jobs, r->q->njobs, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	r->q->jobs = grown;
	grown[r->q->njobs++] = job;
	return 0;
}

static int read_request(struct reader *r)
{
	gitperf_request request, *grown;
	int err = gitperf_request_parse(&request, &r->q->arena, r->bytes, r->len);

	if (err < 0)
		return err;
	gitperf_queue__request_path(&r->expected, &request);
	if ((err = check_name(r)))
		return err;
	grown = gitperf_arena_grow(&r->q->arena, r->q->requests, r->q->nrequests, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	r->q->requests = grown;
	grown[r->q->nrequests++] = request;
	return 0;
}

static int read_worker(struct reader *r)
{
	gitperf_worker worker, *grown;
	int err = gitperf_worker_parse(&worker, &r->q->arena, r->bytes, r->len);

	if (err < 0)
		return err;
	gitperf_queue__worker_path(&r->expected, &worker);
	if ((err = check_name(r)))
		return err;
	grown = gitperf_arena_grow(&r->q->arena, r->q->workers, r->q->nworkers, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	r->q->workers = grown;
	grown[r->q->nworkers++] = worker;
	return 0;
}

static int read_decision(struct reader *r)
{
	struct waiting one = { .oid = r->oid }, *grown;
	char id[GITPERF_ID_SIZE];
	int err = gitperf_decision_parse(&one.decision, &r->q->arena, r->bytes, r->len);

	if (err < 0)
		return err;
	git_oid_tostr(id, sizeof(id), &r->oid);
	if ((err = gitperf_layout_decision(&r->expected, &one.decision, id)) < 0 || (err = check_name(r)))
		return err;
	one.path = gitperf_arena_strdup(&r->q->arena, r->path.ptr);
	grown = gitperf_arena_grow(&r->q->arena, r->q->waiting, r->q->nwaiting, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	r->q->waiting = grown;
	grown[r->q->nwaiting++] = one;
	return gitperf_arena_check(&r->q->arena);
}

static int read_plan(struct reader *r)
{
	struct queue *q = r->q;
	struct plan plan;
	size_t i;
	int err = gitperf_plan_parse(&plan, &q->arena, r->bytes, r->len);

	if (err < 0)
		return err;
	q->trunk = plan.trunk;
	for (i = 0; i < plan.nstates; i++) {
		gitperf_plan_state *grown = gitperf_arena_grow(&q->arena, q->states, i, sizeof(*grown));

		if (!grown)
			return gitperf_fail_oom();
		q->states = grown;
		grown[q->nstates++] = plan.states[i];
	}
	for (i = 0; i < plan.nmarked; i++) {
		const char **grown = gitperf_arena_grow(&q->arena, q->marked, i, sizeof(*grown));

		if (!grown)
			return gitperf_fail_oom();
		q->marked = grown;
		grown[q->nmarked++] = plan.marked[i];
	}
	return 0;
}

/* Nothing else is looked at: it may be anything, and as much as somebody likes */
static const struct kind {
	const char *name;
	git_object_t type;
	int (*read)(struct reader *r);
} kinds[] = {
	{ QUEUE_JOBS, GIT_OBJECT_TREE, read_job },
	{ QUEUE_REQUESTS, GIT_OBJECT_TREE, read_request },
	{ QUEUE_WORKERS, GIT_OBJECT_TREE, read_worker },
	{ LAYOUT_DECISIONS, GIT_OBJECT_TREE, read_decision },
	{ QUEUE_PLAN, GIT_OBJECT_BLOB, read_plan }
};

/* It stays, and nothing takes its name; but to plan on without a plan would be to plan anew */
static int keep_newer(struct reader *r)
{
	return strcmp(r->path.ptr, QUEUE_PLAN) ?
		gitperf_additions_add(&r->q->newer, r->path.ptr, &r->oid) : fail_newer();
}

/* What one file says is read as a whole, or not at all */
static int read_known(struct reader *r, const struct kind *kind)
{
	int err;

	gitperf_buf_truncate(&r->expected, 0);
	err = kind->read(r);
	if (err == GITPERF_ENOMEM)
		return err;
	/* by its bytes: what is wrong with it may quote any words. All kinds are of one schema */
	if (err == GITPERF_EFORMAT && gitperf_decision_is_newer(r->bytes, r->len))
		return keep_newer(r);
	r->q->damaged += err != 0;
	/* what is damaged is known, and wanted by nobody: it goes with the next transition */
	return gitperf_additions_add(&r->q->files, r->path.ptr, &r->oid);
}

static int fail_large(struct reader *r)
{
	return hint_remove(r, gitperf_fail(GITPERF_EFORMAT, "the queue is larger than %d files, or %d MiB",
					   FILES_MAX, BYTES_MAX >> 20));
}

/* By its size first: one that is too large for any purpose is not worth the memory */
static int read_file(struct reader *r, const git_tree_entry *entry, const struct kind *kind)
{
	git_odb_object *object = NULL;
	git_object_t type;
	size_t len;
	int rc, err;

	r->oid = *git_tree_entry_id(entry);
	rc = git_odb_read_header(&len, &type, r->odb, &r->oid);
	if (rc >= 0 && len <= QUEUE_FILE_MAX) {
		/* one that has many names is read as often */
		if ((r->total += len) > BYTES_MAX)
			return fail_large(r);
		rc = git_odb_read(&object, r->odb, &r->oid);
	}
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read '%s' of the queue", r->path.ptr);
	r->bytes = object ? git_odb_object_data(object) : "";
	r->len = object ? git_odb_object_size(object) : 0;
	err = kind ? read_known(r, kind) : read_control(r);
	git_odb_object_free(object);
	return err;
}

static int read_folder(struct reader *r, const git_tree_entry *folder, const struct kind *kind, int depth);

static int read_entry(struct reader *r, const git_tree_entry *entry, const struct kind *kind, int depth)
{
	size_t len = r->path.len;
	int err;

	gitperf_buf_addf(&r->path, "%s%s", len ? "/" : "", git_tree_entry_name(entry));
	err = gitperf_buf_check(&r->path);
	/* folders count as well: one of nothing but folders may have any number of them */
	if (!err && ++r->entries > FILES_MAX)
		err = fail_large(r);
	if (!err && git_tree_entry_type(entry) == GIT_OBJECT_BLOB)
		err = read_file(r, entry, kind);
	else if (!err && git_tree_entry_type(entry) == GIT_OBJECT_TREE && depth < DEPTH_MAX)
		err = read_folder(r, entry, kind, depth);
	gitperf_buf_truncate(&r->path, len);
	return err;
}

static int read_folder(struct reader *r, const git_tree_entry *folder, const struct kind *kind, int depth)
{
	git_tree *tree = NULL;
	size_t i;
	int err = 0, rc = git_tree_lookup(&tree, r->git, git_tree_entry_id(folder));

	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read '%s' of the queue", r->path.ptr);
	for (i = 0; i < git_tree_entrycount(tree) && !err; i++)
		err = read_entry(r, git_tree_entry_byindex(tree, i), kind, depth + 1);
	git_tree_free(tree);
	return err;
}

static int read_kinds(struct reader *r)
{
	size_t i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(kinds) && !err; i++) {
		const git_tree_entry *entry = git_tree_entry_byname(r->q->tree, kinds[i].name);

		/* a file in the place of a folder is read in vain, and goes */
		if (entry && (git_tree_entry_type(entry) == kinds[i].type ||
			      git_tree_entry_type(entry) == GIT_OBJECT_BLOB))
			err = read_entry(r, entry, &kinds[i], 0);
	}
	return err;
}

/* First: whether there is anything here that this version understands */
static int look_at_control(struct reader *r)
{
	const git_tree_entry *entry = git_tree_entry_byname(r->q->tree, QUEUE_CONTROL);
	int err;

	if (!entry || git_tree_entry_type(entry) != GIT_OBJECT_BLOB)
		return fail_control(r);
	gitperf_buf_adds(&r->path, QUEUE_CONTROL);
	err = read_file(r, entry, NULL);
	if (!err)
		err = gitperf_additions_add(&r->q->files, QUEUE_CONTROL, &r->oid);
	gitperf_buf_truncate(&r->path, 0);
	return err;
}

struct missing {
	git_odb *odb;
	gitperf_buffer ids;            /* of blobs, a line each */
	int n;                         /* entries that were looked at */
};

static int is_folder_of_ours(const char *name)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(kinds) && strcmp(kinds[i].name, name))
		i++;
	return i < ARRAY_SIZE(kinds);
}

static int list_missing(const char *root, const git_tree_entry *entry, void *payload)
{
	struct missing *missing = payload;

	if (++missing->n > FILES_MAX)
		return -1;
	if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB)
		return !*root && !is_folder_of_ours(git_tree_entry_name(entry));
	if (!git_odb_exists(missing->odb, git_tree_entry_id(entry)))
		gitperf_buf_addf(&missing->ids, "%s\n", git_oid_tostr_s(git_tree_entry_id(entry)));
	return 0;
}

/* A partial clone has left them with its remote; what does not come is told when it is read */
static void fetch_missing(struct reader *r)
{
	struct missing missing = { r->odb, GITPERF_BUFFER_INIT, 0 };

	if (!gitperf_repo__is_partial(r->repo))
		return;
	git_tree_walk(r->q->tree, GIT_TREEWALK_PRE, list_missing, &missing);
	if (missing.ids.len && !missing.ids.failed)
		gitperf_repo__fetch_objects(r->repo, &missing.ids);
	gitperf_buffer_dispose(&missing.ids);
}

int gitperf_queue__read_tree(struct queue *q, gitperf_repo *repo)
{
	struct reader r = { .q = q, .repo = repo, .git = gitperf_repo__handle(repo),
			    .path = GITPERF_BUFFER_INIT, .expected = GITPERF_BUFFER_INIT };
	int err, rc = git_repository_odb(&r.odb, r.git);

	if (rc < 0)
		return gitperf_fail_git(rc, "cannot open the object store");
	fetch_missing(&r);
	if (!(err = look_at_control(&r)))
		err = read_kinds(&r);
	gitperf_additions_sort(&q->files);
	gitperf_additions_sort(&q->newer);
	gitperf_buffer_dispose(&r.path);
	gitperf_buffer_dispose(&r.expected);
	git_odb_free(r.odb);
	return err;
}

