/*
 * compat.h - the first include of every .c file
 *
 * Feature macros before any system header, and the functions that this
 * project does not use (banned.h).
 */
#ifndef GITPERF_BASE_COMPAT_H
#define GITPERF_BASE_COMPAT_H

#ifndef _GNU_SOURCE
# define _GNU_SOURCE
#endif
#define _FILE_OFFSET_BITS 64

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
