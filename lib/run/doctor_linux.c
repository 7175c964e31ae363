/*
 * doctor_linux.c - what the files of Linux tell: the looks that are small, and
 * what all looks share
 *
 * A file may be missing, huge or nonsense; then what it would tell stays
 * unknown. No file is an error.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/env.h"
#include "run/doctor_linux.h"
#include "run/machine.h"

#include <dirent.h>
#include <errno.h>
#include <linux/magic.h>
#include <sys/vfs.h>

/* More entries of a folder are not looked at. */
#define ENTRIES_MAX 4096

int gitperf_doctor__read(struct look *look, const char *path)
{
	return gitperf_machine__read(&look->text, look->root, path) && *look->text.ptr;
}

int gitperf_doctor__word(char out[WORD_MAX], const gitperf_buffer *text)
{
	size_t n = strcspn(text->ptr, " \t\n");

	if (!n || n >= WORD_MAX)
		return 0;
	memcpy(out, text->ptr, n);
	out[n] = '\0';
	return 1;
}

int gitperf_doctor__digits(uint64_t *out, const char **text)
{
	size_t n = strspn(*text, "0123456789");

	if (!n || n > 18)
		return 0;
	*out = strtoull(*text, NULL, 10);
	*text += n;
	return 1;
}

int gitperf_doctor__number(uint64_t *out, struct look *look, const char *path)
{
	const char *p;

	if (!gitperf_doctor__read(look, path))
		return 0;
	p = look->text.ptr;
	return gitperf_doctor__digits(out, &p) && (!*p || *p == '\n');
}

/* Of this machine: its mouse has one, too. */
static int is_system_supply(struct look *look, const char *name)
{
	char path[400];

	snprintf(path, sizeof(path), "/sys/class/power_supply/%.255s/scope", name);
	return !gitperf_doctor__read(look, path) || strncmp(look->text.ptr, "Device", 6);
}

static int is_supply(struct look *look, const char *name, const char *file, const char *word)
{
	char path[400];

	snprintf(path, sizeof(path), "/sys/class/power_supply/%.255s/%s", name, file);
	return gitperf_doctor__read(look, path) && !strncmp(look->text.ptr, word, strlen(word));
}

static DIR *open_folder(struct look *look, const char *path)
{
	gitperf_buffer full = GITPERF_BUFFER_INIT;
	DIR *dir;

	gitperf_buf_addf(&full, "%s%s", look->root, path);
	dir = opendir(full.ptr);
	look->text.failed |= full.failed || (!dir && errno == ENOMEM);
	gitperf_buffer_dispose(&full);
	return dir;
}

static void look_at_power(struct look *look)
{
	DIR *dir = open_folder(look, "/sys/class/power_supply");
	int battery = 0, empties = 0;
	struct dirent *entry;
	unsigned n = 0;

	if (!dir)
		return;
	while ((entry = readdir(dir)) && n++ < ENTRIES_MAX) {
		if (entry->d_name[0] == '.' ||
		    !is_supply(look, entry->d_name, "type", "Battery") ||
		    !is_system_supply(look, entry->d_name))
			continue;
		battery = 1;
		empties |= is_supply(look, entry->d_name, "status", "Discharging");
	}
	closedir(dir);
	gitperf_doctor__say(look->doctor, DOCTOR_POWER, empties ?
			    GITPERF_FINDING_NOISY : GITPERF_FINDING_OK, "%s",
			    empties ? "on battery" : battery ? "plugged in" : "no battery");
}

/* The word in brackets of "always [madvise] never" */
static void look_at_hugepages(struct look *look)
{
	const char *from;
	size_t n;

	if (!gitperf_doctor__read(look, "/sys/kernel/mm/transparent_hugepage/enabled"))
		return;
	from = strchr(look->text.ptr, '[');
	n = from ? strcspn(from + 1, "]\n") : 0;
	if (!n || n >= WORD_MAX || from[1 + n] != ']')
		return;
	gitperf_doctor__say(look->doctor, DOCTOR_HUGEPAGES,
			    n == 6 && !memcmp(from + 1, "always", n) ?
			    GITPERF_FINDING_NOTE : GITPERF_FINDING_OK,
			    "%.*s", (int)n, from + 1);
}

static int is_one_of(const char *word, const char *const *words, size_t n)
{
	while (n--)
		if (!strcmp(word, words[n]))
			return 1;
	return 0;
}

/* Quick: a register, read without the kernel. Slow: a device behind a bus. */
static void look_at_clocksource(struct look *look)
{
#define CLOCKSOURCE "/sys/devices/system/clocksource/clocksource0/"
	static const char *const quick[] = {
		"tsc", "kvm-clock", "xen", "hyperv_clocksource_tsc_page",
		"arch_sys_counter", "riscv_clocksource", "timebase", "tod"
	};
	static const char *const slow[] = {
		"hpet", "acpi_pm", "jiffies", "pit", "refined-jiffies",
		"hyperv_clocksource_msr"
	};
	gitperf_finding_state state = GITPERF_FINDING_UNKNOWN;
	char word[WORD_MAX];

	if (!gitperf_doctor__read(look, CLOCKSOURCE "current_clocksource") ||
	    !gitperf_doctor__word(word, &look->text))
		return;
	if (is_one_of(word, quick, ARRAY_SIZE(quick)))
		state = GITPERF_FINDING_OK;
	else if (is_one_of(word, slow, ARRAY_SIZE(slow)))
		state = GITPERF_FINDING_NOISY;
	gitperf_doctor__say(look->doctor, DOCTOR_CLOCKSOURCE, state, "%s", word);
	if (state == GITPERF_FINDING_NOISY &&
	    gitperf_doctor__read(look, CLOCKSOURCE "available_clocksource") &&
	    !strncmp(look->text.ptr, "tsc ", 4))
		gitperf_doctor__remedy(look->doctor, DOCTOR_CLOCKSOURCE,
				       "echo tsc | sudo tee " CLOCKSOURCE "current_clocksource");
}

/* Hybrid processors have cpu_core and cpu_atom, ARM armv8_pmuv3_0 and others. */
static int has_counters(struct look *look)
{
	DIR *dir = open_folder(look, "/sys/bus/event_source/devices");
	struct dirent *entry;
	unsigned n = 0;
	int found = 0;

	while (dir && !found && (entry = readdir(dir)) && n++ < ENTRIES_MAX)
		found = !strncmp(entry->d_name, "cpu", 3) ||
			!strncmp(entry->d_name, "armv", 4) ||
			!strncmp(entry->d_name, "apple_", 6);
	if (dir)
		closedir(dir);
	return found;
}

static void look_at_counters(struct look *look)
{
	const char *path = "/proc/sys/kernel/perf_event_paranoid";
	long level;
	char *end;

	if (!gitperf_doctor__read(look, path))
		return;
	level = strtol(look->text.ptr, &end, 10);
	if (end == look->text.ptr || (*end && *end != '\n') || level < -1 || level > 9)
		return;
	if (!has_counters(look)) {
		gitperf_doctor__say(look->doctor, DOCTOR_COUNTERS, GITPERF_FINDING_NOTE,
				    "the processor shows none");
	} else if (level > 2) {
		/* some distributions know 3 and 4: nothing for ordinary users */
		gitperf_doctor__say(look->doctor, DOCTOR_COUNTERS, GITPERF_FINDING_NOTE,
				    "for root only (perf_event_paranoid is %ld)", level);
		gitperf_doctor__remedy(look->doctor, DOCTOR_COUNTERS,
				       "sudo sysctl kernel.perf_event_paranoid=2");
	} else {
		gitperf_doctor__say(look->doctor, DOCTOR_COUNTERS, GITPERF_FINDING_OK,
				    "allowed (perf_event_paranoid is %ld)", level);
	}
}

/* A disk that is slow to write is busy long after the command has ended. */
static void look_at_temporary(struct look *look)
{
	const char *folder = gitperf_env("TMPDIR");
	struct statfs fs;
	int memory;

	if (!folder || !*folder)
		folder = "/tmp";
	if (statfs(folder, &fs) < 0)
		return;
	memory = (unsigned long)fs.f_type == TMPFS_MAGIC || (unsigned long)fs.f_type == RAMFS_MAGIC;
	gitperf_doctor__say(look->doctor, DOCTOR_TEMPORARY,
			    memory ? GITPERF_FINDING_OK : GITPERF_FINDING_NOTE,
			    "%s is %s", folder, memory ? "in memory" : "on a disk");
}

void gitperf_doctor__linux(gitperf_doctor *doctor, const char *root)
{
	struct look look = { doctor, root, GITPERF_BUFFER_INIT, 0 };

	gitperf_doctor__cpu(&look);
	gitperf_doctor__resources(&look);
	look_at_power(&look);
	look_at_hugepages(&look);
	look_at_clocksource(&look);
	look_at_counters(&look);
	/* which file system a folder is on is the real system's to say */
	if (!*root)
		look_at_temporary(&look);
	doctor->arena.failed |= look.text.failed;
	gitperf_buffer_dispose(&look.text);
}
