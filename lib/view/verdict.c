/*
 * verdict.c - what a comparison says of a row, in words
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

static void add_shortage(gitperf_buffer *out, const gitperf_comparison_row *row)
{
	size_t have = row->ratio.na < row->ratio.nb ? row->ratio.na : row->ratio.nb;
	const char *what = row->by_runs ? "run" : "sample";

	if (row->needed)
		gitperf_buf_addf(out, ": %zu of at least %zu %ss", have, row->needed, what);
	else if (row->ratio.confidence > 0)
		gitperf_buf_adds(out, ": too wide an interval");
	else
		gitperf_buf_adds(out, ": a summary without its spread");
}

/* One that was skipped because the other failed is not the reason */
static void add_failure(gitperf_buffer *out, const gitperf_compared *side,
			const gitperf_compared *other, const char *name, int *more)
{
	if (side->unit || !side->failed ||
	    (side->status == GITPERF_STATUS_SKIPPED && other->failed && other->status != side->status))
		return;
	gitperf_buf_addf(out, "%s%s in %s", (*more)++ ? ", " : "",
			 gitperf_status_name(side->status), name);
}

static void add_obstacle(gitperf_buffer *out, const gitperf_comparison_row *row)
{
	int more = 0;

	switch (row->obstacle) {
	case GITPERF_OBSTACLE_ONLY_BASE:
		gitperf_buf_adds(out, "only in base");
		break;
	case GITPERF_OBSTACLE_ONLY_HEAD:
		gitperf_buf_adds(out, "only in head");
		break;
	case GITPERF_OBSTACLE_FAILED:
		add_failure(out, &row->base, &row->head, "base", &more);
		add_failure(out, &row->head, &row->base, "head", &more);
		break;
	case GITPERF_OBSTACLE_WORKLOAD:
		gitperf_buf_adds(out, "another workload");
		break;
	case GITPERF_OBSTACLE_UNIT:
		gitperf_buf_adds(out, "another unit or direction");
		break;
	case GITPERF_OBSTACLE_ELSEWHERE:
		gitperf_buf_addf(out, "not measured here in %s", row->base.unit ? "head" : "base");
		break;
	case GITPERF_OBSTACLE_NOT_POSITIVE:
		gitperf_buf_adds(out, "a value of 0 has no ratio");
		break;
	case GITPERF_OBSTACLE_CARRIED:
		gitperf_buf_addf(out, "%s carried from %.10s", row->base.unit ? "head" : "base",
				 row->base.unit ? row->head.carried : row->base.carried);
		break;
	case GITPERF_OBSTACLE_NONE:
		break;
	}
}

/* "no-change" is for programs */
static void add_words(gitperf_buffer *out, const char *name)
{
	for (; *name; name++)
		gitperf_buf_addc(out, *name == '-' ? ' ' : *name);
}

static void add_partial_failure(gitperf_buffer *out, const gitperf_compared *side,
				const char *name)
{
	if (side->unit && side->failed)
		gitperf_buf_addf(out, ", failed in %zu of %zu runs of %s", side->failed,
				 side->failed + side->runs, name);
}

enum view_color gitperf_view__verdict_color(gitperf_verdict verdict, int advisory)
{
	if (advisory)
		return VIEW_DIM;
	switch (verdict) {
	case GITPERF_VERDICT_REGRESSION:
		return VIEW_BAD;
	case GITPERF_VERDICT_IMPROVEMENT:
		return VIEW_GOOD;
	case GITPERF_VERDICT_CHANGE:
	case GITPERF_VERDICT_INSUFFICIENT:
		return VIEW_WARN;
	default:
		return VIEW_PLAIN;
	}
}

void gitperf_view__verdict(gitperf_buffer *out, const gitperf_comparison_row *row)
{
	add_words(out, gitperf_verdict_name(row->verdict));
	if (row->verdict == GITPERF_VERDICT_INSUFFICIENT)
		add_shortage(out, row);
	if (row->verdict == GITPERF_VERDICT_NOT_COMPARABLE) {
		gitperf_buf_adds(out, ": ");
		add_obstacle(out, row);
	}
	if (row->better == GITPERF_BETTER_HIGHER && row->verdict >= GITPERF_VERDICT_IMPROVEMENT)
		gitperf_buf_adds(out, ", higher is better");
	add_partial_failure(out, &row->base, "base");
	add_partial_failure(out, &row->head, "head");
}
