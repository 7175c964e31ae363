/*
 * command.c - a line of a suite becomes the words of a program
 *
 * A shell costs a process and an exec for each iteration, and they would be
 * measured, too. So it is asked only where it does something that this file
 * does not; where in doubt, it is asked, because it is always right.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "data/command.h"

/* Linux takes no longer word, and "sh -c" has all in one */
#define TEXT_MAX (128u << 10)

#define KEY_FIRST "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
#define KEY_OTHER KEY_FIRST "0123456789"

/* What no shell looks at, in whatever quotes it stands */
#define HARMLESS KEY_OTHER "%+,-./:@"

struct splitter {
	const char *text;
	const gitperf_pair *params;
	size_t nparams;
	int plain;               /* nothing is for a shell */
	gitperf_buffer out;      /* words, a NUL behind each */
	size_t n;
};

/* --- Placeholders --------------------------------------------------------- */

int gitperf_param_key__ok(const char *key)
{
	return *key && strchr(KEY_FIRST, *key) &&
	       strspn(key, KEY_OTHER) == strlen(key);
}

/*
 * The length of the placeholder "{key}" at `p`, a character of `text`; 0 if
 * there is none. Behind a "$" or a backslash, a brace is somebody else's.
 */
static size_t placeholder_length(const char *text, const char *p)
{
	size_t len;

	if (*p != '{' || !p[1] || !strchr(KEY_FIRST, p[1]))
		return 0;
	if (p > text && (p[-1] == '$' || p[-1] == '\\'))
		return 0;
	len = 1 + strspn(p + 1, KEY_OTHER);
	return p[len] == '}' ? len + 1 : 0;
}

/* The parameter that a placeholder at `p` stands for, or NULL */
static const gitperf_pair *find_param(const struct splitter *s, const char *p)
{
	size_t len = placeholder_length(s->text, p), i;

	for (i = 0; len && i < s->nparams; i++)
		if (strlen(s->params[i].key) == len - 2 &&
		    !memcmp(s->params[i].key, p + 1, len - 2))
			return &s->params[i];
	return NULL;
}

/* --- Words ---------------------------------------------------------------- */

static int is_blank(const struct splitter *s, char c)
{
	return c == ' ' || c == '\t' || (s->plain && c == '\n');
}

static int wants_shell(const struct splitter *s, char c, char quote)
{
	static const char unquoted[] = "|&;<>()$`*?[#~!\n", in_double[] = "$`";

	if (s->plain || quote == '\'')
		return 0;
	return strchr(quote ? in_double : unquoted, c) != NULL;
}

/* Assignments, and words that only a shell knows, count where a command begins */
static int begins_for_shell(const struct splitter *s)
{
	static const char *const known[] = {
		"{", "}", ".", ":", "alias", "bg", "break", "builtin", "case",
		"cd", "command", "continue", "declare", "dirs", "do", "done",
		"elif", "else", "esac", "eval", "exec", "exit", "export", "fc",
		"fg", "fi", "for", "function", "getopts", "hash", "if", "jobs",
		"let", "local", "popd", "pushd", "read", "readonly", "return",
		"select", "set", "shift", "shopt", "source", "then", "times",
		"trap", "type", "typeset", "ulimit", "umask", "unalias",
		"unset", "until", "wait", "while"
	};
	const char *word = s->text + strspn(s->text, " \t");
	size_t len = strcspn(word, " \t\n"), i;

	if (memchr(word, '=', len))
		return 1;
	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (strlen(known[i]) == len && !memcmp(known[i], word, len))
			return 1;
	return 0;
}

static int fail_open(void)
{
	return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "a quote without its end"),
			    "write \\' or \\\" for a quote that is meant as such; in a suite, ; and # "
			    "begin a comment unless all of it is in double quotes");
}

/* Whether this character begins or ends a quotation */
static int turns_quote(char c, char quote)
{
	return quote ? c == quote : c == '\'' || c == '"';
}

static void end_word(struct splitter *s, int *in_word)
{
	if (*in_word) {
		gitperf_buf_addc(&s->out, '\0');
		s->n++;
	}
	*in_word = 0;
}

/* One character of a word, or what stands for it; returns what comes next */
static const char *add_char(struct splitter *s, const char *p, char quote)
{
	const gitperf_pair *param = find_param(s, p);

	if (param) {
		gitperf_buf_adds(&s->out, param->value);
		return p + strlen(param->key) + 2;
	}
	/* where it changes nothing, a backslash is itself */
	if (*p == '\\' && quote != '\'' && p[1] && (!quote || strchr("$`\"\\", p[1])))
		p++;
	gitperf_buf_addc(&s->out, *p);
	return p + 1;
}

/* Returns 1 when this is for a shell */
static int split(struct splitter *s)
{
	const char *p = s->text;
	int in_word = 0;
	char quote = 0;

	while (*p) {
		if (!quote && is_blank(s, *p)) {
			end_word(s, &in_word);
			p++;
		} else if (wants_shell(s, *p, quote)) {
			return 1;
		} else if (*p == '\\' && quote != '\'' && p[1] == '\n') {
			p += 2;
		} else {
			in_word = 1;
			if (turns_quote(*p, quote)) {
				quote = quote ? 0 : *p;
				p++;
			} else {
				p = add_char(s, p, quote);
			}
		}
		if (s->out.len > TEXT_MAX)
			return 0;
	}
	end_word(s, &in_word);
	return quote ? fail_open() : 0;
}

int gitperf_words__split(gitperf_buffer *out, const char *text)
{
	struct splitter s = { .text = text, .plain = 1, .out = *out };
	int err = split(&s);

	*out = s.out;
	if (!err)
		err = gitperf_buf_check(out);
	return err < 0 ? err : (int)s.n;
}

/* --- The text for a shell ------------------------------------------------- */

/* Quotes within substitutions and here-documents follow rules of their own */
static int is_nested(const char *p, char quote)
{
	size_t len;

	if (quote == '\'')
		return 0;
	if (*p == '`' || (!quote && p[0] == '<' && p[1] == '<'))
		return 1;
	if (*p != '$')
		return 0;
	if (p[1] != '{')
		return p[1] == '(' || (!quote && p[1] == '\'');
	len = strspn(p + 2, KEY_OTHER);
	return p[2 + len] != '}';
}

const char *gitperf_placeholder__next(struct placeholders *it, size_t *len, int *sure)
{
	const char *p;

	for (p = it->text + it->at; *p; p++) {
		*len = placeholder_length(it->text, p);
		if (*len) {
			*sure = it->quote != '\'' && !it->nested;
			it->at = (size_t)(p - it->text) + *len;
			return p;
		}
		if (*p == '\\' && it->quote != '\'' && p[1])
			p++;
		else if (turns_quote(*p, it->quote))
			it->quote = it->quote ? 0 : *p;
		it->nested |= is_nested(p, it->quote);
	}
	return NULL;
}

static int begins_comment(const struct splitter *s, const char *p)
{
	return *p == '#' && (p == s->text || strchr(" \t\n;|&()", p[-1]));
}

/* A value as the shell reads it between these quotes */
static void add_quoted(gitperf_buffer *out, const char *value, char quote)
{
	if (!quote)
		gitperf_buf_addc(out, '\'');
	for (; *value; value++) {
		if (quote != '"' && *value == '\'')
			gitperf_buf_adds(out, "'\\'");
		else if (quote == '"' && strchr("$`\"\\", *value))
			gitperf_buf_addc(out, '\\');
		gitperf_buf_addc(out, *value);
	}
	if (!quote)
		gitperf_buf_addc(out, '\'');
}

static int add_value(gitperf_buffer *out, const gitperf_pair *param, char quote,
		     int nested)
{
	if (!nested) {
		add_quoted(out, param->value, quote);
		return 0;
	}
	if (!*param->value || param->value[strspn(param->value, HARMLESS)]) {
		gitperf_fail(GITPERF_EINVALID, "'%.100s' cannot be put in for {%.100s} behind a substitution or a "
			     "here-document: it would need quotes", param->value, param->key);
		return gitperf_hint(GITPERF_EINVALID, "let the shell do it, with the variable GIT_PERF_PARAM_... instead");
	}
	gitperf_buf_adds(out, param->value);
	return 0;
}

static int add_shell_text(struct splitter *s)
{
	const gitperf_pair *param;
	const char *p = s->text;
	int nested = 0, err;
	size_t n;
	char quote = 0;

	for (; *p && s->out.len <= TEXT_MAX; p += n) {
		n = 1;
		if (*p == '\\' && quote != '\'' && p[1]) {
			n = 2;
		} else if (!quote && begins_comment(s, p)) {
			n = strcspn(p, "\n");
		} else if ((param = find_param(s, p))) {
			if ((err = add_value(&s->out, param, quote, nested)) < 0)
				return err;
			n = strlen(param->key) + 2;
			continue;
		} else if (turns_quote(*p, quote)) {
			quote = quote ? 0 : *p;
		}
		nested |= is_nested(p, quote);
		gitperf_buf_add(&s->out, p, n);
	}
	return quote && !nested && !*p ? fail_open() : 0;
}

static int make_shell(struct splitter *s)
{
	int err;

	gitperf_buf_truncate(&s->out, 0);
	gitperf_buf_add(&s->out, "sh\0-c", sizeof("sh\0-c"));
	s->n = 3;
	err = add_shell_text(s);
	gitperf_buf_addc(&s->out, '\0');
	return err;
}

/* --- Together ------------------------------------------------------------- */

/* One block: the struct, the pointers, the words */
static int keep_words(gitperf_words **out, const struct splitter *s, int shell)
{
	size_t head = sizeof(gitperf_words), list = (s->n + 1) * sizeof(char *), i;
	gitperf_words *words = malloc(head + list + s->out.len);
	const char **argv;
	char *text;

	if (!words)
		return gitperf_fail_oom();
	argv = (const char **)(words + 1);
	text = (char *)(argv + s->n + 1);
	memcpy(text, s->out.ptr, s->out.len);
	for (i = 0; i < s->n; i++, text += strlen(text) + 1)
		argv[i] = text;
	argv[i] = NULL;
	words->argv = argv;
	words->n = s->n;
	words->shell = shell;
	*out = words;
	return 0;
}

static int check_words(const struct splitter *s)
{
	int err = gitperf_buf_check(&s->out);

	if (err < 0)
		return err;
	if (s->out.len > TEXT_MAX)
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "more than %u bytes", TEXT_MAX),
				    "put it into a script, and name that");
	if (!s->n || !*s->out.ptr)
		return gitperf_hint(gitperf_fail(GITPERF_EINVALID, "no word that names a program"),
				    "a command looks like: ./bench --size=10");
	return 0;
}

int gitperf_command_split(gitperf_words **out, const char *command,
			  const gitperf_pair *params, size_t n)
{
	struct splitter s = { .text = command, .params = params, .nparams = n,
			      .out = GITPERF_BUFFER_INIT };
	int err = begins_for_shell(&s) ? 1 : split(&s), shell = err > 0;

	*out = NULL;
	if (shell)
		err = make_shell(&s);
	if (!err)
		err = check_words(&s);
	if (!err)
		err = keep_words(out, &s, shell);
	gitperf_buffer_dispose(&s.out);
	return err;
}

void gitperf_words_free(gitperf_words *words)
{
	free(words);
}
