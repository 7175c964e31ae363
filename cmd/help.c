/*
 * git perf help - what there is, and the manual page of one command
 */
#include "cmd.h"

#include <limits.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const help_usage[] = {
	"git perf help [<command>]",
	NULL
};

static void list_class(const char *class, const char *title)
{
	const struct cmd_info *info;

	printf("\n%s\n", title);
	for (info = commands; info->name; info++)
		if (!strcmp(info->class, class))
			printf("   %-10s %s\n", info->name, info->summary);
}

static int list_commands(void)
{
	puts("usage: git perf <command> [<options>]");
	list_class("main", "main commands");
	list_class("plumbing", "plumbing");
	puts("\n'git perf <command> -h' lists options, "
	     "'git perf help <command>' opens the manual.");
	return EXIT_YES;
}

/* In a checkout the pages lie beside the program's folder: build/man */
static void find_page(char *out, size_t size, const char *page)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;
	int up;

	snprintf(out, size, "%s", page);
	if (len < 0)
		return;
	self[len] = '\0';
	for (up = 0; up < 2 && (slash = strrchr(self, '/')); up++)
		*slash = '\0';
	if (snprintf(out, size, "%s/man/%s.1", self, page) >= (int)size || access(out, R_OK))
		snprintf(out, size, "%s", page);
}

static int show_page(const char *page)
{
	char path[PATH_MAX];
	int status = 0;
	pid_t pid;

	find_page(path, sizeof(path), page);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		execlp("man", "man", path, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status))
		return cmd_error("install git perf with make install, or make doc in its source; "
				 "-h lists the options", "cannot show the manual page %s", page);
	return EXIT_YES;
}

int cmd_help(struct cmd *cmd, int argc, const char **argv)
{
	const struct opt options[] = { OPT_END() };
	const struct cmd_info *info;
	char page[64];

	(void)cmd;
	argc = opt_parse(argc, argv, options, help_usage, NULL);
	if (!argc)
		return list_commands();
	if (argc > 1)
		opt_usage_error(help_usage, options, "one command at a time");
	for (info = commands; info->name && strcmp(info->name, argv[0]); info++)
		;
	if (!info->name)
		opt_usage_error(help_usage, options, "'%.60s' is not a git perf command", argv[0]);
	snprintf(page, sizeof(page), "git-perf-%s", info->name);
	return show_page(page);
}
