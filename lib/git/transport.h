/*
 * transport.h - references of another repository, moved by the user's own git
 *
 *	struct transport t = TRANSPORT_INIT(repo, "origin");
 *	struct push_ref push = { .ref = ref, .expected = old, .id = new };
 *
 *	err = gitperf_transport_push(&t, &push, 1, 0);
 *	if (!err && push.status == PUSH_LOST)
 *		... fetch, and try again ...
 *
 * git is run with the URL, login, proxy and hooks' settings that `git push`
 * would use, and with everything switched off that would make it touch more
 * than the references named here. Each call is one connection with a time
 * limit of its own.
 */
#ifndef GITPERF_GIT_TRANSPORT_H
#define GITPERF_GIT_TRANSPORT_H

#include "base/arena.h"
#include "git/git.h"

struct transport {
	gitperf_repo *repo;
	const char *remote;        /* a name, a URL or a path */
	int may_ask;               /* git may ask on the terminal */
	int no_atomic;             /* learned: this server does not offer it */
	const gitperf_events *events; /* told what is being done, or NULL */
};

#define TRANSPORT_INIT(repo, remote) { repo, remote, 0, 0, NULL }

/** The remote as people may see it: without a login in its URL. */
void gitperf_transport_name(gitperf_buffer *out, const struct transport *t);

/** List those of the remote that match patterns as of git-ls-remote(1); NULL-terminated. */
int gitperf_transport_list(struct listed_ref **out, size_t *n, struct arena *arena,
			   struct transport *t, const char *const *patterns);

#define FETCH_SHALLOW (1u << 0)    /* the newest commit alone */
#define FETCH_PRUNE (1u << 1)      /* remove what a pattern no longer brings */
#define FETCH_WHOLE (1u << 2)      /* all objects, in a partial clone, too */

/**
 * Fetch "+<source>:<destination>" into references of ours; NULL-terminated. A source
 * is a name, a pattern, or the id of a commit.
 * A partial clone gets commits and trees, and the rest when it is wanted.
 * 1, or 0 when the remote lacks a source that is no pattern: then nothing came.
 */
int gitperf_transport_fetch(struct transport *t, const char *const *refspecs,
			    unsigned flags);

enum push_status {
	PUSH_DONE,
	PUSH_LOST,                 /* it was not what we expected: look again */
	PUSH_REFUSED               /* the server will not have it; see `why` */
};

struct push_ref {
	const char *ref;           /* of the remote */
	const char *expected;      /* its id now; NULL: it must not exist */
	const char *id;            /* its id then; NULL: remove it */
	enum push_status status;   /* out */
	char why[200];             /* out: the words of git or of the server */
};

#define PUSH_ATOMIC (1u << 0)      /* all or none, where the server can */

/**
 * Move references of the remote from what is expected, in one connection. 0
 * when the server has answered for each; then `status` tells. An error means
 * that nothing is known: GITPERF_ENET, GITPERF_EDENIED, GITPERF_ENOTFOUND.
 * With PUSH_ATOMIC and a server that cannot: GITPERF_EINVALID, nothing moved,
 * and no_atomic is set.
 */
int gitperf_transport_push(struct transport *t, struct push_ref *refs, size_t n,
			   unsigned flags);

/* transport_failure.c */

/**
 * The error for what git said when it could not "fetch from" or "push to" a
 * remote: GITPERF_EDENIED, GITPERF_ENOTFOUND, GITPERF_EIO for a disk that is full
 * here, else GITPERF_ENET.
 */
int gitperf_transport_fail(const struct transport *t, const char *what,
			   gitperf_buffer *words);

#endif
