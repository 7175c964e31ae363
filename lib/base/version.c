/*
 * version.c - the version, which the Makefile passes in
 */
#include "base/compat.h"

#include <gitperf/common.h>

#ifndef GITPERF_VERSION
# define GITPERF_VERSION "0.1.0"
#endif

const char *gitperf_version(void)
{
	return GITPERF_VERSION;
}
