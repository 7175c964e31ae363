/*
 * git perf hook - collect or deliver whenever something is pushed
 *
 * Installs the hook that fits this repository. What a hook does when git runs
 * it is the library's; here it is only seen to that git never hears of trouble.
 */
#include "cmd.h"

#include <limits.h>
#include <unistd.h>

#define TAIL_LINES 10

static const char *const hook_usage[] = {
	"git perf hook install [--outside]",
	"git perf hook uninstall [--outside]",
	"git perf hook status [--json]",
	"git perf hook run <name> [<argument>...]",
	NULL
};

static const char *const effects[] = {
	"lanes are collected, and commits planned, when they arrive",
	"results are delivered along with git push"
};

/* --- run --- */

/* "" behind it: the path of the program as it can be called from anywhere */
static int find_program(gitperf_buffer *out, const char *program)
{
	char here[PATH_MAX] = "";

	if (!program || !strchr(program, '/'))
		return 0;
	if (*program != '/' && getcwd(here, sizeof(here)))
		gitperf_buffer_add(out, here, strlen(here));
	if (*program != '/')
		gitperf_buffer_add(out, "/", 1);
	return gitperf_buffer_add(out, program, strlen(program));
}

static void read_to_end(int fd)
{
	char buf[4096];

	while (read(fd, buf, sizeof(buf)) > 0)
		;
}

/* Whatever happens: a push is not refused, and its git finds a reader */
static int run(struct cmd *cmd, const char **argv)
{
	gitperf_hook_call call = GITPERF_HOOK_CALL_INIT;
	gitperf_buffer program = GITPERF_BUFFER_INIT;
	int err;

	call.name = argv[0];
	call.args = argv + 1;
	call.input = isatty(STDIN_FILENO) ? -1 : STDIN_FILENO;
	call.format = gitperf_view_request;
	if (find_program(&program, cmd->program) >= 0 && program.len)
		call.program = program.ptr;
	err = gitperf_repo_open(&cmd->repo, NULL);
	if (err >= 0) {
		/* what went wrong is in the log */
		err = gitperf_hook_run(cmd->repo, &call);
		err = err == GITPERF_ENOTFOUND ? err : 0;
	} else if (call.input >= 0) {
		read_to_end(call.input);
	}
	if (err < 0)
		cmd_fail(err);
	gitperf_buffer_dispose(&program);
	return EXIT_YES;
}

/* --- install, uninstall --- */

/* The folder in PATH that has git-perf, where git or a shell has found us */
static int search_path(gitperf_buffer *out)
{
	const char *p = getenv("PATH");
	size_t len;

	for (; p && *p; p += len + (p[len] == ':')) {
		len = strcspn(p, ":");
		gitperf_buffer_dispose(out);
		if (!len || gitperf_buffer_add(out, p, len) < 0 || gitperf_buffer_add(out, "/git-perf", 9) < 0)
			continue;
		if (!access(out->ptr, X_OK))
			return 1;
	}
	return 0;
}

static const char *find_folder(gitperf_buffer *out, const char *program)
{
	char *slash;

	if (find_program(out, program) < 0 || (!out->len && !search_path(out)))
		return NULL;
	slash = strrchr(out->ptr, '/');
	if (slash)
		*slash = '\0';
	return out->ptr;
}

static void print_path(const char *what, const char *path, const char *behind)
{
	fputs(what, stdout);
	ui_print_name(stdout, path);
	puts(behind);
}

/* A refusal is an answer */
static int refuse(int err, const gitperf_hook *hook)
{
	int status = cmd_fail(err);

	return err == GITPERF_EEXISTS || (err == GITPERF_EINVALID && hook->is_outside) ? EXIT_NO : status;
}

static void print_installed(const gitperf_hook *hook, size_t i, int written)
{
	gitperf_buffer what = GITPERF_BUFFER_INIT;

	gitperf_buffer_add(&what, ": ", 2);
	gitperf_buffer_add(&what, effects[i], strlen(effects[i]));
	if (written)
		print_path("installed ", hook->path, what.ptr);
	else if (hook->state == GITPERF_HOOK_OURS)
		print_path("", hook->path, " is installed already");
	else
		print_path("", hook->path, hook->state == GITPERF_HOOK_EDITED ?
			   " was edited and calls git perf; it stays as it is" :
			   " is not ours and calls git perf already");
	gitperf_buffer_dispose(&what);
}

static int install(struct cmd *cmd, gitperf_hooks *hooks, unsigned flags)
{
	gitperf_buffer program = GITPERF_BUFFER_INIT;
	const char *folder = find_folder(&program, cmd->program);
	int status = EXIT_YES, done;
	size_t i;

	for (i = 0; i < gitperf_hooks_count(hooks) && status == EXIT_YES; i++) {
		const gitperf_hook *hook = gitperf_hooks_get(hooks, i);

		if (!hook->is_wanted)
			continue;
		done = gitperf_hooks_install(hooks, i, folder, flags);
		if (done < 0)
			status = refuse(done, hook);
		else
			print_installed(hook, i, done);
		/* the line is data, to be put where it belongs */
		if (done == GITPERF_EEXISTS && !hook->calls)
			puts(hook->line);
	}
	gitperf_buffer_dispose(&program);
	return status;
}

static int uninstall(gitperf_hooks *hooks, unsigned flags)
{
	int status = EXIT_YES, one, done, any = 0;
	size_t i;

	for (i = 0; i < gitperf_hooks_count(hooks); i++) {
		const gitperf_hook *hook = gitperf_hooks_get(hooks, i);

		done = gitperf_hooks_uninstall(hooks, i, flags);
		one = done < 0 ? refuse(done, hook) : EXIT_YES;
		status = status == EXIT_YES ? one : status;
		any |= done;
		if (done > 0)
			print_path("removed ", hook->path, "");
	}
	if (!any)
		puts("no hook of git perf is installed");
	return status;
}

/* --- status --- */

static int works(const gitperf_hook *hook)
{
	return hook->calls && hook->is_executable;
}

static const char *describe(const gitperf_hook *hook)
{
	switch (hook->state) {
	case GITPERF_HOOK_NONE:
		return "not installed";
	case GITPERF_HOOK_OURS:
		return works(hook) ? "installed" : "installed, but not executable";
	case GITPERF_HOOK_OLD:
		return works(hook) ? "installed by another version" : "of another version, and not executable";
	case GITPERF_HOOK_EDITED:
		return works(hook) ? "installed, and edited since" : "edited so that it does not call git perf";
	case GITPERF_HOOK_FOREIGN:
		break;
	}
	return works(hook) ? "somebody else's, which calls git perf" : "somebody else's";
}

static void print_log(const char *path, const char *log)
{
	char line[4096];
	size_t len;

	if (!*log)
		return;
	print_path("went wrong, the last of ", path, ":");
	for (; *log; log += len + (log[len] == '\n')) {
		len = strcspn(log, "\n");
		snprintf(line, sizeof(line), "  %.*s", (int)len, log);
		ui_print_name(stdout, line);
		putchar('\n');
	}
}

static void print_text(const gitperf_hooks *hooks, const char *path, const char *log)
{
	size_t i;

	for (i = 0; i < gitperf_hooks_count(hooks); i++) {
		const gitperf_hook *hook = gitperf_hooks_get(hooks, i);

		if (!hook->is_wanted && hook->state == GITPERF_HOOK_NONE)
			continue;
		printf("%s: %s%s, ", hook->name, describe(hook), hook->is_wanted ? "" : " (not for this kind of repository)");
		print_path("", hook->path, hook->is_outside ? ", which others use, too" : "");
	}
	print_log(path, log);
}

static void print_json(const gitperf_hooks *hooks, const char *path, const char *log)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_printer p = { &out, 0 };
	size_t i;

	gitperf_print_open(&p, '{');
	gitperf_print_int(&p, "version", 1);
	gitperf_print_key(&p, "hooks");
	gitperf_print_open(&p, '[');
	for (i = 0; i < gitperf_hooks_count(hooks); i++) {
		const gitperf_hook *hook = gitperf_hooks_get(hooks, i);

		gitperf_print_open(&p, '{');
		gitperf_print_string(&p, "name", hook->name);
		gitperf_print_string(&p, "path", hook->path);
		gitperf_print_string(&p, "state", gitperf_hook_state_name(hook->state));
		gitperf_print_bool(&p, "wanted", hook->is_wanted);
		gitperf_print_bool(&p, "executable", hook->is_executable);
		gitperf_print_bool(&p, "calls", hook->calls);
		gitperf_print_bool(&p, "outside", hook->is_outside);
		gitperf_print_string(&p, "line", hook->line);
		gitperf_print_close(&p, '}');
	}
	gitperf_print_close(&p, ']');
	gitperf_print_string(&p, "log", path);
	gitperf_print_string(&p, "tail", log);
	cmd_write_json(&p);
}

static int status(struct cmd *cmd, const gitperf_hooks *hooks, int json)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT, log = GITPERF_BUFFER_INIT;
	int result = EXIT_NO;
	size_t i;

	if (gitperf_hook_log_path(&path, cmd->repo) < 0 ||
	    gitperf_hook_log_tail(&log, cmd->repo, TAIL_LINES) < 0)
		cmd_warn(gitperf_error_message(), gitperf_error_hint());
	if (json)
		print_json(hooks, path.ptr, log.ptr);
	else
		print_text(hooks, path.ptr, log.ptr);
	for (i = 0; i < gitperf_hooks_count(hooks); i++)
		if (gitperf_hooks_get(hooks, i)->is_wanted && works(gitperf_hooks_get(hooks, i)))
			result = EXIT_YES;
	if (result == EXIT_NO && !json) {
		ui_flush();
		fputs("hint: git perf hook install\n", stderr);
	}
	gitperf_buffer_dispose(&path);
	gitperf_buffer_dispose(&log);
	return result;
}

int cmd_hook(struct cmd *cmd, int argc, const char **argv)
{
	int outside = 0, json = 0, err, result;
	gitperf_hooks *hooks = NULL;
	const char *verb;
	const struct opt options[] = {
		OPT_FLAG(0, "outside", &outside, "also where core.hooksPath names a folder outside of the repository"),
		OPT_FLAG(0, "json", &json, "JSON"),
		OPT_END()
	};

	/* what is behind it is git's */
	if (argc > 2 && !strcmp(argv[1], "run") && argv[2][0] != '-')
		return run(cmd, argv + 2);
	argc = opt_parse(argc, argv, options, hook_usage, NULL);
	verb = argc ? argv[0] : "";
	if (argc != 1 || (strcmp(verb, "install") && strcmp(verb, "uninstall") && strcmp(verb, "status")))
		opt_usage_error(hook_usage, options, "say what to do: install, uninstall or status");
	if (json && strcmp(verb, "status"))
		opt_usage_error(hook_usage, options, "--json belongs to status");
	if (outside && !strcmp(verb, "status"))
		opt_usage_error(hook_usage, options, "--outside belongs to install and uninstall");
	if ((err = gitperf_repo_open(&cmd->repo, NULL)) < 0 ||
	    (err = gitperf_hooks_open(&hooks, cmd->repo)) < 0)
		return cmd_fail(err);
	if (!strcmp(verb, "status"))
		result = status(cmd, hooks, json);
	else
		result = *verb == 'i' ? install(cmd, hooks, outside ? GITPERF_HOOK_OUTSIDE : 0) :
			uninstall(hooks, outside ? GITPERF_HOOK_OUTSIDE : 0);
	gitperf_hooks_free(hooks);
	return result;
}
