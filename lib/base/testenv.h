/*
 * testenv.h - what only a test sets in the environment
 */
#ifndef GITPERF_BASE_TESTENV_H
#define GITPERF_BASE_TESTENV_H

/**
 * The folder that stands for "/" when looking at the machine:
 * GIT_PERF_TEST_SYSROOT, or NULL.
 */
const char *gitperf_test_sysroot(void);

#endif
