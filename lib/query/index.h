/*
 * index.h - what queries want of each record, kept beside the repository
 *
 * Decoding a record takes longer than using it, so its facts (a value and an
 * interval for each metric) are kept in one file, $GIT_COMMON_DIR/perf/index,
 * by the record's blob id. An id stands for the same bytes for ever, so an
 * entry is never stale. The file is only a copy: it may be removed at any time,
 * and a damaged one is made again. perf.cache=false does without.
 */
#ifndef GITPERF_QUERY_INDEX_H
#define GITPERF_QUERY_INDEX_H

#include <gitperf/record.h>
#include <gitperf/repo.h>
#include <gitperf/store.h>

/** One metric of one benchmark in one run; or, with no samples, its failure. */
struct fact {
	double value, low, high, confidence;
	uint32_t series;           /* see gitperf_index_series() */
	uint32_t samples;          /* 0: the benchmark failed */
};

/** What a fact is about; numbers of strings. */
struct fact_series {
	uint32_t benchmark, params, workload, metric, unit, better;
};

/** The facts of one record, in the order of its benchmarks and metrics. */
struct record_facts {
	uint8_t id[20];
	uint8_t commit[20];                     /* what the bytes are of */
	uint32_t platform;
	uint32_t config, fingerprint, origin;   /* numbers of strings */
	uint32_t dirty;                         /* what it measured is no commit */
	uint32_t broken;                        /* it did not get to a benchmark */
	uint32_t reasons;                       /* 1 << the number of its word; 0: none */
	uint32_t carried;                       /* benchmarks: an earlier result holds */
	uint64_t first;
	uint64_t count;
};

struct index;

int gitperf_index_open(struct index **out, gitperf_repo *repo);

/** Write down what is new, if that is worth it; then free. */
void gitperf_index_close(struct index *index);

/** The facts of a record, read from the store if they are not known yet. */
int gitperf_index_facts(struct record_facts *out, struct index *index,
			gitperf_store *store, const gitperf_entry *entry);

/** Lent until the next gitperf_index_facts(). */
const struct fact *gitperf_index_fact(const struct index *index, uint64_t i);
const struct fact_series *gitperf_index_series(const struct index *index,
					       uint32_t series);
size_t gitperf_index_nseries(const struct index *index);
const char *gitperf_index_string(const struct index *index, uint32_t string);

/*
 * Pairs (params, configurations) are one string: key US value RS key US value,
 * in the order of their keys. Names cannot contain these characters.
 */
#define PAIR_VALUE '\x1f'
#define PAIR_NEXT '\x1e'

#endif
