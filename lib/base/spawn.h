/*
 * spawn.h - run another program and take its output
 *
 * No shell: argv is passed as it is. The program's standard input is empty, unless
 * there is a file for it.
 */
#ifndef GITPERF_BASE_SPAWN_H
#define GITPERF_BASE_SPAWN_H

#include <gitperf/common.h>
#include <stdio.h>
#include <sys/types.h>

struct spawn {
	const char *const *argv;     /* NULL-terminated */
	const char *const *set_env;  /* "NAME=value", or to unset "NAME" or all "NAME*"; or NULL */
	const char *directory;       /* NULL: here */
	int in;                      /* a descriptor to read from; 0: nothing */
	gitperf_buffer *out;         /* NULL: thrown away */
	gitperf_buffer *err;         /* NULL: thrown away */
	size_t limit;                /* of each stream, then it is cut; 0: 1 MiB */
	int timeout_ms;              /* 0: none; then the process group is killed */
	int own_session;             /* no terminal to ask on */
	int same_group;              /* stay in ours, to ask on its terminal in spite of a limit */
	int detached;                /* of gitperf_spawn_detached() alone */
};

/**
 * Run to the end; returns its exit status 0..255 (128 + n for a signal), or
 * a negative error when it could not be started or ran out of time.
 */
int gitperf_spawn(const struct spawn *spawn);

/**
 * Start it and let it go its way: in a session of its own, nobody's child, with
 * /dev/null for its streams and nothing else open, so that nobody who waits for
 * us to end waits for it. 0 once it runs. Only argv, set_env and directory
 * count.
 */
int gitperf_spawn_detached(const struct spawn *spawn);

/** A program that we write to while it works. */
struct feed {
	pid_t pid;
	int fd;                      /* its standard input */
	FILE *err;                   /* what it says on standard error */
	gitperf_buffer pending;      /* not written yet */
	int may_leave;               /* to be set: it need not read all of it */
};

/** Start it, with `set_env` as above; its standard output is thrown away. */
int gitperf_feed_open(struct feed *feed, const char *const *argv,
		      const char *const *set_env);
/** Write to it; an error when it has gone. */
int gitperf_feed_write(struct feed *feed, const void *bytes, size_t len);
/**
 * Close its input and wait for it. GITPERF_EIO with its own words unless it
 * exits with 0. Without gitperf_feed_open() having succeeded, does nothing.
 */
int gitperf_feed_close(struct feed *feed);

#endif
