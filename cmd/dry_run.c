/*
 * dry_run.c - what git perf run --dry-run says
 */
#include "cmd.h"

static void add(gitperf_buffer *out, const char *text)
{
	gitperf_buffer_add(out, text, strlen(text));
}

/* So that a shell reads it back: in quotes, unless nothing in it is special */
static void add_word(gitperf_buffer *out, const char *word, int is_first)
{
	static const char special[] = " \t\n\"'$&|;<>()*?[]{}#~`\\!";
	gitperf_buffer quoted = GITPERF_BUFFER_INIT;
	const char *p;

	/* before a command, a word with "=" would be a variable */
	if (*word && !strpbrk(word, special) && !(is_first && strchr(word, '='))) {
		gitperf_view_text(out, word);
		return;
	}
	add(&quoted, "'");
	for (p = word; *p; p++) {
		if (*p == '\'')
			add(&quoted, "'\\''");
		else
			gitperf_buffer_add(&quoted, p, 1);
	}
	add(&quoted, "'");
	gitperf_view_text(out, quoted.ptr);
	out->failed |= quoted.failed;
	gitperf_buffer_dispose(&quoted);
}

/* A command as somebody would type it; a shell's text is that already */
static void add_case(gitperf_buffer *out, const gitperf_case *c)
{
	const char *const *word = c->argv + (c->shell ? 2 : 0);

	add(out, "  ");
	gitperf_view_name(out, c->benchmark->name, c->params->pairs, c->params->n);
	add(out, ":");
	if (c->carried) {
		add(out, " carried from ");
		gitperf_buffer_add(out, c->carried, 10);
		add(out, " (nothing that it depends on has changed)\n");
		return;
	}
	for (; *word; word++) {
		add(out, " ");
		if (c->shell)
			gitperf_view_text(out, *word);
		else
			add_word(out, *word, word == c->argv);
	}
	add(out, "\n");
}

static void add_step(gitperf_buffer *out, const char *name, const gitperf_suite_step *step)
{
	if (!step->command)
		return;
	add(out, "  ");
	add(out, name);
	add(out, ": ");
	gitperf_view_text(out, step->command);
	add(out, "\n");
}

static void add_commit(gitperf_buffer *out, const gitperf_record *r)
{
	gitperf_buffer_add(out, r->commit, 10);
	add(out, " on ");
	add(out, r->platform);
	add(out, r->dirty > 0 ? ", with changes that are not committed\n" : "\n");
}

/* Where nothing is measured, nothing is prepared either */
static int is_prepared(const gitperf_session *session)
{
	size_t i, n = gitperf_session_ncases(session);

	for (i = 0; i < n; i++)
		if (!gitperf_session_case(session, i)->carried)
			return 1;
	return 0;
}

void dry_run_print(const gitperf_session *session)
{
	const gitperf_suite *suite = gitperf_session_suite(session);
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	size_t i;

	for (i = 0; i < gitperf_session_count(session); i++)
		add_commit(&out, gitperf_session_record(session, i));
	if (suite) {
		add(&out, "suite ");
		gitperf_buffer_add(&out, suite->id, 10);
		add(&out, " ");
		gitperf_view_text(&out, suite->path);
		add(&out, "\n");
	}
	if (suite && is_prepared(session)) {
		add_step(&out, "fetch", &suite->fetch);
		add_step(&out, "build", &suite->build);
		add_step(&out, "setup", &suite->setup);
	}
	for (i = 0; i < gitperf_session_ncases(session); i++)
		add_case(&out, gitperf_session_case(session, i));
	if (suite && is_prepared(session))
		add_step(&out, "teardown", &suite->teardown);
	cmd_write(&out);
}
