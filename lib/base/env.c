/*
 * env.c - one place that reads the environment
 */
#include "base/compat.h"
#include "base/env.h"

const char *gitperf_env(const char *name)
{
	return getenv(name);
}
