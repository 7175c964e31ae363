/*
 * git.h - what the store needs of the repository beyond the public header
 */
#ifndef GITPERF_GIT_GIT_H
#define GITPERF_GIT_GIT_H

#include <git2.h>
#include "base/spawn.h"
#include <gitperf/repo.h>

/** libgit2's handle; lent. */
git_repository *gitperf_repo__handle(gitperf_repo *repo);

/**
 * Turn a negative libgit2 return code into an error of ours, "what: why".
 * `what` names the thing that failed.
 */
int gitperf_fail_git(int rc, const char *fmt, ...) GITPERF_PRINTF(2, 3);

/**
 * Run git on the repository: `args` follow "git --git-dir=<...>". The rest as
 * in gitperf_spawn(); argv of `spawn` is filled in, and the environment where
 * it has none, which must begin with REPO_VARIABLES.
 */
int gitperf_repo__git(gitperf_repo *repo, struct spawn *spawn,
		      const char *const *args);

/** Of the environment: what names a repository or its parts. */
#define REPO_VARIABLES \
	"GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", \
	"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", \
	"GIT_QUARANTINE_PATH", "GIT_NAMESPACE", "GIT_PREFIX"

/** The same, to be unset; NULL-terminated. */
extern const char *const gitperf_repo__variables[];

/** Start git to be written to, in the same way. */
int gitperf_repo__git_feed(gitperf_repo *repo, struct feed *feed,
			   const char *const *args);

/** A reference, here or at a remote; the name is in the arena of the list. */
struct listed_ref {
	const char *name;
	char id[GITPERF_ID_SIZE];
};

/** Append what a symbolic reference stands for: 1, or 0 for none such. */
int gitperf_repo__symbolic(gitperf_buffer *out, gitperf_repo *repo, const char *ref);

/** The commit that a reference leads to, by its full name: 1, or 0 for none such. */
int gitperf_repo__tip(char out[GITPERF_ID_SIZE], gitperf_repo *repo, const char *ref);

/** As gitperf_repo__shared_bits() asks, so the umask; returns the old one. */
unsigned gitperf_repo__shared_umask(gitperf_repo *repo);

/** A commit of a chain of first parents. */
struct link {
	git_oid id;
	gitperf_time time;         /* of the committer */
	int is_merge;
};

/** From new to old; begins as all zero. */
struct chain {
	struct link *links;
	size_t n, room;
};

/**
 * A commit as it is stored, but for its id: 1 and its first parent; 0 at a root. In a
 * shallow clone the parent may not be here, whatever libgit2 makes of that.
 */
int gitperf_link_parse(struct link *out, git_oid *parent, const char *text, size_t len);

/**
 * Walk along first parents, as gitperf_history_open() does: nothing but this is
 * read of the commits, so it takes a fraction of the time.
 */
int gitperf_chain_load(struct chain *out, gitperf_repo *repo, const char *range, size_t max);
void gitperf_chain_free(struct chain *chain);

/** The commit that a revision names. */
int gitperf_repo__lookup(git_oid *out, gitperf_repo *repo, const char *rev);

/** What a commit says of itself; its subject goes into `subject`. */
int gitperf_repo__describe(gitperf_commit *out, gitperf_buffer *subject,
			   const git_commit *commit);

/**
 * Look at a commit: 1, and its first parent's id ("": it has none), which this
 * clone may lack; 0 when it lacks the commit. The subject is lent by the
 * repository until the next call.
 */
int gitperf_repo__look(gitperf_commit *out, char parent[GITPERF_ID_SIZE],
		       gitperf_repo *repo, const char *id);

/**
 * A time in whole seconds, from `least` to a day: what `key` has, else what is in
 * `seconds` already.
 */
int gitperf_repo__config_seconds(int64_t *seconds, gitperf_repo *repo, const char *key,
				 int64_t least);

/** The file `name` in the common directory's perf/ folder. */
int gitperf_repo__file(gitperf_buffer *out, const gitperf_repo *repo,
		       const char *name);

/** Create a directory below the common directory's perf/ folder ("" for itself). */
int gitperf_repo__mkdir(const gitperf_repo *repo, const char *name);

/** The same for a file or folder that each data branch has for itself. */
int gitperf_repo__own_file(gitperf_buffer *out, const gitperf_repo *repo, const char *name);
/** Create such a folder, and perf/ where it is missing. */
int gitperf_repo__own_mkdir(const gitperf_repo *repo, const char *name);

/** Below these, without a slash behind: lanes, and lanes that were refused. */
const char *gitperf_repo__inbox(const gitperf_repo *repo);
const char *gitperf_repo__quarantine(const gitperf_repo *repo);
/** The reference of what is to be measured. */
const char *gitperf_repo__queue(const gitperf_repo *repo);
/** The reference that remembers what this clone last wrote. */
const char *gitperf_repo__seen_ref(const gitperf_repo *repo);
/** Append the reference of the commit that a worker is at. */
int gitperf_repo__work_ref(gitperf_buffer *out, const gitperf_repo *repo, const char *worker);
/** Below it, without a slash behind: a notes reference for each platform. */
const char *gitperf_repo__notes(const gitperf_repo *repo);

/** 1 if a remote of that name is configured; a URL or a path is not. */
int gitperf_repo__is_named(gitperf_repo *repo, const char *remote);

/** 1 if git can make something of it: such a name, a URL, or a folder that is there. */
int gitperf_repo__is_remote(gitperf_repo *repo, const char *remote);

/** git's own remote-tracking name of the data branch; empty if there is none. */
int gitperf_repo__tracking_ref(gitperf_buffer *out, gitperf_repo *repo,
			       const char *remote);

/** The reference in which we keep a copy of one ("refs/...") of a remote. */
int gitperf_repo__remote_ref(gitperf_buffer *out, gitperf_repo *repo,
			     const char *remote, const char *ref);

/**
 * Who writes the commits: GIT_COMMITTER_*, else user.name and user.email,
 * else a name of our own, because a CI job often has none.
 */
int gitperf_repo__signature(git_signature **out, gitperf_repo *repo);

/** Append their name. */
int gitperf_repo__who(gitperf_buffer *out, gitperf_repo *repo);

/** Whether objects and refs must reach the disk at once (core.fsync). */
int gitperf_repo__is_durable(gitperf_repo *repo);

/** Permission bits that core.sharedRepository wants kept in the umask's face. */
unsigned gitperf_repo__shared_bits(gitperf_repo *repo);

/** GITPERF_EINVALID names a reference that leaves no place for this one. */
int gitperf_repo__can_create_ref(gitperf_repo *repo, const char *ref);

/**
 * Create a reference with git itself, which checks for names in the way.
 * GITPERF_EEXISTS when it was created meanwhile.
 */
int gitperf_repo__create_ref(gitperf_repo *repo, const char *ref,
			     const git_oid *target);

/**
 * Open a repository beside this one into which a branch of a remote can be
 * fetched in part: its newest commit and trees. References in it are its own, its
 * configuration is that of this one. 1, or 0 where there can be none (a URL).
 */
int gitperf_repo__open_part(gitperf_repo **out, gitperf_repo *repo, const char *remote);

/**
 * The id of a file at the top of a commit, which a partial clone need not have: 1;
 * 0, and "", when it has none.
 */
int gitperf_repo__file_id(char out[GITPERF_ID_SIZE], gitperf_repo *repo, const char *commit,
			  const char *name);

/**
 * Append a file's content by its id, at most `limit` bytes; a partial clone fetches
 * it. GITPERF_ENOTFOUND: nobody has it.
 */
int gitperf_repo__read_blob(gitperf_buffer *out, gitperf_repo *repo, const char *id,
			    size_t limit);

/** Room for what a commit has at a path. */
#define REPO_ENTRY_SIZE (8 + GITPERF_ID_SIZE)

/**
 * What a commit has at a path, as "<mode> <id>" with the mode in six octal digits:
 * two that are equal have the same content. "": nothing. No file need be here.
 */
int gitperf_repo__entry(char out[REPO_ENTRY_SIZE], gitperf_repo *repo, const char *commit,
			const char *path);

/** 1 if this is a partial clone, which lacks objects that its remote has. */
int gitperf_repo__is_partial(gitperf_repo *repo);

/**
 * Have git fetch objects that a partial clone lacks; `ids` is an id a line.
 * 1 when they came, 0 when this is no partial clone.
 */
int gitperf_repo__fetch_objects(gitperf_repo *repo, const gitperf_buffer *ids);

#endif
