/*
 * gaps.c - runs of commits for which no result speaks, and why
 */
#include "base/compat.h"
#include "base/error.h"
#include "query/fate.h"

/* Words that are counted in one gap; those of decisions are for others to make up */
#define WORDS_MAX 16

struct words {
	const char *word[WORDS_MAX];
	size_t count[WORDS_MAX];
	size_t n;
};

int gitperf_fates__is_covered(const struct fate *fates, size_t i)
{
	const struct fate *f = &fates[i];

	return f->fate == GITPERF_FATE_MEASURED ||
	       (f->by != FATE_NONE && fates[f->by].fate == GITPERF_FATE_MEASURED);
}

/* Where another one was to stand for it, the cause is what became of that one */
static const char *cause_of(const struct fate *fates, size_t i)
{
	const struct fate *f = fates[i].by != FATE_NONE ? &fates[fates[i].by] : &fates[i];

	return f->fate == GITPERF_FATE_FAILED ? gitperf_fate_name(f->fate) : f->why;
}

static void count_word(struct words *w, const char *word)
{
	size_t i;

	for (i = 0; i < w->n && strcmp(w->word[i], word); i++)
		;
	if (i == WORDS_MAX)
		return;
	w->word[i] = word;
	w->count[i]++;
	w->n += i == w->n;
}

/* Of words that are as frequent, the newest one's */
static const char *most_frequent(const struct words *w)
{
	size_t i, most = 0;

	for (i = 1; i < w->n; i++)
		if (w->count[i] > w->count[most])
			most = i;
	return w->word[most];
}

/* The gap that begins with the i-th commit that is shown */
static void fill_gap(gitperf_gap *out, const struct fate *fates, const uint32_t *shown,
		     size_t nshown, size_t i)
{
	struct words words = { { NULL }, { 0 }, 0 };

	out->first = i;
	for (; i < nshown && !gitperf_fates__is_covered(fates, shown[i]); i++) {
		out->by_fate[fates[shown[i]].fate]++;
		count_word(&words, cause_of(fates, shown[i]));
		out->commits++;
	}
	out->why = most_frequent(&words);
}

int gitperf_fates__gaps(gitperf_gap **out, size_t *n, struct arena *arena,
			const struct fate *fates, const uint32_t *shown, size_t nshown)
{
	gitperf_gap *gaps = NULL, *grown;
	size_t i = 0;

	*n = 0;
	while (i < nshown) {
		if (gitperf_fates__is_covered(fates, shown[i])) {
			i++;
			continue;
		}
		grown = gitperf_arena_grow(arena, gaps, *n, sizeof(*grown));
		if (!grown)
			return gitperf_fail_oom();
		gaps = grown;
		fill_gap(&gaps[*n], fates, shown, nshown, i);
		i += gaps[(*n)++].commits;
	}
	*out = gaps;
	return 0;
}
