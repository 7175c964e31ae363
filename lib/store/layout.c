/*
 * layout.c - names that verify themselves
 *
 * Pure text: knows no repository. The layout is permanent; gitperf-store(5)
 * is its specification.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/names.h"
#include "store/layout.h"

#define ID_DIGITS 12
#define FAN_DIGITS 2
#define COMMIT_DIGITS 40
#define STAMP_LEN 16             /* 20260420T213508Z */
#define VERSION_DIGITS 7
/* a number of so many is LAYOUT_GENERATION_MAX at most */
#define GENERATION_DIGITS 9

static const char outcomes[] = "cpf";

/* "2026-04-20T21:35:08.123456789Z" to "20260420T213508Z", "20T21" in one piece */
static void format_stamp(char out[STAMP_LEN + 1], gitperf_time t)
{
	char text[GITPERF_TIME_SIZE];

	gitperf_time_format(text, t);
	snprintf(out, STAMP_LEN + 1, "%.4s%.2s%.5s%.2s%.2sZ", text, text + 5,
		 text + 8, text + 14, text + 17);
}

/* There are as many of them as records: nothing is printed to be compared */
static int parse_stamp(gitperf_time *out, const char *stamp)
{
	char text[] = "YYYY-MM-DDTHH:MM:SSZ";

	memcpy(text, stamp, 4);
	memcpy(text + 5, stamp + 4, 2);
	memcpy(text + 8, stamp + 6, 5);
	memcpy(text + 14, stamp + 11, 2);
	memcpy(text + 17, stamp + 13, 3);
	/* RFC 3339 has other ways to write these two */
	return stamp[8] == 'T' && stamp[STAMP_LEN - 1] == 'Z' && gitperf_time_parse(out, text) >= 0;
}

int gitperf_layout_path(gitperf_buffer *out, const gitperf_record *record,
			const char *id)
{
	char stamp[STAMP_LEN + 1];

	format_stamp(stamp, record->finished);
	gitperf_buf_addf(out, LAYOUT_RUNS "/%s/%.2s/%s-%s-%c-%.*s.json",
			 record->platform, record->commit,
			 record->commit + FAN_DIGITS, stamp,
			 outcomes[record->outcome], ID_DIGITS, id);
	return gitperf_buf_check(out);
}

/* "<c2..>-<stamp>-" in the folder "<c0c1>": what stands behind it, or NULL */
static const char *read_commit(char commit[COMMIT_DIGITS + 1], gitperf_time *when,
			       const char *fan, const char *name)
{
	const size_t commit_len = COMMIT_DIGITS - FAN_DIGITS;
	const size_t rest_at = commit_len + 1 + STAMP_LEN + 1;

	if (strlen(fan) != FAN_DIGITS || strlen(name) <= rest_at ||
	    name[commit_len] != '-' || name[rest_at - 1] != '-')
		return NULL;
	memcpy(commit, fan, FAN_DIGITS);
	memcpy(commit + FAN_DIGITS, name, commit_len);
	commit[COMMIT_DIGITS] = '\0';
	if (!gitperf_hex_ok(commit, COMMIT_DIGITS, COMMIT_DIGITS) ||
	    !parse_stamp(when, name + commit_len + 1))
		return NULL;
	return name + rest_at;
}

/* "<oid12>.json", of this id */
static int is_end(const char *text, const char *id)
{
	return !strncmp(text, id, ID_DIGITS) && strlen(text) > ID_DIGITS &&
	       !strcmp(text + ID_DIGITS, ".json");
}

int gitperf_layout_read(gitperf_entry *out, const char *fan, const char *name,
			const char *id)
{
	const char *rest = read_commit(out->commit, &out->finished, fan, name);
	const char *outcome = rest ? strchr(outcomes, *rest) : NULL;

	if (!outcome || rest[1] != '-' || !is_end(rest + 2, id) || strlen(id) >= sizeof(out->id))
		return 0;
	out->outcome = (gitperf_outcome)(outcome - outcomes);
	memcpy(out->id, id, strlen(id) + 1);
	return 1;
}

int gitperf_layout_decision(gitperf_buffer *out, const gitperf_decision *decision,
			    const char *id)
{
	char stamp[STAMP_LEN + 1];

	format_stamp(stamp, decision->decided);
	gitperf_buf_addf(out, LAYOUT_DECISIONS "/%s/%.2s/%s-%s-%.*s.json", decision->platform,
			 decision->head, decision->head + FAN_DIGITS, stamp, ID_DIGITS, id);
	return gitperf_buf_check(out);
}

int gitperf_layout_read_decision(struct decision_name *out, const char *fan,
				 const char *name, const char *id)
{
	const char *rest = read_commit(out->head, &out->decided, fan, name);

	if (!rest || !is_end(rest, id) || strlen(id) >= sizeof(out->id))
		return 0;
	memcpy(out->id, id, strlen(id) + 1);
	return 1;
}

/* "2026-04-20T21:35:08.123456789Z" to "2026-04" */
#define MONTH_LEN 7

int gitperf_layout_mark(gitperf_buffer *out, gitperf_time made, const char *id)
{
	char stamp[STAMP_LEN + 1];

	format_stamp(stamp, made);
	gitperf_buf_addf(out, LAYOUT_MARKS "/%.4s-%.2s/%s-%.*s.json", stamp, stamp + 4,
			 stamp, ID_DIGITS, id);
	return gitperf_buf_check(out);
}

int gitperf_layout_read_mark(struct mark_name *out, const char *month,
			     const char *name, const char *id)
{
	if (strlen(month) != MONTH_LEN || strlen(name) <= STAMP_LEN || name[STAMP_LEN] != '-' ||
	    strncmp(month, name, 4) || month[4] != '-' || strncmp(month + 5, name + 4, 2) ||
	    !parse_stamp(&out->made, name) ||
	    !is_end(name + STAMP_LEN + 1, id) || strlen(id) >= sizeof(out->id))
		return 0;
	memcpy(out->id, id, strlen(id) + 1);
	return 1;
}

int gitperf_layout_is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return !strncmp(path, folder, len) && path[len] == '/';
}

int gitperf_layout_read_path(gitperf_entry *out,
			     char platform[GITPERF_NAME_MAX + 1],
			     const char *path, const char *id)
{
	const char *p, *slash;
	char fan[FAN_DIGITS + 1];

	if (!gitperf_layout_is_below(path, LAYOUT_RUNS))
		return 0;
	p = path + strlen(LAYOUT_RUNS "/");
	if (!(slash = strchr(p, '/')) || slash - p > GITPERF_NAME_MAX)
		return 0;
	snprintf(platform, GITPERF_NAME_MAX + 1, "%.*s", (int)(slash - p), p);
	p = slash + 1;
	if (gitperf_platform_check(platform) < 0 || strcspn(p, "/") != FAN_DIGITS || !p[FAN_DIGITS])
		return 0;
	snprintf(fan, sizeof(fan), "%s", p);
	out->path = path;
	out->platform = platform;
	return gitperf_layout_read(out, fan, p + FAN_DIGITS + 1, id);
}

void gitperf_layout_revoked(gitperf_buffer *out, const char *id)
{
	gitperf_buf_addf(out, LAYOUT_REVOKED "/%.2s/%s", id, id);
}

int gitperf_layout_is_revoked(const char *fan, const char *name)
{
	return gitperf_hex_ok(name, COMMIT_DIGITS, COMMIT_DIGITS) &&
	       strlen(fan) == FAN_DIGITS && !strncmp(fan, name, FAN_DIGITS);
}

static int fail_foreign(const char *ref)
{
	gitperf_fail(GITPERF_EFORMAT, "%s is not a perf branch", ref);
	return gitperf_hint(GITPERF_EFORMAT, "it is left alone; choose another place "
			    "for the data: git config perf.ref refs/perf/data");
}

static int begins_with(const char *line, size_t len, const char *word)
{
	return len >= strlen(word) && !memcmp(line, word, strlen(word));
}

/* "<word><digits>", exactly, with at most so many of them; 0 if it is anything else */
static long number_behind(const char *word, const char *line, size_t len, size_t most)
{
	size_t i = strlen(word);
	long number = 0;

	if (!begins_with(line, len, word) || len == i || len - i > most || line[i] == '0')
		return 0;
	for (; i < len; i++) {
		if (line[i] < '0' || line[i] > '9')
			return 0;
		number = 10 * number + (line[i] - '0');
	}
	return number;
}

static int check_line(const char *line, size_t len, const char *ref)
{
	if (!begins_with(line, len, "requires:"))
		return 0;
	return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "%s has a format that this version does not know ('%.*s')",
			    ref, (int)(len < 100 ? len : 100), line), "upgrade git perf");
}

int gitperf_layout_check_format(const char *text, size_t len, const char *ref)
{
	const char *line = text, *end = text + len, *nl;
	long version = 0;
	int err = 0;

	if (!len || text[len - 1] != '\n' || memchr(text, '\0', len))
		return fail_foreign(ref);
	for (; line < end && !err; line = nl + 1) {
		nl = memchr(line, '\n', (size_t)(end - line));
		if (line == text)
			version = number_behind("git-perf ", line, (size_t)(nl - line), VERSION_DIGITS);
		else
			err = check_line(line, (size_t)(nl - line), ref);
	}
	if (version < 1)
		return fail_foreign(ref);
	if (version > 1)
		return gitperf_hint(gitperf_fail(GITPERF_EFORMAT, "%s has format %ld, newer than this version knows", ref, version),
				    "upgrade git perf");
	return err;
}

static const char generation_word[] = "generation:";

/* The next line, with its end, or what there is of it */
static size_t line_length(const char *line, const char *end)
{
	const char *nl = memchr(line, '\n', (size_t)(end - line));

	return nl ? (size_t)(nl - line) + 1 : (size_t)(end - line);
}

long gitperf_layout_generation(const char *text, size_t len, int *odd)
{
	const char *line = text, *end = text + len;
	long largest = 0, one;
	size_t n, valid = 0, all = 0;

	for (; line < end; line += n) {
		n = line_length(line, end);
		if (!begins_with(line, n, generation_word))
			continue;
		one = number_behind("generation: ", line, n - (line[n - 1] == '\n'), GENERATION_DIGITS);
		largest = one > largest ? one : largest;
		valid += one > 0;
		all++;
	}
	if (odd)
		*odd = all > 1 || valid < all;
	return largest;
}

void gitperf_layout_set_generation(gitperf_buffer *out, const char *text,
				   size_t len, long generation)
{
	const char *line = text, *end = text + len;
	int written = 0;
	size_t n;

	for (; line < end; line += n) {
		n = line_length(line, end);
		if (!begins_with(line, n, generation_word)) {
			gitperf_buf_add(out, line, n);
		} else if (!written) {
			gitperf_buf_addf(out, "%s %ld\n", generation_word, generation);
			written = 1;
		}
	}
	if (!written)
		gitperf_buf_addf(out, "%s %ld\n", generation_word, generation);
}
