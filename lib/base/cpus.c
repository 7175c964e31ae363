/*
 * cpus.c - lists of processors, as the kernel and people write them
 */
#include "base/compat.h"
#include "base/cpus.h"

#include <limits.h>

static int read_number(const char **text, unsigned *out)
{
	unsigned long value;
	char *end;

	/* strtoul() also takes blanks and signs */
	if (**text < '0' || **text > '9')
		return -1;
	value = strtoul(*text, &end, 10);
	if (value >= UINT_MAX)
		return -1;
	*out = (unsigned)value;
	*text = end;
	return 0;
}

int gitperf_cpus__next(const char **list, unsigned *first, unsigned *last)
{
	const char *p = *list;

	if (!*p || *p == '\n')
		return 0;
	if (read_number(&p, first) < 0)
		return -1;
	*last = *first;
	if (*p == '-' && (p++, read_number(&p, last) < 0))
		return -1;
	if (*last < *first || (*p && *p != ',' && *p != '\n'))
		return -1;
	/* a comma has to have something behind it */
	if (*p == ',' && (*++p < '0' || *p > '9'))
		return -1;
	*list = p;
	return 1;
}
