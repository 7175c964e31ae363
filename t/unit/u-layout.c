/*
 * u-layout.c - lib/store/layout: names in the branch, there and back
 *
 * The names are permanent, so they stand here as literal text.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/layout.h"

#include "tap.h"

#define FAN "01"
#define REST "23456789abcdef0123456789abcdef01234567"
#define ID "89abcdef0123456789abcdef0123456789abcdef"
#define NAME REST "-20260420T213508Z-c-89abcdef0123.json"

static gitperf_record make_record(const char *finished, gitperf_outcome outcome)
{
	gitperf_record record = GITPERF_RECORD_INIT;

	record.platform = "x86-64-linux";
	record.commit = FAN REST;
	record.outcome = outcome;
	gitperf_time_parse(&record.finished, finished);
	return record;
}

static void test_paths(void)
{
	static const struct {
		const char *finished;
		gitperf_outcome outcome;
		const char *stamp;        /* ... and what follows it */
		const char *seconds;
	} cases[] = {
		{ "2026-04-20T21:35:08Z", GITPERF_OUTCOME_COMPLETE,
		  "20260420T213508Z-c", "2026-04-20T21:35:08.000000000Z" },
		{ "2026-04-20T21:35:08.999999999Z", GITPERF_OUTCOME_PARTIAL,
		  "20260420T213508Z-p", "2026-04-20T21:35:08.000000000Z" },
		{ "2024-02-29T00:00:00Z", GITPERF_OUTCOME_FAILED,
		  "20240229T000000Z-f", "2024-02-29T00:00:00.000000000Z" },
		{ "1970-01-01T00:00:01Z", GITPERF_OUTCOME_COMPLETE,
		  "19700101T000001Z-c", "1970-01-01T00:00:01.000000000Z" },
		{ "2262-04-11T23:47:15.5Z", GITPERF_OUTCOME_COMPLETE,
		  "22620411T234715Z-c", "2262-04-11T23:47:15.000000000Z" },
	};
	gitperf_buffer path = GITPERF_BUFFER_INIT, want = GITPERF_BUFFER_INIT;
	char text[GITPERF_TIME_SIZE];
	gitperf_entry entry;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		gitperf_record record = make_record(cases[i].finished, cases[i].outcome);

		gitperf_buf_truncate(&path, 0);
		gitperf_buf_truncate(&want, 0);
		gitperf_buf_adds(&path, "before:");
		is_ok(gitperf_layout_path(&path, &record, ID), cases[i].finished);
		gitperf_buf_addf(&want, "before:runs/x86-64-linux/" FAN "/" REST "-%s-89abcdef0123.json",
				 cases[i].stamp);
		is_str(path.ptr, want.ptr, "... makes this path");
		memset(&entry, 0, sizeof(entry));
		is_int(gitperf_layout_read(&entry, FAN, strrchr(path.ptr, '/') + 1, ID), 1, "... that reads");
		is_str(entry.commit, FAN REST, "... the commit");
		is_str(entry.id, ID, "... the id");
		is_int(entry.outcome, cases[i].outcome, "... the outcome");
		gitperf_time_format(text, entry.finished);
		is_str(text, cases[i].seconds, "... and the second");
	}
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&want);
}

/* One thing wrong each */
static void test_near_misses(void)
{
	static const struct {
		const char *fan, *name, *id;
	} cases[] = {
		/* the folder */
		{ "", NAME, ID }, { "0", NAME, ID }, { "012", NAME, ID }, { "0g", NAME, ID },
		{ "0A", NAME, ID }, { "..", NAME, ID }, { "0/", NAME, ID }, { " 1", NAME, ID },
		/* the commit */
		{ FAN, "23456789abcdef0123456789abcdef0123456-20260420T213508Z-c-89abcdef0123.json", ID },
		{ FAN, "023456789abcdef0123456789abcdef01234567-20260420T213508Z-c-89abcdef0123.json", ID },
		{ FAN, "23456789ABCDEF0123456789abcdef01234567-20260420T213508Z-c-89abcdef0123.json", ID },
		{ FAN, "g3456789abcdef0123456789abcdef01234567-20260420T213508Z-c-89abcdef0123.json", ID },
		{ FAN, "..456789abcdef0123456789abcdef01234567-20260420T213508Z-c-89abcdef0123.json", ID },
		/* the time */
		{ FAN, REST "-20260420T213508 -c-89abcdef0123.json", ID },
		{ FAN, REST "-20260420t213508Z-c-89abcdef0123.json", ID },
		{ FAN, REST "-20260420T213508z-c-89abcdef0123.json", ID },
		{ FAN, REST "-20260420 213508Z-c-89abcdef0123.json", ID },
		{ FAN, REST "-20261320T213508Z-c-89abcdef0123.json", ID },
		{ FAN, REST "-20260431T213508Z-c-89abcdef0123.json", ID },
		{ FAN, REST "-20260229T213508Z-c-89abcdef0123.json", ID },
		{ FAN, REST "-20260420T243508Z-c-89abcdef0123.json", ID },
		{ FAN, REST "-20260420T216008Z-c-89abcdef0123.json", ID },
		{ FAN, REST "-20260420T213560Z-c-89abcdef0123.json", ID },
		{ FAN, REST "-19691231T235959Z-c-89abcdef0123.json", ID },
		{ FAN, REST "-22620411T234716Z-c-89abcdef0123.json", ID },
		{ FAN, REST "-99990101T000000Z-c-89abcdef0123.json", ID },
		{ FAN, REST "--2026042T213508Z-c-89abcdef0123.json", ID },
		{ FAN, REST "-2026-420T213508Z-c-89abcdef0123.json", ID },
		{ FAN, REST "-20260420T+13508Z-c-89abcdef0123.json", ID },
		/* the outcome */
		{ FAN, REST "-20260420T213508Z-x-89abcdef0123.json", ID },
		{ FAN, REST "-20260420T213508Z-C-89abcdef0123.json", ID },
		{ FAN, REST "-20260420T213508Z--89abcdef0123.json", ID },
		{ FAN, REST "-20260420T213508Z-cp-89abcdef0123.json", ID },
		/* the id */
		{ FAN, REST "-20260420T213508Z-c-89abcdef0124.json", ID },
		{ FAN, REST "-20260420T213508Z-c-89ABCDEF0123.json", ID },
		{ FAN, REST "-20260420T213508Z-c-89abcdef012.json", ID },
		{ FAN, REST "-20260420T213508Z-c-89abcdef01234.json", ID },
		{ FAN, NAME, "99abcdef0123456789abcdef0123456789abcdef" },
		{ FAN, NAME, "89abcdef012" }, { FAN, NAME, "" },
		/* what is between, before and behind */
		{ FAN, REST "_20260420T213508Z-c-89abcdef0123.json", ID },
		{ FAN, REST "-20260420T213508Z_c-89abcdef0123.json", ID },
		{ FAN, REST "-20260420T213508Z-c_89abcdef0123.json", ID },
		{ FAN, REST "-20260420T213508Z-c-89abcdef0123_json", ID },
		{ FAN, REST "-20260420T213508Z-c-89abcdef0123.JSON", ID },
		{ FAN, REST "-20260420T213508Z-c-89abcdef0123.jsn", ID },
		{ FAN, NAME "5", ID }, { FAN, NAME "~", ID }, { FAN, NAME ".gz", ID },
		{ FAN, " " NAME, ID }, { FAN, "", ID }, { FAN, ".json", ID }, { FAN, "README", ID },
		{ FAN, REST, ID },
	};
	gitperf_entry entry;
	size_t i;

	is_int(gitperf_layout_read(&entry, FAN, NAME, ID), 1, NAME);
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		ok(!gitperf_layout_read(&entry, cases[i].fan, cases[i].name, cases[i].id),
		   "not '%s', '%s', %s", cases[i].fan, cases[i].name, cases[i].id);
}

/* Each byte of a good name, changed to each other */
static void test_every_byte(void)
{
	const char *name = NAME;
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	gitperf_record record = GITPERF_RECORD_INIT;
	gitperf_entry entry;
	char changed[sizeof(NAME)];
	size_t i, bad = 0, good = 0;
	int c;

	record.platform = "p";
	for (i = 0; i < strlen(name); i++)
		for (c = 1; c < 256; c++) {
			memcpy(changed, name, sizeof(changed));
			changed[i] = (char)c;
			if (!gitperf_layout_read(&entry, FAN, changed, ID))
				continue;
			/* another commit or time may be, if it is the name it gets */
			good++;
			record.commit = entry.commit;
			record.finished = entry.finished;
			record.outcome = entry.outcome;
			gitperf_buf_truncate(&path, 0);
			bad += gitperf_layout_path(&path, &record, entry.id) < 0 ||
			       strcmp(path.ptr + strlen("runs/p/01/"), changed) != 0;
		}
	ok(good > 38 * 15, "other commits and times are names (%d)", (int)good);
	is_int((int64_t)bad, 0, "... and no name has two spellings");
	gitperf_buffer_dispose(&path);
}

static void test_whole_paths(void)
{
	static const char *const bad[] = {
		"", "runs", "runs/", "runs//01/" NAME, "runs/p", "runs/p/", "runs/p/01", "runs/p/01/",
		"runs/p/0/" NAME, "runs/p/012/" NAME, "runs/p//" NAME, "runs/p/" NAME, "runs/P/01/" NAME,
		"runs/../01/" NAME, "runs/a.lock/01/" NAME, "run/p/01/" NAME, "runs/p/01/x/" NAME,
		"/runs/p/01/" NAME, "runs/p/01/" NAME "/", "runs/p/01//" NAME, "revoked/01/" ID,
		"runs/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/01/" NAME
	};
	static const char longest[] =
		"runs/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/01/" NAME;
	char platform[GITPERF_NAME_MAX + 1];
	gitperf_entry entry;
	size_t i;

	is_int(gitperf_layout_read_path(&entry, platform, "runs/x86-64-linux/01/" NAME, ID), 1,
	       "a whole path");
	is_str(entry.path, "runs/x86-64-linux/01/" NAME, "... is itself");
	is_str(entry.platform, "x86-64-linux", "... has a platform");
	is_str(entry.commit, FAN REST, "... a commit");
	is_str(entry.id, ID, "... and an id");
	is_int(gitperf_layout_read_path(&entry, platform, longest, ID), 1, "... the longest");
	is_int((int64_t)strlen(entry.platform), GITPERF_NAME_MAX, "... has all of its platform");
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		ok(!gitperf_layout_read_path(&entry, platform, bad[i], ID), "not '%s'", bad[i]);
}

static void test_revoked(void)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;

	gitperf_buf_adds(&path, "before:");
	gitperf_layout_revoked(&path, ID);
	is_str(path.ptr, "before:revoked/89/" ID, "the path of a revocation");
	gitperf_buffer_dispose(&path);
	ok(gitperf_layout_is_revoked("89", ID), "... is one");
	ok(!gitperf_layout_is_revoked("88", ID), "... not in another folder");
	ok(!gitperf_layout_is_revoked("", ID), "... in none");
	ok(!gitperf_layout_is_revoked("8", ID), "... in half of one");
	ok(!gitperf_layout_is_revoked("89a", ID), "... in a longer one");
	ok(!gitperf_layout_is_revoked("89", ID "0"), "... with a digit more");
	ok(!gitperf_layout_is_revoked("89", "89abcdef0123456789abcdef0123456789abcde"), "... or less");
	ok(!gitperf_layout_is_revoked("89", "89ABCDEF0123456789abcdef0123456789abcdef"), "... in capitals");
	ok(!gitperf_layout_is_revoked("89", "89abcdef0123456789abcdef0123456789abcdeg"), "... with no digit");
}

/* In memory of its own, without a NUL behind: as a blob is */
static int check_format(const char *text, size_t len)
{
	char *exact = malloc(len ? len : 1);
	int err;

	memcpy(exact, text, len);
	err = gitperf_layout_check_format(exact, len, "refs/heads/perf");
	free(exact);
	return err;
}

static void test_formats(void)
{
	static const char *const good[] = {
		LAYOUT_FORMAT_TEXT, "git-perf 1\nmade by hand\n", "git-perf 1\n\n\n",
		"git-perf 1\nrequire nothing\n", "git-perf 1\n requires: not at the start\n"
	};
	static const char *const foreign[] = {
		"", "\n", "git-perf", "git-perf ", "git-perf \n", "git-perf \n1\n", "git-perf 1",
		"git-perf 0\n", "git-perf -1\n", "git-perf +1\n", "git-perf  1\n", "git-perf 01\n",
		"git-perf 1.5\n", "git-perf 1x\n", "git-perf 1 lz4\n", "git-perf 1\r\n", "git-perf\t1\n",
		" git-perf 1\n", "Git-perf 1\n", "git-perf x\n", "git-perf1\n", "perf 1\n", "# notes\n",
		"{\"format\":1}\n", "git-perf 1\nlast line"
	};
	static const char *const newer[] = {
		"git-perf 2\n", "git-perf 10\n", "git-perf 11\nand more\n", "git-perf 999999\n"
	};
	static const char *const needy[] = {
		"git-perf 1\nrequires: chunks\n", "git-perf 1\nrequires:x\n",
		"git-perf 1\nother\nrequires: a \033[31m\n", "git-perf 1\nrequires:\n"
	};
	size_t i;

	is_str(LAYOUT_FORMAT_TEXT, "git-perf 1\n", "what a new branch says");
	for (i = 0; i < ARRAY_SIZE(good); i++)
		is_ok(check_format(good[i], strlen(good[i])), "a format of ours");
	for (i = 0; i < ARRAY_SIZE(foreign); i++) {
		is_err(check_format(foreign[i], strlen(foreign[i])), GITPERF_EFORMAT, "a foreign format");
		if (!ok(strstr(gitperf_error_message(), "refs/heads/perf is not a perf branch") != NULL,
			"... is said to be"))
			printf("#   number %d: %s\n", (int)i, gitperf_error_message());
		ok(gitperf_error_hint() != NULL, "... with a hint");
	}
	for (i = 0; i < ARRAY_SIZE(newer); i++) {
		is_err(check_format(newer[i], strlen(newer[i])), GITPERF_EFORMAT, "a newer format");
		ok(strstr(gitperf_error_message(), "newer") != NULL, "... is said to be");
		is_str(gitperf_error_hint(), "upgrade git perf", "... with a hint");
	}
	for (i = 0; i < ARRAY_SIZE(needy); i++) {
		is_err(check_format(needy[i], strlen(needy[i])), GITPERF_EFORMAT, "a format that needs more");
		ok(strstr(gitperf_error_message(), "requires") != NULL, "... names it");
		ok(!strchr(gitperf_error_message(), '\033'), "... on a terminal");
		is_str(gitperf_error_hint(), "upgrade git perf", "... with a hint");
	}
	is_err(check_format("git-perf 1\n\0\n", 13), GITPERF_EFORMAT, "NUL in it");
}

/* In exact memory, too; `again` is what setting it to 7 makes of the text */
static void test_generation(void)
{
	static const struct {
		const char *text;
		long generation;
		int odd;
		const char *again;
	} cases[] = {
		{ LAYOUT_FORMAT_TEXT, 0, 0, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: 1\n", 1, 0, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: 999999999\n", 999999999, 0, "git-perf 1\ngeneration: 7\n" },
		/* what is not known stays as it is, and where it is */
		{ "git-perf 1\noptional: x\ngeneration: 12\n\n rest \n", 12, 0,
		  "git-perf 1\noptional: x\ngeneration: 7\n\n rest \n" },
		{ "git-perf 1\nby hand\n", 0, 0, "git-perf 1\nby hand\ngeneration: 7\n" },
		{ "git-perf 1\n generation: 2\nGeneration: 3\ngenerations: 4\n", 0, 0,
		  "git-perf 1\n generation: 2\nGeneration: 3\ngenerations: 4\ngeneration: 7\n" },
		/* of several, the largest; what is none counts as none */
		{ "git-perf 1\ngeneration: 3\ngeneration: 2\n", 3, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: 2\na\ngeneration: 3\nb\n", 3, 1, "git-perf 1\ngeneration: 7\na\nb\n" },
		{ "git-perf 1\ngeneration: 2\ngeneration: 2\n", 2, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: -1\ngeneration: 5\n", 5, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: 0\n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: -1\n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: +1\n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: 01\n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: 1.5\n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: 1e3\n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: 0x10\n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: 1 \n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: 1\r\n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration:  1\n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration:1\n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration:\n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: \n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: many\n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: 1000000000\n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: 2147483648\n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: 18446744073709551617\n", 0, 1, "git-perf 1\ngeneration: 7\n" },
		{ "git-perf 1\ngeneration: 99999999999999999999999999999999999999999\n", 0, 1,
		  "git-perf 1\ngeneration: 7\n" }
	};
	gitperf_buffer again = GITPERF_BUFFER_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t len = strlen(cases[i].text);
		char *exact = malloc(len);
		int odd = -1;

		memcpy(exact, cases[i].text, len);
		is_int(gitperf_layout_generation(exact, len, &odd), cases[i].generation, cases[i].text + 11);
		is_int(odd, cases[i].odd, "... fsck is told");
		is_int(gitperf_layout_generation(exact, len, NULL), cases[i].generation, "... or nobody");
		gitperf_buf_truncate(&again, 0);
		gitperf_layout_set_generation(&again, exact, len, 7);
		is_str(again.ptr, cases[i].again, "... another, and the rest as it was");
		is_int(gitperf_layout_generation(again.ptr, again.len, &odd), 7, "... which reads");
		is_int(odd, 0, "... without fault");
		is_ok(check_format(again.ptr, again.len), "... in a format of ours");
		free(exact);
	}
	gitperf_buffer_dispose(&again);
}

static void test_marks(void)
{
	static const struct {
		const char *month, *name;
	} foreign[] = {
		{ "2026-05", "20260420T213508Z-89abcdef0123.json" },
		{ "2025-04", "20260420T213508Z-89abcdef0123.json" },
		{ "2026-4", "20260420T213508Z-89abcdef0123.json" },
		{ "2026-04", "20260420T213508Z-89abcdef0124.json" },
		{ "2026-04", "20260420T213508Z-89abcdef0123" },
		{ "2026-04", "20260420T213508Z" },
		{ "2026-04", "20260431T213508Z-89abcdef0123.json" },
		{ "2026-04", "" },
	};
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	struct mark_name name;
	gitperf_time made = 0;
	size_t i;

	gitperf_time_parse(&made, "2026-04-20T21:35:08.75Z");
	is_ok(gitperf_layout_mark(&path, made, ID), "a mark has a path");
	is_str(path.ptr, "marks/2026-04/20260420T213508Z-89abcdef0123.json", "... by its time and its id");
	ok(gitperf_layout_read_mark(&name, "2026-04", "20260420T213508Z-89abcdef0123.json", ID), "... which is read");
	is_str(name.id, ID, "... with the id");
	is_int(name.made, made - 750000000, "... and whole seconds");
	for (i = 0; i < ARRAY_SIZE(foreign); i++)
		ok(!gitperf_layout_read_mark(&name, foreign[i].month, foreign[i].name, ID), "%s/%s is none",
		   foreign[i].month, foreign[i].name);
	gitperf_buffer_dispose(&path);
}

int main(void)
{
	test_paths();
	test_near_misses();
	test_every_byte();
	test_whole_paths();
	test_revoked();
	test_formats();
	test_generation();
	test_marks();
	return done_testing();
}
