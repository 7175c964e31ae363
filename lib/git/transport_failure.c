/*
 * transport_failure.c - why git could not reach a remote, and what to do
 *
 * git says so in words alone, and so do ssh and curl, which it runs. What is not
 * known counts as trouble of the network: try again.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "git/transport.h"

static const struct {
	const char *words;
	int code;
	const char *hint;
} failures[] = {
	{ "The requested URL returned error: 403", GITPERF_EDENIED,
	  "get the right to write there; a job without it can hand over its results as files (git perf run --output)" },
	{ "The requested URL returned error: 401", GITPERF_EDENIED, "check the login: git ls-remote asks for the same" },
	{ "Authentication failed", GITPERF_EDENIED, "check the login: git ls-remote asks for the same" },
	{ "terminal prompts disabled", GITPERF_EDENIED,
	  "store the login with a credential helper, or set http.extraHeader; nothing can be typed here" },
	{ "could not read Username", GITPERF_EDENIED,
	  "store the login with a credential helper, or set http.extraHeader; nothing can be typed here" },
	{ "could not read Password", GITPERF_EDENIED,
	  "store the login with a credential helper, or set http.extraHeader; nothing can be typed here" },
	{ "Host key verification failed", GITPERF_EDENIED,
	  "log in there once with ssh, and compare the key of the host" },
	{ "Permission denied", GITPERF_EDENIED, "check the key and the account: ssh -v to the same host tells" },
	{ "dubious ownership", GITPERF_EDENIED, "if you trust it: git config --global --add safe.directory <its full path>" },
	{ "service not enabled", GITPERF_EDENIED, "the server does not allow that; get the right, or name another remote" },
	{ "access denied", GITPERF_EDENIED, "get the right to write there" },
	{ "does not appear to be a git repository", GITPERF_ENOTFOUND,
	  "git remote -v shows the remotes; name one, or set perf.remote" },
	{ "not found", GITPERF_ENOTFOUND, "check its address: git remote -v" },
	{ "does not exist", GITPERF_ENOTFOUND, "check its address: git remote -v" },
	{ "not a git repository", GITPERF_ENOTFOUND, "check its address: git remote -v" },
	/* whatever else: the network, or a server in trouble */
	{ "", GITPERF_ENET, "try again later; nothing is lost" }
};

/* Of several lines: what git calls fatal; and where ssh failed, its last words */
static const char *choose_line(gitperf_buffer *words, size_t *len)
{
	const char *p = words->ptr, *fatal = NULL, *error = NULL, *last = NULL;

	for (; *p; p = gitperf_next_line(p)) {
		if (!fatal && !strncmp(p, "fatal: ", 7))
			fatal = p + 7;
		else if (!error && !strncmp(p, "error: ", 7) && strncmp(p, "error: failed to push", 21))
			error = p + 7;
		else if (!fatal && strncmp(p, "remote:", 7) && strncmp(p, "warning:", 8) && !strchr("\r\n", *p))
			last = p;
	}
	if (fatal && last && !strncmp(fatal, "Could not read from remote repository", 37))
		fatal = last;
	p = fatal ? fatal : error ? error : last ? last : words->ptr;
	*len = strcspn(p, "\r\n");
	return p;
}

/* What git and its helpers only remark, or trace, is not the reason */
static void drop_remarks(gitperf_buffer *words)
{
	static const char *const remarks[] = { "warning: ", "hint: ", "remote: warning: ", "remote: hint: ",
						/* of what our refspecs leave out on purpose */
						"error: * Ignoring funny ref " };
	const char *p = words->ptr;
	gitperf_buffer kept = GITPERF_BUFFER_INIT;
	size_t i, len;

	for (; *p; p += len) {
		len = strcspn(p, "\n");
		len += p[len] == '\n';
		for (i = 0; i < ARRAY_SIZE(remarks) && strncmp(p, remarks[i], strlen(remarks[i])); i++)
			;
		if (i == ARRAY_SIZE(remarks))
			gitperf_buf_add(&kept, p, len);
	}
	/* nothing but remarks: better than no word at all */
	if (kept.len && !kept.failed) {
		gitperf_buf_truncate(words, 0);
		gitperf_buf_add(words, kept.ptr, kept.len);
	}
	gitperf_buffer_dispose(&kept);
}

/* What a server says of its own disk stands behind "remote:" */
static int is_full_here(const gitperf_buffer *words)
{
	static const char *const full[] = { "No space left on device", "Disk quota exceeded", "couldn't write '" };
	const char *p, *found;
	size_t i, len;

	for (p = words->ptr; *p; p += len + (p[len] == '\n')) {
		len = strcspn(p, "\n");
		for (i = 0; i < ARRAY_SIZE(full) && strncmp(p, "remote:", 7); i++)
			if ((found = strstr(p, full[i])) && found < p + len)
				return 1;
	}
	return 0;
}

static size_t find_failure(const gitperf_buffer *words)
{
	size_t i = 0;

	while (!strstr(words->ptr, failures[i].words))
		i++;
	return i;
}

int gitperf_transport_fail(const struct transport *t, const char *what, gitperf_buffer *words)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	const char *line, *hint;
	size_t len, i;
	int code;

	drop_remarks(words);
	i = find_failure(words);
	code = is_full_here(words) ? GITPERF_EIO : failures[i].code;
	hint = code == GITPERF_EIO ? "make room where this repository is" : failures[i].hint;
	line = choose_line(words, &len);
	gitperf_transport_name(&name, t);
	if (len)
		gitperf_fail(code, "cannot %s '%s': %.*s", what, name.ptr, (int)len, line);
	else
		gitperf_fail(code, "cannot %s '%s': git gave no reason", what, name.ptr);
	gitperf_buffer_dispose(&name);
	return gitperf_hint(code, "%s", hint);
}
