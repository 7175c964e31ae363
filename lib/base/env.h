/*
 * env.h - the environment, for rooms that have no door to it
 */
#ifndef GITPERF_BASE_ENV_H
#define GITPERF_BASE_ENV_H

/** As getenv(3). */
const char *gitperf_env(const char *name);

#endif
