/*
 * balance.c - whether one platform keeps the results of another waiting
 *
 * What counts is not how fast a machine is, but how long the same commits keep the
 * machines of a platform busy: the median of what a commit takes there, times how many of
 * them were measured there, by the number of machines.
 */
#include "base/compat.h"
#include "query/requests.h"

/* fewer than so many commits say nothing; more do not say more */
#define COMMITS_MIN 3
#define COMMITS_MAX 100
/* out of balance: so many times as much, and not by seconds alone */
#define FACTOR 2
#define WORTH_MS INT64_C(60000)

static int compare_numbers(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static const gitperf_part *find_part(const gitperf_request_view *r, const char *platform)
{
	size_t i;

	for (i = 0; i < r->nparts; i++)
		if (!strcmp(r->parts[i].platform, platform))
			return r->parts[i].state == GITPERF_PART_LANDED && r->parts[i].is_required ? &r->parts[i] : NULL;
	return NULL;
}

/* Negative: there are too few to say */
static int64_t load_of(const gitperf_request_view *list, size_t n, const char *platform)
{
	int64_t busy[COMMITS_MAX];
	const gitperf_part *part;
	size_t i, found = 0;

	for (i = 0; i < n && found < COMMITS_MAX; i++)
		if ((part = find_part(&list[i], platform)) && part->busy_ms)
			busy[found++] = part->busy_ms;
	if (found < COMMITS_MIN)
		return -1;
	qsort(busy, found, sizeof(*busy), compare_numbers);
	return busy[found / 2] > INT64_MAX / (int64_t)found ? -1 : busy[found / 2] * (int64_t)found;
}

void gitperf_requests__balance(gitperf_imbalance *out, const gitperf_request_view *list, size_t n,
			       size_t (*machines)(void *payload, const char *platform), void *payload)
{
	size_t i, k;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < n; i++)
		for (k = 0; k < list[i].nparts; k++) {
			const char *platform = list[i].parts[k].platform;
			size_t m = machines ? machines(payload, platform) : 1;
			int64_t load = load_of(list, n, platform);

			if (load < 0)
				continue;
			load /= m ? (int64_t)m : 1;
			if (!out->slow || load > out->slow_ms) {
				out->slow = platform;
				out->slow_ms = load;
			}
			if (!out->fast || load < out->fast_ms) {
				out->fast = platform;
				out->fast_ms = load;
			}
		}
	if (out->slow && (out->slow_ms / FACTOR <= out->fast_ms || out->slow_ms - out->fast_ms < WORTH_MS))
		memset(out, 0, sizeof(*out));
}
