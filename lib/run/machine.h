/*
 * machine.h - facts about this machine, one by one
 */
#ifndef GITPERF_RUN_MACHINE_H
#define GITPERF_RUN_MACHINE_H

#include "base/arena.h"

#include <gitperf/common.h>

/** More than there are facts. */
#define MACHINE_MAX 16

/** No value is longer. */
#define MACHINE_VALUE_MAX 200

struct facts {
	struct arena *arena;
	gitperf_pair pairs[MACHINE_MAX];
	size_t n;
};

/**
 * Note a fact: the value becomes one line of clean UTF-8 (text.h) of at most
 * MACHINE_VALUE_MAX bytes; an empty one is not noted, and of two values for
 * a key the first stays. `key` must be static.
 */
void gitperf_machine__note(struct facts *facts, const char *key,
			   const char *value, size_t len);

/** Note a number. */
void gitperf_machine__note_number(struct facts *facts, const char *key,
				  uint64_t value);

/**
 * What the files of Linux tell: cpu, cores, memory, kernel, image,
 * virtualised, governor, turbo, aslr, load. `root` stands before their paths.
 */
#ifdef GITPERF_PORTABLE
# define gitperf_machine__linux(facts, root) ((void)(root))
#else
void gitperf_machine__linux(struct facts *facts, const char *root);

/** Read the first 64 KiB of root + path; 0 when there is nothing to read. */
int gitperf_machine__read(gitperf_buffer *out, const char *root,
			  const char *path);

/**
 * The value in the first line that is `key`, then spaces, then `separator`;
 * NULL when there is none. A NUL byte ends the text. Lent by it.
 */
const char *gitperf_machine__line(const char *text, const char *key,
				  char separator, size_t *len);

/** How many there are in a list such as "0-3,8,10-11"; 0: not such a list. */
uint64_t gitperf_machine__count(const char *list);
#endif

#endif
