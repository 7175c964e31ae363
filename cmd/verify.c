/*
 * git perf verify - is a record file whole, unchanged and rightly named?
 */
#include "cmd.h"

static const char *const verify_usage[] = {
	"git perf verify [-q] <file>...",
	NULL
};

int cmd_verify(struct cmd *cmd, int argc, const char **argv)
{
	int quiet = 0, i, bad = 0;
	const struct opt options[] = {
		OPT_FLAG('q', "quiet", &quiet, "only the exit status"),
		OPT_END()
	};

	(void)cmd;
	argc = opt_parse(argc, argv, options, verify_usage, NULL);
	if (!argc)
		opt_usage_error(verify_usage, options, "no file given");
	for (i = 0; i < argc; i++) {
		char id[GITPERF_ID_SIZE];
		int err = gitperf_artifact_verify(id, argv[i]);

		bad |= err < 0;
		if (quiet)
			continue;
		ui_print_name(err < 0 ? stderr : stdout, argv[i]);
		if (err < 0)
			fprintf(stderr, ": %s\nhint: %s\n", gitperf_error_message(),
				gitperf_error_hint() ? gitperf_error_hint() : "get the file again from where it was written");
		else
			printf(": %s ok\n", id);
	}
	return bad ? EXIT_NO : EXIT_YES;
}
