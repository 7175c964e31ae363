/*
 * blobs.c - records into the object store
 *
 * A few are written loose. Many go through git fast-import: one pack, each
 * object a delta of the one before where that is shorter, made by another
 * process while this one reads the next record.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/spawn.h"
#include "store/store.h"

struct blob_writer {
	struct feed feed;
	int err;                   /* the first one; the rest is skipped */
};

int gitperf_blobs_open(struct blob_writer **out, gitperf_repo *repo)
{
	static const char *const args[] = { "-c", "fastimport.unpackLimit=1",
		"fast-import", "--quiet", "--done", NULL };
	struct blob_writer *writer = calloc(1, sizeof(*writer));
	int err;

	*out = NULL;
	if (!writer)
		return gitperf_fail_oom();
	err = gitperf_repo__git_feed(repo, &writer->feed, args);
	if (err < 0)
		free(writer);
	else
		*out = writer;
	return err;
}

int gitperf_blobs_write(struct blob_writer *writer, const void *bytes, size_t len)
{
	char head[64];
	int n = snprintf(head, sizeof(head), "blob\ndata %zu\n", len);

	if (!writer->err)
		writer->err = gitperf_feed_write(&writer->feed, head, (size_t)n);
	if (!writer->err)
		writer->err = gitperf_feed_write(&writer->feed, bytes, len);
	if (!writer->err)
		writer->err = gitperf_feed_write(&writer->feed, "\n", 1);
	return writer->err;
}

int gitperf_blobs_close(struct blob_writer *writer)
{
	int err, closed;

	if (!writer)
		return 0;
	gitperf_fault(FAULT_PACK_BEFORE_WRITE);
	err = writer->err;
	if (!err)
		err = gitperf_feed_write(&writer->feed, "done\n", 5);
	closed = gitperf_feed_close(&writer->feed);
	gitperf_fault(FAULT_PACK_AFTER_WRITE);
	free(writer);
	/* its own words say more than our broken connection does */
	if (closed < 0)
		return gitperf_blame(closed, "git fast-import cannot write the objects");
	return err;
}

static int write_loose(gitperf_batch *batch)
{
	struct sink sink;
	git_oid oid;
	size_t i;
	int err = gitperf_sink_open(&sink, batch->repo, batch->n);

	for (i = 0; i < batch->n && !err; i++)
		if (!batch->items[i]->is_stored)
			err = gitperf_sink_write(&oid, &sink, GIT_OBJECT_BLOB,
						 batch->items[i]->public.bytes,
						 batch->items[i]->public.len);
	gitperf_sink_close(&sink);
	return err;
}

int gitperf_batch__write_blobs(gitperf_batch *batch)
{
	struct blob_writer *writer = batch->writer;
	size_t i, n = 0;
	int err = 0;

	batch->writer = NULL;
	for (i = 0; i < batch->n; i++)
		n += !batch->items[i]->is_stored;
	if (!writer && n < PACK_FROM)
		return n ? write_loose(batch) : 0;
	if (!writer) {
		if ((err = gitperf_blobs_open(&writer, batch->repo)) < 0)
			return err;
		for (i = 0; i < batch->n && !err; i++)
			if (!batch->items[i]->is_stored)
				err = gitperf_blobs_write(writer, batch->items[i]->public.bytes,
							  batch->items[i]->public.len);
	}
	return gitperf_blobs_close(writer);
}
