/*
 * buf.c - growing bytes, and whole files in and out of them
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

void gitperf_buffer_dispose(gitperf_buffer *buf)
{
	static const gitperf_buffer empty = GITPERF_BUFFER_INIT;

	if (buf->size)
		free(buf->ptr);
	*buf = empty;
}

void gitperf_buf_add_length(gitperf_buffer *buf, int64_t ns)
{
	long long s = ns > 0 ? ns / 1000000000 : 0;

	if (s < 120)
		gitperf_buf_addf(buf, "%lld s", s);
	else if (s < 120 * 60)
		gitperf_buf_addf(buf, "%lld min", s / 60);
	else if (s < 48 * 3600)
		gitperf_buf_addf(buf, "%lld h", s / 3600);
	else
		gitperf_buf_addf(buf, "%lld days", s / 86400);
}

void gitperf_buf_add_duration(gitperf_buffer *buf, int64_t ns)
{
	if (ns > 0 && ns < 1000000000)
		gitperf_buf_addf(buf, "%d ms", (int)(ns / 1000000));
	else
		gitperf_buf_add_length(buf, ns);
}

int gitperf_buf_reserve(gitperf_buffer *buf, size_t extra)
{
	size_t want, size = buf->size ? buf->size : 64;
	char *ptr;

	if (buf->failed)
		return 0;
	if (extra > SIZE_MAX / 4 || buf->len > SIZE_MAX / 4) {
		buf->failed = 1;
		return 0;
	}
	want = buf->len + extra + 1;
	if (want <= buf->size)
		return 1;
	while (size < want)
		size *= 2;
	ptr = realloc(buf->size ? buf->ptr : NULL, size);
	if (!ptr) {
		buf->failed = 1;
		return 0;
	}
	if (!buf->size)
		ptr[0] = '\0';
	buf->ptr = ptr;
	buf->size = size;
	return 1;
}

void gitperf_buf_add(gitperf_buffer *buf, const void *bytes, size_t len)
{
	if (!len || !gitperf_buf_reserve(buf, len))
		return;
	memcpy(buf->ptr + buf->len, bytes, len);
	buf->len += len;
	buf->ptr[buf->len] = '\0';
}

int gitperf_buffer_add(gitperf_buffer *buf, const void *bytes, size_t len)
{
	gitperf_buf_add(buf, bytes, len);
	return gitperf_buf_check(buf);
}

void gitperf_buf_adds(gitperf_buffer *buf, const char *text)
{
	gitperf_buf_add(buf, text, strlen(text));
}

void gitperf_buf_addc(gitperf_buffer *buf, char c)
{
	gitperf_buf_add(buf, &c, 1);
}

void gitperf_buf_addf(gitperf_buffer *buf, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		buf->failed = 1;
	if (len <= 0 || !gitperf_buf_reserve(buf, (size_t)len))
		return;
	va_start(ap, fmt);
	vsnprintf(buf->ptr + buf->len, (size_t)len + 1, fmt, ap);
	va_end(ap);
	buf->len += (size_t)len;
}

void gitperf_buf_truncate(gitperf_buffer *buf, size_t len)
{
	if (len >= buf->len)
		return;
	buf->len = len;
	buf->ptr[len] = '\0';
}

const char *gitperf_next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line ? line + 1 : line;
}

int gitperf_buf_check(const gitperf_buffer *buf)
{
	return buf->failed ? gitperf_fail_oom() : 0;
}

static int read_all(gitperf_buffer *buf, int fd, const char *path, size_t limit)
{
	ssize_t n;

	while (gitperf_buf_reserve(buf, 1)) {
		n = read(fd, buf->ptr + buf->len, buf->size - buf->len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return gitperf_fail_errno("cannot read '%s'", path);
		if (!n)
			return 0;
		buf->len += (size_t)n;
		buf->ptr[buf->len] = '\0';
		/* it may have grown since we looked */
		if (buf->len > limit)
			return gitperf_fail(GITPERF_EFORMAT, "'%s' is larger than %zu bytes", path, limit);
	}
	return gitperf_fail_oom();
}

int gitperf_buf_read_file(gitperf_buffer *buf, const char *path, size_t limit)
{
	struct stat st;
	int err = 0, fd;

	/* O_NONBLOCK: a named pipe nobody writes to must not hang us */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return gitperf_fail_errno("cannot open '%s'", path);
	if (fstat(fd, &st) < 0)
		err = gitperf_fail_errno("cannot stat '%s'", path);
	else if (!S_ISREG(st.st_mode))
		err = gitperf_fail(GITPERF_EINVALID, "'%s' is not a regular file", path);
	else if ((uint64_t)st.st_size > limit)
		err = gitperf_fail(GITPERF_EFORMAT, "'%s' is larger than %zu bytes", path, limit);
	else if (!gitperf_buf_reserve(buf, (size_t)st.st_size + 1))
		err = gitperf_fail_oom();
	else
		err = read_all(buf, fd, path, limit);
	close(fd);
	return err;
}

int gitperf_buf_write_fd(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;
	ssize_t n;

	for (; len; p += n, len -= (size_t)n) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return -1;
	}
	return 0;
}

/* A name is on the disk when its folder is */
static int sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	gitperf_buffer folder = GITPERF_BUFFER_INIT;
	int fd, rc;

	gitperf_buf_add(&folder, slash ? path : ".", slash ? (size_t)(slash - path) + 1 : 1);
	fd = folder.failed ? -1 : open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	gitperf_buffer_dispose(&folder);
	if (fd < 0)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

static mode_t current_umask(void)
{
	mode_t mask = umask(077);

	umask(mask);
	return mask;
}

int gitperf_buf_write_file(const char *path, const void *bytes, size_t len,
			   int durable)
{
	gitperf_buffer tmp = GITPERF_BUFFER_INIT;
	int err = 0, fd = -1;

	gitperf_buf_addf(&tmp, "%s.tmp-XXXXXX", path);
	if ((err = gitperf_buf_check(&tmp)) < 0)
		goto out;
	fd = mkostemp(tmp.ptr, O_CLOEXEC);
	if (fd < 0) {
		err = gitperf_fail_errno("cannot create '%s'", tmp.ptr);
		goto out;
	}
	if (gitperf_buf_write_fd(fd, bytes, len) < 0 || (durable && fsync(fd) < 0) ||
	    fchmod(fd, 0666 & ~current_umask()) < 0 || rename(tmp.ptr, path) < 0 ||
	    (durable && sync_folder(path) < 0)) {
		err = gitperf_fail_errno("cannot write '%s'", path);
		unlink(tmp.ptr);
	}
out:
	if (fd >= 0)
		close(fd);
	gitperf_buffer_dispose(&tmp);
	return err;
}
