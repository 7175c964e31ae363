/*
 * repo.h - what a repository handle holds
 */
#ifndef GITPERF_GIT_REPO_H
#define GITPERF_GIT_REPO_H

#include "git/git.h"

struct gitperf_repo {
	git_repository *git;
	git_config *config;        /* one snapshot for the life of the handle */
	gitperf_buffer overrides;  /* "key\nvalue\0"..., instead of that, or empty */
	gitperf_buffer ours;       /* "refs/perf", or with a namespace behind */
	gitperf_buffer data, inbox, quarantine, queue, seen, notes;
	char suffix[10];           /* of files of this data branch alone: "", or "-" and 8 digits */
	gitperf_buffer subject;    /* of the commit looked at last */
	gitperf_buffer promisor;   /* of a part: the remote that has the rest, or empty */
	gitperf_buffer handed;     /* ... variables for git, one after the other */
	const char **env;          /* ... and as a list, or NULL */
};

/** An empty handle; NULL without memory. gitperf_repo_free() frees it. */
gitperf_repo *gitperf_repo__new(void);

/** Take the configuration as it is now. */
int gitperf_repo__load_config(gitperf_repo *repo);

/** Make the names of our references from it. */
int gitperf_repo__load_refs(gitperf_repo *repo);

#endif
