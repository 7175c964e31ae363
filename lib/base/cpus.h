/*
 * cpus.h - lists of processors, as the kernel and people write them
 */
#ifndef GITPERF_BASE_CPUS_H
#define GITPERF_BASE_CPUS_H

/** Processors are below this number, here and in Linux as people build it. */
#define CPUS_MOST 8192

/**
 * Read the next range of a list such as "0-3,8,10-11", which a newline may
 * end. Returns 1 and moves *list, 0 when that is at its end, or -1 when this
 * is no such list: there, *list stands at the text that is wrong.
 */
int gitperf_cpus__next(const char **list, unsigned *first, unsigned *last);

#endif
