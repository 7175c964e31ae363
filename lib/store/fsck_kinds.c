/*
 * fsck_kinds.c - files whose names can be checked against what is in them
 */
#include "base/compat.h"
#include "data/mark.h"
#include "data/queue.h"
#include "data/record.h"
#include "store/fsck.h"
#include "store/layout.h"

static int is_record_name(const char *fan, const char *name, const char *id)
{
	gitperf_entry entry;

	return gitperf_layout_read(&entry, fan, name, id);
}

static int record_path(gitperf_buffer *out, const char *id, const char *bytes, size_t len)
{
	char made[GITPERF_ID_SIZE];

	(void)id;
	return gitperf_store_path(out, made, bytes, len);
}

static size_t *count_records(gitperf_fsck_result *result)
{
	return &result->records;
}

const struct fsck_kind gitperf_fsck__records = {
	LAYOUT_RUNS, 1, "a record", "readers skip it; collect the record again from its artifact",
	is_record_name, gitperf_record__is_newer, record_path, count_records
};

static int is_decision_name(const char *fan, const char *name, const char *id)
{
	struct decision_name decision;

	return gitperf_layout_read_decision(&decision, fan, name, id);
}

static int decision_path(gitperf_buffer *out, const char *id, const char *bytes, size_t len)
{
	struct arena arena = ARENA_INIT;
	gitperf_decision decision;
	int err = gitperf_decision_parse(&decision, &arena, bytes, len);

	if (!err)
		err = gitperf_layout_decision(out, &decision, id);
	gitperf_arena_free(&arena);
	return err;
}

static size_t *count_decisions(gitperf_fsck_result *result)
{
	return &result->decisions;
}

const struct fsck_kind gitperf_fsck__decisions = {
	LAYOUT_DECISIONS, 1, "a decision", "readers skip it; its commits count as if nobody had decided about them",
	is_decision_name, gitperf_decision_is_newer, decision_path, count_decisions
};

static int is_mark_name(const char *fan, const char *name, const char *id)
{
	struct mark_name mark;

	return gitperf_layout_read_mark(&mark, fan, name, id);
}

static int mark_path(gitperf_buffer *out, const char *id, const char *bytes, size_t len)
{
	struct arena arena = ARENA_INIT;
	struct mark mark;
	int err = gitperf_mark_parse(&mark, &arena, bytes, len);

	if (!err)
		err = gitperf_layout_mark(out, mark.made, id);
	gitperf_arena_free(&arena);
	return err;
}

static size_t *count_marks(gitperf_fsck_result *result)
{
	return &result->marks;
}

const struct fsck_kind gitperf_fsck__marks = {
	LAYOUT_MARKS, 0, "a mark", "readers skip it; what it superseded holds again",
	is_mark_name, gitperf_mark_is_newer, mark_path, count_marks
};
