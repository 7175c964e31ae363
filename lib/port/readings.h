/*
 * readings.h - the owner of readings, for those who make and finish them
 */
#ifndef GITPERF_PORT_READINGS_H
#define GITPERF_PORT_READINGS_H

#include "port/output.h"

struct gitperf_readings {
	struct arena arena;
	gitperf_reading *list;
	size_t n;
};

/** All was read: check that every reading is whole, and that there is one. */
int gitperf_readings__finish(struct output *out);

#endif
