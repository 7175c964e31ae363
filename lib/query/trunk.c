/*
 * trunk.c - which branch is the trunk, and which policy follows from it
 *
 * Everybody who plans must come to the same answer, so what the history says
 * comes before what one clone looks like, and git config alone, which somebody has
 * typed, comes before that. Knows nothing of what is planned.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/policy.h"
#include "git/git.h"
#include "query/trunk.h"

#define HEADS "refs/heads/"

static void add_ref(gitperf_buffer *out, const char *remote, const char *name)
{
	if (remote)
		gitperf_buf_addf(out, "refs/remotes/%s/%s", remote, name);
	else
		gitperf_buf_addf(out, HEADS "%s", name);
}

/* The branch of the records has a history of its own, of nothing to be measured */
static int holds_data(gitperf_repo *repo, const char *name)
{
	const char *data = gitperf_repo_data_ref(repo);

	return !strncmp(data, HEADS, strlen(HEADS)) && !strcmp(data + strlen(HEADS), name);
}

/* --- Its name ------------------------------------------------------------- */

static int fail_data(const char *who, const char *name)
{
	gitperf_fail(GITPERF_EINVALID, "%s '%.100s' is the branch that holds the data", who, name);
	return gitperf_hint(GITPERF_EINVALID, "name the one that is measured: git config perf.trunk <branch>");
}

/* 1, and the name that somebody has typed; or 0 */
static int take_configured(gitperf_buffer *out, gitperf_repo *repo)
{
	gitperf_buffer value = GITPERF_BUFFER_INIT;
	struct arena arena = ARENA_INIT;
	gitperf_policy policy = gitperf_policy_usual;
	int found = gitperf_repo_config_string(&value, repo, "perf.trunk");

	if (found > 0 && value.len) {
		int err = gitperf_policy_override(&policy, &arena, "perf.trunk", value.ptr);

		if (!err && holds_data(repo, policy.trunk))
			err = fail_data("perf.trunk", policy.trunk);
		if (!err)
			gitperf_buf_adds(out, policy.trunk);
		found = err < 0 ? err : 1;
	} else if (found > 0) {
		found = 0;
	}
	gitperf_arena_free(&arena);
	gitperf_buffer_dispose(&value);
	return found;
}

/* The branch that a symbolic reference stands for, if it is one of those */
static int take_target(gitperf_buffer *out, gitperf_repo *repo, const char *remote,
		       const char *symbolic)
{
	gitperf_buffer target = GITPERF_BUFFER_INIT, prefix = GITPERF_BUFFER_INIT;
	int found;

	add_ref(&prefix, remote, "");
	found = gitperf_repo__symbolic(&target, repo, symbolic);
	if (prefix.failed)
		found = gitperf_buf_check(&prefix);
	if (found > 0) {
		found = !strncmp(target.ptr, prefix.ptr, prefix.len) &&
			!holds_data(repo, target.ptr + prefix.len);
		if (found)
			gitperf_buf_adds(out, target.ptr + prefix.len);
	}
	gitperf_buffer_dispose(&target);
	gitperf_buffer_dispose(&prefix);
	return found;
}

static int is_here(gitperf_repo *repo, const char *remote, const char *name)
{
	gitperf_buffer ref = GITPERF_BUFFER_INIT;
	char id[GITPERF_ID_SIZE];
	int found;

	add_ref(&ref, remote, name);
	found = gitperf_buf_check(&ref);
	if (!found)
		found = gitperf_repo__tip(id, repo, ref.ptr);
	gitperf_buffer_dispose(&ref);
	return found;
}

/* What a server, or a clone of one, takes for it; it may be gone since */
static int take_default(gitperf_buffer *out, gitperf_repo *repo, const char *remote)
{
	gitperf_buffer head = GITPERF_BUFFER_INIT;
	size_t start = out->len;
	int found;

	if (!remote && gitperf_repo_worktree(repo))
		return 0;
	if (remote)
		add_ref(&head, remote, "HEAD");
	else
		gitperf_buf_adds(&head, "HEAD");
	found = gitperf_buf_check(&head);
	if (!found)
		found = take_target(out, repo, remote, head.ptr);
	if (found > 0 && (found = is_here(repo, remote, out->ptr + start)) <= 0)
		gitperf_buf_truncate(out, start);
	gitperf_buffer_dispose(&head);
	return found;
}

static int take_usual(gitperf_buffer *out, gitperf_repo *repo, const char *remote)
{
	static const char *const names[] = { "main", "master", "trunk" };
	int found = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names) && !found; i++) {
		found = holds_data(repo, names[i]) ? 0 : is_here(repo, remote, names[i]);
		if (found > 0)
			gitperf_buf_adds(out, names[i]);
	}
	return found;
}

int gitperf_trunk_name(gitperf_buffer *out, gitperf_repo *repo, const char *remote)
{
	int found = take_configured(out, repo);

	if (!found)
		found = take_default(out, repo, remote);
	if (!found)
		found = take_usual(out, repo, remote);
	/* even if there are no commits on it yet: others will say so */
	if (!found && !remote)
		found = take_target(out, repo, NULL, "HEAD");
	if (found)
		return found < 0 ? found : gitperf_buf_check(out);
	if (!remote) {
		gitperf_fail(GITPERF_ENOTFOUND, "nothing here says which branch is the trunk");
		return gitperf_hint(GITPERF_ENOTFOUND, "git config perf.trunk <branch>");
	}
	/* most often it was just added, or is still empty */
	gitperf_fail(GITPERF_ENOTFOUND, "nothing here says which branch of '%.100s' is the trunk", remote);
	return gitperf_hint(GITPERF_ENOTFOUND, "git config perf.trunk <branch>, unless that has still to be fetched, "
			    "or to be pushed there: git fetch, git push");
}

/* --- What it says --------------------------------------------------------- */

struct opening {
	struct trunk *trunk;
	gitperf_repo *repo;
	const char *remote;
};

static int fail_missing(const struct opening *o)
{
	gitperf_fail(GITPERF_ENOTFOUND, "there are no commits of the trunk '%.100s' here: no %.200s",
		     o->trunk->name, o->trunk->ref);
	if (o->remote)
		return gitperf_hint(GITPERF_ENOTFOUND, "git fetch %.100s; or name another branch: "
				    "git config perf.trunk <branch>", o->remote);
	return gitperf_hint(GITPERF_ENOTFOUND, "git branch shows those that are here: git config perf.trunk <branch>");
}

static int read_suite(const struct opening *o)
{
	gitperf_buffer spec = GITPERF_BUFFER_INIT, name = GITPERF_BUFFER_INIT;
	gitperf_buffer bytes = GITPERF_BUFFER_INIT;
	struct trunk *t = o->trunk;
	int err;

	gitperf_buf_addf(&spec, "%s:" GITPERF_SUITE_FILE, t->head);
	gitperf_buf_addf(&name, "%s:" GITPERF_SUITE_FILE, t->name);
	err = gitperf_buf_check(&spec);
	if (!err)
		err = gitperf_buf_check(&name);
	if (!err && (err = gitperf_repo_read_file(&bytes, o->repo, spec.ptr, GITPERF_SUITE_MAX)) < 0 &&
	    err != GITPERF_ENOTFOUND)
		err = gitperf_blame(err, "%.100s", name.ptr);
	else if (err == GITPERF_ENOTFOUND)
		err = 0;
	else if (!err)
		err = gitperf_suite_parse(&t->suite, name.ptr, bytes.ptr, bytes.len);
	gitperf_buffer_dispose(&bytes);
	gitperf_buffer_dispose(&name);
	gitperf_buffer_dispose(&spec);
	return err;
}

/* The trunk of that name; `ref` NULL: where that is */
static int load(const struct opening *o, const char *name, const char *ref)
{
	gitperf_buffer full = GITPERF_BUFFER_INIT;
	struct trunk *t = o->trunk;
	int found;

	if (ref)
		gitperf_buf_adds(&full, ref);
	else
		add_ref(&full, o->remote, name);
	t->name = gitperf_arena_strdup(&t->arena, name);
	t->ref = gitperf_arena_strdup(&t->arena, full.ptr);
	found = gitperf_buf_check(&full);
	if (!found)
		found = gitperf_arena_check(&t->arena);
	gitperf_buffer_dispose(&full);
	if (!found && (holds_data(o->repo, name) || !strcmp(t->ref, gitperf_repo_data_ref(o->repo))))
		found = fail_data("the trunk", t->name);
	else if (!found && !(found = gitperf_repo__tip(t->head, o->repo, t->ref)))
		found = fail_missing(o);
	return found < 0 ? found : read_suite(o);
}

/* Once: what that one says of the trunk is no reason to go on from there */
static int follow(const struct opening *o)
{
	struct trunk *t = o->trunk;
	gitperf_suite *first = t->suite;
	const char *from = t->name, *to = first ? first->policy->trunk : NULL;
	int err;

	if (!to || !strcmp(to, from))
		return 0;
	t->suite = NULL;
	err = load(o, to, NULL);
	/* what is wrong in a suite has been said with its place */
	if (err < 0 && err != GITPERF_EFORMAT && err != GITPERF_ENOMEM)
		err = gitperf_blame(err, "'%.100s:" GITPERF_SUITE_FILE "' names the trunk '%.100s'", from, to);
	gitperf_suite_free(first);
	return err;
}

static int override(const struct opening *o)
{
	struct trunk *t = o->trunk;
	gitperf_policy *policy = gitperf_arena_alloc(&t->arena, sizeof(*policy));
	const struct policy_key *key = gitperf_policy_keys;
	int err = 0;

	if (!policy)
		return gitperf_fail_oom();
	*policy = t->suite ? *t->suite->policy : gitperf_policy_usual;
	for (; key->name && !err; key++) {
		gitperf_buffer value = GITPERF_BUFFER_INIT;
		int found = gitperf_repo_config_string(&value, o->repo, key->name);

		err = found < 0 ? found : 0;
		if (found > 0 && value.len)
			err = gitperf_policy_override(policy, &t->arena, key->name, value.ptr);
		gitperf_buffer_dispose(&value);
	}
	t->policy = policy;
	return err < 0 ? err : gitperf_policy_check(policy);
}

/* The branch that a reference is, git's copy or ours; of one that is none, the trunk's */
static int name_of(gitperf_buffer *out, const struct opening *o, const char *ref)
{
	gitperf_buffer prefix = GITPERF_BUFFER_INIT, ours = GITPERF_BUFFER_INIT;
	int err;

	add_ref(&prefix, o->remote, "");
	err = gitperf_buf_check(&prefix);
	if (!err && o->remote)
		err = gitperf_repo__remote_ref(&ours, o->repo, o->remote, HEADS);
	if (!err && ref && !strncmp(ref, prefix.ptr, prefix.len))
		gitperf_buf_adds(out, ref + prefix.len);
	else if (!err && ref && ours.len && !strncmp(ref, ours.ptr, ours.len))
		gitperf_buf_adds(out, ref + ours.len);
	else if (!err)
		err = gitperf_trunk_name(out, o->repo, o->remote);
	gitperf_buffer_dispose(&prefix);
	gitperf_buffer_dispose(&ours);
	return err < 0 ? err : gitperf_buf_check(out);
}

int gitperf_trunk_open(struct trunk *out, gitperf_repo *repo, const char *remote,
		       const char *ref)
{
	const struct opening o = { out, repo, remote };
	gitperf_buffer name = GITPERF_BUFFER_INIT, typed = GITPERF_BUFFER_INIT;
	int err;

	memset(out, 0, sizeof(*out));
	err = name_of(&name, &o, ref);
	if (!err)
		err = load(&o, name.ptr, ref);
	if (!err && !ref && !(err = take_configured(&typed, repo)))
		err = follow(&o);
	if (err >= 0)
		err = override(&o);
	if (err < 0)
		gitperf_trunk_close(out);
	gitperf_buffer_dispose(&name);
	gitperf_buffer_dispose(&typed);
	return err;
}

void gitperf_trunk_close(struct trunk *trunk)
{
	gitperf_suite_free(trunk->suite);
	gitperf_arena_free(&trunk->arena);
	memset(trunk, 0, sizeof(*trunk));
}
