/*
 * git perf help - what there is, and the manual page of one command
 */
#include "cmd.h"

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
	fflush(stdout);
	execlp("man", "man", page, (char *)NULL);
	return cmd_error("install man, or read Documentation/ in the source",
			 "cannot run man to show %s", page);
}
