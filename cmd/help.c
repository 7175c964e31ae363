/*
 * git perf help - what there is, and the manual page of one command or format
 */
#include "cmd.h"

#include <limits.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const help_usage[] = {
	"git perf help [<command>|<page>]",
	NULL
};

/* gitperf-<name>: what files look like, and how things work together */
static const struct {
	const char *name;
	int section;
} pages[] = { { "suite", 5 }, { "record", 5 }, { "store", 5 }, { "sharing", 7 },
	    { "queue", 7 }, { "workers", 7 } };

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
	puts("\npages: suite, record, store, sharing, gitperf-queue, workers\n"
	     "\n'git perf <command> -h' lists options, "
	     "'git perf help <command>' opens the manual.");
	return EXIT_YES;
}

/* In a checkout the pages lie beside the program's folder: build/man */
static void find_page(char *out, size_t size, const char *page, int section)
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
	if (snprintf(out, size, "%s/man/%s.%d", self, page, section) >= (int)size || access(out, R_OK))
		snprintf(out, size, "%s", page);
}

static int show_page(const char *page, int section)
{
	char path[PATH_MAX];
	int status = 0;
	pid_t pid;

	find_page(path, sizeof(path), page, section);
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

static int is_command(const char *name)
{
	const struct cmd_info *info;

	for (info = commands; info->name; info++)
		if (!strcmp(info->name, name))
			return 1;
	return 0;
}

/* "log", "suite", "gitperf-suite"; "queue" is the command. Its section of the manual, or 0 */
static int name_page(char *out, size_t size, const char *name)
{
	static const char prefix[] = "gitperf-";
	const char *short_name = strncmp(name, prefix, strlen(prefix)) ? name : name + strlen(prefix);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		if (!strcmp(pages[i].name, short_name) && (short_name != name || !is_command(name))) {
			snprintf(out, size, "%s%s", prefix, short_name);
			return pages[i].section;
		}
	snprintf(out, size, "git-perf-%s", name);
	return is_command(name);
}

int cmd_help(struct cmd *cmd, int argc, const char **argv)
{
	const struct opt options[] = { OPT_END() };
	char page[64];
	int section;

	(void)cmd;
	argc = opt_parse(argc, argv, options, help_usage, NULL);
	if (!argc)
		return list_commands();
	if (argc > 1)
		opt_usage_error(help_usage, options, "one command at a time");
	section = name_page(page, sizeof(page), argv[0]);
	if (!section)
		opt_usage_error(help_usage, options, "'%.60s' is neither a git perf command nor a page", argv[0]);
	return show_page(page, section);
}
