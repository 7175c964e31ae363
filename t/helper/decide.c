/*
 * decide.c - what planners leave behind, written by hand
 */
#include "base/compat.h"
#include "base/buf.h"
#include "helper.h"
#include "store/queue.h"

#include <gitperf.h>

#define LIST_MAX 64
/* a decision that does not say when was made at this time */
#define USUAL_TIME (INT64_C(1700000000) * 1000000000)

static int fail(int err)
{
	fprintf(stderr, "error: %s: %s\n", gitperf_error_name(err), gitperf_error_message());
	return 128;
}

struct input {
	gitperf_decision decision;
	gitperf_choice chosen[LIST_MAX];
	gitperf_dropped dropped[LIST_MAX];
	char *texts[LIST_MAX];         /* copies that the lists point into */
	size_t ntexts;
	int in_queue;
};

/* "<id>,<id>" of chosen, "<id>:<why>,..." of dropped */
static void take_list(struct input *in, const char *value, int is_dropped)
{
	char *rest = strdup(value), *item;

	in->texts[in->ntexts++] = rest;
	while ((item = strsep(&rest, ","))) {
		gitperf_choice *choice = &in->chosen[in->decision.nchosen];
		gitperf_dropped *dropped = &in->dropped[in->decision.ndropped];
		char *why = strchr(item, ':');

		if (is_dropped && why) {
			*why++ = '\0';
			*dropped = (gitperf_dropped){ item, NULL, why };
			in->decision.ndropped++;
		} else if (!is_dropped) {
			*choice = (gitperf_choice){ item, 1u << GITPERF_REASON_SCHEDULED };
			in->decision.nchosen++;
		}
	}
}

static int take_word(struct input *in, const char *word)
{
	const char *value = strchr(word, '=') + 1;
	gitperf_decision *d = &in->decision;

	if (!strncmp(word, "base=", 5))
		d->base = value;
	else if (!strncmp(word, "commits=", 8))
		d->commits = strtoll(value, NULL, 10);
	else if (!strncmp(word, "chosen=", 7))
		take_list(in, value, 0);
	else if (!strncmp(word, "dropped=", 8))
		take_list(in, value, 1);
	else if (!strncmp(word, "skipped=", 8))
		d->skipped = value;
	else if (!strncmp(word, "depth=", 6))
		d->depth = strtoll(value, NULL, 10);
	else if (!strncmp(word, "window=", 7))
		d->window_ms = strtoll(value, NULL, 10);
	else if (!strncmp(word, "time=", 5))
		return gitperf_time_parse(&d->decided, value);
	else
		return -1;
	return 0;
}

/* Its path, and then its bytes */
static int print(const gitperf_decision *d)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT, path = GITPERF_BUFFER_INIT;
	char id[GITPERF_ID_SIZE];
	git_oid oid;
	int err = gitperf_decision_format(&text, d);

	if (!err && !git_odb_hash(&oid, text.ptr, text.len, GIT_OBJECT_BLOB)) {
		git_oid_tostr(id, sizeof(id), &oid);
		err = gitperf_layout_decision(&path, d, id);
		printf("%s\n%s", path.ptr, text.ptr);
	}
	gitperf_buffer_dispose(&text);
	gitperf_buffer_dispose(&path);
	return err;
}

/* Add what is not NULL to the queue of this repository */
static int enqueue(const gitperf_decision *d, const gitperf_job *job)
{
	struct queue_place place = { .repo = NULL };
	struct waiting waiting = { .path = NULL };
	struct queue *q = NULL;
	int err = gitperf_repo_open(&place.repo, NULL);

	if (err >= 0)
		err = gitperf_queue__load(&q, &place);
	if (err >= 0 && d) {
		waiting.decision = *d;
		q->waiting = gitperf_arena_grow(&q->arena, q->waiting, q->nwaiting, sizeof(waiting));
		q->waiting[q->nwaiting++] = waiting;
	} else if (err >= 0) {
		q->jobs = gitperf_arena_grow(&q->arena, q->jobs, q->njobs, sizeof(*job));
		q->jobs[q->njobs++] = *job;
	}
	if (err >= 0)
		err = gitperf_queue__swap(&place, q, "test");
	gitperf_queue__free(q);
	gitperf_repo_free(place.repo);
	return err < 0 ? err : 0;
}

int cmd_decide(int argc, const char **argv)
{
	struct input in = { .decision = { .pace = GITPERF_PACE_NORMAL, .commits = 1, .decided = USUAL_TIME } };
	int i, err = 0;

	if (argc < 3)
		return 129;
	git_libgit2_init();
	in.decision.platform = argv[1];
	in.decision.head = argv[2];
	in.decision.plan = "every";
	in.decision.tool = "test";
	for (i = 3; i < argc && !err; i++) {
		if (!strcmp(argv[i], "--queue"))
			in.in_queue = 1;
		else if (!strchr(argv[i], '=') || take_word(&in, argv[i]) < 0)
			return 129;
	}
	in.decision.chosen = in.chosen;
	in.decision.dropped = in.dropped;
	err = in.in_queue ? enqueue(&in.decision, NULL) : print(&in.decision);
	while (in.ntexts)
		free(in.texts[--in.ntexts]);
	git_libgit2_shutdown();
	return err < 0 ? fail(err) : 0;
}

int cmd_enqueue(int argc, const char **argv)
{
	gitperf_job job = { .reasons = 1u << GITPERF_REASON_SCHEDULED, .asked = USUAL_TIME };
	int err;

	if (argc < 3 || argc > 4)
		return 129;
	job.platform = argv[1];
	job.commit = argv[2];
	if (argc > 3) {
		job.lease.worker = argv[3];
		job.attempts = job.lease.token = 1;
	}
	err = gitperf_job_id(job.id, &job);
	if (!err)
		err = enqueue(NULL, &job);
	return err < 0 ? fail(err) : 0;
}
