/*
 * divide.h - in which parts a commit is measured on a platform, by the data branch
 *
 * Tables are read once for each look at the data branch, suites once for each that
 * commits have. gitperf_divide_free() forgets all of that.
 */
#ifndef GITPERF_WORK_DIVIDE_H
#define GITPERF_WORK_DIVIDE_H

#include "store/marks.h"
#include "work/parts.h"

struct schedule;
struct divide;

/** What holds for a platform, without marks none; lent. */
int gitperf_divide_table(const struct mark_state **out, struct schedule *s, const char *platform);

/** The parts of a commit's suite; lent until the next call for that platform. */
int gitperf_divide_parts(const struct parts **out, struct schedule *s, const char *platform,
			 const char *commit);

void gitperf_divide_free(struct divide *divide);

#endif
