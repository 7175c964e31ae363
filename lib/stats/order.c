/*
 * order.c - doubles in ascending order, and where in it something begins
 */
#include "base/compat.h"
#include "stats/order.h"

#include <stdint.h>

int gitperf_doubles_by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Doubles as integers in the same order: halfway between is halfway in bits */
static int64_t to_key(double value)
{
	int64_t key;

	/* -0 and 0 are one number, and must be one key */
	value += 0.0;
	memcpy(&key, &value, sizeof(key));
	return key < 0 ? INT64_MIN - key : key;
}

static double from_key(int64_t key)
{
	double value;

	key = key < 0 ? INT64_MIN - key : key;
	memcpy(&value, &key, sizeof(value));
	return value;
}

double gitperf_doubles_least(double from, double to,
			     int (*holds)(const void *context, double value),
			     const void *context)
{
	int64_t lo = to_key(from), hi = to_key(to);

	while (lo < hi) {
		/* halves, because the whole distance may not fit */
		int64_t mid = (lo >> 1) + (hi >> 1) + (lo & hi & 1);

		if (holds(context, from_key(mid)))
			hi = mid;
		else
			lo = mid + 1;
	}
	return from_key(lo);
}
