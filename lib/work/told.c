/*
 * told.c - what a clone has told of requests, as a file
 *
 * A line that says what it is and the horizon; then one for each request and state:
 *
 *	<commit> <round> <asked> <state> <awaited|begun|failed|done> <tries> <when>
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/memo.h"
#include "work/told.h"

#include <unistd.h>

#define MEMO "notified"
#define FIRST_LINE "git-perf-notified 1"
/* so many lines are enough for what anybody still waits for */
#define TALES_MAX 2000
#define TALES_KEPT 1500
#define SECOND INT64_C(1000000000)

static const char *const words[] = { "awaited", "begun", "failed", "done" };

static int find_word(const char *const *list, size_t n, const char *word)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(list[i], word))
			return (int)i;
	return -1;
}

static int find_state(const char *word)
{
	int i;

	for (i = 0; i < GITPERF_REQUEST_STATES; i++)
		if (!strcmp(gitperf_request_state_name((gitperf_request_state)i), word))
			return i;
	return -1;
}

static struct tale *grow(struct told *told)
{
	struct tale *grown = gitperf_arena_grow(&told->arena, told->list, told->n, sizeof(*grown));

	if (!grown)
		return NULL;
	told->list = grown;
	return memset(grown + told->n++, 0, sizeof(*grown));
}

/* A line that is none was written by nobody whom we know */
static int read_line(struct told *told, const char *line)
{
	struct tale t = { .tries = 0 }, *added;
	char state[16], how[16];
	int s, h;

	if (sscanf(line, "%40[0-9a-f] %lld %lld %15[a-z] %15[a-z] %lld %lld", t.commit, &t.round, &t.asked, state, how,
		   &t.tries, &t.when) != 7 || strlen(t.commit) != GITPERF_ID_SIZE - 1 || (s = find_state(state)) < 0 ||
	    (h = find_word(words, ARRAY_SIZE(words), how)) < 0)
		return 0;
	if (!(added = grow(told)))
		return gitperf_fail_oom();
	t.state = (gitperf_request_state)s;
	t.how = (enum telling)h;
	*added = t;
	return 0;
}

int gitperf_told_read(struct told *out, const gitperf_repo *repo)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	char *line, *next;
	int err;

	memset(out, 0, sizeof(*out));
	err = gitperf_memo_read(&text, repo, MEMO);
	out->is_new = err < 0 || !text.len || sscanf(text.ptr, FIRST_LINE " %lld", &out->horizon) != 1;
	for (line = text.len ? text.ptr : NULL; line && !out->is_new && err >= 0; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		err = read_line(out, line);
	}
	gitperf_buffer_dispose(&text);
	return err < 0 ? err : 0;
}

/* For qsort(3): what was asked for first */
static int compare_tales(const void *a, const void *b)
{
	const struct tale *x = a, *y = b;

	return (x->asked > y->asked) - (x->asked < y->asked);
}

/* What is forgotten must not be news one day */
static size_t forget_oldest(struct told *told)
{
	size_t drop;

	if (told->n <= TALES_MAX)
		return 0;
	qsort(told->list, told->n, sizeof(*told->list), compare_tales);
	drop = told->n - TALES_KEPT;
	if (told->list[drop - 1].asked + 1 > told->horizon)
		told->horizon = told->list[drop - 1].asked + 1;
	return drop;
}

int gitperf_told_write(struct told *told, gitperf_repo *repo)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t i, from = forget_oldest(told);
	int err;

	gitperf_buf_addf(&text, FIRST_LINE " %lld\n", told->horizon);
	for (i = from; i < told->n; i++) {
		const struct tale *t = &told->list[i];

		gitperf_buf_addf(&text, "%s %lld %lld %s %s %lld %lld\n", t->commit, t->round, t->asked,
				 gitperf_request_state_name(t->state), words[t->how], t->tries, t->when);
	}
	if ((err = gitperf_repo__own_mkdir(repo, "")) >= 0)
		err = gitperf_memo_write(repo, MEMO, &text);
	gitperf_buffer_dispose(&text);
	told->is_new = told->is_changed = 0;
	return err < 0 ? err : 0;
}

void gitperf_told_free(struct told *told)
{
	gitperf_arena_free(&told->arena);
	memset(told, 0, sizeof(*told));
}

int gitperf_told_forget(const gitperf_repo *repo)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err = gitperf_repo__own_file(&path, repo, MEMO);

	if (!err)
		unlink(path.ptr);
	gitperf_buffer_dispose(&path);
	return err;
}

static int is_of(const struct tale *t, const gitperf_request_view *r)
{
	return t->round == r->round && !strcmp(t->commit, r->commit);
}

struct tale *gitperf_told_find(const struct told *told, const gitperf_request_view *request)
{
	size_t i;

	for (i = 0; i < told->n; i++)
		if (told->list[i].how != TELLING_AWAITED && told->list[i].state == request->state &&
		    is_of(&told->list[i], request))
			return &told->list[i];
	return NULL;
}

struct tale *gitperf_told_await(const struct told *told, const gitperf_request_view *request)
{
	size_t i;

	for (i = 0; i < told->n; i++)
		if (told->list[i].how == TELLING_AWAITED && is_of(&told->list[i], request))
			return &told->list[i];
	return NULL;
}

struct tale *gitperf_told_add(struct told *told, const gitperf_request_view *request, enum telling how)
{
	struct tale *t = grow(told);

	if (!t)
		return NULL;
	snprintf(t->commit, sizeof(t->commit), "%s", request->commit);
	t->round = request->round;
	t->asked = request->asked / SECOND;
	t->state = request->state;
	t->how = how;
	t->when = gitperf_memo_now();
	told->is_changed = 1;
	return t;
}
