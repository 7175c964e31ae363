/*
 * random.h - noise that is the same each time: random_state says which
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <math.h>
#include <stdint.h>

static uint64_t random_state = UINT64_C(0x2545f4914f6cdd1d);

/* Marsaglia, Xorshift RNGs, J. Stat. Software 8(14), 2003 */
static inline double uniform(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return ((double)(random_state >> 11) + 0.5) / 9007199254740992.0;
}

/* Box and Muller, Ann. Math. Stat. 29, 1958 */
static inline double normal(void)
{
	return sqrt(-2 * log(uniform())) * cos(2 * 3.14159265358979323846 * uniform());
}

#endif
