/*
 * memo.c - what a clone remembers from one command to the next
 */
#include "base/compat.h"
#include "base/digest.h"
#include "base/error.h"
#include "store/memo.h"

#define FILE_MAX (16u << 20)

int gitperf_memo_read(gitperf_buffer *out, const gitperf_repo *repo, const char *name)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err = gitperf_repo__own_file(&path, repo, name);

	if (!err && gitperf_buf_read_file(out, path.ptr, FILE_MAX) < 0)
		gitperf_buf_truncate(out, 0);
	gitperf_buffer_dispose(&path);
	return err;
}

int gitperf_memo_write(const gitperf_repo *repo, const char *name, const gitperf_buffer *text)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int err = gitperf_buf_check(text);

	if (!err && !(err = gitperf_repo__own_file(&path, repo, name)))
		err = gitperf_buf_write_file(path.ptr, text->ptr, text->len, 0);
	gitperf_buffer_dispose(&path);
	return err;
}

long long gitperf_memo_now(void)
{
	return gitperf_time_now() / 1000000000;
}

int gitperf_memo_is_recent(long long when, long long seconds)
{
	long long now = gitperf_memo_now();

	return when > 0 && when <= now && now - when < seconds;
}

void gitperf_memo_remote(char out[MEMO_REMOTE_DIGITS + 1], gitperf_repo *repo, const char *remote)
{
	static const char *const keys[] = { "url", "pushurl" };
	gitperf_buffer text = GITPERF_BUFFER_INIT, key = GITPERF_BUFFER_INIT;
	char digest[DIGEST_HEX + 1];
	size_t i;

	gitperf_buf_adds(&text, remote);
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		gitperf_buf_truncate(&key, 0);
		gitperf_buf_addf(&key, "remote.%s.%s", remote, keys[i]);
		gitperf_buf_addc(&text, '\n');
		if (!key.failed)
			gitperf_repo_config_string(&text, repo, key.ptr);
	}
	gitperf_digest(digest, text.ptr, text.len);
	snprintf(out, MEMO_REMOTE_DIGITS + 1, "%.*s", MEMO_REMOTE_DIGITS, digest);
	gitperf_buffer_dispose(&text);
	gitperf_buffer_dispose(&key);
}
