/*
 * hook_log.c - what went wrong where nobody was looking
 *
 * A line for each error, and never more than about twice LOG_MAX bytes: a full
 * log is kept under another name until the next one is full. The file may be
 * written by several users, of whom none trusts the others.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "git/git.h"
#include "store/transit.h"
#include "work/hook.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG_MAX 65536
/* "2026-04-20T21:35:08" of a formatted time */
#define SECONDS_LEN 19

/* No link of somebody else's, and nothing that could make us wait */
#define LOG_FLAGS (O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

int gitperf_hook_log_path(gitperf_buffer *out, gitperf_repo *repo)
{
	return gitperf_repo__file(out, repo, HOOK_LOG);
}

static int open_log(const char *path)
{
	struct stat st;
	int fd = open(path, LOG_FLAGS, 0666);

	if (fd < 0 || (!fstat(fd, &st) && S_ISREG(st.st_mode)))
		return fd;
	close(fd);
	return -1;
}

/* Where two do it at once, some old lines are lost */
static void make_room(const char *path)
{
	gitperf_buffer old = GITPERF_BUFFER_INIT;
	struct stat st;

	gitperf_buf_addf(&old, "%s.1", path);
	if (!old.failed && !lstat(path, &st) && st.st_size > LOG_MAX)
		rename(path, old.ptr);
	gitperf_buffer_dispose(&old);
}

static void write_line(gitperf_repo *repo, const gitperf_buffer *line)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int fd = -1;

	if (gitperf_hook_log_path(&path, repo) >= 0 && gitperf_repo__mkdir(repo, "") >= 0) {
		make_room(path.ptr);
		fd = open_log(path.ptr);
	}
	if (fd >= 0) {
		/* there is nobody to tell */
		gitperf_buf_write_fd(fd, line->ptr, line->len);
		close(fd);
	}
	gitperf_buffer_dispose(&path);
}

void gitperf_hook_log(gitperf_repo *repo, const char *who)
{
	gitperf_buffer line = GITPERF_BUFFER_INIT;
	const char *hint = gitperf_error_hint();
	char now[GITPERF_TIME_SIZE];
	unsigned old_umask = gitperf_repo__shared_umask(repo);
	struct kept_error kept;

	gitperf_keep_error(&kept);
	gitperf_time_format(now, gitperf_time_now());
	gitperf_buf_addf(&line, "%.*sZ %s: %s%s%s\n", SECONDS_LEN, now, who,
			 gitperf_error_message(), hint ? "; hint: " : "", hint ? hint : "");
	if (!line.failed)
		write_line(repo, &line);
	gitperf_buffer_dispose(&line);
	umask(old_umask);
	gitperf_restore_error(0, &kept);
}

int gitperf_hook_log_tail(gitperf_buffer *out, gitperf_repo *repo, size_t n)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT, all = GITPERF_BUFFER_INIT;
	const char *p;
	int err = gitperf_hook_log_path(&path, repo);

	if (!err)
		err = gitperf_buf_read_file(&all, path.ptr, (size_t)4 * LOG_MAX);
	if (err == GITPERF_ENOTFOUND)
		err = 0;
	for (p = all.ptr + all.len; p > all.ptr; p--)
		if (p[-1] == '\n' && p < all.ptr + all.len && !--n)
			break;
	if (!err)
		gitperf_buf_add(out, p, (size_t)(all.ptr + all.len - p));
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&all);
	return err < 0 ? err : gitperf_buf_check(out);
}
