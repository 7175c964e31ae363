/*
 * order.c - samples in ascending order
 */
#include "base/compat.h"
#include "stats/order.h"

int gitperf_doubles_by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}
