/*
 * resume.c - a build that was done for a job is not done again
 *
 * Who measures may be killed at any moment, and an hour's build should not be lost
 * with him. Beside a kept work tree lies a file that says for what the tree was
 * built, and by which steps. It is there only while that is true: it is removed
 * before the tree is touched, and written when all steps have succeeded. What is
 * not exactly as it should be is built again.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "git/checkout.h"
#include "work/session.h"

#include <unistd.h>

#define MARKER "built"
#define MARKER_MAX 4096

/* Daemons and temporary files of a build end with it, and so may what was not on the disk */
#define BOOT "/proc/sys/kernel/random/boot_id"

static void add(struct digest *digest, const char *text)
{
	char head[32];
	int len = snprintf(head, sizeof(head), "%zu:", text ? strlen(text) : 0);

	gitperf_digest_add(digest, head, (size_t)len);
	if (text)
		gitperf_digest_add(digest, text, strlen(text));
}

/* All that two builds must have in common to be one */
static void make_key(char key[DIGEST_HEX + 1], const gitperf_session *s, const struct side *side)
{
	gitperf_buffer boot = GITPERF_BUFFER_INIT;
	struct digest digest;
	size_t i;

	gitperf_digest_begin(&digest);
	add(&digest, gitperf_version());
	add(&digest, gitperf_buf_read_file(&boot, BOOT, MARKER_MAX) < 0 ? NULL : boot.ptr);
	add(&digest, side->files);
	add(&digest, s->suite->id);
	add(&digest, s->opts.job);
	add(&digest, side->record.platform);
	for (i = 0; i < side->record.nconfig; i++) {
		add(&digest, side->record.config[i].key);
		add(&digest, side->record.config[i].value);
	}
	gitperf_digest_end(key, &digest);
	gitperf_buffer_dispose(&boot);
}

/* Without a job nobody could mean the same build */
static int has_marker(const gitperf_session *s)
{
	return s->opts.keep && s->opts.job && s->suite;
}

#define STEPS_KEPT 2

/* What is not done again; the name as it stands in a record, or NULL */
static const char *kept_step(const char *name, size_t len)
{
	static const char *const names[STEPS_KEPT] = { "fetch", "build" };
	size_t i;

	for (i = 0; i < STEPS_KEPT; i++)
		if (len == strlen(names[i]) && !strncmp(name, names[i], len))
			return names[i];
	return NULL;
}

/* "<step> <ns>" */
static int read_step(struct side *side, const char *line)
{
	size_t len = strcspn(line, " \n");
	const char *name = kept_step(line, len);
	gitperf_step *step = &side->steps[side->nsteps];
	char *end;

	if (!name || side->nsteps == STEPS_KEPT)
		return 0;
	step->name = name;
	step->status = GITPERF_STATUS_OK;
	step->duration_ns = strtoll(line + len, &end, 10);
	side->nsteps++;
	return *end == '\n';
}

/* "<key> <begun>", steps, and a line of its own for the end */
static int read_marker(struct side *side, const char *text, const char *key)
{
	const char *p = text;

	if (strncmp(p, key, DIGEST_HEX) || (strncmp(p + DIGEST_HEX, " 0\n", 3) && strncmp(p + DIGEST_HEX, " 1\n", 3)))
		return 0;
	side->is_left = p[DIGEST_HEX + 1] == '1';
	for (p = gitperf_next_line(p); strcmp(p, "end\n"); p = gitperf_next_line(p))
		if (!read_step(side, p))
			return 0;
	return 1;
}

int gitperf_session__resume(gitperf_session *s, struct side *side)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT, text = GITPERF_BUFFER_INIT;
	char key[DIGEST_HEX + 1];

	if (has_marker(s) && gitperf_checkout_file(&path, side->checkout, MARKER) >= 0 &&
	    gitperf_buf_read_file(&text, path.ptr, MARKER_MAX) >= 0 &&
	    gitperf_checkout_is_at(side->checkout, side->files)) {
		make_key(key, s, side);
		side->is_built = read_marker(side, text.ptr, key) && gitperf_session__is_fetched(s, side);
	}
	if (!side->is_built) {
		side->nsteps = 0;
		gitperf_session__unbuilt(side);
	}
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&text);
	return side->is_built;
}

void gitperf_session__unbuilt(const struct side *side)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;

	if (gitperf_checkout_file(&path, side->checkout, MARKER) >= 0)
		unlink(path.ptr);
	gitperf_buffer_dispose(&path);
}

void gitperf_session__built(const gitperf_session *s, const struct side *side, int is_begun)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT, text = GITPERF_BUFFER_INIT;
	char key[DIGEST_HEX + 1];
	size_t i;

	if (!has_marker(s))
		return;
	make_key(key, s, side);
	gitperf_buf_addf(&text, "%s %d\n", key, is_begun);
	for (i = 0; i < side->nsteps; i++)
		if (kept_step(side->steps[i].name, strlen(side->steps[i].name)))
			gitperf_buf_addf(&text, "%s %lld\n", side->steps[i].name, (long long)side->steps[i].duration_ns);
	gitperf_buf_adds(&text, "end\n");
	if (text.failed || gitperf_checkout_file(&path, side->checkout, MARKER) < 0 ||
	    gitperf_buf_write_file(path.ptr, text.ptr, text.len, 0) < 0)
		gitperf_session__unbuilt(side);
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&text);
}
