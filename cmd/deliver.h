/*
 * deliver.h - what becomes of a measurement: the branch, a file, the screen
 */
#ifndef DELIVER_H
#define DELIVER_H

#include "cmd.h"

struct delivery {
	const char *output;   /* a directory for artifacts, "-", or NULL */
	int unique;           /* ids in their names */
	int no_append;        /* leave the branch alone */
	int json;
	int color;
};

/**
 * Refuse what would be found out only after measuring: a branch or an artifact
 * that cannot be written. Returns an exit status.
 */
int deliver_check(struct cmd *cmd, const struct delivery *d, const gitperf_session *session);

/** Report, land and write all records of a session that has run. */
int deliver(struct cmd *cmd, const struct delivery *d, const gitperf_session *session);

#endif
