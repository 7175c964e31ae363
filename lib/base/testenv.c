/*
 * testenv.c - the environment of tests, for rooms that may not read it
 */
#include "base/compat.h"
#include "base/testenv.h"

const char *gitperf_test_sysroot(void)
{
	const char *root = getenv("GIT_PERF_TEST_SYSROOT");

	return root && *root ? root : NULL;
}
