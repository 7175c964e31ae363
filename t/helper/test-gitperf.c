/*
 * test-gitperf - what test scripts need from the inside of the library
 *
 * A subcommand is a function and a line in the table; a long one may have a
 * file of its own beside this one. They may use private headers, and nobody
 * installs them.
 */
#include "base/compat.h"
#include "base/fault.h"
#include "helper.h"

/* The name of every fault point, in the order of passing. */
static int cmd_faults(int argc, const char **argv)
{
	int i;

	(void)argc;
	(void)argv;
	for (i = 0; i < FAULT_COUNT; i++)
		puts(gitperf_fault_name((enum fault_point)i));
	return 0;
}

static const struct {
	const char *name;
	int (*run)(int argc, const char **argv); /* argv[0] is the name */
	const char *args;
} commands[] = {
	{ "config", cmd_config, "<file>" },
	{ "decide", cmd_decide, "<platform> <head> [--queue] [<key>=<value>...]" },
	{ "enqueue", cmd_enqueue, "<platform> <commit> [<worker>]" },
	{ "faults", cmd_faults, "" },
	{ "forget", cmd_forget, "<name>" },
	{ "policy", cmd_policy, "<file>" },
	{ "poll", cmd_poll, "<remote> [<times>]" },
	{ "session", cmd_session, "[<option>=<value>...]" },
	{ "suite", cmd_suite, "<file>" },
	{ "trunk", cmd_trunk, "[-r <remote>] [<ref>]" },
	{ "words", cmd_words, "<command> [<key>=<value>...]" },
	{ "writer", cmd_writer, "<platform> <worker> <count>" },
};

static int usage(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(stderr, "%s test-gitperf %s%s%s\n",
			i ? "   or:" : "usage:", commands[i].name,
			*commands[i].args ? " " : "", commands[i].args);
	return 129;
}

int main(int argc, char **argv)
{
	size_t i;
	int status;

	if (argc < 2)
		return usage();
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[1], commands[i].name))
			break;
	if (i == ARRAY_SIZE(commands))
		return usage();
	status = commands[i].run(argc - 1, (const char **)argv + 1);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "error: cannot write to stdout\n");
		return 128;
	}
	return status;
}
