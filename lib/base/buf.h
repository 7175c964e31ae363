/*
 * buf.h - writing into a gitperf_buffer
 *
 * Writers return nothing: an allocation that fails latches `failed`, and
 * gitperf_buf_check() turns that into an error at the end.
 */
#ifndef GITPERF_BASE_BUF_H
#define GITPERF_BASE_BUF_H

#include <gitperf/common.h>

void gitperf_buf_add(gitperf_buffer *buf, const void *bytes, size_t len);
void gitperf_buf_adds(gitperf_buffer *buf, const char *text);
void gitperf_buf_addc(gitperf_buffer *buf, char c);
void gitperf_buf_addf(gitperf_buffer *buf, const char *fmt, ...)
	GITPERF_PRINTF(2, 3);

/** A length of time for people, rounded down: "90 s", "15 min", "3 h", "5 days". */
void gitperf_buf_add_length(gitperf_buffer *buf, int64_t ns);
/** The same of what something takes, which may be less than a second: "40 ms". */
void gitperf_buf_add_duration(gitperf_buffer *buf, int64_t ns);

/** Make room for `extra` more bytes; 0 if that failed. */
int gitperf_buf_reserve(gitperf_buffer *buf, size_t extra);

/** Cut to `len` bytes, keeping the memory. */
void gitperf_buf_truncate(gitperf_buffer *buf, size_t len);

/** Where the next line of a text begins; in the last one, its end. */
const char *gitperf_next_line(const char *line);

/** 0, or GITPERF_ENOMEM if any write failed. */
int gitperf_buf_check(const gitperf_buffer *buf);

/**
 * Read a whole file. GITPERF_EFORMAT above `limit` bytes, before reading
 * them, and GITPERF_EINVALID for anything but a regular file.
 */
int gitperf_buf_read_file(gitperf_buffer *buf, const char *path, size_t limit);

/** Write all bytes to a descriptor; -1 and errno where that fails. */
int gitperf_buf_write_fd(int fd, const void *bytes, size_t len);

/**
 * Write bytes to a new temporary file beside `path`, then rename it there;
 * `durable`: on the disk before it gets the name.
 */
int gitperf_buf_write_file(const char *path, const void *bytes, size_t len,
			   int durable);

#endif
