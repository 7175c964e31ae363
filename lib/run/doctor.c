/*
 * doctor.c - what makes this machine noisy: names, effects, remedies
 *
 * Every source of noise that is known has a line in the table below; whoever
 * looks at it (doctor_*.c) says what there is, and whether that is noisy.
 * Nobody here changes anything on the machine.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/testenv.h"
#include "data/pairs.h"
#include "run/doctor.h"
#include "run/machine.h"
#include "run/text.h"

#include <stdarg.h>

struct source {
	const char *name, *effect, *remedy;
};

static const struct source sources[DOCTOR_WHATS] = {
	[DOCTOR_GOVERNOR] = {
		"governor",
		"the clock follows the load: what is short is over before it is fast",
		"sudo cpupower frequency-set -g performance"
	},
	[DOCTOR_FREQUENCY] = {
		"frequency",
		"the processor slows down by itself to save energy between bursts of work",
		"echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/energy_performance_preference"
	},
	[DOCTOR_TURBO] = {
		"turbo",
		"the highest clock depends on the heat and on how many other cores work",
		"echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost"
	},
	[DOCTOR_SMT] = {
		"smt",
		"two threads share one core: a neighbour on the other takes part of its speed",
		"echo off | sudo tee /sys/devices/system/cpu/smt/control"
	},
	[DOCTOR_THROTTLING] = {
		"throttling",
		"a processor that gets too hot slows down in the middle of a measurement",
		"clean the fans, or set a frequency that it can keep: sudo cpupower frequency-set -u <frequency>"
	},
	[DOCTOR_POWER] = {
		"power",
		"firmware saves energy on battery, whatever the governor says",
		"plug it in"
	},
	[DOCTOR_VIRTUALISED] = {
		"virtualised",
		"guests beside this one share its caches, memory and clock, and are not seen from here",
		"measure on hardware of its own; else compare only what was measured side by side"
	},
	[DOCTOR_STEAL] = {
		"steal",
		"the hypervisor ran somebody else while this machine wanted to work",
		"choose a guest with cores of its own (no burst or shared type), or other hardware"
	},
	[DOCTOR_QUOTA] = {
		"quota",
		"who has used up the quota of a period (mostly 100 ms) stands still for the rest of it",
		"lift it: no --cpus for a container, no CPU limit for a pod, no CPUQuota= for a unit"
	},
	[DOCTOR_CPUS] = { "cpus", NULL, NULL },
	[DOCTOR_ISOLATED] = {
		"isolated",
		"these cores are kept free: a command runs there only when it is told to",
		NULL
	},
	[DOCTOR_LOAD] = {
		"load",
		"others want the processors too: a command waits, moves to another core, finds cold caches",
		"stop what is running (top shows it), or wait until it is done"
	},
	[DOCTOR_MEMORY] = {
		"memory",
		"files drop out of the page cache and come from the disk the next time",
		"stop what holds it: ps -eo rss,args --sort=-rss | head"
	},
	[DOCTOR_SWAP] = {
		"swap",
		"a page that was swapped out comes back from the disk while the clock runs",
		"sudo swapoff -a # needs as much free memory"
	},
	[DOCTOR_ASLR] = {
		"aslr",
		"every run has another memory layout, by chance a faster or a slower one",
		"`aslr = off` in the suite, for the measured commands alone; not for the whole system"
	},
	[DOCTOR_HUGEPAGES] = {
		"hugepages",
		"memory comes in large or small pages, as its fragmentation allows: times with two modes",
		"echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled"
	},
	[DOCTOR_CLOCKSOURCE] = {
		"clocksource",
		"asking for the time is slow, and a benchmark that does it often measures that",
		"sudo dmesg | grep -i clocksource # says why the kernel gave up a better one"
	},
	[DOCTOR_COUNTERS] = {
		"counters",
		"instructions, the quietest of all metrics, cannot be counted by the processor",
		"`counter = callgrind` in the suite counts them under valgrind"
	},
	[DOCTOR_TEMPORARY] = {
		"temporary",
		"what a command writes there reaches the disk later, while the next one is measured",
		"TMPDIR=/dev/shm, if there is memory enough"
	},
	[DOCTOR_NEIGHBOURS] = {
		"neighbours",
		"they take time on the cores, memory bandwidth, and the heat that turbo would use",
		"stop them while you measure, or keep them off some cores and set `cpus` in the suite"
	},
	[DOCTOR_TIMER] = {
		"timer",
		"short times are not what this clock says",
		"see clocksource; measure more work at a time"
	},
	[DOCTOR_SPIN] = {
		"spin",
		"even a loop without memory varies so much here: what is smaller cannot be seen",
		"begin with what is noisy above"
	},
	[DOCTOR_OVERHEAD] = { "overhead", NULL, NULL }
};

static const char *keep_line(gitperf_doctor *doctor, const char *fmt, va_list ap)
{
	char raw[2 * MACHINE_VALUE_MAX];

	vsnprintf(raw, sizeof(raw), fmt, ap);
	return gitperf_text__keep(&doctor->arena, raw, strlen(raw), MACHINE_VALUE_MAX);
}

void gitperf_doctor__say(gitperf_doctor *doctor, enum doctor_what what,
			 gitperf_finding_state state, const char *fmt, ...)
{
	gitperf_finding *finding = &doctor->findings[what];
	va_list ap;

	va_start(ap, fmt);
	finding->value = keep_line(doctor, fmt, ap);
	va_end(ap);
	finding->state = state;
	if (state != GITPERF_FINDING_NOTE && state != GITPERF_FINDING_NOISY)
		return;
	finding->effect = sources[what].effect;
	finding->remedy = sources[what].remedy;
}

void gitperf_doctor__remedy(gitperf_doctor *doctor, enum doctor_what what,
			    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	doctor->findings[what].remedy = keep_line(doctor, fmt, ap);
	va_end(ap);
}

void gitperf_doctor__effect(gitperf_doctor *doctor, enum doctor_what what,
			    const char *text)
{
	doctor->findings[what].effect = text;
}

static const char *fact(const gitperf_machine *machine, const char *key)
{
	size_t n;
	const gitperf_pair *pairs = gitperf_machine_environment(machine, &n);

	return gitperf_pairs_find(pairs, n, key);
}

/* Noisy where a tenth of the cores has work, or half of a core. */
static void look_at_load(gitperf_doctor *doctor, const char *load, const char *cores)
{
	unsigned long tenths, n = cores ? strtoul(cores, NULL, 10) : 1;
	char *end;

	tenths = strtoul(load, &end, 10);
	/* has the form of "0.5": machine.c made it */
	tenths = tenths < 100000 && *end == '.' ? tenths * 10 + strtoul(end + 1, NULL, 10) : 1000000;
	gitperf_doctor__say(doctor, DOCTOR_LOAD,
			    tenths >= 5 && tenths >= n ?
			    GITPERF_FINDING_NOISY : GITPERF_FINDING_OK,
			    "%s on %lu core%s", load, n, n == 1 ? "" : "s");
}

/* What a record's environment has, too */
static void look_at_machine(gitperf_doctor *doctor, const gitperf_machine *machine)
{
	const char *virtualised = fact(machine, "virtualised");
	const char *aslr = fact(machine, "aslr"), *load = fact(machine, "load");

	if (virtualised)
		gitperf_doctor__say(doctor, DOCTOR_VIRTUALISED,
				    strcmp(virtualised, "none") ?
				    GITPERF_FINDING_NOISY : GITPERF_FINDING_OK,
				    "%s", virtualised);
	if (aslr)
		gitperf_doctor__say(doctor, DOCTOR_ASLR, strcmp(aslr, "off") ?
				    GITPERF_FINDING_NOTE : GITPERF_FINDING_OK,
				    "%s", aslr);
	if (load)
		look_at_load(doctor, load, fact(machine, "cores"));
}

static int measure(gitperf_doctor *doctor)
{
	struct neighbours *neighbours = gitperf_doctor__watch();
	int err = gitperf_doctor__measure(doctor);

	gitperf_doctor__tell(doctor, neighbours);
	return err;
}

static int examine(gitperf_doctor *doctor)
{
	const char *root = gitperf_test_sysroot();
	gitperf_machine *machine;
	size_t i;
	int err;

	doctor->n = root ? DOCTOR_TEMPORARY : DOCTOR_WHATS;
	for (i = 0; i < doctor->n; i++) {
		doctor->findings[i].name = sources[i].name;
		doctor->findings[i].state = GITPERF_FINDING_UNKNOWN;
	}
	if ((err = gitperf_machine_probe(&machine)) < 0)
		return err;
	look_at_machine(doctor, machine);
	gitperf_machine_free(machine);
	gitperf_doctor__linux(doctor, root ? root : "");
	if (!root && (err = measure(doctor)) < 0)
		return err;
	return gitperf_arena_check(&doctor->arena);
}

int gitperf_doctor_examine(gitperf_doctor **out)
{
	gitperf_doctor *doctor = calloc(1, sizeof(*doctor));
	int err;

	*out = NULL;
	if (!doctor)
		return gitperf_fail_oom();
	if ((err = examine(doctor)) < 0)
		gitperf_doctor_free(doctor);
	else
		*out = doctor;
	return err;
}

size_t gitperf_doctor_count(const gitperf_doctor *doctor)
{
	return doctor->n;
}

const gitperf_finding *gitperf_doctor_finding(const gitperf_doctor *doctor, size_t i)
{
	return i < doctor->n ? &doctor->findings[i] : NULL;
}

void gitperf_doctor_free(gitperf_doctor *doctor)
{
	if (!doctor)
		return;
	gitperf_arena_free(&doctor->arena);
	free(doctor);
}

const char *gitperf_finding_state_name(gitperf_finding_state state)
{
	switch (state) {
	case GITPERF_FINDING_OK:
		return "ok";
	case GITPERF_FINDING_NOTE:
		return "note";
	case GITPERF_FINDING_NOISY:
		return "noisy";
	default:
		return "unknown";
	}
}
