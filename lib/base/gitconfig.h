/*
 * gitconfig.h - the syntax of git's configuration files, with line numbers
 *
 *	struct gitconfig config;
 *	struct arena arena = ARENA_INIT;
 *
 *	err = gitperf_gitconfig_parse(&config, &arena, ".gitperf", bytes, len);
 *	for (i = 0; i < config.n; i++)
 *		... config.entries[i].key, or the header of a section ...
 *
 * For files that a repository's authors write. Neither git nor libgit2 says
 * on which line an entry stands, and a message without it is no help. What is
 * read is what git reads (of git 2.45 or newer, where tabs in a value stay
 * tabs); refused are, besides what git refuses, NUL and what is not UTF-8.
 * Nothing is included from elsewhere.
 */
#ifndef GITPERF_BASE_GITCONFIG_H
#define GITPERF_BASE_GITCONFIG_H

#include "base/arena.h"

/** No file has more entries and headers. */
#define GITCONFIG_ENTRIES_MAX 100000

/** "section.subsection.key = value", or the header of a section. */
struct gitconfig_entry {
	const char *section;     /* lower-case; NULL: before the first header */
	const char *subsection;  /* NULL: none; lower-case if written [a.b] */
	const char *key;         /* lower-case; NULL: this is a header */
	const char *value;       /* NULL: the key alone, which means true */
	unsigned line;           /* on which it begins */
	int glued;               /* a comment that says something follows the value
	                          * without a blank: maybe it was meant as part */
};

struct gitconfig {
	const struct gitconfig_entry *entries; /* as in the file */
	size_t n;
};

/** GITPERF_EFORMAT names the file, by `path`, and the line. */
int gitperf_gitconfig_parse(struct gitconfig *out, struct arena *arena,
			    const char *path, const char *bytes, size_t len);

/** "On", "false", "1": 1 or 0, or -1 for what git takes for neither. */
int gitperf_gitconfig_bool(const char *value);

#endif
