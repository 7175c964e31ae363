/*
 * transport.c - git push, fetch and ls-remote, with nothing left to chance
 *
 * Configuration may make these commands do more than they are told: prune, tag,
 * sign, mirror, recurse into submodules, run hooks. All of that is switched off
 * by name; t4001 sets every such key. What decides where a push goes and who
 * it comes from is left alone.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "git/transport.h"

#include <stdarg.h>

#define DEFAULT_TIMEOUT_S 120
#define LIST_LIMIT (64u << 20)

/* English, because messages are looked at; and no questions but on a terminal */
static const char *const silent_env[] = {
	REPO_VARIABLES, "LC_ALL=C", "LANGUAGE=", "GIT_TERMINAL_PROMPT=0",
	"GCM_INTERACTIVE=never", "SSH_ASKPASS_REQUIRE=never", NULL
};
static const char *const asking_env[] = {
	REPO_VARIABLES, "LC_ALL=C", "LANGUAGE=", NULL
};

/* The words of a command line; its strings are lent or in the arena */
struct words {
	struct arena arena;
	const char **list;
	size_t n;
};

static void add_word(struct words *w, const char *word)
{
	const char **grown = gitperf_arena_grow(&w->arena, w->list, w->n, sizeof(*grown));

	if (!grown)
		return;
	w->list = grown;
	w->list[w->n++] = word;
}

static void add_words(struct words *w, const char *const *list)
{
	while (*list)
		add_word(w, *list++);
}

static void add_format(struct words *w, const char *fmt, ...) GITPERF_PRINTF(2, 3);

static void add_format(struct words *w, const char *fmt, ...)
{
	char text[2048], *whole = text;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* half a name would be another reference's */
	if (len >= (int)sizeof(text) && (whole = gitperf_arena_alloc(&w->arena, (size_t)len + 1))) {
		va_start(ap, fmt);
		vsnprintf(whole, (size_t)len + 1, fmt, ap);
		va_end(ap);
	}
	add_word(w, whole == text ? gitperf_arena_strdup(&w->arena, text) : whole);
}

/* Behind a named remote's own settings, which would come in the way */
static void add_overrides(struct words *w, const struct transport *t)
{
	if (gitperf_repo__is_named(t->repo, t->remote) <= 0)
		return;
	add_word(w, "-c");
	add_format(w, "remote.%s.mirror=false", t->remote);
}

void gitperf_transport_name(gitperf_buffer *out, const struct transport *t)
{
	const char *scheme = strstr(t->remote, "://"), *host, *end, *at = NULL, *p;

	if (!scheme) {
		gitperf_buf_adds(out, t->remote);
		return;
	}
	host = scheme + 3;
	end = host + strcspn(host, "/");
	for (p = host; p < end; p++)
		if (*p == '@')
			at = p;
	gitperf_buf_add(out, t->remote, (size_t)(host - t->remote));
	gitperf_buf_adds(out, at ? at + 1 : host);
}

/* What is done to a remote: in an error, and while it is done */
struct verb {
	const char *infinitive, *progressive;
};

static const struct verb to_list = { "list the references of", "asking" };
static const struct verb to_fetch = { "fetch from", "fetching from" };
static const struct verb to_push = { "push to", "pushing to" };

/* --- One connection --- */

static int timeout_ms(int *out, const struct transport *t)
{
	int64_t seconds = DEFAULT_TIMEOUT_S;
	int err = gitperf_repo__config_seconds(&seconds, t->repo, "perf.networkTimeout", 1);

	*out = (int)seconds * 1000;
	return err;
}

static void say(const struct transport *t, const struct verb *verb)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	if (!t->events || !t->events->progress)
		return;
	gitperf_buf_addf(&text, "%s ", verb->progressive);
	gitperf_transport_name(&text, t);
	t->events->progress(t->events->payload, text.ptr, 0, 0);
	gitperf_buffer_dispose(&text);
}

/* git's exit status, or an error; `err` receives what it says */
static int run(struct transport *t, const struct verb *verb, struct words *w,
	       gitperf_buffer *out, gitperf_buffer *err)
{
	struct spawn spawn = {
		.set_env = t->may_ask ? asking_env : silent_env, .out = out, .err = err,
		/* where git goes, too: addresses may be relative paths */
		.directory = gitperf_repo_worktree(t->repo),
		.limit = LIST_LIMIT, .own_session = !t->may_ask, .same_group = t->may_ask
	};
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	int rc;

	add_word(w, NULL);
	if (t->remote[0] == '-' || !t->remote[0])
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "'%s' is not the name of a remote", t->remote),
				    "git remote -v shows the remotes");
	if ((rc = timeout_ms(&spawn.timeout_ms, t)) < 0 ||
	    (rc = gitperf_arena_check(&w->arena)) < 0)
		return rc;
	say(t, verb);
	rc = gitperf_repo__git(t->repo, &spawn, w->list);
	if (rc == GITPERF_EBUSY) {
		gitperf_transport_name(&name, t);
		rc = gitperf_fail(GITPERF_ENET, "cannot %s '%s': no end within %d s", verb->infinitive, name.ptr, spawn.timeout_ms / 1000);
		gitperf_hint(rc, "try again later; git config perf.networkTimeout <seconds> allows more");
		gitperf_buffer_dispose(&name);
	}
	return rc;
}

/* --- ls-remote --- */

static int add_listed(struct listed_ref **out, size_t *n, struct arena *arena,
		      const char *line, size_t len)
{
	struct listed_ref *grown;
	git_oid id;

	if (len < 42 || line[40] != '\t' || git_oid_fromstrn(&id, line, 40) < 0)
		return gitperf_fail(GITPERF_EFORMAT, "git ls-remote said '%.*s'", (int)(len < 80 ? len : 80), line);
	grown = gitperf_arena_grow(arena, *out, *n, sizeof(*grown));
	if (!grown)
		return gitperf_fail_oom();
	*out = grown;
	git_oid_tostr(grown[*n].id, GITPERF_ID_SIZE, &id);
	grown[(*n)++].name = gitperf_arena_copy(arena, line + 41, len - 41);
	return gitperf_arena_check(arena);
}

int gitperf_transport_list(struct listed_ref **out, size_t *n, struct arena *arena,
			   struct transport *t, const char *const *patterns)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT, err = GITPERF_BUFFER_INIT;
	struct words w = { ARENA_INIT, NULL, 0 };
	const char *p;
	size_t len;
	int rc;

	*out = NULL;
	*n = 0;
	add_word(&w, "ls-remote");
	add_word(&w, "--refs");
	add_word(&w, "--");
	add_word(&w, t->remote);
	add_words(&w, patterns);
	rc = run(t, &to_list, &w, &text, &err);
	if (rc > 0)
		rc = gitperf_transport_fail(t, to_list.infinitive, &err);
	for (p = text.ptr; rc == 0 && *p; p += len + (p[len] == '\n')) {
		len = strcspn(p, "\n");
		rc = add_listed(out, n, arena, p, len);
	}
	gitperf_arena_free(&w.arena);
	gitperf_buffer_dispose(&text);
	gitperf_buffer_dispose(&err);
	return rc;
}

/* --- fetch --- */

int gitperf_transport_fetch(struct transport *t, const char *const *refspecs,
			    unsigned flags)
{
	static const char *const options[] = {
		"-c", "color.remote=false", "-c", "fetch.writeCommitGraph=false", "fetch",
		"--quiet", "--no-tags", "--refmap=", "--no-write-fetch-head", "--no-auto-maintenance",
		"--recurse-submodules=no", "--no-show-forced-updates", NULL
	};
	gitperf_buffer err = GITPERF_BUFFER_INIT;
	struct words w = { ARENA_INIT, NULL, 0 };
	int rc;

	add_overrides(&w, t);
	add_words(&w, options);
	add_word(&w, flags & FETCH_PRUNE ? "--prune" : "--no-prune");
	if (flags & FETCH_WHOLE)
		add_word(&w, "--no-filter");
	else if (gitperf_repo__is_partial(t->repo))
		add_word(&w, "--filter=blob:none");
	if (flags & FETCH_SHALLOW)
		add_word(&w, "--depth=1");
	add_word(&w, "--");
	add_word(&w, t->remote);
	add_words(&w, refspecs);
	rc = run(t, &to_fetch, &w, NULL, &err);
	/* a name that is not there, or an id that nothing there leads to */
	if (rc > 0 && (strstr(err.ptr, "couldn't find remote ref") || strstr(err.ptr, "not our ref")))
		rc = 0;
	else if (rc > 0)
		rc = gitperf_transport_fail(t, to_fetch.infinitive, &err);
	else if (!rc)
		rc = 1;
	gitperf_arena_free(&w.arena);
	gitperf_buffer_dispose(&err);
	return rc;
}

/* --- push --- */

/* What a server or git says of a reference that is not what we expected */
static const char *const lost[] = {
	"stale info", "fetch first", "non-fast-forward", "already exists", "needs force",
	"failed to update ref", "incorrect old value", "cannot lock ref", "failed to lock",
	"fetch updated", "atomic push fail", "atomic transaction failed"
};

static int is_lost(const char *why)
{
	size_t i;

	/* a rule of the server's, which would say the same again */
	if (strstr(why, "[remote rejected] (non-fast-forward"))
		return 0;
	for (i = 0; i < ARRAY_SIZE(lost); i++)
		if (strstr(why, lost[i]))
			return 1;
	return 0;
}

static struct push_ref *find_push(struct push_ref *refs, size_t n,
				  const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(refs[i].ref) == len && !memcmp(refs[i].ref, name, len))
			return &refs[i];
	return NULL;
}

/* "<flag>\t<from>:<to>\t<summary>"; returns whether it was about one of ours */
static int take_line(struct push_ref *refs, size_t n, const char *line, size_t len)
{
	const char *end = line + len, *colon, *tab;
	enum push_status status;
	struct push_ref *push;
	int found;
	char why[sizeof(push->why)];

	if (len < 3 || line[1] != '\t' || !(colon = memchr(line, ':', len)) ||
	    !(tab = memchr(colon, '\t', (size_t)(end - colon))))
		return 0;
	push = find_push(refs, n, colon + 1, (size_t)(tab - colon - 1));
	if (!push)
		return 0;
	snprintf(why, sizeof(why), "%.*s", (int)(end - tab - 1), tab + 1);
	status = line[0] != '!' ? PUSH_DONE : is_lost(why) ? PUSH_LOST : PUSH_REFUSED;
	/* a remote may have several addresses: what the worst of them says */
	if (push->why[0] && status <= push->status)
		return 0;
	found = !push->why[0];
	push->status = status;
	memcpy(push->why, why, sizeof(why));
	return found;
}

/* The server may say more of a refusal than its one reason */
static void add_remote_words(struct push_ref *push, gitperf_buffer *err)
{
	static const char unpack[] = "error: remote unpack failed: ";
	const char *p = err->ptr, *best = NULL;
	size_t used = strlen(push->why), len;

	for (; *p; p = gitperf_next_line(p))
		if (!strncmp(p, "remote: ", 8) && strncmp(p, "remote: Resolving", 17) && p[8] != ' ')
			best = best && strncmp(p, "remote: error", 13) ? best : p + 8;
	if (!best && (best = strstr(err->ptr, unpack)))
		best += strlen(unpack);
	if (!best)
		return;
	len = strcspn(best, "\n");
	while (len && best[len - 1] == ' ')
		len--;
	snprintf(push->why + used, sizeof(push->why) - used, ": %.*s", (int)len, best);
}

static void add_refs(struct words *w, const struct transport *t,
		     const struct push_ref *refs, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		add_format(w, "--force-with-lease=%s:%s", refs[i].ref,
			   refs[i].expected ? refs[i].expected : "");
	add_word(w, "--");
	add_word(w, t->remote);
	for (i = 0; i < n; i++)
		add_format(w, "%s:%s", refs[i].id ? refs[i].id : "", refs[i].ref);
}

/* git has spoken of each reference, or of none */
static int take_answer(struct transport *t, struct push_ref *refs, size_t n,
		       int rc, gitperf_buffer *out, gitperf_buffer *err)
{
	const char *p;
	size_t found = 0, done = 0, len, i;

	for (i = 0; i < n; i++)
		refs[i].why[0] = '\0';
	if (strstr(err->ptr, "does not support --atomic")) {
		t->no_atomic = 1;
		return gitperf_fail(GITPERF_EINVALID, "the server cannot move several references at once");
	}
	for (p = out->ptr; *p; p += len + (p[len] == '\n')) {
		len = strcspn(p, "\n");
		found += (size_t)take_line(refs, n, p, len);
	}
	for (i = 0; i < n; i++)
		done += refs[i].status == PUSH_DONE;
	/* all is well and yet it failed: one of several addresses was not reached */
	if (found < n || (rc && done == n))
		return rc ? gitperf_transport_fail(t, to_push.infinitive, err) :
			gitperf_fail(GITPERF_ENET, "git push did not say what became of '%s'", refs[0].ref);
	for (i = 0; i < n; i++)
		if (refs[i].status != PUSH_DONE)
			add_remote_words(&refs[i], err);
	return 0;
}

int gitperf_transport_push(struct transport *t, struct push_ref *refs, size_t n,
			   unsigned flags)
{
	static const char *const options[] = {
		"-c", "color.remote=false", "-c", "push.pushOption=", "push", "--porcelain", "--no-verify",
		"--no-follow-tags", "--no-signed", "--recurse-submodules=no", "--no-thin",
		"--no-progress", NULL
	};
	gitperf_buffer out = GITPERF_BUFFER_INIT, err = GITPERF_BUFFER_INIT;
	struct words w = { ARENA_INIT, NULL, 0 };
	int rc;

	add_overrides(&w, t);
	add_words(&w, options);
	if (flags & PUSH_ATOMIC)
		add_word(&w, "--atomic");
	add_refs(&w, t, refs, n);
	rc = run(t, &to_push, &w, &out, &err);
	if (rc >= 0)
		rc = take_answer(t, refs, n, rc, &out, &err);
	gitperf_arena_free(&w.arena);
	gitperf_buffer_dispose(&out);
	gitperf_buffer_dispose(&err);
	return rc;
}
