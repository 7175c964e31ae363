/*
 * git perf doctor - what makes this host noisy for benchmarks
 *
 * Looks and measures (lib/run), prints, and changes nothing.
 */
#include "cmd.h"

static const char *const doctor_usage[] = {
	"git perf doctor [--json] [--exit-code] [--color=<when>]",
	NULL
};

static size_t count(const gitperf_doctor *doctor, gitperf_finding_state state)
{
	size_t i, n = 0;

	for (i = 0; i < gitperf_doctor_count(doctor); i++)
		n += gitperf_doctor_finding(doctor, i)->state == state;
	return n;
}

static void print_finding(const gitperf_finding *finding, int color)
{
	static const char *const colors[] = {
		[GITPERF_FINDING_OK] = "\033[32m",
		[GITPERF_FINDING_NOTE] = "\033[33m",
		[GITPERF_FINDING_NOISY] = "\033[31m",
		[GITPERF_FINDING_UNKNOWN] = "\033[2m"
	};

	printf("%-12s  %s%-7s%s  ", finding->name, color ? colors[finding->state] : "",
	       gitperf_finding_state_name(finding->state), color ? "\033[m" : "");
	ui_print_name(stdout, finding->value ? finding->value : "this system does not tell");
	putchar('\n');
	if (finding->effect)
		printf("    %s\n", finding->effect);
	if (finding->remedy) {
		fputs("    remedy: ", stdout);
		ui_print_name(stdout, finding->remedy);
		putchar('\n');
	}
}

static void print_summary(const gitperf_doctor *doctor)
{
	size_t i, noisy = count(doctor, GITPERF_FINDING_NOISY);
	size_t unknown = count(doctor, GITPERF_FINDING_UNKNOWN);
	const char *before = ": ";

	if (!noisy) {
		printf("nothing that was found makes this host noisy; %zu thing%s unknown\n",
		       unknown, unknown == 1 ? " is" : "s are");
		return;
	}
	printf("%zu thing%s this host noisy", noisy, noisy == 1 ? " makes" : "s make");
	for (i = 0; i < gitperf_doctor_count(doctor); i++) {
		const gitperf_finding *finding = gitperf_doctor_finding(doctor, i);

		if (finding->state != GITPERF_FINDING_NOISY)
			continue;
		printf("%s%s", before, finding->name);
		before = ", ";
	}
	putchar('\n');
}

static void print_text(const gitperf_doctor *doctor, int color)
{
	size_t i;

	for (i = 0; i < gitperf_doctor_count(doctor); i++)
		print_finding(gitperf_doctor_finding(doctor, i), color);
	putchar('\n');
	print_summary(doctor);
}

static void print_json(const gitperf_doctor *doctor)
{
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_printer p = { &out, 0 };
	size_t i;

	gitperf_print_open(&p, '{');
	gitperf_print_int(&p, "version", 1);
	gitperf_print_int(&p, "noisy", (int64_t)count(doctor, GITPERF_FINDING_NOISY));
	gitperf_print_key(&p, "findings");
	gitperf_print_open(&p, '[');
	for (i = 0; i < gitperf_doctor_count(doctor); i++) {
		const gitperf_finding *finding = gitperf_doctor_finding(doctor, i);

		gitperf_print_open(&p, '{');
		gitperf_print_string(&p, "name", finding->name);
		gitperf_print_string(&p, "state", gitperf_finding_state_name(finding->state));
		gitperf_print_string(&p, "value", finding->value);
		gitperf_print_string(&p, "effect", finding->effect);
		gitperf_print_string(&p, "remedy", finding->remedy);
		gitperf_print_close(&p, '}');
	}
	gitperf_print_close(&p, ']');
	cmd_write_json(&p);
}

int cmd_doctor(struct cmd *cmd, int argc, const char **argv)
{
	int json = 0, exit_code = 0, color, err;
	const char *when = NULL;
	gitperf_doctor *doctor;
	size_t noisy;
	const struct opt options[] = {
		OPT_FLAG(0, "json", &json, "print the findings as JSON"),
		OPT_FLAG(0, "exit-code", &exit_code, "exit with 1 if this host is noisy"),
		OPT_COLOR(&when),
		OPT_END()
	};

	argc = opt_parse(argc, argv, options, doctor_usage, NULL);
	if (argc)
		opt_usage_error(doctor_usage, options, "doctor takes no arguments");
	color = ui_color(cmd, when);
	if ((err = gitperf_doctor_examine(&doctor)) < 0)
		return cmd_fail(err);
	noisy = count(doctor, GITPERF_FINDING_NOISY);
	if (json)
		print_json(doctor);
	else
		print_text(doctor, color);
	gitperf_doctor_free(doctor);
	return exit_code && noisy ? EXIT_NO : EXIT_YES;
}
