/*
 * doctor_cpu_linux.c - how the processor is set up, as /sys tells it
 */
#include "base/compat.h"
#include "base/cpus.h"
#include "base/buf.h"
#include "run/doctor_linux.h"
#include "run/machine.h"

#define CPUS "/sys/devices/system/cpu/"

/* More cores are not looked at. */
#define CORES_MAX 4096

/* A list of cores; a finding has room for two */
#define LIST_MAX 80

/* A file of one core */
static int read_core(struct look *look, unsigned core, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), CPUS "cpu%u/%s", core, name);
	return gitperf_doctor__read(look, path);
}

static int core_number(uint64_t *out, struct look *look, unsigned core, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), CPUS "cpu%u/%s", core, name);
	return gitperf_doctor__number(out, look, path);
}

/* Numbers of cores may have gaps: "0-3,8-11" ends at 11. */
static void count_cores(struct look *look)
{
	unsigned first, last = 0;
	const char *list;
	int more;

	look->cores = 1;
	if (!gitperf_doctor__read(look, CPUS "present"))
		return;
	list = look->text.ptr;
	while ((more = gitperf_cpus__next(&list, &first, &last)) > 0)
		;
	if (!more)
		look->cores = last < CORES_MAX ? last + 1 : CORES_MAX;
}

/* With only one frequency to choose, a governor has no say. */
static int is_pinned(struct look *look, unsigned core)
{
	uint64_t min, max;

	return core_number(&min, look, core, "cpufreq/scaling_min_freq") &&
	       core_number(&max, look, core, "cpufreq/scaling_max_freq") && min == max;
}

static void look_at_governor(struct look *look)
{
	char word[WORD_MAX], bad[WORD_MAX] = "";
	unsigned i, seen = 0, restless = 0, pinned = 0;

	for (i = 0; i < look->cores; i++) {
		if (!read_core(look, i, "cpufreq/scaling_governor") ||
		    !gitperf_doctor__word(word, &look->text))
			continue;
		seen++;
		if (!strcmp(word, "performance"))
			continue;
		if (is_pinned(look, i)) {
			pinned++;
			continue;
		}
		if (!restless++)
			memcpy(bad, word, sizeof(bad));
	}
	if (restless)
		gitperf_doctor__say(look->doctor, DOCTOR_GOVERNOR, GITPERF_FINDING_NOISY,
				    "%s on %u of %u cores", bad, restless, seen);
	else if (seen)
		gitperf_doctor__say(look->doctor, DOCTOR_GOVERNOR, GITPERF_FINDING_OK,
				    "%s", pinned ? "without effect: one frequency is set" : "performance");
}

/* From kHz; not %.2f, which some locales print with a comma */
static void add_ghz(gitperf_buffer *out, uint64_t khz)
{
	gitperf_buf_addf(out, "%llu.%02llu", (unsigned long long)(khz / 1000000),
			 (unsigned long long)(khz % 1000000 / 10000));
}

static void look_at_frequency(struct look *look)
{
	gitperf_buffer value = GITPERF_BUFFER_INIT;
	char word[WORD_MAX];
	uint64_t min, max;
	unsigned i;
	int saving = 0;

	if (!read_core(look, 0, "cpufreq/scaling_driver") || !gitperf_doctor__word(word, &look->text))
		return;
	gitperf_buf_adds(&value, word);
	if (core_number(&min, look, 0, "cpufreq/scaling_min_freq") &&
	    core_number(&max, look, 0, "cpufreq/scaling_max_freq")) {
		gitperf_buf_adds(&value, ", ");
		add_ghz(&value, min);
		gitperf_buf_adds(&value, " to ");
		add_ghz(&value, max);
		gitperf_buf_adds(&value, " GHz");
	}
	for (i = 0; i < look->cores && !saving; i++)
		saving = read_core(look, i, "cpufreq/energy_performance_preference") &&
			 gitperf_doctor__word(word, &look->text) && strcmp(word, "performance") &&
			 strcmp(word, "0");
	if (saving)
		gitperf_buf_addf(&value, ", prefers %s", word);
	gitperf_doctor__say(look->doctor, DOCTOR_FREQUENCY, saving ?
			    GITPERF_FINDING_NOISY : GITPERF_FINDING_OK,
			    "%s", value.ptr);
	look->doctor->arena.failed |= value.failed;
	gitperf_buffer_dispose(&value);
}

/* Where a switch is, and what is written there to turn it off */
struct turbo {
	const char *path;
	uint64_t off;
	const char *remedy;
};

static void look_at_turbo(struct look *look)
{
	static const struct turbo turbos[] = {
		{ CPUS "intel_pstate/no_turbo", 1,
		  "echo 1 | sudo tee " CPUS "intel_pstate/no_turbo" },
		{ CPUS "cpufreq/boost", 0,
		  "echo 0 | sudo tee " CPUS "cpufreq/boost" },
		{ CPUS "cpu0/cpufreq/boost", 0,
		  "echo 0 | sudo tee " CPUS "cpu*/cpufreq/boost" }
	};
	uint64_t n;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(turbos); i++) {
		if (!gitperf_doctor__number(&n, look, turbos[i].path) || n > 1)
			continue;
		if (n == turbos[i].off) {
			gitperf_doctor__say(look->doctor, DOCTOR_TURBO,
					    GITPERF_FINDING_OK, "off");
			return;
		}
		gitperf_doctor__say(look->doctor, DOCTOR_TURBO, GITPERF_FINDING_NOISY, "on");
		gitperf_doctor__remedy(look->doctor, DOCTOR_TURBO, "%s", turbos[i].remedy);
		return;
	}
}

static void look_at_smt(struct look *look)
{
	uint64_t n;

	if (!gitperf_doctor__number(&n, look, CPUS "smt/active") || n > 1)
		return;
	gitperf_doctor__say(look->doctor, DOCTOR_SMT, n ?
			    GITPERF_FINDING_NOISY : GITPERF_FINDING_OK,
			    "%s", n ? "on" : "off");
}

/* Counted since boot, for each core and again for its package: not summed */
static void look_at_throttling(struct look *look)
{
	static const char *const names[] = {
		"thermal_throttle/core_throttle_count",
		"thermal_throttle/package_throttle_count"
	};
	uint64_t n, most = 0;
	unsigned i, k, seen = 0;

	for (i = 0; i < look->cores; i++)
		for (k = 0; k < ARRAY_SIZE(names); k++) {
			if (!core_number(&n, look, i, names[k]))
				continue;
			seen++;
			most = n > most ? n : most;
		}
	if (most)
		gitperf_doctor__say(look->doctor, DOCTOR_THROTTLING, GITPERF_FINDING_NOISY,
				    "%llu time%s since boot", (unsigned long long)most,
				    most == 1 ? "" : "s");
	else if (seen)
		gitperf_doctor__say(look->doctor, DOCTOR_THROTTLING,
				    GITPERF_FINDING_OK, "never since boot");
}

/* A list of cores; an empty line, or "(null)", is one of none. */
static int take_list(char out[LIST_MAX], const gitperf_buffer *text)
{
	size_t n = strcspn(text->ptr, "\n");

	*out = '\0';
	if (!n || !strncmp(text->ptr, "(null)", n))
		return 1;
	if (n >= LIST_MAX || !gitperf_machine__count(text->ptr))
		return 0;
	memcpy(out, text->ptr, n);
	out[n] = '\0';
	return 1;
}

/* Cores without other processes, and those without the scheduler's tick */
static void look_at_isolated(struct look *look)
{
	char isolated[LIST_MAX], tickless[LIST_MAX] = "";

	if (!gitperf_doctor__read(look, CPUS "isolated") || !take_list(isolated, &look->text) ||
	    (gitperf_doctor__read(look, CPUS "nohz_full") && !take_list(tickless, &look->text)))
		return;
	if (!*isolated && !*tickless) {
		gitperf_doctor__say(look->doctor, DOCTOR_ISOLATED, GITPERF_FINDING_OK, "none");
		return;
	}
	gitperf_doctor__say(look->doctor, DOCTOR_ISOLATED, GITPERF_FINDING_NOTE,
			    "%s, without ticks: %s", *isolated ? isolated : "none",
			    *tickless ? tickless : "none");
	if (*isolated)
		gitperf_doctor__remedy(look->doctor, DOCTOR_ISOLATED,
				       "`cpus = %s` in the suite", isolated);
	else
		gitperf_doctor__effect(look->doctor, DOCTOR_ISOLATED, NULL);
}

void gitperf_doctor__cpu(struct look *look)
{
	count_cores(look);
	look_at_governor(look);
	look_at_frequency(look);
	look_at_turbo(look);
	look_at_smt(look);
	look_at_throttling(look);
	look_at_isolated(look);
}
