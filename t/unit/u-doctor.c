/*
 * u-doctor.c - lib/run: findings as a program sees them
 *
 * t2003 has what they say; this is about the interface. The folder root/ is
 * a machine of files.
 */
#include "base/compat.h"
#include "base/arena.h"
#include "run/doctor.h"
#include "run/machine.h"

#include "tap.h"

static gitperf_doctor *examine(const char *root)
{
	gitperf_doctor *doctor;

	setenv("GIT_PERF_TEST_SYSROOT", root, 1);
	is_ok(gitperf_doctor_examine(&doctor), root);
	return doctor;
}

#ifndef GITPERF_PORTABLE

static void is_finding(const gitperf_doctor *doctor, enum doctor_what what,
		       const char *name, gitperf_finding_state state, const char *value)
{
	const gitperf_finding *finding = gitperf_doctor_finding(doctor, what);
	int bad = state == GITPERF_FINDING_NOISY || state == GITPERF_FINDING_NOTE;

	is_str(finding->name, name, "its name");
	is_str(gitperf_finding_state_name(finding->state),
	       gitperf_finding_state_name(state), "... its state");
	is_str(finding->value, value, "... its value");
	ok(!finding->effect == !bad, "... an effect if there is one");
	ok(!finding->remedy == !bad, "... and a remedy");
}

static void test_findings(void)
{
	gitperf_doctor *doctor = examine("t/unit/root");

	is_finding(doctor, DOCTOR_GOVERNOR, "governor", GITPERF_FINDING_NOISY,
		   "conservative on 1 of 2 cores");
	is_finding(doctor, DOCTOR_FREQUENCY, "frequency", GITPERF_FINDING_OK, "acpi-cpufreq");
	is_finding(doctor, DOCTOR_QUOTA, "quota", GITPERF_FINDING_NOISY,
		   "0.50 cores, used up 4 times");
	is_finding(doctor, DOCTOR_STEAL, "steal", GITPERF_FINDING_NOISY, "1.0 % since boot");
	is_finding(doctor, DOCTOR_ISOLATED, "isolated", GITPERF_FINDING_NOTE,
		   "1, without ticks: none");
	is_finding(doctor, DOCTOR_SWAP, "swap", GITPERF_FINDING_NOISY,
		   "512.0 MiB of 1.0 GiB in use");
	is_finding(doctor, DOCTOR_ASLR, "aslr", GITPERF_FINDING_UNKNOWN, NULL);
	is_str(gitperf_doctor_finding(doctor, DOCTOR_ISOLATED)->remedy,
	       "`cpus = 1` in the suite", "a remedy of its own");
	gitperf_doctor_free(doctor);
}

#endif

static void test_unknown(void)
{
	gitperf_doctor *doctor = examine("t/unit/no-such-folder");
	size_t i, unknown = 0;

	for (i = 0; i < gitperf_doctor_count(doctor); i++)
		unknown += gitperf_doctor_finding(doctor, i)->state == GITPERF_FINDING_UNKNOWN;
	is_int((int64_t)unknown, (int64_t)gitperf_doctor_count(doctor), "nothing is known");
	is_int((int64_t)unknown, DOCTOR_TEMPORARY, "nor measured, where files stand for \"/\"");
	ok(!gitperf_doctor_finding(doctor, i), "no finding past the last");
	gitperf_doctor_free(doctor);
	gitperf_doctor_free(NULL);
}

static void test_values(void)
{
	gitperf_doctor doctor = { .n = DOCTOR_WHATS };
	const gitperf_finding *finding = &doctor.findings[DOCTOR_POWER];
	char text[300];

	memset(text, 'x', sizeof(text));
	memcpy(text + 199, "\xc3\xa9", 2);
	gitperf_doctor__say(&doctor, DOCTOR_POWER, GITPERF_FINDING_OK, "%.300s", text);
	is_int((int64_t)strlen(finding->value), 199, "cut before the character that does not fit");
	gitperf_doctor__say(&doctor, DOCTOR_POWER, GITPERF_FINDING_NOTE, " a\tb\n\x1b[31m\xff ");
	is_str(finding->value, "a b [31m\xef\xbf\xbd", "one line of clean text");
	ok(finding->effect && finding->remedy, "with what the table says");
	gitperf_doctor__remedy(&doctor, DOCTOR_POWER, "%d volts", 12);
	is_str(finding->remedy, "12 volts", "unless there is a better remedy");
	gitperf_arena_free(&doctor.arena);
}

int main(void)
{
#ifndef GITPERF_PORTABLE
	test_findings();
#endif
	test_unknown();
	test_values();
	is_str(gitperf_finding_state_name(GITPERF_FINDING_OK), "ok", "the word for good");
	is_str(gitperf_finding_state_name((gitperf_finding_state)99), "unknown", "and for anything else");
	return done_testing();
}
